"""The stage of the fault tests, once on SQLite with one worker and once on PostgreSQL with two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planner.store import open_store
from tests.integration import fault_client as client
from tests.integration.fault_platform import platform
from tests.integration.fault_stage import Stage, Yard
from tests.unit.services import rig as rigs

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(request: Any, yard: Yard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One database for all scenarios of a file: each counts its own rows only."""
    folder = tmp_path_factory.mktemp("stage")
    if request.param == "sqlite":
        yield from _on(rigs.url(folder), folder, yard)
    else:
        with request.getfixturevalue("postgres").database() as url:
            yield from _on(url, folder, yard)


@pytest.fixture(scope="session")
def yard() -> Iterator[Yard]:
    """Where workers come from."""
    opened = Yard()
    yield opened
    opened.close()


def _on(url: str, folder: Any, yard: Yard) -> Iterator[Stage]:
    store = open_store(url, rigs.KEY, backups=folder / "backups", checkpoints=False)
    with platform() as running:
        yield Stage(store, url, folder, running, yard, *client.build(store, running.url))
    store.close()
