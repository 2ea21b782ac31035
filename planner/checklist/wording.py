"""A fitted word score per rule: how much a whole draft reads like those that reviewers sent back.

`content_bank/reads_like.z` is written by `tools/fit_wording.py`: a first line of JSON with rules, offsets and thresholds, then one row per
word or pair of words: how rare it is, and its weight for each rule. The score is the logistic of the offset plus the sum of weight x rarity
over the draft's words, divided by the length of the vector of rarities. A last weight, fitted by `tools/fit_subject.py`, tells how much the
words speak for one particular served person; it is a sign of the confidentiality detector.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from planner.checklist.bank import BANK, lexicon
from planner.checklist.fitted_rows import LANE, LOW, SIGN, Rows, even, parted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_TOKEN = re.compile(r"[^\W_][\w']*|[!?.,:;¶]")
_ENDINGS, _ROOT = ("ing", "ed", "es", "s", "ly", "'s"), 4
_TAG = re.compile(r"#\w+")
LEAST = 20
"""How many known features a text must have to be scored: on unseen authors a dozen words are told as well as a long post."""
_DIGITS = frozenset("0123456789")
_CLOCK, _NTH = re.compile(r"\d{1,2}(?:am|pm|ish)"), re.compile(r"\d{1,2}(?:st|nd|rd|th)")
_LONGEST_NUMBER = 4
_CAPITAL = "#cap"
_OPENERS = frozenset(".!?:¶")
_SELF = frozenset({"i", "i'm", "i've", "i'll", "i'd"})
SCALE, _TENTH = 100, 10
_NEARER = 0.4
_KEPT = 100
"""So many passages of the latest texts are kept."""
_OF_THE_WHOLE = frozenset({"safety.missing-crisis-resource", "advocacy.vague-ask", "advocacy.too-many-asks"})
"""Rules about what a draft lacks, or has too much of: no passage by itself tells that."""
TABLE = BANK / "reads_like.z"


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """The table: offset and threshold per rule, and the row of every feature.

    `beside` holds the thresholds of some rules for drafts in which the confidentiality detector has seen a served person, `floors` the
    scores under which a whole draft speaks against a rule whose pattern has hit, `doubts` the scores under which a side rule's pattern
    needs somebody to be seen beside it, and adds nothing there. `kept` holds what passages of the latest texts add.
    """

    offsets: Mapping[str, float]
    thresholds: Mapping[str, float]
    rows: Rows
    beside: Mapping[str, float] = field(default_factory=dict)
    floors: Mapping[str, float] = field(default_factory=dict)
    doubts: Mapping[str, float] = field(default_factory=dict)
    kept: dict[str, _Added] = field(default_factory=dict, repr=False)

    def row(self, feature: str) -> tuple[float, dict[str, float]]:
        """Return how rare a feature of the table is, and its weights by rule; raise KeyError for any other."""
        squared, *weighed = parted(self.rows.of({feature})[feature], len(self.offsets) + 1)
        rare = math.isqrt(squared)
        return rare / SCALE, {rule: value // rare / _TENTH for rule, value in zip(self.offsets, weighed, strict=True) if value}

    def numbers(self, features: set[str]) -> list[int]:
        """Return what each of those of the features that the table has adds, in no order."""
        return list(self.rows.of(features).values())

    def speaking(self, numbers: Iterable[int], rule: str) -> list[float]:
        """Return what each of the numbers adds for a rule, 0 for those that speak against it or not at all."""
        lifted, found = even(len(self.offsets) + 1), []
        down = LANE * (list(self.offsets).index(rule) + 1)
        for whole in numbers:
            worth = ((whole + lifted) >> down & LOW) - SIGN
            rare = math.isqrt(whole & LOW) if worth > 0 else 1
            found.append(rare / SCALE * (worth // rare / _TENTH) if worth > 0 else 0.0)
        return found


def plain(masked: str) -> str:
    """Return the masked view without hashtags, and without the blanks and breaks around it: neither what is appended nor markup says anything."""
    return _TAG.sub(" ", masked).strip()


def _stem(word: str) -> str:
    """Return a word without its ending, if at least four letters remain."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _ROOT:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    """Return the kind of every listed word."""
    return {word: f"#{name}" for name, words in lexicon("word_kinds")["kinds"].items() for word in words.split()}


def _kind(token: str) -> str:
    """Return the kind of a word within a sentence: a number by its digits, a time, a listed kind, or a capitalized word; else nothing."""
    low = token.lower()
    if low[0] in _DIGITS:
        digits = len(low) - len(low.lstrip("0123456789"))
        return "#time" if _CLOCK.fullmatch(low) else "#nth" if _NTH.fullmatch(low) else f"#n{min(digits, _LONGEST_NUMBER)}"
    listed = _kinds().get(low, "")
    capital = not listed and token[0].isupper() and low not in _SELF and (len(token) == 1 or not token.isupper())
    return _CAPITAL if capital else listed


@lru_cache(maxsize=8192)
def _read(token: str) -> tuple[str, str]:
    """Return the stem and the kind of a word."""
    return _stem(token.lower()), _kind(token)


class _Features(NamedTuple):
    """The tokens of a text, and rows of the features that begin at each of them, empty where there are none.

    A row's number is how many tokens further a feature of it reaches. `capitals` are the tokens that count as capitalized because of what
    stands before them.
    """

    tokens: list[str]
    rows: tuple[tuple[int, list[str]], ...]
    capitals: frozenset[int]

    def between(self, first: int, last: int) -> set[str]:
        """Return the features of a range of tokens."""
        found = set().union(*(row[first : max(first, last - reach)] for reach, row in self.rows))
        found.discard("")
        return found


def _tokens(text: str) -> list[str]:
    """Return the words and signs of a text; a line break is a word, ¶."""
    return _TOKEN.findall(text.replace("\n", "¶"))


def _features(text: str) -> _Features:
    """Return the stems of a text in lower case, the pairs of neighbors, and the pairs with one word between.

    Words of a kind (numbers, times, names, kin ...) and the pairs around them are told once more with the kind in the word's place.
    """
    tokens = _tokens(text)
    read = list(map(_read, tokens))
    words = list(map(itemgetter(0), read))
    size = len(words)
    marked = [at for at, (_, kind) in enumerate(read) if kind and not (kind == _CAPITAL and (not at or tokens[at - 1] in _OPENERS))]
    told, kinds = words.copy(), [""] * size
    for at in marked:
        told[at] = kinds[at] = read[at][1]
    rows = [(0, words), (0, kinds)]
    for far, between in ((1, " "), (2, " _ ")):
        pairs = [""] * size
        for at in {at for mark in marked for at in (mark - far, mark) if 0 <= at < size - far}:
            pairs[at] = told[at] + between + told[at + far]
        rows += [(far, list(map(between.join, zip(words, words[far:], strict=False)))), (far, pairs)]
    return _Features(tokens, tuple(rows), frozenset(at for at in marked if kinds[at] == _CAPITAL))


def features(text: str) -> set[str]:
    """Return the features of a text."""
    read = _features(text)
    return read.between(0, len(read.tokens))


def scores(text: str, table: Fitted, passages: Sequence[str] = ()) -> dict[str, float]:
    """Return per rule how likely a reviewer would name it, between 0 and 1; 0 for a text of too few known words.

    A long text is taken part of the way for what that of its `passages` is that reads most like the rule: one sentence drowns among thirty.
    """
    whole = _logits(_whole(text, table).added, table)
    if whole is None:
        return dict.fromkeys(table.offsets, 0.0)
    parts = [part for part in (_logits(one, table) for one in _parts(text, passages, table)) if part is not None]
    best = list(map(max, zip(*parts, strict=True))) if parts else whole
    found = {}
    for rule, one, most in zip(table.offsets, whole, best, strict=True):
        logit = one if rule in _OF_THE_WHOLE else one + _NEARER * max(0.0, most - one)
        found[rule] = 1 / (1 + math.exp(-logit))
    return found


def _logits(added: _Added, table: Fitted) -> list[float] | None:
    """Return the logit of every rule, or None for a text of too few known words."""
    worths = zip(table.offsets.values(), added.sums, strict=False)  # the last one is no rule's
    return [offset + worth / added.length for offset, worth in worths] if added.known >= LEAST else None


def of_one_person(text: str, table: Fitted) -> float:
    """Return how much the words of a text speak for one particular served person (above 0) or against it; 0 where none is known."""
    return _whole(text, table).added.person


def parts_of_one_person(text: str, passages: Sequence[str], table: Fitted) -> list[float]:
    """Return the same of each of the passages of a text."""
    return [added.person for added in _parts(text, passages, table)]


class _Added(NamedTuple):
    """How many features of a text are known, the length of their rarities, and what they add for each rule and for the detector."""

    known: int
    length: float
    sums: list[int]

    @property
    def person(self) -> float:
        """What they add for the detector over their length."""
        return self.sums[-1] / self.length


class _Whole(NamedTuple):
    """A text's features, the numbers of those that are known, and what they add."""

    features: _Features
    numbers: Mapping[str, int]
    added: _Added


@lru_cache(maxsize=4)
def _whole(text: str, table: Fitted) -> _Whole:
    """Return what the features of a text add; the detector and the rules read the same text one after the other."""
    read = _features(text)
    numbers = table.rows.of(read.between(0, len(read.tokens)))
    return _Whole(read, numbers, _summed(numbers.values(), table))


def _parts(text: str, passages: Sequence[str], table: Fitted) -> list[_Added]:
    """Return what the features of each passage of a text add; of a text that has been edited, most passages are known already."""
    if len(table.kept) > _KEPT:
        table.kept.clear()
    new = [passage for passage in passages if passage not in table.kept]
    table.kept.update(zip(new, _new_parts(text, new, table), strict=True))
    return [table.kept[passage] for passage in passages]


def _new_parts(text: str, passages: Iterable[str], table: Fitted) -> Iterator[_Added]:
    """Yield what the features of each passage of a text add.

    A passage whose tokens stand in a row in the text has the features that begin there, unless its first word is capitalized because of
    what stands before it; any other one is read by itself.
    """
    (tokens, _, capitals), numbers, _ = whole = _whole(text, table)
    at = 0
    for passage in passages:
        own = _tokens(passage)
        first = tokens.index(own[0], at) if own and own[0] in tokens[at:] else at
        last = first + len(own)
        if tokens[first:last] == own and first not in capitals:
            at = last
            yield _summed(filter(None, map(numbers.get, whole.features.between(first, last))), table)
        else:
            yield _summed(table.numbers(features(passage)), table)


def _summed(numbers: Iterable[int], table: Fitted) -> _Added:
    """Return what features of these numbers add together."""
    told = list(numbers)
    squares, *sums = parted(sum(told), len(table.offsets) + 2)
    return _Added(len(told), math.sqrt(squares) * _TENTH or 1.0, sums)


def speaks_for(text: str, rule: str, table: Fitted) -> list[tuple[float, str]]:
    """Return the features of the text that speak for a rule with what they add, the strongest first."""
    known = table.rows.of(features(text))
    return sorted(((worth, one) for worth, one in zip(table.speaking(known.values(), rule), known, strict=True) if worth > 0), reverse=True)


def parsed(told: bytes) -> Fitted:
    """Return the table of a file's unpacked bytes."""
    first, _, rows = told.partition(b"\n")
    head = json.loads(first)
    rules: list[str] = head["rules"]
    offsets, thresholds = (dict(zip(rules, head[name], strict=True)) for name in ("offsets", "thresholds"))
    return Fitted(offsets, thresholds, Rows(rows, len(rules) + 1), *(head.get(name, {}) for name in ("beside", "floors", "doubts")))


@lru_cache(maxsize=1)
def fitted() -> Fitted:
    """Return the shipped table, read once."""
    return parsed(zlib.decompress(TABLE.read_bytes()))
