"""Answers, approvals and overrides: the whole table of who may, for what, and how long it counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.errors import Invalid, NotAllowed, NotReady
from planner.domain.review import (
    MIN_REASON,
    READERS,
    REASON_CODES,
    SOLO_WAIT,
    Approval,
    Override,
    approval_valid,
    approve_allowed,
    check_override,
    missing_ticks,
    override_counts,
    require_answered,
)

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
TICK = timedelta(microseconds=1)
REASON = "Public record, own words"

ALONE = "This account needs a second person, and you are alone here. Add a colleague, or switch the two-person rule off."
TEAM = "Nobody approves their own post in a team. Ask a colleague to review it."


@pytest.mark.clause("C23")
@pytest.mark.parametrize(
    ("own", "team", "two_person", "refused"),
    [
        (True, 1, False, None),
        (True, 1, True, ALONE),
        (True, 2, False, TEAM),
        (True, 2, True, TEAM),
        (True, 7, False, TEAM),
        (False, 1, False, None),
        (False, 1, True, None),
        (False, 2, False, None),
        (False, 2, True, None),
    ],
)
def test_who_may_approve(own: bool, team: int, two_person: bool, refused: str | None) -> None:
    reviewer = "ann" if own else "ben"
    if refused is None:
        approve_allowed("ann", reviewer, team_size=team, two_person=two_person)
        return
    with pytest.raises(NotAllowed) as caught:
        approve_allowed("ann", reviewer, team_size=team, two_person=two_person)
    assert caught.value.sentence == refused


@pytest.mark.parametrize(
    ("digest", "expires", "valid"),
    [
        ("d1", None, True),
        ("d2", None, False),
        ("d1", NOW + TICK, True),
        ("d1", NOW, False),
        ("d1", NOW - TICK, False),
        ("d2", NOW + TICK, False),
    ],
)
def test_an_approval_is_for_exactly_this_content_until_it_ends(digest: str, expires: datetime | None, valid: bool) -> None:
    given_one = Approval("1", "p", "a", "d1", "ben", NOW - timedelta(days=1), own=False, expires_at=expires)
    assert approval_valid(given_one, digest, NOW) is valid


@pytest.mark.clause("C19", "C21")
@given(st.frozensets(st.sampled_from(("boss", "family", "client", "colleague", "stranger"))))
def test_the_readers_nobody_imagined_are_named_in_the_fixed_order(ticked: frozenset[str]) -> None:
    left = missing_ticks(ticked)
    assert left == tuple(reader for reader in ("boss", "family", "client", "colleague") if reader not in ticked)
    assert READERS == ("boss", "family", "client", "colleague")


# --- overrides --------------------------------------------------------------------------------------------------------------------


def checked(
    *,
    level: str = "block",
    code: str = "quoting",
    reason: str = REASON,
    by: str = "ann",
    second: str | None = None,
    team: int = 1,
    locked: bool = False,
) -> datetime:
    return check_override(level, code, reason, by=by, second=second, team_size=team, at=NOW, locked=locked)


@pytest.mark.parametrize("level", ["ask", "advise"])
@pytest.mark.parametrize("team", [1, 2, 9])
def test_what_does_not_block_counts_at_once(level: str, team: int) -> None:
    assert checked(level=level, team=team) == NOW


def test_alone_a_block_counts_after_ten_minutes() -> None:
    assert checked() == NOW + timedelta(minutes=10)
    assert timedelta(minutes=10) == SOLO_WAIT


def test_in_a_team_a_block_counts_at_once_with_a_second_person() -> None:
    assert checked(team=2, second="ben") == NOW


@pytest.mark.parametrize("second", [None, "ann"])
def test_in_a_team_a_block_needs_somebody_else(second: str | None) -> None:
    with pytest.raises(NotAllowed) as caught:
        checked(team=2, second=second)
    assert caught.value.sentence == "An override of a blocking finding needs a second person here. Ask a colleague to confirm it."


@pytest.mark.parametrize("level", ["block", "ask", "advise"])
def test_a_locked_rule_is_never_overridden(level: str) -> None:
    with pytest.raises(NotAllowed) as caught:
        checked(level=level, team=2, second="ben", locked=True)
    assert caught.value.sentence == "This finding cannot be overridden. Change the words."


@pytest.mark.parametrize("level", ["block", "ask", "advise"])
@pytest.mark.parametrize("reason", ["", "x" * 14, " " * 40, "  " + "x" * 14 + "  "])
def test_a_reason_shorter_than_fifteen_characters_is_refused(level: str, reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        checked(level=level, reason=reason, team=2, second="ben")
    assert (caught.value.field, caught.value.sentence) == ("reason", "Give the reason in at least 15 characters: it is kept in the log.")


def test_fifteen_characters_are_enough() -> None:
    assert MIN_REASON == 15
    assert checked(level="ask", reason="x" * 15) == NOW


def test_a_rule_is_not_locked_unless_told() -> None:
    assert check_override("ask", "other", REASON, by="ann", second=None, team_size=1, at=NOW) == NOW


@pytest.mark.parametrize("code", REASON_CODES)
def test_every_reason_code_is_taken(code: str) -> None:
    assert checked(level="ask", code=code) == NOW


def test_an_unknown_reason_code_is_refused_with_the_list() -> None:
    with pytest.raises(Invalid) as caught:
        checked(level="ask", code="because")
    assert caught.value.field == "reason_code"
    assert caught.value.sentence == ("Choose one of: quoting, own-identity, name, false-alarm, consented, policy-exception, other.")


@pytest.mark.parametrize(
    ("fingerprint", "wait", "expires", "counts"),
    [
        ("f1", timedelta(0), None, True),
        ("f2", timedelta(0), None, False),
        ("f1", TICK, None, False),
        ("f1", -TICK, None, True),
        ("f1", timedelta(0), NOW, False),
        ("f1", timedelta(0), NOW + TICK, True),
        ("f1", TICK, NOW + 2 * TICK, False),
        ("f2", timedelta(0), NOW + TICK, False),
    ],
)
def test_an_override_counts_for_its_finding_between_its_times(
    fingerprint: str, wait: timedelta, expires: datetime | None, counts: bool
) -> None:
    entry = Override(
        "1", "p", "f1", "tone.hostile", "block", 1, "ann", "author", NOW, "quoting", REASON, effective_at=NOW + wait, expires_at=expires
    )
    assert override_counts(entry, fingerprint, NOW) is counts


@pytest.mark.parametrize(
    ("open_questions", "sentence"),
    [
        (("q1",), "1 question is still open. Answer it in the composer."),
        (("q1", "q2"), "2 questions are still open. Answer them in the composer."),
    ],
)
def test_open_questions_are_counted(open_questions: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(NotReady) as caught:
        require_answered(open_questions)
    assert caught.value.sentence == sentence


def test_no_open_question_is_no_objection() -> None:
    require_answered(())
