"""One task each for the engines: call the use case, and turn whatever it raises into something that is not lost."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import PurePath
from typing import Protocol

from planner.domain.errors import Unavailable

Task = Callable[[], object]
_LOG = logging.getLogger(__name__)


class Publishing(Protocol):
    """What an engine needs of the publisher."""

    def deliver(self, delivery_id: str, generation: int) -> None:
        """Send one delivery if it is still the same, still due and still allowed."""

    def reconcile(self, delivery_id: str) -> None:
        """Look once for an unconfirmed delivery."""

    def reap(self) -> int:
        """Free what a vanished worker left behind."""

    def trouble(self, delivery_id: str, name: str) -> None:
        """Take in an unexpected exception."""


class Collecting(Protocol):
    """What an engine needs of the insights."""

    def collect(self) -> int:
        """Read the figures that are due."""


class Telling(Protocol):
    """What an engine needs of the notices."""

    def tick(self) -> int:
        """Tell what is to be told now."""


def deliver(publisher: Publishing, delivery_id: str, generation: int) -> None:
    """Deliver one; whatever else is raised counts as doubt when a call may have been made. This is the one place for that."""
    _guarded(publisher, delivery_id, lambda: publisher.deliver(delivery_id, generation))


def reconcile(publisher: Publishing, delivery_id: str) -> None:
    """Look for one; whatever is raised only puts the next look off."""
    _guarded(publisher, delivery_id, lambda: publisher.reconcile(delivery_id))


def aside(name: str, task: Task) -> None:
    """Run something that no delivery depends on: whatever it raises is logged, and it has its next turn."""
    try:
        task()
    except Unavailable as error:
        _LOG.warning("%s: %s", name, error.sentence)
    except Exception as error:  # noqa: BLE001 - the engine's loop: figures and notices may fail no delivery
        _LOG.error("%s failed: %s", name, where(error))


def _guarded(publisher: Publishing, delivery_id: str, task: Callable[[], None]) -> None:
    try:
        task()
    except Unavailable as error:
        _LOG.warning("Delivery %s: %s", delivery_id, error.sentence)
    except Exception as error:  # noqa: BLE001 - the engine's loop: a bug must read as doubt, never as "failed, try again"
        _LOG.error("Delivery %s: %s", delivery_id, where(error))
        name = type(error).__name__
        aside("The outcome of a failed delivery", lambda: publisher.trouble(delivery_id, name))


def where(error: BaseException) -> str:
    """Return the exception's class and place, without its message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return f"{type(error).__name__} at {PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
