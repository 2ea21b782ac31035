"""messages.toml is held to its shape: every slip is one sentence with its place and its mend."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from planner.checklist.bank import BANK
from planner.checklist.rules import InvalidRules, load
from planner.checklist.sentences import NAME, faults_of

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (BANK / NAME).read_text(encoding="utf-8")


def faults(folder: Path, text: str) -> tuple[str, ...]:
    (folder / NAME).write_text(text, encoding="utf-8")
    return faults_of(folder / NAME)


def test_the_shipped_sentences_hold(tmp_path: Path) -> None:
    assert faults_of(BANK / NAME) == ()
    assert faults_of(tmp_path / NAME) == ()


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            'some = "Found',
            'some = "Safe to post',
            "messages.toml, [summary], some: the word “Safe” promises what nothing here can know: say what",
        ),
        (
            'label = "No"',
            'label = "Passed"',
            "messages.toml, [standing.real-person], answers: the word “Passed” promises what nothing here can",
        ),
        (
            "{patterns}",
            "{pattern}",
            "[summary], none: the place {pattern} is never filled (did you mean 'patterns'?): use {patterns} or {version} or",
        ),
        ("{patterns}", "{}", "[summary], none: the place {} is never filled: use {patterns} or {version} or {reviewed}"),
        ("One question", "One {count} question", "[summary], question: the place {count} is never filled: use no place at all"),
        ("{counts}", "{counts", "[summary], some: a brace is open: write {place} with both braces, or none"),
        (
            'effect = "raise"',
            'effect = "rais"',
            "[standing.real-person]: the effect 'rais' of the answer 'yes' is unknown: use one of clear, keep, raise",
        ),
        ('key = "yes", ', "", "[standing.real-person]: answers must be a list of tables"),
        ("answers = []", "answrs = []", "[standing.readers]: the key 'answrs' is unknown (did you mean 'answers'?): correct its spelling"),
        ("answers = []", "", "messages.toml, [standing.readers]: the key 'answers' is missing: add it"),
        ('ask = "to answer"\n', "", "messages.toml, [summary]: the key 'ask' is missing: add it"),
        ('ask = "to answer"', 'ask = ""', "messages.toml, [summary], ask: it is no text: write a sentence in quotes"),
        ("[notes]", "[nodes]", "messages.toml, the table 'nodes' is unknown (did you mean 'notes'?): correct its spelling or remove it"),
        ("[notes]\nreview_due", "[standing.notes]\nreview_due", "messages.toml, the table 'notes' is missing: add it"),
        (
            'ask = "to answer"',
            'ask = "to answer',
            "messages.toml: it is no TOML (Illegal character '\\n' (at line 8, column 17)): mend that line",
        ),
    ],
)
def test_every_slip_is_told_with_its_mend(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    assert right in TEXT
    assert any(said in fault for fault in faults(tmp_path, TEXT.replace(right, wrong, 1)))


def test_what_is_no_table_is_told(tmp_path: Path) -> None:
    text = 'notes = "x"\n' + TEXT.partition("[notes]")[0] + "[standing]\n"
    assert "messages.toml, [notes]: it is no table: write [notes] on a line of its own, and its keys below" in faults(tmp_path, text)
    loose = TEXT.replace("[standing.real-person]", '[standing]\nloose = "x"\n[standing.real-person]')
    assert faults(tmp_path, loose) == ("messages.toml, [standing.loose]: it is no table: give it `text` and `answers`",)


def test_a_broken_sentence_stops_the_start_like_a_broken_rule(tmp_path: Path) -> None:
    shutil.copy(BANK / "sources.toml", tmp_path)
    faults(tmp_path, TEXT.replace("{patterns}", "{pattern}"))
    with pytest.raises(InvalidRules, match=r"messages\.toml, \[summary\], none: the place \{pattern\} is never filled"):
        load(bank=tmp_path)
