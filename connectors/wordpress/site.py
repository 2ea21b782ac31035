"""The wire of a WordPress site: one call as its user, and what its answers mean."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors import refusals
from connectors.addresses import is_safe
from connectors.errors import AuthExpired, ConnectorError, Forbidden, Rejected
from connectors.http import Deadline, Request, send

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.base import Clock, Credentials, Timeouts
    from connectors.http import Answer, Kind

_UNAUTHORIZED = 401
_NAME = re.compile(r"[a-z_]{3,60}")
REFUSED = "The site does not accept this user name with this application password. Make a new one there and enter it on the Accounts page."
_MAY_NOT = "The site knows this user, but does not let it do that. Give it the role Author there."


@dataclass(frozen=True, slots=True)
class Call:
    """One call below `wp/v2`: a read with `params`, a JSON `body`, or a `file` (name, type, bytes)."""

    method: str
    path: str
    kind: Kind
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    file: tuple[str, str, bytes] | None = field(default=None, repr=False)

    def request(self, site: str, login: str) -> Request:
        """Return the request as this user."""
        headers = {"Accept": "application/json", "Authorization": login}
        body = None
        if self.body is not None:
            headers["Content-Type"], body = "application/json", json.dumps(self.body, sort_keys=True).encode()
        if self.file is not None:
            name, headers["Content-Type"], body = self.file
            headers["Content-Disposition"] = f'attachment; filename="{name}"'
        url = f"{site}/wp-json/wp/v2/{self.path}"
        return Request(self.method, url, self.kind, headers, self.params, body, slow=self.file is not None)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the site said to a call, good or bad."""

    answer: Answer

    @property
    def error(self) -> str:
        """Return WordPress's name of the error, empty when there is none; never its words, which may hold the draft."""
        said = "" if self.answer.ok else str((self.answer.object() or {}).get("code", ""))
        return said if _NAME.fullmatch(said) else ""

    @property
    def data(self) -> Mapping[str, Any]:
        """Return what WordPress adds to an error."""
        data = (self.answer.object() or {}).get("data")
        return data if isinstance(data, dict) else {}

    @property
    def is_about_status(self) -> bool:
        """Return whether the site forbids to ask for posts that are not public: so it answers to a wrong login, with 400."""
        params = self.data.get("params")
        return self.error == "rest_invalid_param" and isinstance(params, dict) and "status" in params

    @property
    def total(self) -> int | None:
        """Return how many items the site has for this question, or None when it does not say."""
        said = self.answer.headers.get("x-wp-total", "")
        return int(said) if said.isdecimal() else None


class Site:
    """One site and one user, for the length of one call of the connector."""

    def __init__(self, credentials: Credentials, clock: Clock, timeouts: Timeouts) -> None:
        """Start the countdown; raise Rejected when the address cannot be used."""
        values = credentials.values
        self._site = address(values.get("site", ""))
        pair = f"{values.get('username', '').strip()}:{values.get('app_password', '').strip()}"
        self._login = "Basic " + base64.b64encode(pair.encode()).decode()
        self._clock = clock
        self._timeouts = timeouts
        self._deadline = Deadline(timeouts.total)

    def ask(self, call: Call) -> Reply:
        """Make one call and return whatever came back; raise when nothing whole came."""
        return Reply(send(call.request(self._site, self._login), deadline=self._deadline, timeouts=self._timeouts))

    def content(self, call: Call) -> dict[str, Any]:
        """Make one call and return the object of a good answer; raise what a bad one stands for."""
        return self.read(self.ask(call), call.kind)

    def read(self, reply: Reply, kind: Kind) -> dict[str, Any]:
        """Return the object of a good answer; raise what a bad one stands for."""
        if reply.answer.ok:
            return refusals.content(reply.answer, kind, self._clock.now())
        raise self.refused(reply, kind)

    def items(self, call: Call) -> list[dict[str, Any]]:
        """Make one call and return the objects of a list; raise what a bad answer stands for."""
        reply = self.ask(call)
        if not reply.answer.ok:
            raise self.refused(reply, call.kind)
        found = objects(reply.answer.body)
        if found is None:
            raise refusals.wrong_kind(call.kind)
        return found

    def refused(self, reply: Reply, kind: Kind) -> ConnectorError:
        """Return the error of a bad answer; for one that a missing login may have caused, ask the site who we are."""
        if reply.answer.status == _UNAUTHORIZED or reply.is_about_status:
            return self._unwelcome()
        return refusals.refusal(reply.answer, kind, self._clock.now(), reply.error)

    def _unwelcome(self) -> ConnectorError:
        who = self.ask(Call("GET", "users/me", "read"))
        if who.answer.ok:
            return Forbidden(_MAY_NOT)
        if who.answer.status == _UNAUTHORIZED:
            return AuthExpired(REFUSED)
        return refusals.refusal(who.answer, "read", self._clock.now(), who.error)


def objects(body: bytes) -> list[dict[str, Any]] | None:
    """Return a JSON list of objects, or None when the body is anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list) and all(isinstance(item, dict) for item in value) else None


def address(text: str) -> str:
    """Return a site address fit for logging in: https, or http on this machine; raise Rejected for anything else."""
    site = text.strip().removesuffix("/").removesuffix("/wp-admin")
    if not is_safe(site) or urlsplit(site).query or urlsplit(site).fragment:
        raise Rejected("The site address must look like https://www.yourpractice.org. Mend it on the Accounts page.", "site")
    return site
