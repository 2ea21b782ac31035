"""Where the words live: paths into the content bank and its small lexicon files, each read once."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomli

BANK = Path(__file__).resolve().parents[2] / "content_bank"
_BEGINNING, _ROW = 3, 3
"""So many letters do words share that stand in one string; so many characters is a line of the file of senses."""
_ALIKE = re.compile(r"^(...).*\n(?:\1.*\n)*", re.MULTILINE)


class InvalidRules(Exception):
    """One or more files of the content bank are broken; `faults` lists them all, each with file, entry and mend."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        """Keep every fault; the message shows them one a line."""
        self.faults = faults
        super().__init__("The rule files need mending:\n" + "\n".join(f"- {fault}" for fault in faults))


def table(name: str, bank: Path = BANK) -> dict[str, Any]:
    """Return a TOML file of the content bank as plain values, an absent one as none.

    Args:
        name: the file's path within the bank.
        bank: the bank's folder.

    Raises:
        InvalidRules: the file is no TOML or no UTF-8; the one fault names it with line and column.
    """
    try:
        return tomli.loads((bank / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        fault = f"{name}: it is no TOML ({error}): mend that line, often a quotation mark, bracket or comma is missing"
        raise InvalidRules((fault,)) from None


@lru_cache(maxsize=32)
def lexicon(name: str) -> dict[str, Any]:
    """Return `content_bank/lexicons/<name>.toml` as plain values; raise InvalidRules when it is no TOML."""
    return table(f"lexicons/{name}.toml")


@lru_cache(maxsize=1)
def messages() -> dict[str, Any]:
    """Return `content_bank/messages.toml`: the sentences that belong to no single rule; raise InvalidRules when it is no TOML."""
    return table("messages.toml")


class English:
    """The common English words, each with its sense, as a string for those that begin alike: a third of the memory of a table of them.

    A check asks for a hundred words that no text before it had, so bisection (`listing.py`), which takes less still, would be felt.
    """

    def __init__(self, words: str, senses: str) -> None:
        """Take the words, one a line, in lower case, those that begin alike together; and the sense of each, two characters a line.

        Raises:
            ValueError: words that begin alike are apart, one has less than three letters, or there is not one sense for every word.
        """
        self._alike: dict[str, tuple[int, str]] = {}
        self._senses, number = senses, 0
        for part in _ALIKE.finditer(words):
            if part[1] in self._alike:
                raise ValueError(f"The words that begin with {part[1]} stand apart.")
            self._alike[part[1]] = number, f"\n{part[0]}"
            number += part[0].count("\n")
        self.kinds = frozenset(senses.split())
        if number != words.count("\n") or len(senses) != number * _ROW or {len(kind) for kind in self.kinds} - {_ROW - 1}:
            raise ValueError("There is not one sense for every word.")

    def __contains__(self, word: str) -> bool:
        """Tell whether a word, given in lower case, is listed."""
        part = self._alike.get(word[:_BEGINNING])
        return part is not None and f"\n{word}\n" in part[1]

    def sense(self, word: str) -> str:
        """Return the sense of a word, given in lower case; nothing for one that is not listed."""
        first, part = self._alike.get(word[:_BEGINNING], (0, ""))
        at = part.find(f"\n{word}\n")
        row = (first + part.count("\n", 0, at)) * _ROW
        return self._senses[row : row + _ROW - 1] if at >= 0 else ""


@lru_cache(maxsize=1)
def english() -> English:
    """Return the common English words of `lexicons/english.txt`, three letters and more, with their senses (`senses.txt`)."""
    return English(*((BANK / "lexicons" / f"{name}.txt").read_text(encoding="utf-8") for name in ("english", "senses")))
