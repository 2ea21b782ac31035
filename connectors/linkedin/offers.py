"""What a fresh sign-in at LinkedIn can post as: the member, and the pages that the member looks after; the person chooses one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors import oauth, refusals
from connectors.bearer import Call
from connectors.errors import ConnectorError
from connectors.linkedin.wire import LinkedInWire
from connectors.reading import objects, words
from connectors.sign_in import Offer

if TYPE_CHECKING:
    from connectors.base import Clock, Credentials, Timeouts
    from connectors.facts import Facts

_MOST = 100
_NAMED = 20
"""Each page's name is a call of its own; of more pages only the number is shown."""

_ROLES = frozenset({"ADMINISTRATOR", "CONTENT_ADMINISTRATOR"})
_PAGE = "urn:li:organization:"


def offers(facts: Facts, credentials: Credentials, clock: Clock, timeouts: Timeouts) -> tuple[Offer, ...]:
    """Return the member, then the pages with a role that may post; without the rights for pages it is the member alone."""
    wire = LinkedInWire(facts, facts.require_service(), credentials, clock, timeouts)
    said = wire.content(Call("GET", "/v2/userinfo", "read"))
    number = words(said.get("sub"))
    if not number:
        raise refusals.wrong_kind("read")
    member = Offer("member", words(said.get("name")) or number, "Your own profile", {"author": f"urn:li:person:{number}"})
    wider = facts.sign_in.wider if facts.sign_in else ()
    if not set(wider) & set(oauth.scopes_of(credentials)):
        return (member,)
    params = (("q", "roleAssignee"), ("state", "APPROVED"), ("count", str(_MOST)))
    said = wire.content(Call("GET", "/rest/organizationAcls", "read", params, headers={"X-RestLi-Method": "FINDER"}))
    urns = [words(one.get("organization")) for one in objects(said.get("elements")) if one.get("role") in _ROLES]
    pages = dict.fromkeys(urn.removeprefix(_PAGE) for urn in urns if urn.startswith(_PAGE))
    return (member, *(_page(wire, page, named=index < _NAMED) for index, page in enumerate(pages)))


def _page(wire: LinkedInWire, number: str, *, named: bool) -> Offer:
    """Return one page; a name that cannot be read is not worth losing the page."""
    name = ""
    if named:
        try:
            name = words(wire.content(Call("GET", f"/rest/organizations/{number}", "read")).get("localizedName"))
        except ConnectorError:
            name = ""
    return Offer(number, name or number, f"Page {number}", {"organization": number})
