"""A server that speaks Mastodon's interface: mastodon_mock as a process of its own, or the real one that an environment variable names."""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

from tests.servers import installed, process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PEOPLE = 400


@dataclass(frozen=True, slots=True)
class Person:
    """One account: its name and a token that may read and write."""

    name: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mastodon:
    """The server's address and a supply of accounts; `real` says whether it is Mastodon itself."""

    url: str
    people: Iterator[Person] = field(repr=False)
    real: bool = False

    def person(self) -> Person:
        """Return an account without posts."""
        person = next(self.people)
        if self.real:
            for status in self.statuses(person):
                self.call("DELETE", f"v1/statuses/{status['id']}", person)
        return person

    def call(self, method: str, path: str, person: Person, **more: Any) -> Any:
        """Ask the server as this person, by other means than the connector's own, and return the JSON."""
        headers = {"Authorization": f"Bearer {person.token}"}
        answer = requests.request(method, f"{self.url}/api/{path}", headers=headers, timeout=20, **more)
        answer.raise_for_status()
        return answer.json()

    def statuses(self, person: Person) -> list[dict[str, Any]]:
        """Return a person's own statuses, newest first."""
        me = self.call("GET", "v1/accounts/verify_credentials", person)["id"]
        found: list[dict[str, Any]] = self.call("GET", f"v1/accounts/{me}/statuses", person, params={"limit": 40})
        return found


@contextlib.contextmanager
def mastodon(folder: Path) -> Iterator[Mastodon]:
    """Return the server of `PLANNER_TEST_MASTODON_URL` (a disposable one, its rate limits off), or run the mock on a free port."""
    url, token = os.environ.get("PLANNER_TEST_MASTODON_URL"), os.environ.get("PLANNER_TEST_MASTODON_TOKEN", "")
    if url:
        yield Mastodon(url.rstrip("/"), itertools.repeat(Person("", token)), real=True)
        return
    if importlib.util.find_spec("mastodon_mock") is None:
        installed.missing("mastodon", "The Mastodon stand-in (the Python package mastodon_mock)")
    people = [Person(f"writer{number}", f"token-{number:03}-of-the-mock") for number in range(_PEOPLE)]
    settings = folder / "mastodon.toml"
    settings.write_text("".join(f'[[seed.accounts]]\nusername = "{each.name}"\naccess_token = "{each.token}"\n' for each in people))
    port = process.free_port()
    command = [sys.executable, "-W", "ignore", "-m", "mastodon_mock", "serve", "--config", str(settings), "--in-memory"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    with process.start(command, log=folder / "mastodon.log", ready=lambda: process.answers(port), cwd=folder):
        yield Mastodon(f"http://127.0.0.1:{port}", iter(people))
