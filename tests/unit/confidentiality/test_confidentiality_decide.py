"""What is found in whole drafts, at which level; answers, media, questions, older posts."""

from __future__ import annotations

import pytest

from planner.checklist.check import check
from planner.checklist.confidentiality import decide, examine, mosaic, personal_details, places, subjects
from planner.checklist.confidentiality.examiner import file_level, remember
from planner.checklist.confidentiality.subjects import Confidence
from planner.checklist.report import Draft, LedgerEntry, MediaItem, Profile
from planner.checklist.text import views

STORY = "My client told me today that she left her husband on Tuesday, after eleven years. She cried in my office and then she laughed."
NOTICE = "Register by Friday for our free webinar on grief. Link in bio, all clinicians welcome."


def rules(text: str, **facts: object) -> dict[str, set[str]]:
    draft = Draft(id="1", text=text, **facts)  # type: ignore[arg-type]
    found: dict[str, set[str]] = {}
    for one in examine(draft, views(text), None, None).candidates:
        found.setdefault(one.rule.removeprefix("confidentiality."), set()).add(one.level)
    return found


@pytest.mark.parametrize(
    "text",
    [
        STORY,
        "My 3:15 brought her dead father's harmonica to session and played it for me. I still hear it.",
        "The boy in bed 6 asked me last night if his mother was coming. She wasn't.",
        "He finally slept in his own bed. Eleven months of star charts, and his mum cried in my office this morning.",
        "Consult please. 15M, OCD, two admissions since the move from Leeds, mum works nights. He told me on Monday that he wants to stop. Thoughts?",
    ],
)
def test_a_story_of_one_person_is_held(text: str) -> None:
    assert "block" in rules(text)["client-reference"]


@pytest.mark.parametrize(
    "text",
    [
        NOTICE,
        "Clients sometimes ask if I get tired. I don't know a therapist who hasn't been asked.",
        "What interventions can people use to help alleviate someone's symptoms of PTSD?",
        "I don't accept friend requests from clients, past or present. Your privacy matters more to me.",
        "HB 77 is in House Finance until Friday. Call your representative and ask for a yes.",
        "We're hiring a night worker for our refuge. Closing date 3 May, apply on our site.",
    ],
)
def test_speech_about_nobody_in_particular_passes(text: str) -> None:
    assert rules(text) == {}


def test_clues_carry_their_kind_and_the_trace_its_cues() -> None:
    found = examine(Draft(id="1", text=STORY), views(STORY), None, None)
    clues = [one for one in found.candidates if one.rule.endswith("quasi-identifier")]
    assert {one.variant for one in clues} >= {"time", "family"}
    assert all(one.clue == one.variant and len(one.evidence) == 3 for one in clues)
    assert found.explained[0].startswith("one particular person: ")


def test_a_fiction_says_so_and_passes() -> None:
    assert "client-reference" not in rules(
        "Invented example, nobody I've met: a man of 52 loses his job and spends eight weeks at the aquarium."
    )


def test_written_consent_asks_for_the_record() -> None:
    text = "Shared with Oona's written consent: I came for the soup and I stayed."
    found = examine(Draft(id="1", text=text), views(text), None, None)
    assert [question.id for question in found.questions] == ["confidentiality/consent"]


def test_a_possible_person_raises_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "confidence", lambda *_: Confidence(0.3, 0.3, ()))
    found = examine(Draft(id="1", text="A neighbor waved."), views("A neighbor waved."), None, None)
    assert [question.id for question in found.questions] == ["confidentiality/person"]
    assert found.candidates == ()


@pytest.mark.parametrize(("value", "grammar", "level"), [(0.9, 0.5, "block"), (0.9, 0.05, "ask"), (0.5, 0.5, "ask"), (0.3, 0.9, None)])
def test_words_alone_never_block(value: float, grammar: float, level: str | None) -> None:
    assert decide.level_of(Confidence(value, grammar, ())) == level


def test_names_and_numbers_near_a_served_person_are_identifiers() -> None:
    text = STORY + " Her name is Marisela Quintana, MRN 4471902, and her file is IMG_12_Marisela.jpg."
    draft = Draft(id="1", text=text)
    found = {
        text[one.start : one.end] for one in examine(draft, views(text), None, None).candidates if one.rule.endswith("direct-identifier")
    }
    assert any("Marisela Quintana" in quote for quote in found)
    assert any("4471902" in quote for quote in found)
    assert "IMG_12_Marisela.jpg" in found


def test_the_accounts_own_names_are_no_finding() -> None:
    text = STORY + " Yours, Marisela Quintana."
    own = examine(Draft(id="1", text=text), views(text), Profile(names=("Marisela Quintana",)), None)
    assert not any(one.rule.endswith("direct-identifier") for one in own.candidates)


def test_a_file_name_with_a_name_asks_even_without_a_story() -> None:
    assert rules("The new album is up, see IMG_2041_Jaylen_Ortiz.jpg for the cover.")["direct-identifier"] == {"ask"}
    assert rules("New album: IMG_2041_Jaylen_foster.jpg")["direct-identifier"] == {"block"}
    assert "direct-identifier" not in rules("The new album is up, see IMG_2041_garden.jpg for the cover.")


@pytest.mark.parametrize("kind", ["reply", "review-answer"])
def test_an_answer_that_confirms_the_relation_blocks(kind: str) -> None:
    assert rules("See you Thursday, and thank you for the kind review!", kind=kind)["relationship-disclosure"] == {"block"}


def test_a_tag_that_confirms_the_relation_is_caught() -> None:
    assert "relationship-disclosure" in rules("Congratulations @tasha_blooms on finishing our 90-day residential program yesterday!")
    assert "relationship-disclosure" not in rules("Congratulations to everyone on finishing the course yesterday!")


def test_thanks_for_a_review_by_name_confirm_the_relation() -> None:
    assert rules("Thank you Shauna Gallagher for the kind review!")["relationship-disclosure"] == {"block"}
    assert "relationship-disclosure" not in rules("Thank you all for the review of the draft policy.")


def test_a_name_far_from_the_words_of_a_service_is_not_whom_they_are_about() -> None:
    near = "Shauna Gallagher from our recovery programme told me yesterday that she slept."
    far = "Shauna Gallagher made the scones." + " The sun shone and the tea was hot." * 5 + " A woman from our recovery programme cried."
    assert "relationship-disclosure" in rules(near)
    assert "relationship-disclosure" not in rules(far)


def test_words_to_one_served_person_are_caught() -> None:
    assert "relationship-disclosure" in rules(STORY + " You know who you are, and I am so proud of you. See you Thursday.")
    assert "relationship-disclosure" not in rules("We will see you Thursday at the parade. Bring water.")


@pytest.mark.parametrize(
    "text", ["I checked my client's Instagram before our session.", "We scroll our residents' Facebook pages every Friday."]
)
def test_looking_people_up_blocks(text: str) -> None:
    assert rules(text)["searching-clients"] == {"block"}


def test_looking_up_him_needs_a_care_context() -> None:
    assert "searching-clients" in rules(STORY + " I still check her Facebook.")
    assert "searching-clients" not in rules("Our supplier raised its prices. The board will check their LinkedIn page and report in May.")


def test_a_live_matter_and_a_live_place_of_a_served_person() -> None:
    found = rules("Court tomorrow for my kid, she is terrified. We're at the Pancake House on Elm Street right now and he can't eat.")
    assert {"live-case", "location-exposure"} <= set(found)
    assert "live-case" not in rules("The court budget hearing is tomorrow at 9. Bring a sign.")


def test_a_hard_number_in_a_care_context_asks() -> None:
    text = "Lost a folder on the bus. Ref MRN 4471902, please bring it to her ward, the family is waiting for it."
    assert "direct-identifier" in rules(text)


def test_what_stands_beside_the_text_is_placed_at_its_end() -> None:
    draft = Draft(
        id="1",
        text="Look at this.",
        media=(MediaItem(name="IMG_7_Jaylen_visit.jpg", alt=STORY, description=""), MediaItem(name="garden.jpg", alt=NOTICE)),
    )
    found = examine(draft, views(draft.text), None, None).candidates
    assert {one.rule for one in found} >= {"confidentiality.client-reference", "confidentiality.direct-identifier"}
    assert all(one.start == one.end == len(draft.text) for one in found)


def test_a_location_tag_tells_where_a_story_happens() -> None:
    tagged = rules(STORY, location="Elm House")
    assert "location-exposure" in tagged
    assert "location-exposure" in rules(STORY, media=(MediaItem(has_gps=True),))
    assert "location-exposure" not in rules(NOTICE, location="Elm House")


def test_the_level_of_a_file_name() -> None:
    assert file_level(MediaItem(name="IMG_1.jpg"), "block") is None
    assert file_level(MediaItem(name="jaylen.jpg"), None) == "ask"
    assert file_level(MediaItem(name="jaylen_foster.jpg"), None) == "block"
    assert file_level(MediaItem(name="jaylen.jpg"), "ask") == "block"


def test_few_people_raise_the_level(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "confidence", lambda *_: Confidence(0.3, 0.3, ()))
    text = "A widower in Whitefish sleeps again."
    found = examine(Draft(id="1", text=text), views(text), None, None)
    assert found.anonymity is not None
    assert {one.level for one in found.candidates} == {"ask"}


def test_mentions_fall_back_to_pronoun_clue_and_opening() -> None:
    assert decide.mentions(subjects.scan("", None)) == ()
    assert decide.mentions(subjects.scan("Green tables stand about.", None)) == ((0, 25),)
    assert decide.mentions(subjects.scan("Green tables, schizophrenia.", None)) == ((14, 27),)
    assert decide.mentions(subjects.scan("Green tables for her.", None)) == ((17, 20),)


def test_personal_details_are_told_whatever_a_text_speaks_of() -> None:
    text = "Marisela Quintana moved to Bozeman, ask b.okoro@mail.example"
    assert [(text[start:end], kind) for start, end, kind in personal_details(text)] == [
        ("Marisela Quintana", "name"),
        ("Bozeman", "town"),
        ("b.okoro@mail.example", "email"),
    ]


def entry(kind: str, display: str, *, share: float | None = None, post: str = "p1", subject: str = "s1") -> LedgerEntry:
    return LedgerEntry(post, "2026-03-02", subject, kind, "", display, share)


def joined(text: str, *ledger: LedgerEntry) -> mosaic.Joined | None:
    return mosaic.join(subjects.scan(text, None), ledger)


def test_a_draft_that_refers_back_joins() -> None:
    found = joined("Update on the one I wrote about in March: she moved.", entry("place", "in Ennis"))
    assert found is not None
    assert found.refers_back


def test_one_rare_detail_joins_and_a_common_one_does_not() -> None:
    text = "My client with schizophrenia came back."
    assert joined(text, entry("diagnosis", "schizophrenia", share=0.008)) is not None
    assert joined(text, entry("diagnosis", "schizophrenia", share=0.2)) is None
    assert joined(text) is None


def test_a_court_remark_an_outcome_and_a_pin_join() -> None:
    found = joined(
        "The court granted it today, at last. He goes home.", entry("live", "Court tomorrow"), entry("place", "Elm Street", post="p2")
    )
    assert found is not None
    assert not found.refers_back
    assert mosaic.posts(found.entries) == "2026-03-02: “Court tomorrow”"


def test_unrelated_widows_in_two_towns_do_not_join() -> None:
    assert joined("A widow from Bozeman told me today.", entry("family", "widow", share=0.005), entry("place", "from Ennis")) is None


def test_few_people_fit_the_union() -> None:
    text = "My client with schizophrenia in Whitefish came back."
    few = joined(text, entry("diagnosis", "schizophrenia", share=0.008))
    many = joined("My client with schizophrenia came back.", entry("diagnosis", "schizophrenia", share=0.008), entry("place", "in Chicago"))
    assert few is not None
    assert few.few
    assert many is not None
    assert not many.few


def test_a_pin_and_the_account_s_town_count_as_places() -> None:
    text, older = "My client with schizophrenia came back.", entry("diagnosis", "schizophrenia", share=0.008)
    seen = subjects.scan(text, None)
    plain, pinned = mosaic.join(seen, (older,)), mosaic.join(seen, (older,), pinned="Whitefish, MT")
    assert plain is not None
    assert not plain.few
    assert pinned is not None
    assert pinned.few
    for draft, profile in ((Draft("1", text, location="Whitefish, MT"), None), (Draft("1", text), Profile(town="Whitefish, MT"))):
        levels = {one.level for one in examine(draft, views(text), profile, (older,)).candidates if one.rule == "confidentiality.mosaic"}
        assert levels == {"block"}


def test_a_location_tag_is_remembered_with_the_post() -> None:
    draft = Draft("p3", "Court tomorrow for my client, she is scared.", location="Elm Street, Ennis")
    kept = remember(draft, views(draft.text), None, None, day="2026-05-01", key=b"k")
    assert ("place", "Elm Street, Ennis") in {(one.kind, one.display) for one in kept}


def test_older_posts_reach_the_candidates() -> None:
    draft = Draft(id="1", text="Update on my client I wrote about in March: she left her husband today.")
    found = [
        one for one in examine(draft, views(draft.text), None, (entry("time", "today"),)).candidates if one.rule == "confidentiality.mosaic"
    ]
    assert [(one.variant, one.level) for one in found] == [("refers-back", "block")]
    assert "2026-03-02" in found[0].fields["posts"]


def test_a_delivered_post_is_remembered_by_clue_with_a_keyed_digest() -> None:
    seen = subjects.scan("Court tomorrow for my client, a widower in Ennis.", None)
    entries = mosaic.remember(seen, post_id="p9", date="2026-05-01", subject="s1", key=b"k")
    other = mosaic.remember(seen, post_id="p9", date="2026-05-01", subject="s1", key=b"x")
    assert {one.kind for one in entries} >= {"live", "family"}
    assert all(len(one.digest) == 64 for one in entries)
    assert {one.digest for one in entries}.isdisjoint(one.digest for one in other)
    assert next(one.share for one in entries if one.kind == "family") == pytest.approx(0.011)
    assert next(one.share for one in entries if one.kind == "live") is None


def test_a_post_about_one_person_is_kept_for_the_mosaic_and_others_are_not() -> None:
    told = Draft(id="p1", text=STORY)
    kept = remember(told, views(STORY), None, None, day="2026-03-02", key=b"k")
    assert {one.subject for one in kept} == {"p1"}
    later = Draft(id="p2", text="Update on my client I wrote about: she left her husband today.")
    again = remember(later, views(later.text), None, kept, day="2026-03-09", key=b"k")
    assert {one.subject for one in again} == {"p1"}
    assert remember(Draft(id="p3", text=NOTICE), views(NOTICE), None, None, day="2026-03-02", key=b"k") == ()


@pytest.mark.parametrize(
    ("town", "employer", "found"),
    [
        ("Ennis, MT", "", ("Ennis", 884)),
        ("Ennis, Montana", "", ("Ennis", 884)),
        ("Whitefish", "", ("Whitefish", 7073)),
        ("Lakewood, CO", "Juniper Street Counseling", ("Lakewood", 152597)),
        ("Bozeman, MT", "Whitefish Middle School", ("Whitefish", 7073)),
        ("Nowhereville", "", None),
        ("", "", None),
    ],
)
def test_the_town_of_a_profile_is_the_one_in_its_state(town: str, employer: str, found: tuple[str, int] | None) -> None:
    place = places.home(town, employer)
    assert (place and (place.name, place.population)) == found


@pytest.mark.clause("C14")
@pytest.mark.parametrize(
    ("text", "profile", "told"),
    [
        ("A widower of 71 told me that he sleeps again.", Profile(town="Ennis, MT"), ["widower of 71"]),
        ("A widower of 71 told me that he sleeps again.", Profile(employer="Whitefish Middle School"), ["widower of 71"]),
        ("A widower of 71 told me that he sleeps again.", Profile(town="Denver, CO"), []),
        ("A widower of 71 told me that he sleeps again.", Profile(town="Galway"), []),
        ("A widower of 71 told me that he sleeps again.", Profile(), []),
        ("A widower of 71 told me that he sleeps again.", None, []),
        ("A widower of 71 in Chicago told me that he sleeps again.", Profile(town="Ennis, MT"), []),
        ("Somebody told me that they sleep again.", Profile(town="Ennis, MT"), []),
    ],
)
def test_the_bio_counts_as_a_post_that_everybody_has_read(text: str, profile: Profile | None, told: list[str]) -> None:
    found = [one for one in examine(Draft("1", text), views(text), profile, None).candidates if one.rule == "confidentiality.mosaic"]
    assert [text[one.start : one.end] for one in found] == told
    assert {(one.variant, one.level) for one in found} == ({("profile", "ask")} if told else set())


def test_a_name_is_worded_as_a_name_and_a_bond_as_a_bond() -> None:
    found = check(Draft("d", "So proud of our former client Maria Delgado, who finished our program and got her own flat.")).findings
    assert ("confidentiality.direct-identifier", "name", "Maria Delgado") in {(one.rule, one.variant, one.quote) for one in found}
    assert "confidentiality.relationship-disclosure" in {one.rule for one in found}


def test_every_sign_has_a_plain_name() -> None:
    assert decide.label("who:kin:served:past") == "a relative of a served person, in the past tense"
    assert decide.label("first:served:care") == "first told of a served person, with words of care"
    assert decide.label("who:served") == "a served person"
    assert decide.label("id:phone:unknown") == "it can be traced: phone, that is not the account's own"
    assert decide.label("words") == "the wording of the whole draft"
    names = {name: decide.label(name) for name in subjects.weights().features}
    assert [name for name, plain in names.items() if not plain or "  " in plain or (plain == name and name != "you")] == []
