"""The connector of the misbehaving platform, over the product's own HTTP floor, and a house of real services with a running clock."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from connectors.base import Credentials, Found, NotFound, Receipt, Ref, Timeouts
from connectors.bluesky.xrpc import Reply
from connectors.errors import AuthExpired
from connectors.http import Deadline, Request, send
from connectors.refusals import content
from planner.adapters import RandomIds
from planner.domain.sharing import Quota
from planner.services.holds import Holds
from planner.services.outgoing import Tuning
from planner.services.publisher import Publisher
from tests.unit.services import rig as rigs
from tests.unit.services.sky import Sky

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.base import Part
    from planner.store import SqlStore
    from tests.unit.services.rig import Rig

TUNING = Tuning(
    lease=timedelta(seconds=4),
    longest_call=timedelta(seconds=3),
    transit=timedelta(seconds=0.5),
    looks=(timedelta(seconds=0.2), timedelta(seconds=0.5), timedelta(seconds=1)),
    backoff=(timedelta(seconds=0.5), timedelta(seconds=1)),
    per_hour=5,
)
TIMEOUTS = Timeouts(connect=1, read=2, media=2, total=3)


class Running:
    """A clock that runs; the file that PLANNER_TEST_CLOCK names sets it, in seconds from the machine's."""

    def now(self) -> datetime:
        name = os.environ.get("PLANNER_TEST_CLOCK")
        shift = float(Path(name).read_text()) if name and Path(name).exists() else 0.0
        return datetime.now(UTC) + timedelta(seconds=shift)

    at = property(now)


class Client(Sky):
    """The facts of the platform in memory; its calls go over HTTP."""

    def __init__(self, url: str, tokens: Any = None) -> None:
        super().__init__(idempotency="lookup")
        self._url, self._tokens = url, tokens

    def _send(self, method: str, path: str, kind: Any, value: Any = None) -> dict[str, Any]:
        deadline = Deadline(TIMEOUTS.total)  # before the login is asked for, as every connector does: no gap to freeze in
        token = self._tokens.read().values.get("access", "") if path != "/refresh" else ""
        headers = {"Authorization": f"Bearer {token}", "X-Worker": str(os.getpid())}
        body = None if value is None else json.dumps(value).encode()
        request = Request(method, self._url + path, kind, headers, body=body)
        answer = send(request, deadline=deadline, timeouts=TIMEOUTS)
        if "ratelimit-policy" in answer.headers:  # as Bluesky names the limit that was met
            return Reply(answer, kind, datetime.now(UTC)).content()
        return content(answer, kind, datetime.now(UTC))

    def publish(self, part: Part, *, attempt_key: str, previous: Sequence[Ref] = (), **_: Any) -> Receipt:
        assert len(previous) == part.index
        found = self._send("POST", "/posts", "create", {"key": attempt_key, "text": part.payload["text"]})
        return Receipt(Ref(found["ref"]), None, None)

    def find(self, part: Part, *, attempt_key: str, **_: Any) -> Found | NotFound:  # type: ignore[override]
        assert part.payload
        ref = self._send("GET", f"/posts?key={attempt_key}", "read")["ref"]
        return Found(Receipt(Ref(ref), None, None)) if ref else NotFound(final=True)

    def refresh_auth(self, store: Any) -> None:
        """Refresh as OAuth does: an answer without a refresh token leaves the stored one."""
        old = store.read()
        if "refresh" not in old.values:
            raise AuthExpired("The login has ended.")
        new = Credentials({**old.values, **self._send("POST", "/refresh", "prepare", {"refresh": old.values["refresh"]})})
        store.swap(old, new)


class ClientFloor(rigs.Floor):
    """The real platforms' facts and the one misbehaving platform."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def planner_view(self, platform: str, mode: str, settings: Any) -> Any:
        assert (platform, mode) == ("bluesky", "api")
        assert settings is not None
        return Client(self._url)

    def connect(self, account: Any, credentials: Any, tokens: Any) -> Any:
        assert account.mode == "api"
        assert credentials is not None
        return Client(self._url, tokens)


def build(store: SqlStore, url: str) -> tuple[Rig, Publisher, Holds]:
    """Return every service over a store, with a running clock and random ids; the checklist finds nothing."""
    with mock.patch.object(rigs, "Time", Running), mock.patch.object(rigs, "Numbers", RandomIds):
        rig = rigs.build(store)
    rig.platforms = ClientFloor(url)
    for service in (rig.gate, rig.accounts, rig.insights):
        service._platforms = rig.platforms
    most = os.environ.get("PLANNER_TEST_QUOTA")
    shared = {"bluesky": Quota(int(most), timedelta(hours=1))} if most else {}
    publisher = Publisher(store, rig.platforms, rig.gate, rig.clock, rig.ids, replace(TUNING, shared=shared))
    return rig, publisher, Holds(store, rig.clock, rig.ids)


def account(rig: Rig, handle: str) -> Any:
    """Store an account that is logged in."""
    made = rig.account(mode="api", handle=handle)
    after = replace(made, health="ok", version=made.version + 1)
    with rig.store.write() as tx:
        assert tx.accounts.swap(made, after)
        tx.vault.write(after.id, Credentials({"access": "first", "refresh": "kept"}))
    return after
