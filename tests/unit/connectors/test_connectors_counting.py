"""Counting: own examples for every platform's unit, and what must hold for any text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import counting
from connectors.base import Length

FAMILY = "👨‍👩‍👧‍👦"
ANY_TEXT = st.text(max_size=80)
WORDS = st.text(st.characters(categories=("Ll", "Lu", "Nd"), max_codepoint=0x24F), max_size=40)


@pytest.mark.parametrize(
    ("text", "graphemes", "utf8", "utf16", "weighted"),
    [
        ("", 0, 0, 0, 0),
        ("plain", 5, 5, 5, 5),
        (FAMILY, 1, 25, 11, 2),
        ("🇺🇸🇬🇧", 2, 16, 8, 4),
        ("e\u0301", 1, 3, 2, 1),  # composed before X counts
        ("日本語", 3, 9, 3, 6),
        ("شكرا", 4, 8, 4, 4),
        ("“quoted”", 8, 12, 8, 8),
        ("\r\n", 1, 2, 2, 2),
        ("see https://example.org/a/long/path?with=query", 46, 46, 46, 27),
        ("see example.org", 15, 15, 15, 27),
        ("👍🏽", 1, 8, 4, 2),
    ],
)
def test_units(text: str, graphemes: int, utf8: int, utf16: int, weighted: int) -> None:
    assert (counting.graphemes(text), counting.utf8(text), counting.utf16(text), counting.weighted(text)) == (
        graphemes,
        utf8,
        utf16,
        weighted,
    )


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("hello", 5),
        ("see https://example.org/" + "a" * 100, 4 + 23),
        ("http://a.co and https://example.org", 23 + 5 + 23),
        ("see example.org", 15),  # without the scheme it is plain text there
        ("@someone@mastodon.social hi", 8 + 3),
        ("@someone hi", 11),
        ("mail me@example.org now", 23),  # an address is no mention
        ("https://mastodon.social/@someone@other.org", 23),
        (FAMILY, 1),
    ],
)
def test_mastodon_counts_links_as_23_and_mentions_without_their_server(text: str, used: int) -> None:
    assert counting.mastodon(text) == used


def test_mastodon_servers_may_weigh_links_otherwise() -> None:
    assert counting.used("https://example.org/long", Length("mastodon", 500, url_weight=40)) == 40


@pytest.mark.parametrize(("text", "used"), [("hi", 2), ("日本", 2), ("👍", 4), (FAMILY, 25), ("🇺🇸", 8), ("1️⃣", 7), ("e\u0301", 2)])
def test_threads_counts_an_emoji_by_its_bytes(text: str, used: int) -> None:
    assert counting.threads(text) == used


@pytest.mark.parametrize(
    ("text", "bare", "found"),
    [
        ("nothing here", True, ()),
        ("see 988lifeline.org.", True, ((4, 19),)),
        ("see 988lifeline.org.", False, ()),
        ("(https://example.org/a)", False, ((1, 22),)),
        ("e.g. this", True, ()),
        ("https://example.org and b.org", True, ((0, 19), (24, 29))),
    ],
)
def test_where_links_stand(text: str, bare: bool, found: tuple[tuple[int, int], ...]) -> None:
    assert counting.url_spans(text, bare=bare) == found


@pytest.mark.parametrize("count", [119, 120, 121])
def test_family_emoji_meet_the_byte_limit_before_the_grapheme_limit(count: int) -> None:
    part = counting.measure(FAMILY * count, Length("graphemes", 300, bytes_limit=3000))
    assert (part.used, part.bytes_used) == (count, 25 * count)
    assert counting.too_long(part) == (count > 120)


@pytest.mark.parametrize(("length", "over"), [(299, False), (300, False), (301, True)])
def test_the_limit_itself_still_fits(length: int, over: bool) -> None:
    assert counting.too_long(counting.measure("x" * length, Length("graphemes", 300))) is over


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(KeyError):
        counting.used("text", Length("furlongs", 8))


@given(ANY_TEXT)
def test_every_unit_counts_any_text(text: str) -> None:
    for unit in counting.UNITS:
        used = counting.used(text, Length(unit, 500))
        assert 0 <= used <= 25 * len(text) + 23 * len(text)
        assert (used == 0) == (not text)


@given(ANY_TEXT)
def test_bytes_units_and_clusters_keep_their_order(text: str) -> None:
    assert counting.graphemes(text) <= len(text) <= counting.utf16(text) <= counting.utf8(text)


@given(WORDS, st.integers(1, 60))
def test_a_links_own_length_never_matters_to_x_and_mastodon(words: str, length: int) -> None:
    text = f"{words} https://example.org/{'p' * length}"
    assert counting.weighted(text) == counting.weighted(words) + 1 + 23
    assert counting.mastodon(text) == counting.graphemes(words) + 1 + 23


@given(WORDS)
def test_plain_latin_words_count_the_same_everywhere(words: str) -> None:
    composed = unicodedata.normalize("NFC", words)
    assert {counting.used(composed, Length(unit, 500)) for unit in counting.UNITS} == {len(composed)}
