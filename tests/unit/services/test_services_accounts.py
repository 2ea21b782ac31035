"""Accounts: personal ones are refused, a login is stored only when it works, and only encrypted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from connectors.base import AuthState, Credentials
from connectors.errors import AuthExpired, Doubtful, Forbidden, OutOfCredit, Rejected, Temporary
from planner.domain.account import PERSONAL_REFUSED
from planner.domain.errors import Conflict, Invalid, Missing, NotAllowed, NotReady
from planner.services.accounts import VaultTokens
from planner.store.people import SqlAccounts
from tests.unit.services.rig import BLANK, NOW, Rig

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.account import Account

LOGIN = {"server": "https://pds.example", "identifier": "juniper.example", "app_password": "abcd-efgh-secret"}


def api(rig: Rig, **changes: object) -> Account:
    return rig.account(mode="api", **changes)


def stored(rig: Rig, account: Account) -> dict[str, str] | None:
    with rig.store.read() as tx:
        found = tx.vault.read(account.id)
    return dict(found.values) if found else None


# --- add --------------------------------------------------------------------------------------------------------------------------


def test_a_new_account_is_stored_with_its_own_id_and_time(rig: Rig) -> None:
    rig.clock.on(minutes=1)
    told = replace(
        BLANK, id="chosen", version=9, handle=" @juniper ", health="ok", archived=True, checked_at=NOW, health_note="x", mode="api"
    )
    account = rig.accounts.add(rig.alone(), told)
    assert rig.accounts.get(account.id) == account
    assert account == replace(BLANK, id=account.id, created_at=NOW + timedelta(minutes=1), mode="api", health="untested")
    assert account.id != "chosen"
    assert rig.actions(f"account:{account.id}") == ["account.add"]


def test_an_account_by_hand_needs_no_test(rig: Rig) -> None:
    assert rig.account().health == "ok"


@pytest.mark.clause("C43", "C49", "C50")
def test_a_personal_account_is_refused_with_the_reason_and_nothing_is_stored(rig: Rig) -> None:
    with pytest.raises(Invalid) as caught:
        rig.account(kind="personal")
    assert (caught.value.field, caught.value.sentence) == ("kind", PERSONAL_REFUSED)
    assert rig.accounts.all(archived=True) == ()


@pytest.mark.clause("C51")
def test_an_account_without_a_purpose_is_not_saved(rig: Rig) -> None:
    with pytest.raises(Invalid) as caught:
        rig.account(purpose=" ")
    assert caught.value.field == "purpose"
    assert rig.accounts.all() == ()


def test_the_same_account_is_here_once(rig: Rig) -> None:
    rig.account()
    with pytest.raises(Invalid) as caught:
        rig.account(handle=" @JUNIPER")
    assert (caught.value.field, caught.value.sentence) == (
        "handle",
        "@JUNIPER on bluesky is here already. Open it on the Accounts page.",
    )
    assert rig.account(platform="mastodon").handle == "@juniper"


@pytest.mark.parametrize(("platform", "mode", "field"), [("reddit", "api", "mode"), ("myspace", "hand", "platform")])
def test_what_a_platform_cannot_do_is_refused(rig: Rig, platform: str, mode: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        rig.account(platform=platform, mode=mode)
    assert caught.value.field == field


@pytest.mark.parametrize("role", ["reviewer", "author", "viewer"])
def test_only_who_may_connect_sets_up_accounts(rig: Rig, role: str) -> None:
    account = api(rig)
    other = rig.member("otto", role)  # type: ignore[arg-type]
    for act in (
        lambda: rig.accounts.add(other, BLANK),
        lambda: rig.accounts.update(other, account),
        lambda: rig.accounts.connect(other, account.id, LOGIN),
        lambda: rig.accounts.test(other, account.id),
        lambda: rig.accounts.switch_mode(other, account.id, "hand"),
        lambda: rig.accounts.archive(other, account.id),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert rig.accounts.get(account.id) == account


def test_every_platform_is_offered_with_what_it_can_do(rig: Rig) -> None:
    assert [info.name for info in rig.accounts.platforms()][:2] == ["bluesky", "mastodon"]


# --- update -----------------------------------------------------------------------------------------------------------------------


def test_a_change_is_stored_and_health_and_history_stay(rig: Rig) -> None:
    account = api(rig)
    rig.accounts.connect(rig.alone(), account.id, LOGIN)
    before = rig.accounts.get(account.id)
    told = replace(
        before, purpose="Other", handle=" @new ", health="flagged", health_note="x", archived=True, created_at=NOW - timedelta(days=9)
    )
    after = rig.accounts.update(rig.alone(), told)
    assert after == replace(before, purpose="Other", handle="@new", version=before.version + 1)
    assert rig.accounts.get(account.id) == after
    assert rig.actions(f"account:{account.id}") == ["account.add", "account.connect", "account.update"]


def test_a_change_passes_the_same_checks(rig: Rig) -> None:
    account, other = rig.account(), rig.account(handle="@other")
    for change, field in (
        ({"kind": "personal"}, "kind"),
        ({"platform": "mastodon"}, "platform"),
        ({"handle": "@OTHER "}, "handle"),
        ({"zone": "Denver"}, "zone"),
    ):
        with pytest.raises(Invalid) as caught:
            rig.accounts.update(rig.alone(), replace(account, **change))  # type: ignore[arg-type]
        assert caught.value.field == field
    assert rig.accounts.all() == (account, other)


def test_somebody_elses_change_is_not_overwritten(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    account = rig.account()
    rig.accounts.update(rig.alone(), replace(account, purpose="First"))
    with pytest.raises(Conflict, match="Reload it, then change it again"):
        rig.accounts.update(rig.alone(), replace(account, purpose="Second"))
    now = rig.accounts.get(account.id)
    monkeypatch.setattr(SqlAccounts, "swap", lambda *_: False)
    with pytest.raises(Conflict, match="Reload it, then change it again"):
        rig.accounts.update(rig.alone(), replace(now, purpose="Third"))
    with pytest.raises(Conflict, match="Reload it, then try again"):
        rig.accounts.archive(rig.alone(), account.id)
    assert rig.accounts.get(account.id).purpose == "First"


def test_the_mode_is_switched_and_the_login_is_kept(rig: Rig) -> None:
    account = api(rig)
    rig.accounts.connect(rig.alone(), account.id, LOGIN)
    by_hand = rig.accounts.switch_mode(rig.alone(), account.id, "hand")
    assert (by_hand.mode, by_hand.health, stored(rig, account)) == ("hand", "ok", LOGIN)
    back = rig.accounts.switch_mode(rig.alone(), account.id, "api")
    assert (back.mode, back.health) == ("api", "untested")


def test_a_platform_by_hand_stays_by_hand(rig: Rig) -> None:
    account = rig.account(platform="reddit")
    with pytest.raises(Invalid, match="can only be posted to by hand here"):
        rig.accounts.switch_mode(rig.alone(), account.id, "api")


# --- connect ----------------------------------------------------------------------------------------------------------------------


def test_a_login_that_works_is_stored_encrypted_and_noted(rig: Rig, tmp_path: Path) -> None:
    account = api(rig)
    ends = NOW + timedelta(days=60)
    rig.platforms.remote.auth = [AuthState(ok=True, handle="@juniper", expires_at=ends)]
    state = rig.accounts.connect(rig.alone(), account.id, {**LOGIN, "app_password": "  abcd-efgh-secret ", "note": "not asked for"})
    assert state.handle == "@juniper"
    assert stored(rig, account) == LOGIN
    after = rig.accounts.get(account.id)
    assert (after.health, after.health_note, after.expires_at, after.checked_at) == ("ok", "", ends, NOW)
    rig.store.close()
    assert b"abcd-efgh-secret" not in b"".join(file.read_bytes() for file in tmp_path.glob("planner.sqlite*"))
    with rig.store.read() as tx:
        event = tx.log.events(subject=f"account:{account.id}")[0]
    assert (event.action, dict(event.details)) == ("account.connect", {"as": "@juniper"})


def test_a_login_that_is_renewed_while_it_is_tried_is_stored_as_renewed(rig: Rig) -> None:
    account = api(rig)
    rig.platforms.remote.renewed = Credentials({**LOGIN, "refresh": "new"})
    rig.platforms.remote.auth = [AuthState(ok=True)]
    rig.accounts.connect(rig.alone(), account.id, LOGIN)
    assert stored(rig, account) == {**LOGIN, "refresh": "new"}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (AuthState(ok=False, needs_login="The app password is wrong."), "The app password is wrong. Nothing was stored."),
        (AuthState(ok=False), "no reason given. Nothing was stored."),
        (AuthExpired("The token is dead."), "The token is dead. Nothing was stored."),
        (Forbidden("A scope is missing."), "A scope is missing. Nothing was stored."),
        (OutOfCredit("No credit is left."), "No credit is left. Nothing was stored."),
    ],
)
def test_a_login_that_does_not_work_is_not_stored(rig: Rig, answer: object, said: str) -> None:
    account = api(rig)
    rig.platforms.remote.auth = [answer]
    with pytest.raises(Invalid) as caught:
        rig.accounts.connect(rig.alone(), account.id, LOGIN)
    assert (caught.value.field, caught.value.sentence) == (
        "credentials",
        f"@juniper (Bluesky) did not accept this login: {said}",
    )
    assert (stored(rig, account), rig.accounts.get(account.id)) == (None, account)


@pytest.mark.parametrize("fault", [Temporary("No answer."), Doubtful("No answer.")])
@pytest.mark.parametrize("where", ["call", "start"])
def test_a_platform_that_does_not_answer_changes_nothing(rig: Rig, fault: Exception, where: str) -> None:
    account = api(rig)
    if where == "call":
        rig.platforms.remote.auth = [fault]
    else:
        rig.platforms.refuses = fault
    with pytest.raises(NotReady) as caught:
        rig.accounts.connect(rig.alone(), account.id, LOGIN)
    assert caught.value.sentence == ("@juniper (Bluesky) could not be asked: No answer. Nothing was changed; try again in a minute.")
    assert (stored(rig, account), rig.accounts.get(account.id)) == (None, account)


def test_an_address_that_cannot_be_used_is_to_be_mended_not_tried_again(rig: Rig) -> None:
    account = api(rig)
    rig.platforms.refuses = Rejected("The server address must look like https://bsky.social.")
    with pytest.raises(Invalid) as caught:
        rig.accounts.connect(rig.alone(), account.id, LOGIN)
    assert caught.value.sentence == (
        "@juniper (Bluesky) cannot be asked with this login: The server address must look like https://bsky.social. Nothing was changed."
    )
    assert (stored(rig, account), rig.accounts.get(account.id)) == (None, account)


def test_a_new_login_that_does_not_work_leaves_the_old_one(rig: Rig) -> None:
    account = api(rig)
    rig.accounts.connect(rig.alone(), account.id, LOGIN)
    rig.platforms.remote.auth = [AuthState(ok=False)]
    with pytest.raises(Invalid):
        rig.accounts.connect(rig.alone(), account.id, {**LOGIN, "app_password": "wrong"})
    assert stored(rig, account) == LOGIN


def test_every_empty_field_is_named_and_nobody_is_asked(rig: Rig) -> None:
    account = api(rig)
    labels = {field.name: field.label for field in rig.platforms.info("bluesky").fields}
    with pytest.raises(Invalid) as caught:
        rig.accounts.connect(rig.alone(), account.id, {"server": "https://pds.example", "app_password": "  "})
    assert caught.value.sentence == (
        f"Still empty: {labels['identifier']}, {labels['app_password']}. The steps beside the form say where to find them."
    )
    assert rig.platforms.remote.seen == []


def test_an_account_by_hand_needs_no_login(rig: Rig) -> None:
    account = rig.account()
    with pytest.raises(NotReady, match="is posted by hand, so it needs no login"):
        rig.accounts.connect(rig.alone(), account.id, LOGIN)


def test_no_secret_stands_in_any_error_or_event(rig: Rig) -> None:
    account = api(rig)
    rig.platforms.remote.auth = [AuthState(ok=False), AuthState(ok=True)]
    with pytest.raises(Invalid) as caught:
        rig.accounts.connect(rig.alone(), account.id, LOGIN)
    rig.accounts.connect(rig.alone(), account.id, LOGIN)
    with rig.store.read() as tx:
        events = repr(tx.log.events())
    assert "secret" not in repr(caught.value) + caught.value.sentence + events + repr(rig.platforms.credentials)


# --- test -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "health", "note"),
    [
        (AuthState(ok=True), "ok", ""),
        (AuthState(ok=False, needs_login="Log in again."), "needs-login", "Log in again."),
        (AuthExpired("The token is dead."), "needs-login", "The token is dead."),
    ],
)
def test_a_test_notes_the_answer_on_the_account(rig: Rig, answer: object, health: str, note: str) -> None:
    account = api(rig)
    rig.accounts.connect(rig.alone(), account.id, LOGIN)
    rig.platforms.remote.auth = [answer]
    rig.clock.on(hours=1)
    state = rig.accounts.test(rig.alone(), account.id)
    after = rig.accounts.get(account.id)
    assert (state.ok, after.health, after.health_note, after.checked_at) == (health == "ok", health, note, NOW + timedelta(hours=1))
    assert rig.platforms.credentials[-1] == Credentials(LOGIN)


def test_what_the_server_says_of_itself_is_kept_in_place_of_what_it_said_before(rig: Rig) -> None:
    account = api(rig, settings={"server": "pds.example", "told.text_limit": "300", "told.rules": "Be kind."})
    rig.platforms.remote.auth = [AuthState(ok=True, told={"text_limit": "500"}), AuthState(ok=False, needs_login="Log in again.")]
    for connect in (True, False):
        if connect:
            rig.accounts.connect(rig.alone(), account.id, LOGIN)
        else:
            rig.accounts.test(rig.alone(), account.id)
        assert rig.accounts.get(account.id).settings == {"server": "pds.example", "told.text_limit": "500"}


def test_a_test_without_an_answer_changes_nothing(rig: Rig) -> None:
    account = api(rig)
    rig.accounts.connect(rig.alone(), account.id, LOGIN)
    before = rig.accounts.get(account.id)
    rig.platforms.remote.auth = [Temporary("No answer.")]
    with pytest.raises(NotReady):
        rig.accounts.test(rig.alone(), account.id)
    assert rig.accounts.get(account.id) == before


def test_without_a_login_there_is_nothing_to_test(rig: Rig) -> None:
    with pytest.raises(NotReady, match="has no login yet"):
        rig.accounts.test(rig.alone(), api(rig).id)
    assert rig.platforms.remote.seen == []


def test_an_account_by_hand_is_always_well(rig: Rig) -> None:
    account = rig.account()
    assert rig.accounts.test(rig.alone(), account.id).ok
    assert rig.accounts.get(account.id).health == "ok"


# --- archive ----------------------------------------------------------------------------------------------------------------------


def test_an_account_that_is_put_away_forgets_its_login(rig: Rig) -> None:
    account = api(rig)
    rig.accounts.connect(rig.alone(), account.id, LOGIN)
    after = rig.accounts.archive(rig.alone(), account.id)
    assert (after.archived, stored(rig, account)) == (True, None)
    assert (rig.accounts.all(), rig.accounts.all(archived=True)) == ((), (after,))
    assert rig.actions(f"account:{account.id}")[-1] == "account.archive"
    assert rig.account().handle == account.handle


@pytest.mark.parametrize("state", ["queued", "sending", "unconfirmed", "held"])
def test_an_account_with_posts_waiting_stays(rig: Rig, state: str) -> None:
    account = rig.account()
    item = rig.scheduled("Words", account)
    if state != "queued":
        rig.force(item, state)
    with pytest.raises(NotReady, match="still has 1 posts waiting"):
        rig.accounts.archive(rig.alone(), account.id)


def test_posts_of_another_account_do_not_matter(rig: Rig) -> None:
    rig.scheduled("Words", rig.account())
    assert rig.accounts.archive(rig.alone(), rig.account(handle="@two").id).archived


def test_what_is_not_there_is_missing(rig: Rig) -> None:
    with pytest.raises(Missing):
        rig.accounts.get("nothing")


# --- tokens -----------------------------------------------------------------------------------------------------------------------


def test_a_connectors_tokens_are_swapped_in_one_step(rig: Rig) -> None:
    account = api(rig)
    tokens = VaultTokens(rig.store, account.id)
    assert tokens.read() == Credentials({})
    rig.accounts.connect(rig.alone(), account.id, LOGIN)
    old, new = Credentials(LOGIN), Credentials({**LOGIN, "refresh": "r2"})
    assert tokens.read() == old
    assert tokens.swap(old, new)
    assert not tokens.swap(old, Credentials({"refresh": "r3"}))
    assert tokens.read() == new
