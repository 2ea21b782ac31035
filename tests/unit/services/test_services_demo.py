"""The demo practice: it loads once into an empty workspace, shows every state, and its words pass the product's own checklist."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planner.domain.account import validate
from planner.domain.connection import STAGES
from planner.domain.delivery import STATES
from planner.domain.errors import NotAllowed, NotReady
from planner.domain.schedule import inside, local_wall
from planner.services.decisions import Decisions
from planner.services.demo import Demo
from planner.services.publisher import Publisher

if TYPE_CHECKING:
    from planner.domain.post import Post
    from tests.unit.services.rig import Rig

SCRIPT: dict[str, Any] = tomllib.loads((Path(__file__).parents[3] / "content_bank" / "demo" / "practice.toml").read_text(encoding="utf-8"))
FAR = timedelta(days=400)


def load(rig: Rig, script: dict[str, Any] = SCRIPT) -> int:
    return Demo(rig.store, rig.clock, rig.ids, script).load(rig.alone())


def everything(rig: Rig) -> tuple[Any, ...]:
    now = rig.clock.now()
    return rig.calendar.window(now - FAR, now + FAR)


def post_that(rig: Rig, words: str) -> Post:
    return next(post for post in rig.composer.recent(limit=100) if words in post.base.text)


# --- loading ----------------------------------------------------------------------------------------------------------------------


def test_the_demo_goes_into_an_empty_workspace_once(rig: Rig) -> None:
    assert load(rig) == len(SCRIPT["post"]) == len(rig.composer.recent(limit=100))
    assert rig.workspace.started() == "demo"
    before = rig.transfer.everything(rig.alone())
    with pytest.raises(NotReady, match="goes into an empty workspace only"):
        load(rig)
    assert rig.transfer.everything(rig.alone()) == before


@pytest.mark.parametrize("what", ["account", "archived account", "post"])
def test_the_demo_never_mixes_with_ones_own(rig: Rig, what: str) -> None:
    if what == "post":
        rig.draft("Mine")
    else:
        account = rig.account()
        if what != "account":
            rig.accounts.archive(rig.alone(), account.id)
    with pytest.raises(NotReady):
        load(rig)
    assert rig.workspace.started() is None


def test_only_an_admin_loads_the_demo(rig: Rig) -> None:
    with pytest.raises(NotAllowed):
        Demo(rig.store, rig.clock, rig.ids, SCRIPT).load(rig.member("otto", "publisher"))
    assert rig.accounts.all() == ()


def test_a_script_that_breaks_leaves_nothing_behind(rig: Rig) -> None:
    broken = {**SCRIPT, "note": [{**SCRIPT["note"][0], "account": "nobody"}]}
    with pytest.raises(KeyError):
        load(rig, broken)
    assert (rig.accounts.all(), rig.composer.recent(), rig.workspace.started()) == ((), (), None)


# --- what is in it ----------------------------------------------------------------------------------------------------------------


def test_every_state_is_there_but_the_one_that_lasts_seconds(rig: Rig) -> None:
    load(rig)
    found = Counter(entry.delivery.state for entry in everything(rig))
    assert set(found) == set(STATES) - {"sending"}
    assert {post.state for post in rig.composer.recent(limit=100)} == {"draft", "ready"}


def test_nothing_of_it_is_ever_sent_and_all_of_it_says_demo(rig: Rig) -> None:
    load(rig)
    assert {account.mode for account in rig.accounts.all()} == {"hand"}
    for entry in everything(rig):
        assert (entry.delivery.demo, entry.delivery.mode) == (True, "hand")
    assert all(post.demo for post in rig.composer.recent(limit=100))
    assert all(note.demo for note in rig.connections.all())
    for account in rig.accounts.all():
        validate(account)


def test_each_row_is_whole_and_true_to_its_state(rig: Rig) -> None:
    load(rig)
    now = rig.clock.now()
    for entry in everything(rig):
        item = entry.delivery
        assert (item.due_at < now) == (item.state not in ("queued", "held"))
        assert (item.url is not None and item.sent_at is not None) == (item.state == "sent")
        assert item.sent_at is None or item.sent_at <= now
        assert (item.reason is not None) == (item.state not in ("sent", "queued"))
        post = rig.composer.load(item.post_id)
        with rig.store.read() as tx:
            assert tx.reviews.approval(item.approval_id or "").digest == item.digest == post.digest_for(item.account_id)
            held = [hold.target for hold in tx.deliveries.holds()]
        assert (item.id in held) == (item.state == "held")
        assert post.created_at < item.due_at
    with rig.store.read() as tx:
        assert [hold.reason for hold in tx.deliveries.holds()] == ["Waiting until two numbers on the list have been checked again."]


@pytest.mark.parametrize("day", range(7))
def test_on_every_weekday_the_month_looks_lived_in(rig: Rig, day: int) -> None:
    """Posts lie on workdays within business hours, and no two of an account within the hour."""
    rig.clock.on(days=day, hours=7 * (day % 2))
    load(rig)
    entries = everything(rig)
    for entry in entries:
        assert inside(entry.account.business_hours, local_wall(entry.delivery.due_at, entry.account.zone))
    by_account: dict[str, list[datetime]] = {}
    for entry in entries:
        by_account.setdefault(entry.account.id, []).append(entry.delivery.due_at)
    for times in by_account.values():
        assert all(later - earlier >= timedelta(hours=1) for earlier, later in pairwise(times))


@pytest.mark.clause("C122", "C126")
def test_figures_have_gaps_and_followers_come_with_notes(rig: Rig) -> None:
    load(rig)
    now = rig.clock.now()
    rows = rig.insights.posts(now - FAR, now)
    assert any(row.total is not None for row in rows)
    assert all(row.source == "demo" for row in rows if row.values)
    assert any(value is None or "likes" not in row.values for row in rows for value in [row.values.get("likes")])
    for account in rig.accounts.all():
        found = rig.insights.followers(account.id, now - FAR, now)
        days = [reading.taken_at for reading in found.readings]
        assert days == sorted(days)
        assert all(at <= now for at in days)
    assert {note.stage for note in rig.connections.all()} <= set(STAGES)
    assert rig.connections.stages()["relationship"] == 1


def test_no_reading_comes_from_the_future(rig: Rig) -> None:
    rig.clock.at = datetime(2026, 11, 24, 0, 5, tzinfo=UTC)
    load(rig)
    now = rig.clock.now()
    for row in rig.insights.posts(now - FAR, now + FAR):
        assert all(reading.taken_at <= now for reading in rig.insights.history(row.delivery.id))
    for account in rig.accounts.all():
        assert len(rig.insights.followers(account.id, now, now + FAR).readings) == 0


def test_a_figure_of_tomorrow_is_left_out(rig: Rig) -> None:
    row = next(row for row in SCRIPT["post"] if row.get("states") == ["sent"])
    figures = [{"after_hours": 1, "likes": 1}, {"after_hours": 24 * 40, "likes": 9}]
    load(rig, {**SCRIPT, "post": [{**row, "figures": figures}]})
    item = everything(rig)[0].delivery
    assert [dict(reading.values) for reading in rig.insights.history(item.id)] == [{"likes": 1}]


def test_links_and_variants_of_the_script_are_kept(rig: Rig) -> None:
    row = {
        "accounts": ["blog", "bluesky"],
        "text": "Base",
        "title": "Title",
        "purpose": "educate",
        "post_state": "draft",
        "link": {"url": "https://example.org", "title": "Name"},
        "variant": {"bluesky": " Own "},
    }
    load(rig, {**SCRIPT, "post": [row]})
    post = rig.composer.recent()[0]
    assert [post.content_for(key).text for key in post.account_ids] == ["Base", "Own"]
    assert post.base.link is not None
    assert post.base.link.url == "https://example.org"


# --- its words --------------------------------------------------------------------------------------------------------------------


def test_the_draft_that_shall_block_really_blocks(real: Rig) -> None:
    load(real)
    passage = real.composer.check(post_that(real, "I have a client with PTSD").id)[0]
    rules = {item.finding.rule for item in passage.blocking}
    assert {"confidentiality.client-reference", "confidentiality.quasi-identifier"} <= rules
    assert not passage.clear


def test_every_other_post_passes_or_is_only_advised(real: Rig) -> None:
    load(real)
    trouble = [
        (post.headline, item.field, item.finding.rule, item.finding.level, item.finding.quote)
        for post in real.composer.recent(limit=100)
        if "I have a client with PTSD" not in post.base.text
        for passage in real.composer.check(post.id)
        for item in passage.findings
        if item.finding.level != "advise"
    ]
    assert trouble == []


def test_every_post_fits_its_platform(real: Rig) -> None:
    load(real)
    problems = [
        (post.headline, passage.account.platform, passage.measure.problems)
        for post in real.composer.recent(limit=100)
        for passage in real.composer.check(post.id)
        if passage.measure.problems
    ]
    assert problems == []


@pytest.mark.feature("Hand-posting")
def test_what_is_on_its_calendar_comes_as_cards_that_can_be_tried(real: Rig) -> None:
    load(real)
    queued = [entry.delivery for entry in everything(real) if entry.delivery.state == "queued"]
    publisher = Publisher(real.store, real.platforms, real.gate, real.clock, real.ids)
    decisions = Decisions(real.store, real.clock, real.ids)
    for item in queued:
        real.clock.at = max(real.clock.at, item.due_at)
        publisher.deliver(item.id, item.generation)
        with real.store.read() as tx:
            assert tx.deliveries.get(item.id).state == "sending"
        assert decisions.posted(real.alone(), item.id).state == "sent"
    assert len(queued) == sum(row.get("states", []).count("queued") for row in SCRIPT["post"])


def test_every_note_passes_the_gate(real: Rig) -> None:
    load(real)
    for note in real.connections.all():
        real.connections.change(real.workspace.actor(), note, sure=True)  # raises Blocked for a note that speaks of a client
