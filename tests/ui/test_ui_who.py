"""Who is at the keyboard: asked where several people work, remembered by the browser, never guessed."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from planner.ui import navigation, session
from tests.ui.conftest import texts

if TYPE_CHECKING:
    from planner.domain.people import Member
    from planner.domain.post import Post
    from tests.ui.conftest import Desk

pytestmark = [pytest.mark.clause("C94"), pytest.mark.feature("Roles and comments")]
APPROVE = "Approve exactly this text"
ASKED = "Who is at the keyboard?"


def _dashboard(planner):  # noqa: ANN001, ANN202 - AppTest runs this source alone, where no annotation is known
    from planner.ui import navigation  # noqa: PLC0415

    navigation.show(planner)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the cookies that the browser sends."""
    cookies: dict[str, str] = {}
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: cookies))
    return cookies


def dashboard(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Return the whole dashboard with the approvals where the address leads."""
    desk.planner.workspace.start(desk.me, "empty")
    (queue,) = (entry for entry in navigation.ENTRIES if entry.name == "approvals")
    monkeypatch.setattr(navigation, "ENTRIES", (replace(queue, name="home"),))
    return AppTest.from_function(_dashboard, args=(desk.planner,), default_timeout=30).run()


def team(desk: Desk) -> tuple[Member, Post]:
    """Return a colleague who may approve, and a post that waits for her."""
    desk.account()
    anna = desk.planner.workspace.invite(desk.me, "Anna", "reviewer")
    return anna, desk.ready(desk.draft())


def press(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


def signed(desk: Desk, post: Post) -> list[str]:
    with desk.planner.store.read() as tx:
        return [approval.reviewer for approval in tx.reviews.approvals(post.id)]


def test_where_several_work_it_is_asked_before_anything_is_drawn(
    desk: Desk, browser: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, post = team(desk)
    otto = desk.planner.workspace.invite(desk.me, "Otto", "author")
    desk.planner.workspace.change(desk.me, otto.id, "Otto", "author", active=False)
    browser[session.remembered_as(desk.planner)] = otto.id
    app = dashboard(desk, monkeypatch)
    assert [title.value for title in app.title] == [ASKED]
    assert {button.label.replace("\\", "") for button in app.button} == {
        "Owner · Admin: everything",
        "Anna · Reviewer: writes and approves",
    }
    assert (len(app.selectbox), "session.who" in app.session_state) == (0, False)
    app = app.button(key=f"who.{anna.id}").click().run()
    assert (app.title[0].value, app.sidebar.selectbox[0].value) == ("Approvals", anna.id)
    press(app, APPROVE)
    assert signed(desk, post) == [anna.id]


def test_whom_the_browser_remembers_signs_and_another_choice_is_kept_when_the_team_grows(
    desk: Desk, browser: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, _ = team(desk)
    browser[session.remembered_as(desk.planner)] = anna.id
    app = dashboard(desk, monkeypatch)
    assert app.sidebar.selectbox[0].value == anna.id
    app = app.sidebar.selectbox[0].select("owner").run()
    desk.planner.workspace.invite(desk.me, "Berta", "author")
    app = app.run()
    assert (app.sidebar.selectbox[0].value, len(app.sidebar.selectbox[0].options)) == ("owner", 3)
    assert "it waits for a colleague" in texts(app)


def test_a_click_of_nobody_signs_nothing(desk: Desk, browser: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert browser == {}
    account = desk.account()
    post = desk.ready(desk.draft())
    app = dashboard(desk, monkeypatch)
    assert len(app.sidebar.selectbox) == 0
    desk.planner.workspace.invite(desk.me, "Anna", "reviewer")  # meanwhile, at another computer
    app = press(app, "Yes, exactly this text")
    assert "say first who is at the keyboard. Nothing was changed." in texts(app)
    assert [title.value for title in app.title] == [ASKED]
    assert (signed(desk, post), post.account_ids) == ([], (account.id,))


def test_whoever_adds_the_second_person_is_not_asked(desk: Desk, browser: dict[str, str]) -> None:
    assert browser == {}
    app = desk.open("settings")
    del app.session_state[session.WHO]
    app.text_input(key="invite.name").input("Anna")
    app = next(one for one in app.button if one.label == "Add this person").click().run()
    assert "Added." in texts(app)
    assert app.session_state[session.WHO] == "owner"


def test_two_workspaces_of_one_computer_remember_apart(desk: Desk) -> None:
    settings = desk.planner.settings
    other = SimpleNamespace(settings=replace(settings, data_dir=settings.data_dir / "other"))
    names = {session.remembered_as(desk.planner), session.remembered_as(other)}  # type: ignore[arg-type]  # only the settings are read
    assert len(names) == 2
    assert all(name.startswith("discreet-who-") for name in names)
