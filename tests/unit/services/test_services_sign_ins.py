"""Signing an account in through the browser: once, within ten minutes, by somebody who may, and stored only when it works."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors.base import AuthState
from connectors.errors import Forbidden
from planner.domain.errors import Invalid, NotAllowed, NotReady
from planner.services.sign_ins import SignedIn, SignIns

if TYPE_CHECKING:
    from planner.domain.account import Account
    from tests.unit.services.rig import Rig


def service(rig: Rig, url: str = "http://localhost:8501/") -> SignIns:
    numbers = iter(range(1, 250))
    return SignIns(rig.store, rig.platforms, rig.accounts, rig.clock, url, lambda size: bytes([next(numbers)]) * size)  # type: ignore[arg-type]  # a floor for tests


def mastodon(rig: Rig, **changes: Any) -> Account:
    return rig.account(platform="mastodon", handle="@ridge@social.example", mode="api", settings={"server": "social.example"}, **changes)


def login(rig: Rig, account: Account) -> dict[str, str] | None:
    with rig.store.read() as tx:
        found = tx.vault.read(account.id)
    return dict(found.values) if found else None


@pytest.mark.feature("Accounts' health")
def test_there_and_back(rig: Rig) -> None:
    signs, account = service(rig), mastodon(rig)
    url = signs.begin(rig.alone(), account.id, {"server": " social.example ", "stray": "x"})
    state = "01" * 32
    assert url == f"https://platform.example/allow?state={state}"
    back = "http://localhost:8501/oauth/callback"
    assert rig.platforms.begun == [("mastodon", {"server": "social.example"}, back, state, bytes([2]) * 32)]
    assert login(rig, account) is None
    rig.clock.on(minutes=10)
    rig.platforms.remote.auth = [AuthState(ok=True, handle="@ridge")]
    done = signs.finish(f"code=abc&state={state}")
    assert done == SignedIn(account.id, account.title, "@ridge")
    values = {"server": "social.example", "client_id": "made"}
    assert rig.platforms.finished == [("mastodon", values, back, f"code=abc&state={state}", state, "the-verifier")]
    assert login(rig, account) == {**values, "access": "the-access-token"}
    assert rig.accounts.get(account.id).health == "ok"
    with pytest.raises(NotReady, match="used before"):
        signs.finish(f"code=abc&state={state}")


@pytest.mark.parametrize("query", ["", "code=abc", "code=abc&state=", "code=abc&state=nothing"])
def test_what_nobody_asked_for_is_refused(rig: Rig, query: str) -> None:
    with pytest.raises(NotReady, match="Start it again"):
        service(rig).finish(query)


def test_a_late_answer_and_an_older_sign_in_are_refused(rig: Rig) -> None:
    signs, account = service(rig), mastodon(rig)
    signs.begin(rig.alone(), account.id, {"server": "social.example"})
    signs.begin(rig.alone(), account.id, {"server": "social.example"})
    with pytest.raises(NotReady):
        signs.finish(f"code=abc&state={'01' * 32}")
    rig.clock.on(minutes=10, seconds=1)
    with pytest.raises(NotReady):
        signs.finish(f"code=abc&state={'03' * 32}")
    assert rig.platforms.finished == []


def test_a_login_that_does_not_work_is_not_stored_and_the_old_one_stays(rig: Rig) -> None:
    signs, account = service(rig), mastodon(rig)
    signs.begin(rig.alone(), account.id, {"server": "social.example"})
    rig.platforms.remote.auth = [AuthState(ok=False, needs_login="the token is not valid")]
    with pytest.raises(Invalid, match="Nothing was stored"):
        signs.finish(f"code=abc&state={'01' * 32}")
    assert login(rig, account) is None


def test_what_the_platform_says_is_passed_on(rig: Rig) -> None:
    signs, account = service(rig), mastodon(rig)
    rig.platforms.refuses = Forbidden("The platform does not know this app.")
    with pytest.raises(NotReady, match="does not know this app"):
        signs.begin(rig.alone(), account.id, {"server": "social.example"})
    rig.platforms.refuses = None
    signs.begin(rig.alone(), account.id, {"server": "social.example"})
    rig.platforms.refuses = Forbidden("The sign-in was declined on the platform.")
    with pytest.raises(NotReady, match="declined"):
        signs.finish(f"error=access_denied&state={'03' * 32}")


def test_only_somebody_who_may_and_only_where_there_is_such_a_way(rig: Rig) -> None:
    signs, account = service(rig), mastodon(rig)
    assert rig.alone().role == "admin"
    with pytest.raises(NotAllowed):
        signs.begin(rig.member("ann"), account.id, {"server": "social.example"})
    with pytest.raises(Invalid, match="Still empty: Server"):
        signs.begin(rig.alone(), account.id, {"server": " "})
    for other in (rig.account(mode="api"), rig.account(platform="mastodon", handle="@other", settings={"server": "x.example"})):
        with pytest.raises(NotReady, match="not signed in through the browser"):
            signs.begin(rig.alone(), other.id, {})


def test_somebody_who_has_left_meanwhile_connects_nothing(rig: Rig) -> None:
    signs, account = service(rig), mastodon(rig)
    ann = rig.member("ann", "publisher")
    signs.begin(ann, account.id, {"server": "social.example"})
    rig.member("ann", "publisher", active=False)
    with pytest.raises(NotAllowed):
        signs.finish(f"code=abc&state={'01' * 32}")
    assert login(rig, account) is None


def test_real_randomness_by_default(rig: Rig) -> None:
    account = mastodon(rig)
    signs = SignIns(rig.store, rig.platforms, rig.accounts, rig.clock, "http://localhost:8501")  # type: ignore[arg-type]  # a floor for tests
    first, second = (signs.begin(rig.alone(), account.id, {"server": "social.example"}) for _ in range(2))
    assert first != second
    assert timedelta(minutes=10).total_seconds() == 600
