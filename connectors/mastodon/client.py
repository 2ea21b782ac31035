"""What the Mastodon connector does over the network: publish, find, delete, read figures, ask who it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors import refusals
from connectors.base import AccountMetrics, AuthState, Found, NotFound, PostMetrics, Receipt, Ref, Unknown
from connectors.errors import AuthExpired, Duplicate, Forbidden, Rejected
from connectors.mastodon import mapping, server
from connectors.mastodon.uploads import Uploads
from connectors.mastodon.wire import REFUSED, Wire, objects

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.base import Clock, Journal, MediaSource, Part, Timeouts, TokenStore
    from connectors.http import Answer, Kind

_OTHER = "other"
_LOOKED_AT = 40
_BATCH = 20
_GONE = frozenset({404, 410})
_NOT_LOGGED_IN = frozenset({401, 422})
_POST = {"likes": "favourites_count", "reposts": "reblogs_count", "replies": "replies_count"}
_ACCOUNT = {"followers": "followers_count", "following": "following_count", "posts": "statuses_count"}
_TAKEN = "The server already has a post of this delivery with other words. Open it and compare."
_SERVERS = server.Servers()


class Client:
    """One account on one server."""

    def __init__(self, tokens: TokenStore, clock: Clock, timeouts: Timeouts) -> None:
        """Open nothing yet; raise Rejected when the server address cannot be used."""
        self._tokens = tokens
        self._clock = clock
        self._timeouts = timeouts
        self._used = ""
        self._wire()

    def publish(self, part: Part, attempt_key: str, journal: Journal, media: MediaSource, previous: Sequence[Ref]) -> Receipt:
        """Upload what is missing, then send the one create; the server answers a repeat of the key with the post that it has."""
        if part.index > 0 and not previous:
            raise Rejected("The part before this one is not live, so there is nothing to reply to.")
        wire = self._wire()
        about = self._server(wire)
        ids = Uploads(wire, journal).ids(part, media)
        sent = part.payload
        status = wire.content(
            "create",
            lambda library: library.status_post(
                sent["status"],
                in_reply_to_id=previous[-1] if previous else None,
                media_ids=ids or None,
                sensitive=bool(sent["spoiler_text"]),
                visibility=sent["visibility"],
                spoiler_text=sent["spoiler_text"] or None,
                language=sent["language"] or None,
                idempotency_key=attempt_key,
            ),
        )
        receipt = _receipt(part, status, "create")
        if about.plain and not mapping.same_words(part, status):
            journal.put(_OTHER, receipt.ref)
            raise Duplicate(_TAKEN, receipt.ref)
        return receipt

    def find(self, part: Part, since: datetime, journal: Journal, previous: Sequence[Ref]) -> Found | NotFound | Unknown:
        """Look through the account's own newest posts for the same words, images and reply target."""
        other = journal.get(_OTHER)
        if other:
            return Unknown(_TAKEN, Ref(other))
        wire = self._wire()
        me = mapping.number_of(wire.content("read", lambda library: library.account_verify_credentials()))
        if me is None:
            raise refusals.wrong_kind("read")
        newest = wire.items("read", lambda library: library.account_statuses(me, limit=_LOOKED_AT, exclude_reblogs=True))
        recent = [status for status in newest if _is_since(status, since)]
        mine = next((status for status in recent if mapping.is_ours(part, status, previous)), None)
        if mine is not None:
            return Found(_receipt(part, mine, "read"))
        if len(recent) >= _LOOKED_AT:
            return Unknown(f"The account has more than {_LOOKED_AT} posts since then, so this one may be below them.")
        return NotFound(final=True)

    def delete(self, ref: Ref) -> None:
        """Delete a post; deleting it again is success."""
        wire = self._wire()
        answer = wire.ask("prepare", lambda library: library.status_delete(ref))
        if not answer.ok and answer.status not in _GONE:
            raise wire.refused(answer, "prepare")

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        """Return favorites, boosts and replies of these posts; `gone` for a deleted one, nothing for one nobody could tell about."""
        found: dict[Ref, PostMetrics] = {}
        for start in range(0, len(refs), _BATCH):
            found |= self._figures(refs[start : start + _BATCH])
        return found

    def account_metrics(self) -> AccountMetrics:
        """Return followers, following and number of posts; None for what the server does not say."""
        me = self._wire().content("read", lambda library: library.account_verify_credentials())
        return AccountMetrics(_values(me, _ACCOUNT), self._clock.now(), _raw(me, _ACCOUNT))

    def check_auth(self) -> AuthState:
        """Ask the server who we are and what it allows."""
        wire = self._wire()
        answer = wire.ask("read", lambda library: library.account_verify_credentials())
        if answer.status in _NOT_LOGGED_IN:
            return AuthState(ok=False, needs_login=REFUSED)
        try:
            me = wire.read(answer, "read")
        except (AuthExpired, Forbidden) as error:
            return AuthState(ok=False, needs_login=error.reason)
        handle, number = me.get("username"), mapping.number_of(me)
        if not isinstance(handle, str) or number is None:
            raise refusals.wrong_kind("read")
        return AuthState(ok=True, handle=f"@{handle}@{urlsplit(wire.url).netloc}", remote_id=number, told=self.about(refresh=True).told())

    def refresh_auth(self, store: TokenStore) -> None:
        """Ask once more: a token lasts until it is revoked, so one that is still refused needs a person; raise AuthExpired."""
        self._tokens = store
        state = self.check_auth()
        if not state.ok:
            raise AuthExpired(state.needs_login or REFUSED)

    def about(self, *, refresh: bool = False) -> server.Server:
        """Return what the server says of itself; asks it at most once a day unless told to."""
        return self._server(self._wire(), refresh=refresh)

    def settings(self) -> dict[str, str]:
        """Return what the links into the server's own composer need."""
        return {"server": self._tokens.read().values.get("server", "")}

    def _wire(self) -> Wire:
        return Wire(self._tokens.read(), self._clock, self._timeouts)

    def _server(self, wire: Wire, *, refresh: bool = False) -> server.Server:
        return _SERVERS.get(wire.url, self._clock.now(), lambda: _ask_about(wire), refresh=refresh)

    def _figures(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        wire, now = self._wire(), self._clock.now()
        many = wire.ask("read", lambda library: library.statuses(list(refs)))
        shown = {str(status.get("id")): status for status in (objects(many.body) or ())} if many.ok else {}
        found = {}
        for ref in refs:
            status = shown.get(ref) or self._one(wire, ref)
            if status is not None:
                found[ref] = PostMetrics(_values(status, _POST), now, raw=_raw(status, _POST)) if status else _gone(now)
        return found

    def _one(self, wire: Wire, ref: Ref) -> dict[str, Any] | None:
        """Return one status, an empty one when it is deleted, None when nobody can tell."""
        answer = wire.ask("read", lambda library: library.status(ref))
        if answer.status in _GONE:
            return {}
        status = wire.read(answer, "read")
        return status if str(status.get("id")) == ref else None


def _ask_about(wire: Wire) -> server.Server:
    """Ask by the second version of the interface, and by the first where a server does not have it."""
    answer: Answer = wire.ask("read", lambda library: library.instance_v2())
    if answer.status in _GONE:
        answer = wire.ask("read", lambda library: library.instance_v1())
    return server.read(wire.read(answer, "read"))


def _gone(now: datetime) -> PostMetrics:
    return PostMetrics(dict.fromkeys(_POST), now, gone=True)


def _is_since(status: Mapping[str, Any], since: datetime) -> bool:
    created = _time(status.get("created_at"))
    return created is not None and created >= since


def _receipt(part: Part, status: Mapping[str, Any], kind: Kind) -> Receipt:
    number, url = mapping.number_of(status), status.get("url") or status.get("uri")
    if number is None:
        raise refusals.wrong_kind(kind)
    shown = url if isinstance(url, str) and urlsplit(url).scheme in {"https", "http"} else None
    return Receipt(Ref(number), shown, _time(status.get("created_at")), mapping.echo(status), mapping.changes(part, status))


def _time(said: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _values(said: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, int | None]:
    return {name: said[field] if type(said.get(field)) is int else None for name, field in names.items()}


def _raw(said: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return the counts alone as they came; a post's words are not kept here."""
    return json.dumps({field: said[field] for field in names.values() if field in said}, sort_keys=True)
