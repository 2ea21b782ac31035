"""Plug-in that tells when a draft, or a part of it, is written in another language than English: by frequent words and by script."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from planner.checklist.bank import english, lexicon
from planner.checklist.late import Late
from planner.checklist.report import Candidate
from planner.checklist.text import views

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from planner.checklist.reading import Reading
    from planner.checklist.rule import Rule

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_LETTERS_OF_WORD = re.compile(r"[^\W\d_]+")
_TAG = re.compile(r"#\w+")
_RANGE = re.compile(r"\\u(\w{4})-\\u(\w{4})")
_LATIN = "\u036f"
"""The last sign before the letters of other scripts."""
_OTHER_LETTERS = Late("[\u0370-\u1dbf\u1f00-\u1fff\u2c00-\u2dff\u3040-\ud7ff\uf900-\ufaff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Letters of other scripts than Latin; punctuation, signs and emoji are none."""
_NEW_SENTENCE = re.compile(r"""(?:^|[.!?:\n\u00bf\u00a1])[\s"'(*\u2022-]*\Z""")
_LOOK_BACK = 8
_GAP = "\n\n"
_SOME, _ENOUGH = 2, 3
"""So many different frequent words of a language make a look worth while, and a part of a draft."""
_SURE, _LONG = 3.5, 8
"""What the words of a part have to weigh, and how many they have to be."""
_SURE_OF_ALL, _MOST = 1.9, 0.6
"""What they have to weigh when they are the greater part of the draft, and how much of it that is."""
_COMMON, _CAPITAL, _SHARED, _STRANGE, _ANOTHER, _ENGLISH, _FUNCTION = 1.0, 0.4, 0.3, 0.05, -0.2, -0.7, -1.0
"""What a word weighs: frequent in the language; so with a capital within a sentence; English or a name as well; unknown; frequent in another
language; English; frequent in English.
"""
_FEW, _LETTERS, _RARE, _NEARLY_ALL = 6, 3, 4, 0.75
"""A paragraph is in some other language when it has so many words of so many letters that are not English, less than one frequent English
word (but for "a", which many languages have) in four words, and so great a share of strange words.
"""
_PLAINLY = (" the ", " and ", " of ", " for ", " you", " with ", " is ", " in ")
"""A paragraph with one of these is hardly of a language without a list: most are told so by the first."""
_UNNAMED, _THAT = "another language", "that language"


class Part(NamedTuple):
    """A part of a text in another language: what it weighs, where it stands (half-open, on the masked view), and the language."""

    weight: float
    start: int
    end: int
    name: str


class _Word(NamedTuple):
    """A word in small letters, where it stands, and whether it has a capital within a sentence."""

    low: str
    start: int
    end: int
    named: bool


class _Script(NamedTuple):
    """The letters of a script (first and last of each range), how many make a part, a run of them with no Latin letter between, and what its languages are told by."""

    ranges: tuple[tuple[str, str], ...]
    least: int
    run: Late
    names: tuple[tuple[Late | None, str], ...]

    def letters(self, text: str) -> str:
        """Return the letters of this script in a text, in order."""
        return "".join(letter for letter in text if any(first <= letter <= last for first, last in self.ranges))


class _Table(NamedTuple):
    """Words by the languages that use them (one bit each): those that tell a language, and those that are English or names as well.

    `joined` are the telling ones with an apostrophe or a hyphen.
    """

    names: tuple[str, ...]
    telling: Mapping[str, int]
    joined: Mapping[str, int]
    shared: Mapping[str, int]
    function: frozenset[str]


@lru_cache(maxsize=1)
def _table() -> _Table:
    """Return what `content_bank/lexicons/languages.toml` tells."""
    told = lexicon("languages")
    function, names = frozenset(told["english"]["words"].split()), frozenset(told["english"]["names"].split())
    telling: dict[str, int] = {}
    shared: dict[str, int] = {}
    for number, row in enumerate(told["language"]):
        for word in row["words"].split():
            kept = shared if word in names or word in function or word in english() else telling
            kept[word] = kept.get(word, 0) | 1 << number
    joined = {word: bits for word, bits in telling.items() if not word.isalpha()}
    return _Table(tuple(row["name"] for row in told["language"]), telling, joined, shared, function)


@lru_cache(maxsize=1)
def _sayings() -> re.Pattern[str]:
    """Return what finds well-known sayings; few drafts are looked at so closely."""
    told = lexicon("languages")["english"]["sayings"]
    listed = "|".join(r"[^\w]+".join(map(re.escape, saying.split())) for saying in told)
    return re.compile(rf"(?i)\b(?:{listed})\b")


@lru_cache(maxsize=1)
def _scripts() -> tuple[_Script, ...]:
    """Return the scripts; most drafts have none but Latin."""
    return tuple(map(_script, lexicon("languages")["script"]))


def _script(row: dict[str, object]) -> _Script:
    letters, names = str(row["letters"]), row["names"]
    listed = names if isinstance(names, list) else []
    return _Script(
        tuple((chr(int(first, 16)), chr(int(last, 16))) for first, last in _RANGE.findall(letters)),
        int(str(row["least"])),
        Late(f"[{letters}](?:[^A-Za-z{letters}]*[{letters}])*"),
        tuple((Late(one["signs"]) if "signs" in one else None, one["name"]) for one in listed) or ((None, _UNNAMED),),
    )


def other_language(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield the parts of a draft that are written in another language, the plainest first; what stands beside the text counts as one."""
    masked = reading.views.masked
    for part in parts(masked.text, reading.said):
        yield _candidate(rule, part.name, *masked.to_raw(part.start, part.end), masked.text[part.start : part.end])
    draft, end = reading.draft, len(reading.draft.text)
    beside = "\n".join([words for item in draft.media for words in (item.alt, item.description)] + [draft.link_preview])
    for part in parts(views(beside).masked.text) if beside.strip() else ():
        yield _candidate(rule, part.name, end, end, beside.strip())


def _candidate(rule: Rule, name: str, start: int, end: int, quote: str) -> Candidate:
    fields = {"quote": quote, "language": name, "reads": _THAT if name == _UNNAMED else name}
    return Candidate(rule.id, rule.variant, "advise", start, end, fields=fields)


def parts(text: str, words: Iterable[str] | None = None) -> list[Part]:
    """Return the parts of a masked text that are written in other languages, in order; what goes on in one language is one part.

    `words` are its words in small letters, where somebody has read them already: then English text is done with in 50 microseconds.
    """
    found = [] if text.isascii() or _OTHER_LETTERS.search(text) is None else list(_by_script(text))
    if len(_table().telling.keys() & (_WORD.findall(text.lower()) if words is None else words)) >= _SOME:
        found += _by_words(text)
    for paragraph, at in _paragraphs(text):
        if not any(map(paragraph.__contains__, _PLAINLY)):
            found += _strange(paragraph, at)
    return _joined(_apart(found))


def _paragraphs(text: str) -> Iterator[tuple[str, int]]:
    """Yield each paragraph and where it begins."""
    at = 0
    for paragraph in text.split(_GAP):
        yield paragraph, at
        at += len(paragraph) + len(_GAP)


def _apart(found: list[Part]) -> list[Part]:
    """Return the plainest of the parts that overlap; a named language goes before one without a name."""
    kept: list[Part] = []
    for part in sorted(found, key=lambda one: (one.name == _UNNAMED, -one.weight, one.start)):
        if all(part.end <= other.start or other.end <= part.start for other in kept):
            kept.append(part)
    return sorted(kept, key=lambda one: one.start)


def _joined(apart: list[Part]) -> list[Part]:
    """Return the parts with neighbors of one language made one, so that an answer covers the whole of it."""
    told: list[Part] = []
    for part in apart:
        if told and told[-1].name == part.name:
            part = told.pop()._replace(end=part.end)  # noqa: PLW2901 - the part has grown
        told.append(part)
    return told


def _by_script(text: str) -> Iterator[Part]:
    strange = "".join(filter(_LATIN.__lt__, text))
    for script in _scripts():
        letters = script.letters(strange)
        if len(letters) >= script.least:
            longest = max(script.run.finditer(text), key=lambda run: run.end() - run.start())
            name = next(name for signs, name in script.names if signs is None or signs.search(letters))
            yield Part(float(len(letters)), *longest.span(), name)


def _by_words(text: str) -> list[Part]:
    """Return the paragraphs, or the part of the whole text where none is enough, in languages whose frequent words they hold."""
    if not _some_told(text):
        return []
    read = [_words(paragraph, at) for paragraph, at in _paragraphs(text)]
    total = sum(map(len, read))
    return [part for words in read for part in _told(words, text, total)] or list(
        _told([word for words in read for word in words], text, total)
    )


def _some_told(text: str) -> bool:
    """Tell whether a text may hold enough different frequent words of one language, by all runs of its letters, whatever joins them."""
    table, held = _table(), set(map(str.lower, _LETTERS_OF_WORD.findall(text)))
    told = [table.telling[word] for word in table.telling.keys() & held]
    told += [bits for word, bits in table.joined.items() if held.issuperset(_LETTERS_OF_WORD.findall(word))]
    return any(sum(bits >> number & 1 for bits in told) >= _SOME for number in range(len(table.names)))


def _told(read: list[_Word], text: str, total: int) -> Iterator[Part]:
    """Yield the weightiest part of neighboring words in each language; `total` is how many words the text has."""
    table = _table()
    told = {word.low: table.telling[word.low] for word in read if word.low in table.telling}
    for number, name in enumerate(table.names):
        bit = 1 << number
        if sum(bool(bits & bit) for bits in told.values()) < _SOME:
            continue
        weight, first, last = _weightiest([_weight(word, bit, table) for word in read])
        while first < last - 1 and read[first].low in table.shared and text[read[first].end : read[first + 1].start].strip():
            first += 1
        inside = read[first:last]
        different = len({word.low for word in inside if told.get(word.low, 0) & bit})
        of_all = last - first >= _MOST * total and weight >= _SURE_OF_ALL and different >= _SOME
        if of_all or (weight >= _SURE and last - first >= _LONG and different >= _ENOUGH):
            yield Part(weight, inside[0].start, inside[-1].end, name)


def _words(paragraph: str, at: int) -> list[_Word]:
    """Return the words of a paragraph (at this place of the text) without hashtags and well-known sayings."""
    left = _sayings().sub(_blank, _TAG.sub(_blank, paragraph))
    read = []
    for match in _WORD.finditer(left):
        word, start = match[0], match.start()
        capital = word[:1].isupper() and not (len(word) > 1 and word.isupper())
        named = capital and _NEW_SENTENCE.search(left, max(0, start - _LOOK_BACK), start) is None
        read.append(_Word(word.lower(), at + start, at + match.end(), named))
    return read


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _weight(word: _Word, bit: int, table: _Table) -> float:
    """Return what a word says for a language (its bit): its own frequent words speak for it, English ones against it."""
    if table.telling.get(word.low, 0) & bit:
        return _CAPITAL if word.named else _COMMON
    if table.shared.get(word.low, 0) & bit:
        return _SHARED
    if word.low in table.function:
        return _FUNCTION
    if word.low in english():
        return _ENGLISH
    return _ANOTHER if word.low in table.telling else _STRANGE


def _weightiest(weights: list[float]) -> tuple[float, int, int]:
    """Return the greatest sum of neighbors, and where they stand (half-open)."""
    best, total, first = (0.0, 0, 0), 0.0, 0
    for at, weight in enumerate(weights):
        if total <= 0:
            total, first = 0.0, at
        total += weight
        if total > best[0]:
            best = (total, first, at + 1)
    return best


def _strange(paragraph: str, at: int) -> Iterator[Part]:
    """Yield a paragraph (at this place of the text) in a language without a list: hardly a word of it is English."""
    words = paragraph.lower().split()
    common = sum(map(_table().function.__contains__, words)) - words.count("a")
    if len(words) < _FEW or _RARE * common >= len(words):
        return
    read = [word for word in _words(paragraph, at) if not word.named and len(word.low) >= _LETTERS]
    strange = [word for word in read if word.low not in english()]
    if len(strange) >= _FEW and len(strange) >= _NEARLY_ALL * len(read):
        yield Part(float(len(strange)), read[0].start, read[-1].end, _UNNAMED)
