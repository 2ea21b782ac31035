"""The pages that a fresh sign-in at Meta can post as, each with its own token; the person chooses one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.bearer import Call
from connectors.errors import Forbidden
from connectors.meta import MetaWire
from connectors.reading import objects, words
from connectors.sign_in import Offer

if TYPE_CHECKING:
    from connectors.base import Clock, Credentials, Timeouts
    from connectors.facts import Facts

_AT_ONCE, _MOST_LOOKS = 100, 10
_MAY_POST = "CREATE_CONTENT"
_NOT_ALLOWED = (
    "Facebook says that this sign-in may not {rights}. Sign in again, allow everything that is asked, and tick the page of your practice."
)
_NO_PAGE = "This sign-in reaches no page on which you may post. Sign in again and tick the page, or ask its owner for the right to post."


def offers(facts: Facts, credentials: Credentials, clock: Clock, timeouts: Timeouts) -> tuple[Offer, ...]:
    """Return the pages on which this person may post, as Facebook lists them; raise Forbidden when there is none."""
    wire = MetaWire(facts, facts.require_service(), credentials, clock, timeouts)
    allowed = _allowed(wire)
    wanted = facts.sign_in.scopes if facts.sign_in else ()
    missing = [right for right in wanted if right not in allowed]
    if missing:
        raise Forbidden(_NOT_ALLOWED.format(rights=", ".join(missing)))
    found, after = [], ""
    for _ in range(_MOST_LOOKS):
        params = (("fields", "id,name,access_token,tasks"), ("limit", str(_AT_ONCE)), *((("after", after),) if after else ()))
        said = wire.content(Call("GET", wire.at("me/accounts"), "read", params))
        found += [_offer(page, allowed) for page in objects(said.get("data")) if _is_ours(page)]
        paging = said.get("paging")
        cursors = paging.get("cursors") if isinstance(paging, dict) and paging.get("next") else None
        after = words(cursors.get("after")) if isinstance(cursors, dict) else ""
        if not after:
            break
    if not found:
        raise Forbidden(_NO_PAGE)
    return tuple(found)


def _allowed(wire: MetaWire) -> tuple[str, ...]:
    said = wire.content(Call("GET", wire.at("me/permissions"), "read"))
    return tuple(words(one.get("permission")) for one in objects(said.get("data")) if one.get("status") == "granted")


def _is_ours(page: dict[str, object]) -> bool:
    tasks = page.get("tasks")
    may = not isinstance(tasks, list) or _MAY_POST in tasks
    return may and bool(words(page.get("access_token"))) and words(page.get("id")).isdecimal()


def _offer(page: dict[str, object], allowed: tuple[str, ...]) -> Offer:
    number = words(page.get("id"))
    values = {"access": words(page.get("access_token")), "page_id": number, "scopes": " ".join(allowed), "expires_at": ""}
    return Offer(number, words(page.get("name")) or number, f"Page {number}", values)
