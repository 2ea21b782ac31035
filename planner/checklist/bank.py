"""Where the words live: paths into the content bank and its small lexicon files, each read once."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

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
def english() -> frozenset[str]:
    """Return the common English words of `lexicons/english.txt`, three letters and more, in lower case."""
    return frozenset((BANK / "lexicons" / "english.txt").read_text(encoding="utf-8").split())
