"""The rule file's own examples, held against the detector."""

from __future__ import annotations

import tomllib

import pytest

from planner.checklist.bank import BANK
from planner.checklist.confidentiality import examine
from planner.checklist.report import Draft
from planner.checklist.text import views

RULES = tomllib.loads((BANK / "rules" / "confidentiality.toml").read_text(encoding="utf-8"))["rule"]
ALONE = [rule for rule in RULES if rule["id"] != "confidentiality.mosaic"]


def fired(text: str) -> set[str]:
    return {one.rule for one in examine(Draft(id="1", text=text), views(text), None, None).candidates}


@pytest.mark.parametrize(("rule", "text"), sorted({(rule["id"], text) for rule in ALONE for text in rule["flags"]}))
def test_an_example_that_must_flag_does(rule: str, text: str) -> None:
    assert rule in fired(text)


@pytest.mark.parametrize("text", sorted({text for rule in RULES for text in rule["passes"]}))
def test_an_example_that_must_pass_does(text: str) -> None:
    assert fired(text) == set()


def test_every_clue_kind_has_its_own_words() -> None:
    kinds = {row["kind"] for row in tomllib.loads((BANK / "lexicons" / "clues.toml").read_text(encoding="utf-8"))["clue"]}
    assert kinds == {rule["variant"] for rule in RULES if rule["id"].endswith("quasi-identifier") and "variant" in rule}
