"""The metrics address: figures for this machine, nothing for anybody else."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from planner.domain.errors import Unavailable
from planner.ui import server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ui.conftest import Desk


def test_this_machine_reads_the_figures_and_nobody_else(desk: Desk) -> None:
    answer = server.figures(desk.planner, "127.0.0.1")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert b"discreet_worker_up " in answer.body
    for stranger in ("", "192.0.2.7"):
        assert server.figures(desk.planner, stranger).status_code == 404


def test_a_database_that_does_not_answer_is_said() -> None:
    @contextmanager
    def down() -> Iterator[Any]:
        raise Unavailable("The database does not answer.")
        yield

    planner: Any = SimpleNamespace(store=SimpleNamespace(read=down), clock=SimpleNamespace(now=lambda: None))
    assert server.figures(planner, "::1").status_code == 503
