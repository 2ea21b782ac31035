"""The stage of the fault tests, once on SQLite with one worker and once on PostgreSQL with two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.fault_stage import Stage, Yard, open_stage
from tests.unit.services import rig as rigs

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(request: Any, yard: Yard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One database for all scenarios of a file: each counts its own rows only."""
    folder = tmp_path_factory.mktemp("stage")
    if request.param == "sqlite":
        with open_stage(rigs.url(folder), folder, yard) as opened:
            yield opened
    else:
        with request.getfixturevalue("postgres").database() as url, open_stage(url, folder, yard) as opened:
            yield opened


@pytest.fixture(scope="session")
def yard() -> Iterator[Yard]:
    """Where workers come from."""
    opened = Yard()
    yield opened
    opened.close()
