"""What the LinkedIn connector does over the network: publish, find, delete, read figures, ask who it is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from connectors import bearer, refusals
from connectors.attempts import once
from connectors.base import AccountMetrics, AuthState, Found, NotFound, PostMetrics, Receipt, Ref, Unknown
from connectors.bearer import Call
from connectors.errors import AuthExpired, Duplicate, Forbidden
from connectors.linkedin import mapping
from connectors.linkedin.wire import LinkedInWire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.base import Capabilities, Clock, Journal, MediaSource, Part, Timeouts, TokenStore
    from connectors.facts import Facts
    from connectors.http import Answer
    from connectors.service import Service

_POSTS = "/rest/posts"
_LOOKED_AT = 20
_GONE = frozenset({404, 410})
_THERE = "there"
_HOME = "linkedin.com"
_UNREADABLE = "LinkedIn lets no app read a member's own posts, so only a look at the profile can tell whether this one is live."
_NAMED = "LinkedIn says that it has this very post already, but does not show it. Open the profile and look; it may take a day to appear."
_MANY = f"The page has {_LOOKED_AT} or more posts since then, so this one may be below them."
_DEAD = "LinkedIn no longer accepts this access token (they last 60 days at most). Make a new one and enter it on the Accounts page."


class Client:
    """One member, or one page (`organization` stands in the login)."""

    def __init__(self, facts: Facts, service: Service, tokens: TokenStore, clock: Clock, timeouts: Timeouts) -> None:
        """Open nothing yet."""
        self._facts = facts
        self._service = service
        self._tokens = tokens
        self._clock = clock
        self._timeouts = timeouts

    def rules(self, usual: Capabilities) -> Capabilities:
        """Return what this login can do: only a page's posts can be read back and counted."""
        if self._page():
            return usual
        return replace(usual, can_read_back=False, metrics=())

    def settings(self) -> dict[str, str]:
        """Return nothing: the links into LinkedIn's composer need no setting."""
        return {}

    def publish(self, part: Part, attempt_key: str, journal: Journal, media: MediaSource, previous: Sequence[Ref]) -> Receipt:
        """Upload what is missing, then send the one create; LinkedIn is told no key, but guards against the very same post."""
        del attempt_key, previous
        wire = self._wire()
        author = self._author(wire)

        def look(since: datetime) -> Found | NotFound | Unknown:
            return self._look(wire, part, since)

        def create() -> Receipt:
            images = {digest: self._image(wire, author, digest, journal, media) for digest in part.media}
            answer = wire.ask(Call("POST", _POSTS, "create", body=mapping.body(part, author, images)))
            return self._receipt(wire, answer)

        try:
            return once(part, journal, self._clock.now(), look if self._page() else None, create)
        except Duplicate as error:
            journal.put(_THERE, error.existing or "unnamed")
            raise

    def find(self, part: Part, since: datetime, journal: Journal, previous: Sequence[Ref]) -> Found | NotFound | Unknown:
        """Look through a page's newest posts for the same words; a member's posts cannot be read."""
        del previous
        there = journal.get(_THERE)
        existing = Ref(there) if there and there != "unnamed" else None
        found = self._look(self._wire(), part, since) if self._page() else Unknown(_UNREADABLE, existing)
        if there and not isinstance(found, Found):
            return Unknown(_NAMED, existing)
        return found

    def delete(self, ref: Ref) -> None:
        """Delete a post; deleting it again is success."""
        wire = self._wire()
        answer = wire.ask(Call("DELETE", _one(ref), "prepare", headers={"X-RestLi-Method": "DELETE"}))
        if not answer.ok and answer.status not in _GONE:
            raise wire.refused(answer, "prepare")

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        """Return the figures of a page's posts; a member's are not offered, so every figure is None."""
        now, names = self._clock.now(), dict(self._service.post_figures)
        if not self._page():
            return {ref: PostMetrics(dict.fromkeys(names), now) for ref in refs}
        wire = self._wire()
        counted = self._counted(wire, refs)
        return {ref: self._figures(wire, ref, counted.get(ref), now) for ref in refs}

    def account_metrics(self) -> AccountMetrics:
        """Return the followers of a page; a member's are not offered."""
        now = self._clock.now()
        if not self._page():
            return AccountMetrics({"followers": None}, now)
        path = f"/rest/networkSizes/{quote(self._page(), safe='')}"
        said = self._wire().content(Call("GET", path, "read", (("edgeType", "COMPANY_FOLLOWED_BY_MEMBER"),)))
        size = said.get("firstDegreeSize")
        return AccountMetrics({"followers": size if type(size) is int else None}, now, json.dumps({"firstDegreeSize": size}))

    def check_auth(self) -> AuthState:
        """Ask LinkedIn who we are; remembers the author's name there beside the token."""
        wire = self._wire()
        try:
            handle, author = self._who(wire)
        except AuthExpired:
            return AuthState(ok=False, needs_login=_DEAD)
        except Forbidden as error:
            return AuthState(ok=False, needs_login=error.reason)
        bearer.remember(self._tokens, author=author)
        days = self._facts.api.token_days if self._facts.api else None
        return AuthState(ok=True, handle=handle, remote_id=author, expires_at=bearer.ends_at(self._tokens, days, self._clock.now()))

    def refresh_auth(self, store: TokenStore) -> None:
        """Renew the login where LinkedIn lets an approved app do that; otherwise ask once more, and raise AuthExpired."""
        self._tokens = store
        used = store.read().values.get("access", "")
        if not bearer.renew(self._facts, store, self._clock, self._timeouts, used):
            state = self.check_auth()
            if not state.ok:
                raise AuthExpired(state.needs_login or _DEAD)

    def _wire(self) -> LinkedInWire:
        return LinkedInWire(self._facts, self._service, self._tokens.read(), self._clock, self._timeouts)

    def _page(self) -> str:
        """Return the page's name at LinkedIn, empty for a member."""
        number = self._tokens.read().values.get("organization", "").strip().removeprefix("urn:li:organization:")
        return f"urn:li:organization:{number}" if number else ""

    def _author(self, wire: LinkedInWire) -> str:
        return self._page() or self._tokens.read().values.get("author", "") or self._who(wire)[1]

    def _who(self, wire: LinkedInWire) -> tuple[str, str]:
        """Return the name that people see and LinkedIn's name for the author."""
        page = self._page()
        if page:
            said = wire.content(Call("GET", f"/rest/organizations/{page.rpartition(':')[2]}", "read"))
            name = said.get("localizedName")
            return (name if isinstance(name, str) else page), page
        said = wire.content(Call("GET", "/v2/userinfo", "read"))
        number, name = said.get("sub"), said.get("name")
        if not isinstance(number, str) or not number:
            raise refusals.wrong_kind("read")
        return (name if isinstance(name, str) else number), f"urn:li:person:{number}"

    def _image(self, wire: LinkedInWire, author: str, digest: str, journal: Journal, media: MediaSource) -> str:
        """Return LinkedIn's name of an image; uploads it unless an earlier attempt did."""
        step = f"media:{digest}"
        known = journal.get(step)
        if known:
            return known
        asked = {"initializeUploadRequest": {"owner": author}}
        said = wire.content(Call("POST", "/rest/images", "prepare", (("action", "initializeUpload"),), body=asked)).get("value")
        name = said.get("image") if isinstance(said, dict) else None
        if not isinstance(said, dict) or not isinstance(name, str):
            raise refusals.wrong_kind("prepare")
        item = media.media(digest)
        url = wire.require_home(said.get("uploadUrl"), _HOME)
        answer = wire.ask(Call("PUT", url, "prepare", headers={"Content-Type": item.mime}, raw=item.data, slow=True))
        if not answer.ok:
            raise wire.refused(answer, "prepare")
        journal.put(step, name)
        return name

    def _receipt(self, wire: LinkedInWire, answer: Answer) -> Receipt:
        """Return the receipt of a create: the name of the post stands in a header, and the body is empty."""
        if not answer.ok:
            raise wire.refused(answer, "create")
        ref = answer.headers.get("x-restli-id", "")
        if not ref.startswith("urn:li:"):
            raise refusals.wrong_kind("create")
        return Receipt(Ref(ref), _url(ref), None)

    def _look(self, wire: LinkedInWire, part: Part, since: datetime) -> Found | NotFound | Unknown:
        params = (("q", "author"), ("author", self._page()), ("count", str(_LOOKED_AT)), ("sortBy", "CREATED"))
        said = wire.content(Call("GET", _POSTS, "read", params, headers={"X-RestLi-Method": "FINDER"}))
        posts = said.get("elements")
        if not isinstance(posts, list):
            raise refusals.wrong_kind("read")
        recent = [post for post in posts if isinstance(post, dict) and (at := _time(post)) is not None and at >= since]
        mine = next((post for post in recent if mapping.is_ours(part, post)), None)
        if mine is not None:
            ref = str(mine.get("id"))
            return Found(Receipt(Ref(ref), _url(ref), _time(mine), mapping.echo(mine), mapping.changes(part, mine)))
        return Unknown(_MANY) if len(recent) >= _LOOKED_AT else NotFound(final=False)

    def _counted(self, wire: LinkedInWire, refs: Sequence[Ref]) -> dict[str, Mapping[str, Any]]:
        """Return what LinkedIn counts of posts, by their names."""
        found: dict[str, Mapping[str, Any]] = {}
        for field, kind in (("share", "shares"), ("ugcPost", "ugcPosts")):
            mine = [quote(ref, safe="") for ref in refs if ref.startswith(f"urn:li:{field}:")]
            if not mine:
                continue
            page = quote(self._page(), safe="")
            query = f"q=organizationalEntity&organizationalEntity={page}&{kind}=List({','.join(mine)})"
            said = wire.content(Call("GET", f"/rest/organizationalEntityShareStatistics?{query}", "read"))
            for item in said.get("elements") or ():
                counts = item.get("totalShareStatistics") if isinstance(item, dict) else None
                if isinstance(counts, dict):
                    found[str(item.get(field))] = counts
        return found

    def _figures(self, wire: LinkedInWire, ref: Ref, counts: Mapping[str, Any] | None, now: datetime) -> PostMetrics:
        names = dict(self._service.post_figures)
        if counts is None:
            answer = wire.ask(Call("GET", _one(ref), "read"))
            if answer.status not in _GONE and not answer.ok:
                raise wire.refused(answer, "read")
            return PostMetrics(dict.fromkeys(names), now, gone=not answer.ok)
        values = {ours: counts[theirs] if type(counts.get(theirs)) is int else None for ours, theirs in names.items()}
        return PostMetrics(values, now, raw=json.dumps({name: counts.get(name) for name in names.values()}, sort_keys=True))


def _one(ref: str) -> str:
    return f"{_POSTS}/{quote(ref, safe='')}"


def _url(ref: str) -> str:
    return f"https://www.linkedin.com/feed/update/{ref}"


def _time(post: Mapping[str, Any]) -> datetime | None:
    at = post.get("createdAt")
    return datetime.fromtimestamp(at / 1000, UTC) if type(at) is int else None
