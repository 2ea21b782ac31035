"""What the Threads connector does over the network: container, publication, find, delete, figures, login."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors import attempts, bearer, oauth, refusals
from connectors.base import AccountMetrics, AuthState, Found, NotFound, PostMetrics, Receipt, Ref, Unknown
from connectors.bearer import Call
from connectors.errors import AuthExpired, ConnectorError, Doubtful, Duplicate, Forbidden, Rejected, Temporary
from connectors.meta import DEAD, MetaWire, is_missing, latest
from connectors.reading import number, objects, words
from connectors.threads import mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.base import Capabilities, Clock, Journal, MediaSource, Part, Timeouts, TokenStore
    from connectors.facts import Facts
    from connectors.service import Service

_LOOKED_AT = 25
_PAUSE_S, _LONGEST_PAUSE_S, _RESERVE_S = 0.5, 8.0, 3.0
_OVER = frozenset({"ERROR", "EXPIRED"})
_FIELDS = "id,text,timestamp,permalink"
_NOT_READY = "Threads is still preparing this post. Nothing was published yet."
_BAD = "Threads could not prepare this post. Change its text and try again."
_HIDDEN = "Threads says that this post is published, but does not show it yet. Look at the profile in a minute."
_UNCLEAR = "Threads no longer knows whether it published this post. Look at the profile."


class Client:
    """One account."""

    def __init__(self, facts: Facts, service: Service, tokens: TokenStore, clock: Clock, timeouts: Timeouts) -> None:
        """Open nothing yet."""
        self._facts = facts
        self._service = service
        self._tokens = tokens
        self._clock = clock
        self._timeouts = timeouts

    def rules(self, usual: Capabilities) -> Capabilities:
        """Return what every account can do."""
        return usual

    def settings(self) -> dict[str, str]:
        """Return nothing: the link into the composer needs no setting."""
        return {}

    def publish(self, part: Part, attempt_key: str, journal: Journal, media: MediaSource, previous: Sequence[Ref]) -> Receipt:
        """Publish the container of this part, made now or by an earlier call; a published one is never made again."""
        del attempt_key, media
        done = attempts.made(journal, part)
        if done is not None:
            return done
        if part.index > 0 and not previous:
            raise Rejected("The part before this one is not live, so there is nothing to reply to.")
        wire = self._wire()
        user, container = self._user(wire), journal.get(_container(part)) or ""
        state = self._state(wire, container) if container else ""
        if state == "PUBLISHED":
            return self._shown(wire, user, part, journal)
        if state in _OVER and journal.get(_asked(part)):
            raise Doubtful(_UNCLEAR)
        if not container or state in _OVER:
            said = wire.content(Call("POST", wire.at(f"{user}/threads"), "prepare", form=mapping.form(part, previous)))
            container = words(said.get("id"))
            if not container:
                raise refusals.wrong_kind("prepare")
            journal.put(_container(part), container)
        self._wait(wire, container)
        journal.put(_asked(part), self._clock.now().isoformat())
        said = wire.content(Call("POST", wire.at(f"{user}/threads_publish"), "create", form={"creation_id": container}))
        if not words(said.get("id")):
            raise refusals.wrong_kind("create")
        return attempts.keep(journal, part, self._receipt(wire, Ref(words(said["id"]))))

    def find(self, part: Part, since: datetime, journal: Journal, previous: Sequence[Ref]) -> Found | NotFound | Unknown:
        """Ask the container what became of it; the profile only tells its number and address."""
        del since, previous
        try:
            done = attempts.made(journal, part)
        except Duplicate as error:
            return Unknown(error.reason, error.existing)
        container, asked = journal.get(_container(part)), journal.get(_asked(part))
        if not container or not asked:
            return NotFound(final=True)
        wire = self._wire()
        state = self._state(wire, container)
        if state == "PUBLISHED":
            return self._look(wire, self._user(wire), part, journal) or self._known(wire, done)
        return Unknown(_UNCLEAR) if state in _OVER else NotFound(final=state == "FINISHED")

    def _known(self, wire: MetaWire, done: Receipt | None) -> Found | NotFound | Unknown:
        """Return what a published post that is not among the newest may be: there all the same, deleted, or not shown yet."""
        if done is None:
            return Unknown(_HIDDEN)
        answer = wire.ask(Call("GET", wire.at(done.ref), "read", (("fields", _FIELDS),)))
        if is_missing(answer):
            return NotFound(final=True)
        wire.read(answer, "read")
        return Found(done)

    def delete(self, ref: Ref) -> None:
        """Delete a post; deleting it again is success."""
        wire = self._wire()
        answer = wire.ask(Call("DELETE", wire.at(ref), "prepare"))
        if not answer.ok and not is_missing(answer):
            raise wire.refused(answer, "prepare")

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        """Return the figures of posts; stops early, with what it has, when Meta says that the app has asked nearly enough."""
        wire, names, found = self._wire(), dict(self._service.post_figures), {}
        for ref in refs:
            if wire.is_busy:
                break
            answer = wire.ask(Call("GET", wire.at(f"{ref}/insights"), "read", (("metric", ",".join(names.values())),)))
            if is_missing(answer):
                found[ref] = PostMetrics(dict.fromkeys(names), self._clock.now(), gone=True)
                continue
            known = {words(item.get("name")): latest(item) for item in objects(wire.read(answer, "read").get("data"))}
            values = {ours: known.get(theirs) for ours, theirs in names.items()}
            found[ref] = PostMetrics(values, self._clock.now(), raw=json.dumps(values, sort_keys=True))
        return found

    def account_metrics(self) -> AccountMetrics:
        """Return the followers; None where Meta does not say (below 100 followers it may not)."""
        wire, names = self._wire(), dict(self._service.account_figures)
        path = wire.at(f"{self._user(wire)}/threads_insights")
        said = wire.content(Call("GET", path, "read", (("metric", ",".join(names.values())),)))
        known = {words(item.get("name")): item.get("total_value") for item in objects(said.get("data"))}
        totals = {ours: known.get(theirs) for ours, theirs in names.items()}
        values = {ours: number(total.get("value")) if isinstance(total, dict) else None for ours, total in totals.items()}
        return AccountMetrics(values, self._clock.now(), json.dumps(values, sort_keys=True))

    def check_auth(self) -> AuthState:
        """Ask Meta who we are; remembers the account's number beside the token."""
        try:
            user, name = self._who(self._wire())
        except (AuthExpired, Forbidden) as error:
            return AuthState(ok=False, needs_login=error.reason)
        bearer.remember(self._tokens, user_id=user)
        days = self._facts.api.token_days if self._facts.api else None
        return AuthState(ok=True, handle=name, remote_id=user, expires_at=bearer.ends_at(self._tokens, days, self._clock.now()))

    def refresh_auth(self, store: TokenStore) -> None:
        """Let Meta lengthen the token by 60 days; one that is too young for that and still works stays. Raise AuthExpired."""
        self._tokens = store
        held, wire = store.read(), self._wire()
        answer = wire.ask(Call("GET", "/refresh_access_token", "prepare", (("grant_type", "th_refresh_token"),)))
        if answer.ok:
            store.swap(held, oauth.kept(held, oauth.grant_of(answer, self._clock.now())))
            return
        state = self.check_auth()
        if not state.ok:
            raise AuthExpired(state.needs_login or DEAD)

    def _wire(self) -> MetaWire:
        return MetaWire(self._facts, self._service, self._tokens.read(), self._clock, self._timeouts)

    def _user(self, wire: MetaWire) -> str:
        return self._tokens.read().values.get("user_id", "") or self._who(wire)[0]

    def _who(self, wire: MetaWire) -> tuple[str, str]:
        said = wire.content(Call("GET", wire.at("me"), "read", (("fields", "id,username"),)))
        if not words(said.get("id")).isdecimal():
            raise refusals.wrong_kind("read")
        return words(said["id"]), words(said.get("username")) or words(said["id"])

    def _state(self, wire: MetaWire, container: str) -> str:
        """Return the container's state in Meta's words; one that Meta no longer knows has expired."""
        answer = wire.ask(Call("GET", wire.at(container), "prepare", (("fields", "status"),)))
        if is_missing(answer):
            return "EXPIRED"
        return words(wire.read(answer, "prepare").get("status"))

    def _wait(self, wire: MetaWire, container: str) -> None:
        """Wait until the container is ready; raise Temporary when that takes longer than this call may."""
        pause = _PAUSE_S
        while (state := self._state(wire, container)) != "FINISHED":
            if state in _OVER:
                raise Rejected(_BAD, "text")
            if wire.left() < pause + _RESERVE_S:
                raise Temporary(_NOT_READY)
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def _receipt(self, wire: MetaWire, ref: Ref) -> Receipt:
        """Return the receipt with the post's address, which is not worth a failure."""
        said: Mapping[str, Any] = {}
        with suppress(ConnectorError):
            said = wire.content(Call("GET", wire.at(ref), "read", (("fields", _FIELDS),)))
        return _receipt_of({**said, "id": ref})

    def _shown(self, wire: MetaWire, user: str, part: Part, journal: Journal) -> Receipt:
        found = self._look(wire, user, part, journal)
        if found is None:
            raise Doubtful(_HIDDEN)
        return attempts.keep(journal, part, found.receipt)

    def _look(self, wire: MetaWire, user: str, part: Part, journal: Journal) -> Found | None:
        """Return our published post from the newest ones of the account; a part of a thread stands among its replies."""
        since = datetime.fromisoformat(journal.get(_asked(part)) or self._clock.now().isoformat()) - attempts.SKEW - timedelta(minutes=1)
        place = "replies" if part.index > 0 else "threads"
        params = (("fields", _FIELDS), ("since", str(int(since.timestamp()))), ("limit", str(_LOOKED_AT)))
        said = wire.content(Call("GET", wire.at(f"{user}/{place}"), "read", params))
        mine = next((post for post in objects(said.get("data")) if mapping.is_ours(part, post)), None)
        return Found(_receipt_of(mine)) if mine else None


def _receipt_of(post: Mapping[str, Any]) -> Receipt:
    at = None
    with suppress(ValueError):
        at = datetime.fromisoformat(words(post.get("timestamp")))
    return Receipt(Ref(words(post.get("id"))), words(post.get("permalink")) or None, at, {"text": words(post.get("text")), "alt": []})


def _container(part: Part) -> str:
    return "container_id" if part.index == 0 else f"container_id:{part.index}"


def _asked(part: Part) -> str:
    return f"publish_asked:{part.index}"
