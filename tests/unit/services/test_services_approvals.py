"""Approvals: a yes to exactly these words, never to one's own in a team, and never again after a send-back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from planner.domain.errors import Blocked, Conflict, Invalid, Missing, NotAllowed, NotReady, Unanswered
from planner.services import approvals
from planner.store.posts import SqlPosts
from tests.unit.services.rig import NOW, TOMORROW, Rig

if TYPE_CHECKING:
    from planner.domain.account import Account
    from planner.domain.people import Actor
    from planner.domain.post import Post

TEAM = "Nobody approves their own post in a team. Ask a colleague to review it."


class Team:
    """An author, a reviewer and an admin with a post in review."""

    def __init__(self, rig: Rig, *handles: str, text: str = "Words") -> None:
        self.rig = rig
        self.ann: Actor = rig.member("ann")
        self.ben: Actor = rig.member("ben", "reviewer")
        self.accounts: list[Account] = [rig.account(handle=handle) for handle in handles or ("@juniper",)]
        self.post: Post = rig.submit(rig.draft(text, *self.accounts, actor=self.ann), self.ann)

    def approve(self, actor: Actor | None = None, index: int = 0, **options: object):  # noqa: ANN201 - the service's own value
        post, account = self.rig.composer.load(self.post.id), self.accounts[index]
        return self.rig.approvals.approve(actor or self.ben, post.id, account.id, post.digest_for(account.id), **options)  # type: ignore[arg-type]

    def valid(self, index: int = 0) -> bool:
        with self.rig.store.read() as tx:
            post = tx.posts.get(self.post.id)
            return approvals.valid(tx, post, self.accounts[index].id, self.rig.clock.now()) is not None

    def state(self) -> str:
        return self.rig.composer.load(self.post.id).state


# --- approve ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("C23")
def test_a_colleague_approves_exactly_these_words_and_the_log_says_so(rig: Rig) -> None:
    team = Team(rig)
    given = team.approve()
    digest = team.post.digest_for(team.accounts[0].id)
    assert (given.post_id, given.account_id, given.digest, given.reviewer) == (team.post.id, team.accounts[0].id, digest, "ben")
    assert (given.at, given.own, given.expires_at) == (NOW, False, None)
    assert (team.state(), team.valid()) == ("ready", True)
    with rig.store.read() as tx:
        event = tx.log.events(subject=f"post:{team.post.id}")[0]
    assert (event.action, event.actor, dict(event.details)) == (
        "approve",
        "ben",
        {"account": team.accounts[0].id, "digest": digest[:12]},
    )


def test_alone_ones_own_confirmation_counts(rig: Rig) -> None:
    account = rig.account()
    post = rig.submit(rig.draft("Words", account))
    given = rig.approvals.approve(rig.alone(), post.id, account.id, post.digest_for(account.id))
    assert (given.own, rig.composer.load(post.id).state) == (True, "ready")


@pytest.mark.clause("C23")
def test_in_a_team_nobody_approves_their_own_post(rig: Rig) -> None:
    account = rig.account()
    boss = rig.member("boss", "admin")
    post = rig.submit(rig.draft("Words", account, actor=boss), boss)
    with pytest.raises(NotAllowed) as caught:
        rig.approvals.approve(boss, post.id, account.id, post.digest_for(account.id))
    assert caught.value.sentence == TEAM
    assert rig.composer.load(post.id).state == "in_review"


@pytest.mark.clause("C23")
def test_nobody_approves_words_of_their_own_in_a_post_of_somebody_else(rig: Rig) -> None:
    """A reviewer who rewrites a post would otherwise be its author and its second pair of eyes at once."""
    team = Team(rig)
    rewritten = rig.save(team.post, "Quite other words", team.ben)
    rig.submit(rewritten, team.ben)
    with pytest.raises(NotAllowed) as caught:
        team.approve(team.ben)
    assert caught.value.sentence == TEAM
    cleo = rig.member("cleo", "admin")
    assert team.approve(cleo).reviewer == "cleo"


def test_the_author_who_takes_the_words_over_makes_them_the_authors_again(rig: Rig) -> None:
    team = Team(rig)
    rewritten = rig.save(team.post, "Quite other words", team.ben)
    rig.clock.on(seconds=1)
    rig.submit(rig.save(rewritten, "Quite other words.", team.ann), team.ann)
    assert team.approve(team.ben).reviewer == "ben"


def test_details_beside_the_words_make_nobody_an_author(rig: Rig) -> None:
    from planner.services.composer import Details  # noqa: PLC0415 - only here

    team = Team(rig)
    rig.composer.save(team.ben, team.post.id, team.post.version, team.post.base, team.post.variants, Details(campaign="week"))
    assert team.approve(team.ben).reviewer == "ben"
    assert "post.edit" not in rig.actions(f"post:{team.post.id}")


def test_on_a_two_person_account_nobody_is_enough_alone(rig: Rig) -> None:
    account = rig.account(two_person=True)
    post = rig.submit(rig.draft("Words", account))
    assert post.state == "in_review"
    with pytest.raises(NotAllowed, match="you are alone here"):
        rig.approvals.approve(rig.alone(), post.id, account.id, post.digest_for(account.id))


@pytest.mark.parametrize("role", ["author", "publisher", "viewer"])
def test_who_may_not_review_approves_and_returns_nothing(rig: Rig, role: str) -> None:
    team = Team(rig)
    other = rig.member("otto", role)  # type: ignore[arg-type]
    for act in (lambda: team.approve(other), lambda: rig.approvals.send_back(other, team.post.id, "Change it")):
        with pytest.raises(NotAllowed, match=f"Your role .{role}."):
            act()


def test_words_that_changed_since_they_were_read_are_not_approved(rig: Rig) -> None:
    team = Team(rig)
    seen = team.post.digest_for(team.accounts[0].id)
    rig.submit(rig.save(team.post, "Other words", team.ann), team.ann)
    with pytest.raises(Conflict, match="Reload and read the new version"):
        rig.approvals.approve(team.ben, team.post.id, team.accounts[0].id, seen)


@pytest.mark.parametrize("state", ["draft", "returned"])
def test_only_what_was_handed_in_is_approved(rig: Rig, state: str) -> None:
    team = Team(rig)
    if state == "draft":
        rig.save(team.post, "Other words", team.ann)
    else:
        rig.approvals.send_back(team.ben, team.post.id, "Change it")
    with pytest.raises(NotReady, match="has not been handed in"):
        team.approve()


def test_a_post_is_not_approved_for_an_account_that_it_is_not_for(rig: Rig) -> None:
    team = Team(rig)
    other = rig.account(handle="@other")
    with pytest.raises(Missing):
        rig.approvals.approve(team.ben, team.post.id, other.id, "d" * 64)


def test_todays_rules_count_at_the_approval(rig: Rig) -> None:
    team = Team(rig)
    rig.checker.find("Words", "confidentiality.client-reference", "block")
    with pytest.raises(Blocked):
        team.approve()
    rig.checker.find("Words", "claims.unsourced-statistic", "ask")
    with pytest.raises(Unanswered):
        team.approve()
    assert (team.state(), team.valid()) == ("in_review", False)


def test_a_post_is_ready_when_every_account_is_approved(rig: Rig) -> None:
    team = Team(rig, "@one", "@two")
    team.approve(index=0)
    assert (team.state(), team.valid(0), team.valid(1)) == ("in_review", True, False)
    assert [item.account_id for item in rig.approvals.queue(team.ben)] == [team.accounts[1].id]
    team.approve(index=1)
    assert (team.state(), rig.approvals.queue(team.ben)) == ("ready", ())


# --- how long it counts -----------------------------------------------------------------------------------------------------------


def test_an_approval_ends_at_its_time(rig: Rig) -> None:
    team = Team(rig)
    team.approve(expires_at=NOW + timedelta(days=2))
    rig.clock.on(days=2, microseconds=-1)
    assert team.valid()
    rig.clock.on(microseconds=1)
    assert not team.valid()
    assert [item.account_id for item in rig.approvals.queue(team.ben)] == [team.accounts[0].id]


def test_an_approval_that_has_ended_already_is_refused(rig: Rig) -> None:
    team = Team(rig)
    with pytest.raises(Invalid) as caught:
        team.approve(expires_at=NOW)
    assert (caught.value.field, caught.value.sentence) == (
        "expires_at",
        "This approval would have ended already. Choose a later time, or none.",
    )


@pytest.mark.clause("C23")
@pytest.mark.parametrize("change", ["text", "title", "first_comment", "content_warning", "visibility"])
def test_any_change_voids_the_approval(rig: Rig, change: str) -> None:
    team = Team(rig)
    team.approve()
    post = rig.composer.load(team.post.id)
    rig.composer.save(team.ann, post.id, post.version, replace(post.base, **{change: "changed"}), post.variants)
    assert (team.state(), team.valid()) == ("draft", False)


def test_an_approval_of_one_account_is_none_of_the_other(rig: Rig) -> None:
    team = Team(rig, "@one", "@two")
    digest = team.post.digest_for(team.accounts[0].id)
    with pytest.raises(Conflict):
        rig.approvals.approve(team.ben, team.post.id, team.accounts[1].id, digest)


# --- send back ----------------------------------------------------------------------------------------------------------------------


def test_a_post_goes_back_with_a_comment(rig: Rig) -> None:
    team = Team(rig)
    rig.clock.on(minutes=3)
    after = rig.approvals.send_back(team.ben, team.post.id, "  Say it more simply. ")
    assert (after.state, after.version, after.updated_at) == ("returned", team.post.version + 1, NOW + timedelta(minutes=3))
    assert rig.composer.load(team.post.id) == after
    assert [(event.actor, event.details["comment"]) for event in rig.approvals.comments(team.post.id)] == [("ben", "Say it more simply.")]
    assert rig.approvals.queue(team.ben) == ()


def test_a_long_comment_is_cut(rig: Rig) -> None:
    team = Team(rig)
    rig.approvals.send_back(team.ben, team.post.id, "x" * 5000)
    assert len(rig.approvals.comments(team.post.id)[0].details["comment"]) == 2000


def test_comments_come_newest_first(rig: Rig) -> None:
    team = Team(rig)
    for comment in ("First", "Second"):
        rig.approvals.send_back(team.ben, team.post.id, comment)
        rig.composer.submit(team.ann, team.post.id, rig.composer.load(team.post.id).version)
    assert [event.details["comment"] for event in rig.approvals.comments(team.post.id)] == ["Second", "First"]


@pytest.mark.parametrize("comment", ["", " \n"])
def test_a_send_back_says_why(rig: Rig, comment: str) -> None:
    team = Team(rig)
    with pytest.raises(Invalid) as caught:
        rig.approvals.send_back(team.ben, team.post.id, comment)
    assert caught.value.field == "comment"
    assert team.state() == "in_review"


def test_what_does_not_wait_is_not_sent_back(rig: Rig) -> None:
    post = rig.draft("Words", rig.account())
    with pytest.raises(NotReady, match="is not waiting for a review any more"):
        rig.approvals.send_back(rig.alone(), post.id, "Change it")


@pytest.mark.clause("C23")
@pytest.mark.parametrize("words", ["same", "changed and changed back"])
def test_after_a_send_back_an_older_approval_never_counts_again(rig: Rig, words: str) -> None:
    """The same words again need a new yes: the old one was taken back."""
    team = Team(rig)
    team.approve()
    rig.approvals.send_back(team.ben, team.post.id, "Not after all")
    post = rig.composer.load(team.post.id)
    assert not team.valid()
    if words != "same":
        post = rig.save(rig.save(post, "Other words", team.ann), "Words", team.ann)
        assert not team.valid()
    again = rig.submit(post, team.ann)
    assert (again.state, team.valid()) == ("in_review", False)
    assert [item.post.id for item in rig.approvals.queue(team.ben)] == [post.id]
    publisher = rig.member("pia", "publisher")
    with pytest.raises(NotReady, match="this version of the post is not approved"):
        rig.calendar.schedule(publisher, post.id, team.accounts[0].id, TOMORROW)
    team.approve()
    assert (team.state(), team.valid()) == ("ready", True)


def test_two_reviewers_at_the_same_moment_are_told_apart(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    team = Team(rig)
    monkeypatch.setattr(SqlPosts, "swap", lambda *_: False)
    with pytest.raises(Conflict, match="Reload the queue"):
        rig.approvals.send_back(team.ben, team.post.id, "Change it")


# --- the queue --------------------------------------------------------------------------------------------------------------------


def test_the_queue_shows_what_waits_the_latest_change_first(rig: Rig) -> None:
    team = Team(rig)
    rig.clock.on(minutes=1)
    own = rig.submit(rig.draft("Bens own", team.accounts[0], actor=team.ben), team.ben)
    rig.draft("Not handed in", team.accounts[0], actor=team.ann)
    first, second = rig.approvals.queue(team.ben)
    assert (first.post, first.account_id, first.author, first.mine) == (own, team.accounts[0].id, "ben", True)
    assert (second.post, second.author, second.mine) == (team.post, "ann", False)
    assert (second.digest, second.now, second.approved) == (team.post.digest_for(team.accounts[0].id), team.post.base, None)


def test_the_queue_marks_words_of_ones_own(rig: Rig) -> None:
    team = Team(rig)
    rig.submit(rig.save(team.post, "Bens words", team.ben), team.ben)
    assert [(item.author, item.mine) for item in rig.approvals.queue(team.ben)] == [("ann", True)]
    assert [item.mine for item in rig.approvals.queue(team.ann)] == [True]


def test_the_queue_shows_what_was_approved_last(rig: Rig) -> None:
    team = Team(rig)
    team.approve()
    edited = rig.save(rig.composer.load(team.post.id), "Between", team.ann)
    edited = rig.save(edited, "Words, mended", team.ann)
    rig.submit(edited, team.ann)
    item = rig.approvals.queue(team.ben)[0]
    assert item.approved is not None
    assert (item.approved.text, item.now.text) == ("Words", "Words, mended")


def test_an_account_that_came_later_was_never_approved(rig: Rig) -> None:
    team = Team(rig)
    team.approve()
    other = rig.account(handle="@other")
    post = rig.composer.load(team.post.id)
    from planner.domain.post import PostVariant  # noqa: PLC0415 - only here

    wider = rig.composer.save(team.ann, post.id, post.version, post.base, (*post.variants, PostVariant(other.id)))
    rig.submit(wider, team.ann)
    assert [(item.account_id, item.approved) for item in rig.approvals.queue(team.ben)] == [(other.id, None)]
    rig.approvals.approve(team.ben, post.id, other.id, wider.digest_for(other.id))
    later = rig.save(rig.composer.load(post.id), "Words again", team.ann)
    rig.submit(later, team.ann)
    assert [item.approved and item.approved.text for item in rig.approvals.queue(team.ben)] == ["Words", "Words"]


@pytest.mark.parametrize("state", ["sent", "sending", "unconfirmed"])
def test_what_is_out_waits_for_no_approval_any_more(rig: Rig, state: str) -> None:
    account = rig.account()
    post = rig.submit(rig.draft("Words", account))
    rig.approvals.approve(rig.alone(), post.id, account.id, post.digest_for(account.id), NOW + timedelta(days=2))
    item = rig.calendar.schedule(rig.alone(), post.id, account.id, TOMORROW)
    rig.force(item, state)
    rig.clock.on(days=3)
    assert rig.approvals.queue(rig.alone()) == ()


def test_a_waiting_post_is_never_pushed_out_of_the_queue_by_ready_ones(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approvals, "_QUEUE", 2)
    team = Team(rig)
    for number in range(3):
        rig.clock.on(minutes=1)
        alone = replace(team.ann, team_size=1)
        rig.submit(rig.draft(f"Ready {number}", team.accounts[0], actor=alone), alone)
    assert [item.post.headline for item in rig.approvals.queue(team.ben)] == ["Ready 2", "Ready 1", "Words"]


def test_whoever_may_read_sees_the_queue(rig: Rig) -> None:
    team = Team(rig)
    assert len(rig.approvals.queue(rig.member("vera", "viewer"))) == 1
    assert not any(item.mine for item in rig.approvals.queue(rig.member("vera", "viewer")))
    assert team.state() == "in_review"
