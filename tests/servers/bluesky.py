"""Real Bluesky servers: `lite` (data server and identity directory, 1 s) and `network` (with the view that counts likes, 5 s)."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import platform
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from tests.servers import installed, redis
from tests.servers.debian_postgres import debian_postgres
from tests.servers.process import free_port, says, start, tail

if TYPE_CHECKING:
    from collections.abc import Iterator

_HERE = Path(__file__).parent
_ARCH = {"x86_64": "x64", "aarch64": "arm64"}
_POST = "app.bsky.feed.post"


@dataclass(frozen=True, slots=True)
class Person:
    """An account on the test server with its main password and a session."""

    handle: str
    did: str
    password: str = field(repr=False)
    access: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bluesky:
    """A running server: `url` is the data server, `view_url` the network's view (None on lite)."""

    url: str
    view_url: str | None
    log: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(secrets.randbelow(10**8)))

    def call(self, name: str, body: Any = None, *, token: str | None = None, **query: Any) -> dict[str, Any]:
        """Call an XRPC method: POST with a JSON body, else GET; raise for anything but 2xx."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        address = f"{self.url}/xrpc/{name}"
        answer = (
            requests.get(address, params=query, headers=headers, timeout=20)
            if body is None
            else requests.post(address, json=body, headers=headers, timeout=20)
        )
        if not answer.ok:
            raise requests.HTTPError(f"{name}: {answer.status_code} {answer.text}\n{tail(self.log, 500)}", response=answer)
        return answer.json() if answer.content else {}

    def person(self, handle: str | None = None) -> Person:
        """Create an account (`acct<digits>.test`)."""
        handle = handle or f"acct{next(self._numbers)}.test"
        password = secrets.token_hex(8)
        made = self.call("com.atproto.server.createAccount", {"handle": handle, "email": f"{handle}@example.com", "password": password})
        return Person(handle, made["did"], password, made["accessJwt"])

    def app_password(self, person: Person, name: str = "planner") -> str:
        """Create an app password, as a person does in the settings."""
        return str(self.call("com.atproto.server.createAppPassword", {"name": name}, token=person.access)["password"])

    def records(self, person: Person, collection: str = _POST) -> list[dict[str, Any]]:
        """Return all records of a collection, newest first: each with uri, cid, value."""
        found = self.call("com.atproto.repo.listRecords", repo=person.did, collection=collection, limit=100)
        return list(found["records"])

    def record(self, uri: str) -> dict[str, Any]:
        """Return one record: uri, cid, value; HTTPError 400 when it is not there."""
        repo, collection, key = uri.removeprefix("at://").split("/")
        return self.call("com.atproto.repo.getRecord", repo=repo, collection=collection, rkey=key)

    def create(self, person: Person, record: dict[str, Any], collection: str = _POST) -> dict[str, Any]:
        """Create a record with a key of the server's choice; return uri and cid."""
        body = {"repo": person.did, "collection": collection, "record": {"$type": collection, **record}}
        return self.call("com.atproto.repo.createRecord", body, token=person.access)

    def delete(self, person: Person, uri: str) -> None:
        """Delete a record of this person."""
        _, collection, key = uri.removeprefix("at://").split("/")
        self.call("com.atproto.repo.deleteRecord", {"repo": person.did, "collection": collection, "rkey": key}, token=person.access)

    def like(self, person: Person, uri: str, at: str = "2026-01-01T00:00:00.000Z") -> dict[str, Any]:
        """Like a post as this person."""
        subject = {"uri": uri, "cid": self.record(uri)["cid"]}
        return self.create(person, {"subject": subject, "createdAt": at}, "app.bsky.feed.like")

    def follow(self, person: Person, other: Person, at: str = "2026-01-01T00:00:00.000Z") -> dict[str, Any]:
        """Follow another person."""
        return self.create(person, {"subject": other.did, "createdAt": at}, "app.bsky.graph.follow")

    def profile(self, person: Person, name: str) -> None:
        """Write a profile, without which the network's view does not know the account."""
        record = {"$type": "app.bsky.actor.profile", "displayName": name}
        body = {"repo": person.did, "collection": "app.bsky.actor.profile", "rkey": "self", "record": record}
        self.call("com.atproto.repo.putRecord", body, token=person.access)


def _node() -> Path:
    return installed.folder("node") / "node_modules" / f"node-linux-{_ARCH.get(platform.machine(), 'x64')}" / "bin" / "node"


def _given(variable: str, tmp: Path) -> Bluesky | None:
    url = os.environ.get(variable)
    return Bluesky(url.rstrip("/"), None, tmp / "none.log") if url else None


@contextlib.contextmanager
def lite(tmp: Path, *, rate_limits: bool = False) -> Iterator[Bluesky]:
    """Run one data server (0.4.217) on the loopback address; `PLANNER_TEST_BLUESKY_URL` names a running one instead."""
    if given := _given("PLANNER_TEST_BLUESKY_URL", tmp):
        yield given
        return
    home, node, log = installed.folder("bluesky-lite"), _node(), tmp / "bluesky.log"
    installed.need("bluesky", "The Bluesky server", home / "installed", node)
    for name in ("pds", "blobs"):
        (tmp / name).mkdir()
    settings = {
        "port": free_port(),
        "plcPort": free_port(),
        "data": str(tmp),
        "adminPassword": secrets.token_hex(8),
        "jwtSecret": secrets.token_hex(16),
        "rotationKey": secrets.token_hex(32),
        "rateLimits": rate_limits,
    }
    env = {"SERVER_SETTINGS": json.dumps(settings), "LOG_ENABLED": "false", "TMPDIR": str(tmp)}
    with start([str(node), str(_HERE / "bluesky_lite.mjs")], log=log, ready=says(log, "ready"), cwd=home, env=env):
        yield Bluesky(f"http://localhost:{settings['port']}", None, log)


@contextlib.contextmanager
def network(tmp: Path) -> Iterator[Bluesky]:
    """Run the whole network (data server 0.5.35) on the loopback address; `PLANNER_TEST_BLUESKY_FULL_URL` names a running one instead."""
    if given := _given("PLANNER_TEST_BLUESKY_FULL_URL", tmp):
        yield given
        return
    home, node, log = installed.folder("bluesky-network"), _node(), tmp / "bluesky.log"
    installed.need("bluesky", "The Bluesky network", home / "installed", node)
    settings = {"port": free_port(), "plcPort": free_port(), "viewPort": free_port(), "moderationPort": free_port()}
    with debian_postgres(tmp / "postgres") as database, redis.redis(tmp) as cache:
        env = {
            "SERVER_SETTINGS": json.dumps(settings),
            "DB_POSTGRES_URL": database,
            "DB_POSTGRES_SCHEMA": "planner",
            "REDIS_HOST": cache,
            "LOG_ENABLED": "false",
            "TMPDIR": str(tmp),
        }
        command = [str(node), "--disable-warning=DeprecationWarning", str(_HERE / "bluesky_network.mjs")]
        with start(command, log=log, ready=says(log, "ready"), cwd=home, env=env, seconds=120):
            yield Bluesky(f"http://localhost:{settings['port']}", f"http://localhost:{settings['viewPort']}", log)
