"""Exports: everything of value comes out, no login does, and no cell runs in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from planner.domain.ask import Ask
from planner.domain.campaign import Campaign, CampaignLink
from planner.domain.connection import ConnectionNote
from planner.domain.consent import Consent, StoryBasis
from planner.domain.delivery import Attempt
from planner.domain.event import Event
from planner.domain.hashtag import HashtagCard
from planner.domain.library import Item, Pillar, PostNote, SourceRecord
from planner.domain.lobbying import LobbyingEntry
from planner.domain.metrics import AccountReading, PostReading
from planner.domain.partner import Partner
from planner.domain.petition import Petition, SignatureCount
from planner.domain.writing import CutDown
from planner.services import transfer
from planner.services.transfer import COLUMNS, TABLES
from tests.unit.services.rig import NOW, TOMORROW, Rig
from tests.unit.services.test_services_accounts import LOGIN


def full(rig: Rig) -> dict[str, Any]:
    """A workspace with something of everything, and what its export has to hold."""
    account = rig.account(mode="api")
    rig.accounts.connect(rig.alone(), account.id, LOGIN)
    rig.checker.find("liar", "tone.hostile", "ask")
    post = rig.draft("The flyer said liar", account)
    rig.composer.override(rig.alone(), post.id, account.id, "fp-liar", "quoting", "A quote from a flyer")
    ready = rig.submit(post)
    rig.approvals.approve(rig.alone(), post.id, account.id, ready.digest_for(account.id))
    item = rig.out(rig.calendar.schedule(rig.alone(), post.id, account.id, TOMORROW))
    note = ConnectionNote("", account.id, date(2026, 11, 23), "Library", "Called.", "contact", "call", "", NOW)
    kept = rig.connections.note(rig.alone(), note)
    attempt = Attempt("t1", item.id, 0, 1, 1, "k", "f", "w", item.due_at, item.due_at)
    reading = PostReading(item.id, item.due_at, "hand", {"likes": 0, "reposts": None}, raw="{}")
    followers = AccountReading(account.id, NOW, "hand", {"followers": 7})
    petition = Petition("s1", "Telehealth", "owner", NOW, deadline=date(2026, 12, 31))
    signatures = SignatureCount("s1", NOW, "hand", 7, milestones={"Closed": "2026-11-01"}, by="owner")
    campaign = Campaign("k1", "Walk-in week", "owner", NOW, goal="Families know the way", tags=("SocialWork",), starts=date(2026, 11, 1))
    things = {
        "campaigns": campaign,
        "hashtag_cards": HashtagCard("lakewood", "Lakewood", "A town", "owner", NOW, checked_on=date(2026, 11, 24)),
        "events": Event("e1", "k1", "Hearing", "owner", NOW, "2026-12-03T18:00", "America/Denver", place="Town hall"),
        "asks": Ask("q1", "k1", "call", "owner", NOW, by_when=date(2026, 12, 1)),
        "partners": Partner("r1", "k1", "Library", "owner", NOW, signed_at=NOW),
        "lobbying": LobbyingEntry("l1", "k1", date(2026, 11, 24), "HB 1", "direct", 90, "Maya", "owner", NOW, cents=5),
    }
    link = CampaignLink(post.id, "k1", "co-post", "r1", NOW)
    with rig.store.write() as tx:
        tx.petitions.add(petition)
        tx.petitions.add_count(signatures)
        for shelf, thing in zip(shelves(tx), things.values(), strict=True):
            shelf.add(thing)
        tx.campaigns.link(link)
    basis = StoryBasis(post.id, "composite", None, "owner", NOW)
    consent = Consent("c1", "File 7", ("Our page",), NOW.date(), None, written=True, risks_told=True, withdrawal_told=True, by="o", at=NOW)
    comment = rig.approvals.comment(rig.alone(), post.id, "Good.")
    with rig.store.write() as tx:
        tx.consents.add(consent)
        tx.consents.put_basis(basis)
        tx.deliveries.add_attempt(attempt)
        tx.readings.add_post(reading)
        tx.readings.add_account(followers)
    cut = CutDown(post.id, post.id, NOW)
    beside: Any = {
        "bank": (Item("i1", "template", "Thanks", "Thank you.", checked_on=date(2026, 11, 1), at=NOW),),
        "pillars": (Pillar("a", "Everything", 100, "educate"),),
        "sources": (SourceRecord("s1", post.id, "Survey", "news", "article", "owner", NOW, published=date(2026, 1, 1)),),
        "beside_posts": (PostNote(post.id, "a", {"place": "Hall"}),),
    }
    with rig.store.write() as tx:
        tx.writing.put_cut_down(cut)
        tx.library.put_item(beside["bank"][0])
        tx.library.put_pillars(beside["pillars"])
        tx.library.put_source(beside["sources"][0])
        tx.library.put_note(beside["beside_posts"][0])
    with rig.store.read() as tx:
        return {
            "members": tx.members.all(),
            "accounts": (rig.accounts.get(account.id),),
            "posts": (rig.composer.load(post.id),),
            "answers": tx.reviews.answers(post.id),
            "approvals": tx.reviews.approvals(post.id),
            "overrides": tx.reviews.overrides(),
            "consents": (consent,),
            "stories": (basis,),
            "cut_downs": (cut,),
            "comments": (comment,),
            "deliveries": (item,),
            "parts": tx.deliveries.parts(item.id),
            "attempts": (attempt,),
            "figures": (reading,),
            "followers": (followers,),
            "notes": (kept,),
            "petitions": (petition,),
            "signature_counts": (signatures,),
            **{name: (thing,) for name, thing in things.items()},
            "campaign_links": (link,),
            **beside,
            "audit": tx.log.events(),
        }


def shelves(tx: Any) -> tuple[Any, ...]:
    """Return where the things of a campaign lie, in the order of the export's names above."""
    room = tx.campaigns
    return room.campaigns, room.cards, room.events, room.asks, room.partners, room.lobbying


def plain(value: Any) -> Any:
    """Return a value as JSON would hold it: the oracle."""
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def test_everything_comes_out_and_reads_back_as_it_was(rig: Rig) -> None:
    expected = full(rig)
    text = rig.transfer.everything(rig.alone())
    found = json.loads(text)
    assert (found.pop("format"), found.pop("exported_at")) == (1, NOW.isoformat())
    assert found == {name: [plain(asdict(item)) for item in items] for name, items in expected.items()}
    assert all(expected.values())
    assert text.endswith("}\n")
    assert list(json.loads(text)) == sorted(json.loads(text))
    assert rig.transfer.everything(rig.alone()) == text


def test_no_login_and_no_key_come_out(rig: Rig) -> None:
    full(rig)
    out = rig.transfer.everything(rig.alone()) + "".join(rig.transfer.table(rig.alone(), name) for name in TABLES)
    assert "secret" not in out
    assert "app_password" not in out


def test_an_empty_workspace_comes_out_with_its_headers(rig: Rig) -> None:
    viewer = rig.member("vera", "viewer")
    assert json.loads(rig.transfer.everything(viewer))["posts"] == []
    for name in TABLES:
        assert list(csv.reader(io.StringIO(rig.transfer.table(viewer, name)))) == [list(COLUMNS[name])]


def test_more_posts_than_a_page_come_out_once_each(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "_PAGE", 2)
    posts = [rig.draft(f"Post {number}") for number in range(5)]
    found = [post["id"] for post in json.loads(rig.transfer.everything(rig.alone()))["posts"]]
    assert sorted(found) == sorted(post.id for post in posts)


def rows(rig: Rig, name: str) -> list[dict[str, str]]:
    text = rig.transfer.table(rig.alone(), name)  # type: ignore[arg-type]
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_each_table_says_what_it_has_to(rig: Rig) -> None:
    data = full(rig)
    item, post = data["deliveries"][0], data["posts"][0]
    at = "2026-11-25T17:00:00+00:00"
    assert rows(rig, "posts") == [
        {
            "post": post.id,
            "account": "'@juniper (Bluesky)",
            "state": "ready",
            "purpose": "educate",
            "type": "plain",
            "labels": "",
            "title": "",
            "text": "The flyer said liar",
            "changed": NOW.isoformat(),
        }
    ]
    assert rows(rig, "deliveries") == [
        {
            "delivery": item.id,
            "post": post.id,
            "account": "'@juniper (Bluesky)",
            "state": "sent",
            "local time": "2026-11-25T10:00",
            "zone": "America/Denver",
            "due (UTC)": at,
            "sent (UTC)": at,
            "address": "https://example.org/1",
            "reason": "",
        }
    ]
    assert rows(rig, "figures") == [
        {
            "delivery": item.id,
            "read (UTC)": at,
            "source": "hand",
            "gone": "False",
            "likes": "0",
            "reposts": "",
            "replies": "",
            "quotes": "",
            "comments": "",
            "impressions": "",
            "bookmarks": "",
        }
    ]
    assert rows(rig, "notes") == [
        {
            "account": "'@juniper (Bluesky)",
            "day": "2026-11-23",
            "who": "Library",
            "text": "Called.",
            "stage": "contact",
            "place": "call",
            "next_step": "",
        }
    ]
    schedule = next(row for row in rows(rig, "audit") if row["what"] == "delivery.schedule")
    assert (schedule["at (UTC)"], schedule["who"], schedule["subject"]) == (NOW.isoformat(), "owner", f"delivery:{item.id}")
    assert json.loads(schedule["details"])["zone"] == "America/Denver"


def test_a_post_without_an_account_and_one_with_two_have_their_rows(rig: Rig) -> None:
    one, two = rig.account(), rig.account(handle="two.example")
    none, both = rig.draft("Nowhere"), rig.draft("Base", one, two)
    rig.save(both, "Base", **{two.id: "Own"})
    assert sorted((row["post"], row["account"], row["text"]) for row in rows(rig, "posts")) == sorted(
        [(none.id, "", "Nowhere"), (both.id, "'@juniper (Bluesky)", "Base"), (both.id, "two.example (Bluesky)", "Own")]
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_cell_runs_in_a_spreadsheet(rig: Rig, start: str) -> None:
    text = start + 'HYPERLINK("https://evil.example","x")'
    rig.draft(text)
    assert [row["text"] for row in rows(rig, "posts")] == ["'" + text]


def test_commas_quotes_and_lines_stay_in_their_cell(rig: Rig) -> None:
    text = 'One, "two"\nthree; مرحبا'
    rig.draft(text)
    assert [row["text"] for row in rows(rig, "posts")] == [text]


def test_values_that_json_does_not_know_are_written_plainly(rig: Rig) -> None:
    account = rig.account()
    found = json.loads(rig.transfer.everything(rig.alone()))["accounts"][0]
    assert found["business_hours"][0] == {"day": 0, "start": "09:00:00", "end": "17:00:00"}
    assert transfer._plain(frozenset({"b", "a"})) == ["a", "b"]
    assert transfer._plain(replace(account, settings={"k": "v"}))["settings"] == {"k": "v"}
    from types import MappingProxyType  # noqa: PLC0415 - only here

    assert transfer._plain(MappingProxyType({"k": datetime(2026, 1, 1, tzinfo=UTC)})) == {"k": datetime(2026, 1, 1, tzinfo=UTC)}
