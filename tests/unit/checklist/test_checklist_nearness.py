"""A word score about somebody asks whether readers can tell who it is."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest

from planner.checklist.bank import BANK
from planner.checklist.fitted_rows import packed
from planner.checklist.report import Candidate, Draft, Examination
from planner.checklist.rules import load
from planner.checklist.runner import run
from planner.checklist.text import views
from planner.checklist.wording import fitted, parsed

RELATION = "confidentiality.relationship-disclosure"


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.checklist.wording.LEAST", 1)


def _fitted(monkeypatch: pytest.MonkeyPatch, weights: dict[str, int], **head: Any) -> None:
    first = {**json.loads(zlib.decompress((BANK / "reads_like.z").read_bytes()).partition(b"\n")[0]), **head}
    row = ("garden", 100, {first["rules"].index(rule): weight for rule, weight in weights.items()})
    table = parsed(json.dumps(first).encode() + b"\n" + packed((row,), len(first["rules"]) + 1))
    monkeypatch.setattr("planner.checklist.wording.fitted", lambda: table)


@pytest.mark.parametrize(
    ("offset", "text", "named", "expected"),
    [
        (-0.4, "The garden is open and your chair is here.", True, True),  # .40: named and spoken to
        (-0.4, "The garden is open and the chair is here.", True, False),  # .40: named alone asks for .50
        (0.4, "The garden is open and the chair is here.", True, True),  # .60
        (0.2, "The garden is open and your chair is here.", False, False),  # .55: spoken to alone asks for .60
        (0.6, "The garden is open and your chair is here.", False, True),  # .65
        (1.2, "The garden is open and the chair is here.", False, False),  # .77: nobody whom readers can tell asks for .80
        (1.6, "The garden is open and the chair is here.", False, True),  # .83
    ],
)
def test_a_relation_is_told_of_somebody_whom_readers_can_tell(
    monkeypatch: pytest.MonkeyPatch,
    offset: float,
    text: str,
    named: bool,
    expected: bool,
) -> None:
    offsets = dict.fromkeys(fitted().offsets, -9.0) | {RELATION: offset}
    _fitted(monkeypatch, {RELATION: 0}, offsets=list(offsets.values()), beside={RELATION: 0.5})
    seen = [Candidate("confidentiality.client-reference", "", "ask", 0, 3)]
    seen += [Candidate("confidentiality.direct-identifier", "name", "ask", 4, 10)] if named else []
    report = run(Draft("d", text), views(text), Examination(candidates=tuple(seen)), packs=load())
    assert (RELATION in {finding.rule for finding in report.findings}) == expected
