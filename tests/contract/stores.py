"""What every store must do, whatever database it stands on: imported by test_stores.py and run on each of them."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from connectors.base import Credentials, Media
from planner.checklist.report import LedgerEntry
from planner.domain import delivery as moves
from planner.domain.access import AccessKey
from planner.domain.account import Account, Facts
from planner.domain.ask import Ask
from planner.domain.audit import AuditEvent, Notice
from planner.domain.campaign import Campaign, CampaignLink
from planner.domain.connection import ConnectionNote
from planner.domain.consent import Consent, StoryBasis
from planner.domain.delivery import Attempt, Delivery, DeliveryPart, Hold, Ready
from planner.domain.errors import Conflict, Missing, NotReady, PlannerError
from planner.domain.event import Event
from planner.domain.hashtag import HashtagCard
from planner.domain.library import Item, Pillar, PostNote, SourceRecord
from planner.domain.lobbying import LobbyingEntry
from planner.domain.metrics import AccountReading, PostReading
from planner.domain.partner import Partner
from planner.domain.people import Member
from planner.domain.petition import Petition, PetitionLook, SignatureCount
from planner.domain.post import Content, LinkCard, MediaRef, Post, PostVariant
from planner.domain.review import AnswerGiven, Approval, Comment, Override
from planner.domain.rule_use import RuleCount, Sighting
from planner.domain.schedule import Slot, Window
from planner.domain.similarity import prints
from planner.domain.writing import CutDown, KeptCopy

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.store import SqlStore
    from planner.store.work import SqlTransaction

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ACCOUNT = Account(
    id="acc1",
    owner="Dana Ruiz",
    purpose="Public education",
    kind="practice",
    platform="bluesky",
    handle="@dana.example",
    mode="api",
    zone="America/Denver",
    countries=("US", "GB"),
    created_at=NOW,
    business_hours=(Window(0, time(9), time(17)),),
    quiet_hours=(Window(6, time(22), time(6)),),
    slots=(Slot(1, time(9, 30)),),
    facts=Facts(names=("Dana",), town="Boulder"),
    settings={"server": "https://example.invalid"},
)
POST = Post(
    id="p1",
    base=Content(text="Grief has no timetable.", langs=("en", "es"), link=LinkCard("https://example.org", "A title")),
    variants=(
        PostVariant("acc1"),
        PostVariant("acc2", Content(text="Ünïcode 🌱", media=(MediaRef("d" * 64, "a.png", "image/png", 9, "alt"),))),
    ),
    created_by="m1",
    created_at=NOW,
    updated_at=NOW,
    labels=("Grief", "loss"),
    campaign="autumn",
)
ENTRY = Delivery(
    id="d1",
    post_id="p1",
    account_id="acc1",
    state="queued",
    mode="api",
    digest="0" * 64,
    approval_id="a1",
    wall="2026-11-24T09:00",
    zone="America/Denver",
    due_at=NOW,
    timing="plain",
    created_by="m1",
    created_at=NOW,
    updated_at=NOW,
)


def fill(store: SqlStore) -> None:
    """Two accounts and one post, which most of the others need."""
    with store.write() as tx:
        tx.accounts.add(ACCOUNT)
        tx.accounts.add(replace(ACCOUNT, id="acc2", created_at=NOW + MINUTE))
        tx.posts.add(POST)


def sent(entry: Delivery, at: datetime) -> tuple[Delivery, Delivery]:
    """The two steps from queued to sent."""
    claimed = moves.claim(entry, "w", at, at + MINUTE)
    return claimed, moves.sent(claimed, at, "https://example.org/1")


class StoreContract:
    """Inherit, and give `store` and `twin` (a second store on the same database) as fixtures."""

    def test_members_come_back_as_they_were_put(self, store: SqlStore) -> None:
        anna, ben = Member("m1", "Anna", "admin", True, NOW), Member("m2", "Ben", "viewer", True, NOW + MINUTE)
        with store.write() as tx:
            tx.members.put(ben)
            tx.members.put(anna)
            tx.members.put(replace(ben, active=False))
        with store.read() as tx:
            assert tx.members.all() == (anna, replace(ben, active=False))
            assert tx.members.get("m1") == anna
            with pytest.raises(Missing):
                tx.members.get("m3")

    def test_accounts_keep_every_field_and_refuse_an_older_version(self, store: SqlStore) -> None:
        fill(store)
        after = replace(ACCOUNT, handle="@new", archived=True, expires_at=NOW, version=2)
        with store.write() as tx:
            assert tx.accounts.get("acc1") == ACCOUNT
            assert tx.accounts.swap(ACCOUNT, after)
            assert not tx.accounts.swap(ACCOUNT, after)
        with store.read() as tx:
            assert tx.accounts.get("acc1") == after
            assert [item.id for item in tx.accounts.all()] == ["acc2"]
            assert [item.id for item in tx.accounts.all(archived=True)] == ["acc1", "acc2"]
            with pytest.raises(Missing):
                tx.accounts.get("nobody")

    def test_posts_keep_their_history(self, store: SqlStore) -> None:
        fill(store)
        after = replace(POST, base=Content(text="Anew"), variants=(PostVariant("acc2"),), version=2, updated_at=NOW + MINUTE, state="ready")
        with store.write() as tx:
            assert tx.posts.get("p1") == POST
            assert tx.posts.swap(POST, after)
            assert not tx.posts.swap(POST, after)
        with store.read() as tx:
            assert tx.posts.get("p1") == after
            assert tx.posts.version("p1", 1) == POST
            assert tx.posts.version("p1", 2) == after
            assert tx.posts.many(["p1", "none", "p1"]) == {"p1": after}
            with pytest.raises(Missing):
                tx.posts.version("p1", 3)
            assert tx.posts.page(account_id="acc1") == ()
            assert tx.posts.page(account_id="acc2") == (after,)

    def test_posts_are_paged_and_searched(self, store: SqlStore) -> None:
        fill(store)
        posts = [
            replace(POST, id=f"q{n}", base=Content(text=f"Number {n}"), updated_at=NOW + n // 2 * MINUTE, variants=()) for n in range(5)
        ]
        with store.write() as tx:
            for post in posts:
                tx.posts.add(post)
        with store.read() as tx:
            first = tx.posts.page(limit=3)
            rest = tx.posts.page(limit=9, before=first[-1].id)
            assert [post.id for post in (*first, *rest)] == ["q4", "q3", "q2", "q1", "q0", "p1"]
            assert [post.id for post in tx.posts.page(search="NUMBER  3")] == ["q3"]
            assert [post.id for post in tx.posts.page(search="ÜNÏCODE")] == ["p1"]
            assert [post.id for post in tx.posts.page(search="loss", limit=1)] == ["q4"]
            assert tx.posts.page(search="%") == ()
            assert tx.posts.page(states=("archived",)) == ()
            assert len(tx.posts.page(states=("draft", "ready"))) == 6

    def test_a_post_is_deleted_with_what_belongs_to_it_but_never_one_that_went_out(self, store: SqlStore) -> None:
        fill(store)
        with store.write() as tx:
            tx.reviews.put_answer(AnswerGiven("p1", "c", "s", "yes", "m1", NOW))
            tx.ledgers.replace("acc1", "p1", (LedgerEntry("p1", "2026-11-24", "s", "place", "k", "Boulder"),))
            tx.deliveries.add(moves.cancel(ENTRY, NOW))
            tx.posts.delete("p1")
            assert tx.reviews.answers("p1") == ()
            assert tx.ledgers.entries("acc1") == ()
            tx.posts.add(POST)
            tx.deliveries.add(ENTRY)
        with pytest.raises(NotReady), store.write() as tx:
            tx.posts.delete("p1")
        with store.read() as tx:
            assert tx.posts.get("p1") == POST

    def test_reports_answers_and_approvals(self, store: SqlStore) -> None:
        fill(store)
        answer = AnswerGiven("p1", "c", "s", "yes", "m1", NOW)
        approval = Approval("a1", "p1", "acc1", "dig", "m1", NOW, True, NOW + MINUTE)
        with store.write() as tx:
            assert tx.reviews.report("p1", "acc1") is None
            tx.reviews.put_report("p1", "acc1", "c1", "{}", NOW)
            tx.reviews.put_report("p1", "acc1", "c2", '{"a":1}', NOW + MINUTE)
            tx.reviews.put_answer(answer)
            tx.reviews.put_answer(replace(answer, key="no"))
            tx.reviews.put_answer(replace(answer, subject="t", at=NOW - MINUTE))
            tx.reviews.add_approval(approval)
        with store.read() as tx:
            assert tx.reviews.report("p1", "acc1") == ("c2", '{"a":1}', NOW + MINUTE)
            assert tx.reviews.answers("p1") == (replace(answer, subject="t", at=NOW - MINUTE), replace(answer, key="no"))
            assert tx.reviews.approvals("p1") == (approval,)
            assert tx.reviews.approval("a1") == approval
            with pytest.raises(Missing):
                tx.reviews.approval("a2")

    def test_overrides_are_chained(self, store: SqlStore) -> None:
        row = Override("o1", "p1", "f", "r", "block", 1, "m1", "admin", NOW, "name", "It is my own name here.", NOW)
        with store.write() as tx:
            one = tx.reviews.add_override(row)
            two = tx.reviews.add_override(replace(row, id="o2", post_id="p2"))
        assert one.prev_hash == "0" * 64
        assert two.prev_hash == one.hash
        with store.read() as tx:
            assert tx.reviews.overrides() == (one, two)
            assert tx.reviews.overrides("p2") == (two,)

    @pytest.mark.parametrize("table", ["override_log", "audit"])
    @pytest.mark.parametrize("statement", ["UPDATE {} SET id = 'x'", "DELETE FROM {}"])
    def test_logs_can_never_be_changed(self, store: SqlStore, table: str, statement: str) -> None:
        row = Override("o1", "p1", "f", "r", "block", 1, "m1", "admin", NOW, "name", "It is my own name here.", NOW)
        with store.write() as tx:
            tx.reviews.add_override(row)
            tx.log.audit(AuditEvent("e1", NOW, "m1", "hold", "post:p1"))
        with pytest.raises(Exception, match="append-only"), store.write() as tx:
            tx._connection.exec_driver_sql(statement.format(table))

    def test_published_words_are_kept_as_they_were(self, store: SqlStore) -> None:
        fill(store)
        with store.write() as tx:
            post = tx.posts.get(POST.id)
            tx.deliveries.add(ENTRY)
            item = tx.deliveries.get(ENTRY.id)
            assert tx.deliveries.swap(item, replace(item, state="sent", sent_at=NOW))
        words = replace(post, base=replace(post.base, text="Other words."), version=post.version + 1)
        with pytest.raises(Exception, match="kept as they were"), store.write() as tx:
            tx.posts.swap(post, words)
        with store.write() as tx:
            assert tx.posts.swap(post, replace(post, labels=("kept",), version=post.version + 1))

    def test_findings_in_use_are_counted_by_rule_and_outcome(self, store: SqlStore) -> None:
        fill(store)
        one = Sighting(POST.id, "f1", "tone.hostile", "ask", NOW)
        two = Sighting(POST.id, "f2", "claims.stale-source", "block", NOW + MINUTE)
        with store.write() as tx:
            tx.sightings.saw((one, two))
            tx.sightings.saw((replace(one, at=NOW + MINUTE),))
            assert tx.sightings.waiting(POST.id) == (one, two)
            tx.sightings.settle(POST.id, "f1", "fixed", NOW + MINUTE)
        with store.read() as tx:
            assert tx.sightings.waiting(POST.id) == (two,)
            assert tx.sightings.counts() == (
                RuleCount("claims.stale-source", "waiting", 1),
                RuleCount("tone.hostile", "fixed", 1),
            )

    def test_consents_what_rests_upon_them_and_comments(self, store: SqlStore) -> None:
        fill(store)
        day = date(2026, 11, 1)
        made = Consent(
            "c1", "File 7", ("Our page", "A report"), day, None, written=True, risks_told=True, withdrawal_told=True, by="m1", at=NOW
        )
        other = replace(made, id="c2", expires_on=date(2027, 1, 1), at=NOW + MINUTE)
        basis = StoryBasis(POST.id, "consent", "c1", "m1", NOW)
        said = Comment("k1", POST.id, "m1", NOW, 1, "Good.")
        with store.write() as tx:
            tx.consents.add(made)
            tx.consents.add(other)
            tx.consents.put_basis(replace(basis, basis="composite", consent_id=None))
            tx.consents.put_basis(basis)
            tx.talk.add_comment(said)
        gone = replace(made, withdrawn_at=NOW, withdrawn_why="By phone")
        with store.write() as tx:
            assert tx.consents.all() == (other, made)
            assert tx.consents.get("c3") is None
            assert tx.consents.swap(made, gone)
            assert not tx.consents.swap(made, gone)
            assert tx.consents.swap(gone, replace(gone, withdrawn_why="By letter"))
            assert tx.consents.get("c1") == replace(gone, withdrawn_why="By letter")
            assert (tx.consents.basis(POST.id), tx.consents.basis("nobody")) == (basis, None)
            assert tx.consents.resting_on("c1") == (POST.id,)
            assert tx.talk.comments(POST.id) == (said,)

    def test_cut_downs_copies_and_posts_that_are_alike(self, store: SqlStore) -> None:
        fill(store)
        short = replace(POST, id="p2", base=Content(text="Grief has no timetable, and that is all right."), variants=(PostVariant("acc1"),))
        cut = CutDown("p2", POST.id, NOW)
        kept = KeptCopy(POST.id, "m1", "base", NOW, "My words ✨")
        with store.write() as tx:
            tx.posts.add(short)
            tx.deliveries.add(replace(ENTRY, post_id="p2"))
            tx.writing.put_cut_down(cut)
            tx.writing.put_cut_down(replace(cut, stale_at=NOW))
            tx.writing.put_copy(kept)
            tx.writing.put_copy(replace(kept, by="m2"))
            tx.writing.drop_copy(POST.id, "m2")
        with store.read() as tx:
            assert (tx.writing.cut_down("p2"), tx.writing.cut_down(POST.id)) == (replace(cut, stale_at=NOW), None)
            assert tx.writing.cut_downs(POST.id) == (replace(cut, stale_at=NOW),)
            assert (tx.writing.copy(POST.id, "m1"), tx.writing.copy(POST.id, "m2")) == (kept, None)
            marks = prints("Grief has no timetable, and that is all right, I think")
            assert tx.writing.alike(marks, NOW, NOW + MINUTE, ("queued",)) == (("p2", "acc1"),)
            for start, states in ((NOW + MINUTE, ("queued",)), (NOW, ("sent",))):
                assert tx.writing.alike(marks, start, NOW + 2 * MINUTE, states) == ()
            assert tx.writing.alike((), NOW, NOW + MINUTE, ("queued",)) == ()
        with store.write() as tx:
            assert tx.posts.swap(short, replace(short, base=Content(text="Something else entirely, about sleep."), version=2))
        with store.read() as tx:
            assert tx.writing.alike(marks, NOW, NOW + MINUTE, ("queued",)) == ()
            assert tx.writing.alike(prints("Something else entirely, about sleep."), NOW, NOW + MINUTE, ("queued",)) == (("p2", "acc1"),)

    def test_the_log_is_read_page_by_page(self, store: SqlStore) -> None:
        events = [AuditEvent(f"e{number}", NOW + number * MINUTE, f"m{number % 2}", "hold", "post:p1") for number in range(4)]
        with store.write() as tx:
            for event in events:
                tx.log.audit(event)
            tx.log.audit(AuditEvent("lift", NOW, "m1", "lift", "post:p1"))
        with store.read() as tx:
            assert [one.id for one in tx.talk.trail(limit=2)] == ["lift", "e3"]
            assert [one.id for one in tx.talk.trail(before="e3", limit=2)] == ["e2", "e1"]
            assert [one.id for one in tx.talk.trail(actions=("hold",), actor="m1")] == ["e3", "e1"]
            assert [one.id for one in tx.talk.trail(since=NOW + 2 * MINUTE)] == ["e3", "e2"]
            assert tx.talk.actions() == ("hold", "lift")

    def test_of_a_batch_only_those_change_that_still_stand(self, store: SqlStore) -> None:
        fill(store)
        rows = [replace(ENTRY, id=f"d{number}") for number in range(4)]
        claimed = [moves.claim(row, "w", NOW, NOW + MINUTE) for row in rows]
        with store.write() as tx:
            tx.deliveries.add_all(rows)
            assert tx.deliveries.swap(rows[2], moves.claim(rows[2], "faster", NOW, NOW + MINUTE))
        with store.write() as tx:
            assert tx.deliveries.swap_all(list(zip(rows, claimed, strict=True))) == {"d0", "d1", "d3"}
            assert tx.deliveries.swap_all(list(zip(rows, claimed, strict=True))) == frozenset()
        with store.read() as tx:
            assert [tx.deliveries.get(row.id).lease_owner for row in rows] == ["w", "w", "faster", "w"]

    def test_deliveries_come_back_and_change_by_compare_and_set(self, store: SqlStore) -> None:
        fill(store)
        claimed = moves.claim(ENTRY, "w1", NOW, NOW + MINUTE)
        with store.write() as tx:
            tx.deliveries.add(ENTRY)
            assert tx.deliveries.get("d1") == ENTRY
            assert tx.deliveries.swap(ENTRY, claimed)
            assert not tx.deliveries.swap(ENTRY, claimed)
            assert not tx.deliveries.swap(replace(claimed, lease_owner="w2"), moves.sent(claimed, NOW, None))
            assert not tx.deliveries.swap(replace(claimed, generation=9), moves.sent(claimed, NOW, None))
            assert not tx.deliveries.swap(replace(claimed, due_at=NOW + MINUTE), moves.sent(claimed, NOW, None))
            assert tx.deliveries.swap(claimed, moves.sent(claimed, NOW, "https://example.org/1", "Cut."))
        with store.read() as tx:
            assert tx.deliveries.get("d1") == moves.sent(claimed, NOW, "https://example.org/1", "Cut.")
            assert tx.deliveries.of_post("p1") == (tx.deliveries.get("d1"),)
            assert tx.deliveries.of_posts(["p0", "p1"]) == {"p0": (), "p1": (tx.deliveries.get("d1"),)}
            assert tx.deliveries.counts() == {"sent": 1}
            with pytest.raises(Missing):
                tx.deliveries.get("d2")

    def test_a_note_of_ones_own_is_there_once_and_keeps_its_value(self, store: SqlStore) -> None:
        with store.write() as tx:
            assert tx.log.own_note("share.platform.x") == ""
            tx.log.put_note("share.platform.x", "[[1, 2]]")
        before = store.data_version()
        with store.write() as tx:
            assert tx.log.own_note("share.platform.x") == "[[1, 2]]"
        assert store.data_version() == before

    def test_many_keys_are_read_ahead_whatever_signs_stand_in_them(self, store: SqlStore) -> None:
        names = ['a"b', "c\\d", "e,f", "{g}", "h'i", "", "NULL", " ü ", "%s :values", "a", "b"]
        with store.write() as tx:
            for name in names[:-2]:
                tx.log.put_setting(name, f"value of {name}")
        with store.read() as tx:
            tx.log.foresee(["nothing"], names)
            assert [tx.log.setting(name) for name in names] == [*(f"value of {name}" for name in names[:-2]), None, None]
        with store.read() as tx:
            tx.log.foresee([], [])
            assert tx.log.events(subject="nothing") == ()

    def test_due_gives_every_account_its_first_turn(self, store: SqlStore) -> None:
        fill(store)
        rows = [
            replace(ENTRY, id="a1", due_at=NOW - 3 * MINUTE),
            replace(ENTRY, id="a2", due_at=NOW - 2 * MINUTE),
            replace(ENTRY, id="b1", account_id="acc2", due_at=NOW),
            replace(ENTRY, id="later", due_at=NOW + MINUTE),
            replace(ENTRY, id="backoff", due_at=NOW - MINUTE, next_attempt_at=NOW + 2 * MINUTE),
            replace(ENTRY, id="held", state="held"),
        ]
        with store.write() as tx:
            tx.deliveries.add_all(rows)
        with store.read() as tx:
            assert [item.id for item in tx.deliveries.due(NOW, limit=9)] == ["a1", "b1", "a2"]
            assert [item.id for item in tx.deliveries.due(NOW, limit=1)] == ["a1"]
            assert [item.id for item in tx.deliveries.ready(NOW, limit=9)] == ["a1", "a2", "b1"]
            assert [item.id for item in tx.deliveries.ready(NOW, limit=9, since=NOW - 2 * MINUTE)] == ["b1"]
            assert [item.id for item in tx.deliveries.ready(NOW, limit=9, busy={"acc2", "acc3"})] == ["a1", "a2"]
            assert [item.id for item in tx.deliveries.ready(NOW, limit=2, busy={"acc1"})] == []  # of the first two
            assert tx.deliveries.next_due() == NOW - 3 * MINUTE
            assert [item.id for item in tx.deliveries.due(NOW + 2 * MINUTE, limit=9)] == ["a1", "b1", "a2", "later", "backoff"]
            assert [item.id for item in tx.deliveries.window(NOW, NOW + MINUTE)] == ["b1", "held"]
            assert [item.id for item in tx.deliveries.window(NOW, NOW + MINUTE, account_id="acc2")] == ["b1"]
            assert [item.id for item in tx.deliveries.window(NOW, NOW + MINUTE, states=("held",))] == ["held"]
            assert [item.id for item in tx.deliveries.by_state(("queued", "held"), limit=2)] == ["a1", "a2"]

    def test_next_due_of_an_empty_queue_is_none(self, store: SqlStore) -> None:
        with store.read() as tx:
            assert tx.deliveries.next_due() is None
            assert tx.deliveries.counts() == {}

    def test_leases_cards_and_looks_fall_due(self, store: SqlStore) -> None:
        fill(store)
        api = moves.claim(ENTRY, "w", NOW, NOW + MINUTE)
        card = moves.claim(replace(ENTRY, id="d2", mode="hand"), "w", NOW, NOW + MINUTE)
        doubt = moves.doubt(replace(api, id="d3"), NOW, "Time-out.", NOW + MINUTE)
        nobody = replace(doubt, id="d4", next_attempt_at=None)
        with store.write() as tx:
            tx.deliveries.add_all((api, card, doubt, nobody))
        with store.read() as tx:
            assert tx.deliveries.expired(NOW) == ()
            assert tx.deliveries.expired(NOW + MINUTE) == (api,)
            assert tx.deliveries.expired(NOW + MINUTE, mode="hand") == (card,)
            assert tx.deliveries.ready(NOW, limit=9) == ()
            assert tx.deliveries.ready(NOW + MINUTE, limit=9) == (
                Ready(doubt.id, doubt.generation, doubt.account_id, "unconfirmed", doubt.next_attempt_at),
            )

    def test_parts_are_frozen_once_and_get_one_remote_id(self, store: SqlStore) -> None:
        fill(store)
        part = DeliveryPart("d1", 0, '{"text":"x"}', ("m",), "f", "k")
        with store.write() as tx:
            tx.deliveries.add(ENTRY)
            tx.deliveries.freeze((part,))
            tx.deliveries.freeze((replace(part, fingerprint="other"), replace(part, index=1)))
            tx.deliveries.put_journal("d1", "upload", "1")
            tx.deliveries.put_journal("d1", "upload", "2")
            assert tx.deliveries.journal("d1") == {"upload": "2"}
            tx.deliveries.part_sent("d1", 0, "ref", "https://example.org/1", NOW)
            tx.deliveries.part_sent("d1", 0, "ref", None, NOW + MINUTE)
        with store.read() as tx:
            done = replace(part, ref="ref", url="https://example.org/1", sent_at=NOW)
            assert tx.deliveries.parts("d1") == (done, replace(part, index=1))
        for step in (lambda tx: tx.deliveries.part_sent("d1", 0, "other", None, NOW), lambda tx: tx.deliveries.thaw("d1")):
            with pytest.raises(Conflict), store.write() as tx:
                step(tx)

    def test_parts_without_a_remote_id_can_be_thawed(self, store: SqlStore) -> None:
        fill(store)
        with store.write() as tx:
            tx.deliveries.add(ENTRY)
            tx.deliveries.freeze((DeliveryPart("d1", 0, "{}", (), "f", "k"),))
            tx.deliveries.put_journal("d1", "upload", "1")
            tx.deliveries.thaw("d1")
        with store.read() as tx:
            assert tx.deliveries.parts("d1") == ()
            assert tx.deliveries.journal("d1") == {}

    def test_attempts_end_once_and_count_for_the_flood_breaker(self, store: SqlStore) -> None:
        fill(store)
        first = Attempt("t1", "d1", 0, 1, 1, "k", "f", "w", NOW, NOW + MINUTE)
        with store.write() as tx:
            tx.deliveries.add(ENTRY)
            tx.deliveries.add_attempt(first)
            tx.deliveries.add_attempt(replace(first, id="t2", number=2, started_at=NOW + MINUTE))
            tx.deliveries.add_attempt(replace(first, id="t3", part=1, started_at=NOW + MINUTE))
            tx.deliveries.end_attempt("t1", NOW + MINUTE, "temporary", "Refused.")
            tx.deliveries.end_attempt("t1", NOW, "sent", None)
        with store.read() as tx:
            ended = replace(first, ended_at=NOW + MINUTE, outcome="temporary", reason="Refused.")
            assert tx.deliveries.attempts("d1")[0] == ended
            assert [item.id for item in tx.deliveries.attempts("d1")] == ["t1", "t3", "t2"]
            assert tx.deliveries.sent_between("acc1", NOW, NOW + 2 * MINUTE) == 2
            assert tx.deliveries.sent_between("acc1", NOW, NOW + MINUTE) == 1
            assert tx.deliveries.sent_between("acc2", NOW, NOW + 2 * MINUTE) == 0

    @pytest.mark.parametrize(
        ("scope", "target", "held"), [("all", "", 3), ("account", "acc2", 1), ("campaign", "autumn", 2), ("delivery", "d1", 1)]
    )
    def test_a_hold_moves_what_is_queued_in_its_scope(self, store: SqlStore, scope: str, target: str, held: int) -> None:
        fill(store)
        hold = Hold("h1", scope, target, "Crisis in town.", "m1", NOW, resume_at=NOW + MINUTE)
        with store.write() as tx:
            tx.posts.add(replace(POST, id="p2", campaign=""))
            tx.deliveries.add_all(
                (
                    ENTRY,
                    replace(ENTRY, id="d2", account_id="acc2"),
                    replace(ENTRY, id="d3", post_id="p2"),
                    replace(ENTRY, id="d4", state="failed"),
                )
            )
            tx.deliveries.put_hold(hold)
            assert tx.deliveries.hold_queued(hold) == held
            assert tx.deliveries.counts().get("held") == held
            row = tx.deliveries.by_state(("held",))[0]
            assert (row.generation, row.held_scope, row.reason, row.resume_at) == (2, scope, "Crisis in town.", NOW + MINUTE)
            assert tx.deliveries.holds() == (hold,)
            tx.deliveries.put_hold(replace(hold, lifted_at=NOW, lifted_by="m1"))
            assert tx.deliveries.holds() == ()
            assert tx.deliveries.holds(active=False) == (replace(hold, lifted_at=NOW, lifted_by="m1"),)

    def test_readings_and_what_is_still_to_be_read(self, store: SqlStore) -> None:
        fill(store)
        claimed, out = sent(ENTRY, NOW)
        first = PostReading("d1", NOW + 61 * MINUTE, "api", {"likes": 0, "reposts": None}, raw="{}")
        with store.write() as tx:
            tx.deliveries.add(ENTRY)
            assert tx.deliveries.swap(ENTRY, claimed)
            assert tx.deliveries.swap(claimed, out)
            assert tx.readings.uncollected(NOW + 59 * MINUTE) == ()
            assert tx.readings.uncollected(NOW + 61 * MINUTE) == (out,)
            tx.readings.add_post(first)
            tx.readings.add_post(replace(first, values={"likes": 9}))
            assert tx.readings.uncollected(NOW + 62 * MINUTE) == ()
            assert tx.readings.uncollected(NOW + timedelta(days=1)) == (out,)
            tx.readings.add_post(replace(first, taken_at=NOW + timedelta(days=7)))
            assert tx.readings.uncollected(NOW + timedelta(days=7, hours=3)) == ()
            assert tx.readings.uncollected(NOW + timedelta(days=28)) == (out,)
            assert tx.readings.uncollected(NOW + timedelta(days=30)) == ()
            tx.readings.add_post(replace(first, taken_at=NOW + timedelta(days=28)))
            assert tx.readings.uncollected(NOW + timedelta(days=28, hours=3)) == ()
            assert tx.readings.latest(["d1", "none"]) == {"d1": replace(first, taken_at=NOW + timedelta(days=28))}
            assert tx.readings.of_delivery("d1")[0] == first
            tx.readings.add_account(AccountReading("acc1", NOW, "api", {"followers": 12}))
            tx.readings.add_account(AccountReading("acc1", NOW, "api", {"followers": 13}))
            assert tx.readings.of_account("acc1", NOW, NOW + MINUTE) == (AccountReading("acc1", NOW, "api", {"followers": 12}),)
            assert tx.readings.of_account("acc1", NOW + MINUTE, NOW + 2 * MINUTE) == ()
            assert tx.readings.accounts_read(("acc1", "acc2"), NOW, NOW + MINUTE) == {"acc1"}
            assert tx.readings.accounts_read(("acc1", "acc2"), NOW - MINUTE, NOW) == frozenset()
            assert tx.readings.accounts_read(("acc2",), NOW, NOW + MINUTE) == frozenset()

    def test_notes(self, store: SqlStore) -> None:
        fill(store)
        note = ConnectionNote("n1", "acc1", date(2026, 11, 24), "Library", "Talked.", "contact", "call", "m1", NOW)
        with store.write() as tx:
            tx.notes.add(note)
            tx.notes.add(replace(note, id="n2", account_id="acc2", day=date(2026, 11, 20)))
            assert tx.notes.swap(note, replace(note, stage="exchange", version=2))
            assert not tx.notes.swap(note, replace(note, stage="exchange", version=2))
        with store.write() as tx:
            assert [item.id for item in tx.notes.all()] == ["n2", "n1"]
            assert [item.id for item in tx.notes.all(account_id="acc2")] == ["n2"]
            assert [item.id for item in tx.notes.all(start=date(2026, 11, 21), end=date(2026, 11, 25))] == ["n1"]
            assert tx.notes.get("n1").stage == "exchange"
            tx.notes.delete("n1")
            with pytest.raises(Missing):
                tx.notes.get("n1")

    def test_the_bank_and_what_it_keeps_beside_posts(self, store: SqlStore) -> None:
        fill(store)
        item = Item("i1", "service", "Clinic", "Help", fields={"region": "US"}, source="County", checked_on=date(2026, 11, 1), at=NOW)
        source = SourceRecord("s1", "p1", "Survey", "journal", "statistic", "m1", NOW, published=date(2025, 1, 1))
        with store.write() as tx:
            tx.library.put_item(item)
            tx.library.put_item(replace(item, id="i2", title="A", archived=True, version=2))
            tx.library.put_item(replace(item, text="More help", version=2))
            tx.library.put_pillars((Pillar("b", "B", 40, "ask"), Pillar("a", "A", 60, "educate")))
            tx.library.put_source(source)
            tx.library.put_source(replace(source, id="s2", at=NOW + MINUTE))
            tx.library.put_note(PostNote("p1", "a", {"place": "Hall"}))
            tx.library.use("p1", "i1", NOW)
            tx.library.use("p1", "i1", NOW + MINUTE)
            tx.library.use("p1", "i2", NOW + MINUTE)
        with store.read() as tx:
            assert [one.id for one in tx.library.items()] == ["i2", "i1"]
            assert tx.library.items(["i1"]) == (replace(item, text="More help", version=2),)
            assert [one.id for one in tx.library.pillars()] == ["b", "a"]
            assert tx.library.sources("p1") == (source, replace(source, id="s2", at=NOW + MINUTE))
            assert tx.library.notes(["p1", "p2"]) == {"p1": tx.library.note("p1")}
            assert tx.library.note("p2") == PostNote("p2")
            assert tx.library.used("p1") == ("i1", "i2")
        with store.write() as tx:
            tx.library.put_pillars(())
            tx.library.drop_source("p2", "s1")
            tx.library.drop_source("p1", "s2")
            tx.library.unuse("p1", "i1")
        with store.read() as tx:
            assert (tx.library.pillars(), tx.library.sources("p1"), tx.library.used("p1")) == ((), (source,), ("i2",))
        with store.write() as tx:
            tx.posts.delete("p1")
        with store.read() as tx:
            assert (tx.library.sources("p1"), tx.library.used("p1"), tx.library.note("p1")) == ((), (), PostNote("p1"))

    def test_everything_goes_out_and_in_again(self, store: SqlStore) -> None:
        with store.write() as tx:
            tx.members.put(Member("m1", "Dana", "admin", active=True, created_at=NOW))
            tx.media.put(Media("a.png", "image/png", b"\x00\xff bytes", ""))
            tx.library.put_pillars((Pillar("a", "Ünïcode 🌱", 100, "educate"),))
            tx.library.put_item(Item("i1", "quote", "A", "B", fields={"author": "C"}, checked_on=date(2026, 11, 1), at=NOW))
            tx.log.put_done("op", "m1", "{}", NOW)
            tx.log.put_setting("a", "1")
            tx.vault.write("acc1", Credentials({"token": "s3cret"}))
        told = json.loads(json.dumps(store.dump()))
        assert "s3cret" not in json.dumps(told)
        assert (told["member"][0]["created_at"], told["bank_item"][0]["fields"]) == (NOW.isoformat(), {"author": "C"})
        before = store.data_version()
        assert store.fill(told)["media"] == 1
        assert store.data_version() > before
        assert json.loads(json.dumps(store.dump())) == told
        fill(store)
        with pytest.raises(Conflict):
            store.fill(told)

    def test_keys_of_machines(self, store: SqlStore) -> None:
        key = AccessKey("k1", "api", "Office", "d" * 64, "m1", NOW, ("check", "read"))
        with store.write() as tx:
            tx.keys.put(key)
            tx.keys.put(replace(key, id="k2", kind="feed", digest="e" * 64, account_id="acc1", full_text=True))
        with store.read() as tx:
            assert tx.keys.all("api") == (key,)
            assert tx.keys.find("api", "d" * 64) == key
            assert tx.keys.find("feed", "d" * 64) is None
            with pytest.raises(Missing):
                tx.keys.get("k9")
        with store.write() as tx:
            tx.keys.put(replace(key, revoked_at=NOW))
        with store.read() as tx:
            assert tx.keys.get("k1").revoked_at == NOW

    def test_campaigns_and_what_belongs_to_them(self, store: SqlStore) -> None:
        fill(store)
        campaign = Campaign("k1", "Walk-in week", "m1", NOW, tags=("SocialWork", "Ümlaut"), starts=date(2026, 11, 1), closed_at=NOW)
        event = Event("e1", "k1", "Hearing", "m1", NOW, "2026-12-03T18:00", "America/Denver")
        things = (
            campaign,
            HashtagCard("lakewood", "Lakewood", "A town", "m1", NOW, checked_on=date(2026, 11, 24)),
            event,
            Ask("q1", "k1", "call", "m1", NOW, by_when=date(2026, 12, 1)),
            Partner("r1", "k1", "Library", "m1", NOW, paid=True, label="#ad", signed_at=NOW),
            LobbyingEntry("l1", "k1", date(2026, 11, 24), "HB 1", "direct", 90, "Maya", "m1", NOW, cents=10**10),
        )
        link = CampaignLink("p1", "k1", "reminder", "e1", NOW)
        with store.write() as tx:
            room = tx.campaigns
            for shelf, thing in zip(
                (room.campaigns, room.cards, room.events, room.asks, room.partners, room.lobbying), things, strict=True
            ):
                shelf.add(thing)  # type: ignore[attr-defined]
                assert shelf.all() == (thing,)  # type: ignore[attr-defined]
                assert shelf.get(thing.id) == shelf.find(thing.id) == thing  # type: ignore[attr-defined]
            room.link(replace(link, due_at=None))
            room.link(link)
        with store.write() as tx:
            assert tx.campaigns.events.swap(event, replace(event, place="Town hall", version=2))
            assert not tx.campaigns.events.swap(event, replace(event, place="Nowhere", version=2))
            assert (tx.campaigns.events.all("k1")[0].place, tx.campaigns.events.all("k2")) == ("Town hall", ())
            tx.campaigns.events.delete("e1")
            assert tx.campaigns.events.find("e1") is None
            with pytest.raises(Missing):
                tx.campaigns.events.get("e1")
            assert tx.campaigns.links(campaign="k1") == tx.campaigns.links(post_id="p1") == tx.campaigns.links() == (link,)
            assert [post.id for post in tx.campaigns.posts("autumn")] == ["p1"]
            tx.campaigns.unlink(replace(link, about="other"))
            tx.campaigns.unlink(link)
            assert tx.campaigns.links() == ()

    def test_petitions_looks_and_counts(self, store: SqlStore) -> None:
        petition = Petition("s1", "Telehealth", "m1", NOW, campaign="autumn", deadline=date(2026, 12, 31))
        look = PetitionLook("s1", NOW, None, "", {"etag": "x"})
        first = SignatureCount("s1", NOW, "api", 0, "open", {"Closed": "2026-11-01"}, "https://example.org", "m1", "{}")
        with store.write() as tx:
            tx.petitions.add(petition)
            tx.petitions.add(replace(petition, id="s2", campaign="", archived=True))
            assert tx.petitions.swap(petition, replace(petition, target="The board", version=2))
            assert not tx.petitions.swap(petition, replace(petition, target="Nobody", version=2))
            assert tx.petitions.look("s1") is None
            assert tx.petitions.claim(None, look)
            assert not tx.petitions.claim(None, replace(look, looked_at=NOW + MINUTE))
            assert tx.petitions.claim(look, replace(look, looked_at=NOW + MINUTE))
            assert not tx.petitions.claim(look, replace(look, looked_at=NOW + 2 * MINUTE))
            tx.petitions.put_look(replace(look, problem="Gone.", wait_until=NOW))
            tx.petitions.add_count(first)
            tx.petitions.add_count(replace(first, count=5))
            tx.petitions.add_count(replace(first, as_of=NOW + MINUTE, count=3_000_000_000))
            tx.petitions.add_count(replace(first, as_of=NOW + 2 * MINUTE, count=None))
        with store.write() as tx:
            assert tx.petitions.get("s1").target == "The board"
            assert [item.id for item in tx.petitions.all()] == ["s1"]
            assert [item.id for item in tx.petitions.all(archived=True)] == ["s1", "s2"]
            assert [item.id for item in tx.petitions.all(campaign="", archived=True)] == ["s2"]
            assert tx.petitions.look("s1") == replace(look, problem="Gone.", wait_until=NOW)
            assert [one.count for one in tx.petitions.counts("s1")] == [0, 3_000_000_000, None]
            assert tx.petitions.counts("s1")[0] == first
            assert {key: one.count for key, one in tx.petitions.latest(["s1", "s2", "none"]).items()} == {"s1": 3_000_000_000}
            tx.petitions.drop_count(tx.petitions.newest("s1", 2)[1])
            assert tx.petitions.latest(["s1"]) == {"s1": first}
            tx.petitions.forget_look("s1")
            assert tx.petitions.look("s1") is None
            with pytest.raises(Missing):
                tx.petitions.get("s3")

    def test_ledgers_are_replaced_per_post_and_unreadable_at_rest(self, store: SqlStore) -> None:
        fill(store)
        entry = LedgerEntry("p1", "2026-11-24", "s", "place", "keyed", "Boulder", 0.25, "in Boulder")
        with store.write() as tx:
            tx.ledgers.replace("acc1", "p1", (entry, replace(entry, date="2026-11-01", share=None)))
            assert tx.ledgers.entries("acc1") == (replace(entry, date="2026-11-01", share=None), entry)
            assert "Boulder" not in str(tx._connection.exec_driver_sql("SELECT * FROM ledger").all())
            tx.ledgers.replace("acc1", "p1", ())
            assert tx.ledgers.entries("acc1") == ()

    def test_the_log_keeps_events_notices_answers_settings_and_beats(self, store: SqlStore) -> None:
        event = AuditEvent("e1", NOW, "m1", "hold", "post:p1", {"why": "x"})
        notice = Notice("n1", "missed:d1", "missed", False, NOW, "Text.", "/deliveries", delivery_id="d1")
        with store.write() as tx:
            tx.log.audit(event)
            tx.log.audit(replace(event, id="e2", subject="post:p2"))
            assert tx.log.put_notice(notice)
            assert not tx.log.put_notice(replace(notice, id="n2"))
            tx.log.put_done("op", "m1", "{}", NOW)
            tx.log.put_setting("a", "1")
            tx.log.put_setting("a", "2")
            tx.log.beat("w", NOW, {"pid": "1"})
            tx.log.beat("w", NOW + MINUTE, {"pid": "2"})
        with store.write() as tx:
            assert tx.log.events() == (replace(event, id="e2", subject="post:p2"), event)
            assert tx.log.events(subject="post:p1") == (event,)
            assert tx.log.waiting_notices() == (notice,)
            tx.log.notice_told("n1", None, 1)
            assert tx.log.waiting_notices() == (replace(notice, tries=1),)
            tx.log.notice_told("n1", NOW, 2)
            assert tx.log.waiting_notices() == ()
            assert (tx.log.done("op"), tx.log.done("other")) == ("{}", None)
            assert (tx.log.setting("a"), tx.log.setting("b")) == ("2", None)
            assert tx.log.settings(["a", "b"]) == {"a": "2"}
            assert tx.log.beats() == {"w": (NOW + MINUTE, {"pid": "2"})}

    def test_a_look_tells_what_is_due_first_which_right_ends_first_and_whether_something_changed(self, store: SqlStore) -> None:
        empty = store.look()
        assert empty[:2] == (None, None)
        fill(store)
        rows = [
            replace(ENTRY, id="later", due_at=NOW + 3 * MINUTE),
            replace(ENTRY, id="doubt", state="unconfirmed", next_attempt_at=NOW + 2 * MINUTE),
            replace(ENTRY, id="asked", state="unconfirmed"),
            replace(ENTRY, id="going", state="sending", lease_until=NOW + MINUTE),
        ]
        with store.write() as tx:
            tx.deliveries.add_all(rows)
        found = store.look()
        assert found[:2] == (NOW + 2 * MINUTE, NOW + MINUTE)
        assert found.version > empty.version
        assert store.look() == found
        with store.write() as tx:
            assert tx.deliveries.swap(rows[1], replace(rows[1], next_attempt_at=NOW + 4 * MINUTE))
        assert store.look().due == NOW + 3 * MINUTE
        assert store.look().version > found.version

    def test_media_are_stored_once(self, store: SqlStore) -> None:
        picture = Media("a.png", "image/png", b"\x89PNG\x00", "not kept", 3, 4)
        with store.write() as tx:
            assert tx.media.put(picture) == picture.digest
            assert tx.media.put(replace(picture, name="b.png")) == picture.digest
            assert tx.media.get(picture.digest) == replace(picture, alt="")
            with pytest.raises(Missing):
                tx.media.get("0" * 64)

    def test_the_vault_swaps_only_what_still_stands_and_hides_it(self, store: SqlStore) -> None:
        old, new = Credentials({"access": "hush-1"}), Credentials({"access": "hush-2"})
        with store.write() as tx:
            assert tx.vault.read("acc1") is None
            assert not tx.vault.swap("acc1", old, new)
            tx.vault.write("acc1", old)
            assert "hush" not in str(tx._connection.exec_driver_sql("SELECT * FROM credential").all())
            assert tx.vault.swap("acc1", old, new)
            assert not tx.vault.swap("acc1", old, new)
            assert tx.vault.read("acc1") == new
            tx.vault.forget("acc1")
            assert tx.vault.read("acc1") is None

    def test_a_block_that_raises_leaves_nothing(self, store: SqlStore) -> None:
        def half() -> None:
            with store.write() as tx:
                tx.log.put_setting("a", "1")
                tx.posts.get("nobody")

        with pytest.raises(Missing):
            half()
        with store.read() as tx:
            assert tx.log.setting("a") is None

    def test_a_reading_transaction_cannot_write(self, store: SqlStore) -> None:
        with pytest.raises(PlannerError), store.read() as tx:
            tx.log.put_setting("a", "1")
        with store.read() as tx:
            assert tx.log.setting("a") is None

    def test_a_reading_transaction_sees_one_moment(self, store: SqlStore, twin: SqlStore) -> None:
        with store.read() as tx:
            assert tx.log.setting("a") is None
            with twin.write() as other:
                other.log.put_setting("a", "1")
            assert tx.log.setting("a") is None
        with store.read() as tx:
            assert tx.log.setting("a") == "1"

    def test_a_store_that_rested_goes_on(self, store: SqlStore) -> None:
        with store.write() as tx:
            tx.log.put_setting("a", "1")
        store.rest()
        with store.write() as tx:
            assert tx.log.setting("a") == "1"
            tx.log.put_setting("a", "2")
        with store.read() as tx:
            assert tx.log.setting("a") == "2"

    def test_the_data_version_rises_with_each_change_and_with_nothing_else(self, store: SqlStore, twin: SqlStore) -> None:
        start = store.data_version()
        with store.write() as tx:
            tx.log.put_setting("a", "1")
        changed = twin.data_version()
        assert changed > start
        with twin.write() as tx:
            tx.log.beat("w", NOW, {})
            tx.log.setting("a")
        assert store.data_version() == changed

    def test_claims_and_outcomes_leave_the_grounds_of_a_look_alone(self, store: SqlStore, twin: SqlStore) -> None:
        fill(store)
        entry = ENTRY
        with store.write() as tx:
            tx.deliveries.add(entry)

        def rises(change: Callable[[SqlTransaction], object]) -> bool:
            with store.read() as tx:
                before, version = tx.grounds(), store.data_version()
            with twin.write() as other:
                change(other)
            with store.read() as tx:
                assert store.data_version() > version
                return tx.grounds() > before

        claimed = replace(entry, state="sending", lease_owner="w", lease_until=NOW, attempts=1)
        part = DeliveryPart(entry.id, 0, "{}", (), "f", "k")
        assert not rises(lambda tx: tx.deliveries.swap(entry, claimed))
        assert not rises(lambda tx: tx.deliveries.freeze((part,)))
        assert not rises(lambda tx: tx.deliveries.add_attempt(Attempt("t", entry.id, 0, 1, 1, "k", "f", "w", NOW, NOW)))
        assert not rises(lambda tx: tx.deliveries.end_attempt("t", NOW, "temporary", None))
        assert not rises(lambda tx: tx.deliveries.parts_sent(((entry.id, 0, "r", None),), NOW))
        again = replace(entry, generation=2)
        assert not rises(lambda tx: tx.deliveries.swap(claimed, again))
        # A claim compares neither the words nor the mode of a delivery.
        assert rises(lambda tx: tx.deliveries.swap(again, replace(again, digest="d2")))
        assert rises(lambda tx: tx.deliveries.put_hold(Hold("h", "all", "", "Wait.", "o", NOW)))
        assert rises(lambda tx: tx.log.put_setting("pause.a", "x"))
        assert rises(lambda tx: tx.vault.write(ACCOUNT.id, Credentials({"a": "b"})))
        assert rises(lambda tx: tx.accounts.swap(ACCOUNT, replace(ACCOUNT, health_note="x", version=ACCOUNT.version + 1)))

    def test_a_look_sees_an_account_and_a_login_that_changed_since_the_last_one(self, store: SqlStore, twin: SqlStore) -> None:
        fill(store)

        def look() -> tuple[str, object]:
            with store.read() as tx:
                tx.foresee((ENTRY,), subjects=(), settings=())
                return tx.accounts.get(ACCOUNT.id).health_note, tx.vault.read(ACCOUNT.id)

        assert look() == look() == (ACCOUNT.health_note, None)
        with twin.write() as tx:
            tx.vault.write(ACCOUNT.id, Credentials({"a": "1"}))
        assert look() == look() == (ACCOUNT.health_note, Credentials({"a": "1"}))
        with twin.write() as tx:
            tx.accounts.swap(ACCOUNT, replace(ACCOUNT, health_note="New.", version=ACCOUNT.version + 1))
            tx.vault.write(ACCOUNT.id, Credentials({"a": "2"}))
        assert look() == look() == ("New.", Credentials({"a": "2"}))

    def test_what_is_taken_in_as_a_whole_counts_for_looks(self, store: SqlStore, twin: SqlStore) -> None:
        told = store.dump()
        with twin.read() as tx:
            before = tx.grounds()
        store.fill(told)
        with twin.read() as tx:
            assert tx.grounds() > before

    def test_a_look_that_did_not_see_a_change_has_another_number_than_one_that_did(self, store: SqlStore, twin: SqlStore) -> None:
        """Whoever began first: a change and its number arrive together, and what was taken back leaves nothing."""
        fill(store)

        def look(which: SqlStore) -> tuple[int, int]:
            with which.read() as tx:
                return tx.grounds(), len(tx.deliveries.holds())

        before = look(store)
        with store.read() as early, twin.write() as tx:
            tx.deliveries.put_hold(Hold("h1", "all", "", "Wait.", "o", NOW))
            assert look(store) == (early.grounds(), len(early.deliveries.holds())) == before
        with store.read() as tx, contextlib.suppress(ZeroDivisionError), twin.write() as other:
            between = tx.grounds(), len(tx.deliveries.holds())
            other.deliveries.put_hold(Hold("h2", "all", "", "Wait.", "o", NOW))
            raise ZeroDivisionError
        assert between == look(store) == (before[0] + 1, 1)
        with store.read() as tx:
            assert tx.grounds() == between[0]
            with twin.write() as other:
                other.deliveries.put_hold(Hold("h3", "all", "", "Wait.", "o", NOW))
            assert (tx.grounds(), len(tx.deliveries.holds())) == between  # one moment, however long it lasts
        assert look(store) == (between[0] + 1, 2)

    def test_of_two_writers_at_once_each_raises_the_number(self, store: SqlStore, twin: SqlStore) -> None:
        fill(store)
        with store.read() as tx:
            before = tx.grounds()

        def hold(which: SqlStore, name: str) -> None:
            for number in range(20):
                with which.write() as tx:
                    tx.deliveries.put_hold(Hold(f"{name}{number}", "all", "", "Wait.", "o", NOW))

        seen: dict[int, int] = {}
        threads = [threading.Thread(target=hold, args=(which, str(place))) for place, which in enumerate((store, twin, store, twin))]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            with store.read() as tx:
                found = len(tx.deliveries.holds())
                assert seen.setdefault(tx.grounds(), found) == found
        for thread in threads:
            thread.join()
        assert sorted(seen.values()) == [seen[number] for number in sorted(seen)]
        with twin.read() as tx:
            assert (tx.grounds(), len(tx.deliveries.holds())) == (before + 80, 80)

    def test_a_naive_time_is_refused(self, store: SqlStore) -> None:
        with pytest.raises(Exception, match="without a zone"), store.write() as tx:
            tx.log.beat("w", datetime(2026, 1, 1), {})  # noqa: DTZ001 - the fault under test

    def test_concurrent_writers_lose_nothing(self, store: SqlStore, twin: SqlStore) -> None:
        with store.write() as tx:
            tx.accounts.add(replace(ACCOUNT, health_note="0"))

        def add(which: SqlStore) -> None:
            for _ in range(25):
                while True:
                    with which.write() as tx:
                        before = tx.accounts.get("acc1")
                        after = replace(before, health_note=str(int(before.health_note) + 1), version=before.version + 1)
                        if tx.accounts.swap(before, after):
                            break

        threads = [threading.Thread(target=add, args=(which,)) for which in (store, twin, store, twin)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with store.read() as tx:
            assert tx.accounts.get("acc1").health_note == "100"
