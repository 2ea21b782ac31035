"""The marks of findings: whole phrases for the eye, while the report of the checklist keeps its own words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from planner.ui.pages.composer_findings import marked, said
from planner.ui.pages.composer_marks import whole

if TYPE_CHECKING:
    from tests.ui.conftest import Desk


@pytest.mark.parametrize(
    ("found", "shown", "then"),
    [
        ("She met the porter at the hospital and the", "She met the porter at the hospital", " ward clerk"),
        ("the girl with", "the girl", " the kite"),
        ("sat at opposite ends of the couch from January to", "sat at opposite ends of the couch from January", " June."),
        ("the letter from court, the", "the letter from court", " doctor"),
        ("and asked the night nurse if", "and asked the night nurse", " “it” may"),
        ('the one for "', "the one", 'drizzle".'),
        ("Our client (", "Our client", "we call her"),
        ("she typed the meeting)", "she typed the meeting", ", one"),
        (", nine,", "nine", " a boy"),
        ("fifteen-year-", "fifteen-year", "old"),
        # what ends there stays, and so does what would be nothing
        ("salute his courage and move on", "salute his courage and move on", ". We"),
        ("the cows in", "the cows in", ""),
        ("(for the cat)", "(for the cat)", " in one week"),
        ("got banned (for the cat)", "got banned (for the cat)", " in one week"),
        ('"I can breathe again"', '"I can breathe again"', " she"),
        ("“I can breathe”", "“I can breathe”", " she"),
        ("9am.", "9am.", " Then"),
        ("is it you?", "is it you?", " yes"),
        ("told her", "told her", " we would"),
        ("his", "his", " life"),
        ("the", "the", " life"),
        (" 🎉🎉", "🎉🎉", " and"),
        ("...", "...", " and"),
    ],
)  # fmt: skip
def test_a_mark_ends_with_its_phrase(found: str, shown: str, then: str) -> None:
    text = f"Look: {found}{then}"
    start, end = whole(text, 6, 6 + len(found))
    assert text[start:end] == shown


def test_the_mark_and_the_panel_say_the_phrase_and_the_report_stays(desk: Desk) -> None:
    account = desk.account()
    post = desk.draft("😀 My client and the porter")
    (passage,) = desk.planner.composer.check(post.id)
    text, (item,) = post.base.text, passage.findings
    longer = replace(
        item.finding, end=item.finding.end + len(" and the"), quote="client and the", message="“client and the” tells of one person."
    )
    found = replace(item, finding=longer)
    (shown,) = marked(text, (replace(passage, findings=(found,)),), {})
    assert (shown.start, shown.end, shown.quote) == (6, 12, "client")
    assert shown.message == said(text, found) == "“client” tells of one person."
    assert shown.suggestion is not None
    assert (shown.suggestion.start, shown.suggestion.end, shown.suggestion.was) == (6, 12, "client")
    assert (found.finding.quote, passage.account.id) == ("client and the", account.id)
    elsewhere = replace(found, field="title")
    assert said(text, elsewhere) == "In the title: “client and the” tells of one person."
