"""Logins that end: renewed ahead, reminded of twice, said on the account when they are dead; never in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from connectors.base import Credentials
from connectors.errors import AuthExpired, Temporary
from planner.services.token_care import TokenCare
from planner.store.people import SqlAccounts
from tests.unit.services.rig import NOW, Rig

if TYPE_CHECKING:
    from connectors.base import TokenStore
    from planner.domain.account import Account


def connected(rig: Rig, left: timedelta | None, *, lifetime: timedelta = timedelta(days=60), refresh: str = "r1") -> Account:
    account = rig.account(mode="api")
    values = {"access": "a1", **({"refresh": refresh} if refresh else {})}
    if left is not None:
        values["expires_at"] = (NOW + left).isoformat()
    checked = NOW + (left or lifetime) - lifetime
    with rig.store.write() as tx:
        tx.vault.write(account.id, Credentials(values))
        after = replace(account, health="ok", checked_at=checked, version=account.version + 1)
        assert tx.accounts.swap(account, after)
    return after


def care(rig: Rig) -> TokenCare:
    return TokenCare(rig.store, rig.platforms, rig.clock, rig.ids)  # type: ignore[arg-type]  # a floor for tests


def renews(rig: Rig, **values: str) -> None:
    """Let the platform give these in place of what is stored."""

    def refresh_auth(store: TokenStore) -> None:
        rig.platforms.remote.seen.append(("refresh", None))
        held = store.read()
        assert store.swap(held, Credentials({**held.values, **values}))

    rig.platforms.remote.refresh_auth = refresh_auth  # type: ignore[method-assign]


def asked(rig: Rig) -> int:
    return sum(name == "refresh" for name, _ in rig.platforms.remote.seen)


def notices(rig: Rig) -> list[tuple[str, str, bool]]:
    with rig.store.read() as tx:
        return [(one.event, one.key.rpartition(":")[2], one.urgent) for one in tx.log.waiting_notices()]


@pytest.mark.feature("Accounts' health")
@pytest.mark.parametrize(
    ("left", "lifetime", "expected"),
    [
        (timedelta(days=7, minutes=1), timedelta(days=60), 0),
        (timedelta(days=7), timedelta(days=60), 1),
        (timedelta(minutes=26), timedelta(hours=2), 0),
        (timedelta(minutes=25), timedelta(hours=2), 1),
        (-timedelta(days=1), timedelta(days=60), 1),
    ],
)
def test_what_ends_soon_is_renewed_and_the_rest_is_left_alone(rig: Rig, left: timedelta, lifetime: timedelta, expected: int) -> None:
    account = connected(rig, left, lifetime=lifetime)
    later = NOW + timedelta(days=90)
    renews(rig, access="a2", expires_at=later.isoformat())
    assert care(rig).look() == asked(rig) == expected
    assert rig.accounts.get(account.id).expires_at == (later if expected else None)
    assert notices(rig) == []


@pytest.mark.feature("Accounts' health")
def test_what_cannot_be_renewed_is_said_seven_days_and_one_day_ahead_each_once(rig: Rig) -> None:
    connected(rig, timedelta(days=8), refresh="")
    rig.platforms.remote.refresh = [AuthExpired("Only a person can go on.")]
    watch = care(rig)
    for _ in range(8 * 24):
        watch.look()
        rig.clock.on(hours=1)
    assert notices(rig) == [("login-ends", "7", False), ("login-ends", "1", True)]
    with rig.store.read() as tx:
        assert "ends on 02 December 2026" in tx.log.waiting_notices()[0].text


def test_a_dead_login_is_said_on_the_account_at_once(rig: Rig) -> None:
    account = connected(rig, timedelta(days=1))
    rig.platforms.remote.refresh = [AuthExpired("The platform no longer accepts this login.")]
    assert care(rig).look() == 0
    after = rig.accounts.get(account.id)
    assert (after.health, after.health_note) == ("needs-login", "The platform no longer accepts this login.")
    assert [event for event, _, _ in notices(rig)] == ["account-lost"]


def test_a_platform_that_does_not_answer_is_asked_again_ten_minutes_later(rig: Rig) -> None:
    account = connected(rig, timedelta(minutes=20), lifetime=timedelta(hours=2))
    rig.platforms.remote.refresh = [Temporary("Not now.")]
    watch = care(rig)
    for minutes, calls in ((0, 1), (9, 1), (1, 2)):
        rig.clock.on(minutes=minutes)
        watch.look()
        assert asked(rig) == calls
    rig.clock.on(hours=-5)
    watch.look()
    assert asked(rig) == 2 + 0  # the clock went back: looked again, and now there is time
    assert rig.accounts.get(account.id).health == "ok"
    assert notices(rig) == []


def test_a_renewal_that_changes_nothing_is_none(rig: Rig) -> None:
    connected(rig, timedelta(minutes=20), lifetime=timedelta(hours=2))
    assert care(rig).look() == 0


@pytest.mark.parametrize("ends", [None, "never", "2026-11-24T10:00:00"])
def test_a_login_without_an_end_is_left_alone(rig: Rig, ends: str | None) -> None:
    account = connected(rig, None)
    if ends:
        with rig.store.write() as tx:
            tx.vault.write(account.id, Credentials({"access": "a1", "expires_at": ends}))
    assert care(rig).look() == asked(rig) == 0


def test_the_end_that_the_platform_named_at_the_last_look_counts_too(rig: Rig) -> None:
    account = connected(rig, None)
    with rig.store.write() as tx:
        assert tx.accounts.swap(account, replace(account, expires_at=NOW + timedelta(minutes=5), version=account.version + 1))
    renews(rig, access="a2")
    assert care(rig).look() == 1
    assert rig.accounts.get(account.id).expires_at is None


def test_accounts_by_hand_and_lost_ones_are_left_alone(rig: Rig) -> None:
    account = connected(rig, timedelta(minutes=1))
    with rig.store.write() as tx:
        assert tx.accounts.swap(account, replace(account, health="needs-login", version=account.version + 1))
    rig.account(handle="@by-hand")
    assert care(rig).look() == asked(rig) == 0


def test_somebody_who_changed_the_account_meanwhile_wins(rig: Rig) -> None:
    """The account is read again when a dead login is written down, so nothing of a colleague's change is lost."""
    account = connected(rig, timedelta(days=1))

    def refresh_auth(_store: TokenStore) -> None:
        rig.accounts.update(rig.alone(), replace(rig.accounts.get(account.id), purpose="Another purpose"))
        raise AuthExpired("Dead.")

    rig.platforms.remote.refresh_auth = refresh_auth  # type: ignore[method-assign]
    care(rig).look()
    after = rig.accounts.get(account.id)
    assert (after.purpose, after.health) == ("Another purpose", "needs-login")


def test_two_that_write_a_dead_login_down_at_once_tell_it_once(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    connected(rig, timedelta(days=1))
    rig.platforms.remote.refresh = [AuthExpired("Dead.")]
    monkeypatch.setattr(SqlAccounts, "swap", lambda *_: False)
    care(rig).look()
    assert notices(rig) == []
