"""The house as it is wired: fingerprints are keyed by the installation, and the ledger reaches the next check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.fernet import Fernet

from planner import bootstrap
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
