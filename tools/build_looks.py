"""Build what tells how a word looks: python -m tools.build_looks CENSUS WORDNET SCOWL... (see `main`; needs Faker)."""

from __future__ import annotations

import argparse
import importlib
import math
import pkgutil
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LEXICONS = Path(__file__).resolve().parents[1] / "content_bank" / "lexicons"
GIVEN, FAMILY = "abc", "pqr"
BANDS = (0.05, 0.01, 0.003)  # percent of the population of the 1990 Census
PERSON, LOCATION = 18, 15  # lexicographer files of WordNet
LETTERS = "abcdefghijklmnopqrstuvwxyz "
STEPS, FINE = 8, 3  # a weight is a letter from a on: nats times FINE, from -STEPS to STEPS
_CAPITAL = re.compile(r"[A-Z][a-z]{2,}")
_NAME = re.compile(r"[a-z]{3,11}")
_MOST_SCRIPTS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "\u0131": "i"})


def of_census(path: Path, letters: str) -> Iterator[tuple[str, str]]:
    """Yield the more frequent names of a Census file with the letter of their band."""
    for name, share, *_ in map(str.split, path.read_text(encoding="ascii").splitlines()):
        for letter, least in zip(letters, BANDS, strict=True):
            if float(share) >= least:
                yield name.lower(), letter
                break


def of_wordnet(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the words of `data.noun` that are proper names: P of a person, T of a place, O of something else."""
    for line in path.read_text(encoding="latin-1").splitlines():
        cells = line.split(" ")
        if not line.startswith(" ") and "@i" in cells:
            field = int(cells[1])
            for one in cells[4 : 4 + 2 * int(cells[3], 16) : 2]:
                parts = one.split("_") if field == PERSON else [one]
                yield from ((part.lower(), {PERSON: "P", LOCATION: "T"}.get(field, "O")) for part in parts if _CAPITAL.fullmatch(part))


def of_faker() -> Iterator[tuple[str, str]]:
    """Yield the names of all locales of Faker in plain letters: F given names, L surnames."""
    person = importlib.import_module("faker.providers.person")
    for locale in sorted(one.name for one in pkgutil.iter_modules(person.__path__)):
        provider = importlib.import_module(f"{person.__name__}.{locale}").Provider
        for table, values in vars(provider).items():
            letter = "F" if "first_name" in table else "L" if "last_name" in table or "surname" in table else ""
            if letter and isinstance(values, (tuple, list, dict)) and "format" not in table:
                yield from ((name, letter) for value in values for name in plain(value))


def plain(value: object) -> list[str]:
    """Return the words of a name without accents and in small letters, as far as they are Latin."""
    bare = unicodedata.normalize("NFD", str(value).lower().translate(_MOST_SCRIPTS))
    return [word for word in "".join(c for c in bare if not unicodedata.combining(c)).split() if _NAME.fullmatch(word)]


def triples(words: Iterable[str]) -> Counter[str]:
    """Count the runs of three letters of all words, a blank before and after each."""
    return Counter(f" {word} "[at : at + 3] for word in words for at in range(len(word)))


def letters_of(names: set[str], words: set[str]) -> str:
    """Return a letter for every run of three letters, in the order of LETTERS: how much it speaks for a name against a common word."""
    ours, theirs = triples(names - words), triples(words)
    shift = math.log(theirs.total() / ours.total())
    steps = (
        round(FINE * (math.log((ours[run] + 1) / (theirs[run] + 1)) + shift))
        for run in (a + b + c for a in LETTERS for b in LETTERS for c in LETTERS)
    )
    return "".join(chr(ord("a") + STEPS + max(-STEPS, min(STEPS, step))) for step in steps)


def main() -> None:
    """Write `name_looks.txt` (a word, a tab, the letters of what it may be) and `name_letters.txt`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("census", type=Path, help="folder with dist.all.last, dist.female.first, dist.male.first")
    parser.add_argument("wordnet", type=Path, help="data.noun of Debian's wordnet-base")
    parser.add_argument("scowl", type=Path, nargs="+", help="Debian's wamerican and wbritish")
    args = parser.parse_args()
    given, family, english = (
        set((LEXICONS / f"{name}.txt").read_text(encoding="utf-8").split()) for name in ("first_names", "surnames", "english")
    )
    table: dict[str, set[str]] = defaultdict(set)
    for name, letters in (("dist.female.first", GIVEN), ("dist.male.first", GIVEN), ("dist.all.last", FAMILY)):
        for word, letter in of_census(args.census / name, letters):
            table[word].add(letter)
    for word, letter in of_wordnet(args.wordnet):
        table[word].add(letter)
    for word, letter in of_faker():
        if word not in english and word not in (given if letter == "F" else family):
            table[word].add(letter)
    for path in args.scowl:
        for word in filter(_CAPITAL.fullmatch, path.read_text(encoding="utf-8").split()):
            table[word.lower()].add("C")
    rows = "".join(f"{word}\t{''.join(sorted(table[word]))}\n" for word in sorted(table))
    (LEXICONS / "name_looks.txt").write_text(rows, encoding="utf-8")
    (LEXICONS / "name_letters.txt").write_text(letters_of(given | family, english) + "\n", encoding="utf-8")
    print(f"name_looks: {len(table)} words, {len(rows)} bytes")


if __name__ == "__main__":
    main()
