"""Approvals, connections, engagement, and who may see what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from planner.domain.people import Actor
from planner.domain.post import Content
from planner.ui import navigation, session
from planner.ui.pages.approvals import difference
from tests.ui.conftest import texts

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from planner.domain.people import Role
    from tests.ui.conftest import Desk


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_alone_the_own_yes_belongs_to_exactly_one_text(desk: Desk) -> None:
    desk.account()
    post = desk.ready(desk.draft())
    app = press(desk.open("approvals"), "Yes, exactly this text")
    assert "Nothing waits for a yes" in texts(app)
    with desk.planner.store.read() as tx:
        (approval,) = tx.reviews.approvals(post.id)
    assert approval.digest == post.digest_for(desk.accounts[0].id)


def test_in_a_team_only_a_colleague_approves(desk: Desk) -> None:
    desk.account()
    anna = desk.planner.workspace.invite(desk.me, "Anna", "reviewer")
    post = desk.ready(desk.draft())
    app = desk.open("approvals")
    assert "it waits for a colleague" in texts(app)
    app.session_state[session.WHO] = anna.id
    press(app.run(), "Approve exactly this text")
    assert desk.planner.composer.load(post.id).state == "ready"


def test_a_post_is_sent_back_with_a_comment_that_its_author_sees(desk: Desk) -> None:
    desk.account()
    anna = desk.planner.workspace.invite(desk.me, "Anna", "reviewer")
    post = desk.ready(desk.draft())
    app = desk.open("approvals")
    app.session_state[session.WHO] = anna.id
    app = app.run()
    app = press(app, "Send back to the author")
    assert "Say what should change" in texts(app)
    app.text_area[0].input("Name the source, please")
    press(app, "Send back to the author")
    assert desk.planner.composer.load(post.id).state == "returned"
    assert "Came back: Name the source, please" in texts(desk.open("composer", post=post.id))


def test_today_offers_to_open_only_what_the_person_may_open(desk: Desk) -> None:
    desk.account()
    vera = desk.planner.workspace.invite(desk.me, "Vera", "viewer")
    desk.ready(desk.draft())
    app = desk.open("home")
    assert "Waits for a yes" in texts(app)
    assert "Open" in [button.label for button in app.button]
    app.session_state[session.WHO] = vera.id
    app = app.run()
    assert "Waits for a yes" in texts(app)
    assert "Open" not in [button.label for button in app.button]


def test_the_difference_shows_changed_lines_only() -> None:
    assert difference(Content(text="a\nb"), Content(text="a\nc")) == ["- b", "+ c"]
    assert difference(Content(text="a"), Content(text="a", title="t")) == []


def test_a_changed_post_shows_what_changed_since_the_last_yes(desk: Desk) -> None:
    account = desk.account()
    post = desk.ready(desk.draft("first words"))
    desk.planner.approvals.approve(desk.me, post.id, account.id, post.digest_for(account.id))
    now = desk.planner.composer.load(post.id)
    desk.ready(desk.planner.composer.save(desk.me, post.id, now.version, replace(now.base, text="other words"), now.variants))
    assert "- first words\n+ other words" in [item.value for item in desk.open("approvals").code]


def note(app: AppTest, who: str, text: str) -> AppTest:
    app.text_input(key="note.who").input(who)
    app.text_area(key="note.text").input(text)
    return press(app, "Save the note")


def test_a_note_is_stored_and_shown_beside_the_followers(desk: Desk) -> None:
    account = desk.account()
    app = note(desk.open("connections"), "School counselor", "Asked for the handout.")
    (stored,) = desk.planner.connections.all()
    assert (stored.who, stored.stage, stored.by) == ("School counselor", "contact", desk.me.id)
    assert app.text_input(key="note.who").value == ""
    desk.planner.insights.enter_followers(desk.me, account.id, 120)
    app = desk.open("insights")
    assert "School counselor: Asked for the handout." in texts(app)
    assert len(app.get("plotly_chart")) == 1
    assert "Where its contacts stand: 1 contact" in texts(app)


def test_a_note_about_a_client_is_blocked(desk: Desk) -> None:
    desk.account()
    app = note(desk.open("connections"), "Library", "My client went there.")
    assert desk.planner.connections.all() == ()
    assert "This note seems to speak of a client. Keep it" in texts(app)
    assert "This says “client”." in texts(app)
    assert "confidentiality." not in texts(app)
    assert app.text_area(key="note.text").value == "My client went there."
    assert "This says" not in texts(note(app, "Library", "A reader went there."))


def test_a_note_can_be_deleted(desk: Desk) -> None:
    desk.account()
    app = note(desk.open("connections"), "Library", "Asked for the handout.")
    press(app, "Delete")
    assert desk.planner.connections.all() == ()


def test_figures_read_off_a_platform_are_stored_and_empty_ones_stay_missing(desk: Desk) -> None:
    item = desk.card()
    desk.planner.decisions.posted(desk.me, item.id, "")
    app = desk.open("insights", show="posts")
    app.selectbox(key="hand.post").select(item.id)
    app.number_input(key="hand.likes").set_value(7)
    app = press(app, "Save these figures")
    (reading,) = desk.planner.insights.history(item.id)
    assert (reading.values["likes"], reading.values["replies"]) == (7, None)
    assert "Not reported by any platform: reposts, replies" in texts(app)
    app.number_input(key="hand.followers").set_value(50)
    press(app, "Save this count")
    assert [row.values["followers"] for row in _followers(desk)] == [50]


def _followers(desk: Desk) -> tuple[object, ...]:
    now = desk.clock.now()
    found: tuple[object, ...] = desk.planner.insights.followers(
        desk.accounts[0].id, now.replace(year=2020), now.replace(year=2030)
    ).readings
    return found


def test_figures_without_a_post_or_a_count_are_refused(desk: Desk) -> None:
    desk.account()
    app = press(desk.open("insights"), "Save these figures")
    assert "Choose the post" in texts(app)
    assert "Enter the count" in texts(press(app, "Save this count"))


@pytest.mark.parametrize(
    ("role", "hidden"),
    [
        ("admin", set()),
        ("publisher", {"settings", "welcome", "audit"}),
        ("reviewer", {"settings", "welcome", "accounts"}),
        ("author", {"settings", "welcome", "accounts", "audit"}),
        (
            "viewer",
            {"settings", "welcome", "accounts", "audit", "campaigns", "plan", "imports", "keys", "compose", "deliveries", "connections"},
        ),
    ],
)
def test_a_role_sees_only_what_it_may_use(role: Role, hidden: set[str]) -> None:
    every = {entry.name for entry in navigation.ENTRIES}
    assert every - {entry.name for entry in navigation.allowed(Actor("a", "A", role))} == hidden


def test_at_most_twelve_entries_stand_in_the_menu() -> None:
    assert sum(not entry.hidden for entry in navigation.ENTRIES) <= 12


def test_somebody_switched_off_sees_a_sentence(desk: Desk) -> None:
    app = desk.open("home")
    app.session_state[session.WHO] = "nobody"
    app = app.run()
    assert "not a member of this workspace" in texts(app)
    assert len(app.title) == 0


def test_a_person_gets_another_role_and_is_switched_off(desk: Desk) -> None:
    anna = desk.planner.workspace.invite(desk.me, "Anna", "author")
    app = desk.open("settings")
    app.selectbox(key=f"member.{anna.id}.role").set_value("reviewer")
    app.checkbox(key=f"member.{anna.id}.active").uncheck()
    app = save(app, anna.id)
    after = next(member for member in desk.planner.workspace.members() if member.id == anna.id)
    assert (after.name, after.role, after.active) == ("Anna", "reviewer", False)
    assert "Anna (switched off)" in texts(app)
    app.text_input(key="member.owner.name").input("Dana")
    save(app, "owner")
    assert {member.name for member in desk.planner.workspace.members()} == {"Dana", "Anna"}


def test_who_may_not_schedule_is_told_who_does(desk: Desk) -> None:
    desk.account()
    anna = desk.planner.workspace.invite(desk.me, "Anna", "reviewer")
    post = desk.ready(desk.draft())
    desk.planner.approvals.approve(
        desk.planner.workspace.actor(anna.id), post.id, desk.accounts[0].id, post.digest_for(desk.accounts[0].id)
    )
    app = desk.open("composer", post=post.id)
    assert any(button.label.startswith("Put on the calendar") for button in app.button)
    app.session_state[session.WHO] = anna.id
    app = app.run()
    assert "A publisher or an admin gives it its time." in texts(app)
    assert not any(button.label.startswith("Put on the calendar") for button in app.button)


def save(app: AppTest, member_id: str) -> AppTest:
    return next(button for button in app.button if button.key and f"member.{member_id}.form" in button.key).click().run()
