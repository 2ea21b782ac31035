"""The engines' contract: one worker on SQLite, two on PostgreSQL."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from engines import EngineContract

from tests.integration.fault_stage import Stage, Yard, open_stage
from tests.unit.services import rig as rigs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.postgres import Postgres

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("engines")]


@pytest.fixture(scope="module")
def yard() -> Iterator[Yard]:
    opened = Yard()
    yield opened
    opened.close()


class TestEmbedded(EngineContract):
    @pytest.fixture(scope="class")
    @classmethod
    def stage(cls, yard: Yard, tmp_path_factory: Any) -> Iterator[Stage]:
        folder = tmp_path_factory.mktemp("embedded")
        with open_stage(rigs.url(folder), folder, yard) as opened:
            yield opened


class TestDistributed(EngineContract):
    @pytest.fixture(scope="class")
    @classmethod
    def stage(cls, yard: Yard, postgres: Postgres, tmp_path_factory: Any) -> Iterator[Stage]:
        folder = tmp_path_factory.mktemp("distributed")
        with postgres.database() as url, open_stage(url, folder, yard) as opened:
            yield opened

    def test_two_workers_share_the_work(self, stage: Stage) -> None:
        stage.begin("share")
        stage.platform.before["share"] = lambda _: time.sleep(0.3)
        for _ in range(48):
            stage.plan()
        with stage.team():
            stage.until_all("sent")
        assert len({post.worker for post in stage.platform.calls if "share" in post.text}) == 2
