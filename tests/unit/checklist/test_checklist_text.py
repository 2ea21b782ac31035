"""The views keep their promises: offsets lead back to the raw text, typography does not change what is read."""

# ruff: noqa: RUF001 - characters that look alike are what this file is about

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.checklist import appearance, folding
from planner.checklist import text as text_module
from planner.checklist.folding import is_styled
from planner.checklist.text import View, around, views

TYPED = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("aeiot .,!?'’“”—–-\u00a0\u200b\u00ad#@<>&;{}:\n\r\t𝓼𝕙ⓐ🅰аеѕ👩\u200d\U0001f3fd\ufe0f\u0301\u0336"),
    ),
    max_size=120,
)


@given(TYPED)
def test_every_view_maps_forward_and_stays_monotone(text: str) -> None:
    read = views(text)
    for view in (read.raw, read.folded, read.masked, read.words):
        assert len(view.text) == len(view.starts) == len(view.ends)
        assert list(view.starts) == sorted(view.starts)
        assert list(view.ends) == sorted(view.ends)
        assert all(0 <= first <= last <= len(text) for first, last in zip(view.starts, view.ends, strict=True))


@given(TYPED)
def test_sentences_and_clauses_are_ordered_and_cover_all_that_is_not_blank(text: str) -> None:
    read = views(text)
    folded = read.folded.text
    for spans in (read.sentences, read.clauses):
        covered = set()
        last = 0
        for start, end in spans:
            assert last <= start < end <= len(folded)
            assert folded[start:end] == folded[start:end].strip()
            covered.update(range(start, end))
            last = end
        assert all(folded[at].isspace() for at in range(len(folded)) if at not in covered)
    for start, end in read.clauses:
        assert any(first <= start and end <= stop for first, stop in read.sentences)


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="<&{"), max_size=200))
def test_plain_ascii_is_its_own_folding(text: str) -> None:
    assert views(text).folded.text == text


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Don’t “wait”", 'Don\'t "wait"'),
        ("a\u00a0b\u2009c", "a b c"),
        ("cli\u200bent", "client"),
        ("cli\u00adent", "client"),
        ("𝓬𝓵𝓲𝓮𝓷𝓽", "client"),
        ("ⓒⓛⓘⓔⓝⓣ", "client"),
        ("🅲🅻🅸🅴🅽🆃", "CLIENT"),
        ("ᴄʟɪᴇɴᴛ", "client"),
        ("c\u0336l\u0336i\u0336e\u0336n\u0336t\u0336", "client"),
        ("сlient", "client"),
        ("клиент", "клиент"),
        ("cafe\u0301", "café"),
        ("wait — no", "wait -- no"),
        ("9–5", "9-5"),
        ("ﬁne…", "fine..."),
        ("Caf\u00e9 ½ cup ™ m²", "Café ½ cup ™ m²"),
        ("a\r\nb\rc\u2028d", "a \nb\nc\nd"),
        ("bell\x07s", "bell s"),
        ("👩🏽\u200d⚕\ufe0f ok", "👩🏽\u200d⚕ ok"),
        ("a\u200db", "ab"),
        ("<p>Hi&nbsp;<b>you</b> &amp; me</p>", "\n  Hi    you     & me\n   "),
        ("<3 and <foo@bar.org>", "<3 and <foo@bar.org>"),
        ("a<style>p{width:100%}</style>b", "a" + " " * 28 + "b"),
        ("x {color: red; width: 100%} y", "x " + " " * 25 + " y"),
        ("<!-- 100% -->z", " " * 13 + "z"),
        ("\ud800 alone", "\ud800 alone"),
        ("&bogusx;", "&bogusx;"),
        ("a\u0308\u0332", "ä"),
    ],
)
def test_folding_makes_letters_and_blanks_plain(typed: str, plain: str) -> None:
    assert views(typed).folded.text == plain


def test_a_folded_span_leads_to_the_typed_words() -> None:
    typed = "My “cli\u200bent” — 𝓱𝓮 left"
    folded = views(typed).folded
    at = folded.text.index("client")
    start, end = folded.to_raw(at, at + 6)
    assert typed[start:end] == "cli\u200bent"
    at = folded.text.index("he")
    start, end = folded.to_raw(at, at + 2)
    assert typed[start:end] == "𝓱𝓮"


def test_an_empty_span_stays_empty() -> None:
    folded = views("abc").folded
    assert folded.to_raw(1, 1) == (1, 1)
    assert folded.to_raw(3, 3) == (3, 3)
    assert View("", (), ()).to_raw(0, 0) == (0, 0)


@pytest.mark.parametrize(
    "hidden",
    [
        "https://example.org/a?b=1",
        "www.example.org",
        "intake@example.org",
        "example.org/page",
        "@worker.name",
        "555-201-3344",
        "(406) 555-0134",
        "+44 20 7946 0018",
        "1800 551 800",
    ],
)
def test_masked_hides_contacts_and_keeps_the_length(hidden: str) -> None:
    text = f"Ask {hidden} today."
    masked = views(text).masked.text
    assert masked == f"Ask {'~' * len(hidden)} today."


@pytest.mark.parametrize("shown", ["1,000 people", "2019-2021", "10-12 weeks", "3.5 in 100", "24/7", "50%"])
def test_masked_keeps_ordinary_numbers(shown: str) -> None:
    assert views(shown).masked.text == shown


def test_words_splits_hashtags_and_leads_back() -> None:
    text = "Ask #MentalHealthMatters and #suicideprevention #EMDR #self_care"
    words = views(text).words
    assert words.text == "Ask  Mental Health Matters and  suicide prevention  EMDR  self _ care"
    at = words.text.index("Health")
    start, end = words.to_raw(at, at + 6)
    assert text[start:end] == "Health"
    assert views("none").words.text == "none"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Dr. Lee met J. Cole on St. John Ave. at 3.5 km. Then left.", ["Dr. Lee met J. Cole on St. John Ave. at 3.5 km.", "Then left."]),
        ("i went home. he cried", ["i went home.", "he cried"]),
        ("Open at 9 a.m. Monday. Closed at 5 p.m. The end", ["Open at 9 a.m. Monday.", "Closed at 5 p.m.", "The end"]),
        ("I did it again.Then slept", ["I did it again.", "Then slept"]),
        ("One\n\nTwo", ["One", "Two"]),
        ('He said "go." She went!', ['He said "go."', "She went!"]),
        ("Wait... what? Yes", ["Wait... what?", "Yes"]),
        ("Wait... What? Yes", ["Wait...", "What?", "Yes"]),
        ("see www.example.org. Bye", ["see www.example.org.", "Bye"]),
        ("It was I. Really", ["It was I.", "Really"]),
        (" . x", [".", "x"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    read = views(text)
    assert [read.folded.text[start:end] for start, end in read.sentences] == sentences


def test_clauses_break_at_commas_dashes_and_conjunctions() -> None:
    read = views("I paid 5,000, then left - but she stayed because it rained")
    assert [read.folded.text[start:end] for start, end in read.clauses] == [
        "I paid 5,000,",
        "then left -",
        "but she stayed",
        "because it rained",
    ]


def test_around_finds_the_span_that_holds_a_position() -> None:
    spans = ((2, 5), (7, 9))
    assert [around(spans, at) for at in (0, 2, 4, 6, 8, 20)] == [(0, 0), (2, 5), (2, 5), (2, 5), (7, 9), (7, 9)]


def test_styled_letters_are_told_from_accents() -> None:
    assert [is_styled(char) for char in "𝓼🅰ａⓑᴀ"] == [True] * 5
    assert [is_styled(char) for char in "aéß²½™ø字"] == [False] * 8


_PIECES = st.lists(
    st.sampled_from(
        [
            *("a", "I", " ", "  ", "\n", ".", ",", "!", '"', "'", "(", "+", "-", "/", "#", "@", "&", ";", "<", ">", "{", "}", ":"),
            *(
                "<b>",
                "</p>",
                "<style>x</style>",
                "&amp;",
                "&#39;",
                "{color: red;}",
                "\u2019",
                "\u00e9",
                "e\u0301",
                "\u0130",
                "\u017f",
                "\u212a",
            ),
            *(
                "\u200d",
                "\u200b",
                "\U0001f469",
                "\ufe0f",
                "http://x.y/z",
                "www.",
                "WWW.a.b",
                "me@x.org",
                "a.com",
                "x.co.uk/y",
                "@ana.b",
                "Dr.",
            ),
            *("(555) 123-4567", "+1 555 123 4567", "555-1234", "3.30", "12", "\u0663", "e.g. ", "...", "?)", "St. Mary", " 5 p.m. Mon"),
        ]
    ),
    max_size=24,
).map("".join)


@given(_PIECES)
def test_looking_only_where_something_can_begin_changes_nothing(text: str) -> None:
    """Folding, filling up and cutting into sentences give what their expressions give when they run over the whole text."""
    found = folding.at_places(folding._TOUCH.made, text, folding._places(text))
    assert [match.span() for match in found] == [match.span() for match in folding._TOUCH.finditer(text)]
    folded = views(text).folded.text
    assert views(text).masked.text == text_module._MASK.sub(lambda match: "~" * len(match[0]), folded)
    ends = text_module.at_places(text_module._END, folded, (sign.start() for sign in text_module._MAY_END_AT.finditer(folded)))
    assert [match.span() for match in ends] == [match.span() for match in text_module._END.finditer(folded)]


@given(_PIECES)
def test_emoji_are_found_where_they_can_begin(text: str) -> None:
    found = appearance.at_places(appearance._EMOJI.made, text, (hint.start() for hint in appearance._MAYBE_EMOJI.finditer(text)))
    assert [match.span() for match in found] == [match.span() for match in appearance._EMOJI.finditer(text)]


@given(
    st.lists(
        st.sampled_from(
            ["STOP", "No", "I'M", "A", "12", "\u00c9T\u00c9", "\u00e9", "x", "-", "'", "_", " ", ", ", " & ", "/", "\n", "!!!!", "....."]
        ),
        max_size=20,
    )
)
def test_shouted_words_beside_one_another_lie_in_one_chain(pieces: list[str]) -> None:
    text = "".join(pieces)
    chains = [match.span() for match in appearance._CHAIN.finditer(text)]
    words = list(text_module.WORD.finditer(text))
    beside = [
        (one.start(), other.end())
        for one, other in itertools.pairwise(words)
        if not re.search("[a-z]", one[0] + other[0]) and re.fullmatch(appearance._LINK, text[one.end() : other.start()])
    ]
    assert all(any(start <= first and last <= end for start, end in chains) for first, last in beside)
    assert all(sum(start <= word.start() < end for word in words) > 1 for start, end in chains)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a<style>b{c:d}</STYLE>e", "ae"),
        ("a<!-- b -->e", "ae"),
        ("a<style>b", "ab"),
        ("a<!-- b", "a<!--b"),
        ("a<script>b<!-- c </style >d", "ab<!--cd"),
    ],
)
def test_what_is_no_text_is_blanked_where_it_ends(text: str, plain: str) -> None:
    assert folding.fold(text)[0].replace(" ", "") == plain
