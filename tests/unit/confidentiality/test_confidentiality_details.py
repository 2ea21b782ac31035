"""Which words of a draft about one person narrow down who is meant."""

from __future__ import annotations

import math
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.checklist.check import check
from planner.checklist.confidentiality import decide, details, subjects
from planner.checklist.confidentiality.clues import Clue
from planner.checklist.confidentiality.sums import Line, buckets_of, filled
from planner.checklist.report import Draft

STORY = "My client told me today that she left her husband on Tuesday, after eleven years. She cried in my office and then she laughed."
SURE, UNSURE, NOT = 1.0, -0.7, -3.0
NOT_SEEN = -math.inf
RULE = "confidentiality.quasi-identifier"


def told(text: str, weights: list[float], *clues: Clue) -> list[tuple[str, str]]:
    seen = subjects.scan(text, None)._replace(clues=clues)
    found = details.by_weight(seen, weights, details.Bounds(-0.5, -1.0))
    return [(one.clue.kind, one.clue.text) for one in found if one.weight >= -1.0]


def test_likely_words_are_one_detail_with_a_possible_one_between_them() -> None:
    text = "Somebody plays the musical saw, badly."
    assert told(text, [NOT, SURE, UNSURE, SURE, SURE, NOT, NOT, NOT]) == [("", "plays the musical saw")]
    assert told(text, [NOT, SURE, NOT, SURE, SURE, NOT, NOT, NOT]) == [("", "plays"), ("", "musical saw")]
    assert told(text, [NOT, SURE, UNSURE, UNSURE, SURE, NOT, NOT, NOT]) == [("", "plays"), ("", "saw")]


def test_signs_and_small_words_at_the_ends_of_a_detail_do_not_belong_to_it() -> None:
    text = "Somebody (the saw player) came."
    assert told(text, [NOT, SURE, SURE, SURE, SURE, SURE, NOT, NOT]) == [("", "saw player")]
    assert told("Well ... no.", [NOT, SURE, NOT, NOT]) == []


def test_small_words_alone_are_no_detail() -> None:
    text = "Somebody came with her then."
    assert told(text, [NOT, NOT, SURE, SURE, SURE, NOT]) == []
    assert told(text, [NOT, SURE, SURE, SURE, NOT, NOT]) == [("", "came")]


def test_what_a_pattern_found_stays_unless_its_words_speak_against_it() -> None:
    text = "She has twins, plays the saw at dawn."
    dawn = Clue("time", 29, 36, "at dawn")
    assert told(text, [NOT] * 6 + [NOT, UNSURE, NOT, NOT], dawn) == [("time", "at dawn")]
    assert told(text, [NOT] * 10, dawn) == []
    assert told(text, [NOT] * 6 + [SURE] * 3 + [NOT], dawn) == [("", "saw"), ("time", "at dawn")]


def test_words_that_are_not_looked_at_hold_no_detail() -> None:
    text = "She is a beekeeper of 61 in town."
    seen = subjects.scan(text, None)
    assert seen.clues
    assert details.by_weight(seen, [NOT_SEEN] * len(seen.words.lower)) == ()


def test_details_come_in_order_of_their_place() -> None:
    seen = subjects.scan(STORY, None)
    found = [one.clue for one in details.find(seen, decide.mentions(seen), ())]
    assert found == sorted(found, key=lambda one: (one.start, one.end, one.kind))
    assert all(isinstance(one, Clue) and seen.words.text[one.start : one.end] == one.text for one in found)


def test_only_the_told_stretches_are_looked_at() -> None:
    seen = subjects.scan(STORY, None)
    second = STORY.index("She cried")
    found = details.find(seen, decide.mentions(seen), [(0, second)])
    assert found
    assert all(one.clue.end <= second for one in found)
    assert [one for one in details.find(seen, decide.mentions(seen), ()) if one.clue.end <= second] == list(found)


def test_a_stretch_in_which_no_word_begins_holds_no_detail() -> None:
    seen = subjects.scan(STORY, None)
    assert details.find(seen, decide.mentions(seen), [(1, 2)]) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("One of my clients juggles fire at the summer fair. She told me yesterday that she had burned her sleeve.", "fire"),
        ("My client brought her late father's accordion to our session on Monday and played it with her eyes shut.", "accordion"),
        ("The man I see on Thursdays keeps thirty racing pigeons on his roof. Today he cried about one of them.", "pigeons"),
    ],
)
def test_a_detail_that_no_pattern_knows_is_shown_with_what_speaks_for_it(text: str, words: str) -> None:
    found = [one for one in check(Draft(id="1", text=text)).findings if one.rule == RULE and words in one.quote]
    assert found
    told = [one for one in found if not one.variant]
    assert all(one.evidence[0].startswith("its words read like a detail of one person (") for one in told)
    assert all(one.clue is None for one in told)


def test_the_trace_tells_which_detail_was_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(seen: subjects.Scan, *_: object) -> tuple[details.Weighed, ...]:
        return tuple(details.Weighed(clue, -2.25) for clue in seen.clues)

    before = check(Draft(id="1", text=STORY))
    monkeypatch.setattr(details, "find", none)
    after = check(Draft(id="2", text=STORY))
    assert any(one.rule == RULE for one in before.findings)
    assert not any(one.rule == RULE for one in after.findings)
    at = STORY.index("husband")
    dropped = [line for line in after.explained if line.endswith("its words read like no detail of a person (-2.2): drop")]
    assert any(line.startswith(f"{RULE} family [") and f":{at + len('husband')}]" in line for line in dropped)


def test_a_word_weighs_the_same_whatever_is_looked_at_beside_it() -> None:
    seen = subjects.scan(STORY, None)
    lines = details.lines(seen, decide.mentions(seen))
    size = len(seen.words.lower)
    every = list(details.buckets(lines, 0, size))
    assert len(every) == len(details.SIGHTS)
    assert {len(row) for row in every} == {size}
    assert all(0 <= bucket < details.BUCKETS for row in every for bucket in row)
    assert [row[3:9] for row in every] == list(details.buckets(lines, 3, 9))
    assert list(details.buckets(lines, 4, 4)) == [()] * len(details.SIGHTS)


def test_sights_tell_words_and_mentions_apart() -> None:
    def rows(text: str, mentioned: tuple[tuple[int, int], ...]) -> list[tuple[int, ...]]:
        seen = subjects.scan(text, None)
        return list(details.buckets(details.lines(seen, mentioned), 0, len(seen.words.lower)))

    assert rows("She came home.", ()) == rows("She came home.", ())
    assert rows("She came home.", ()) != rows("She went home.", ())
    assert rows("She came home.", ()) != rows("She came home.", ((0, 3),))


def test_a_table_holds_a_bias_and_a_byte_for_each_bucket() -> None:
    assert zlib.decompress(details.packed(-31, [-128, 0, 5, 127])) == (-31).to_bytes(2, "little", signed=True) + bytes([0, 128, 133, 255])


@given(st.lists(st.integers(0, 1 << 20), min_size=1, max_size=30), st.integers(0, 40), st.integers(0, 10))
def test_a_stretch_of_a_line_holds_its_numbers(numbers: list[int], first: int, size: int) -> None:
    here = (numbers + [0] * 60)[first : first + size]
    assert buckets_of(Line(numbers).between(first, size), size, (1 << 20) * 2 - 1) == b"".join(one.to_bytes(4, "little") for one in here)
    assert filled(size, 7) == sum(7 << 32 * at for at in range(size))


@given(st.sets(st.integers(0, 39)), st.integers(1, 40))
def test_every_word_knows_the_nearest_word_of_a_mention(here: set[int], size: int) -> None:
    told = details._distances(here := {at for at in here if at < size}, size)
    assert told == [min(12, max(-12, at - min(sorted(here), key=lambda one: abs(one - at)))) + 13 if here else 0 for at in range(size)]


@given(st.text(max_size=120))
def test_any_text_has_details_within_it(text: str) -> None:
    seen = subjects.scan(text, None)
    if seen.words.lower:
        for one in details.find(seen, decide.mentions(seen), ()):
            assert 0 <= one.clue.start < one.clue.end <= len(text)
