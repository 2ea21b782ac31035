"""A fitted word score per rule: how much a whole draft reads like those that reviewers sent back.

`content_bank/reads_like.tsv` is written by `tools/fit_wording.py`: a first line of JSON with rules, offsets and thresholds, then one
line per word or pair of words: how rare it is, and its weight for some rules. The score is the logistic of the offset plus the sum of
weight x rarity over the draft's words, divided by the length of the vector of rarities.
"""

from __future__ import annotations

import io
import itertools
import json
import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from planner.checklist.bank import BANK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TOKEN = re.compile(r"[^\W_][\w']*|[!?.,:;¶]")
_ENDINGS, _ROOT = ("ing", "ed", "es", "s", "ly", "'s"), 4
_TAG = re.compile(r"#\w+")
LEAST = 34
"""How many known features a text must have to be scored."""
_SCALE, _TENTH = 100, 10
_LANE = 64
_LOW, _SIGN = (1 << _LANE) - 1, 1 << _LANE - 1


class Lanes(dict[str, int]):
    """What a feature of the table adds, as one big number with 64-bit places: its squared rarity, then weight x rarity per rule.

    What texts ask for is kept.

    Sums of whole texts are then sums of such numbers; they are whole, so that no order of adding changes them.
    """

    def __init__(self, rows: Mapping[str, str]) -> None:
        """Keep the rows to be read."""
        self.rows = rows

    def __missing__(self, feature: str) -> int:
        """Read a row of the table.

        Raises:
            KeyError: the table has no such feature.
        """
        rare, cells = _numbers(self.rows[feature])
        found = self[feature] = rare * rare + sum(value * rare << _LANE * (index + 1) for index, value in cells)
        return found


@dataclass(frozen=True, slots=True)
class Fitted:
    """The table: offset and threshold per rule, and the row of every feature, read when a text first holds it and kept.

    `beside` holds the thresholds of some rules for drafts in which the confidentiality detector has seen a served person, `floors` the
    scores under which a whole draft speaks against a rule whose pattern has hit.
    """

    offsets: Mapping[str, float]
    thresholds: Mapping[str, float]
    rows: Mapping[str, str]
    beside: Mapping[str, float] = field(default_factory=dict)
    floors: Mapping[str, float] = field(default_factory=dict)
    lanes: Lanes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Begin to keep the rows that texts hold."""
        object.__setattr__(self, "lanes", Lanes(self.rows))

    def row(self, feature: str) -> tuple[float, dict[str, float]]:
        """Return how rare a feature of the table is, and its weights by rule."""
        rules = tuple(self.offsets)
        rare, cells = _numbers(self.rows[feature])
        return rare / _SCALE, {rules[index]: value / _TENTH for index, value in cells}


def _numbers(row: str) -> tuple[int, list[tuple[int, int]]]:
    """Return the rarity (in hundredths) of a row and its weights (in tenths) by the number of the rule."""
    rare, *cells = row.split()
    return int(rare), [(int(index), int(value)) for index, _, value in (cell.partition(":") for cell in cells)]


def plain(masked: str) -> str:
    """Return the masked view without hashtags: what is appended to a post says nothing about it."""
    return _TAG.sub(" ", masked)


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """Return a word without its ending, if at least four letters remain."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _ROOT:
            return word[: -len(ending)]
    return word


def features(text: str) -> set[str]:
    """Return the stems of a text in lower case (a line break is a word, ¶), the pairs of neighbors, and the pairs with one word between."""
    words = [_stem(word) for word in _TOKEN.findall(text.lower().replace("\n", "¶"))]
    found = {*words, *map(" ".join, itertools.pairwise(words))}
    found.update(map(" _ ".join, zip(words, words[2:], strict=False)))
    return found


def scores(text: str, table: Fitted) -> dict[str, float]:
    """Return per rule how likely a reviewer would name it, between 0 and 1; 0 for a text of too few known words."""
    known = table.rows.keys() & features(text)
    if len(known) < LEAST:
        return dict.fromkeys(table.offsets, 0.0)
    squares, *sums = _parted(sum(map(table.lanes.__getitem__, known)), len(table.offsets) + 1)
    length = math.sqrt(squares) * _TENTH or 1.0
    return {rule: 1 / (1 + math.exp(-(offset + worth / length))) for (rule, offset), worth in zip(table.offsets.items(), sums, strict=True)}


def _parted(lanes: int, count: int) -> list[int]:
    """Return the signed numbers of the first `count` places, the lowest first."""
    found = []
    for _ in range(count):
        lane = lanes & _LOW
        lane -= (lane & _SIGN) << 1
        found.append(lane)
        lanes = (lanes - lane) >> _LANE
    return found


def speaks_for(text: str, rule: str, table: Fitted) -> list[tuple[float, str]]:
    """Return the features of the text that speak for a rule with what they add, the strongest first."""
    weighed = [
        (rare * weights.get(rule, 0.0), feature)
        for feature in features(text)
        if feature in table.rows
        for rare, weights in [table.row(feature)]
    ]
    return sorted(((worth, feature) for worth, feature in weighed if worth > 0), reverse=True)


def parsed(text: str) -> Fitted:
    """Return the table of a file's text."""
    return _table(io.StringIO(text))


def _table(lines: Iterator[str]) -> Fitted:
    """Read a table line by line: the whole text beside it would be the largest thing that a first check holds."""
    head = json.loads(next(lines))
    rules: list[str] = head["rules"]
    rows = {feature: row for feature, _, row in map(str.partition, lines, itertools.repeat("\t"))}
    offsets, thresholds = (dict(zip(rules, head[name], strict=True)) for name in ("offsets", "thresholds"))
    return Fitted(offsets, thresholds, rows, head.get("beside", {}), head.get("floors", {}))


@lru_cache(maxsize=1)
def fitted() -> Fitted:
    """Return the shipped table, read once."""
    with (BANK / "reads_like.tsv").open(encoding="utf-8", newline="\n") as lines:
        return _table(lines)
