"""Signing an account in through the browser: once, within ten minutes, by somebody who may, and stored only when it works."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors.base import AuthState
from connectors.errors import Forbidden
from connectors.sign_in import Offer
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


def facebook(rig: Rig) -> Account:
    return rig.account(platform="facebook", handle="Juniper", mode="api")


def allowed(rig: Rig, signs: SignIns, account: Account, *offers: Offer) -> SignedIn:
    """Go there and back; the platform then offers these."""
    rig.platforms.offered = offers
    url = signs.begin(rig.alone(), account.id, {"client_id": "app", "client_secret": "s"})
    return signs.finish(f"code=abc&state={url.rpartition('=')[2]}")


ONE = Offer("1", "Juniper", "Page 1", {"access": "page-1", "page_id": "1", "expires_at": ""})
TWO = Offer("2", "Ridge", "Page 2", {"access": "page-2", "page_id": "2"})


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


@pytest.mark.feature("Accounts' health")
def test_where_a_login_reaches_several_pages_a_person_chooses_one(rig: Rig) -> None:
    signs, account = service(rig), facebook(rig)
    rig.platforms.remote.auth = [AuthState(ok=True, handle="Ridge", scopes=("post", "read"))]
    assert allowed(rig, signs, account, ONE, TWO) == SignedIn(account.id, account.title, "", "page")
    assert (login(rig, account), rig.accounts.get(account.id).health) == (None, "untested")
    assert signs.choices(account.id) == (Offer("1", "Juniper", "Page 1"), Offer("2", "Ridge", "Page 2"))
    assert "page-1" not in repr(signs.choices(account.id))
    with pytest.raises(Invalid, match="Choose one"):
        signs.choose(rig.alone(), account.id, "3")
    with pytest.raises(NotAllowed):
        signs.choose(rig.member("ann"), account.id, "2")
    assert signs.choose(rig.alone(), account.id, "2") == SignedIn(account.id, account.title, "Ridge")
    app = {"client_id": "made", "client_secret": "s"}
    assert login(rig, account) == {**app, "access": "page-2", "page_id": "2"}
    assert rig.accounts.get(account.id).settings["told.scopes"] == "post read"
    assert signs.choices(account.id) == ()
    with pytest.raises(NotReady, match="completed before"):
        signs.choose(rig.alone(), account.id, "2")


def test_the_only_page_needs_no_choice(rig: Rig) -> None:
    signs, account = service(rig), facebook(rig)
    rig.platforms.remote.auth = [AuthState(ok=True, handle="Juniper")]
    assert allowed(rig, signs, account, ONE).choose == ""
    assert login(rig, account) == {"client_id": "made", "client_secret": "s", "access": "page-1", "page_id": "1"}


def test_a_choice_that_does_not_work_can_be_made_anew_and_keeps_the_old_login(rig: Rig) -> None:
    signs, account = service(rig), facebook(rig)
    allowed(rig, signs, account, ONE, TWO)
    rig.platforms.remote.auth = [AuthState(ok=False, needs_login="not this one"), AuthState(ok=True, handle="Ridge")]
    with pytest.raises(Invalid, match="not this one"):
        signs.choose(rig.alone(), account.id, "1")
    assert login(rig, account) is None
    assert signs.choose(rig.alone(), account.id, "2").handle == "Ridge"


def test_a_choice_waits_for_ten_minutes_and_a_new_sign_in_or_an_archive_ends_it(rig: Rig) -> None:
    signs, account = service(rig), facebook(rig)
    allowed(rig, signs, account, ONE, TWO)
    rig.clock.on(minutes=10)
    assert len(signs.choices(account.id)) == 2
    rig.clock.on(seconds=1)
    assert signs.choices(account.id) == ()
    with rig.store.read() as tx:
        assert tx.vault.read(f"choice.{account.id}") is None
    allowed(rig, signs, account, ONE, TWO)
    signs.begin(rig.alone(), account.id, {"client_id": "app", "client_secret": "s"})
    assert signs.choices(account.id) == ()
    allowed(rig, signs, account, ONE, TWO)
    rig.accounts.archive(rig.alone(), account.id)
    assert signs.choices(account.id) == ()


def test_a_platform_that_tells_no_pages_is_said(rig: Rig) -> None:
    signs, account = service(rig), facebook(rig)
    url = signs.begin(rig.alone(), account.id, {"client_id": "app", "client_secret": "s"})

    def offers(*_: Any) -> Any:
        raise Forbidden("This sign-in reaches no page.")

    rig.platforms.offers = offers  # type: ignore[method-assign]
    with pytest.raises(NotReady, match="reaches no page"):
        signs.finish(f"code=abc&state={url.rpartition('=')[2]}")


def test_real_randomness_by_default(rig: Rig) -> None:
    account = mastodon(rig)
    signs = SignIns(rig.store, rig.platforms, rig.accounts, rig.clock, "http://localhost:8501")  # type: ignore[arg-type]  # a floor for tests
    first, second = (signs.begin(rig.alone(), account.id, {"server": "social.example"}) for _ in range(2))
    assert first != second
    assert timedelta(minutes=10).total_seconds() == 600
