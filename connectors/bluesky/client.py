"""What the Bluesky connector does over the network: publish, find, delete, read figures, keep the login."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from connectors.base import AuthState, Found, NotFound, Receipt, Ref, Unknown
from connectors.bluesky import figures, mapping
from connectors.bluesky.attachments import Attachments
from connectors.bluesky.replies import ReplyControl
from connectors.bluesky.session import Session
from connectors.bluesky.tid import record_key
from connectors.bluesky.xrpc import Call, delete_record, get_record, put_record
from connectors.errors import AuthExpired, Duplicate, Forbidden, Rejected, Temporary
from connectors.refusals import wrong_kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from connectors.base import AccountMetrics, Clock, Journal, MediaSource, Part, PostMetrics, Timeouts, TokenStore
    from connectors.bluesky.session import Login
    from connectors.http import Kind

_CID = re.compile(r"\bbaf[a-z2-7]{20,}\b")
_URI = re.compile(r"at://([^/#]+)/[^/#]+/([^/#]+)")
_WEB = "https://bsky.app/profile"
_TAKEN = "Another post stands in this one's place on Bluesky. Open it and compare."


class Client:
    """One account on one server."""

    def __init__(self, tokens: TokenStore, clock: Clock, timeouts: Timeouts) -> None:
        """Open nothing yet; raise Rejected when the server address cannot be used."""
        self._session = Session(tokens, clock, timeouts)

    def publish(self, part: Part, attempt_key: str, journal: Journal, media: MediaSource, previous: Sequence[Ref]) -> Receipt:
        """Upload what is missing, set who may reply, then send the one create."""
        if part.index > 0 and not previous:
            raise Rejected("The part before this one is not live, so there is nothing to reply to.")
        login = self._session.login()
        attachments = Attachments(login, journal)
        record = mapping.record(part, attachments.blobs(part, media), attachments.dids(part), previous)
        uri = _uri(login, part, attempt_key)
        replies = ReplyControl(login, part, uri, journal)
        replies.close()
        reply = login.send(put_record(uri, record, "create"))
        if reply.error == "InvalidSwap":
            raise Duplicate(_TAKEN, _existing(uri, reply.message))
        if reply.error == "BlobNotFound":
            attachments.forget(part)
            raise Temporary("Bluesky no longer has an image that was uploaded for this post. It is uploaded again.")
        receipt = _receipt(reply.content(), "create", reply.answer.date)
        return replace(receipt, warnings=replies.show())

    def find(self, part: Part, attempt_key: str, journal: Journal, previous: Sequence[Ref]) -> Found | NotFound | Unknown:
        """Look under the record's key: the same content is ours, other content is shown to a person."""
        login = self._session.login()
        reply = login.send(get_record(_uri(login, part, attempt_key)))
        if reply.error == "RecordNotFound":
            return NotFound(final=True)
        stored = reply.content()
        receipt = _receipt(stored, "read", None)
        known = Attachments(login, journal).known(part)
        if known is not None and stored.get("value") == mapping.record(part, *known, previous):
            return Found(receipt)
        return Unknown(_TAKEN, receipt.ref)

    def delete(self, ref: Ref) -> None:
        """Delete a post; deleting it again is success."""
        self._session.login().send(delete_record(mapping.uri_of(ref))).content()

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        """Return the figures of these posts."""
        return figures.of_posts(self._session.login(), refs, self._session.now()) if refs else {}

    def account_metrics(self) -> AccountMetrics:
        """Return the figures of the account."""
        return figures.of_account(self._session.login(), self._session.now())

    def check_auth(self) -> AuthState:
        """Ask the server who we are; renews a dead token once, and says when a person must log in again."""
        try:
            return self._who_with_renewal()
        except (AuthExpired, Forbidden) as error:
            return AuthState(ok=False, needs_login=error.reason)

    def refresh_auth(self, store: TokenStore) -> None:
        """Renew the login."""
        self._session.refresh(store)

    def _who_with_renewal(self) -> AuthState:
        login = self._session.login()
        try:
            return self._who(login)
        except AuthExpired:
            self._session.refresh(self._session.tokens)
            return self._who(self._session.login())

    def _who(self, login: Login) -> AuthState:
        said = login.send(Call("com.atproto.server.getSession", "read")).content()
        handle = said.get("handle")
        return AuthState(
            ok=True,
            handle=handle if isinstance(handle, str) else login.handle,
            remote_id=login.did,
            expires_at=self._session.ends(),
        )


def _uri(login: Login, part: Part, attempt_key: str) -> str:
    moment = mapping.scheduled(part)
    if moment is None:
        raise Rejected("This post was prepared without a time. Schedule it again.")
    return f"at://{login.did}/{mapping.POST}/{record_key(moment, part.index, attempt_key)}"


def _existing(uri: str, message: str) -> Ref | None:
    cid = _CID.search(message)
    return mapping.ref(uri, cid[0]) if cid else None


def _receipt(said: Mapping[str, Any], kind: Kind, at: datetime | None) -> Receipt:
    uri, cid, value = said.get("uri"), said.get("cid"), said.get("value")
    place = _URI.fullmatch(uri) if isinstance(uri, str) else None
    if place is None or not isinstance(cid, str):
        raise wrong_kind(kind)
    echo = mapping.echo(value) if isinstance(value, dict) else {}
    return Receipt(mapping.ref(place[0], cid), f"{_WEB}/{place[1]}/post/{place[2]}", at, echo)
