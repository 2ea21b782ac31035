"""Where the words live: paths into the content bank and its small lexicon files, each read once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING, Any

import tomli

if TYPE_CHECKING:
    from collections.abc import KeysView

BANK = Path(__file__).resolve().parents[2] / "content_bank"


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


@lru_cache(maxsize=1)
def senses() -> dict[str, str]:
    """Return the common English words of `lexicons/english.txt`, three letters and more, in lower case, with their sense (`senses.txt`).

    Words and senses are kept once for all who ask: each set or table of its own would take 2 to 4 MB.
    """
    words, kinds = ((BANK / "lexicons" / f"{name}.txt").read_text(encoding="utf-8").split() for name in ("english", "senses"))
    return dict(zip(words, map(intern, kinds), strict=True))


@lru_cache(maxsize=1)
def english() -> KeysView[str]:
    """Return the common English words."""
    return senses().keys()
