"""Links and tokens: made, shown once, listed without the secret, taken back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.ui.conftest import texts

if TYPE_CHECKING:
    from tests.ui.conftest import Desk

pytestmark = pytest.mark.feature("CLI and HTTP API", "ICS feed")


def test_a_token_is_shown_once_and_can_be_taken_back(desk: Desk) -> None:
    app = desk.open("keys")
    app.text_input(key="token.name").set_value("Office")
    app.multiselect(key="token.scopes").set_value(["read", "check"])
    next(button for button in app.button if button.label == "Make a token").click().run()
    found = re.search(r"dsc_[0-9a-f]{64}", texts(app))
    assert found
    assert desk.planner.access.bearer(found[0], "read") == desk.me
    app.run()
    assert "dsc_" not in texts(app)
    assert "Office · check texts · read posts and deliveries · last used just now" in texts(app)
    (key,) = desk.planner.access.keys(desk.me, "api")
    app.button(key=f"key.{key.id}").click().run()
    assert desk.planner.access.keys(desk.me, "api") == ()


def test_a_feed_is_made_for_one_account(desk: Desk) -> None:
    account = desk.account()
    app = desk.open("keys")
    next(button for button in app.button if button.label == "Make a link").click().run()
    assert "Say what or whom it is for" in texts(app)
    app.text_input(key="feed.name").set_value("Partners")
    app.selectbox(key="feed.account").set_value(account.id)
    app.checkbox(key="feed.text").check()
    next(button for button in app.button if button.label == "Make a link").click().run()
    found = re.search(r"/feeds/([0-9a-f]{64})\.ics", texts(app))
    assert found
    assert desk.planner.access.feed(found[1]).startswith("BEGIN:VCALENDAR")
    assert "Partners · with texts" in texts(app)
