"""The whole engine: same draft, same report; typography changes nothing; no sockets; no heavy imports."""

from __future__ import annotations

import gc
import random
import socket
import subprocess
import sys
import weakref
from datetime import date
from typing import NoReturn
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.checklist.check import check, remember
from planner.checklist.report import Draft, Profile, Report
from planner.checklist.rules import load
from planner.checklist.text import Views, views
from planner.checklist.wire import report_line

PIECES = [
    "We feed junkies every Sunday.",
    "Don't wait: my method is guaranteed to heal your anxiety in three sessions!",
    "If you're struggling tonight, my DMs are open.",
    "Soup at noon, everyone is welcome.",
    "80% of teens are lonely.",
    "He committed suicide. Call 988.",
    "Sign the petition. Call your senator. Donate today.",
    "My 15-year-old client cried today.",
    "Our office opens at nine.",
    "Leave us a Google review!",
]
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4, unique=True).map(" ".join)
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
STYLED = {chr(97 + index): chr(0x1D4EA + index) for index in range(26)}


def told(report: Report, *but: str) -> list[tuple[str, str, str]]:
    return sorted(
        (finding.rule, finding.variant, finding.level)
        for finding in report.findings
        if not finding.rule.startswith(("accessibility.", *but))
    )


@SLOW
@given(TEXTS)
def test_typography_changes_no_finding(text: str) -> None:
    plain = told(check(Draft("d", text)))
    curly = text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    assert told(check(Draft("d", curly))) == plain
    assert told(check(Draft("d", text.replace(" ", "\u00a0")))) == plain
    assert told(check(Draft("d", "".join(char + "\u200b" if char.isalpha() else char for char in text)))) == plain


@SLOW
@given(TEXTS)
def test_styled_letters_are_read_and_told(text: str) -> None:
    styled = check(Draft("d", "".join(STYLED.get(char, char) for char in text)))
    assert told(styled) == told(check(Draft("d", text)))
    assert "accessibility.fancy-unicode" in {finding.rule for finding in styled.findings}


@SLOW
@given(TEXTS)
def test_trailing_tags_change_no_finding(text: str) -> None:
    plain = told(check(Draft("d", text)), "confidentiality.")
    assert told(check(Draft("d", text + " #Oregon #Spring")), "confidentiality.") == plain


@SLOW
@given(TEXTS)
def test_pasted_markup_changes_no_finding(text: str) -> None:
    pasted = f"<style>p {{ width: 100%; color: red }}</style><p><b>{text}</b></p>"
    assert told(check(Draft("d", pasted)), "confidentiality.") == told(check(Draft("d", text)), "confidentiality.")


@SLOW
@given(TEXTS)
def test_quotes_are_the_text_at_their_place(text: str) -> None:
    for finding in check(Draft("d", text)).findings:
        assert text[finding.start : finding.end] == finding.quote
        assert finding.suggestion is not None or finding.question is not None
        assert finding.source.title


def test_upper_case_words_are_found_as_well() -> None:
    lower = {finding.rule for finding in check(Draft("d", "leave us a google review, junkies!")).findings}
    upper = {finding.rule for finding in check(Draft("d", "LEAVE US A GOOGLE REVIEW, JUNKIES!")).findings}
    assert lower <= upper


def test_the_same_draft_gives_the_same_bytes_in_any_order() -> None:
    drafts = [Draft(f"d{index}", text) for index, text in enumerate(PIECES)]
    first = {draft.id: report_line(check(draft, today=date(2026, 11, 21)), explain=True) for draft in drafts}
    random.Random(7).shuffle(drafts)  # noqa: S311 - an order, not a secret
    assert {draft.id: report_line(check(draft, today=date(2026, 11, 21)), explain=True) for draft in drafts} == first


def test_what_goes_out_is_remembered_for_later_drafts() -> None:
    entries = remember(Draft("d", "My 15-year-old client from Bozeman cried in session."), day=date(2026, 11, 21))
    assert {entry.date for entry in entries} <= {"2026-11-21"}
    assert remember(Draft("d", "Soup at noon."), day=date(2026, 11, 21), profile=Profile(key=b"k")) == ()


def test_packs_may_be_given() -> None:
    assert check(Draft("d", "Soup."), packs=load()) == check(Draft("d", "Soup."))


@pytest.mark.parametrize(
    "text", ["", " ", "\ud800", "\x00", "a" * 20_000, "😀" * 500, "\n" * 500, "# @ http:// ((((", "&#0;&#99999999;<p<p<p"]
)
def test_odd_texts_are_read_without_complaint(text: str) -> None:
    report = check(Draft("d", text))
    assert report_line(report).isascii()


def test_no_socket_is_ever_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> NoReturn:
        raise AssertionError("the checklist must not phone home")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert check(Draft("d", "My client Ana from Bozeman, see https://example.org, mail ana@example.org")).verdict == "block"


def test_the_checklist_loads_nothing_heavy() -> None:
    code = (
        "import sys; import planner.cli.check, planner.checklist.check as c; from planner.checklist.report import Draft; c.check(Draft('d', 'My client cried.'));"
        "heavy = {'streamlit', 'pandas', 'plotly', 'sqlalchemy', 'tweepy', 'requests', 'socket', 'ssl', 'asyncio'} & set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_text_that_was_checked_is_let_go_of() -> None:
    made: list[weakref.ref[Views]] = []

    def kept(text: str) -> Views:
        read = views(text)
        made.append(weakref.ref(read))
        return read

    with mock.patch("planner.checklist.check.views", kept):
        for number in range(40):
            check(Draft("d", f"Letter {number} of the alphabet of this office."))
    gc.collect()
    assert len(made) == 40
    assert sum(one() is not None for one in made) <= 16


@pytest.mark.parametrize(("said", "rule"), [("and crazies to the ", "tone.stigmatising-language"), ("cowards in suits ", "tone.hostile")])
@pytest.mark.parametrize("times", [2, 150])
def test_each_of_many_hits_in_one_sentence_stands_at_its_own_place(said: str, rule: str, times: int) -> None:
    found = [finding for finding in check(Draft("1", said * times)).findings if finding.rule == rule]
    assert [finding.start // len(said) for finding in sorted(found, key=lambda one: one.start)] == list(range(times))


@pytest.mark.parametrize("on", [True, False])
def test_the_search_for_cycles_waits_for_a_check_and_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch, *, on: bool) -> None:
    seen: list[bool] = []

    def examined(*_: object) -> NoReturn:
        seen.append(gc.isenabled())
        raise ValueError

    monkeypatch.setattr("planner.checklist.check.examine", examined)
    before = gc.isenabled()
    try:
        (gc.enable if on else gc.disable)()
        with pytest.raises(ValueError, match=r"^$"):
            check(Draft("d", "Soup at noon."))
        assert (seen, gc.isenabled()) == ([False], on)
    finally:
        (gc.enable if before else gc.disable)()
