"""Patterns, needles and hashtags: what is filled in, refused, spared and split."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.checklist import needles, patterns
from planner.checklist.hashtags import segment, split_tag
from planner.checklist.needles import Haystack, Probe, probe
from planner.checklist.reading import Letters, Reading
from planner.checklist.reading import _shown as shown
from planner.checklist.report import Draft
from planner.checklist.rules import load
from planner.checklist.sieves import Sieves
from planner.checklist.text import Views, views


def test_classes_and_gaps_are_filled_in() -> None:
    pattern = patterns.compiled(r"\bmy<gap2>sister\b", ignore_case=True)
    assert pattern.search("My dear old sister")
    assert not pattern.search("My dear old kind sister")
    assert patterns.compiled(r"\b<party>\b", ignore_case=False).search("the Tories")


def test_a_blank_in_a_class_matches_a_hyphen_too() -> None:
    pattern = patterns.compiled(r"\b<distress>\b", ignore_case=True)
    assert pattern.search("panic-attacks")


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("a|b", ("a", "b")),
        ("(?:a|b)c|d", ("(?:a|b)c", "d")),
        (r"[a|b]\||c", (r"[a|b]\|", "c")),
        ("abc", ("abc",)),
    ],
)
def test_patterns_split_at_their_outer_bars(pattern: str, parts: tuple[str, ...]) -> None:
    assert patterns.branches(pattern) == parts


@pytest.mark.parametrize("pattern", [r"(?:a+)+", r"(?:(?:ab)*c)*", r"(?:a{2,}b)+", r"((a*)b)+"])
def test_nested_repeats_are_refused(pattern: str) -> None:
    assert any("inside another" in fault for fault in patterns.lint(pattern))


@pytest.mark.parametrize("pattern", [r"(?:a+b){0,5}", r"[(+]*x", r"\(a+\)+", r"a+b*", r"(?:ab)+", r"x)+"])
def test_harmless_repeats_are_let_through(pattern: str) -> None:
    assert patterns.lint(pattern) == ()


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("Casa Verd*", "at casa verdejo now", True),
        ("Casa Verd*", "casaverde", False),
        ("a+b (c)", "x a+b (c) y", True),
        ("a.c", "abc", False),
    ],
)
def test_house_phrases_match_literally(words: str, text: str, *, found: bool) -> None:
    assert (patterns.compiled(patterns.phrase(words), ignore_case=True).search(text) is not None) is found


def test_an_unknown_pattern_is_always_tried() -> None:
    assert probe("never seen before").needs == 0
    assert Haystack("abc").may_hold(probe("never seen before"))
    assert Haystack("abc").places(probe("never seen before")) is None
    assert not needles.known("never seen before")


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Let what is kept of the list be read anew."""
    for kept in (needles._wanted, needles._pieces, needles._met_by_piece, needles._met_by_opening, needles._openings):
        monkeypatch.setattr(needles, kept.__name__, kept.__wrapped__)
    return monkeypatch


@pytest.mark.parametrize("piece", ["no", "not", "hope", "hopeless", " hope", "hope ", " of ", "is a", "not going to", "a b c", " rate of"])
@pytest.mark.parametrize("around", ["{}", "x {} y", "x{}y", "\n{}, {}"])
def test_a_piece_is_met_wherever_it_stands(piece: str, around: str, fresh: pytest.MonkeyPatch) -> None:
    fresh.setattr(needles, "_listed", lambda: {needles.key("ours"): f"{piece}|zzz zzz"})
    assert Haystack(around.replace("{}", piece)).may_hold(Probe("ours"))
    assert not Haystack("somebody else wrote this").may_hold(Probe("ours")) or piece in "somebody else wrote this"


@pytest.mark.parametrize(
    ("cell", "text", "places"),
    [
        ("@2-9:rats", "oh you rats, big rats", [0, 3, 13]),
        ("*1-9:rat", "democrats or irate rats", [0, 10, 13]),
        ("*0-3:rat", "rats rats", [0, 5]),
        ("@0-300:rats", "no such animal", []),
        ("@2-9:rats", "oh you rats " + "a" * 41, None),
        ("@2-9:rats", "oh you rats" + " " * 7, None),
        ("@2-9:rats", "oh you \u017fats", None),
        ("@2-9:rats", "oh you rats \u0663", None),
    ],
)
def test_a_pattern_is_tried_at_words_near_to_what_it_needs(
    cell: str, text: str, places: list[int] | None, fresh: pytest.MonkeyPatch
) -> None:
    fresh.setattr(needles, "_listed", lambda: {needles.key("ours"): cell})
    assert Haystack(text).places(Probe("ours")) == places


def test_openings_are_words_signs_and_line_breaks(fresh: pytest.MonkeyPatch) -> None:
    fresh.setattr(needles, "_listed", lambda: {needles.key("ours"): "^\\n|.|rats|rav"})
    assert Haystack("rats. rave\nrat").places(Probe("ours")) == [0, 4, 6, 10]


def test_only_so_many_beginnings_are_kept() -> None:
    kept = needles._Openings(["a", "ab"])
    assert kept["abcd"] == ("a", "ab")
    kept.update({str(number): () for number in range(needles._KEPT)})
    assert kept["abce"] == ("a", "ab")
    assert "abce" not in kept


def test_without_the_list_everything_is_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(needles, "BANK", tmp_path)
    assert needles._listed.__wrapped__() == {}


@pytest.mark.parametrize("opened", [True, False])
def test_a_known_pattern_is_tried_only_where_its_letters_stand(*, opened: bool) -> None:
    shipped = (branch for rule in load().rules for whole in rule.match for branch in patterns.branches(whole))
    tried = next(one for one in map(probe, shipped) if needles._row(one.pattern)[1] and bool(one.opening) is opened)
    assert not Haystack("zzzz qqqq").may_hold(tried)
    pieces = [piece for needed in needles._row(tried.pattern)[1] for piece in needed.split("|")]
    assert Haystack(" ".join([*pieces, *tried.opening])).may_hold(tried)
    assert Haystack(" ".join([*pieces, *tried.opening, "\u0130"])).may_hold(tried)


def test_looking_only_where_words_begin_misses_nothing() -> None:
    """Over every shipped pattern and texts that hold many of its words, against the expression run over the whole text."""
    rules = load().rules
    flags = [one.text for rule in rules[::3] for one in (*rule.flags, *rule.passes)]
    texts = ["\n".join(flags[at : at + 60]) for at in range(0, len(flags), 60)] + ["\u0130 My \u017fenator lies. Stop your meds.", ""]
    known = {(branch, rule.view, rule.ignore_case) for rule in rules for whole in rule.match for branch in patterns.branches(whole)}
    assert sum(bool(probe(branch).opening) for branch, _, _ in known) > len(known) / 2
    for text in texts:
        letters = Letters(views(text), load().sieves)
        for branch, view, blind in known:
            spans = letters.spans(branch, view, ignore_case=blind)
            whole = patterns.compiled(branch, ignore_case=blind).finditer(getattr(letters.views, view).text)
            assert list(spans) == [span for match in whole if (span := shown(match))[0] < span[1]], branch


def test_small_letters_find_what_a_case_blind_pattern_finds() -> None:
    """Over every shipped pattern and a text with capitals, accents, and what is left after folding."""
    text = (
        "My Client SAID 50% of THE Teens… É Straße ŁÓDŹ #SelfCare; \u201cNEVER\u201d stop\nMeds. Vote NOW, Senator O'Neil! 🏳️‍🌈 I AM at 5pm"
    )
    parts = {branch for rule in load().rules if rule.ignore_case for whole in rule.match for branch in patterns.branches(whole)}
    quick = {part: small for part in parts if (small := patterns.small(part)) is not None}
    assert len(quick) > 0.9 * len(parts)
    for part, small in quick.items():
        blind = patterns.compiled(part, ignore_case=True)
        assert [match.span() for match in small.finditer(text.lower())] == [match.span() for match in blind.finditer(text)], part


@pytest.mark.parametrize("pattern", ["Ab", "[@-_]x", "(?-i:a)b", "caf\u00e9", r"caf\u00c9", r"\x41"])
def test_what_small_letters_cannot_find_is_left_to_the_case_blind_way(pattern: str) -> None:
    assert patterns.small(pattern) is None


@pytest.mark.parametrize("pattern", [r"\W\x27s", r"\u2026 b", "[a-z] c"])
def test_escapes_have_no_case(pattern: str) -> None:
    assert patterns.small(pattern) is not None


def test_a_letter_with_two_faces_is_read_case_blind() -> None:
    """The long s is an s to a case-blind pattern, but its small form is itself; the dotted capital I grows by a letter."""
    assert [Haystack(text).plain for text in ("\u017ftop", "\u0130stanbul", "ÉTÉ")] == [False, False, True]
    assert Reading(Draft(id="", text=""), Views("\u017ftop Client"), None, None, Sieves({})).holds("client")


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("MentalHealthMatters", ("Mental", "Health", "Matters")),
        ("mentalhealthmatters", ("mental", "health", "matters")),
        ("Mentalhealthmatters", ("Mental", "health", "matters")),
        ("davostrong", ("davo", "strong")),
        ("wellbeing", ("wellbeing",)),
        ("xqzzvwk", ("xqzzvwk",)),
        ("LGBTQYouth", ("LGBTQ", "Youth")),
        ("self_care", ("self", "_", "care")),
        ("covid19", ("covid19",)),
        ("Büro2Go", ("Büro", "2", "Go")),
        ("Bozeman", ("Bozeman",)),
    ],
)
def test_hashtags_split_into_words(tag: str, words: tuple[str, ...]) -> None:
    assert split_tag(tag) == words


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=24))
def test_a_split_tag_is_the_tag(tag: str) -> None:
    assert "".join(segment(tag)) == tag
