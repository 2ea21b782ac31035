"""A fresh house for every service test, over a copy of one migrated database."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from planner.store import open_store
from tests.unit.services import rig as rigs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.store import SqlStore
    from tests.unit.services.rig import Rig


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One database with every table, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    open_store(rigs.url(folder), rigs.KEY, backups=folder / "backups").close()
    return folder / "planner.sqlite"


@pytest.fixture
def store(migrated: Path, tmp_path: Path) -> Iterator[SqlStore]:
    """An empty store of one's own."""
    shutil.copy(migrated, tmp_path / "planner.sqlite")
    opened = open_store(rigs.url(tmp_path), rigs.KEY, backups=tmp_path / "backups")
    yield opened
    opened.close()


@pytest.fixture
def rig(store: SqlStore) -> Rig:
    """The house with a scripted checklist and a clock that stands at Tuesday, 09:00 in Denver."""
    return rigs.build(store)


@pytest.fixture
def real(store: SqlStore) -> Rig:
    """The same house with the real checklist."""
    return rigs.build(store, real=True)
