"""Finds the cues of the cue file in a tokenized text: how one speaks of one person, against how one speaks of people."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from planner.checklist.bank import table
from planner.checklist.confidentiality.clues import clue_rows
from planner.checklist.confidentiality.patterns import CodePattern, Needs, literals_of
from planner.checklist.confidentiality.words import SHAPES, Lexicon, Words, build_lexicon, tokenize, word_classes

if TYPE_CHECKING:
    from collections.abc import Iterable


class Cue(NamedTuple):
    """One kind of cue: its name, what it says to a person, whether it speaks for (+) or against (-), and its patterns."""

    name: str
    say: str
    positive: bool
    mention: bool
    patterns: tuple[CodePattern, ...]


class Hit(NamedTuple):
    """One place of a cue, as token positions (half-open)."""

    cue: str
    first: int
    last: int


class CueBook(NamedTuple):
    """All cues with the lexicon that their patterns are compiled against, and what they need of a text."""

    lexicon: Lexicon
    cues: tuple[Cue, ...]
    clues: tuple[tuple[str, tuple[CodePattern, ...]], ...]
    needs: Needs


@cache
def cue_book() -> CueBook:
    """Read `content_bank/lexicons/cues.toml` once."""
    rows = table("lexicons/cues.toml")["cue"]
    classes = word_classes()
    known = frozenset(classes) | frozenset(SHAPES)
    literals = frozenset(word for row in rows for pattern in row["patterns"] for word in literals_of(pattern, known))
    details = clue_rows()
    literals |= frozenset(word for _, patterns in details for pattern in patterns for word in literals_of(pattern, known))
    lexicon, needs = build_lexicon(classes, literals), Needs()

    def told(patterns: Iterable[str]) -> tuple[CodePattern, ...]:
        return tuple(CodePattern(pattern, lexicon, needs.of(pattern, lexicon)) for pattern in patterns)

    cues = tuple(
        Cue(
            row["name"],
            row["say"],
            row["sign"] == "+",
            row.get("mention", False),
            told(row["patterns"]),
        )
        for row in rows
    )
    return CueBook(lexicon, cues, tuple((kind, told(patterns)) for kind, patterns in details), needs)


def read(text: str) -> Words:
    """Tokenize `text` (the folded view) with the classes of the cue book."""
    return tokenize(text, cue_book().lexicon)


def find(words: Words) -> tuple[Hit, ...]:
    """Return every place of every cue, in the order of the cue file."""
    book, codes = cue_book(), words.codes
    met = book.needs.met(codes)
    tried = [(cue.name, pattern) for cue in book.cues for pattern in cue.patterns if pattern.needs & met == pattern.needs]
    return tuple(Hit(name, *span) for name, pattern in tried for span in pattern.spans(codes))


@cache
def members(name: str) -> frozenset[str]:
    """Return the code characters of a word class."""
    return frozenset(cue_book().lexicon.members[name])
