"""Answers, thanks and good wishes that confirm a service, live places, and searches; and the same words about nobody served."""

from __future__ import annotations

import itertools

import pytest

from planner.checklist.confidentiality import decide, examine, replies, subjects
from planner.checklist.report import Author, Draft, Profile
from planner.checklist.text import views

RELATION = "confidentiality.relationship-disclosure"
PLACE = "confidentiality.location-exposure"
SEARCH = "confidentiality.searching-clients"
NAME = "confidentiality.direct-identifier"


def levels(text: str, author: Author = "therapist", profile: Profile | None = None) -> dict[str, str]:
    """Return the strictest level of every confidentiality rule that `text` meets."""
    found = examine(Draft(id="1", text=text, author=author), views(text), profile, None).candidates
    return {one.rule: one.level for one in sorted(found, key=lambda each: each.level, reverse=True)}


def spoken(text: str) -> list[str]:
    """Return the words that name or address somebody."""
    folded = views(text).folded.text
    return [folded[start:end] for start, end in replies.people(subjects.scan(folded, None))]


@pytest.mark.clause("C125")
@pytest.mark.parametrize(
    "text",
    [
        "Thank you for the lovely review, Marguerite, it made the whole desk smile.",
        "Hi Desmond, we are sorry about the wait at your last appointment. Please ring the manager.",
        "Our records show that you missed the last two visits.",
        "@otto.draws we've moved you to Friday at 2, same room",
        "So proud of you @benny_k, 60 days sober and counting!",
        "Massive well done Philippa on getting the keys to your own flat!",
        "Shout-out to Gordon from room 9, who picked the music.",
        "I follow all of my families on Facebook.",
        "Big congrats to Ruben who graduated from our program today",
        "Iwona stayed with us last winter and came back with cake.",
    ],
)
def test_words_to_a_named_person_that_confirm_a_service_are_stopped(text: str) -> None:
    assert levels(text, "agency")[RELATION] == "block"


@pytest.mark.clause("C125")
@pytest.mark.parametrize(
    "text",
    [
        "Thank you for the lovely review of my workbook, Marguerite.",
        "Hi Desmond, sorry about the registration link. The webinar starts at noon.",
        "Massive well done Philippa on your promotion to team leader!",
        "Congratulations to our trustee Gordon on 60 days as chair.",
        "Never write 'thank you for the review, Anna': it tells the world that she came to you.",
        "If you cancelled by noon there is no fee.",
        "I don't follow clients, and I won't follow you back.",
        "Come along on Saturday, all welcome: the march leaves the town hall steps at 10.",
        "Good question @otto.draws, the second edition is out in June.",
    ],
)
def test_the_same_words_to_readers_staff_and_the_public_pass(text: str) -> None:
    assert not {RELATION, PLACE, SEARCH} & set(levels(text, "agency"))


@pytest.mark.clause("C125")
def test_good_wishes_that_only_hint_at_a_service_are_asked_about() -> None:
    assert levels("Welcome back @gil_p, we kept the good biscuits for our favorites")[RELATION] == "ask"


@pytest.mark.clause("C14")
@pytest.mark.parametrize(
    "text",
    [
        "Parked outside the Rose Motel waiting for a mom and her baby",
        "Our residents are at the Lakeview Bowl right now",
        "The refuge is on Alder Street, ring at the side",
        "leaving my house on Birch Lane now, late for work",
    ],
)
def test_where_served_people_or_the_writer_are_now_is_stopped(text: str) -> None:
    assert levels(text, "social-worker")[PLACE] == "block"


@pytest.mark.clause("C14")
@pytest.mark.parametrize(
    "text",
    [
        "Had a look at her Instagram before the visit",
        "We keep a spare account for checking on our families",
        "I googled the guy I'm assigned to",
        "I have Google alerts set for every family that we have housed.",
        "At intake we run every new guest's Facebook before a bed is given",
        "We have a burner account for watching what they post",
        "Joined the estate chat under a fake name, it tells me plenty",
    ],
)
def test_looking_served_people_up_is_stopped(text: str) -> None:
    assert levels(text, "social-worker")[SEARCH] == "block"


@pytest.mark.parametrize(
    "text",
    [
        "Google alerts for the new housing act are worth five minutes.",
        "The grant runs every quarter, and our board looked at the figures.",
        "Somebody made a burner account in our name: we have told the platform.",
        "We would never lurk under a fake name.",
    ],
)
def test_the_same_words_about_no_served_person_are_no_search(text: str) -> None:
    assert SEARCH not in levels(text, "social-worker")


@pytest.mark.parametrize(
    "text",
    [
        "Sat outside the town library in the rain.",
        "I'm in the shop on Burnside buying a car seat",
        "10am Ct 2, bring tissues",
        "Live from the lake",
        "We are by tower 6 til noon",
        "Contact is at 4 again",
        "Moving her out tonight, once it is dark",
    ],
)
def test_a_place_that_counts_only_with_a_person_is_left_alone_without_one(text: str) -> None:
    seen = subjects.scan(text, None)
    draft = Draft(id="1", text=text)
    assert replies.find(seen, draft) == ()
    assert [one.bond for one in replies.find(seen, draft, person=True)] == ["place"]


@pytest.mark.parametrize(
    "text", ["I'm in the way of my own plans", "We are at the start of the year, and tired until spring", "The bill is at 4 pages"]
)
def test_words_that_tell_no_place_are_none_beside_a_person(text: str) -> None:
    assert replies.find(subjects.scan(text, None), Draft(id="1", text=text), person=True) == ()


def test_a_campaigner_has_no_service_to_confirm() -> None:
    text = "@otto.draws we've moved you to Friday at 2, same room"
    assert levels(text, "agency")[RELATION] == "block"
    assert RELATION not in levels(text, "advocacy")


def test_whoever_the_answer_names_is_identified_with_the_same_level() -> None:
    told = levels("Sorry to hear you felt rushed, Gráinne. Could you ring the manager?", "agency")
    assert told[NAME] == told[RELATION] == "block"
    assert NAME not in levels("Sorry to hear you felt rushed, Gráinne.", "agency", Profile(names=("Gráinne",)))


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Hi Aoibheann, see you Thursday", ["Aoibheann"]),
        ("Aoibheann, see you Thursday", ["Aoibheann"]),
        ("See you Thursday, Aoibheann.", ["Aoibheann"]),
        ("Little Lwazi's first day", ["Lwazi's"]),
        ("Then Pilirani came to us", ["Pilirani"]),
        ("Kelly-Ann Xhosza, thank you", ["Kelly-Ann Xhosza"]),
        ("Aoibheann- so glad", ["Aoibheann"]),
        ("A photo Qwertzon took", []),
        ("Dr. Okafor wrote this", []),
        ("Ask the Barrow crew", []),
    ],
)
def test_names_that_no_list_knows_are_read_where_one_speaks_to_somebody(text: str, people: list[str]) -> None:
    assert spoken(text) == people


def test_a_declared_pseudonym_identifies_nobody() -> None:
    story = "My client Thandi cried in session today and told me that she left her husband."
    assert levels(story)[NAME] == "block"
    told = levels(story + " Thandi is not her real name.")
    assert NAME not in told
    assert told["confidentiality.client-reference"] == "block"


def test_a_small_word_that_is_a_given_name_too_names_nobody() -> None:
    text = "My client, 29, was turned away from the delivery ward in Dover on Sunday night. We have her file number with us."
    assert "in" in {hit.text for hit in subjects.scan(text, None).names}
    assert "in" not in spoken(text)


def test_a_lone_word_where_a_place_stands_is_no_name() -> None:
    told = levels("My client cried in session today and told me that she left her husband in Barrow.")
    assert NAME not in told
    assert told["confidentiality.client-reference"] == "block"


@pytest.mark.parametrize(
    "text",
    [
        "@dr_obrien thank you for the grand rounds talk today, I took six pages of notes",
        "Happy 18th to my nephew Kayden! So proud of you bud.",
    ],
)
def test_thanks_in_a_role_outside_the_service_are_about_nobody_served(text: str) -> None:
    assert replies.thanks_in_role(subjects.scan(text, None))
    assert levels(text, "social-worker") == {}


@pytest.mark.parametrize(
    "text",
    [
        "Grateful for a colleague who covered while I sat with my dad. She texted me about the tamales.",
        "Thanks to our volunteers. " + "And then a long story of something else follows here. " * 2,
        "A quiet day at the desk",
        "Thank you all",
    ],
)
def test_a_story_after_the_thanks_is_still_read(text: str) -> None:
    assert not replies.thanks_in_role(subjects.scan(text, None))


def test_what_says_outright_that_there_is_a_client_outweighs_thanks() -> None:
    plain, outright = "Thanks to our volunteers!", "Thanks to our volunteers! I have a client who is a nurse."
    assert decide.at_least("ask", subjects.scan(plain, None), _sure(plain)) is None
    assert decide.at_least("ask", subjects.scan(outright, None), _sure(outright)) == "block"


def _sure(text: str) -> subjects.Confidence:
    return subjects.confidence(subjects.scan(text, None), Draft(id="1", text=text))


def test_of_overlapping_shapes_the_surest_stays() -> None:
    text = "Thank you for the five star review, Marguerite, and for trusting us with your story."
    found = replies.find(subjects.scan(text, None), Draft(id="1", text=text, author="agency"))
    relations = sorted((one.start, one.end) for one in found)
    assert relations
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(relations))
    assert {one.level for one in found} == {"block"}


def test_a_file_name_with_a_title_does_not_pass() -> None:
    assert levels("It is called notes_mrs_qwertzon.docx, sorry", "student")[NAME] in {"ask", "block"}


def test_a_capitalized_word_of_thousands_of_letters_is_read_once() -> None:
    assert levels("Evenwhen" * 625) == {}  # each cut of it was tried once: twenty seconds
