"""What the mission asks of the checklist beside confidentiality, clause by clause: what must be found, its benign twins, and its level."""

from __future__ import annotations

from datetime import date

import pytest

from planner.checklist.check import check
from planner.checklist.report import Author, Draft, Kind, Record, SourceFact

TODAY = date(2026, 11, 26)


def levels(text: str, *, kind: Kind = "post", author: Author | None = None, record: Record | None = None) -> dict[str, set[str]]:
    """Return rule -> levels of what is found in a text, without the word scores."""
    found: dict[str, set[str]] = {}
    for one in check(Draft("d", text, kind=kind, author=author, record=record), today=TODAY).findings:
        if not one.variant.startswith("reads-like"):
            found.setdefault(one.rule, set()).add(one.level)
    return found


@pytest.mark.clause("C39")
@pytest.mark.feature("Personal disclosure and whereabouts")
@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("My third glass of wine and case notes, cheers.", True),
        ("My ex cheated again and I have group at nine.", True),
        ("Hungover at my desk again.", True),
        ("I have lived with bipolar disorder for ten years, and I say it so that others ask for help.", False),
        ("My dad died in March. The garden helps.", False),
        ("We planted tomatoes on the balcony.", False),
    ],
)
def test_overly_personal_details_are_asked_about(text: str, *, asked: bool) -> None:
    assert levels(text, author="therapist").get("boundaries.oversharing") == ({"ask"} if asked else None)


@pytest.mark.clause("C42")
@pytest.mark.feature("Personal disclosure and whereabouts")
def test_whereabouts_with_people_in_care_block_and_say_what_to_do_instead() -> None:
    text = "Sitting at the Blue Door Cafe now, writing notes before my 3 pm home visit."
    (found,) = [one for one in check(Draft("d", text, author="social-worker")).findings if one.rule == "confidentiality.location-exposure"]
    assert found.level == "block"
    assert "when it is over" in found.why
    assert "leave the place out" in found.why


@pytest.mark.clause("C42")
@pytest.mark.parametrize(
    "text", ["Join us at the library on Elm Street, Tuesday at 6.", "Our office is at 12 Mill Road and opens at nine."]
)
def test_a_notice_of_an_own_event_tells_its_place(text: str) -> None:
    assert levels(text, author="agency") == {}


@pytest.mark.clause("C82", "C83")
@pytest.mark.feature("Fact and source")
@pytest.mark.parametrize(
    ("text", "tier", "expected"),
    [
        ("80% of teens are lonely.", None, "ask"),
        ("Studies show that men never ask for help.", None, "ask"),
        ("Our survey found that 8 in 10 members felt better.", None, "ask"),
        ("80% of teens are lonely.", "journal", None),
        ("80% of teens are lonely.", "government", None),
        ("Waits are long.", "other", "advise"),
        ("80% of teens say they are lonely (Pew Research Center, 2023).", None, None),
        ("We are open 24/7, and parking is $5.", None, None),
    ],
)
def test_a_figure_needs_a_source_and_a_weak_one_is_named(text: str, tier: str | None, expected: str | None) -> None:
    record = Record(sources=(SourceFact("Report", tier, "statistic", "2026-03-01"),)) if tier else None
    assert levels(text, record=record).get("claims.unsourced-statistic") == ({expected} if expected else None)


@pytest.mark.clause("C89")
@pytest.mark.feature("Shared link")
def test_an_old_article_is_asked_about_and_a_new_one_is_not() -> None:
    for published, expected in (("2024-11-25", {"ask"}), ("2025-06-01", None)):
        record = Record(sources=(SourceFact("News", "news", "article", published),))
        assert levels("Worth reading.", record=record).get("claims.stale-source") == expected


@pytest.mark.clause("C85", "C86")
@pytest.mark.feature("Sensational, too good")
@pytest.mark.parametrize(
    ("text", "rule", "level"),
    [
        ("You won't BELIEVE what foster care did to this town", "tone.sensational", "advise"),
        ("The shocking truth about group homes", "tone.sensational", "advise"),
        ("Our method works for everyone.", "claims.outcome-guarantee", "ask"),
        ("This tea heals depression.", "claims.outcome-guarantee", "ask"),
        (
            "They cut the shelter budget by 40 % (Denver Audit Office, 2026). It is a betrayal, and we will say so at the hearing.",
            None,
            None,
        ),
        ('Headlines like "you won\'t believe" do not help anyone.', None, None),
        ("Many people find that EMDR eases symptoms (NICE, 2018). It is not guaranteed.", None, None),
    ],
)
def test_what_is_charged_or_too_good_is_named_and_strong_words_pass(text: str, rule: str | None, level: str | None) -> None:
    assert levels(text) == ({rule: {level}} if rule else {})


@pytest.mark.clause("C87", "C88")
@pytest.mark.feature("Treatment and conspiracy claims")
@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Magnesium instead of lithium changed everything, no side effects.", "block"),
        ("Antidepressants are poison. Ask yourself who profits.", "block"),
        ("Vaccines cause autism.", "ask"),
        ("They don't want you to know the truth about antidepressants.", "ask"),
        ("There is no evidence that magnesium can replace lithium. Talk with your prescriber.", None),
        ("There is no evidence that vaccines cause autism.", None),
        ('"Antidepressants are poison" is a myth. Here is what the trials say.', None),
    ],
)
def test_claims_on_treatment_ask_or_block_and_debunking_passes(text: str, level: str | None) -> None:
    assert levels(text).get("claims.misinformation") == ({level} if level else None)


@pytest.mark.clause("C87")
@pytest.mark.feature("Treatment and conspiracy claims", "Remaining families")
def test_advice_to_stop_a_medicine_blocks() -> None:
    assert "block" in levels("Stop taking your SSRI and trust your body.")["claims.individual-advice"]
    assert "claims.individual-advice" not in levels("Never stop your medication without talking to your prescriber.")


@pytest.mark.clause("C91")
@pytest.mark.feature("Responsible messaging")
@pytest.mark.parametrize(
    ("text", "rule", "level"),
    [
        ("Her brother died by suicide, he hanged himself in the garage. Call 988.", "safety.suicide-messaging", "block"),
        ("Two students committed suicide last spring. Call 988.", "safety.suicide-messaging", "ask"),
        ("If you want to die, you are not alone. We see you.", "safety.missing-crisis-resource", "ask"),
        ("Living with bulimia is lonely. We see you.", "safety.missing-crisis-resource", "ask"),
        ("My anorexia: I weighed 38 kg, BMI 14. Beat listens.", "safety.eating-disorder-detail", "block"),
        ("Call 1-800-273-8255 any time.", "safety.stale-crisis-line", "block"),
        ("Suicide is preventable. Talk to someone. Call or text 988.", None, None),
    ],
)
def test_harmful_detail_blocks_and_help_is_asked_for(text: str, rule: str | None, level: str | None) -> None:
    found = levels(text)
    if rule is None:
        assert found == {}
    else:
        assert level in found[rule]


@pytest.mark.clause("C40", "C137")
@pytest.mark.feature("Tone and respect")
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("We feed addicts every Sunday.", "tone.stigmatising-language"),
        ("Shut up and read the bill, you idiots.", "tone.hostile"),
        ("Narcotics Anonymous meets at 4.", None),
        ("As an addict in recovery, I chose that word.", None),
        ('Retire the label "frequent flyer": it hides unmet needs.', None),
        ("An autistic colleague and a Deaf artist opened the show.", None),
        ("This budget is a betrayal of every family on the waiting list.", None),
    ],
)
def test_disrespect_is_named_and_chosen_quoted_and_official_words_pass(text: str, rule: str | None) -> None:
    assert set(levels(text)) == ({rule} if rule else set())


@pytest.mark.clause("C125")
@pytest.mark.feature("Reply lint")
@pytest.mark.parametrize(
    ("text", "rule", "level"),
    [
        ("@lena_paints thank you for being a client, see you Thursday!", "confidentiality.relationship-disclosure", "block"),
        ("So glad our sessions helped you!", "confidentiality.relationship-disclosure", "block"),
        ("@tom you clearly never read anything, idiot.", "tone.hostile", "ask"),
        ("@kara_b leave him tonight and file for full custody.", "claims.individual-advice", "ask"),
        ("@ann thank you for asking. We can't confirm who we work with. Please call our office.", None, None),
        ("@joan_p the hearing is at six in city hall, and there is a lift.", None, None),
    ],
)
def test_a_reply_confirms_nobody_and_stays_kind(text: str, rule: str | None, level: str | None) -> None:
    found = levels(text, kind="reply", author="therapist")
    if rule is None:
        assert found == {}
    else:
        assert found[rule] == {level}


@pytest.mark.clause("C120", "C138", "C139")
@pytest.mark.feature("Disclaimer offer", "Joining text")
def test_advice_is_noted_without_a_disclaimer_and_an_offer_of_care_without_its_limits() -> None:
    def notes(text: str) -> set[str]:
        return {note.kind for note in check(Draft("d", text)).notes}

    assert "claims.missing-disclaimer" in notes("Here's how to calm anxiety at 3 a.m.")
    assert "claims.missing-disclaimer" not in notes("Here's how to calm anxiety. This is education, not therapy.")
    assert "claims.missing-disclaimer" not in notes("Three tips for job interviews.")
    assert levels("Now offering online therapy across Oregon.")["claims.service-fit"] == {"advise"}
    assert levels("Now offering online therapy across Oregon. It is not for everyone: in a crisis, call or text 988.") == {}
