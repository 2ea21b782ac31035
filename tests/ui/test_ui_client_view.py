"""The client's eye: the profile, what is on its way in order, honest gaps, and empty states that teach."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from tests.ui.conftest import texts

if TYPE_CHECKING:
    from tests.ui.conftest import Desk


def test_without_an_account_it_says_what_belongs_here(desk: Desk) -> None:
    assert "Add an account first." in texts(desk.open("client_view"))


@pytest.mark.clause("C55")
def test_an_empty_account_says_what_is_not_known(desk: Desk) -> None:
    desk.account()
    said = texts(desk.open("client_view"))
    assert "The bio is not kept here yet." in said
    assert "No town, no employer" in said
    assert "Nothing is on its way." in said
    assert "Nothing has gone out from here" in said


@pytest.mark.clause("C55", "C56")
def test_a_client_meets_bio_posts_and_gaps(desk: Desk) -> None:
    account = desk.account()
    facts = dataclasses.replace(account.facts, bio="LCSW in Colorado.", town="Ennis, MT", photo=True)
    desk.planner.accounts.update(desk.me, dataclasses.replace(account, facts=facts))
    desk.account("Other", "mastodon")
    desk.booked("First words.", "2026-11-26T12:10")
    desk.booked("Second words.", "2026-12-09T12:10")
    app = desk.open("client_view", account=account.id)
    said = texts(app)
    assert "LCSW in Colorado." in said
    assert "Town, from the profile: Ennis, MT" in said
    assert said.index("First words.") < said.index("Second words.")
    assert "12 days without a post" in said
    assert "2 posts of 9. Nothing is planned after Wed 9 Dec" in said
    app.selectbox(key="client_view.account").select(desk.accounts[1].id).run()
    assert "First words." not in texts(app)


@pytest.mark.clause("C55")
def test_what_went_out_is_shown_with_its_gap(desk: Desk) -> None:
    card = desk.card()
    desk.planner.decisions.posted(desk.me, card.id)
    desk.clock.later(days=10)
    item = desk.booked("Later words.", "2026-12-05T12:10")
    desk.planner.publisher.deliver(item.id, item.generation)
    desk.clock.later(days=1)
    desk.planner.publisher.deliver(item.id, item.generation)
    said = texts(desk.open("client_view"))
    assert "Posts that were made outside of Discreet are not shown here." in said
    assert "going out now" in said or "10 days without a post" in said
