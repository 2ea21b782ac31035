"""The tool that adds the origins of a town's residents to the place list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.checklist.confidentiality.anonymity import share_of
from tools.build_origins import ORIGINS, Areas, counts, letter

if TYPE_CHECKING:
    from pathlib import Path

_ROWS = [
    {"zip_code": "00001", "city": "Alba", "state": "MT", "acceptable_cities": ["Old Alba"], "lat": "45.1", "long": "-110.1"},
    {"zip_code": "00002", "city": "Bern", "state": "MT", "acceptable_cities": [], "lat": "46.9", "long": "-112.0"},
    {"zip_code": "00009", "city": "Nobody", "state": "MT", "acceptable_cities": [], "lat": "45.0", "long": "-110.0"},
]


_PEOPLE = {"00001": (760, 100, 60, 20, 40, 20), "00002": (300, 500, 30, 60, 10, 100), "00009": (0, 0, 0, 0, 0, 0)}
"""White, Black, Asian, Native, of several origins, Hispanic."""


@pytest.fixture
def areas(tmp_path: Path) -> Areas:
    sizes = [sum(row[at] for row in _PEOPLE.values()) for at in range(6)]
    for name in ("race_given_zcta", "zcta_given_race"):
        lines = ["zcta5,white,black,api,native,multiple,hispanic"]
        for area, row in _PEOPLE.items():
            whole = [sum(row)] * 6 if name == "race_given_zcta" else sizes
            # The census tables write nothing where an area has nobody, and drop the zeros before a number.
            lines.append(",".join([area.lstrip("0"), *(str(one / all_) if one else "" for one, all_ in zip(row, whole, strict=True))]))
        (tmp_path / f"prob_{name}_2010.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Areas(counts(tmp_path), _ROWS)


def test_shares_come_back_from_both_tables(areas: Areas) -> None:
    found = areas.shares("Bern", "MT", (46.9, -112.0))
    assert found is not None
    assert found == pytest.approx([0.3, 0.5, 0.03, 0.06, 0.1])


def test_a_second_name_and_the_nearest_area_serve_where_the_first_is_missing(areas: Areas) -> None:
    first = areas.shares("Alba", "MT", (0, 0))
    assert areas.shares("Old Alba", "MT", (0, 0)) == first
    assert areas.shares("Elsewhere", "MT", (45.2, -110.3)) == first
    assert areas.shares("Elsewhere", "MT", (10.0, 10.0)) is None


@pytest.mark.parametrize("share", [1.0, 0.7, 0.1, 0.013, 0.0005])
def test_a_letter_keeps_a_share_within_a_tenth(share: float) -> None:
    assert share_of(letter(share)) == pytest.approx(share, rel=0.1)


def test_nobody_is_taken_as_one_in_two_thousand() -> None:
    assert letter(0.0) == letter(0.0005)
    assert len(ORIGINS) == 5
