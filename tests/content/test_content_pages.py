"""The pages made from the content bank are up to date, and the scoring tool counts as it says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from planner.checklist.rules import load
from planner.domain.errors import SetupError
from planner.services import help_lines
from tools import evaluate, write_rules_page

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_rules_page_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert write_rules_page.main(["--check"]) == 0
    assert "up to date" in capsys.readouterr().out


def test_the_rules_page_is_written_and_outdated_ones_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(write_rules_page, "PAGE", tmp_path / "docs" / "rules.md")
    assert write_rules_page.main(["--check"]) == 1
    assert write_rules_page.main([]) == 0
    assert write_rules_page.main(["--check"]) == 0
    text = (tmp_path / "docs" / "rules.md").read_text(encoding="utf-8")
    assert all(rule.id in text for rule in load().rules)
    assert "out of date" in capsys.readouterr().out


def test_a_bank_that_cannot_be_read_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(_bank: Path) -> tuple[()]:
        raise SetupError("crisis_lines.toml: Samaritans cannot be read.")

    monkeypatch.setattr(help_lines, "lines", broken)
    assert write_rules_page.main([]) == 3
    assert capsys.readouterr().err == "rules.md was not written: crisis_lines.toml: Samaritans cannot be read.\n"


DRAFTS = [
    {"id": "1", "text": "We feed junkies.", "verdict": "revise", "findings": [{"rule": "tone.stigmatising-language", "quote": "junkies"}]},
    {"id": "2", "text": "Soup at noon.", "verdict": "pass", "findings": []},
    {
        "id": "3",
        "text": "Leave us a Google review, clients!",
        "verdict": "block",
        "findings": [{"rule": "boundaries.testimonial", "quote": "review"}],
    },
    {"id": "4", "text": "Nothing to see.", "verdict": "revise", "findings": [{"rule": "tone.hostile", "quote": "Nothing"}]},
    {
        "id": "5",
        "text": "My 15-year-old client cried.",
        "verdict": "block",
        "findings": [{"rule": "confidentiality.quasi-identifier", "quote": "15-year-old"}],
    },
]


def test_the_score_counts_recall_and_precision(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "drafts.jsonl"
    file.write_text("\n".join(json.dumps(draft) for draft in DRAFTS) + "\n\n", encoding="utf-8")
    assert evaluate.main([str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["figures"]["other_block_recall"] == 1.0
    assert told["figures"]["conf_caught"] == 1.0
    assert told["figures"]["clue_recall"] == 1.0
    assert told["figures"]["pass_flagged"] == 0.0
    assert told["rules"]["tone.hostile"] == {"labelled": 1, "fired": 0, "recall": 0.0, "precision": None}
    assert told["rules"]["boundaries.testimonial"]["recall"] == 1.0
    assert evaluate.main([str(file), "--misses", "3"]) == 0
    out = capsys.readouterr().out
    assert "missed tone.hostile: 4" in out
    assert "missed boundaries" not in out


def test_without_drafts_there_is_nothing_to_score(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evaluate, "SHIPPED", tmp_path)
    assert evaluate.main([]) == 1
    assert "No labelled drafts" in capsys.readouterr().err


def test_the_rules_page_tells_the_conditions_of_a_rule_and_of_its_examples() -> None:
    text = write_rules_page.PAGE.read_text(encoding="utf-8")
    assert (
        "\nOnly in: GB, IE, AU, NZ, ZA, IN.\n\nFlags, for example: “Struggling? Call 988.” (GB). Lets pass: “Struggling? Call 988.” (US).\n"
        in text
    )
    assert "\nOnly in texts of the kind: bio.\n" in text
    assert "“Reach me on WhatsApp.” (with a profile)" in text
