"""Mentions of people, pronouns and sentences; names and places."""

from __future__ import annotations

import pytest

from planner.checklist.confidentiality import cues, names, people, places


def kinds(text: str) -> list[str]:
    words = cues.read(text)
    return [f"{one.kind}:{one.refers}" if one.refers else one.kind for one in people.mentions(words, names.find(words))]


def test_a_word_within_a_name_is_no_mention_of_its_own() -> None:
    words = cues.read("Ana Client cried. She left.")
    assert people.mentions(words, (names.NameHit(0, 2, "Ana Client", 2.0, "private"),)) == (
        people.Mention(0, "named", ""),
        people.Mention(4, "pronoun", "named"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He finally slept.", ["pronoun:none"]),
        ("My client slept. She smiled.", ["served", "pronoun:served"]),
        ("My supervisor called. She laughed.", ["staff", "pronoun:staff"]),
        ("The dog ate it. He is sorry.", ["animal", "pronoun:animal"]),
        ("My mother rang. She cried.", ["own", "pronoun:own"]),
        ("My mother's file: she cried.", ["own", "pronoun:own"]),
        ("My late nani sang. She laughed.", ["own", "pronoun:own"]),
        ("My boys slept.", ["served"]),
        ("Your son lies. He is twelve.", ["reader", "pronoun:reader"]),
        ("Every client matters.", ["general"]),
        ("When a client cries", ["general"]),
        ("Clients cry.", ["general"]),
        ("A client cried.", ["served"]),
        ("The boy wept and his mother left.", ["person", "pronoun:person", "kin:person"]),
        ("A family came.", ["person"]),
        ("Family matters.", ["general"]),
        ("The nurse came.", ["outsider"]),
        ("Most people rest.", ["general"]),
        ("No therapist is an island.", ["general"]),
        ("The villain of that film: he lies.", ["fiction", "fiction", "pronoun:fiction"]),
        ("Senator Ruth Alvarez spoke. She voted.", ["public", "pronoun:public"]),
        ("Marisela Quintana came. She smiled.", ["named", "pronoun:named"]),
    ],
)
def test_a_mention_has_its_kind_and_a_pronoun_its_person(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_a_sentence_tells_how_it_speaks() -> None:
    first, second = people.sentences(cues.read("I just painted the door. If you can, sleep!"))
    assert (first.past, first.near, first.general, first.me, first.you) == (True, True, False, True, False)
    assert (second.past, second.general, second.me, second.you) == (False, True, False, True)
    assert people.sentences(cues.read("...")) == ()


@pytest.mark.parametrize(
    ("text", "found", "role"),
    [
        ("Mr. Okafor came by", "Okafor", "private"),
        ("Ms. Rosa laughed", "Rosa", "private"),
        ("Little Mateo laughed", "Mateo", "private"),
        ("then mr Okafor came", "Okafor", "private"),
        ("then senator Okafor came", "Okafor", "public"),
        ("we moved to Gonzalez", "Gonzalez", "private"),
        ("we met Maria M. and her son", "Maria M", "private"),
        ("a visit to J. Cawley at noon", "J. Cawley", "private"),
        ("notes on the Whitcomb-Reyes siblings", "Whitcomb-Reyes", "private"),
        ("her name is Kestutis now", "Kestutis", "private"),
        ("my daughter Aoife sings", "Aoife", "private"),
        ("Keisha's caseworker", "Keisha", "private"),
        ("our manager Delia Hartigan retires", "Delia Hartigan", "public"),
        ("Oksana Melnyk, our new nurse, starts", "Oksana Melnyk", "public"),
        ("Senator Ruth Alvarez", "Ruth Alvarez", "public"),
        ("said Dr. Ruth Alvarez", "Ruth Alvarez", "public"),
        ("Anna de Souza wrote", "Anna de Souza", "private"),
        ("we spoke with Gonzalez today", "Gonzalez", "private"),
        ("Hope is a skill", None, ""),
        ("Will joined us", None, ""),
        ("Lincoln High School", None, ""),
        ("Monday morning", None, ""),
        ("Martin Luther King Street", None, ""),
        ("the Mill Road bus", None, ""),
        ("- Anna-", "Anna", "private"),
        ("Anna. Ben came", "Anna", "private"),
        ("in the end - Quixley", None, ""),
        ("everyone calls me Zbigniew", "Zbigniew", "private"),
        ("everyone calls me Fergal here", "Fergal", "private"),
        ("A. Nice day", None, ""),
        ("visit from Xyqua Gonzalez yesterday", "Xyqua Gonzalez", "private"),
        ("Anna White slept", "Anna", "private"),
        ("Anna Blorp slept", "Anna Blorp", "private"),
        ("Anna Table slept", "Anna Table", "private"),
    ],
)
def test_a_name_needs_evidence(text: str, found: str | None, role: str) -> None:
    hits = names.find(cues.read(text))
    assert [(hit.text, hit.role) for hit in hits[:1]] == ([] if found is None else [(found, role)])


def test_a_run_of_capitals_is_cut_at_its_limit() -> None:
    hits = names.find(cues.read("Anna Ben Carla David Emma Frank Grace Henry Irene John"))
    assert len(hits) == 2


@pytest.mark.parametrize(
    ("text", "found", "kind"),
    [
        ("she moved to Bozeman", "Bozeman", "town"),
        ("a house at 12 Mill Road, second floor", "12 Mill Road", "street"),
        ("under the Vine Street bus sign", "Vine Street", "street"),
        ("the honor roll at Storm Lake High", "Storm Lake High", "institution"),
        ("she lives in Kerala", None, ""),
        ("a family from Honduras", "Honduras", "country"),
        ("he is from Montana", "Montana", "state"),
        ("flying out of New York tonight", "New York", "state"),
        ("Lincoln came by", None, ""),
        ("the way to Lincoln", "Lincoln", "town"),
        ("he is from honduras", "honduras", "country"),
        ("he is in recovery", None, ""),
        ("Bozeman Bozeman", None, ""),
        ("Lake Forest is far", "Lake Forest", "town"),
        ("in Dublin's trams", "Dublin", "town"),
        ("rain in Salt Lake City today", "Salt Lake City", "town"),
        ("a train to Stratford-upon", "Stratford", "town"),
    ],
)
def test_a_place_is_found_with_its_kind(text: str, found: str | None, kind: str) -> None:
    hits = places.find(cues.read(text))
    assert [(hit.text, hit.kind) for hit in hits[:1]] == ([] if found is None else [(found, kind)])


def test_places_of_one_name_come_largest_first() -> None:
    sizes = [place.population for place in places.entries("springfield") if place.population is not None]
    assert len(sizes) > 3
    assert sizes == sorted(sizes, reverse=True)
    assert places.entries("nosuchplaceanywhere") == ()
    assert [place.name for place in places.named_in("in Bozeman, near Qqqq")] == ["Bozeman"]


def test_the_longer_of_two_places_stays() -> None:
    text = "at 900 Bozeman Street"
    assert [(hit.text, hit.kind) for hit in places.find(cues.read(text))] == [("900 Bozeman Street", "street")]
