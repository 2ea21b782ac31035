"""What a word looks like by itself, and names that it finds."""

from __future__ import annotations

import pytest

from planner.checklist.confidentiality import cues, looks, names, personal_details


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("#teammateo", ("one", "mateo")),
        ("rihanna", ("one", "rihanna")),
        ("#shanewatson2", ("two", "shane")),
        ("#tonymemmel", ("begins", "tony")),
        ("#housing", ("", "")),
        ("#housingnow", ("", "")),
        ("ana", ("", "")),
        ("42", ("", "")),
    ],
)
def test_a_word_may_hold_a_name(word: str, told: tuple[str, str]) -> None:
    assert looks.grown(word) == told


def test_letters_of_a_name_differ_from_letters_of_a_word() -> None:
    assert looks.resemblance("kowalczyk") > 0 > looks.resemblance("thoughtfulness")
    assert looks.resemblance("žž") == 0


def test_a_common_surname_is_told_from_a_rare_one() -> None:
    assert looks.common_surname("green")
    assert not looks.common_surname("mateo")
    assert not looks.common_surname("zorblat")


def test_a_word_and_a_last_word_are_described_once_each() -> None:
    first, last = looks.first_word("zorblat", "c"), looks.last_word("houston")
    assert ("lists", "") in first
    assert ("letters unknown", f"{looks.resemblance('zorblat')}c") in first
    assert ("town last", "1") in last
    assert "letters unknown" not in dict(looks.first_word("houston", "c"))
    for traits in (first, last):
        assert len({name for name, _ in traits}) == len(traits)


def test_a_run_is_described_by_its_words_and_its_place() -> None:
    words = cues.read("saw #shanewatson and Ana Quintana")
    tag, pair = (dict(names.person_traits(words, first, last)) for first, last in names.candidates(words))
    assert (tag["word"], tag["grown"], tag["kinds"]) == ("shane", "#two", "word word")
    assert (pair["word"], pair["last"], pair["place"]) == ("ana", "quintana", "31")
    assert "grown" not in pair


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("so proud of #shanewatson today", ["#shanewatson"]),
        ("Well played #ShaneWatson and team", ["#ShaneWatson"]),
        ("rip # shanewatson we miss you", ["shanewatson"]),
        ("happy birthday kendra quintana", ["kendra quintana"]),
        ("we march for #housingnow", []),
    ],
)
def test_names_in_hashtags_and_small_letters(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end, kind in personal_details(text) if kind == "name"] == found
