"""Sign-ins: what each may do, its end, tests and renewals, what a person has to do; a token never stands on the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors.base import AuthState, Credentials
from connectors.errors import Temporary
from planner.adapters import ConnectorFloor
from tests.ui.conftest import texts

if TYPE_CHECKING:
    from planner.domain.account import Account
    from tests.ui.conftest import Desk

SECRET = "a-token-of-nobody"


def connected(desk: Desk, handle: str, platform: str, days: float, **values: str) -> Account:
    account = desk.account(handle, platform, mode="api")
    end = desk.clock.now() + timedelta(days=days)
    after = replace(account, health="ok", checked_at=desk.clock.now() - timedelta(hours=3), version=account.version + 1)
    with desk.planner.store.write() as tx:
        tx.vault.write(account.id, Credentials({"access": SECRET, "expires_at": end.isoformat(), **values}))
        assert tx.accounts.swap(account, after)
    return after


@pytest.mark.feature("Accounts' health")
def test_every_sign_in_says_how_it_stands(desk: Desk) -> None:
    got = (desk.clock.now() - timedelta(days=2)).isoformat()
    connected(desk, "@pins", "pinterest", 20, refresh=SECRET, renewed_at=got, got_at=got, scopes="boards:read pins:write")
    connected(desk, "@soon", "linkedin", 5, got_at=got)
    desk.account("@new", "threads", mode="api")
    desk.account("@hand", "reddit", settings={"subreddit": "therapists"})
    app = desk.open("accounts", show="sign-ins")
    said = texts(app)
    assert SECRET not in said
    assert "3 sign-ins of 3 need a person." in said
    assert "boards:read, pins:write" in said
    assert "Sign in again and allow boards:write, pins:read, user_accounts:read" in said
    assert "7 Dec 2026" in said  # a week before the end of the one that renews itself
    assert "2 days ago" in said
    assert "Sign in again before it ends" in said
    assert "Only you can: sign in again" in said
    assert "Connect it: until then its posts wait." in said
    assert "@hand" not in said
    app.button(key=f"logins.open.{desk.accounts[1].id}").click().run()
    assert app.query_params["account"] == desk.accounts[1].id


@pytest.mark.parametrize(
    ("answer", "words", "health"),
    [
        (AuthState(ok=True, handle="Dana"), "The platform answered: you are Dana. Nothing was posted.", "ok"),
        (
            AuthState(ok=False, needs_login="The token was taken back."),
            "refused this sign-in: The token was taken back. Sign in again.",
            "needs-login",
        ),
        (Temporary("The server was not reached."), "could not be asked: The server was not reached. Nothing was changed", "ok"),
    ],
)
def test_a_sign_in_is_tested_by_a_click(desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: Any, words: str, health: str) -> None:
    class Asked:
        def check_auth(self) -> AuthState:
            if isinstance(answer, Exception):
                raise answer
            return answer  # type: ignore[no-any-return]

    monkeypatch.setattr(ConnectorFloor, "connect", lambda *_: Asked())
    account = connected(desk, "@one", "linkedin", 50)
    app = desk.open("accounts", show="sign-ins")
    assert "Every sign-in works by itself." in texts(app)
    app = app.button(key=f"logins.test.{account.id}").click().run()
    assert words in texts(app)
    assert desk.planner.accounts.get(account.id).health == health


def test_without_an_automatic_account_it_says_so(desk: Desk) -> None:
    desk.account()
    assert "need no sign-in here" in texts(desk.open("accounts", show="sign-ins"))
