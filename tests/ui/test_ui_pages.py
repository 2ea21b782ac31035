"""Each page, empty and full, as AppTest sees it; what it writes is looked up in the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.ui.conftest import texts

if TYPE_CHECKING:
    from tests.ui.conftest import Desk

PAGES = (
    "home",
    "calendar",
    "composer",
    "approvals",
    "publisher",
    "campaigns",
    "plan",
    "insights",
    "connections",
    "accounts",
    "settings",
    "health",
    "welcome",
)


@pytest.mark.parametrize("name", PAGES)
def test_each_page_opens_on_an_empty_workspace(desk: Desk, name: str) -> None:
    app = desk.open(name)
    assert not app.exception
    assert not app.error
    assert len(app.title) == 1


@pytest.mark.parametrize("name", PAGES)
def test_each_page_opens_on_the_demo_practice(desk: Desk, name: str) -> None:
    desk.planner.demo.load(desk.me)
    app = desk.open(name)
    assert not app.exception
    assert not app.error
    assert len(app.title) == 1


@pytest.mark.parametrize("name", PAGES)
def test_each_page_keeps_a_users_words_out_of_markdown(desk: Desk, name: str) -> None:
    probe = "![x](http://evil.example/a.png) **bold** :smile: <img src=x onerror=alert(1)>"
    account = desk.account(handle=probe, owner=probe, purpose=probe)
    desk.draft(probe, account)
    desk.booked(probe)
    app = desk.open(name)
    assert not app.exception
    for kind in ("title", "header", "subheader", "markdown", "caption", "error", "warning", "success", "info"):
        for item in getattr(app, kind):
            assert "![x](" not in item.value
            assert "**bold**" not in item.value


def test_the_first_start_loads_the_demo(desk: Desk) -> None:
    app = desk.open("welcome")
    app.button(key="welcome.demo").click().run()
    assert desk.planner.workspace.started() == "demo"
    assert "The demo practice is in" in texts(app)


def test_the_first_start_begins_empty(desk: Desk) -> None:
    app = desk.open("welcome")
    app.button(key="welcome.empty").click().run()
    assert desk.planner.workspace.started() == "empty"
    assert desk.planner.accounts.all() == ()


def test_today_lists_what_needs_a_person(desk: Desk) -> None:
    desk.card()
    said = texts(desk.open("home"))
    assert "Post by hand: Sleep and worry feed each other." in said
    assert "No worker runs" in said


def test_today_shows_what_goes_out_next_with_its_zone(desk: Desk) -> None:
    desk.booked()
    assert "Thu 26 Nov, 12:10 MST, Denver · Ridge Counseling (LinkedIn) · by hand" in texts(desk.open("home"))


def test_people_can_be_added_and_then_nobody_approves_alone(desk: Desk) -> None:
    app = desk.open("settings")
    app.text_input(key="invite.name").input("Anna")
    app.selectbox(key="invite.role").select("reviewer")
    next(button for button in app.button if button.label == "Add this person").click().run()
    assert sorted(member.name for member in desk.planner.workspace.members()) == ["Anna", "Owner"]
    assert desk.me.team_size == 2


def test_the_export_is_prepared_on_demand(desk: Desk) -> None:
    desk.account()
    app = desk.open("settings")
    app.button(key="settings.prepare").click().run()
    assert not app.exception
    assert not app.error


def test_health_tells_the_worker_and_the_accounts(desk: Desk) -> None:
    desk.booked()
    with desk.planner.store.write() as tx:
        tx.log.beat("worker-1", desk.clock.now(), {"engine": "embedded"})
    said = texts(desk.open("health"))
    assert "It runs, last heard just now." in said
    assert "worker-1: engine embedded" in said
    assert "Ridge Counseling (LinkedIn): posted by hand, so there is no login to look at." in said
    assert "None is set up, and none is needed." in said


def test_health_tells_where_the_second_reader_is_and_when_it_last_answered(desk: Desk) -> None:
    told = replace(desk.planner.settings, reader_url="http://127.0.0.1:11434/v1", reader_model="qwen3:8b")
    desk.planner = replace(desk.planner, settings=told)
    assert "The model “qwen3:8b” at 127.0.0.1:11434 has not answered yet." in texts(desk.open("health"))
    with desk.planner.store.write() as tx:
        tx.log.put_setting("second-reader.answered", (desk.clock.now() - timedelta(hours=3)).isoformat())
    assert "The model “qwen3:8b” at 127.0.0.1:11434 last answered 3 hours ago." in texts(desk.open("health"))
