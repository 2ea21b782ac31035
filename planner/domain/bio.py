"""The bio of an account, read for what a professional profile should tell; what is missing is named with words to start from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True, slots=True)
class BioPart:
    """One thing that a bio should tell. `kinds`: of which accounts (none: all); `named`: not asked of a pseudonym; `numbers`: see `read`."""

    id: str
    label: str
    why: str
    match: tuple[re.Pattern[str], ...]
    example: str
    examples: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    named: bool = False
    numbers: bool = False

    def wording(self, country: str) -> str:
        """Return the example for a country or region (`CA-ON` reads as `CA`)."""
        return self.examples.get(country, self.examples.get(country[:2], self.example))


@dataclass(frozen=True, slots=True)
class BioWords:
    """What a bio is read by: its parts in order, and what an account under a pseudonym should not offer."""

    parts: tuple[BioPart, ...] = ()
    offer: BioPart | None = None


@dataclass(frozen=True, slots=True)
class PartSeen:
    """One part, and the words of the bio that show it; no words: it is missing."""

    part: BioPart
    words: str

    @property
    def missing(self) -> bool:
        """Return whether the bio does not tell this."""
        return not self.words


def read(bio: str, words: BioWords, *, kind: str, pseudonym: bool, numbers: Collection[str]) -> tuple[PartSeen, ...]:
    """Return every part that this kind of account should tell, seen or missing; `numbers` are the help lines of its country."""
    asked = (part for part in words.parts if not (part.kinds and kind not in part.kinds) and not (pseudonym and part.named))
    return tuple(PartSeen(part, _shown(bio, part, numbers)) for part in asked)


def offers(bio: str, words: BioWords, *, pseudonym: bool) -> PartSeen | None:
    """Return the words by which a bio under a pseudonym offers services, or None."""
    if not pseudonym or words.offer is None:
        return None
    found = _shown(bio, words.offer, ())
    return PartSeen(words.offer, found) if found else None


def _shown(bio: str, part: BioPart, numbers: Collection[str]) -> str:
    hit = next((found for pattern in part.match if (found := pattern.search(bio))), None)
    if hit is None and part.numbers:
        hit = next((found for number in sorted(numbers) if (found := _number(number).search(bio))), None)
    return " ".join(_whole(bio, hit).split()) if hit else ""


def _whole(bio: str, hit: re.Match[str]) -> str:
    """Return the words of a hit, the last one to its end: a pattern may stop inside it."""
    rest = re.match(r"\w*", bio[hit.end() :])
    return hit[0] + (rest[0] if rest and hit[0][-1:].isalnum() else "")


def _number(number: str) -> re.Pattern[str]:
    """Return the pattern of a number however its digits are grouped, and never inside a longer one."""
    return re.compile(r"(?<![\d-])" + r"[\s.-]?".join(re.sub(r"\D", "", number)) + r"(?![\d-])")
