"""Properties that hold for any text."""

from __future__ import annotations

import json
import math
from pathlib import Path
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.checklist.confidentiality import anonymity, examine, personal_details
from planner.checklist.report import Draft
from planner.checklist.text import views

STORY = "My client told me today that she left her husband on Tuesday, after eleven years. She cried in my office."
CONTRAST = [json.loads(line) for line in (Path(__file__).parent / "contrast.jsonl").read_text(encoding="utf-8").splitlines()]


def found(text: str) -> list[tuple[str, str, str]]:
    """Rule, level and the words meant, with curly quotes made plain."""
    result = examine(Draft(id="1", text=text), views(text), None, None)
    plain = text.replace("\u2019", "'").replace("\u00a0", " ").replace("\u200b", "")
    assert len(plain) <= len(text)
    return [
        (one.rule, one.level, text[one.start : one.end].replace("\u2019", "'").replace("\u00a0", " ").replace("\u200b", ""))
        for one in result.candidates
    ]


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_spans_inside_it_and_the_same_twice(text: str) -> None:
    draft = Draft(id="1", text=text)
    first = examine(draft, views(text), None, None)
    assert first == examine(draft, views(text), None, None)
    assert all(0 <= one.start <= one.end <= len(text) for one in first.candidates)
    assert all(0 <= start < end <= len(text) for start, end, _ in personal_details(text))


@given(st.sampled_from([row["text"] for row in CONTRAST]), st.sampled_from(["\u2019", "\u00a0", "\u200b"]))
@settings(max_examples=40, deadline=None)
def test_findings_do_not_hang_on_typography(text: str, mark: str) -> None:
    plain = text.replace("\u2019", "'")
    changed = {
        "\u2019": plain.replace("'", "\u2019"),
        "\u00a0": plain.replace(" ", "\u00a0", 3),
        "\u200b": plain.replace(" ", " \u200b", 2),
    }[mark]
    assert found(changed) == found(plain)


@given(st.floats(10, 1e6), st.lists(st.tuples(st.floats(0.001, 1), st.floats(0, 1.5)), max_size=5))
@settings(max_examples=200, deadline=None)
def test_an_estimate_keeps_its_order_and_its_bound(base: float, shares: list[tuple[float, float]]) -> None:
    facts = tuple(anonymity.Fact(str(at), share, spread) for at, (share, spread) in enumerate(shares))
    one = anonymity.estimate(base, facts)
    assert 0 <= one.low <= one.high <= base * min((share for share, _ in shares), default=1.0) * (1 + 1e-9)
    assert math.isclose(one.k, base * math.prod(share for share, _ in shares), rel_tol=1e-9)
    assert 0 < one.chance <= 1


@pytest.mark.parametrize("breach", [True, False])
def test_the_contrasting_pairs_are_told_apart(breach: bool) -> None:
    rows = [row for row in CONTRAST if row["breach"] is breach]
    caught = sum(any(level in {"ask", "block"} for _, level, _ in found(row["text"])) for row in rows) / len(rows)
    assert caught >= 0.9 if breach else caught <= 0.1


def test_a_story_is_held_after_every_dressing() -> None:
    for text in (STORY, STORY.replace("'", "\u2019"), STORY + " #therapistlife", STORY + " https://mill.example", "\u200b" + STORY):
        assert ("confidentiality.client-reference", "block") in {(rule, level) for rule, level, _ in found(text)}


def test_the_slices_of_the_normal_distribution_are_those_of_the_standard_library() -> None:
    normal = NormalDist()
    assert pytest.approx([normal.inv_cdf((step + 0.5) / 41) for step in range(41)], abs=1e-12) == list(anonymity._QUANTILES)
