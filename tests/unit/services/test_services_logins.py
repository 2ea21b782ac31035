"""How sign-ins stand: rights, ends, tests, renewals, and one sentence for a person; never a token."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors.base import Credentials
from planner.services.logins import Logins, SignIn
from planner.services.token_care import TokenCare
from tests.unit.services.rig import NOW, Rig

if TYPE_CHECKING:
    from planner.domain.account import Account

SECRET = "a-token-of-nobody"


def service(rig: Rig) -> Logins:
    return Logins(rig.store, rig.platforms, rig.clock)  # type: ignore[arg-type]  # a floor for tests


def connected(rig: Rig, platform: str = "linkedin", *, values: dict[str, str] | None = None, **changes: Any) -> Account:
    account = rig.account(platform=platform, handle=f"@{platform}", mode="api")
    after = replace(account, version=account.version + 1, **{"health": "ok", "checked_at": NOW - timedelta(days=1), **changes})
    with rig.store.write() as tx:
        tx.vault.write(account.id, Credentials({"access": SECRET, **(values or {})}))
        assert tx.accounts.swap(account, after)
    return after


def only(rig: Rig) -> SignIn:
    [found] = service(rig).all()
    return found


def at(days: float) -> str:
    return (NOW + timedelta(days=days)).isoformat()


@pytest.mark.feature("Accounts' health")
def test_a_sign_in_that_renews_itself_says_when(rig: Rig) -> None:
    rights = "boards:read boards:write pins:read pins:write user_accounts:read"
    account = connected(
        rig, "pinterest", values={"refresh": SECRET, "expires_at": at(20), "got_at": at(-10), "renewed_at": at(-10), "scopes": rights}
    )
    found = only(rig)
    assert SECRET not in repr(found)
    assert (found.account, found.standing, found.rights, found.lacks, found.to_do) == (account, "well", tuple(rights.split()), (), "")
    assert (found.ends_at, found.renews, found.renews_at) == (NOW + timedelta(days=20), True, NOW + timedelta(days=13))
    assert (found.renewed_at, found.tested_at) == (NOW - timedelta(days=10), NOW - timedelta(days=1))


def test_a_short_one_renews_itself_shortly_before_its_end(rig: Rig) -> None:
    connected(rig, "x", values={"refresh": SECRET, "expires_at": at(1 / 24), "got_at": at(-1 / 24)})
    found = only(rig)
    assert (found.standing, found.renews_at) == ("well", NOW + timedelta(minutes=35))


@pytest.mark.parametrize(("days", "standing"), [(7.1, "well"), (7, "soon"), (0.1, "soon"), (0, "ended"), (-1, "ended")])
def test_one_that_only_a_person_renews(rig: Rig, days: float, standing: str) -> None:
    connected(rig, values={"expires_at": at(days), "got_at": at(days - 60)})
    found = only(rig)
    assert (found.standing, found.renews, found.renews_at, found.rights) == (standing, False, None, None)
    assert bool(found.to_do) == (standing != "well")


def test_threads_renews_without_a_refresh_token(rig: Rig) -> None:
    connected(rig, "threads", values={"expires_at": at(5), "got_at": at(-55)})
    found = only(rig)
    assert (found.standing, found.renews, found.renews_at) == ("well", True, NOW - timedelta(days=2))


def test_a_login_without_an_end_and_what_the_platform_told_of_its_rights(rig: Rig) -> None:
    connected(rig, "wordpress", settings={"told.scopes": "edit_posts upload_files"})
    found = only(rig)
    assert (found.standing, found.ends_at, found.renews, found.rights) == ("well", None, False, ("edit_posts", "upload_files"))


def test_a_right_that_is_missing_is_named(rig: Rig) -> None:
    connected(rig, values={"scopes": "openid profile"})
    found = only(rig)
    assert (found.standing, found.lacks) == ("soon", ("w_member_social",))
    assert found.to_do == "Sign in again and allow w_member_social: without them not everything works."


@pytest.mark.parametrize(
    ("changes", "standing", "words"),
    [
        ({"health": "untested"}, "missing", "Connect it"),
        ({"health": "needs-login", "health_note": "The token was taken back."}, "ended", "Sign in again"),
        ({"health": "flagged"}, "ended", "standing on LinkedIn"),
    ],
)
def test_what_needs_a_person_comes_first(rig: Rig, changes: dict[str, Any], standing: str, words: str) -> None:
    connected(rig, "mastodon")
    lost = connected(rig, **changes)
    rig.account(handle="@by-hand")
    first, second = service(rig).all()
    assert (first.account, first.standing, words in first.to_do) == (lost, standing, True)
    assert second.standing == "well"


def test_without_a_stored_login_there_is_none(rig: Rig) -> None:
    account = connected(rig)
    with rig.store.write() as tx:
        tx.vault.forget(account.id)
    assert only(rig).standing == "missing"


def test_a_test_shortly_before_the_end_takes_no_reminder_away(rig: Rig) -> None:
    """The length of a login counts from when it was given, not from when it was last tested."""
    account = connected(rig, values={"expires_at": at(6), "got_at": at(-54)}, checked_at=NOW)
    TokenCare(rig.store, rig.platforms, rig.clock, rig.ids).look()  # type: ignore[arg-type]  # a floor for tests
    with rig.store.read() as tx:
        told = [one.key for one in tx.log.waiting_notices()]
    assert told == [f"ends:{account.id}:{datetime.fromisoformat(at(6)).date()}:7"]
