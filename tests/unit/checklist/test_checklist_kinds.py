"""Plug-ins find what a pattern cannot: tags, emoji, shouting, figures without source, crisis without help, too many demands."""

# ruff: noqa: RUF001 - styled letters are what one of these tests is about

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from planner.checklist import kinds
from planner.checklist.reading import Reading
from planner.checklist.report import Draft, MediaItem, Profile
from planner.checklist.rules import load
from planner.checklist.text import views

if TYPE_CHECKING:
    from planner.checklist.report import Candidate


def found(
    rule: str, variant: str, text: str, *, profile: Profile | None = None, today: date | None = None, **facts: Any
) -> list[Candidate]:
    packs = load()
    entry = packs.find(rule, variant)
    assert entry is not None
    return list(kinds.run(entry, Reading(Draft("d", text, **facts), views(text), profile, today, packs.sieves)))


def quotes(rule: str, text: str, variant: str = "", **facts: Any) -> list[str]:
    return [text[one.start : one.end] for one in found(rule, variant, text, **facts)]


def test_the_detectors_own_entries_find_nothing_here() -> None:
    rule = next(rule for rule in load().rules if rule.plugin == kinds.ELSEWHERE)
    assert list(kinds.run(rule, Reading(Draft("d", "My client Ana"), views("My client Ana"), None, None, load().sieves))) == []


@pytest.mark.parametrize(
    ("variant", "item", "hit"),
    [
        ("missing", MediaItem(name="a.jpg"), True),
        ("missing", MediaItem(alt="A tree."), False),
        ("missing", MediaItem(decorative=True), False),
        ("missing", MediaItem(kind="video"), False),
        ("file-name", MediaItem(alt="IMG_2041.jpg"), True),
        ("file-name", MediaItem(), False),
        ("image-of", MediaItem(alt="Photo of a tree"), True),
        ("long", MediaItem(alt="w " * 126), True),
        ("long", MediaItem(alt="w " * 125), False),
        ("captions", MediaItem(kind="video"), True),
        ("captions", MediaItem(kind="video", has_captions=True), False),
        ("captions", MediaItem(), False),
    ],
)
def test_alt_texts(variant: str, item: MediaItem, *, hit: bool) -> None:
    assert bool(found("accessibility.missing-alt-text", variant, "Look", media=(item,))) is hit


def test_lower_case_tags_get_their_capitals_back() -> None:
    text = "Now #mentalhealthmatters and #wellbeing, #SelfCare, #ENDTHESTIGMANOW, #EMDR, #socialwork"
    made = found("accessibility.hashtag-case", "", text)
    assert [(text[one.start : one.end], one.suggestion.text) for one in made] == [
        ("#mentalhealthmatters", "#MentalHealthMatters"),
        ("#ENDTHESTIGMANOW", "#EndTheStigmaNow"),
    ]


@pytest.mark.parametrize(
    ("platform", "count", "hit"),
    [("x", 6, True), ("x", 5, False), ("instagram", 15, False), ("instagram", 16, True), (None, 16, True), ("blog", 15, False)],
)
def test_hashtags_are_counted_per_platform(platform: str | None, count: int, *, hit: bool) -> None:
    text = " ".join(f"#Tag{letter}" for letter in "abcdefghijklmnop"[:count])
    assert bool(found("accessibility.hashtag-overload", "", text, platform=platform)) is hit


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("plain", False),
        ("a 😀 b 😀 c 😀 d 😀 e 😀 f 😀 g 😀 h and many more words to read here", True),
        ("👩🏽‍⚕️👨🏻‍🏫🏳️‍🌈🇬🇧 four signs in a sentence of several words", False),
        ("✓ ✓ ✓ ✓ ✓ ✓ ✓ → → done", False),
        ("😀 a 😀 b 😀 c 😀 d 😀 e", True),
        ("1️⃣ ask 2️⃣ listen 3️⃣ stay with the person for a while", False),
    ],
)
def test_emoji_are_counted_once_each(text: str, *, hit: bool) -> None:
    assert bool(found("accessibility.emoji-overuse", "", text)) is hit


@pytest.mark.parametrize(
    ("text", "shouted", "plain"),
    [
        ("STOP IGNORING OUR KIDS", ["STOP IGNORING OUR KIDS"], "Stop ignoring our kids"),
        ("they said PLEASE LISTEN TO US now", ["PLEASE LISTEN TO US"], "please listen to US"),
        ("Trained in CBT, DBT, ACT and EMDR.", [], ""),
        ("LCSW MSW BSW NASW", [], ""),
        ("This is NOT a drill", [], ""),
        ("WE WANT 24 MORE BEDS", ["WE WANT 24 MORE BEDS"], "We want 24 more beds"),
        ("READ THIS\nand THINK", [], ""),
        ("HEAR OUR KIDS TOOlate", ["HEAR OUR KIDS"], "Hear our kids"),
        ("24 NEW SHELTER BEDS", ["NEW SHELTER BEDS"], "new shelter beds"),
        ("SAVE OUR BUS\n\nNHS staff ride it", ["SAVE OUR BUS"], "Save our bus"),
        ("SOUP AT\n\nNOON NOW", [], ""),
        ("It was THE COLD SOUP. I ate it.", ["THE COLD SOUP"], "the cold soup"),
        ("a sign that says HOME OF THE PEACH, and a peach", [], ""),
        ("she says WE WANT OUR BEDS, and sits", ["WE WANT OUR BEDS"], "we want our beds"),
        ("THE COLD SOUP runs a class", [], ""),
        ("THE COLD SOUP FROM THE RIVER runs a class", ["THE COLD SOUP FROM THE RIVER"], "The cold soup from the river"),
    ],
)
def test_shouting(text: str, shouted: list[str], plain: str) -> None:
    made = found("accessibility.all-caps", "", text)
    assert [text[one.start : one.end] for one in made] == shouted
    assert [one.suggestion.text for one in made] == ([plain] if shouted else [])


def test_styled_letters_come_back_plain() -> None:
    text = "𝓫𝓻𝓮𝓪𝓽𝓱𝓮 and then 𝗿𝗲𝘀𝘁 now"
    assert [one.suggestion.text for one in found("accessibility.fancy-unicode", "", text)] == ["breathe", "rest"]
    assert quotes("accessibility.fancy-unicode", "x² 𝓪") == []
    assert quotes("accessibility.fancy-unicode", "plain") == []


def test_long_sentences_are_counted_without_contacts_and_lists() -> None:
    words = "word " * 61
    assert len(quotes("accessibility.long-sentences", words + ".", "finding")) == 1
    assert quotes("accessibility.long-sentences", "word " * 30 + ".", "finding") == []
    assert len(quotes("accessibility.long-sentences", "word " * 30 + ".", "note")) == 1
    assert quotes("accessibility.long-sentences", "word, " * 46 + ".", "finding") == []
    shortest = " ".join(["a"] * 61)
    assert [len(quotes("accessibility.long-sentences", text, "finding")) for text in (shortest, shortest[:-2])] == [1, 0]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("About 80% of teens are lonely. Call them.", ["About 80% of teens are lonely"]),
        ("80% of teens are lonely, says the CDC.", []),
        ("80% of teens are lonely. See https://example.org/a", []),
        ("Tickets are 20% off this week.", []),
        ("One in three nurses wants to quit.", ["One in three nurses wants"]),
        ("Studies show that men never ask.", ["Studies show"]),
        ("No figure here.", []),
    ],
)
def test_figures_need_a_source(text: str, figures: list[str]) -> None:
    assert quotes("claims.unsourced-statistic", text) == figures


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("If you want to die, we see you.", ["want to die"]),
        ("If you want to die, call 988.", []),
        ("Suicide bill vote Monday: https://example.org", []),
        ("Suicide bill vote Monday.", ["Suicide"]),
        ("Think of #SuicidePrevention today", ["Suicide"]),
        ("Soup at noon.", []),
    ],
)
def test_a_crisis_needs_help_in_sight(text: str, words: list[str]) -> None:
    assert quotes("safety.missing-crisis-resource", text, "crisis") == words


def test_what_a_long_draft_says_once_in_passing_is_no_subject() -> None:
    filler = "We walked along the river and talked about rotas. " * 12
    once, opening, twice = f"{filler}Suicide came up.", f"Suicide came up. {filler}", f"{filler}Suicide came up. Suicidal days pass."
    assert [quotes("safety.missing-crisis-resource", text, "crisis") for text in (once, opening, twice)] == [[], ["Suicide"], ["Suicide"]]


def test_a_crisis_that_a_long_draft_puts_to_the_reader_is_a_subject() -> None:
    filler = "We walked along the river and talked about rotas. " * 12
    put, told = f"{filler}What if a friend wants to end it? Sit down.", f"{filler}A film in which a man wants to end it was on."
    assert [quotes("safety.missing-crisis-resource", text, "crisis") for text in (put, told)] == [["wants to end it"], []]


def test_the_third_demand_is_one_too_many() -> None:
    assert quotes("advocacy.too-many-asks", "Sign the petition. Call your senator. Donate today. Come to the march.") == ["Donate today"]
    assert quotes("advocacy.too-many-asks", "Call the mayor. Call the mayor. Call the mayor.") == []
    assert quotes("advocacy.too-many-asks", "Agenda: sign in. Call to order. Vote on minutes. Share news.") == []


def test_demands_far_apart_are_advice_and_no_pile_of_asks() -> None:
    pause = "The room was quiet and the tea was warm. " * 15
    assert quotes("advocacy.too-many-asks", f"Sign the petition. {pause}Call your senator. {pause}Donate today.") == []
    assert quotes("advocacy.too-many-asks", f"Sign the petition. {pause}Call your senator. Donate today. Share this post.") == [
        "Share this post"
    ]


def test_elections_count_only_when_near() -> None:
    text = "Governor Pike failed our kids."
    assert quotes("advocacy.electioneering", text, "near-election") == []
    assert quotes("advocacy.electioneering", text, "near-election", today=date(2026, 10, 1)) == ["Governor Pike failed"]
    assert quotes("advocacy.electioneering", text, "near-election", today=date(2026, 11, 4)) == []


def test_channels_and_tags_are_held_against_the_register() -> None:
    assert quotes("boundaries.unregistered-channel", "Reach me on WhatsApp") == []
    assert quotes("boundaries.unregistered-channel", "Reach me on WhatsApp", profile=Profile(channels=("phone",))) == ["on WhatsApp"]
    assert quotes("boundaries.unregistered-channel", "Reach me on WhatsApp", profile=Profile(channels=("WhatsApp",))) == []
    assert quotes("advocacy.hashtag-unresearched", "Now #SafeSpace") == []
    assert quotes("advocacy.hashtag-unresearched", "Now #SafeSpace #Known", profile=Profile(hashtag_cards=("known",))) == ["#SafeSpace"]
