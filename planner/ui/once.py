"""Operations from the browser, each done once: a repeated or doubled list gets the stored answers."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

from planner.domain.errors import PlannerError
from planner.ui.components.outbox import Ack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planner.domain.people import Actor
    from planner.services.house import Planner
    from planner.ui.components.outbox import Op

# After a reload the old session may still be at work on the list that the new one brings along.
_ONE_AT_A_TIME = threading.Lock()


def once(planner: Planner, actor: Actor, op: Op, act: Callable[[Mapping[str, Any] | None], Mapping[str, Any]]) -> Ack:
    """Do one operation unless it has been done; `act` gets the forerunner's stored answer and returns what is to be stored beside `ok`."""
    with _ONE_AT_A_TIME:
        done, before = _stored(planner, actor, op.op), _stored(planner, actor, op.after) if op.after else None
        if done is None:
            done = _do(op, before, act)
            with planner.store.write() as tx:
                tx.log.put_done(f"{actor.id}:{op.op}", actor.id, json.dumps(done), planner.clock.now())
    return Ack(op.op, bool(done["ok"]), str(done["reason"]))


def _do(op: Op, before: Mapping[str, Any] | None, act: Callable[[Mapping[str, Any] | None], Mapping[str, Any]]) -> dict[str, Any]:
    if op.after and not (before and before["ok"]):
        return {"ok": False, "reason": "The change before this one was not made."}
    try:
        return {"ok": True, "reason": "", **act(before)}
    except PlannerError as error:
        return {"ok": False, "reason": error.sentence}


def _stored(planner: Planner, actor: Actor, name: str) -> dict[str, Any] | None:
    with planner.store.read() as tx:
        answer = tx.log.done(f"{actor.id}:{name}")
    return None if answer is None else dict(json.loads(answer))
