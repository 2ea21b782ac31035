"""A small run of the fuzzer in every suite; the long one is `make fuzz`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tools import fuzz

if TYPE_CHECKING:
    import pytest

DRAFTS = [json.loads(line)["text"] for line in (fuzz.SHIPPED / "written-1.jsonl").read_text(encoding="utf-8").splitlines()]


def test_forty_made_up_texts_crash_nothing() -> None:
    crashed, _ = fuzz.run(DRAFTS, 40, 7)
    assert crashed == []


def test_the_same_seed_makes_the_same_texts_and_none_is_too_long() -> None:
    first = list(fuzz.texts(DRAFTS, 200, 3))
    assert first == list(fuzz.texts(DRAFTS, 200, 3))
    assert first != list(fuzz.texts(DRAFTS, 200, 4))
    assert max(map(len, first)) <= fuzz.LONGEST


def test_a_crash_and_a_slow_text_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def timed(text: str) -> float:
        if "a" in text:
            raise ValueError(text)
        return 1.0

    monkeypatch.setattr(fuzz, "seconds", timed)
    crashed, slow = fuzz.run(["a b", "c d"], 30, 1)
    assert crashed
    assert all(line.startswith("ValueError: ") for line in crashed)
    assert slow
    assert {took for took, _ in slow} == {1.0}
