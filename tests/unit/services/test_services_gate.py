"""The gate with the real checklist: the mission's sentences, on every platform, through every door."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from connectors import registry
from planner.domain.connection import ConnectionNote
from planner.domain.errors import Blocked, Unanswered
from planner.domain.post import Content, LinkCard
from planner.domain.review import READERS
from planner.services import gate
from tests.unit.services.rig import NOW, Rig, png

if TYPE_CHECKING:
    from planner.checklist.report import Draft, Report

CASES = (
    "I have a client with PTSD and am wondering what interventions I can use to help alleviate her symptoms?",
    "My 3 o'clock cried for the whole hour today.",
    "I'm in court tomorrow for one of my families.",
)
GENERAL = "What interventions can people use to help alleviate someone's symptoms of PTSD?"
NEEDS_TITLE_OR_PICTURE = {"wordpress", "instagram", "pinterest", "reddit", "change_org"}


def blocking(real: Rig, text: str, **account: object) -> set[str]:
    post = real.draft(text, real.account(**account))
    return {item.finding.rule for item in real.composer.check(post.id)[0].blocking}


@pytest.mark.clause("C1", "C2", "C11", "C12", "C14")
@pytest.mark.parametrize("text", CASES)
def test_one_particular_served_person_is_never_handed_in(real: Rig, text: str) -> None:
    post = real.draft(text, real.account())
    real.tick_all(post)
    with pytest.raises(Blocked) as caught:
        real.composer.submit(real.alone(), post.id, 1)
    assert any(rule.startswith("confidentiality.") for rule in caught.value.rules)
    assert text not in caught.value.sentence


@pytest.mark.clause("C2", "C7", "C8")
def test_the_general_question_goes_through_once_the_reader_questions_are_answered(real: Rig) -> None:
    account = real.account()
    post = real.draft(GENERAL, account)
    with pytest.raises(Unanswered):
        real.composer.submit(real.alone(), post.id, 1)
    for question in real.composer.check(post.id)[0].open_questions:
        real.composer.answer(real.alone(), post.id, account.id, question.id, question.answers[0].key)
    real.tick_all(post)
    assert real.composer.submit(real.alone(), post.id, 1).state == "ready"


@pytest.mark.clause("C3")
def test_each_identifying_detail_is_its_own_finding(real: Rig) -> None:
    post = real.draft("My client, a 34-year-old veteran whose wife left him in Bozeman, slept again.", real.account())
    details = [
        item.finding.quote for item in real.composer.check(post.id)[0].findings if item.finding.rule == "confidentiality.quasi-identifier"
    ]
    assert len(set(details)) >= 3


@pytest.mark.clause("C4", "C5", "C11", "C12")
@pytest.mark.parametrize("text", [*CASES, GENERAL])
def test_no_platform_mode_or_kind_of_account_is_a_way_around(real: Rig, text: str) -> None:
    """The same words meet the same confidentiality findings everywhere, in the text and in every other field."""
    found = set()
    for index, (info, kind) in enumerate(product(registry.platforms(), ("practice", "agency"))):
        account = real.account(platform=info.name, handle=f"@h{index}", kind=kind)
        plain = real.draft(text, account)
        aside = real.draft("Words", account, first_comment=text)
        for post in (plain, aside):
            findings = real.composer.check(post.id)[0].findings
            rows = [(item.finding.rule, item.finding.level, item.finding.quote) for item in findings]
            found.add(tuple(row for row in rows if row[0].startswith("confidentiality.")))
    assert len(found) == 1


@pytest.mark.clause("C13")
@pytest.mark.parametrize("text", CASES)
def test_a_happy_tone_lowers_nothing(real: Rig, text: str) -> None:
    plain = blocking(real, text)
    assert plain
    assert plain <= blocking(real, f"So proud and grateful! {text} What a joy to see!", handle="@two")


@pytest.mark.clause("C53", "C54")
def test_an_account_without_a_name_is_held_to_the_same_rules(real: Rig) -> None:
    assert blocking(real, CASES[0]) == blocking(real, CASES[0], handle="@quietheron", owner="Quiet Heron", author=None)


@pytest.mark.clause("C53")
@pytest.mark.parametrize("where", ["text", "title", "first_comment", "content_warning", "link", "media"])
def test_a_post_that_names_the_person_behind_the_pseudonym_goes_nowhere(rig: Rig, where: str) -> None:
    account = rig.account()
    facts = replace(account.facts, pseudonym=True, legal_name="Ana Ruiz")
    rig.accounts.update(rig.alone(), replace(account, facts=facts))
    content = Content(text="Rest is a skill.")
    named: dict[str, Any] = {
        "link": LinkCard("https://example.org/ana-ruiz"), "media": (rig.images.add(rig.alone(), png(), "ANA RUIZ reads"),)
    }  # fmt: skip
    other = rig.composer.new(rig.alone(), (account.id,), content)
    assert rig.composer.check(other.id)[0].measure.problems == ()
    post = rig.composer.new(rig.alone(), (account.id,), replace(content, **{where: named.get(where, "Ana  Ruiz")}))
    assert (where, gate.NAMED) in [(one.field, one.reason) for one in rig.composer.check(post.id)[0].measure.problems]


@pytest.mark.clause("C123")
@pytest.mark.parametrize(
    "text",
    ["My client Maria shared the post with her sister after our session.", "My client asked for the handout again after our session."],
)
def test_a_note_about_a_client_is_blocked(real: Rig, text: str) -> None:
    note = ConnectionNote("", real.account().id, NOW.date(), "Library", text, "contact", "call", "", NOW)
    with pytest.raises(Blocked):
        real.connections.note(real.alone(), note, sure=True)
    assert real.connections.all() == ()


def test_a_contact_who_is_a_client_is_asked_about(real: Rig) -> None:
    note = ConnectionNote("", real.account().id, NOW.date(), "a client's mother", "Called about the handout.", "contact", "call", "", NOW)
    with pytest.raises(Unanswered):
        real.connections.note(real.alone(), note)


@pytest.mark.clause("C122", "C123", "C126")
def test_a_note_about_a_professional_passes(real: Rig) -> None:
    text = "The outreach librarian shared the article on friend requests and proposed a joint evening on online privacy."
    note = ConnectionNote("", real.account().id, NOW.date(), "Front Range Library District", text, "exchange", "call", "", NOW)
    assert real.connections.note(real.alone(), note).text == text


def test_the_report_that_is_kept_is_the_whole_report(real: Rig) -> None:
    account = real.account()
    post = real.draft(GENERAL, account)
    for question in real.composer.check(post.id)[0].open_questions:
        real.composer.answer(real.alone(), post.id, account.id, question.id, question.answers[0].key)
    real.submit(post)
    with real.store.read() as tx:
        digest, kept, at = tx.reviews.report(post.id, account.id) or ("", "", NOW)
    assert (digest, at) == (post.base.digest, NOW)
    assert all(word in kept for word in ('"verdict"', '"packs"', '"questions"', '"summary"'))


@pytest.mark.clause("C6", "C19", "C21", "C22")
def test_nothing_is_ticked_or_answered_before_anybody_did(real: Rig) -> None:
    passage = real.composer.check(real.draft(GENERAL, real.account()).id)[0]
    assert (passage.ticks, passage.missing_ticks) == (frozenset(), READERS)
    assert "standing/real-person" in {question.id for question in passage.open_questions}
    assert gate.answers_to(passage, "standing/readers") == ()


@pytest.mark.clause("C14")
def test_a_draft_that_refers_back_is_read_beside_the_older_post(real: Rig) -> None:
    """The older post is mild enough to go out; what the new one adds to it is said with the older post's date."""
    account = real.account()
    older = real.draft("One of the families here keeps surprising me.", account)
    with real.store.write() as tx:
        words = "Proud of a young man in Livingston who finished his first year sober while keeping his job at the mill."
        draft = replace(gate.draft_of(older, account, older.base), text=words)
        tx.ledgers.replace(account.id, older.id, real.checker.remember(draft, day=date(2026, 3, 2)))
    post = real.draft("An update on the man I wrote about in March: he lost his job at the mill this week.", account)
    found = [item.finding for item in real.composer.check(post.id)[0].findings if item.finding.rule == "confidentiality.mosaic"]
    assert [finding.level for finding in found][:1] == ["block"]
    assert any("2026-03-02" in finding.why for finding in found)
    alone = real.draft("An update on the man I wrote about in March: he lost his job at the mill this week.", real.account(handle="@two"))
    rules = {item.finding.rule for item in real.composer.check(alone.id)[0].findings}
    assert "confidentiality.mosaic" not in rules


@pytest.mark.clause("C14")
def test_a_post_that_speaks_of_nobody_in_particular_leaves_nothing_in_the_ledger(real: Rig) -> None:
    account = real.account()
    post = real.draft("Grounding helps many people with anxiety.", account)
    with real.store.write() as tx:
        real.gate.remember(tx, post, account, NOW)
        assert tx.ledgers.entries(account.id) == ()


@pytest.mark.feature("Threads, first comment")
def test_each_part_of_a_thread_is_checked_alone_too(rig: Rig) -> None:
    """What one part says is not excused by another: it can be passed on alone. A missing source is a matter of the whole thread."""
    seen: list[str] = []
    whole = rig.checker.check

    def strict(draft: Draft, **known: Any) -> Report:
        seen.append(draft.text)
        return whole(replace(draft, text="") if "---" in draft.text else draft, **known)

    rig.checker.check = strict
    rig.checker.find("client", "confidentiality.client-reference", "advise")
    rig.checker.find("90 percent", "claims.unsourced-statistic", "ask")
    text = "First words.\n---\nMy client said 90 percent.\n---\nclient again"
    post = rig.draft(text, rig.account())
    found = rig.composer.check(post.id)[0].findings
    assert seen == [text, "First words.", "My client said 90 percent.", "client again"]
    assert [(one.field, one.finding.rule) for one in found] == [("text", "confidentiality.client-reference")]
    finding = found[0].finding
    assert text[finding.start : finding.end] == "client" == finding.quote
    assert finding.suggestion is not None
    assert text[finding.suggestion.start : finding.suggestion.end] == "client"
