"""The topics of a draft, from the word lists of `lexicons/topics.toml`; a topic alone never makes a finding."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from planner.checklist.bank import lexicon
from planner.checklist.patterns import compiled, expand


class Topic(NamedTuple):
    """A topic's patterns (any makes it present) and the question that it may raise."""

    name: str
    match: tuple[str, ...]
    question: str
    asks_when: tuple[str, ...]


@lru_cache(maxsize=1)
def every() -> tuple[Topic, ...]:
    """Return all topics in the order of the file."""
    return tuple(
        Topic(name, tuple(row.get("match", ())), row.get("question", ""), tuple(row.get("asks_when", ())))
        for name, row in lexicon("topics").items()
        if isinstance(row, dict)
    )


@lru_cache(maxsize=256)
def matcher(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return one case-blind pattern for any of `patterns`."""
    return compiled("|".join(patterns), ignore_case=True) if patterns else re.compile(expand(r"\Zx"))
