"""Connecting an account through the browser: the form, the way to the platform, and the small page that says how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from connectors.base import AuthState, Credentials
from connectors.sign_in import Offer
from planner.adapters import ConnectorFloor
from planner.ui import server, session
from tests.ui.conftest import texts

if TYPE_CHECKING:
    from tests.ui.conftest import Desk


class Asked:
    """A connector that knows who it is."""

    def check_auth(self) -> AuthState:
        return AuthState(ok=True, handle="@ridge <b>")


@pytest.fixture
def floor(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    seen: list[tuple[Any, ...]] = []

    def begin(_self: Any, platform: str, values: Any, redirect_uri: str, *, state: str, randomness: bytes) -> Any:
        seen.append((platform, dict(values), redirect_uri, len(randomness), state))
        return f"https://social.example/oauth/authorize?state={state}", values, "v"

    monkeypatch.setattr(ConnectorFloor, "begin_sign_in", begin)
    monkeypatch.setattr(ConnectorFloor, "finish_sign_in", lambda *_args, **_more: Credentials({"server": "social.example", "access": "t"}))
    monkeypatch.setattr(ConnectorFloor, "connect", lambda *_: Asked())
    return seen


@pytest.mark.feature("Accounts' health")
def test_an_account_is_connected_through_the_browser(desk: Desk, floor: list[tuple[Any, ...]]) -> None:
    account = desk.account("@ridge@social.example", "mastodon", mode="api", settings={"server": "social.example"})
    app = desk.open("accounts", account=account.id)
    assert app.text_input(key="sign-in.server").value == "social.example"
    next(one for one in app.button if one.label == "Prepare the sign-in").click().run()
    (asked,) = floor
    assert asked[:4] == ("mastodon", {"server": "social.example"}, "http://localhost:8501/oauth/callback", 32)
    link = app.get("link_button")[0].proto
    assert link.url == f"https://social.example/oauth/authorize?state={asked[4]}"
    page = server.after_sign_in(desk.planner, f"code=c&state={asked[4]}")
    body = bytes(page.body).decode()
    assert page.status_code == 200
    assert "is connected as @ridge &lt;b&gt;. Nothing was posted." in body
    assert f'href="/accounts?account={account.id}"' in body
    assert desk.planner.accounts.get(account.id).health == "ok"
    again = server.after_sign_in(desk.planner, f"code=c&state={asked[4]}")
    assert again.status_code == 400
    assert "used before" in bytes(again.body).decode()


def test_what_is_missing_is_said_and_no_way_is_offered(desk: Desk, floor: list[tuple[Any, ...]]) -> None:
    account = desk.account("@ridge@social.example", "mastodon", mode="api")
    app = desk.open("accounts", account=account.id)
    app.text_input(key="sign-in.server").set_value("")
    next(one for one in app.button if one.label == "Prepare the sign-in").click().run()
    assert "Still empty: Server" in texts(app)
    assert not app.get("link_button")
    assert floor == []


@pytest.mark.feature("Accounts' health")
@pytest.mark.usefixtures("floor")
def test_the_page_is_chosen_from_those_that_the_sign_in_reaches(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    offers = (Offer("1", "Juniper *Counseling*", "Page 1", {"access": "secret-1"}), Offer("2", "Ridge", "Page 2", {"access": "secret-2"}))
    monkeypatch.setattr(ConnectorFloor, "offers", lambda *_: offers)
    account = desk.account("Ridge", "facebook", mode="api")
    app = desk.open("accounts", account=account.id)
    app.text_input(key="sign-in.client_id").set_value("app")
    app.text_input(key="sign-in.client_secret").set_value("s")
    next(one for one in app.button if one.label == "Prepare the sign-in").click().run()
    state = app.get("link_button")[0].proto.url.rpartition("=")[2]
    page = server.after_sign_in(desk.planner, f"code=c&state={state}")
    assert "One step is left: go back and choose the page. Nothing was posted." in bytes(page.body).decode()
    app = desk.open("accounts", account=account.id)
    assert "Choose the page" in texts(app)
    assert app.radio(key="sign-in.choice").options == [session.plain("Juniper *Counseling*"), "Ridge"]
    next(one for one in app.button if one.label == "Connect this one").click().run()
    assert "Choose one of the list first" in texts(app)
    app.radio(key="sign-in.choice").set_value("2")
    next(one for one in app.button if one.label == "Connect this one").click().run()
    assert "Connected as @ridge" in texts(app)
    assert "Choose the page" not in texts(app)
    assert desk.planner.accounts.get(account.id).health == "ok"
    with desk.planner.store.read() as tx:
        kept = tx.vault.read(account.id)
    assert kept is not None
    assert kept.values["access"] == "secret-2"


def test_a_yes_is_a_switch(desk: Desk, floor: list[tuple[Any, ...]]) -> None:
    account = desk.account("@ridge", "linkedin", mode="api")
    app = desk.open("accounts", account=account.id)
    for name in ("client_id", "client_secret"):
        app.text_input(key=f"sign-in.{name}").set_value("x")
    app.toggle(key="sign-in.pages").set_value(True)
    next(one for one in app.button if one.label == "Prepare the sign-in").click().run()
    assert floor[0][1] == {"client_id": "x", "client_secret": "x", "pages": "yes"}
