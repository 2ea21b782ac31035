"""A listing answers as the plain set or table of its lines does."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.checklist.confidentiality.lists import read
from planner.checklist.listing import Listing

WORD = st.text(
    st.characters(
        min_codepoint=33, max_codepoint=0x17F, exclude_characters="\t\n\x85\u0130\u0131\u017f\u0149", exclude_categories=("Zs", "Cc")
    ),
    min_size=1,
    max_size=12,
)


@given(st.sets(WORD.map(str.lower), min_size=1, max_size=300), st.lists(WORD.map(str.lower), max_size=30))
def test_a_list_holds_its_lines_and_nothing_else(words: set[str], others: list[str]) -> None:
    listing = Listing("\n".join(sorted(words, key=str.encode)))
    assert all(word in listing and listing.lines(word) == [word] for word in words)
    assert all((other in listing) == (other in words) for other in others)


@given(st.lists(st.tuples(WORD, st.integers(0, 10**9)), min_size=1, max_size=300))
def test_a_table_gives_every_line_of_a_key_in_the_order_of_the_file(rows: list[tuple[str, int]]) -> None:
    ordered = sorted(rows, key=lambda row: row[0].lower().encode())
    listing = Listing("\n".join(f"{name}\t{number}" for name, number in ordered))
    expected: dict[str, list[str]] = defaultdict(list)
    for name, number in ordered:
        expected[name.lower()].append(f"{name}\t{number}")
    assert {key: listing.lines(key) for key in expected} == expected
    assert listing.lines("no such key") == []


def test_a_list_whose_keys_are_small_is_kept_once() -> None:
    text = "san\tA\nsan antonio\tB\nsan jose\tC"
    small, cased = Listing(text, small=True), Listing(text)
    assert small._keys is small._lines
    assert cased._keys is not cased._lines
    for listing in (small, cased):
        assert (listing.lines("san antonio"), listing.lines("san")) == (["san antonio\tB"], ["san\tA"])
        assert ("san jose" in listing, listing.goes_on("san"), listing.goes_on("san jose")) == (True, True, False)


def test_a_piece_of_a_key_is_no_key() -> None:
    listing = Listing("San\t1\nSan Antonio\t2\nSan Jose\t3")
    assert "san" in listing
    assert not any(part in listing for part in ("", "sa", "antonio", "san a", "san\t1", "zurich"))


@given(st.sets(WORD.map(str.lower), min_size=1, max_size=300), st.lists(WORD.map(str.lower), max_size=30))
def test_a_key_goes_on_when_a_longer_one_begins_with_it(words: set[str], others: list[str]) -> None:
    listing = Listing("\n".join(sorted(words, key=str.encode)))
    for beginning in {*words, *others, *(word[:size] for word in words for size in (1, 2))}:
        assert listing.goes_on(beginning) == any(word != beginning and word.startswith(beginning) for word in words)


def test_only_so_many_answers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.checklist.listing._MOST", 2)
    listing = Listing("a\nb\nc")
    assert [word in listing for word in "abcdab"] == [True, True, True, False, True, True]


def test_an_empty_list_holds_nothing() -> None:
    assert "a" not in Listing("")


@pytest.mark.parametrize(("text", "told"), [("b" * 600 + "\na" + "c" * 600, "not sorted"), ("İzmir\t1", "number of bytes")])
def test_a_list_that_cannot_be_looked_up_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Listing(text)


def test_the_names_that_are_told_to_be_small_are() -> None:
    keys = [line.partition("\t")[0] for line in read("name_looks").splitlines()]
    assert keys == list(map(str.lower, keys))
