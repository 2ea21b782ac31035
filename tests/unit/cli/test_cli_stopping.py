"""Tests of what ends a program that runs until it is told to stop."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from planner.cli.stopping import told_to_stop

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Give the test run its own handlers back."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_sets_the_event(number: signal.Signals) -> None:
    stop = told_to_stop()
    assert not stop.is_set()
    os.kill(os.getpid(), number)
    assert stop.wait(30)


def test_a_signal_that_comes_while_the_event_is_locked_does_not_wait_for_itself() -> None:
    stop = told_to_stop()
    lock: threading.Condition = stop._cond  # type: ignore[attr-defined]
    with lock:
        os.kill(os.getpid(), signal.SIGTERM)
        assert not stop.is_set()
    assert stop.wait(30)
