"""The house as it is wired: fingerprints are keyed by the installation, and the ledger reaches the next check."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography.fernet import Fernet

from planner import adapters, bootstrap
from planner.checklist.report import Draft, LedgerEntry, Profile
from planner.domain.errors import SetupError
from planner.domain.post import Content
from planner.settings import Settings
from tests.unit.services.rig import BLANK, Time

if TYPE_CHECKING:
    from pathlib import Path

    from planner.services.house import Planner

TEXT = "I'm in court tomorrow for one of my families."


def house(folder: Path, key: str) -> Planner:
    return bootstrap.build(Settings.from_env({"PLANNER_DATA_DIR": str(folder), "PLANNER_KEY": key}), Time())


def fingerprints(planner: Planner) -> list[str]:
    account = planner.accounts.add(planner.workspace.actor(), BLANK)
    post = planner.composer.new(planner.workspace.actor(), (account.id,), Content(text=TEXT))
    found = [item.finding.fingerprint for item in planner.composer.check(post.id)[0].findings]
    assert found == [finding.fingerprint for finding in planner.composer.check_text(TEXT, account.id).findings]
    return found


def test_a_fingerprint_in_the_log_cannot_be_guessed_without_the_installations_key(tmp_path: Path) -> None:
    one, two = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    first, second, again = (fingerprints(house(tmp_path / name, key)) for name, key in (("a", one), ("b", two), ("c", one)))
    assert first
    assert first == again
    assert not set(first) & set(second)


@pytest.mark.clause("C14")
def test_what_a_scheduled_post_told_is_in_the_next_drafts_ledger(tmp_path: Path) -> None:
    planner = house(tmp_path, Fernet.generate_key().decode())
    actor = planner.workspace.actor()
    account = planner.accounts.add(actor, BLANK)
    post = planner.composer.new(actor, (account.id,), Content(text=TEXT))
    with planner.store.write() as tx:
        gate = bootstrap.Gate(planner.checker, planner.platforms)
        gate.remember(tx, post, account, planner.clock.now())
        kept = tx.ledgers.entries(account.id)
    assert {entry.post_id for entry in kept} == {post.id}
    assert "live" in {entry.kind for entry in kept}


def test_the_same_question_is_answered_from_memory_and_any_other_one_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Time()
    planner = bootstrap.build(Settings.from_env({"PLANNER_DATA_DIR": str(tmp_path)}), clock)
    draft, entry = Draft("1", TEXT), LedgerEntry("p0", "2026-03-02", "p0", "place", "d", "in Livingston")
    check = planner.checker.check
    first = check(draft)
    assert check(draft) is first
    assert check(draft, profile=Profile()) is first
    for other in (
        check(replace(draft, text=TEXT + " ")),
        check(replace(draft, country="GB")),
        check(draft, profile=Profile(town="Livingston")),
        check(draft, profile=Profile(raised={"tone.hostile": "block"})),
        check(draft, ledger=(entry,)),
    ):
        assert other is not first
    clock.on(days=1)
    assert check(draft) is not first
    monkeypatch.setattr(adapters, "_KEPT", 1)
    second = check(replace(draft, id="2"))
    assert check(replace(draft, id="2")) is second
    assert check(draft) == check(draft)


def test_a_shared_limit_of_an_unknown_platform_stops_the_start(tmp_path: Path) -> None:
    env = {"PLANNER_DATA_DIR": str(tmp_path), "PLANNER_KEY": Fernet.generate_key().decode(), "PLANNER_SHARED_LIMITS": "tiwtter=5/60"}
    with pytest.raises(SetupError, match="names tiwtter, which is no platform"):
        bootstrap.build(Settings.from_env(env), Time())
