"""Connection notes: professional contacts only, through the same gate as a post, and nobody's change is overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from planner.domain.connection import ConnectionNote
from planner.domain.errors import Blocked, Conflict, Invalid, Missing, NotAllowed, Unanswered
from planner.store.readings import SqlNotes
from tests.unit.services.rig import NOW, Rig

if TYPE_CHECKING:
    from planner.checklist.report import Level

DAY = date(2026, 11, 23)


def note(rig: Rig, **changes: object) -> ConnectionNote:
    accounts = rig.accounts.all() or (rig.account(),)
    plain = ConnectionNote("", accounts[0].id, DAY, "Library", "Shared the article.", "contact", "call", "", NOW, "Send the handout.")
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.clause("C122", "C123", "C126")
def test_a_note_is_stored_with_its_writer_and_time_and_without_stray_blanks(rig: Rig) -> None:
    told = note(rig, id="chosen", who="  Front  Range\nLibrary ", text=" Shared it. ", next_step=" Call ", by="somebody", version=7)
    rig.clock.on(minutes=1)
    kept = rig.connections.note(rig.alone(), told)
    expected = replace(
        told,
        id=kept.id,
        who="Front Range Library",
        text="Shared it.",
        next_step="Call",
        by="owner",
        at=NOW + timedelta(minutes=1),
        version=1,
    )
    assert (kept, rig.connections.all()) == (expected, (expected,))
    assert kept.id != "chosen"


@pytest.mark.clause("C123")
@pytest.mark.parametrize("field", ["text", "next_step"])
def test_a_note_that_speaks_of_a_client_is_blocked_and_not_stored(rig: Rig, field: str) -> None:
    rig.checker.find("client", "confidentiality.client-reference", "block")
    rig.checker.find("Maria", "confidentiality.direct-identifier", "block")
    told = note(rig, **{field: "my client Maria"})
    with pytest.raises(Blocked) as caught:
        rig.connections.note(rig.alone(), told, sure=True)
    assert caught.value.rules == ("confidentiality.client-reference", "confidentiality.direct-identifier")
    assert caught.value.sentence == (
        "This note seems to speak of a client. Keep it to professional contacts and organizations; nothing was stored."
    )
    assert rig.connections.all() == ()


def test_a_note_that_may_speak_of_a_client_is_stored_when_the_writer_is_sure(rig: Rig) -> None:
    rig.checker.find("She", "confidentiality.client-reference", "ask")
    told = note(rig, text="She sends people our way.")
    with pytest.raises(Unanswered) as caught:
        rig.connections.note(rig.alone(), told)
    assert caught.value.questions == ("fp-She",)
    assert "She" not in caught.value.sentence
    kept = rig.connections.note(rig.alone(), told, sure=True)
    with pytest.raises(Unanswered):
        rig.connections.change(rig.alone(), kept)
    assert rig.connections.change(rig.alone(), kept, sure=True).version == 2


@pytest.mark.parametrize("level", ["block", "ask"])
def test_a_contact_that_sounds_like_a_client_is_asked_about(rig: Rig, level: Level) -> None:
    """A bare name has no sentence around it to judge by, so it alone never blocks."""
    rig.checker.find("client", "confidentiality.client-reference", level)
    told = note(rig, who="a client's mother")
    with pytest.raises(Unanswered) as caught:
        rig.connections.note(rig.alone(), told)
    assert caught.value.questions == ("fp-client",)
    assert rig.connections.all() == ()
    assert rig.connections.note(rig.alone(), replace(told, who="Client services desk"), sure=True).who == "Client services desk"


def test_what_may_speak_of_a_client_is_told_once_and_in_plain_words(rig: Rig) -> None:
    rig.checker.find("Maria", "confidentiality.direct-identifier", "block")
    rig.checker.find("liar", "tone.hostile", "block")
    told = rig.connections.concerns(note(rig, who="Maria", text="Maria is no liar", next_step="Call Maria"))
    assert len(told) == 1
    assert "confidentiality" not in told[0]
    assert rig.connections.all() == ()


def test_other_findings_do_not_stop_a_note(rig: Rig) -> None:
    rig.checker.find("liar", "tone.hostile", "block")
    rig.checker.find("maybe", "confidentiality.client-reference", "advise")
    assert rig.connections.note(rig.alone(), note(rig, text="maybe a liar")).text == "maybe a liar"


def test_the_words_are_checked_as_a_note_and_the_contacts_name_is_no_finding(rig: Rig) -> None:
    account = rig.account(countries=("GB",), author="social-worker")
    assert rig.connections.concerns(note(rig, who="Dr. Osei", next_step="")) == ()
    name, draft = rig.checker.drafts
    profile = rig.checker.profiles[1]
    assert (name.text, draft.id, draft.kind, draft.text) == ("Dr. Osei", "note", "note", "Shared the article.")
    assert (draft.author, draft.country) == ("social-worker", "GB")
    assert profile is not None
    assert profile.names == (account.owner, "Dr. Osei")
    assert rig.connections.all() == ()


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"who": " "}, "who", "Say who the contact is (a professional or an organization)."),
        ({"text": "\n"}, "text", "Say what happened."),
        ({"who": "x" * 2001}, "who", "At most 2,000 characters, please: this has 2,001."),
        ({"text": "x" * 2001}, "text", "At most 2,000 characters, please: this has 2,001."),
        ({"next_step": "x" * 2001}, "next_step", "At most 2,000 characters, please: this has 2,001."),
        ({"stage": "friend"}, "stage", "Choose one of: contact, exchange, relationship, partnership."),
        ({"place": "pub"}, "place", "Choose one of: online, meeting, call, referral, event."),
    ],
)
def test_a_note_is_complete(rig: Rig, changes: dict[str, object], field: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        rig.connections.note(rig.alone(), note(rig, **changes))
    assert (caught.value.field, caught.value.sentence) == (field, said)


def test_two_thousand_characters_and_no_next_step_are_fine(rig: Rig) -> None:
    assert len(rig.connections.note(rig.alone(), note(rig, text="x" * 2000, next_step="")).text) == 2000


def test_a_note_belongs_to_an_account(rig: Rig) -> None:
    with pytest.raises(Missing):
        rig.connections.note(rig.alone(), note(rig, account_id="nothing"))


def test_a_change_goes_through_the_gate_and_keeps_writer_and_time(rig: Rig) -> None:
    rig.checker.find("client", "confidentiality.client-reference", "block")
    kept = rig.connections.note(rig.alone(), note(rig))
    rig.clock.on(days=1)
    after = rig.connections.change(rig.alone(), replace(kept, stage="exchange", by="somebody", at=NOW + timedelta(days=9)))
    assert after == replace(kept, stage="exchange", version=2)
    with pytest.raises(Blocked):
        rig.connections.change(rig.alone(), replace(after, text="my client"))
    assert rig.connections.all() == (after,)


def test_somebody_elses_change_is_not_overwritten(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = rig.connections.note(rig.alone(), note(rig))
    after = rig.connections.change(rig.alone(), replace(kept, stage="exchange"))
    with pytest.raises(Conflict):
        rig.connections.change(rig.alone(), replace(kept, stage="partnership"))
    monkeypatch.setattr(SqlNotes, "swap", lambda *_: False)
    with pytest.raises(Conflict):
        rig.connections.change(rig.alone(), replace(after, stage="partnership"))
    assert rig.connections.all() == (after,)


def test_a_note_is_deleted_for_good_and_the_log_says_so(rig: Rig) -> None:
    kept = rig.connections.note(rig.alone(), note(rig))
    rig.connections.delete(rig.alone(), kept.id)
    assert rig.connections.all() == ()
    assert rig.actions(f"note:{kept.id}") == ["note.delete"]
    with pytest.raises(Missing):
        rig.connections.delete(rig.alone(), kept.id)


def test_who_may_only_read_notes_nothing(rig: Rig) -> None:
    kept = rig.connections.note(rig.alone(), note(rig))
    viewer = rig.member("vera", "viewer")
    for act in (
        lambda: rig.connections.note(viewer, kept),
        lambda: rig.connections.change(viewer, kept),
        lambda: rig.connections.delete(viewer, kept.id),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert rig.connections.all() == (kept,)


def test_notes_come_by_day_and_each_contact_counts_once(rig: Rig) -> None:
    one, two = rig.account(), rig.account(handle="@two")
    for account, day, who, stage in ((one, 3, "Library", "exchange"), (one, 1, "library ", "contact"), (two, 2, "School", "contact")):
        rig.connections.note(rig.alone(), note(rig, account_id=account.id, day=date(2026, 11, day), who=who, stage=stage))
    assert [item.day.day for item in rig.connections.all()] == [1, 2, 3]
    assert [item.day.day for item in rig.connections.all(one.id)] == [1, 3]
    assert [item.day.day for item in rig.connections.all(start=date(2026, 11, 2), end=date(2026, 11, 3))] == [2]
    assert rig.connections.stages() == {"contact": 1, "exchange": 1, "relationship": 0, "partnership": 0}
    assert rig.connections.stages(one.id) == {"contact": 0, "exchange": 1, "relationship": 0, "partnership": 0}
