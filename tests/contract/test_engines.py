"""The engines' contract: one worker on SQLite, two on PostgreSQL."""

from __future__ import annotations

import signal
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from engines import EngineContract
from sqlalchemy import select

from planner.store import tables
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

    def test_a_worker_that_ends_gives_back_at_once_what_it_has_not_begun(self, stage: Stage) -> None:
        stage.begin("back")
        for _ in range(24):
            stage.plan()
        stage.platform.before["back"] = lambda _: time.sleep(1)
        with stage.worker() as first:
            stage.until(lambda: _handed(stage) == 24 and stage.platform.asked("back"))
            stage.platform.before["back"] = lambda post: time.sleep(1) if post.worker == first.pid else None
            with stage.worker() as second:
                first.send_signal(signal.SIGTERM)
                assert first.wait(20) == 0
                stage.until_all("sent", 20)  # handed over anew it would be after 45 seconds
        done = Counter(post.worker for post in stage.platform.copies if "back" in post.text)
        assert done.total() == 24
        assert done[second.pid] > 0


def _handed(stage: Stage) -> int:
    """How many of the scenario's rows are marked as handed over."""
    row = tables.delivery.c
    with stage.store._readers.connect() as connection:
        return len(connection.execute(select(row.id).where(row.id.in_(stage.rows), row.handed_at.is_not(None))).all())
