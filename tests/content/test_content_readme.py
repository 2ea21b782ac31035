"""What content_bank/README.md tells a reviewer works to the letter: its rule loads, speaks, and passes its own examples."""

from __future__ import annotations

import re
import shutil
import tomllib
from typing import TYPE_CHECKING

import pytest

from planner.__main__ import main
from planner.checklist.bank import BANK
from planner.checklist.check import check
from planner.checklist.examples import disagreements
from planner.checklist.report import Draft
from planner.checklist.rulefile import _KNOWN
from planner.checklist.rules import InvalidRules, load

if TYPE_CHECKING:
    from pathlib import Path

README = (BANK / "README.md").read_text(encoding="utf-8")
FIRST, EVERY, HOUSE = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)


def bank(folder: Path, rule: str) -> Path:
    shutil.copytree(BANK / "rules", folder / "rules")
    shutil.copy(BANK / "sources.toml", folder)
    with (folder / "rules" / "tone.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + rule)
    return folder


@pytest.mark.feature("Remaining families")
def test_the_first_rule_of_the_readme_works_as_it_stands(tmp_path: Path) -> None:
    packs = load(bank=bank(tmp_path, FIRST))
    assert len(packs.rules) == len(load().rules) + 1
    assert disagreements(packs) == ()
    found = check(Draft("d", "Just a cry for attention again."), packs=packs).findings
    assert [(one.variant, one.quote) for one in found] == [("cry-for-attention", "cry for attention")]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("review_after = 2027-11-26", 'review_after = "next year"', "write review_after = 2026-01-31 without quotes"),
        ("'\\b(?:cry", "'\\b((?:cry", "is no regular expression (missing ), unterminated subpattern at position 2): mend it at that place"),
        ('flags = ["Just', "flags = [Just", "tone.toml: it is no TOML (Invalid value (at line"),
        ("question =", "questoin =", "the key 'questoin' is unknown (did you mean 'question'?)"),
        ('source = "nasw-code-2021"', 'source = "nasw-code"', "(did you mean 'nasw-code-2021'?)"),
        ('variant = "cry-for-attention"', 'variant = "casual"', "with the variant 'casual' stands twice"),
    ],
)
def test_each_slip_of_the_pen_is_told_with_its_mend(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    assert right in FIRST
    with pytest.raises(InvalidRules) as caught:
        load(bank=bank(tmp_path, FIRST.replace(right, wrong)))
    assert said in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_an_example_that_disagrees_is_named(tmp_path: Path) -> None:
    packs = load(bank=bank(tmp_path, FIRST.replace("It is not a cry", "What a cry")))
    (fault,) = disagreements(packs)
    assert fault.startswith("tone.toml, tone.stigmatising-language (cry-for-attention): the example 'What a cry for attention.' must pass")
    assert fault.endswith("but is flagged: mend the rule or the example")


def test_the_readme_lists_every_key_that_a_rule_may_have() -> None:
    (rule,) = tomllib.loads(EVERY)["rule"]
    told = set(rule) | set(re.findall(r"\b([a-z_]+)\b", EVERY))
    assert _KNOWN - told == set()


def test_the_house_rule_of_the_readme_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "house.toml").write_text(HOUSE, encoding="utf-8")
    (tmp_path / "draft.txt").write_text("Come to Casa Verde on Friday.", encoding="utf-8")
    assert main(["check", str(tmp_path / "draft.txt"), "--rules", str(tmp_path)]) == 1
    assert "The house has closed; write Casa Azul." in capsys.readouterr().out
