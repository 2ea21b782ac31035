"""Finds the cues of the cue file in a tokenized text: how one speaks of one person, against how one speaks of people."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from planner.checklist.confidentiality.clues import clue_rows
from planner.checklist.confidentiality.patterns import compile_pattern, literals_of
from planner.checklist.confidentiality.words import LEXICONS, SHAPES, Lexicon, Words, build_lexicon, tokenize, word_classes

if TYPE_CHECKING:
    import re


@dataclass(frozen=True, slots=True)
class Cue:
    """One kind of cue: its name, what it says to a person, whether it speaks for (+) or against (-), and its patterns."""

    name: str
    say: str
    positive: bool
    mention: bool
    patterns: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One place of a cue, as token positions (half-open)."""

    cue: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class CueBook:
    """All cues with the lexicon that their patterns are compiled against."""

    lexicon: Lexicon
    cues: tuple[Cue, ...]
    clues: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]


@cache
def cue_book() -> CueBook:
    """Read `content_bank/lexicons/cues.toml` once."""
    rows = tomllib.loads((LEXICONS / "cues.toml").read_text(encoding="utf-8"))["cue"]
    classes = word_classes()
    known = frozenset(classes) | frozenset(SHAPES)
    literals = frozenset(word for row in rows for pattern in row["patterns"] for word in literals_of(pattern, known))
    details = clue_rows()
    literals |= frozenset(word for _, patterns in details for pattern in patterns for word in literals_of(pattern, known))
    lexicon = build_lexicon(classes, literals)
    cues = tuple(
        Cue(
            row["name"],
            row["say"],
            row["sign"] == "+",
            row.get("mention", False),
            tuple(compile_pattern(pattern, lexicon) for pattern in row["patterns"]),
        )
        for row in rows
    )
    return CueBook(lexicon, cues, tuple((kind, tuple(compile_pattern(one, lexicon) for one in patterns)) for kind, patterns in details))


def read(text: str) -> Words:
    """Tokenize `text` (the folded view) with the classes of the cue book."""
    return tokenize(text, cue_book().lexicon)


def find(words: Words) -> tuple[Hit, ...]:
    """Return every place of every cue, in the order of the cue file."""
    codes = words.codes
    return tuple(Hit(cue.name, *hit.span()) for cue in cue_book().cues for pattern in cue.patterns for hit in pattern.finditer(codes))


@cache
def members(name: str) -> frozenset[str]:
    """Return the code characters of a word class."""
    return frozenset(cue_book().lexicon.members[name])
