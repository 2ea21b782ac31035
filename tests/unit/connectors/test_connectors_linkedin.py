"""LinkedIn's little text: nothing that people write is lost or changes its meaning."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import registry
from connectors.base import Link, Media, Variant
from connectors.linkedin import little_text
from tests.servers.linkedin import shown

LINKEDIN = registry.preview("linkedin", "api")
PNG = Media("a.png", "image/png", b"\x89PNG\r\n\x1a\nrest", "A quiet room")
PIECES = ("#Grief", "#a1 ", "#grief_and_loss", " #日本", "{hashtag|\\#|x}", "\\", "\\\\", "https://example.org/#top")
LETTERS = st.text(st.one_of(st.sampled_from(little_text.RESERVED + " abÄ日9\n"), st.characters(exclude_categories=["Cs"])), max_size=8)
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), LETTERS), max_size=8).map("".join)


@given(TEXTS)
def test_escaping_loses_nothing(text: str) -> None:
    assert little_text.unescape(little_text.escape(text)) == text


@given(TEXTS)
def test_a_commentary_says_what_was_written(text: str) -> None:
    assert little_text.plain(little_text.commentary(text)) == text


@given(TEXTS)
def test_a_reader_who_stops_at_reserved_characters_reads_to_the_end(text: str) -> None:
    assert shown(little_text.commentary(text)) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *((character, "\\" + character) for character in "\\|{}@[]()<>#*_~"),
        ("#Grief", "{hashtag|\\#|Grief}"),
        ("#grief_and_loss", "\\#grief\\_and\\_loss"),
        ("#2026 and #a1", "\\#2026 and {hashtag|\\#|a1}"),
        ("(#Hilfe!)", "\\({hashtag|\\#|Hilfe}!\\)"),
        ("a#b", "a\\#b"),
        ("https://example.org/#top_1", "https://example.org/\\#top\\_1"),
        ("{hashtag|\\#|x}", "\\{hashtag\\|\\\\\\#\\|x\\}"),
        ("👨‍👩‍👧‍👦 #Família", "👨‍👩‍👧‍👦 {hashtag|\\#|Família}"),
        ("شكرا #شكرا @a", "شكرا {hashtag|\\#|شكرا} \\@a"),
    ],
)
def test_snapshots(text: str, said: str) -> None:
    assert little_text.commentary(text) == said


def test_a_part_holds_words_images_and_card() -> None:
    link = Link("https://example.org/help", "", "Open to all", PNG)
    [card] = LINKEDIN.render(Variant(("Help (free)",), link=link, tags=("Help",)))
    assert card.payload == {
        "commentary": "Help \\(free\\)\n\n{hashtag|\\#|Help}",
        "images": [],
        "article": {"source": link.url, "title": "example.org", "description": "Open to all", "thumb": PNG.digest},
    }
    assert card.media == (PNG.digest,)
    [image] = LINKEDIN.render(Variant(("Help",), link=link, media=(PNG,)))
    assert image.payload == {
        "commentary": "Help\n\nhttps://example.org/help",
        "images": [{"digest": PNG.digest, "alt": "A quiet room"}],
        "article": None,
    }


def test_the_limit_counts_what_people_read() -> None:
    fits = Variant(("(" * 3000,))
    assert LINKEDIN.measure(fits).fits
    assert [problem.field for problem in LINKEDIN.measure(Variant(("(" * 3001,))).problems] == ["text"]
    assert [problem.field for problem in LINKEDIN.measure(replace(fits, link=Link("example.org"))).problems] == ["link"]
    assert [problem.field for problem in LINKEDIN.measure(Variant(("one", "two"))).problems] == ["text"]
