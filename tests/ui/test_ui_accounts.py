"""Accounts: added step by step, a personal one refused, profile and hours stored, login tested before it is kept."""

from __future__ import annotations

from datetime import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from connectors.base import AuthState
from planner.domain.schedule import Slot, Window
from planner.ui import session
from planner.ui.pages.account_hours import grouped
from tests.ui.conftest import texts

if TYPE_CHECKING:
    from tests.ui.conftest import Desk


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_a_personal_account_is_refused_with_the_reason(desk: Desk) -> None:
    app = desk.open("accounts", add="1")
    app.radio(key="add.kind").set_value("personal").run()
    assert "This is a personal account." in app.error[0].value
    assert [button.label for button in app.button] == ["Back to the accounts"]


def filled(desk: Desk, platform: str = "mastodon") -> AppTest:
    app = desk.open("accounts", add="1")
    app.radio(key="add.kind").set_value("practice").run()
    app.selectbox(key="add.platform").select(platform).run()
    app.text_input(key="add.handle").input("@ridge")
    app.text_input(key="add.owner").input("Dana Smith, LCSW")
    app.text_area(key="add.purpose").input("Helps parents find support")
    app.selectbox(key="add.zone").select("America/Denver")
    app.multiselect(key="add.countries").set_value(["US"])
    return app


def test_a_half_filled_form_survives_a_reload_until_it_is_stored(desk: Desk) -> None:
    app = filled(desk).run()
    app.multiselect(key="add.countries").set_value(["CA-ON", "US"])
    app.time_input(key="add.from").set_value(time(10, 30))
    app.toggle(key="add.quiet").set_value(False).run()
    again = desk.open("accounts", add="1")
    assert (again.radio(key="add.kind").value, again.selectbox(key="add.platform").value) == ("practice", "mastodon")
    assert (again.text_input(key="add.handle").value, again.text_area(key="add.purpose").value) == ("@ridge", "Helps parents find support")
    assert again.multiselect(key="add.countries").value == ["CA-ON", "US"]
    assert (again.time_input(key="add.from").value, again.toggle(key="add.quiet").value) == (time(10, 30), False)
    again.button(key="add.do.store").click().run()
    assert [account.handle for account in desk.planner.accounts.all()] == ["@ridge"]
    assert desk.open("accounts", add="1").radio(key="add.kind").value is None


def test_a_half_filled_form_is_the_persons_own(desk: Desk) -> None:
    filled(desk).run()
    ana = desk.planner.workspace.invite(desk.me, "Ana", "admin")
    app = AppTest.from_function(_for, args=(desk.planner, ana.id), default_timeout=30)
    app.query_params["add"] = "1"
    assert app.run().radio(key="add.kind").value is None
    assert desk.open("accounts", add="1").radio(key="add.kind").value == "practice"


def _for(planner, who):  # noqa: ANN001, ANN202 - AppTest runs this source alone
    import streamlit as st  # noqa: PLC0415 - the same

    from planner.ui import session  # noqa: PLC0415
    from planner.ui.pages import accounts  # noqa: PLC0415

    st.session_state[session.WHO] = who
    accounts.render(planner)


@pytest.mark.parametrize(("told", "zone"), [("America/Denver", "America/Denver"), (None, "UTC"), ("../etc/passwd", "UTC")])
def test_before_the_first_account_the_browsers_clock_holds(told: str | None, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "st", SimpleNamespace(context=SimpleNamespace(timezone=told)))
    assert session.zone_of(()) == zone


def test_with_an_account_its_clock_holds(desk: Desk) -> None:
    assert session.zone_of((desk.account(zone="America/Phoenix"),)) == "America/Phoenix"


def test_an_account_is_added_with_its_hours_and_its_platforms_own_field(desk: Desk) -> None:
    app = filled(desk)
    app.text_input(key="add.field.server").input("mastodon.social")
    app = press(app, "Add this account")
    (account,) = desk.planner.accounts.all()
    assert (account.handle, account.mode, account.zone, account.countries) == ("@ridge", "hand", "America/Denver", ("US",))
    assert account.settings == {"server": "mastodon.social"}
    assert account.business_hours == tuple(Window(day, time(9), time(17)) for day in range(5))
    assert len(account.quiet_hours) == 7
    assert app.query_params["account"] == account.id
    assert "has been added" in texts(app)


def test_what_is_missing_is_said_and_nothing_is_stored(desk: Desk) -> None:
    app = filled(desk)
    app.text_input(key="add.owner").input("")
    app = press(app, "Add this account")
    assert "Say who it belongs to" in texts(app)
    assert desk.planner.accounts.all() == ()


def test_the_list_says_what_is_missing(desk: Desk) -> None:
    desk.account("@clinic", "bluesky", mode="api", business_hours=())
    said = texts(desk.open("accounts"))
    assert "Still missing: business hours, a tested connection" in said
    assert "Posted automatically" in said


def test_the_profile_is_changed(desk: Desk) -> None:
    account = desk.account("@ridge", "mastodon", settings={"server": "old.social"})
    app = desk.open("accounts", account=account.id)
    app.session_state["account.tabs"] = "Profile"
    app = app.run()
    app.text_input(key=f"profile.{account.id}.{account.version}.field.server").input("mastodon.social")
    app.text_input(key=f"profile.{account.id}.{account.version}.names").input("Dana Smith, D. Smith")
    app.text_input(key=f"profile.{account.id}.{account.version}.town").input("Boulder")
    app.multiselect(key=f"profile.{account.id}.{account.version}.countries").set_value(["CA-ON", "US"])
    app.toggle(key=f"profile.{account.id}.{account.version}.two").set_value(True)
    press(app, "Save")
    after = desk.planner.accounts.get(account.id)
    assert after.settings == {"server": "mastodon.social"}
    assert (after.facts.names, after.facts.town, after.two_person) == (("Dana Smith", "D. Smith"), "Boulder", True)
    assert after.countries == ("CA-ON", "US")


def test_a_profile_that_was_changed_is_kept_until_it_is_saved_or_thrown_away(desk: Desk) -> None:
    account = desk.account("@ridge", org_type="foundation")
    town = f"profile.{account.id}.{account.version}.town"
    app = desk.open("accounts", account=account.id)
    app.session_state["account.tabs"] = "Profile"
    assert "Not saved yet" not in texts(app.run())
    app.text_input(key=town).input("Boulder").run()
    assert "Not saved yet" in texts(app)
    app.session_state["account.tabs"] = "Bio"
    app.run()
    app.session_state["account.tabs"] = "Profile"
    assert app.run().text_input(key=town).value == "Boulder"
    assert desk.planner.accounts.get(account.id).facts.town == ""
    press(app, "Throw the changes away")
    assert app.text_input(key=town).value == ""
    assert desk.planner.accounts.get(account.id) == account


def test_hours_and_slots_are_added_and_removed(desk: Desk) -> None:
    account = desk.account(quiet_hours=())
    app = desk.open("accounts", account=account.id)
    app.session_state["account.tabs"] = "Hours and slots"
    app = press(app.run(), "Add slots")
    after = desk.planner.accounts.get(account.id)
    assert after.slots == (Slot(1, time(12)), Slot(3, time(12)), Slot(3, time(12, 10)))
    app = app.run()
    quiet = app.button(key="hours.quiet_hours.add")
    quiet.click().run()
    assert len(desk.planner.accounts.get(account.id).quiet_hours) == 5
    app.button(key="slots.0").click().run()
    assert desk.planner.accounts.get(account.id).slots == (Slot(3, time(12)), Slot(3, time(12, 10)))


def test_the_same_hours_stand_in_one_line() -> None:
    night = tuple(Window(day, time(20), time(8)) for day in range(7))
    lines = [line for line, _ in grouped((*night, Window(0, time(9), time(12)), Window(2, time(9), time(12))))]
    assert lines == ["Mon Wed, 09:00 to 12:00", "Every day, 20:00 to 08:00 (next day)"]


def test_a_login_is_tested_stored_and_never_shown_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Answers:
        def check_auth(self) -> AuthState:
            return AuthState(ok=True, handle="clinic.bsky.social")

    monkeypatch.setattr(type(desk.planner.platforms), "connect", lambda *_: Answers())
    account = desk.account("@clinic", "bluesky", mode="api")
    app = desk.open("accounts", account=account.id)
    assert "App passwords" in texts(app)
    app.text_input(key="login.identifier").input("clinic.bsky.social")
    app.text_input(key="login.app_password").input("abcd-efgh-ijkl-mnop")
    app = press(app, "Test and connect")
    assert "Connected as clinic.bsky.social" in texts(app)
    assert desk.planner.accounts.get(account.id).health == "ok"
    assert app.text_input(key="login.app_password").value == ""
    app = press(app, "Test the connection")
    assert "The platform answered" in texts(app)


def test_a_connection_in_beta_says_so_and_is_off_at_first(desk: Desk) -> None:
    app = filled(desk)
    assert "In beta: never tried on the live service." in texts(app)
    assert app.radio(key="add.mode").value == "hand"
    app.radio(key="add.mode").set_value("api")
    app = press(app, "Add this account")
    assert desk.planner.accounts.all()[0].mode == "api"
    assert "In beta: never tried on the live service." in texts(app)


def test_what_the_server_says_of_itself_is_shown(desk: Desk) -> None:
    told = {"told.software": "2.7.2 (compatible; Small 1.0)", "told.verified": "no", "told.rules": "Be kind.\nNo ads."}
    account = desk.account("@ridge", "mastodon", mode="api", settings={"server": "small.example", **told})
    app = desk.open("accounts", account=account.id)
    said = texts(app)
    assert "unverified server" in said
    assert "Server: 2.7.2 (compatible; Small 1.0)" in said
    assert "Be kind.\nNo ads." in said
    assert app.text_input(key="login.server").value == "small.example"
    assert app.text_input(key="login.access").value == ""


def test_an_empty_login_names_what_is_missing(desk: Desk) -> None:
    account = desk.account("@clinic", "bluesky", mode="api")
    app = press(desk.open("accounts", account=account.id), "Test and connect")
    assert "Still empty: Handle, App password" in texts(app)


def test_the_mode_is_switched_and_an_account_put_away(desk: Desk) -> None:
    account = desk.account("@clinic", "bluesky")
    app = press(desk.open("accounts", account=account.id), "Switch to automatic posting")
    assert desk.planner.accounts.get(account.id).mode == "api"
    app = press(app, "Switch to posting by hand")
    app = press(app, "Put this account away")
    assert desk.planner.accounts.all() == ()
    assert "No account yet" in texts(app)


def test_an_unknown_account_is_said(desk: Desk) -> None:
    app: Any = desk.open("accounts", account="0" * 32)
    assert len(app.error) == 1


def test_people_hear_ahead_that_an_interface_ends(desk: Desk) -> None:
    account = desk.account(mode="api")
    assert "switches off" not in texts(desk.open("accounts"))
    desk.clock.later(days=180)
    for page, query in (("accounts", {}), ("accounts", {"account": account.id}), ("health", {})):
        assert "LinkedIn switches off the version 202607 of its interface on 2027-07-15" in texts(desk.open(page, **query))
    desk.planner.accounts.switch_mode(desk.me, account.id, "hand")
    assert "switches off" not in texts(desk.open("accounts"))


def test_an_account_on_trial_is_called_test_only(desk: Desk) -> None:
    account = desk.account(platform="pinterest", mode="api", settings={"told.test_only": "yes"})
    said = texts(desk.open("accounts", account=account.id))
    assert "Only you can see what is posted here" in said
    assert "never run against the live service" in said


@pytest.mark.clause("C52")
def test_a_bio_is_pasted_and_each_missing_part_is_named(desk: Desk) -> None:
    account = desk.account()
    app = desk.open("accounts", account=account.id)
    app.session_state["account.tabs"] = "Bio"
    app.run()
    assert "Paste the text of your profile" in texts(app)
    app.text_area(key="bio.text").input(
        "Dana Smith, LCSW in Colorado. Posts about grief, from my office in Whitefish, Montana. Call 988 in a crisis."
    )
    app = press(app, "Save and read it")
    said = texts(app)
    assert "4 parts are missing" in said
    assert "The link to your social media policy" in said
    assert "Posts are for education only, not advice." in said
    assert "A professional photo, or your mark" in said
    assert "The crisis line of your country: “988”" in said
    assert "Nothing matched in confidentiality" in said
    assert desk.planner.accounts.get(account.id).facts.town == "Whitefish, Montana"
    app.checkbox(key="bio.photo").check()
    app.checkbox(key="bio.pseudonym").check()
    app.text_area(key="bio.text").input("Notes about grief by a client of sleep. I always book a free call here: request a session.")
    said = texts(press(app, "Save and read it"))
    assert "ticked by hand" in said
    assert "An offer of services under a pseudonym" in said
    assert "Take this out:** This says “client”." in said
    assert "Your credential" not in said
