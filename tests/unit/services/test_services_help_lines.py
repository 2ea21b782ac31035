"""Help lines and countries are read with who has checked them; a row that cannot be read is named."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from planner.checklist.bank import BANK
from planner.checklist.check import check
from planner.checklist.report import Draft
from planner.domain.errors import SetupError
from planner.domain.library import HELP_LINE, UNVERIFIED, check_item
from planner.services import help_lines, shelf

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 26)
LINE = """
[[line]]
id = "line-x"
country = "GB"
name = "Night line"
call = "0000"
text = "1111"
keyword = "HI"
url = "https://example.org"
seen_in = "a poster"
verified_by = "Dana Smith"
verified_on = "2026-10-01"
review_after = "2027-04-01"
"""
COUNTRY = """
[[country]]
code = "GB"
name = "United Kingdom"
emergency = "999"
verified_by = "Dana Smith"
verified_on = "2026-10-01"
law = [{ text = "A rule.", source = "s", read = true }]
"""


def test_a_checked_line_says_who_looked_until_the_next_look_is_due(tmp_path: Path) -> None:
    (tmp_path / "crisis_lines.toml").write_text(LINE, encoding="utf-8")
    (line,) = help_lines.lines(tmp_path)
    assert line.for_post() == "Night line:\ncall 0000, or text HI to 1111\nhttps://example.org"
    assert (line.category, line.checked_on, line.due(TODAY)) == (HELP_LINE, date(2026, 10, 1), "")
    assert line.due(date(2027, 4, 2)) == "the check was due on Thu 1 Apr 2027"


@pytest.mark.parametrize("half", ['verified_by = "Dana Smith"', 'verified_on = "2026-10-01"'])
def test_a_check_needs_a_person_and_a_day(tmp_path: Path, half: str) -> None:
    name = half.split(" = ", maxsplit=1)[0]
    (tmp_path / "crisis_lines.toml").write_text(LINE.replace(half, f'{name} = ""'), encoding="utf-8")
    (tmp_path / "countries.toml").write_text(COUNTRY.replace(half, f'{name} = ""'), encoding="utf-8")
    assert [line.due(TODAY) for line in help_lines.lines(tmp_path)] == [UNVERIFIED]
    assert [one.state for one in help_lines.countries(tmp_path)] == [UNVERIFIED]


def test_a_country_tells_its_number_and_its_law(tmp_path: Path) -> None:
    (tmp_path / "countries.toml").write_text(COUNTRY, encoding="utf-8")
    (country,) = help_lines.countries(tmp_path)
    assert (country.emergency, country.state) == ("999", "checked by Dana Smith on Thu 1 Oct 2026")
    assert country.law == (help_lines.LawNote("A rule.", "s", read=True),)


def test_a_bank_without_them_has_none(tmp_path: Path) -> None:
    assert (help_lines.lines(tmp_path), help_lines.countries(tmp_path)) == ((), ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LINE.replace('call = "0000"\n', ""), "crisis_lines.toml: Night line cannot be read"),
        (LINE.replace("2027-04-01", "soon"), "crisis_lines.toml: Night line cannot be read"),
        (LINE.replace('"2027-04-01"', "2027-04-01"), "crisis_lines.toml: Night line cannot be read"),
        ('[[line]]\ncall = "1"', "crisis_lines.toml: an entry without a name cannot be read"),
        ("[[line]", "content_bank/crisis_lines.toml cannot be read"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "crisis_lines.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SetupError, match=said):
        help_lines.lines(tmp_path)


@pytest.mark.clause("C91")
@pytest.mark.feature("Responsible messaging")
def test_every_shipped_line_is_unverified_and_passes_in_its_own_country() -> None:
    shipped = shelf.load(BANK)
    found = [item for item in shipped.items.values() if item.category == HELP_LINE]
    assert {item.fields["region"] for item in found} == {"US", "CA", "GB", "IE", "AU", "NZ"}
    assert {one.code for one in shipped.countries} == {"US", "CA", "CA-ON", "GB", "IE", "AU", "NZ"}
    assert {note.source for one in shipped.countries for note in one.law} <= {one.id for one in shipped.guidelines}
    for item in found:
        assert (item.due(TODAY), item.source != "", check_item(item).fields) == (UNVERIFIED, True, item.fields)
        report = check(Draft(item.id, item.for_post(), country=item.fields["region"], post_type="resource"), today=TODAY)
        assert report.findings == (), item.id
    assert all(one.state == UNVERIFIED for one in shipped.countries)
