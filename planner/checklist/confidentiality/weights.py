"""What traits of words count towards a person's name, and towards a mark of somebody served; fitted by `tools/fit_names.py`."""

from __future__ import annotations

from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

from planner.checklist.confidentiality.words import LEXICONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Trait = tuple[str, str | int]
    Table = Mapping[Trait, int]

_NUMBERED = ("class", "sense")
_BIAS = ("bias", "")


class Weights(NamedTuple):
    """What traits add to being a person's name, and to being a mark of a served person, in hundredths."""

    person: Table
    served: Table


@cache
def weights() -> Weights:
    """Read `content_bank/lexicons/name_weights.tsv` once; classes and senses of words are numbers."""
    tables: dict[str, dict[Trait, int]] = {"person": {}, "served": {}}
    table, name, numbers = tables["person"], "", False
    for line in (LEXICONS / "name_weights.tsv").read_text(encoding="utf-8").splitlines():
        weight, _, value = line.partition("\t")
        if weight.startswith("="):
            table, name = tables[weight[1:]], value
            numbers = value.startswith(_NUMBERED) or " class" in value or " sense" in value
        elif not weight.startswith("#"):
            table[name, int(value) if numbers else value] = int(weight)
    return Weights(**tables)


def total(table: Table, traits: Iterable[Trait]) -> float:
    """Add up what the traits count."""
    return sum(map(table.get, traits, repeat(0)), table[_BIAS]) / 100
