"""Counting for X equals X's own library (npm twitter-text), asked through Node, wherever both know the signs of a text."""

from __future__ import annotations

import random
import re
import unicodedata
from pathlib import Path

import pytest
import twitter_text

from connectors import counting
from tests.contract.connector_rig import SAMPLES
from tests.servers.x_counting import asked

_LISTED = Path(twitter_text.__file__).parent / "regexp" / "emoji-test.txt"
_LINE = re.compile(r"^([0-9A-F ]+?)\s*; fully-qualified")

PIECES = (
    "word", "Help", "é", "e\u0301", "a\u0302\u0323", "日本", "한국어", "ไทย", "شكرا", "\u05e9\u05dc\u05d5\u05dd", "\u202babc\u202c", "“x”", "\u2013", "…", "ﬀ", "𠮷", "\n", "\r\n", "\t",
    "https://example.org", "http://test.co", "https://example.org/a/b?c=d&e=f#g", "HTTPS://EXAMPLE.ORG/X", "https://example.org/日本", "https://müller.de",
    "example.org", "988lifeline.org", "e.g.", "test.x", "a.co/b", "x.com", "sub.example.co.uk", ".org", "foo.travel", "ftp://a.org", "http://1.2.3.4/",
    "https://t.co/abcdefghij", "me@example.org", "@ada", "#SocialWork", "#日本", "$TSLA", "(https://example.org)", "https://example.org.", "\u0634\u0643\u0631\u0627example.org",
    "👨‍👩‍👧‍👦", "🇺🇸", "🇺", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "👍🏾", "1️⃣", "❤️", "❤", "☺", "©", "®️", "™", "🏳️‍🌈", "👁️‍🗨️", "♀",
    "🤷‍♀️", "‼️", "\ufe0f", "\u200d", "\u0131", "\u017f",
)  # fmt: skip


def unequal(texts: list[str]) -> list[tuple[str, int, int]]:
    """Return the texts that we count otherwise, with what X's library says and what we say."""
    found = [(text, official, counting.weighted(text)) for text, (official, _) in zip(texts, asked(texts), strict=True)]
    return [one for one in found if one[1] != one[2]]


def test_every_sign_of_the_first_planes() -> None:
    signs = [chr(code) for code in range(0x20, 0x3400) if unicodedata.category(chr(code)) not in {"Cn", "Co", "Cs"}]
    assert len(signs) > 12_000
    assert unequal(signs) == []
    assert unequal([f"{sign}a.co" for sign in signs[::7]]) == []


def test_every_emoji() -> None:
    """X's library knows the emoji of 2018 and takes later ones apart; X's documents say that each counts 2, and so it is here."""
    found = [_LINE.match(line) for line in _LISTED.read_text(encoding="utf-8").splitlines()]
    known = ["".join(chr(int(code, 16)) for code in line[1].split()) for line in found if line]
    later = unequal(known)
    assert (len(known), len(later), {ours for _, _, ours in later}) == (3010, 170, {2})


@pytest.mark.parametrize("glue", ["", " "])
def test_pieces_of_posts_beside_each_other(glue: str) -> None:
    rnd = random.Random(7)  # noqa: S311 - the same texts at every run
    pieces = [piece for piece in PIECES if glue or "t.co/" not in piece]  # what is glued to a t.co link no person writes
    pairs = [f"{rnd.choice(pieces)}{glue}{rnd.choice(pieces)}" for _ in range(1_500)]
    assert unequal([*PIECES, *SAMPLES.values(), *pairs]) == []


def test_long_posts() -> None:
    rnd = random.Random(11)  # noqa: S311 - the same texts at every run
    texts = [" ".join(rnd.choices(PIECES, k=rnd.randint(3, 30))) for _ in range(400)]
    assert unequal(texts) == []
    found = [(text, urls, len(counting.url_spans(text, bare=True))) for text, (_, urls) in zip(texts, asked(texts), strict=True)]
    assert [one for one in found if one[1] != one[2]] == []
