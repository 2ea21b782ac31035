"""The circumstances that drafts and rules may name are those that accounts and posts can have."""

from __future__ import annotations

from typing import get_args

from connectors import registry
from planner.checklist import circumstances
from planner.checklist.bank import BANK, lexicon
from planner.domain import account, post
from planner.services import help_lines


def test_every_account_can_be_told_to_the_checklist() -> None:
    assert set(registry.names()) <= set(circumstances.platforms())
    assert circumstances.org_types() == account.ORG_TYPES
    assert circumstances.AUTHORS == account.AUTHORS
    assert circumstances.post_types() == get_args(post.PostType)


def test_every_country_of_the_bank_is_known_by_code_and_name() -> None:
    told = help_lines.countries(BANK)
    assert [circumstances.country_of(one.code) for one in told] == [one.code for one in told]
    nations = [one for one in told if "-" not in one.code]
    assert [circumstances.country_of(one.name) for one in nations] == [one.code for one in nations]


def test_other_names_lead_to_what_is_listed() -> None:
    listed = lexicon("circumstances")
    assert set(listed["platform_names"].values()) <= set(circumstances.platforms())
    assert all(circumstances.is_code(code) for code in listed["country_names"].values())
    assert len(listed["countries"]) == 249
