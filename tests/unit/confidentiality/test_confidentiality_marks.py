"""Names and other marks of served people: what is weighed, what is found, and whom it spares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.checklist.check import check
from planner.checklist.confidentiality import cues, marks, names, subjects
from planner.checklist.confidentiality.weights import weights
from planner.checklist.report import Draft, Profile

DIRECT = "confidentiality.direct-identifier"


def marked(text: str, author: str = "agency", profile: Profile | None = None) -> list[str]:
    draft = Draft(id="1", text=text, author=author)  # type: ignore[arg-type]
    return [text[one.start : one.end] for one in check(draft, profile=profile).findings if one.rule == DIRECT]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My client Mr. Ferreira cried in session today. He is 71 and lost his wife in March.", "Ferreira"),
        ("Thank you Ciarán for the lovely review! It was a pleasure to be your counsellor.", "Ciarán"),
        ("Our resident Tashoy, 19, moved out of the shelter today. He came to us in March with one bag.", "Tashoy"),
    ],
)
def test_titled_and_unlisted_names_of_served_people_are_found(text: str, name: str) -> None:
    assert any(name in quote for quote in marked(text))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My client cried in session today, she is 71. Our receptionist Ferreira made her tea.", "Ferreira"),
        ("A boy of 9 in our shelter asked Santa for a shower chair today. He slept on our floor.", "Santa"),
        ("My client slept at last. If you need to talk, Cruse are on 0808 808 1677.", "0808 808 1677"),
        ("My client in flat 2B cried in session today. He stays at a B&B now.", "B"),
        ("The Samoan mum on my caseload cried in session today.", "Samoan"),
    ],
)
def test_staff_saints_of_winter_and_public_lines_are_none(text: str, name: str) -> None:
    assert not any(name in quote for quote in marked(text))


def test_a_private_number_of_a_served_person_needs_no_weighing() -> None:
    assert "07700 900318" in marked("My client Anna lost her baby in March, she is 19. Her mobile: 07700 900318.")


def test_everything_that_may_mark_a_person_is_weighed_once() -> None:
    text = "Anna in bed 14, 22 Tern Close, #4471, plate DQ71 KVX and facebook.com/anna.k or @anna, her handwriting in the photo, a long way on, her signature"
    found = [(one.kind, text[one.start : one.end]) for one in marks.candidates(subjects.scan(text, None))]
    kinds = [kind for kind, _ in found]
    assert {"name", "door", "street", "digits", "plate", "page", "handle", "likeness"} <= set(kinds)
    assert ("likeness", "handwriting") in found
    assert ("likeness", "signature") in found
    assert ("likeness", "photo") not in found
    assert sum("DQ71" in quote for kind, quote in found if kind != "name") == 1


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("Answering Kendra: thanks", ["Kendra"]),
        ("Little Ana and Mr. Okafor", ["Ana", "Okafor"]),
        ("we saw marisela again, then slept", ["marisela"]),
        ("We saw marisela quintana again", ["marisela quintana"]),
        ("The march is on #TeamMarisela #HousingNow", ["#TeamMarisela"]),
        ("Signed. Housing first.", []),
        ("Mr.", []),
    ],
)
def test_runs_that_may_be_names(text: str, runs: list[str]) -> None:
    words = cues.read(text)
    spans = [words.span(first, last) for first, last in names.candidates(words)]
    assert [text[start:end] for start, end in spans] == runs


def test_a_text_without_capitals_offers_every_uncommon_word() -> None:
    words = cues.read("met zanqwi xu marisela's zorblat vexnix quoll then slept")
    assert [words.lower[first] for first, _ in names.candidates(words)][:1] == ["zanqwi"]
    assert all(last - first <= 3 for first, last in names.candidates(words))


def test_an_account_is_not_told_of_its_own_name() -> None:
    text = "Thank you Ciarán for the lovely review! It was a pleasure to be your counsellor."
    assert not marked(text, profile=Profile(names=("Ciarán",)))


def test_weights_have_a_bias_and_numbers_for_classes() -> None:
    for table in (weights().person, weights().served):
        values = [[value for name, value in table if name == wanted] for wanted in ("bias", "class before", "before")]
        assert values[0] == [""]
        assert {type(value) for value in values[1]} == {int}
        assert {type(value) for value in values[2]} == {str}


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 60), st.integers(0, 40)), max_size=12),
    st.integers(-9, 70),
    st.integers(1, 30),
)
def test_cues_beside_are_those_that_a_look_at_every_one_finds(told: list[tuple[str, int, int]], low: int, size: int) -> None:
    hits = [cues.Hit(name, first, first + length) for name, first, length in told]
    near = {hit.cue for hit in hits if hit.first < low + size and low <= hit.last}
    assert marks.CuesBeside(hits).between(low, low + size) == near


def test_the_cues_and_the_place_beside_a_mark_are_traits_of_it() -> None:
    seen = subjects.scan("My client Anna moved to Bozeman, MT today, and my client sleeps.", None)
    anna, bozeman, *_ = (one for one in marks.candidates(seen) if one.kind == "name")
    told = [marks.traits(seen, Draft("1", seen.words.text), one, 9) for one in (anna, bozeman)]
    assert [("has", "place") in one for one in told] == [False, True]
    assert all(("marks", "4") in one and ("name by", "therapist") in one for one in told)
    assert {name for name, _ in told[0]} >= {"cue beside", "lists"}
