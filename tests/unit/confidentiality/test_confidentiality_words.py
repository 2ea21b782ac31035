"""Tokens, classes and the pattern language."""

from __future__ import annotations

from itertools import pairwise

import pytest

from planner.checklist import wording
from planner.checklist.confidentiality import cues, score
from planner.checklist.confidentiality.patterns import PatternError, compile_pattern, literals_of
from planner.checklist.confidentiality.words import build_lexicon, shape_of, tokenize

LEXICON = build_lexicon({"animal": "dog cat", "pet": "dog"}, frozenset({"barks", "big"}))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://a.example/x", "url"),
        ("a.b@c.example", "email"),
        ("@some.one", "handle"),
        ("#WeCare", "hashtag"),
        ("4:15", "clock"),
        ("9 am", "clock"),
        ("14F", "age"),
        ("12-year-old", "age"),
        ("1889", "old_year"),
        ("2016", "year"),
        ("3rd", "nth"),
        ("12,480", "num"),
        ("\n\n", "nl"),
        ("...", "stop"),
        ("(", "open"),
        ("$", "money"),
        ("*", "sign"),
        ("dog", "word"),
    ],
)
def test_a_token_has_its_kind(text: str, kind: str) -> None:
    words = tokenize(text, LEXICON)
    assert words.kinds == (kind,)
    assert words.spans == ((0, len(text)),)


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("Oslo", "cap"),
        ("NHS", "upper"),
        ("A", "cap"),
        ("painted", "ed"),
        ("painting", "ing"),
        ("gladly", "ly"),
        ("tables", "plural"),
        ("glass", "plain"),
        ("blue", "plain"),
        ("red", "plain"),
        ("velvet", "plain"),
    ],
)
def test_an_unknown_word_has_a_shape(word: str, shape: str) -> None:
    assert shape_of(word) == shape


def test_spans_lead_back_to_the_text() -> None:
    text = "My dog, twelve, barks at 4:15."
    words = tokenize(text, LEXICON)
    assert [text[start:end].lower() for start, end in words.spans] == list(words.lower)
    assert text[slice(*words.span(0, 2))] == "My dog"


@pytest.mark.parametrize("tail", ["", "   ", "\n", " \n ", "\t\n\n  "])
def test_blanks_at_the_end_are_no_tokens_and_line_breaks_are(tail: str) -> None:
    found = tokenize("A dog: 9 am" + tail, LEXICON)
    assert found.kinds == ("cap", "word", "colon", "clock", *["nl"] * ("\n" in tail))
    assert found.spans[:4] == ((0, 1), (2, 5), (5, 6), (7, 11))


def test_numbers_of_classes_do_not_depend_on_words_in_patterns() -> None:
    other = build_lexicon({"animal": "dog cat", "pet": "dog"}, frozenset({"cat"}))
    assert tokenize("dog cat", LEXICON).classes == tokenize("dog cat", other).classes


def test_a_word_that_a_pattern_names_with_its_s_stays_what_it_is_without() -> None:
    lexicon = build_lexicon({"animal": "dog cat"}, frozenset({"dog's", "house's"}))
    dog, house, cat = tokenize("dog's house's cat's", lexicon).codes
    assert dog in lexicon.members["animal"]
    assert house not in lexicon.members["animal"]
    assert cat in lexicon.members["animal"]
    assert dog != cat


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("<animal> barks", "The dog barks.", "dog barks"),
        ("<pet>", "A cat.", None),
        ("big? <animal>", "a big cat", "big cat"),
        ("( big | <pet> ) <animal>", "dog cat", "dog cat"),
        ("(  big | barks ) <animal>", "barks dog", "barks dog"),
        ("^ <animal>", "Hey. Dog here", "Dog"),
        ("^ <animal>", "the dog", None),
        ("<animal> $", "the dog. Yes", "dog"),
        ("<animal> . <animal>", "dog bites cat", "dog bites cat"),
        ("<animal> . <animal>", "dog. cat", None),
        ("!<pet> barks", "dog barks", None),
        ("!<pet> barks", "cat barks", "cat barks"),
        ("<animal|big>{2,3}", "big big dog", "big big dog"),
        ("dog|big", "one dog", "dog"),
    ],
)
def test_a_pattern_finds_its_words(pattern: str, text: str, found: str | None) -> None:
    lexicon = build_lexicon({"animal": "dog cat", "pet": "dog"}, frozenset({"barks", "big", "dog"}))
    words = tokenize(text, lexicon)
    hit = compile_pattern(pattern, lexicon).search(words.codes)
    assert (None if hit is None else text[slice(*words.span(*hit.span()))]) == found


@pytest.mark.parametrize("pattern", ["<animal", "<nobody>", "nothing", "dog**"])
def test_a_broken_pattern_is_named(pattern: str) -> None:
    with pytest.raises(PatternError, match="pattern"):
        compile_pattern(pattern, LEXICON)


def test_literals_are_the_words_of_a_pattern() -> None:
    assert literals_of("my ( dog | cat ) <animal|big> .{0,3} ^ <pet>", frozenset({"animal", "pet"})) == {"my", "dog", "cat", "big"}


def test_every_cue_pattern_of_the_bank_compiles_and_matches_something_of_its_kind() -> None:
    book = cues.cue_book()
    assert len(book.cues) > 40
    assert {cue.name for cue in book.cues if cue.mention} >= {"my-served", "clock-person", "room-person"}
    assert all(cue.say for cue in book.cues)
    assert {kind for kind, _ in book.clues} >= {"age", "family", "place", "time", "diagnosis"}


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        ("my-served", "our youngest client smiled"),
        ("one-of-ours", "One of my kiddos drew this."),
        ("clock-person", "my 3:30 made me laugh"),
        ("room-person", "Bed 9 asked for the priest."),
        ("denial", "not her real name"),
        ("unnamed-speaker", "Nine-year-old: you look tired. Child: yes"),
        ("day-now", "this morning"),
        ("our-group", "my Tuesday group tonight"),
        ("someone-general", "Many clients find it hard."),
        ("fiction-strong", "an invented family"),
    ],
)
def test_a_cue_is_found_in_a_sentence_of_its_sort(cue: str, text: str) -> None:
    assert cue in {hit.cue for hit in cues.find(cues.read(text))}


def test_the_word_score_of_nothing_is_nothing() -> None:
    assert score.score(cues.read("")) == 0.0
    assert score.features(cues.read("")) == set()


def test_words_of_one_field_and_form_are_read_alike() -> None:
    drove, walked, driver = cues.read("drove walked driver").senses
    assert drove == walked
    assert drove != driver
    assert cues.read("driver's").senses == (driver,)
    assert cues.read("her his").senses[0] != cues.read("her his").senses[1]
    assert cues.read("Zxqy").senses == cues.read("Qwvb").senses


def test_the_word_score_tells_one_person_from_people() -> None:
    one = score.score(cues.read("She brought him to my office this morning and he finally told me about the crash."))
    people = score.score(cues.read("Register for our free webinar on grief: link in bio, all clinicians welcome."))
    assert one > 0 > people


def _phrases(text: str) -> float:
    return wording.of_one_person(wording.plain(text), wording.fitted())


def test_the_score_of_phrases_tells_one_person_from_people_and_nothing_from_both() -> None:
    one = _phrases("She brought him to my office this morning and he finally told me about the crash.")
    people = _phrases("Register for our free webinar on grief: link in bio, all clinicians welcome.")
    assert one > 0 > people
    assert _phrases("") == _phrases("#grief") == _phrases("Zxqyw") == 0.0


def test_hashtags_and_blanks_around_a_text_leave_its_phrases_alone() -> None:
    text = "She told me about the crash."
    assert _phrases(f"\n {text} #grief ") == _phrases(text)


def test_a_lexicon_keeps_no_more_than_its_share_of_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.checklist.confidentiality.words._KEPT", 2)
    lexicon = build_lexicon({"animal": "dog cat"}, frozenset())
    first = tokenize("the dog and the cat", lexicon)
    assert len(lexicon.kept) == 4
    assert tokenize("dog", lexicon).codes == first.codes[1]
    assert set(lexicon.kept) == {"dog"}
    assert tokenize("the dog and the cat", lexicon) == first


def test_words_that_could_be_more_are_read_as_more() -> None:
    told = tokenize("M 23, F/34 don't go to a.example.com/x or a-b.org. Mail me@home.example: x_y e2e Maria's F", LEXICON)
    kinds = dict(zip(told.lower, told.kinds, strict=True))
    assert [kinds[one] for one in ("m 23", "f/34", "a.example.com/x", "a-b.org", "me@home.example")] == [
        "age",
        "age",
        "url",
        "url",
        "email",
    ]
    assert [kinds[one] for one in ("don't", "maria's", "f", "mail")] == ["plain", "cap", "cap", "cap"]


@pytest.mark.parametrize("text", ["a", "a b", "a b c", "the same dog and the same cat"])
def test_sums_over_lines_find_the_buckets_of_every_neighbor(text: str) -> None:
    words = cues.read(text)
    kinds = [1, *words.classes, 1]
    runs = {(one * 1009 + two * 31 + 3) & score.BUCKETS - 1 for one, two in pairwise(kinds)}
    far = {(one * 401 + four * 43 + 21) & score.BUCKETS - 1 for one, four in zip(kinds, kinds[3:], strict=False)}
    three = {(a * 10007 + b * 1013 + c * 31 + 33) & score.BUCKETS - 1 for a, b, c in zip(kinds, kinds[1:], kinds[2:], strict=False)}
    assert runs | far | three <= score.features(words)
