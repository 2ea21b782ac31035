"""The HTTP interface and the calendar feed, asked by a real client of the real server."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as Hour  # noqa: N812 - `time` is the module here
from typing import TYPE_CHECKING, Any

import httpx
import icalendar
import pytest

from planner.bootstrap import build
from planner.domain.account import Account
from planner.domain.review import READERS
from planner.domain.schedule import Window
from planner.settings import ROOT, Settings
from planner.ui.doors import Limit
from tests.servers.process import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.services.house import Planner

pytestmark = pytest.mark.feature("CLI and HTTP API")
SCOPES = ("check", "read", "write", "schedule", "hold")


@dataclass
class Door:
    """A running server, the planner over the same folder, and a token with every scope."""

    url: str
    planner: Planner
    account: Account
    token: str

    def ask(self, method: str, path: str, told: Any = None, *, key: str = "", token: str | None = None, **more: Any) -> httpx.Response:
        secret = self.token if token is None else token
        headers = {**({"Authorization": f"Bearer {secret}"} if secret else {}), **({"Idempotency-Key": key} if key else {})}
        return httpx.request(method, f"{self.url}/api/v1/{path}", json=told, headers=headers, timeout=60, **more)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder, port = tmp_path_factory.mktemp("doors"), free_port()
    env = {"PLANNER_DATA_DIR": str(folder), "PLANNER_PORT": str(port), "PLANNER_LOG_LEVEL": "WARNING"}
    planner = build(Settings.from_env(env))
    me = planner.workspace.actor()
    planner.workspace.start(me, "empty")
    account = planner.accounts.add(
        me,
        Account(
            "",
            "Dana Smith",
            "Helps parents",
            "practice",
            "linkedin",
            "Ridge",
            "hand",
            "America/Denver",
            ("US",),
            planner.clock.now(),
            business_hours=tuple(Window(day, Hour(9), Hour(17)) for day in range(7)),
            author="therapist",
            org_type="practice",
        ),
    )
    _, token = planner.access.make_token(me, "tests", SCOPES)
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "planner", "web"], cwd=ROOT, env={**os.environ, **env}, stdout=log, stderr=log)
        try:
            _ready(f"http://127.0.0.1:{port}", process)
            yield Door(f"http://127.0.0.1:{port}", planner, account, token)
        finally:
            process.terminate()
            process.wait(20)
            planner.store.close()


def _ready(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None
        try:
            if httpx.get(f"{url}/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("The server did not become ready.")


def test_a_text_is_checked_by_the_same_rules(door: Door) -> None:
    answer = door.ask("POST", "check", {"text": "My 15-year-old client cried today.", "account": "Ridge"})
    assert answer.status_code == 200
    told = answer.json()
    assert told["verdict"] == "block"
    assert "confidentiality.client-reference" in {one["rule"] for one in told["findings"]}
    assert door.ask("POST", "check", {"text": "Sleep helps."}).json()["verdict"] == "pass"
    for wrong, status in (({"text": 3}, 422), ([], 422), ({"text": "a", "account": "nobody"}, 422), ({"text": "a", "kind": "song"}, 422)):
        assert door.ask("POST", "check", wrong).status_code == status


def test_the_same_key_twice_makes_one_post(door: Door) -> None:
    told = {"text": "Sleep and worry feed each other.", "accounts": ["Ridge"], "purpose": "educate", "labels": ["sleep"]}
    first, again = door.ask("POST", "posts", told, key="one"), door.ask("POST", "posts", told, key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    listed = [row["id"] for row in door.ask("GET", "posts").json()["posts"]]
    assert listed.count(first.json()["id"]) == 1
    assert len(door.planner.composer.recent(search="feed each other")) == 1
    other = door.ask("POST", "posts", {**told, "text": "Another."}, key="one")
    assert (other.status_code, other.json()["error"]["kind"]) == (409, "conflict")
    assert door.ask("POST", "posts", told).json()["error"]["sentence"].startswith("Send the header Idempotency-Key")
    assert door.ask("POST", "posts", {**told, "text": " "}, key="empty").json()["error"]["field"] == ["text"]


def test_what_the_gate_blocks_stays_a_draft(door: Door) -> None:
    told = {"text": "My 15-year-old client cried today.", "accounts": ["Ridge"], "submit": True, "read_as": list(READERS)}
    answer = door.ask("POST", "posts", told, key="blocked").json()
    assert (answer["state"], answer["submitted"], answer["waits"]["kind"]) == ("draft", False, "blocked")
    assert "confidentiality.client-reference" in answer["waits"]["rules"]
    assert answer["gate"][0]["clear"] is False
    refused = door.ask("POST", "deliveries", {"post": answer["id"], "account": "Ridge", "at": "2030-01-01T10:00"}, key="try")
    assert (refused.status_code, refused.json()["error"]["kind"]) in ((422, "blocked"), (409, "not-ready"))
    assert door.planner.calendar.of_post(answer["id"]) == ()


@pytest.mark.clause("C133")
@pytest.mark.feature("ICS feed")
def test_a_post_goes_from_the_interface_to_the_feed(door: Door) -> None:
    told = {"text": "Rest is part of work.", "title": "On rest", "accounts": ["Ridge"], "submit": True}
    open_ = door.ask("POST", "posts", told, key="open").json()
    assert (open_["submitted"], open_["waits"]["kind"], open_["gate"][0]["read_as"]) == (False, "unanswered", list(READERS))
    answers = dict.fromkeys(open_["gate"][0]["questions"], "no")
    ready = door.ask("POST", "posts", {**told, "read_as": list(READERS), "answers": answers}, key="ready").json()
    assert ready["submitted"], ready["waits"]
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    plan = {
        "post": ready["id"],
        "account": "Ridge",
        "at": f"{day}T10:00",
        "accept": ["outside-hours", "quiet-hours", "near-duplicate", "same-hour"],
    }
    made, again = door.ask("POST", "deliveries", plan, key="plan"), door.ask("POST", "deliveries", plan, key="plan")
    assert (made.status_code, made.json()) == (201, again.json())
    assert len(door.planner.calendar.of_post(ready["id"])) == 1
    lines = door.ask("GET", "deliveries?format=jsonl")
    assert lines.headers["content-type"].startswith("application/x-ndjson")
    assert [one for one in lines.text.splitlines() if made.json()["id"] in one]
    key, link = door.planner.access.make_feed(door.planner.workspace.actor(), "Partners")
    feed = httpx.get(f"{door.url}/feeds/{link}.ics", timeout=60)
    assert (feed.status_code, feed.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert "Rest is part of work" not in feed.text
    assert [str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(feed.content).walk("VEVENT")] == [
        f"On rest ({door.account.title})"
    ]
    same = httpx.get(f"{door.url}/feeds/{link}.ics", headers={"If-None-Match": feed.headers["etag"]}, timeout=60)
    assert (same.status_code, same.content) == (304, b"")
    door.planner.access.revoke(door.planner.workspace.actor(), key.id)
    assert httpx.get(f"{door.url}/feeds/{link}.ics", timeout=60).status_code == 404


def test_posts_are_held_and_let_go(door: Door) -> None:
    wrong = door.ask("POST", "hold", {"scope": "account", "target": "nobody", "reason": "x"}, key="h0")
    assert wrong.status_code == 422
    hold = door.ask("POST", "hold", {"scope": "account", "target": "Ridge", "reason": "A local tragedy"}, key="h1")
    assert (hold.status_code, hold.json()["target"]) == (201, door.account.id)
    assert [one["id"] for one in door.ask("GET", "hold").json()["holds"]] == [hold.json()["id"]]
    assert "released" in door.ask("DELETE", f"hold/{hold.json()['id']}", key="h2").json()
    assert door.ask("GET", "hold").json() == {"holds": []}


def test_only_a_token_with_the_scope_opens_the_door(door: Door) -> None:
    me = door.planner.workspace.actor()
    key, narrow = door.planner.access.make_token(me, "narrow", ["read"])
    assert door.ask("GET", "posts", token=narrow).status_code == 200
    refused = door.ask("POST", "posts", {"text": "a"}, key="n", token=narrow)
    assert (refused.status_code, refused.json()["error"]["kind"]) == (403, "not-allowed")
    door.planner.access.revoke(me, key.id)
    for token in (narrow, "", "dsc_wrong"):
        answer = door.ask("GET", "posts", token=token)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert door.ask("GET", "posts/nothing").status_code == 404
    assert door.ask("GET", "secrets").status_code == 404
    assert door.ask("GET", "deliveries?from=soon").status_code == 422
    assert door.ask("GET", "deliveries?from=2026-01-01&to=2020-01-01").status_code == 422
    assert door.ask("POST", "check", {"text": "a" * 1_100_000}).status_code == 413
    assert (
        httpx.get(
            f"{door.url}/api/v1/posts", headers={"Host": "evil.example", "Authorization": f"Bearer {door.token}"}, timeout=60
        ).status_code
        == 400
    )


def test_guessing_is_slowed_down(door: Door) -> None:
    statuses = [httpx.get(f"{door.url}/feeds/{number}.ics", timeout=60).status_code for number in range(40)]
    assert statuses[0] == 404
    assert statuses[-1] == 429


@pytest.mark.feature("ICS feed")
def test_a_limit_counts_a_minute_for_each_name() -> None:
    now = [0.0]
    limit = Limit(2, lambda: now[0])
    assert [limit.allows("a"), limit.allows("a"), limit.allows("a"), limit.allows("b")] == [True, True, False, True]
    assert limit.allows("b", count=False)
    now[0] = 60.0
    assert limit.allows("a")
    for number in range(10_002):
        limit.allows(str(number))
    now[0] = 130.0
    assert limit.allows("a")
