"""Situations, what a draft says of itself, clues and the anonymity estimate."""

from __future__ import annotations

import itertools
import math

import pytest

from planner.checklist.check import check
from planner.checklist.confidentiality import anonymity, clues, cues, live_case, places, subjects
from planner.checklist.report import Draft, Profile


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("live", "Court tomorrow for my kid"),
        ("live", "Tonight the removal"),
        ("location", "We're at the Pancake House right now"),
        ("search", "I checked my client's Instagram"),
        ("search", "Googled a new intake"),
        ("care-search", "I still open her Facebook"),
        ("named", "our former client did well"),
        ("named", "with client Lamar in front"),
        ("addressed", "See you Thursday"),
        ("thanks", "Thank you so much for the kind review"),
    ],
)
def test_a_situation_is_found(kind: str, text: str) -> None:
    assert kind in {one.kind for one in live_case.find(text)}


@pytest.mark.parametrize(
    "text",
    [
        "I don't look up my clients' Instagram",
        "We never google a client",
        "The clinic opens at nine",
        "Is there a paper on googling service users?",
        "Colleagues who google their patients should stop",
    ],
)
def test_what_the_writer_does_not_do_is_no_search(text: str) -> None:
    assert not {one.kind for one in live_case.find(text)} & {"search", "care-search"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bub was born in the car park of the Coles at 5.10 this morning.", False),
        ("Bub was born. We're at the car park of the Coles now", True),
        ("He's a roofer in Hull now, and he rings at Easter.", False),
        ("He's in court now, and nobody came with him.", True),
        ("Dad drives a night shift at the fish plant now", False),
        ("We collected coats for the refuge on Sunday, and for the van.", False),
        ("She sleeps at the refuge on Marlowe Street", True),
        ("I stood in bay 6 until her son landed", False),
        ("I'm in bay 6 until her", False),
        ("I'm in bay 6 until nine", True),
    ],
)
def test_a_place_of_the_past_or_of_a_new_life_is_none(text: str, found: bool) -> None:
    assert ("location" in {one.kind for one in live_case.find(text)}) == found


def test_only_wanted_kinds_are_looked_for_and_the_longest_stays() -> None:
    text = "See you Thursday. Court tomorrow, the hearing at 9:30."
    found = live_case.find(text, frozenset({"live"}))
    assert {one.kind for one in found} == {"live"}
    assert all(one.end <= two.start for one, two in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fiction", "A composite, as always: nobody here is one person."),
        ("fiction", "I made up a family for the training."),
        ("written-consent", "Shared with his written consent."),
        ("own-story", "At nineteen I was the patient."),
        ("published", "Tarasoff was decided in 1976."),
        ("published", "Read Olmstead v. Zimring again"),
    ],
)
def test_a_draft_may_say_what_it_is(name: str, text: str) -> None:
    found = dict(live_case.releases(text))
    assert found[name] < 0


@pytest.mark.parametrize(
    "text",
    ["She is no composite.", "We have no written consent yet, only her word.", "Not her real name", "A composite of two of my clients"],
)
def test_a_denial_releases_nothing(text: str) -> None:
    assert live_case.releases(text) == () or text.startswith("She is")


def test_lower_case_keeps_the_length() -> None:
    assert live_case.lowered("ABC") == "abc"
    assert live_case.lowered("İSTANBUL") == "İstanbul"


def found_clues(text: str) -> set[tuple[str, str]]:
    words = cues.read(text)
    return {(one.kind, one.text) for one in clues.find(words, cues.cue_book(), places.find(words))}


@pytest.mark.parametrize(
    ("text", "clue"),
    [
        ("a 15-year-old from the hills", ("age", "15-year-old")),
        ("She is a mother of four", ("family", "mother of four")),
        ("he has schizophrenia", ("diagnosis", "schizophrenia")),
        ("they came yesterday", ("time", "yesterday")),
        ("she went to Bozeman", ("place", "to Bozeman")),
        ("Montclair Elementary called", ("place", "Montclair Elementary")),
    ],
)
def test_a_clue_is_found_with_its_kind(text: str, clue: tuple[str, str]) -> None:
    assert clue in found_clues(text)


@pytest.mark.parametrize(("written", "told"), [("Ms", False), ("MS", True), ("ms", True)])
def test_the_title_of_a_woman_is_no_illness(written: str, *, told: bool) -> None:
    assert (("diagnosis", written) in found_clues(f"my client {written} cried today")) is told


def test_overlapping_clues_of_a_kind_are_joined() -> None:
    kinds = [kind for kind, _ in found_clues("on Tuesday at 4:15")]
    assert kinds.count("time") == 1


def scan(text: str) -> subjects.Scan:
    return subjects.scan(text, None)


@pytest.mark.parametrize(
    ("base", "shares", "low", "high"),
    [(1000, (0.5, 0.1), 20, 100), (900, (0.011,), 5, 10), (100, (), 99, 101)],
)
def test_the_range_holds_the_middle_and_stays_under_the_rarest_detail(
    base: float, shares: tuple[float, ...], low: float, high: float
) -> None:
    facts = tuple(anonymity.Fact(str(share), share, 0.3) for share in shares)
    found = anonymity.estimate(base, facts)
    assert found.k == pytest.approx(base * math.prod(shares))
    assert low <= found.low <= found.high <= high
    assert found.high <= base * min(shares, default=1.0) + 1e-9


WORKED = {  # base, (share, log-sd) of each detail -> people, range, chance that a stranger's best guess is right
    "foster child of 15 at a school of 788": (788, ((368_500 / 73_400_000, 0.5), (0.23, 0.2)), (0.9, 0.4, 2.2), 0.64),
    "the same at a school of 162": (162, ((368_500 / 73_400_000, 0.5), (0.23, 0.2)), (0.187, 0.077, 0.45), 0.90),
    "trans teenager in Bozeman": (43_405, ((0.02, 0.6), (0.09, 0.24)), (78, 27, 226), 0.016),
    "widower in a town of 900": (900, ((0.0091, 0.38),), (8, 4, 8), 0.13),
    "woman of 35 with PTSD in Denver": (600_158, ((0.0075, 0.42), (0.036, 0.4)), (161, 62, 420), 0.008),
}


@pytest.mark.parametrize(("base", "details", "people", "right"), WORKED.values(), ids=WORKED)
def test_the_worked_examples_come_out(
    base: float, details: tuple[tuple[float, float], ...], people: tuple[float, float, float], right: float
) -> None:
    found = anonymity.estimate(base, tuple(anonymity.Fact(str(at), share, spread) for at, (share, spread) in enumerate(details)))
    assert (found.k, found.low, found.high) == pytest.approx(people, rel=0.15)
    assert found.chance == pytest.approx(right, rel=0.2)


def test_a_role_of_one_has_few_holders() -> None:
    assert anonymity.estimate(50_000, (anonymity.Fact("x", 0.5, 0.1),), holders=True).high == anonymity.HOLDERS


def test_the_chance_falls_with_the_crowd() -> None:
    one, many = anonymity.chance(0.5, 0.3), anonymity.chance(500, 0.3)
    assert 0.7 < one < 1
    assert many < 0.01


def test_an_estimate_names_place_range_and_ingredients() -> None:
    counted, note = anonymity.assess(scan("A widower of 71 in Bozeman told me that he sleeps again."), None)
    assert note is None
    assert counted is not None
    assert "Bozeman, MT" in counted.text
    assert "Would she know" in counted.text
    assert "widowed man" in counted.ingredients
    assert 0 < counted.low <= counted.k <= counted.high


def test_a_rare_mix_likely_fits_one() -> None:
    counted, _ = anonymity.assess(
        scan("The only transgender girl, 14, with schizophrenia at school in Ennis, her first year since the fire."),
        Profile(town="Ennis, MT"),
    )
    assert counted is not None
    assert "only one person" in counted.text
    assert "narrow" in counted.text
    assert "Several places" in counted.text


def test_without_a_place_there_is_no_number() -> None:
    counted, note = anonymity.assess(scan("A 14 year old girl with OCD told me."), None)
    assert counted is None
    assert note is not None
    assert "no place" in note.text


def test_outside_the_states_there_is_no_number() -> None:
    counted, note = anonymity.assess(scan("A widow from Longford told me."), None)
    assert counted is None
    assert note is not None
    assert "United States only" in note.text


def test_nothing_to_count_gives_nothing() -> None:
    assert anonymity.assess(scan("Register for the webinar."), None) == (None, None)


def test_unspelled_and_impossible_ages_do_not_count() -> None:
    names = [fact.name for fact in anonymity.facts_of(scan("He turned seventeen, and he came."))]
    assert names == ["man or boy aged 17"]
    assert [fact.name for fact in anonymity.facts_of(scan("He is 400 years old."))] == ["man or boy"]
    assert [fact.name for fact in anonymity.facts_of(scan("They are a hundred years old."))] == []
    assert [fact.name for fact in anonymity.facts_of(scan("They met; he and she are 14 years old."))] == ["aged 14"]


def test_of_correlated_details_the_rarer_stays() -> None:
    names = [fact.name for fact in anonymity.facts_of(scan("Her PTSD and her depression and her panic."))]
    assert "PTSD" in names
    assert "anxiety" not in names


@pytest.mark.parametrize(
    "text",
    [
        "Guardian's report is in. CAFCASS agree with me, the boys stay put.",
        "IRO meeting done. Placement order it is, and I'm the one who tells gran.",
        "Section 7 report filed at midnight. If the judge reads page nine, those girls have a chance.",
        "LAC review at the school today: he's asked for his brother, again.",
        "FGC in Porirua tonight, koro flying down for the pēpi.",
        "Children's hearing in Paisley: panel kept him with the foster carers till March.",
        "Mental health tribunal in Ballarat, third this year, and he still won't take a lawyer.",
        "Tralee courthouse, second row, waiting for my lad's name to be called.",
        "Off to Parramatta Children's Court with one of mine, wish her luck.",
    ],
)
def test_people_before_courts_and_panels_of_five_countries_are_asked_about(text: str) -> None:
    assert {one.level for one in check(Draft("d", text)).findings if one.rule == "confidentiality.client-reference"} & {"ask", "block"}


@pytest.mark.parametrize(
    "text",
    [
        "Two corrections to the referral list on our website: the clinic moved to Pine Street, and the phone ends in 0142.",
        "The mayor came by on Tuesday. She said the roof money is in the budget.",
        "The senator stopped by the pantry. He carried boxes for an hour and said little.",
        "We were at the capitol last spring. Two hundred of us, in the rain.",
        "We were in Dublin last week for the conference and came home with four pages of notes.",
        "Rang my client portal vendor about the login page. It is fixed, I'm told.",
        "I have a client base of forty and a waiting list, so please look at the directory too.",
        "My 3 o'clock coffee is cold again.",
        "No one is turned away from our group.",
        "Ring the front desk and ask for Bev, or message the page and she'll call you back in office hours.",
        "CAFCASS published its annual report this morning; the waiting times are on page 9.",
        "Mental health tribunals: our training for new advocates is on 6 June in Ballarat.",
        "The guardian ad litem panel in Northern Ireland needs members. Apply by Friday.",
    ],
)
def test_visitors_outings_numbers_and_courts_in_general_pass(text: str) -> None:
    assert [one.quote for one in check(Draft("d", text)).findings if one.rule.startswith("confidentiality.")] == []


def test_a_served_person_beside_a_visitor_or_an_outing_still_counts() -> None:
    for text in (
        "The mayor came by. My client told him about her eviction, and he went quiet.",
        "We were at the capitol last spring and my client told them what her husband did.",
    ):
        assert any(one.rule == "confidentiality.client-reference" for one in check(Draft("d", text)).findings), text


def test_an_age_and_a_state_of_life_that_depends_on_it_are_not_multiplied() -> None:
    facts = anonymity.facts_of(scan("The widow, 71, told me that she sleeps again."))
    assert [fact.name for fact in facts] == ["woman or girl aged 71"]
    assert [fact.name for fact in anonymity.facts_of(scan("The widow told me that she sleeps again."))] == ["widowed woman"]


def test_a_foster_child_is_counted_among_children() -> None:
    def share(text: str) -> float:
        return next(fact.share for fact in anonymity.facts_of(scan(text)) if fact.name == "foster child")

    assert share("My foster teen, 14, told me that she sleeps.") == 0.005
    assert share("My foster teen told me that she sleeps.") == 0.0011


def test_people_from_eighteen_to_twenty_nine_are_spread_wider() -> None:
    spreads = [anonymity.facts_of(scan(f"He is {age} years old."))[0].spread for age in (17, 18, 29, 30)]
    assert spreads == [0.2, 0.35, 0.35, 0.2]


def test_origins_count_with_the_share_of_the_town_alone() -> None:
    text = "My client, a Navajo boy, laughed."
    here, there = places.town_of("Window Rock", "AZ"), places.town_of("Detroit", "MI")
    shares = [{fact.name: fact.share for fact in anonymity.facts_of(scan(text), place)} for place in (here, there)]
    assert shares[0]["Native American"] > 0.9
    assert shares[1]["Native American"] < 0.01
    abroad = places.town_of("Longford")
    assert abroad is not None
    assert [fact.name for fact in anonymity.facts_of(scan(text), abroad)] == ["man or boy"]
    assert "Native American" not in {fact.name for fact in anonymity.facts_of(scan(text))}


def test_one_clue_can_tell_origin_and_state_of_life() -> None:
    place = places.town_of("Detroit", "MI")
    assert {fact.name for fact in anonymity.facts_of(scan("My client, a Hmong widow, laughed."), place)} == {
        "widowed woman",
        "Asian or Pacific Islander",
    }


def test_a_range_begins_with_the_one_who_is_meant() -> None:
    counted, _ = anonymity.assess(scan("My client, a Hmong widow from Gary, IN, 71, laughed today and she slept."), None)
    assert counted is not None
    assert counted.low < 0.5
    assert "About 1-2 people" in counted.text


def test_a_noun_tells_the_sex_as_a_pronoun_does() -> None:
    assert [fact.name for fact in anonymity.facts_of(scan("A boy told me."))] == ["man or boy"]
    assert [fact.name for fact in anonymity.facts_of(scan("The woman told me."))] == ["woman or girl"]
    assert anonymity.facts_of(scan("The woman told her boy.")) == ()
