"""The wire of the AT protocol: one call, and what its error names mean."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors import refusals
from connectors.addresses import is_safe
from connectors.errors import AuthExpired, ConnectorError, Forbidden, Rejected
from connectors.http import Request, send

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.base import Clock, Timeouts
    from connectors.http import Answer, Deadline, Kind

_DEAD_TOKEN = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"})
_CLOSED = frozenset(
    {"AccountTakedown", "AccountDeactivated", "AccountSuspended", "RepoTakendown", "RepoDeactivated", "AuthFactorTokenRequired"}
)
_HARMLESS = re.compile(r"(?:Invalid [a-z]+(?:\.[A-Za-z]+)+ record: )?(?:Record|Input)/[\w/]+ [\w ,.()*/-]{1,120}")


@dataclass(frozen=True, slots=True)
class Call:
    """One call: a query with `params`, or a procedure with an `input` object or a `blob` (type and bytes)."""

    nsid: str
    kind: Kind
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    input: Mapping[str, Any] | None = field(default=None, repr=False)
    blob: tuple[str, bytes] | None = field(default=None, repr=False)
    procedure: bool = False

    def request(self, server: str, token: str | None) -> Request:
        """Return the request; null values of the input are written out."""
        headers = {"Accept": "application/json"}
        body = None
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if self.input is not None:
            headers["Content-Type"], body = "application/json", json.dumps(self.input, ensure_ascii=False, sort_keys=True).encode()
        if self.blob is not None:
            headers["Content-Type"], body = self.blob
        method = "POST" if self.procedure or body is not None else "GET"
        return Request(method, f"{server}/xrpc/{self.nsid}", self.kind, headers, self.params, body, slow=self.blob is not None)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said to a call, good or bad."""

    answer: Answer
    kind: Kind
    now: datetime

    @property
    def error(self) -> str:
        """Return the protocol's name of the error, empty when there is none."""
        return "" if self.answer.ok else str((self.answer.object() or {}).get("error", ""))

    @property
    def message(self) -> str:
        """Return the server's own words about an error; they may hold anything."""
        return str((self.answer.object() or {}).get("message", ""))

    def content(self) -> dict[str, Any]:
        """Return the object of a good answer; raise what a bad one stands for."""
        if self.answer.ok:
            return refusals.content(self.answer, self.kind, self.now)
        raise self._refused()

    def _refused(self) -> ConnectorError:
        name = self.error
        if name in _DEAD_TOKEN:
            return AuthExpired("Bluesky no longer accepts this login.")
        if name in _CLOSED:
            return Forbidden(f"Bluesky has closed or limited this account ({name}). Look at it there.")
        said = self.message if _HARMLESS.fullmatch(self.message) else ""
        known = name if name.isalnum() and name.isascii() else ""
        return refusals.refusal(self.answer, self.kind, self.now, " ".join(filter(None, (known, said))), shared=_by_address(self.answer))


def _by_address(answer: Answer) -> bool:
    """Return whether a limit is the one of this machine's address: a server names the limit that was met, 3,000 calls in five minutes."""
    return answer.headers.get("ratelimit-policy", "").replace(" ", "") == "3000;w=300"


@dataclass(frozen=True, slots=True)
class Wire:
    """The way to one server."""

    server: str
    clock: Clock
    timeouts: Timeouts

    def send(self, call: Call, *, deadline: Deadline, token: str | None = None) -> Reply:
        """Make one call and return whatever came back; raise when nothing whole came."""
        answer = send(call.request(self.server, token), deadline=deadline, timeouts=self.timeouts)
        return Reply(answer, call.kind, self.clock.now())


def get_record(uri: str) -> Call:
    """Return the call that reads one record from its own server."""
    return Call("com.atproto.repo.getRecord", "read", params=_place(uri))


def _place(uri: str) -> tuple[tuple[str, str], ...]:
    repo, collection, key = uri.removeprefix("at://").split("/")
    return ("repo", repo), ("collection", collection), ("rkey", key)


def put_record(uri: str, record: Mapping[str, Any], kind: Kind, *, over: str | None = None) -> Call:
    """Return the call that writes a record where none stands, or over the one with the content hash `over`.

    The null is written out: without it the server overwrites an existing record silently.
    """
    return Call("com.atproto.repo.putRecord", kind, input={**dict(_place(uri)), "record": record, "swapRecord": over})


def delete_record(uri: str) -> Call:
    """Return the call that deletes a record; deleting it again is fine."""
    return Call("com.atproto.repo.deleteRecord", "prepare", input=dict(_place(uri)))


def server_url(text: str) -> str:
    """Return a server address fit for logging in: https, or http on this machine; raise Rejected for anything else."""
    server = text.strip().removesuffix("/")
    if not is_safe(server) or urlsplit(server).path or urlsplit(server).query:
        raise Rejected("The server address must look like https://bsky.social. Mend it on the Accounts page.", "server")
    return server


def expiry(token: str) -> datetime | None:
    """Return when a token ends by its own word, unchecked, or None when it does not say."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, OSError):
        return None
