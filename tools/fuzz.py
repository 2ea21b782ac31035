"""Throw made-up texts at the checklist and report crashes and slow ones: `make fuzz`, or `python -m tools.fuzz [COUNT] [SEED]`.

The texts are the shipped drafts cut up, joined, repeated and sprinkled with signs from all over Unicode, up to 5,000 characters. A text
is slow when one check of it takes more than 100 ms of processor time; a suspect is timed again before it counts.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from planner.checklist.check import check
from planner.checklist.report import Draft

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHIPPED = Path(__file__).resolve().parents[1] / "tests" / "content" / "drafts"
LIMIT_S = 0.1
LONGEST = 5_000
_SIGNS = (
    "\u200d",
    "\u200b",
    "\ufe0f",
    "\u0301",
    "\u202e",
    "\u00ad",
    "\u2019",
    "\u201c",
    "\U0001f469\u200d\U0001f467",
    "\U0001d4f3",
    "\u0430",
    "\t",
    "\r",
    "<p>",
)
_HOOKS = (
    "#",
    "@",
    "http://",
    "988",
    "14F ",
    "\u00a3",
    "%",
    "(",
    "…",
    "\n\n",
    "---\n",
    "@x.y ",
    "a" * 40,
    "1" * 30,
    "she ",
    "my ",
    "client ",
)
_AGAIN = 3


def texts(drafts: list[str], count: int, seed: int) -> Iterator[str]:
    """Yield `count` texts, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - reproducible texts, no secret
    ways: tuple[Callable[[], str], ...] = (
        lambda: _sprinkled(chance, chance.choice(drafts)),
        lambda: _joined(chance, drafts),
        lambda: _repeated(chance, drafts),
        lambda: _noise(chance),
        lambda: chance.choice(drafts)[chance.randrange(40) :],
        lambda: chance.choice(drafts).upper() if chance.random() < 0.5 else chance.choice(drafts).swapcase(),  # noqa: PLR2004 - half
    )
    for _ in range(count):
        yield chance.choice(ways)()[:LONGEST]


def _sprinkled(chance: random.Random, text: str) -> str:
    signs = list(text)
    for _ in range(chance.randrange(1, 12)):
        signs.insert(chance.randrange(len(signs) + 1), chance.choice(_SIGNS + _HOOKS))
    return "".join(signs)


def _joined(chance: random.Random, drafts: list[str]) -> str:
    parts = [chance.choice(drafts).split() for _ in range(chance.randrange(2, 6))]
    picked = [" ".join(words[chance.randrange(len(words)) :][: chance.randrange(1, 40)]) for words in parts]
    return chance.choice((" ", "\n", "", ". ")).join(picked)


def _repeated(chance: random.Random, drafts: list[str]) -> str:
    words = chance.choice(drafts).split()
    start = chance.randrange(len(words))
    return chance.choice((" ", "", "\n")).join(words[start : start + chance.randrange(1, 6)] * chance.randrange(2, 400))


def _noise(chance: random.Random) -> str:
    signs = [
        chr(chance.choice((chance.randrange(32, 127), chance.randrange(128, 0xD7FF), chance.randrange(0x10000, 0x1FFFF))))
        for _ in range(300)
    ]
    return "".join(signs[: chance.randrange(len(signs))]) + chance.choice(_HOOKS) * chance.randrange(20)


def seconds(text: str) -> float:
    """Return the processor time of one check."""
    began = time.process_time()
    check(Draft("fuzz", text))
    return time.process_time() - began


def run(drafts: list[str], count: int, seed: int) -> tuple[list[str], list[tuple[float, str]]]:
    """Return the texts that crashed the checklist and those that are slow every time."""
    crashed: list[str] = []
    slow: list[tuple[float, str]] = []
    for number, text in enumerate(texts(drafts, count, seed), 1):
        try:
            took = seconds(text)
            if took > LIMIT_S:
                took = min(seconds(text) for _ in range(_AGAIN))
        except Exception as error:  # noqa: BLE001 - that any of them happens is what is looked for
            crashed.append(f"{type(error).__name__}: {text!r}")
            continue
        if took > LIMIT_S:
            slow.append((took, text))
        if number % 10_000 == 0:
            print(f"{number:,} texts, {len(crashed)} crashes, {len(slow)} slow", flush=True)
    return crashed, slow


def main(argv: list[str]) -> int:
    """Run and report; 1 when anything crashed or was slow."""
    count, seed = (int(argv[0]) if argv else 100_000), (int(argv[1]) if argv[1:] else 1)
    drafts = [
        json.loads(line)["text"] for path in sorted(SHIPPED.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()
    ]
    check(Draft("warm", drafts[0]))
    crashed, slow = run(drafts, count, seed)
    for line in crashed[:20]:
        print(f"crashed: {line[:400]}")
    for took, text in sorted(slow, reverse=True)[:20]:
        print(f"slow, {took * 1000:.0f} ms: {text[:200]!r} ({len(text)} characters)")
    print(f"{count:,} texts, seed {seed}: {len(crashed)} crashes, {len(slow)} over {LIMIT_S * 1000:.0f} ms of processor time")
    return 1 if crashed or slow else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
