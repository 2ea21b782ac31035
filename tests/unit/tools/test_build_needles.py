"""The list of needles asks for texts as long as a pattern spells them out, and for nothing that a match can do without."""

from __future__ import annotations

import pytest

from tools.build_needles import _worth, pieces_of


@pytest.mark.parametrize(
    ("pattern", "sets"),
    [
        (r"\b(?:my|our) client\b", [{"my client", "our client"}]),
        (r"\b(?:my|our) (?:own )?client", [{"my client", "our client", "my own clien", "our own clie"}]),
        (r"cures? (?:all|any)thing", [{"cure anythin", "cures anythi", "cure allthin", "cures allthi"}]),
        (r"[\w-]+\.(?:org|com)\b", [{".org", ".com"}]),
        (r"call \w+ now", [{"call "}, {" now"}]),
        (r"call(?: me)?", [{"call"}]),
        (r"h(?:i|ello \w+) there", [{" there"}]),
        (r"(?:yonder|hello \w+) there", [{" there"}, {"hello ", "yonder"}]),
        (r"(?:\w+ )?x", []),
        (r"a|\d+", []),
        (r"noon \d ~~ it", [{"noon "}]),
        (r"nope(?=body) bone", [{" bone"}, {"nope"}]),
        (r"[1-3] of 4", [{"1 of 4", "2 of 4", "3 of 4"}]),
        (r"\d of them", [{" of them"}]),
        (r"[^a] bit", [{" bit"}]),
    ],
)
def test_every_match_holds_a_piece_of_each_set(pattern: str, sets: list[set[str]]) -> None:
    assert sorted(map(sorted, pieces_of(pattern))) == sorted(map(sorted, sets))


def test_what_a_set_is_worth_does_not_depend_on_the_order_of_its_pieces() -> None:
    pieces = ["a", "it is", "cat", "cats", "whiskers", "a cat sat on", "no cat"]
    assert len({_worth(frozenset(pieces[at:] + pieces[:at])) for at in range(len(pieces))}) == 1
    assert all(isinstance(value, int) for value in _worth(frozenset(pieces)))
