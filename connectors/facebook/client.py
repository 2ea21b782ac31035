"""What the Facebook connector does over the network: publish as the page, find, delete, read figures, ask who it is."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from urllib3 import encode_multipart_formdata

from connectors import bearer, refusals
from connectors.attempts import once
from connectors.base import AccountMetrics, AuthState, Found, NotFound, PostMetrics, Receipt, Ref, Unknown
from connectors.bearer import Call
from connectors.errors import AuthExpired, Forbidden
from connectors.facebook import mapping
from connectors.meta import DEAD, MetaWire, is_missing, latest
from connectors.reading import number, objects, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.base import Capabilities, Clock, Journal, MediaSource, Part, Timeouts, TokenStore
    from connectors.facts import Facts
    from connectors.service import Service

_LOOKED_AT = 25
_BAD = 400
_PHOTO_LASTS = timedelta(hours=20)
_SEEN = "id,message,created_time,permalink_url,attachments{type,target,subattachments{type,target}}"
_COUNTED = "reactions.summary(true).limit(0),comments.summary(true).limit(0),shares"
_SUMMED = {"likes": "reactions", "comments": "comments"}
_MANY = f"The page has {_LOOKED_AT} or more posts since then, so this one may be below them."


class Client:
    """One page, by its own token."""

    def __init__(self, facts: Facts, service: Service, tokens: TokenStore, clock: Clock, timeouts: Timeouts) -> None:
        """Open nothing yet."""
        self._facts = facts
        self._service = service
        self._tokens = tokens
        self._clock = clock
        self._timeouts = timeouts

    def rules(self, usual: Capabilities) -> Capabilities:
        """Return what every page can do."""
        return usual

    def settings(self) -> dict[str, str]:
        """Return the page's address."""
        page = self._tokens.read().values.get("page_id", "")
        return {"page": f"https://www.facebook.com/{page}"} if page else {}

    def publish(self, part: Part, attempt_key: str, journal: Journal, media: MediaSource, previous: Sequence[Ref]) -> Receipt:
        """Upload what is missing, unpublished, then send the one create; Meta is told no key, so a repeat looks first."""
        del attempt_key, previous
        wire = self._wire()
        page = self._page(wire)

        def create() -> Receipt:
            photos = [self._photo(wire, page, image, journal, media) for image in part.payload["images"]]
            said = wire.content(Call("POST", wire.at(f"{page}/feed"), "create", body=mapping.body(part, photos)))
            if not words(said.get("id")):
                raise refusals.wrong_kind("create")
            return Receipt(Ref(words(said["id"])), f"https://www.facebook.com/{words(said['id'])}", None)

        return once(part, journal, self._clock.now(), lambda since: self._look(wire, page, part, since), create)

    def find(self, part: Part, since: datetime, journal: Journal, previous: Sequence[Ref]) -> Found | NotFound | Unknown:
        """Look through the page's newest posts for the same words; one look is not enough."""
        del journal, previous
        wire = self._wire()
        return self._look(wire, self._page(wire), part, since)

    def delete(self, ref: Ref) -> None:
        """Delete a post; deleting it again is success."""
        wire = self._wire()
        answer = wire.ask(Call("DELETE", wire.at(ref), "prepare"))
        if not answer.ok and not is_missing(answer):
            raise wire.refused(answer, "prepare")

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        """Return the figures of posts; stops early, with what it has, when Meta says that the app has asked nearly enough."""
        wire, found = self._wire(), {}
        for ref in refs:
            if wire.is_busy:
                break
            found[ref] = self._figures(wire, ref)
        return found

    def account_metrics(self) -> AccountMetrics:
        """Return followers and viewers of the page; None for what Meta does not say."""
        wire = self._wire()
        values = self._insights(wire, self._page(wire), self._service.account_figures, (("period", "day"),))
        return AccountMetrics(values, self._clock.now(), json.dumps(values, sort_keys=True))

    def check_auth(self) -> AuthState:
        """Ask Meta which page the token belongs to; remembers its number beside the token."""
        try:
            page, name = self._who(self._wire())
        except (AuthExpired, Forbidden) as error:
            return AuthState(ok=False, needs_login=error.reason)
        bearer.remember(self._tokens, page_id=page)
        days = self._facts.api.token_days if self._facts.api else None
        return AuthState(ok=True, handle=name, remote_id=page, expires_at=bearer.ends_at(self._tokens, days, self._clock.now()))

    def refresh_auth(self, store: TokenStore) -> None:
        """Ask once more: a page's token has no end of its own, so one that is still refused needs a person; raise AuthExpired."""
        self._tokens = store
        state = self.check_auth()
        if not state.ok:
            raise AuthExpired(state.needs_login or DEAD)

    def _wire(self) -> MetaWire:
        return MetaWire(self._facts, self._service, self._tokens.read(), self._clock, self._timeouts)

    def _page(self, wire: MetaWire) -> str:
        return self._tokens.read().values.get("page_id", "") or self._who(wire)[0]

    def _who(self, wire: MetaWire) -> tuple[str, str]:
        said = wire.content(Call("GET", wire.at("me"), "read", (("fields", "id,name"),)))
        if not words(said.get("id")).isdecimal():
            raise refusals.wrong_kind("read")
        return words(said["id"]), words(said.get("name")) or words(said["id"])

    def _photo(self, wire: MetaWire, page: str, image: Mapping[str, str], journal: Journal, media: MediaSource) -> str:
        """Return Meta's number of an unpublished image with its description; uploads it unless an earlier attempt lately did."""
        step = f"media:{image['digest']}"
        known, _, at = (journal.get(step) or "").partition(" ")
        if known and self._clock.now() - datetime.fromisoformat(at) < _PHOTO_LASTS:
            return known
        item = media.media(image["digest"])
        fields: dict[str, str | tuple[str, bytes, str]] = {
            "published": "false",
            "alt_text_custom": image["alt"],
            "source": (image["name"], item.data, item.mime),
        }
        raw, kind = encode_multipart_formdata(fields, boundary=f"discreet{image['digest'][:32]}")
        call = Call("POST", wire.at(f"{page}/photos"), "prepare", headers={"Content-Type": kind}, raw=raw, slow=True)
        made = words(wire.content(call).get("id"))
        if not made:
            raise refusals.wrong_kind("prepare")
        journal.put(step, f"{made} {self._clock.now().isoformat()}")
        return made

    def _look(self, wire: MetaWire, page: str, part: Part, since: datetime) -> Found | NotFound | Unknown:
        params = (("fields", _SEEN), ("since", str(int(since.timestamp()))), ("limit", str(_LOOKED_AT)))
        said = wire.content(Call("GET", wire.at(f"{page}/feed"), "read", params))
        if not isinstance(said.get("data"), list):
            raise refusals.wrong_kind("read")
        recent = [post for post in objects(said["data"]) if (at := _time(post)) is not None and at >= since]
        mine = next((post for post in recent if mapping.is_ours(part, post)), None)
        if mine is None:
            return Unknown(_MANY) if len(recent) >= _LOOKED_AT else NotFound(final=False)
        alts = [self._alt(wire, photo) for photo in mapping.photos_of(mine)]
        echo = {"text": words(mine.get("message")), "alt": alts}
        ref, url = words(mine.get("id")), words(mine.get("permalink_url"))
        return Found(Receipt(Ref(ref), url or None, _time(mine), echo, mapping.changes(part, alts)))

    def _alt(self, wire: MetaWire, photo: str) -> str:
        return words(wire.content(Call("GET", wire.at(photo), "read", (("fields", "alt_text_custom"),))).get("alt_text_custom"))

    def _figures(self, wire: MetaWire, ref: Ref) -> PostMetrics:
        answer = wire.ask(Call("GET", wire.at(ref), "read", (("fields", _COUNTED),)))
        names = self._facts.api.metrics if self._facts.api else ()
        if is_missing(answer):
            return PostMetrics(dict.fromkeys(names), self._clock.now(), gone=True)
        said = wire.read(answer, "read")
        values: dict[str, int | None] = {ours: _total(said.get(theirs)) for ours, theirs in _SUMMED.items()}
        shares = said.get("shares")
        values["reposts"] = number(shares.get("count")) if isinstance(shares, dict) else None
        values |= self._insights(wire, ref, self._service.post_figures)
        return PostMetrics(values, self._clock.now(), raw=json.dumps(values, sort_keys=True))

    def _insights(
        self, wire: MetaWire, subject: str, names: Sequence[tuple[str, str]], more: tuple[tuple[str, str], ...] = ()
    ) -> dict[str, int | None]:
        """Return figures by our names; Meta refuses all for one name that it has dropped, so then each is asked alone."""
        params = (("metric", ",".join(theirs for _, theirs in names)), *more)
        answer = wire.ask(Call("GET", wire.at(f"{subject}/insights"), "read", params))
        if answer.status == _BAD and wire.named(answer, "read") is None:
            alone = names if len(names) > 1 else ()
            found: dict[str, int | None] = dict.fromkeys(dict(names))
            for one in alone:
                found |= self._insights(wire, subject, (one,), more)
            return found
        said = wire.read(answer, "read")
        known = {words(item.get("name")): latest(item) for item in objects(said.get("data"))}
        return {ours: known.get(theirs) for ours, theirs in names}


def _total(value: object) -> int | None:
    summary = value.get("summary") if isinstance(value, dict) else None
    return number(summary.get("total_count")) if isinstance(summary, dict) else None


def _time(post: Mapping[str, Any]) -> datetime | None:
    try:
        at = datetime.fromisoformat(words(post.get("created_time")))
    except ValueError:
        return None
    return at if at.tzinfo else None
