"""Where the words live: paths into the content bank and its small lexicon files, each read once."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import KeysView

BANK = Path(__file__).resolve().parents[2] / "content_bank"


@lru_cache(maxsize=32)
def lexicon(name: str) -> dict[str, Any]:
    """Return `content_bank/lexicons/<name>.toml` as plain values.

    Raises:
        FileNotFoundError: the content bank is not beside the code.
        tomllib.TOMLDecodeError: the file is no TOML; the message names line and column.
    """
    return tomllib.loads((BANK / "lexicons" / f"{name}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def messages() -> dict[str, Any]:
    """Return `content_bank/messages.toml`: the sentences that belong to no single rule."""
    return tomllib.loads((BANK / "messages.toml").read_text(encoding="utf-8"))


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
