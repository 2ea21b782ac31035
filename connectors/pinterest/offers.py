"""The boards that a fresh sign-in at Pinterest can pin to; the person chooses one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.bearer import Call, Wire
from connectors.errors import Forbidden
from connectors.reading import objects, words
from connectors.sign_in import Offer

if TYPE_CHECKING:
    from connectors.base import Clock, Credentials, Timeouts
    from connectors.facts import Facts

_AT_ONCE, _MOST_LOOKS = 100, 10
_KINDS = {"SECRET": "Secret board", "PROTECTED": "Protected board"}
_NO_BOARD = "This Pinterest account has no board yet. Make one there, then sign in again."


def offers(facts: Facts, credentials: Credentials, clock: Clock, timeouts: Timeouts) -> tuple[Offer, ...]:
    """Return the account's boards; raise Forbidden when there is none."""
    wire = Wire(facts.require_service(), credentials, clock, timeouts)
    found, bookmark = [], ""
    for _ in range(_MOST_LOOKS):
        params = (("page_size", str(_AT_ONCE)), *((("bookmark", bookmark),) if bookmark else ()))
        said = wire.content(Call("GET", "/v5/boards", "read", params))
        found += [_offer(board) for board in objects(said.get("items")) if words(board.get("id")).isdecimal()]
        bookmark = words(said.get("bookmark"))
        if not bookmark:
            break
    if not found:
        raise Forbidden(_NO_BOARD)
    return tuple(found)


def _offer(board: dict[str, object]) -> Offer:
    number = words(board.get("id"))
    return Offer(number, words(board.get("name")) or number, _KINDS.get(words(board.get("privacy")), "Public board"), {"board_id": number})
