"""Figures, similarity, connection stages, audit values and errors."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain import errors
from planner.domain.audit import AuditEvent, Notice
from planner.domain.connection import PLACES, STAGES, ConnectionNote, stage_counts
from planner.domain.metrics import COLLECT_AFTER, AccountReading, PostReading, due_collections, engagement
from planner.domain.similarity import NEAR, overlap, prints, runs

if TYPE_CHECKING:
    from collections.abc import Callable

SENT = datetime(2026, 11, 24, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)

# --- figures ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("C122")
@pytest.mark.parametrize(
    ("values", "total"),
    [
        ({}, None),
        ({"impressions": 90, "followers": 12}, None),
        ({"likes": None, "replies": None}, None),
        ({"likes": 0}, 0),
        ({"likes": 0, "replies": None}, 0),
        ({"likes": 1, "reposts": 2, "replies": 4, "quotes": 8, "comments": 16, "impressions": 1000}, 31),
        ({"likes": 3, "comments": None, "quotes": 2}, 5),
    ],
)
def test_the_total_counts_what_was_reported_and_absent_is_not_zero(values: dict[str, int | None], total: int | None) -> None:
    assert engagement(values) == total


@given(
    st.dictionaries(
        st.sampled_from(["likes", "reposts", "replies", "quotes", "comments", "impressions", "bookmarks"]), st.none() | st.integers(0, 999)
    )
)
def test_a_figure_that_was_not_reported_changes_nothing(values: dict[str, int | None]) -> None:
    reported = {name: value for name, value in values.items() if value is not None}
    assert engagement(values) == engagement(reported)


@pytest.mark.parametrize(
    ("taken", "hours", "due"),
    [
        ((), 0.9, ()),
        ((), 1, (1,)),
        ((), 23.9, (1,)),
        ((), 24, (1, 24)),
        ((), 24 * 7, (1, 24, 72, 168)),
        ((), 24 * 30, (1, 24, 72, 168, 336, 672)),
        ((1,), 2, ()),
        ((0.5,), 2, (1,)),
        ((1.5,), 25, (24,)),
        ((30,), 31, ()),
        ((30,), 24 * 7, (72, 168)),
        ((400,), 24 * 28, (672,)),
        ((1, 24, 168), 24 * 7, ()),
        ((200,), 24 * 9, ()),
    ],
)
def test_figures_are_due_after_an_hour_and_five_times_in_four_weeks(taken: tuple[float, ...], hours: float, due: tuple[int, ...]) -> None:
    found = due_collections(SENT, tuple(SENT + at * HOUR for at in taken), SENT + hours * HOUR)
    assert found == tuple(SENT + at * HOUR for at in due)


@given(st.lists(st.floats(0, 800), max_size=4), st.floats(0, 800))
def test_a_reading_now_leaves_nothing_due(taken: list[float], hours: float) -> None:
    now = SENT + hours * HOUR
    before = tuple(SENT + at * HOUR for at in taken)
    assert due_collections(SENT, (*before, now), now) == ()
    assert set(due_collections(SENT, before, now)) <= {SENT + after for after in COLLECT_AFTER}


def test_a_reading_says_nothing_by_itself() -> None:
    assert PostReading("d1", SENT, "api", {}) == PostReading("d1", SENT, "api", {}, gone=False, raw="")
    assert AccountReading("a1", SENT, "hand", {"followers": None}).raw == ""


# --- similarity -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", set()),
        ("… !", set()),
        ("One", {("one",)}),
        ("One two", {("one", "two")}),
        ("One two three", {("one", "two", "three")}),
        ("One, TWO — three four!", {("one", "two", "three"), ("two", "three", "four")}),
        ("Don't stop now", {("don't", "stop", "now")}),
        ("Don\u2019t stop now", {("don't", "stop", "now")}),
        ("See https://example.org/a?b=c #Tag @name.example-1.org this new page", {("see", "this", "new"), ("this", "new", "page")}),
        ("Straße STRASSE x", {("strasse", "strasse", "x")}),
        ("snake_case here", {("snake", "case", "here")}),
    ],
)  # fmt: skip
def test_runs_of_three_words_without_links_and_tags(text: str, found: set[tuple[str, ...]]) -> None:
    assert runs(text) == found


WORDS = st.lists(st.sampled_from("abcdef"), max_size=12).map(" ".join)


@given(WORDS, WORDS)
def test_overlap_is_shared_over_all_and_the_same_both_ways(one: str, two: str) -> None:
    first, second = runs(one), runs(two)
    shared = [run for run in first if run in second]
    everything = list(first) + [run for run in second if run not in first]
    assert overlap(first, second) == overlap(second, first) == (len(shared) / len(everything) if everything else 0.0)
    assert overlap(first, first) == (1.0 if first else 0.0)


def test_a_text_with_one_word_changed_is_near_and_another_is_not() -> None:
    text = "A small thing to try tonight: write the list for tomorrow on paper an hour before bed and close the notebook"
    assert overlap(runs(text), runs(text.replace("notebook", "book") + " #Sleep https://example.org")) >= NEAR
    assert overlap(runs(text), runs("Thank you to the counselors who came to the library for an afternoon of questions")) == 0.0


@given(st.lists(st.sampled_from("abcdefghijklmnop"), min_size=3, max_size=60))
def test_texts_that_are_near_share_a_print(words: list[str]) -> None:
    text = " ".join(words)
    assert prints(text) & prints(f"{text} and so on")
    assert all(0 <= one < 2**63 for one in prints(text))


def test_prints_of_few_or_no_words() -> None:
    assert prints("  ") == frozenset()
    assert prints("#Sleep https://example.org") == prints(" #Sleep https://example.org ") != frozenset()
    assert prints("#Sleep") != prints("#Rest")


# --- connections --------------------------------------------------------------------------------------------------------------------

NOTE = ConnectionNote("1", "a1", date(2026, 11, 1), "Library", "Met.", "contact", "meeting", "ann", SENT)


@pytest.mark.clause("C123")
def test_each_contact_stands_where_its_latest_note_says() -> None:
    notes = (
        NOTE,
        replace(NOTE, id="2", day=date(2026, 11, 9), stage="exchange"),
        replace(NOTE, id="3", day=date(2026, 11, 9), at=SENT + HOUR, who="LIBRARY", stage="partnership"),
        replace(NOTE, id="4", who="School", stage="exchange"),
        replace(NOTE, id="5", account_id="a2", stage="contact"),
    )
    for order in permutations(notes):
        assert stage_counts(order) == {"contact": 1, "exchange": 1, "relationship": 0, "partnership": 1}


def test_without_notes_every_stage_is_empty() -> None:
    assert stage_counts(()) == {"contact": 0, "exchange": 0, "relationship": 0, "partnership": 0}
    assert list(stage_counts(())) == list(STAGES)


@pytest.mark.clause("C126")
def test_touches_away_from_the_screen_have_their_place() -> None:
    assert PLACES == ("online", "meeting", "call", "referral", "event")


# --- audit and errors -----------------------------------------------------------------------------------------------------------------


def test_an_audit_event_and_a_notice_are_frozen() -> None:
    event = AuditEvent("1", SENT, "ann", "approve", "post:p1")
    notice = Notice("1", "k", "dead-worker", True, SENT, "The worker is silent.", "/health")
    assert (dict(event.details), notice.told_at, notice.tries) == ({}, None, 0)
    with pytest.raises(FrozenInstanceError):
        event.actor = "ben"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("make", "extra"),
    [
        (lambda: errors.Invalid("zone", "Words."), {"field": "zone"}),
        (lambda: errors.Missing("Words."), {}),
        (lambda: errors.Conflict("Words."), {}),
        (lambda: errors.Blocked("Words.", ("tone.hostile",)), {"rules": ("tone.hostile",)}),
        (lambda: errors.Blocked("Words."), {"rules": ()}),
        (lambda: errors.Unanswered("Words.", ("q1",)), {"questions": ("q1",)}),
        (lambda: errors.Unanswered("Words."), {"questions": ()}),
        (lambda: errors.NotAllowed("Words."), {}),
        (lambda: errors.NotReady("Words."), {}),
        (lambda: errors.Unavailable("Words."), {}),
        (lambda: errors.SetupError("Words."), {}),
    ],
)
def test_every_error_is_one_sentence_and_what_belongs_to_it(make: Callable[[], errors.PlannerError], extra: dict[str, object]) -> None:
    error = make()
    assert isinstance(error, errors.PlannerError)
    assert (str(error), error.args, error.sentence) == ("Words.", ("Words.",), "Words.")
    assert {name: getattr(error, name) for name in extra} == extra
