"""One task each for the engines: call the use case, and turn whatever it raises into something that is not lost."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Protocol

from planner.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.delivery import Ready
    from planner.services.outgoing import Answer, Call

Task = Callable[[], object]
_LOG = logging.getLogger(__name__)


class Publishing(Protocol):
    """What an engine needs of the publisher."""

    def take(self, rows: Sequence[Ready]) -> Sequence[Call]:
        """Look at deliveries, no two of one account, and claim those that may go out now."""

    def foresee(self, rows: Sequence[Ready]) -> None:
        """Look at what falls due in a moment."""

    def send(self, call: Call) -> Answer:
        """Make one call."""

    def keep(self, answers: Sequence[Answer]) -> Sequence[Call]:
        """Store how calls ended, and return the calls of the threads that go on."""

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


@dataclass(frozen=True, slots=True)
class Beside:
    """What is done beside sending, where there is anything: notices by one worker, upkeep by each of them."""

    notices: Task | None = None
    upkeep: Task | None = None


def take(publisher: Publishing, rows: Sequence[Ready]) -> Sequence[Call]:
    """Claim many; when that fails as a whole, one by one, so that a row with something unexpected in it stops no other."""
    try:
        return publisher.take(rows)
    except Unavailable as error:
        _LOG.warning("%d deliveries due: %s", len(rows), error.sentence)
    except Exception as error:  # noqa: BLE001 - the engine's loop: a bug must read as doubt, never as "failed, try again"
        if len(rows) > 1:
            return [call for row in rows for call in take(publisher, (row,))]
        _trouble(publisher, rows[0].id, error)
    return ()


def foresee(publisher: Publishing, rows: Sequence[Ready]) -> None:
    """Look at what falls due in a moment; whatever is raised is met again, and taken in, when its time has come."""
    aside("A look ahead", lambda: publisher.foresee(rows))


def send(publisher: Publishing, call: Call) -> Answer | None:
    """Make one call; whatever else is raised counts as doubt, because it may have gone out. This is the one place for that."""
    try:
        return publisher.send(call)
    except Unavailable as error:
        _LOG.warning("Delivery %s: %s", call.delivery.id, error.sentence)
    except Exception as error:  # noqa: BLE001 - the engine's loop: a bug must read as doubt, never as "failed, try again"
        _trouble(publisher, call.delivery.id, error)
    return None


def keep(publisher: Publishing, answers: Sequence[Answer]) -> Sequence[Call]:
    """Store many outcomes; when that fails as a whole, one by one, so that one that cannot be stored loses no other."""
    try:
        return publisher.keep(answers)
    except Exception as error:  # noqa: BLE001 - the engine's loop: the same
        if len(answers) > 1:
            return [call for answer in answers for call in keep(publisher, (answer,))]
        _trouble(publisher, answers[0].call.delivery.id, error)
    return ()


def allowed(may: Callable[[], bool]) -> bool:
    """Return whether an account's turn may go on; when nobody can tell, it has its next turn later."""
    answer: list[bool] = []
    aside("The look at an account's turn", lambda: answer.append(may()))
    return any(answer)


def reconcile(publisher: Publishing, delivery_id: str) -> None:
    """Look for one; whatever is raised only puts the next look off."""
    try:
        publisher.reconcile(delivery_id)
    except Unavailable as error:
        _LOG.warning("Delivery %s: %s", delivery_id, error.sentence)
    except Exception as error:  # noqa: BLE001 - the engine's loop: the same
        _trouble(publisher, delivery_id, error)


def aside(name: str, task: Task) -> bool:
    """Run something that may fail no delivery: whatever it raises is logged, and it has its next turn.

    Return whether it was done: not when it raised, nor when it says False, as it does where another worker is the one to do it.
    """
    try:
        done = task()
    except Unavailable as error:
        _LOG.warning("%s: %s", name, error.sentence)
    except Exception as error:  # noqa: BLE001 - the engine's loop: figures and notices may fail no delivery
        _LOG.error("%s failed: %s", name, where(error))
    else:
        return done is not False
    return False


def _trouble(publisher: Publishing, delivery_id: str, error: Exception) -> None:
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
