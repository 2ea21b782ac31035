"""Build `connectors/counted.toml`, what links and emoji are told by, from the Python port of twitter-text: `python -m tools.build_counted`."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from twitter_text.regexp.emoji import emoji_list, single_codepoint_emoji_ranges
from twitter_text.regexp.valid_cctld import valid_cctld
from twitter_text.regexp.valid_gtld import valid_gtld

if TYPE_CHECKING:
    from collections.abc import Iterable

_FILE = Path(__file__).resolve().parents[1] / "connectors" / "counted.toml"
_ENDS = "(?:(?:", ")(?="
_WIDE = 120
_HEAD = """\
# What links and emoji are told by when lengths are counted: made by `python -m tools.build_counted`, not by hand.
# From twitter-text-parser 3.0.0 (MIT, Copyright (c) 2019 swen128), a port of twitter-text (Apache 2.0, Copyright 2018 Twitter, Inc.), and
# from the list of emoji 12.0 (Copyright 2019 Unicode, Inc., unicode.org/terms_of_use.html).
"""


def domains(pattern: str) -> list[str]:
    """Return the last parts of domains in an expression that lists them; what begins with another one stands before it."""
    first, last = _ENDS
    return pattern[pattern.index(first) + len(first) : pattern.index(last)].split("|")


def wrapped(words: Iterable[str]) -> str:
    """Return words in lines, in their order."""
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) >= _WIDE:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return "\n".join(lines)


def sequences() -> list[str]:
    """Return a line for each way in which emoji of several signs go on: that, then the signs that stand before it; the longest first."""
    before: defaultdict[tuple[str, ...], set[int]] = defaultdict(set)
    for one in emoji_list:
        first, *rest = one.codepoint.lower().split()
        if rest:
            before[tuple(rest)].add(int(first, 16))
    return [f"{'-'.join(rest)} {''.join(map(chr, sorted(before[rest])))}" for rest in sorted(before, key=lambda rest: (-len(rest), rest))]


def page() -> str:
    """Return the file."""
    single = wrapped(f"{low:x}-{high:x}" for low, high in single_codepoint_emoji_ranges)
    return (
        f"{_HEAD}\n[domains]\ngeneric = '''\n{wrapped(domains(valid_gtld.pattern))}\n'''\ncountry = '''\n{wrapped(domains(valid_cctld.pattern))}\n'''\n"
        f"\n[emoji]\nsingle = '''\n{single}\n'''\nsequences = '''\n" + "\n".join(sequences()) + "\n'''\n"
    )


if __name__ == "__main__":
    _FILE.write_text(page(), encoding="utf-8")
