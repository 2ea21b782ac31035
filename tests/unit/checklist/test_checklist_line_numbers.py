"""What the checklist says of numbers: nearly a line, a line of another country, a line that nobody has called."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from planner.checklist import lines
from planner.checklist.check import check
from planner.checklist.report import Draft, Finding, Profile, Record

RULE = "safety.stale-crisis-line"


def found(text: str, country: str | None = None, variant: str = "mistyped") -> list[Finding]:
    return [one for one in check(Draft("d", text, country=country)).findings if (one.rule, one.variant) == (RULE, variant)]


@pytest.mark.clause("C91", "C137")
@pytest.mark.feature("Responsible messaging")
@pytest.mark.parametrize(
    ("country", "text", "quote", "right"),
    [
        ("US", "Thinking of suicide? Call or text 998, any hour.", "998", "988"),
        ("US", "Thinking of suicide? Call or text 989.", "989", "988"),
        ("US", "In crisis? Call 911 or 98 now.", "98", "988"),
        ("CA-ON", "Suicidal? Call or text 9-9-8 (free).", "9-9-8", "988"),
        ("UK", "Thinking of suicide? Samaritans: 116 132", "116 132", "116 123"),
        ("IE", "You matter. Call Samaritans free on 116 124, day or night.", "116 124", "116 123"),
        ("AU", "In crisis? Call Lifeline on 13 11 41.", "13 11 41", "13 11 14"),
        ("US", "Need to talk? Text HOME to 714714 - it is free.", "714714", "741741"),
        ("NZ", "Need to talk? Free call or text 1773 any time.", "1773", "1737"),
        (None, "Suicidal? Text SHOUT to 85528!", "85528", "85258"),
    ],
)
def test_a_mistyped_line_is_asked_about_with_the_right_one_offered(country: str | None, text: str, quote: str, right: str) -> None:
    (one,) = found(text, country)
    assert (one.level, one.quote) == ("ask", quote)
    assert f"did you mean {right} (" in one.message
    assert one.suggestion is not None
    mended = text[: one.suggestion.start] + one.suggestion.text + text[one.suggestion.end :]
    assert mended == text.replace(quote, right)
    assert found(mended, country) == []


@pytest.mark.clause("C91")
@pytest.mark.parametrize(
    "text",
    [
        "Thinking of suicide? Call or text 988.",
        "In danger? Call 911, 999, 112, 000 or 111. Not alone.",
        "Suicide prevention: the seat costs, call it $998.",
        "Suicide prevention walk, call by 9:88 or text 9.98 to us.",
        "Suicide prevention walk. Call 998 people if you can.",
        "Suicide prevention office, call in at 998 Main Street.",
        "Suicide prevention, room 998, floor 989, bus 1773. Since 1773, says the plaque.",
        "Suicide prevention office: call 406-555-0998 or 998-555-0142.",
        "Suicide prevention office: text 998% more.",
        "Suicide prevention office: BT1 1612, SW1 998.",
        "Not alone. Struggling with rent? Call 211.",
        "Call 998 for the gate.",
        "Call 998 or 989.",
    ],
)
def test_prices_times_years_rooms_and_other_numbers_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_the_accounts_own_number_is_no_slip() -> None:
    text = "Suicidal? Call 998."
    findings = check(Draft("d", text, country="US"), profile=Profile(phones=("998",))).findings
    assert [one for one in findings if one.variant == "mistyped"] == []


@pytest.mark.clause("C91")
@pytest.mark.parametrize(
    ("country", "text", "quote"),
    [
        ("GB", "Thinking of suicide? Text HELLO to 50808.", "50808"),
        ("IE", "Thinking of suicide? Text SHOUT to 85258.", "85258"),
        ("CA", "Thinking of suicide? Text HOME to 741741.", "741741"),
        ("GB", "For the US: 988. Here: text HELLO to 50808.", "50808"),
    ],
)
def test_a_line_of_another_country_is_asked_about(country: str, text: str, quote: str) -> None:
    assert [one.quote for one in found(text, country, "other-country")] == [quote]


@pytest.mark.parametrize(
    ("country", "text"),
    [
        (None, "Text HELLO to 50808."),
        ("GB", "Readers in Ireland: text HELLO to 50808."),
        ("GB", "Text SHOUT to 85258. Others text HELLO to 50808."),
        ("GB", "Nobody is alone."),
        ("GB", "Our parcel is 50808."),
    ],
)
def test_a_line_with_its_country_or_beside_an_own_one_is_not(country: str | None, text: str) -> None:
    assert found(text, country, "other-country") == []


def noted(text: str, *, country: str | None = "US", today: date | None = None, record: Record | None = None) -> list[str]:
    report = check(Draft("d", text, country=country, record=record), today=today)
    assert not any(one.rule == "safety.unchecked-crisis-line" for one in report.findings)
    return [one.text.partition(":")[2].partition(".")[0].strip() for one in report.notes if one.kind == "safety.unchecked-crisis-line"]


def calls(monkeypatch: pytest.MonkeyPatch, *, made: bool) -> None:
    """Let somebody have called every line of the bank, or nobody any, whatever the file says by now."""
    told = tuple(replace(line, called=made, review_after=date(2027, 5, 21)) for line in lines.every())
    monkeypatch.setattr(lines, "every", lambda: told)


@pytest.mark.clause("C91")
def test_a_line_that_nobody_has_called_gets_one_remark_and_no_question(monkeypatch: pytest.MonkeyPatch) -> None:
    calls(monkeypatch, made=False)
    assert noted("Not alone? Call or text 988. Call 988 or text HOME to 741741.") == ["988 Suicide & Crisis Lifeline; Crisis Text Line"]
    assert noted("Call or text 9-8-8.", country="CA") == ["9-8-8: Suicide Crisis Helpline"]
    assert noted("Call 988.", country=None) == ["988 Suicide & Crisis Lifeline"]
    assert noted("Call 988.", country="GB") == []
    assert noted("Call 911, or ask in room 988.") == []
    assert noted("Nobody is alone.") == []


def test_a_call_that_still_counts_needs_no_remark(monkeypatch: pytest.MonkeyPatch) -> None:
    calls(monkeypatch, made=True)
    assert noted("Call or text 988.") == []
    assert noted("Call or text 988.", today=date(2027, 5, 21)) == []
    assert noted("Call or text 988.", today=date(2027, 5, 22)) == ["988 Suicide & Crisis Lifeline"]


def test_what_the_workspace_has_called_or_is_asked_about_already_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    calls(monkeypatch, made=False)
    assert noted("Call or text 988.", record=Record()) == ["988 Suicide & Crisis Lifeline"]
    assert noted("Call or text 988.", record=Record(called=("line-us-988",))) == []
    assert noted("Call or text 988.", record=Record(expired=(("988 Suicide & Crisis Lifeline", "unverified"),))) == []
    assert noted("Call or text 988.", record=Record(expired=(("Clinic", "unverified"),))) == ["988 Suicide & Crisis Lifeline"]


@pytest.mark.clause("C91")
@pytest.mark.parametrize(
    ("country", "text"),
    [
        ("NZ", "Thinking of suicide? Free call or text 1737."),
        ("GB", "Thinking of suicide? Text SHOUT to 85258."),
        ("IE", "If you are thinking of ending your life tonight, you matter. Text HELLO to 50808 at any hour."),
        ("US", "Suicide is the second leading cause of death among US teens (CDC, 2023). Call or text 988."),
        ("US", "After her successful suicide prevention course we all slept well."),
        ("AU", "Suicidal? Lifeline 13 11 14."),
    ],
)
def test_a_question_with_a_line_and_a_plain_fact_pass(country: str, text: str) -> None:
    report = check(Draft("d", text, country=country))
    assert [one.rule for one in report.findings if one.rule.startswith("safety.")] == []
    assert "safety.no-hope" not in {note.kind for note in report.notes}


@pytest.mark.parametrize("text", ["Suicide is a choice. Call or text 988.", "A successful suicide attempt, said the ward. Call 988."])
def test_sentences_that_make_it_easy_are_still_asked_about(text: str) -> None:
    assert "safety.suicide-messaging" in {one.rule for one in check(Draft("d", text, country="US")).findings}
