"""Consent: signed, informed, dated; and what a story may rest upon today."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from planner.domain.consent import Consent, StoryBasis, check_consent, story_problem, withdraw
from planner.domain.errors import Invalid, NotReady

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
DAY = NOW.date()
SIGNED = Consent(
    "c1", "File 7", ("Our page",), date(2026, 11, 1), date(2027, 11, 1), written=True, risks_told=True, withdrawal_told=True, by="o", at=NOW
)
BASIS = StoryBasis("p1", "consent", "c1", "o", NOW)


@pytest.mark.clause("C9", "C16")
def test_words_are_tidied_and_each_use_stands_once() -> None:
    messy = replace(SIGNED, pointer="  File \n 7 ", uses=(" Our  page ", "", "Annual report", "Our page"))
    assert check_consent(messy, DAY) == replace(SIGNED, uses=("Our page", "Annual report"))
    assert check_consent(replace(SIGNED, expires_on=None, given_on=DAY), DAY).expires_on is None
    assert check_consent(replace(SIGNED, pointer="x" * 60), DAY).pointer == "x" * 60


@pytest.mark.clause("C9", "C15", "C16")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pointer": " "}, "pointer"),
        ({"pointer": "x" * 61}, "pointer"),
        ({"uses": ()}, "uses"),
        ({"uses": (" ",)}, "uses"),
        ({"uses": ("x" * 501,)}, "uses"),
        ({"written": False}, "written"),
        ({"risks_told": False}, "risks"),
        ({"withdrawal_told": False}, "withdrawal"),
        ({"given_on": date(2026, 11, 25)}, "given_on"),
        ({"expires_on": date(2026, 11, 1)}, "expires_on"),
        ({"expires_on": date(2026, 10, 31)}, "expires_on"),
    ],
)
def test_a_missing_part_is_named(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_consent(replace(SIGNED, **changes), DAY)  # type: ignore[arg-type]  # each row is right by itself
    assert caught.value.field == field


@pytest.mark.clause("C94")
def test_what_a_story_may_rest_upon() -> None:
    gone = withdraw(SIGNED, NOW, "  By  phone ")
    assert (gone.withdrawn_at, gone.withdrawn_why) == (NOW, "By phone")
    assert "needs a consent record" in story_problem(None, None, DAY)
    assert story_problem(replace(BASIS, basis="composite", consent_id=None), None, DAY) == ""
    assert story_problem(BASIS, SIGNED, DAY) == ""
    assert story_problem(BASIS, replace(SIGNED, expires_on=None), DAY) == ""
    assert "not in the register" in story_problem(BASIS, None, DAY)
    assert "withdrawn" in story_problem(BASIS, gone, DAY)
    assert story_problem(BASIS, SIGNED, date(2027, 10, 31)) == ""
    assert "has ended" in story_problem(BASIS, SIGNED, date(2027, 11, 1))


def test_nothing_is_withdrawn_twice() -> None:
    gone = withdraw(SIGNED, NOW, "y" * 600)
    assert len(gone.withdrawn_why) == 500
    with pytest.raises(NotReady, match="withdrawn already"):
        withdraw(gone, NOW, "")
