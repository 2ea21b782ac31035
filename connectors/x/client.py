"""What the X connector does over the network: publish, find, delete, read figures, ask who it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors import refusals
from connectors.base import AuthState, Found, NotFound, Receipt, Ref, Unknown
from connectors.errors import AuthExpired, ConnectorError, Doubtful, Forbidden, Rejected
from connectors.x import figures, mapping
from connectors.x.session import Session
from connectors.x.uploads import Uploads
from connectors.x.wire import Call, names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.base import AccountMetrics, Clock, Journal, MediaSource, Part, PostMetrics, Timeouts, TokenStore
    from connectors.http import Kind
    from connectors.sign_in import Provider
    from connectors.x.wire import Wire

_LOOKED_AT = 5  # the fewest that X lets one ask for: each read costs
_GONE = 404
_SKEW = timedelta(minutes=2)
_FIELDS = "attachments,created_at,entities,id,note_tweet,referenced_tweets,text"
_NEW_NAMES = {"note_tweet": "note_post", "referenced_tweets": "referenced_posts"}
_NO_THREAD = "Threads are switched off for this account. Switch them on with its login on the Accounts page, or post one part."
_SPELLING: dict[str, bool] = {}
"""Server -> whether it wants the new names of fields; found out by a refusal, remembered as long as this process lives."""


class Client:
    """One account."""

    def __init__(self, tokens: TokenStore, provider: Provider, clock: Clock, timeouts: Timeouts) -> None:
        """Open nothing yet."""
        self._session = Session(tokens, provider, clock, timeouts)

    def publish(self, part: Part, journal: Journal, media: MediaSource, previous: Sequence[Ref]) -> Receipt:
        """Upload what is missing, then send the one create; X honors no key, so a repeat looks first whether an earlier one arrived."""
        if part.index > 0 and not previous:
            raise Rejected("The part before this one is not live, so there is nothing to reply to.")
        if part.index > 0 and not self.threads():
            raise Rejected(_NO_THREAD)
        wire = self._session.open()
        step = f"begun:{part.index}"
        begun = journal.get(step)
        if begun:
            earlier = self._look(wire, part, datetime.fromisoformat(begun) - _SKEW, previous, "prepare")
            if isinstance(earlier, Found):
                return earlier.receipt
        ids = Uploads(wire, journal).ids(part, media)
        journal.put(step, begun or self._session.now().isoformat())
        try:
            said = wire.content(Call("POST", "/2/tweets", "create", body=mapping.body(part, ids, previous)))
        except ConnectorError as error:
            if not isinstance(error, Doubtful):
                journal.put(step, "")
            raise
        number = mapping.number_of(mapping.object_of(said.get("data")))
        if number is None:
            raise refusals.wrong_kind("create")
        text = mapping.object_of(said.get("data")).get("text")
        return Receipt(Ref(number), _url(number), mapping.posted_at(number), {"text": text if isinstance(text, str) else None})

    def find(self, part: Part, since: datetime, previous: Sequence[Ref]) -> Found | NotFound | Unknown:
        """Look through the account's newest posts for the same words, images and reply target; one look is not enough."""
        return self._look(self._session.open(), part, since, previous, "read")

    def _look(self, wire: Wire, part: Part, since: datetime, previous: Sequence[Ref], kind: Kind) -> Found | NotFound | Unknown:
        said = self._timeline(wire, since, kind)
        posts = mapping.objects(said.get("data"))
        media = {str(item.get("media_key")): item for item in mapping.objects(mapping.object_of(said.get("includes")).get("media"))}
        mine = next((post for post in posts if mapping.is_ours(part, post, previous)), None)
        if mine is not None:
            return Found(_found(part, mine, media, kind))
        if len(posts) >= _LOOKED_AT:
            return Unknown(f"The account has {_LOOKED_AT} or more posts since then, so this one may be below them.")
        return NotFound(final=False)

    def _timeline(self, wire: Wire, since: datetime, kind: Kind) -> dict[str, Any]:
        params = {
            "max_results": str(_LOOKED_AT),
            "start_time": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tweet.fields": _FIELDS,
            "expansions": "attachments.media_keys",
            "media.fields": "alt_text,media_key,type",
        }
        return self._spelled(wire, Call("GET", f"/2/users/{self._session.me(wire)}/tweets", kind, params))

    def delete(self, ref: Ref) -> None:
        """Delete a post; deleting it again is success."""
        wire = self._session.open()
        answer = wire.ask(Call("DELETE", f"/2/tweets/{ref}", "prepare"))
        if not answer.ok and answer.status != _GONE:
            raise wire.refused(answer, "prepare")

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        """Return the figures of these posts; those that only the author sees while X still gives them out."""
        if not refs:
            return {}
        wire, now = self._session.open(), self._session.now()
        found: dict[Ref, PostMetrics] = {}
        for call, some in figures.calls(refs, now):
            found |= figures.of_posts(self._spelled(wire, call), some, now)
        return found

    def account_metrics(self) -> AccountMetrics:
        """Return followers, following and posts."""
        said = self._session.open().content(Call("GET", "/2/users/me", "read", {"user.fields": "public_metrics"}))
        return figures.of_account(said, self._session.now())

    def check_auth(self) -> AuthState:
        """Ask X who we are; renews a dead token once, and says when a person must log in again."""
        try:
            return self._who_with_renewal()
        except (AuthExpired, Forbidden) as error:
            return AuthState(ok=False, needs_login=error.reason)

    def refresh_auth(self, store: TokenStore) -> None:
        """Renew the login."""
        self._session.refresh(store)

    def threads(self) -> bool:
        """Return whether this account may post threads."""
        return self._session.tokens.read().values.get("threads", "").strip().lower() == "yes"

    def _who_with_renewal(self) -> AuthState:
        try:
            return self._who()
        except AuthExpired:
            if not self._session.renews():
                raise
            self._session.refresh(self._session.tokens)
            return self._who()

    def _who(self) -> AuthState:
        me = mapping.object_of(self._session.open().content(Call("GET", "/2/users/me", "read")).get("data"))
        handle, number = me.get("username"), mapping.number_of(me)
        if not isinstance(handle, str) or number is None:
            raise refusals.wrong_kind("read")
        return AuthState(
            ok=True,
            handle=f"@{handle}",
            remote_id=number,
            scopes=self._session.scopes(),
            expires_at=self._session.ends(),
            told={"threads": "yes"} if self.threads() else {},
        )

    def _spelled(self, wire: Wire, call: Call) -> dict[str, Any]:
        """Ask with the names of fields that this server takes: the old ones first, the new ones after it refused those."""
        new = call.renamed("tweet.fields", "post.fields", _NEW_NAMES)
        if _SPELLING.get(wire.host):
            return wire.content(new)
        answer = wire.ask(call)
        if names(answer, "tweet.fields"):
            said = wire.content(new)
            _SPELLING[wire.host] = True
            return said
        return wire.read(answer, call.kind)


def _url(number: str) -> str:
    return f"https://x.com/i/status/{number}"


def _found(part: Part, post: Mapping[str, Any], media: Mapping[str, Mapping[str, Any]], kind: Kind) -> Receipt:
    number = mapping.number_of(post)
    if number is None:
        raise refusals.wrong_kind(kind)
    alts = mapping.alts_of(post, media)
    echo = {"text": mapping.text_of(post), "alt": alts, "reply_to": mapping.reply_of(post)}
    missing = [image for image, alt in zip(part.payload["images"], alts, strict=False) if image["alt"] and alt != image["alt"]]
    warnings = ("X does not show the description of an image. Look at the post there.",) if missing else ()
    return Receipt(Ref(number), _url(number), mapping.posted_at(number), echo, warnings)
