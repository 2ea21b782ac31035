"""Cuts a text into tokens and gives each token the classes that the lexicon knows of it."""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from planner.checklist.bank import english, table

LEXICONS = Path(__file__).resolve().parents[3] / "content_bank" / "lexicons"

_TOKEN = re.compile(
    r"[^\S\n]*+(?:"
    r"(?P<easy>(?![MF]\b)[A-Za-z]++(?![\w@+/-]|[.:](?!\s|\Z))(?:'[^\W\d_]+)*)"  # a word that can be nothing else: most are, so they are tried first
    r"|(?P<url>https?://\S+|www\.\S+|(?<![\w-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,30}\.(?:example|com|org|net|edu|gov|ie|uk|io)(?:/\S*)?)"
    r"|(?P<email>(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+)"
    r"|(?P<handle>@\w[\w.]*\w)"
    r"|(?P<hashtag>#\w+)"
    r"|(?P<clock>\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\b\.?|o'clock\b)|\b(?:[01]?\d|2[0-3]):[0-5]\d\b)"
    r"|(?P<age>\b\d{1,3}(?:[-\s]?(?:yo|y/o|yrs?[-\s]old|years?[-\s]old|year-old)\b|\s?[MF]\b)|\b[MF]\s?/?\s?\d{2}\b)"
    r"|(?P<old_year>\b1[0-8]\d\d\b|\b19[0-8]\d\b(?!s))"
    r"|(?P<year>\b(?:19|20)\d\d\b)"
    r"|(?P<nth>\b\d{1,3}(?:st|nd|rd|th)\b)"
    r"|(?P<num>\d+(?:[.,]\d+)*%?)"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)"
    r"|(?P<nl>\n+)"
    r"|(?P<stop>[.!?…]+)"
    r"|(?P<comma>[,;])"
    r"|(?P<colon>:)"
    r"|(?P<quote>[\"'`])"
    r"|(?P<dash>[-/]+)"
    r"|(?P<open>[(\[{])"
    r"|(?P<close>[)\]}])"
    r"|(?P<money>[$£€₹])"
    r"|(?P<sign>[^\w\s]|_)"
    r")"
)
SHAPES = (
    *(
        "url",
        "email",
        "handle",
        "hashtag",
        "clock",
        "age",
        "old_year",
        "year",
        "nth",
        "num",
        "nl",
        "stop",
        "comma",
        "colon",
        "quote",
        "dash",
    ),
    *("open", "close", "money", "sign", "cap", "upper", "ed", "ing", "plural", "ly", "plain"),
)
_FIRST_CODE = 0x100
_LONG, _SHORT = 4, 2
_NO_SENSE = ".."
_WORDS = frozenset({"easy", "word"})
_LASTING = frozenset(
    _TOKEN.groupindex[name] for name in (*_WORDS, "nl", "stop", "comma", "colon", "quote", "dash", "open", "close", "money", "sign")
)
"""Groups of tokens that are the same kind wherever they stand; numbers are not."""
_KEPT = 12_000
_ENDING = 4
NAMES = frozenset({"word", "cap", "upper"})
"""The kinds of tokens that may be names."""
CAPITALS = re.compile("[23]")
"""The marks of capitalized words."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word classes as code characters: `codes` maps a word to its character, `members` a class to its characters.

    `kept` holds the rows of tokens that texts had, `told` the characters of items that patterns have.
    """

    codes: dict[str, str]
    shapes: dict[str, str]
    members: dict[str, str]
    numbers: dict[str, int]
    kept: dict[str, tuple[str, str, str, int, int, str]] = field(default_factory=dict, repr=False, compare=False)
    told: dict[str, str] = field(default_factory=dict, repr=False, compare=False)


class Words(NamedTuple):
    """A tokenized text. `codes` holds one character a token, so that a pattern over classes is a pattern over `codes`.

    `marks` holds one character a token as well: 1 for a verb in the simple past, as far as its form shows, 2 for a capitalized word that
    may be a name, 3 for both, else 0.
    """

    text: str
    lower: tuple[str, ...]
    kinds: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    codes: str
    classes: tuple[int, ...]
    senses: tuple[int, ...]
    marks: str

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the character span of the tokens `first` up to but not including `last`."""
        return self.spans[first][0], self.spans[last - 1][1]

    def tokens(self, start: int, end: int) -> tuple[int, int]:
        """Return the token range (half-open) of what shares a character with a span."""
        return bisect_right(self.spans, start, key=itemgetter(1)), bisect_left(self.spans, (end,))


def without_capitals(words: Words) -> bool:
    """Tell whether no word that may be a name is capitalized."""
    return CAPITALS.search(words.marks) is None


def build_lexicon(classes: dict[str, str], literals: frozenset[str]) -> Lexicon:
    """Give every combination of classes one code character; `literals` are words that stand in patterns themselves."""
    of_word: dict[str, set[str]] = {}
    for name, words in classes.items():
        for word in words.split():
            of_word.setdefault(word, set()).add(name)
    for word in sorted(literals):
        bare = of_word.get(word.removesuffix("'s"), set())  # "mom's" in a pattern hides nobody: it stays what "mom" is
        of_word.setdefault(word, {name for name in bare if not name.startswith("=")}).add(f"={word}")
    combos: dict[tuple[str, ...], str] = {}
    members: dict[str, list[str]] = {shape: [] for shape in SHAPES}
    codes: dict[str, str] = {}
    shapes: dict[str, str] = {}
    for shape in SHAPES:
        shapes[shape] = chr(_FIRST_CODE + len(shapes))
        members[shape].append(shapes[shape])
    for word in sorted(of_word):
        combo = tuple(sorted(of_word[word]))
        if combo not in combos:
            combos[combo] = chr(_FIRST_CODE + len(shapes) + len(combos))
            for name in combo:
                members.setdefault(name, []).append(combos[combo])
        codes[word] = combos[combo]
    numbers = {code: _number((shape,)) for shape, code in shapes.items()}
    numbers.update((code, _number(combo)) for combo, code in combos.items())
    return Lexicon(codes, shapes, {name: "".join(sorted(chars)) for name, chars in members.items()}, numbers)


def _number(combo: tuple[str, ...]) -> int:
    """Return a number for a combination of classes that does not depend on which words patterns happen to name."""
    return zlib.crc32("|".join(name for name in combo if not name.startswith("=")).encode()) >> 16


@cache
def word_classes() -> dict[str, str]:
    """Read the word classes of `content_bank/lexicons/words.toml`."""
    told = table("lexicons/words.toml")
    return {str(name): str(words) for name, words in told["classes"].items()}


@cache
def _sense_numbers() -> dict[str, int]:
    return {sense: zlib.crc32(sense.encode()) >> 16 for sense in english().kinds if sense != _NO_SENSE}


@cache
def _own_numbers() -> dict[str, int]:
    words = (LEXICONS / "function_words.txt").read_text(encoding="utf-8").split()
    return {word: zlib.crc32(f"={word}".encode()) >> 16 for word in words}


def sense_number(word: str) -> int:
    """Return a number for a word whose kind of meaning is known, else 0: function words stand for themselves, others for field and form."""
    return _own_numbers().get(word) or _sense_numbers().get(english().sense(word), 0)


@cache
def _shape_numbers() -> dict[str, int]:
    return {shape: zlib.crc32(f"~{shape}".encode()) >> 16 for shape in (*SHAPES, "sign")}


def shape_of(word: str) -> str:
    """Return the shape class of a word that the lexicon does not know."""
    if word[0].isupper():
        return "upper" if len(word) > 1 and word.isupper() else "cap"
    if len(word) > _LONG:
        if word.endswith("ed"):
            return "ed"
        if word.endswith("ing"):
            return "ing"
        if word.endswith("ly"):
            return "ly"
    return "plural" if len(word) > _SHORT and word.endswith("s") and not word.endswith("ss") else "plain"


def tokenize(text: str, lexicon: Lexicon) -> Words:
    """Cut `text` (the folded view) into tokens with classes."""
    kept = lexicon.kept
    if len(kept) > _KEPT:
        kept.clear()
    rows: list[tuple[str, str, str, int, int, str]] = []
    spans: list[tuple[int, int]] = []
    bare = text.rstrip()
    end = len(bare) + text[len(bare) :].rfind("\n") + 1  # blanks without a word behind them would be read from each of them to the end
    for hit in _TOKEN.finditer(text, 0, end):
        group = hit.lastindex or 0
        word = hit[group]
        row = kept.get(word)
        if row is None:
            row = _row(word, hit.lastgroup or "", lexicon)
            if group in _LASTING:
                kept[word] = row
        rows.append(row)
        spans.append(hit.span(group))
    lower, kinds, codes, classes, senses, marks = zip(*rows, strict=True) if rows else ((), (), (), (), (), ())
    return Words(text, lower, kinds, tuple(spans), "".join(codes), classes, senses, "".join(marks))


def _row(word: str, kind: str, lexicon: Lexicon) -> tuple[str, str, str, int, int, str]:
    """Return a token in lower case, its kind, its code, the numbers of its classes and of its kind of meaning, and its mark."""
    low = word.lower()
    if kind not in _WORDS:
        code, sense = lexicon.shapes[kind], _shape_numbers()[kind]
    else:
        known, bare = lexicon.codes, low.removesuffix("'s")
        kind, shape = "word", shape_of(word)
        sense = sense_number(low) or (bare != low and sense_number(bare)) or _shape_numbers()[shape]
        told = known.get(low) or known.get(bare)
        if told is None:
            kind = shape
        code = told or lexicon.shapes[shape]
    past = code in lexicon.members.get("past", "") or (len(low) > _ENDING and low.endswith("ed"))
    mark = past + 2 * (kind in NAMES and word[0].isupper())
    return low, kind, code, lexicon.numbers[code], sense, str(mark)
