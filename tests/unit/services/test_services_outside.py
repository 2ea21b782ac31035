"""A reviewer without a seat: one draft by a link that ends, a yes to exactly that text, the name in the audit trail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from planner.domain.access import digest
from planner.domain.errors import Blocked, Conflict, Invalid, Missing, NotAllowed, NotReady
from planner.services import approvals
from planner.services.outside import OutsideReviews

if TYPE_CHECKING:
    from planner.domain.account import Account
    from planner.domain.outside import OutsideLink
    from planner.domain.people import Actor
    from planner.domain.post import Post
    from tests.unit.services.rig import Rig

pytestmark = pytest.mark.feature("Roles and comments")


def outside(rig: Rig) -> OutsideReviews:
    return OutsideReviews(rig.store, rig.approvals, rig.clock, rig.ids)


def handed_in(rig: Rig, text: str = "Sleep and worry feed each other.", **account: object) -> tuple[Account, Post]:
    made = rig.account(**account)
    return made, rig.submit(rig.draft(text, made))


def asked(rig: Rig, account: Account, post: Post, actor: Actor | None = None, days: int = 3) -> tuple[OutsideLink, str]:
    return outside(rig).ask(actor or rig.alone(), post.id, account.id, post.digest_for(account.id), days)


def valid(rig: Rig, post: Post, account: Account) -> approvals.Approval | None:
    with rig.store.read() as tx:
        return approvals.valid(tx, tx.posts.get(post.id), account.id, rig.clock.now())


def test_a_yes_from_outside_belongs_to_exactly_that_text_and_carries_its_name(rig: Rig) -> None:
    account, post = handed_in(rig, two_person=True)
    link, secret = asked(rig, account, post)
    assert link.digest == digest(secret)
    assert len(secret) == 64
    look = outside(rig).look(secret)
    assert (look.content.text, look.account.id) == ("Sleep and worry feed each other.", account.id)
    done = outside(rig).answer(secret, "  Dr. Kim   Lee ", yes=True)
    assert (done.verdict, done.name) == ("approved", "Dr. Kim Lee")
    given = valid(rig, post, account)
    assert given is not None
    assert (given.reviewer, given.own) == (f"outside:{link.id}", False)
    with rig.store.read() as tx:
        (event,) = [one for one in tx.log.events(subject=f"post:{post.id}") if one.action == "outside.approved"]
    assert event.details["name"] == "Dr. Kim Lee"
    assert event.details["asked by"] == rig.alone().id
    with pytest.raises(Missing):
        outside(rig).look(secret)
    with pytest.raises(Missing):
        outside(rig).answer(secret, "Somebody", yes=True)
    rig.save(rig.composer.load(post.id), "Other words.")
    assert valid(rig, post, account) is None


def test_a_draft_is_sent_back_with_a_comment(rig: Rig) -> None:
    account, post = handed_in(rig)
    _, secret = asked(rig, account, post)
    with pytest.raises(Invalid, match="what should change"):
        outside(rig).answer(secret, "Kim", yes=False)
    with pytest.raises(Invalid, match="your name"):
        outside(rig).answer(secret, "  ", yes=True)
    assert outside(rig).answer(secret, "Kim", yes=False, comment="Too near to a person.").verdict == "returned"
    assert rig.composer.load(post.id).state == "returned"
    assert [event.details["comment"] for event in rig.approvals.comments(post.id)] == ["Too near to a person."]


def test_a_link_ends_is_taken_back_and_dies_with_an_edit(rig: Rig) -> None:
    account, post = handed_in(rig)
    (_, late), (second, taken), (_, edited) = (asked(rig, account, post, days=day) for day in (1, 3, 3))
    outside(rig).revoke(rig.alone(), post.id, second.id)
    outside(rig).revoke(rig.alone(), post.id, second.id)
    assert rig.actions(f"post:{post.id}").count("outside.revoke") == 1
    with pytest.raises(Missing, match="does not open"):
        outside(rig).look(taken)
    rig.clock.on(days=1)
    with pytest.raises(Missing, match="does not open"):
        outside(rig).look(late)
    outside(rig).look(edited)
    with rig.store.write() as tx:
        before = tx.posts.get(post.id)
        tx.posts.swap(before, replace(before, base=replace(before.base, text="Other words."), version=before.version + 1))
    with pytest.raises(Missing, match="was changed"):
        outside(rig).look(edited)
    rig.save(rig.composer.load(post.id), "Third words.")
    with pytest.raises(Missing, match="does not open"):
        outside(rig).answer(edited, "Kim", yes=True)
    with pytest.raises(Missing):
        outside(rig).look("wrong")
    assert [one.made_at <= rig.clock.now() for one in outside(rig).of_post(post.id)] == [True] * 3


def test_a_blocking_text_gets_no_yes_from_outside_either(rig: Rig) -> None:
    account, post = handed_in(rig)
    _, secret = asked(rig, account, post)
    rig.checker.find("worry", "tone.hostile", "block")
    with pytest.raises(Blocked):
        outside(rig).answer(secret, "Kim", yes=True)
    assert outside(rig).look(secret).link.verdict == ""


def test_nobody_in_a_team_hands_out_a_yes_to_own_words(rig: Rig) -> None:
    ann, rob, pat = rig.member("ann"), rig.member("rob", "reviewer"), rig.member("pat", "publisher")
    account = rig.account()
    post = rig.submit(rig.draft("Words of Ann.", account, actor=ann), ann)
    with pytest.raises(NotAllowed, match="role"):
        asked(rig, account, post, ann)
    link, _ = asked(rig, account, post, pat)
    own = rig.submit(rig.draft("Words of Rob.", account, actor=rob), rob)
    with pytest.raises(NotAllowed, match="own post"):
        asked(rig, account, own, rob)
    with pytest.raises(NotAllowed):
        outside(rig).revoke(ann, post.id, link.id)
    outside(rig).revoke(rob, post.id, link.id)
    with pytest.raises(Missing):
        outside(rig).revoke(rob, post.id, "nothing")


def test_only_what_was_handed_in_as_it_stands_is_sent_out(rig: Rig) -> None:
    account = rig.account()
    draft = rig.draft("Words.", account)
    with pytest.raises(NotReady):
        asked(rig, account, draft)
    post = rig.submit(draft)
    with pytest.raises(Conflict):
        outside(rig).ask(rig.alone(), post.id, account.id, "0" * 64, 3)
    with pytest.raises(Conflict):
        outside(rig).ask(rig.alone(), post.id, "other", post.digest_for(account.id), 3)
    for days in (0, 31):
        with pytest.raises(Invalid, match="between 1 and 30"):
            asked(rig, account, post, days=days)


def test_the_secret_of_a_link_stays_behind_in_an_export(rig: Rig) -> None:
    account, post = handed_in(rig)
    _, secret = asked(rig, account, post)
    told = repr(rig.store.dump())
    assert secret not in told
    assert digest(secret) not in told


def test_two_answers_at_once_are_one(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    account, post = handed_in(rig)
    _, secret = asked(rig, account, post)
    monkeypatch.setattr("planner.store.outside.SqlOutsideLinks.swap", lambda *_: False)
    with pytest.raises(Missing):
        outside(rig).answer(secret, "Kim", yes=True)
    monkeypatch.undo()
    assert valid(rig, post, account) is None
