"""Stories off by default, nothing without a basis, and a withdrawal that holds in the same moment what depends on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from planner.domain.consent import Consent, StoryBasis
from planner.domain.errors import Blocked, Conflict, Invalid, Missing, NotAllowed, NotReady
from planner.services.composer import Details
from planner.services.consents import Consents, Resting, Withdrawal
from planner.services.fresh import Fresh, Stopped
from planner.services.gate import STORY
from planner.services.outgoing import Tuning
from planner.store.consents import SqlConsents
from tests.unit.services.rig import NOW, TOMORROW, Rig

if TYPE_CHECKING:
    from planner.domain.delivery import Delivery
    from planner.domain.post import Post

FORM = Consent("", "File 7", ("Our page",), date(2026, 11, 1), None, written=True, risks_told=True, withdrawal_told=True, by="", at=NOW)
WHY = "The board has decided so."


def consents(rig: Rig) -> Consents:
    return Consents(rig.store, rig.checker, rig.clock, rig.ids)


def story(rig: Rig, text: str = "How the garden group began.") -> Post:
    consents(rig).switch_stories(rig.alone(), on=True, reason=WHY)
    post = rig.draft(text, rig.account())
    return rig.composer.save(rig.alone(), post.id, post.version, post.base, post.variants, Details(type="story"))


@pytest.mark.clause("C10")
def test_a_fresh_installation_tells_no_stories_and_the_switch_is_logged(rig: Rig) -> None:
    service = consents(rig)
    assert not service.stories_on()
    post = rig.draft("Text", rig.account())
    with pytest.raises(NotReady, match="Stories are switched off"):
        rig.composer.save(rig.alone(), post.id, post.version, post.base, post.variants, Details(type="story"))
    for actor, reason, error in ((rig.alone(), " too short ", Invalid), (rig.member("ann", "publisher"), WHY, NotAllowed)):
        with pytest.raises(error):
            service.switch_stories(actor, on=True, reason=reason)
    service.switch_stories(rig.alone(), on=True, reason=f" {WHY} ")
    assert service.stories_on()
    saved = rig.composer.save(rig.alone(), post.id, post.version, post.base, post.variants, Details(type="story"))
    service.switch_stories(rig.alone(), on=False, reason=WHY)
    assert not service.stories_on()
    again = rig.composer.save(rig.alone(), post.id, saved.version, replace(post.base, text="T"), post.variants, Details(type="story"))
    assert again.type == "story"
    with rig.store.read() as tx:
        events = [(one.action, dict(one.details)) for one in tx.log.events(subject="setting:stories")]
    assert events == [("stories.off", {"reason": WHY}), ("stories.on", {"reason": WHY})]


@pytest.mark.clause("C9", "C16")
def test_the_register_keeps_who_added_what_and_never_a_name(rig: Rig) -> None:
    service = consents(rig)
    kept = service.add(rig.alone(), replace(FORM, by="x", withdrawn_at=NOW, withdrawn_why="x"))
    assert kept == replace(FORM, id=kept.id, by="owner", at=NOW)
    rig.clock.on(hours=1)
    second = service.add(rig.alone(), replace(FORM, pointer="File 8"))
    assert service.register(rig.alone()) == (second, kept)
    rig.checker.find("Maria", "confidentiality.direct-identifier", "block")
    with pytest.raises(Blocked, match="never who signed it"):
        service.add(rig.alone(), replace(FORM, pointer="Form of Maria"))
    rig.checker.find("cabinet", "tone.hostile", "block")
    assert service.add(rig.alone(), replace(FORM, pointer="cabinet 2")).pointer == "cabinet 2"
    with pytest.raises(NotAllowed):
        service.add(rig.member("ann"), FORM)


@pytest.mark.clause("C94")
def test_a_story_without_a_basis_goes_nowhere(rig: Rig) -> None:
    post = story(rig)
    rig.tick_all(post)
    with pytest.raises(Blocked, match="needs a consent record") as caught:
        rig.composer.submit(rig.alone(), post.id, post.version)
    assert caught.value.rules == (STORY,)
    assert not rig.composer.check(post.id)[0].clear
    consents(rig).rest(rig.alone(), post.id, "composite")
    assert rig.composer.submit(rig.alone(), post.id, post.version).state == "ready"


@pytest.mark.clause("C94")
def test_a_story_rests_upon_a_consent_that_holds(rig: Rig) -> None:
    service = consents(rig)
    post = story(rig)
    short = service.add(rig.alone(), replace(FORM, expires_on=(NOW + timedelta(days=1)).date()))
    assert service.basis(post.id) is None
    with pytest.raises(Invalid):
        service.rest(rig.alone(), post.id, "hearsay")
    with pytest.raises(NotReady, match="not in the register"):
        service.rest(rig.alone(), post.id, "consent", "nothing")
    with pytest.raises(NotReady, match="not in the register"):
        service.rest(rig.alone(), post.id, "consent")
    with pytest.raises(Missing):
        service.rest(rig.alone(), "no-post", "composite")
    made = service.rest(rig.alone(), post.id, "consent", short.id)
    assert made == service.basis(post.id) == StoryBasis(post.id, "consent", short.id, "owner", NOW)
    assert service.resting_on(short.id) == (Resting(post, ()),)
    rig.clock.on(days=2)
    with pytest.raises(NotReady, match="has ended"):
        service.rest(rig.alone(), post.id, "consent", short.id)
    assert "has ended" in rig.composer.check(post.id)[0].story


def resting(rig: Rig) -> tuple[Consent, Delivery]:
    service = consents(rig)
    consent = service.add(rig.alone(), FORM)
    post = story(rig)
    service.rest(rig.alone(), post.id, "consent", consent.id)
    post = rig.submit(rig.composer.load(post.id))
    rig.approvals.approve(rig.alone(), post.id, post.account_ids[0], post.digest_for(post.account_ids[0]))
    return consent, rig.calendar.schedule(rig.alone(), post.id, post.account_ids[0], TOMORROW)


@pytest.mark.clause("C9", "C15", "C16")
def test_a_withdrawal_holds_what_waits_in_the_same_moment(rig: Rig) -> None:
    service = consents(rig)
    consent, item = resting(rig)
    assert service.withdraw(rig.alone(), consent.id, "By phone") == Withdrawal(1, ())
    with rig.store.read() as tx:
        held = tx.deliveries.get(item.id)
    assert (held.state, held.held_scope) == ("held", "delivery")
    assert "was withdrawn" in (held.reason or "")
    with pytest.raises(NotReady, match="withdrawn already"):
        service.withdraw(rig.alone(), consent.id, "")
    with pytest.raises(Missing):
        service.withdraw(rig.alone(), "nothing", "")
    with pytest.raises(NotAllowed):
        service.withdraw(rig.member("ann"), consent.id, "")


@pytest.mark.clause("C9", "C16")
def test_a_withdrawal_lists_what_is_live(rig: Rig) -> None:
    service = consents(rig)
    consent, item = resting(rig)
    live = rig.out(item)
    done = service.withdraw(rig.alone(), consent.id, "By letter")
    assert done == Withdrawal(0, (live,))


def test_a_cancelled_delivery_is_neither_held_nor_live(rig: Rig) -> None:
    consent, item = resting(rig)
    rig.force(item, "cancelled")
    assert consents(rig).withdraw(rig.alone(), consent.id, "") == Withdrawal(0, ())


def test_two_withdrawals_at_once_are_one(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    consent, _ = resting(rig)
    monkeypatch.setattr(SqlConsents, "swap", lambda *_: False)
    with pytest.raises(Conflict):
        consents(rig).withdraw(rig.alone(), consent.id, "")


@pytest.mark.clause("C94")
def test_the_last_look_before_a_send_knows_of_the_consent(rig: Rig) -> None:
    """A consent that ends while the post waits: nothing has held the row, and still it does not go out."""
    consent, item = resting(rig)
    with rig.store.write() as tx:
        found = tx.consents.get(consent.id)
        assert found is not None
        assert tx.consents.swap(found, replace(found, withdrawn_at=NOW))
    with rig.store.read() as tx:
        (looked,) = Fresh(rig.gate, rig.platforms, Tuning()).look(tx, (item,), item.due_at)
    assert isinstance(looked, Stopped)
    assert "was withdrawn" in (looked.after.reason or "")


@pytest.mark.feature("Roles and comments")
def test_colleagues_talk_about_a_draft(rig: Rig) -> None:
    post = rig.draft("Text", rig.account())
    first = rig.approvals.comment(rig.member("vera", "viewer"), post.id, "  Who is this for? ")
    rig.clock.on(minutes=1)
    second = rig.approvals.comment(rig.alone(), post.id, "Parents.")
    assert rig.approvals.talk(post.id) == (first, second)
    assert (first.by, first.text, first.version) == ("vera", "Who is this for?", 1)
    for text in (" ", "x" * 2_001):
        with pytest.raises(Invalid):
            rig.approvals.comment(rig.alone(), post.id, text)
    with pytest.raises(Missing):
        rig.approvals.comment(rig.alone(), "no-post", "Hello")


@pytest.mark.clause("C18")
def test_the_database_itself_keeps_published_words(rig: Rig) -> None:
    item = rig.out(rig.scheduled("As it was.", rig.account()))
    with rig.store.read() as tx:
        post = tx.posts.get(item.post_id)
    changed = replace(post, base=replace(post.base, text="Another."), version=post.version + 1)
    with pytest.raises(Exception, match="kept as they were"), rig.store.write() as tx:
        tx.posts.swap(post, changed)
    with rig.store.write() as tx:
        assert tx.posts.swap(post, replace(post, labels=("kept",), version=post.version + 1))


@pytest.mark.clause("C18")
def test_older_versions_can_be_read(rig: Rig) -> None:
    post = rig.draft("First words", rig.account())
    rig.save(post, "Second words")
    assert rig.composer.version(post.id, 1).base.text == "First words"
