"""Build `content_bank/lexicons/english.txt` from two SCOWL word lists: python -m tools.build_english AMERICAN BRITISH."""

from __future__ import annotations

import sys
from pathlib import Path

OUT = Path(__file__).resolve().parents[1] / "content_bank" / "lexicons" / "english.txt"
_LONGEST = 16
_SHORTEST = 3


def words_of(*lists: str) -> list[str]:
    """Return the plain lower-case words of all lists, sorted, each once; names and possessives are left out."""
    found = {word for text in lists for word in text.split() if word.isascii() and word.isalpha() and word.islower()}
    return sorted(word for word in found if _SHORTEST <= len(word) <= _LONGEST)


def main(paths: list[str]) -> None:
    """Write the list; the paths are those of Debian's wamerican-small and wbritish-small."""
    words = words_of(*(Path(path).read_text(encoding="utf-8") for path in paths))
    OUT.write_text("\n".join(words) + "\n", encoding="utf-8")
    print(f"{len(words)} words, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
