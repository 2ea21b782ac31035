"""What a cue pattern cannot do without is told before it is tried: no match is lost, and most patterns need not run."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.checklist.confidentiality import cues
from planner.checklist.confidentiality.patterns import Needs, compile_pattern
from planner.checklist.confidentiality.words import build_lexicon, tokenize

LEXICON = build_lexicon({"animal": "dog cat", "pet": "dog"}, frozenset({"barks", "big", "dog", "small"}))
BOOK = cues.cue_book()
PATTERNS = [pattern for cue in BOOK.cues for pattern in cue.patterns] + [pattern for _, rows in BOOK.clues for pattern in rows]
CODES = "".join(sorted(set("".join(BOOK.lexicon.members.values()))))


@pytest.mark.parametrize(
    ("pattern", "text", "may"),
    [
        ("big <animal>", "big cat", True),
        ("big <animal>", "cat big", False),
        ("big .? <animal>", "cat big", True),
        ("big ( <animal> | small <pet> )", "big small dog", True),
        ("big ( <animal> | small <pet> )", "small big barks dog", False),
        ("big ( <animal> )? barks", "big. It barks", True),
        ("( big <animal> | barks )", "small dog", False),
        ("( big <animal> | barks )", "barks", True),
        ("( big | .{0,2} <animal> ) barks", "barks", False),
        ("( big | .{0,2} <animal> ) barks", "small dog barks", True),
        ("big | barks", "a cat barks", True),
        ("big{0,2} barks", "it barks", True),
        ("!<animal> barks", "cat barks", True),
    ],
)
def test_a_text_has_what_a_pattern_needs(pattern: str, text: str, may: bool) -> None:
    needs = Needs()
    bits = needs.of(pattern, LEXICON)
    codes = tokenize(text, LEXICON).codes
    assert (needs.met(codes) & bits == bits) == may
    assert may or compile_pattern(pattern, LEXICON).search(codes) is None


@given(st.lists(st.sampled_from(CODES), max_size=40).map("".join))
@settings(max_examples=60, deadline=None)
def test_no_cue_is_found_where_its_needs_are_not_met(codes: str) -> None:
    met = BOOK.needs.met(codes)
    for pattern in PATTERNS:
        assert pattern.needs & met == pattern.needs or pattern.spans(codes) == []


def test_a_need_of_two_neighbors_is_met_by_neighbors_in_this_order() -> None:
    needs = Needs()
    bits = needs.of("big <animal>", LEXICON)
    for text, may in (("a big dog barks at a small cat", True), ("the dog, the big barks", False), ("a big cat", True)):
        assert (needs.met(tokenize(text, LEXICON).codes) & bits == bits) == may
