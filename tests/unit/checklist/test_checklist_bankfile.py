"""The lists of help lines and countries, looked over: one clear sentence a fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from planner.checklist import bankfile
from planner.checklist.bank import BANK
from planner.checklist.rules import load

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 11, 27)
LINE = """[[line]]
id = "l"
country = "US"
name = "Night line"
call = "988"
text = ""
keyword = ""
hours = "24/7"
languages = ["en"]
url = "https://example.org"
seen_in = "nowhere"
verified_by = ""
verified_on = ""
review_after = "2027-05-21"
"""
COUNTRIES = (
    '[[country]]\ncode = "US"\nname = "United States"\nemergency = "911"\nseen_in = ""\nverified_by = ""\nverified_on = ""\nlaw = []\n'
)


def told(folder: Path, lines: str = LINE, countries: str = COUNTRIES) -> list[str]:
    """Return what is wrong with the lists themselves; what the shipped rules say to such a short bank is another matter."""
    (folder / "crisis_lines.toml").write_text(lines, encoding="utf-8")
    (folder / "countries.toml").write_text(countries, encoding="utf-8")
    return [one.text for one in bankfile.faults(replace(load(), rules=()), DAY, folder)]


@pytest.mark.clause("C40")
def test_what_is_shipped_has_no_fault() -> None:
    assert bankfile.unreadable() == ()
    assert [one for one in bankfile.faults(load(), DAY) if not one.warns] == []


def test_a_review_that_is_over_only_warns() -> None:
    found = bankfile.faults(load(), date(2028, 1, 1))
    assert found
    assert all(one.warns for one in found)
    assert found[0].text.startswith("crisis_lines.toml, line-us-988: review_after 2027-05-21 is over: call the line again")


def test_every_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "tone.toml").write_text("[[rule]", encoding="utf-8")
    (tmp_path / "crisis_lines.toml").write_bytes(b"\xff")
    (tmp_path / "countries.toml").write_text("", encoding="utf-8")
    first, second = bankfile.unreadable(tmp_path)
    assert first.startswith("crisis_lines.toml: it is no TOML ('utf-8' codec")
    assert second.startswith("rules/tone.toml: it is no TOML (")
    assert "line 1, column 7" in second


@pytest.mark.clause("C40")
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("country =", "countri =", "the key 'countri' is unknown (did you mean 'country'?): correct its spelling or remove it"),
        ("hours =", "zzz =", "the key 'zzz' is unknown: correct its spelling or remove it"),
        ('seen_in = "nowhere"\n', "", 'it has no seen_in: write seen_in = "", or what belongs there'),
        ('languages = ["en"]\n', "", "it has no languages: write languages = [], or what belongs there"),
        ('languages = ["en"]', 'languages = "en"', "languages is no list: write it in [brackets]"),
        ('call = "988"', "call = 988", 'call is no text: write call = "...", with quotation marks'),
        ('"2027-05-21"', "2027-05-21", 'review_after is no text: write review_after = "2027-05-21", with quotation marks'),
        ('"2027-05-21"', '"21 May"', "review_after '21 May' is no day: write it as \"2027-05-21\""),
        ('"2027-05-21"', '"2026-11-26"', "review_after 2026-11-26 is over: call the line again, and write down name, day and next review"),
        ('verified_by = ""', 'verified_by = "Jo"', "verified_by and verified_on belong together: give who called and on which day, or leave both empty"),
        ('by = ""\nverified_on = ""', 'by = "Jo"\nverified_on = "2026-11-28"', "verified_on 2026-11-28 has not come yet: give the day on which somebody called"),
        ('"US"', '"XX"', "the country 'XX' is not in countries.toml: write two capital letters that stand there"),
        ('"988"', '"nine"', "call 'nine' is no number: write digits, with blanks or hyphens between them"),
        ('"988"', '""', "it has no number: give the one to call, the one to text, or both"),
        ('keyword = ""', 'keyword = "HI"', "there is no number to text 'HI' to: fill in text, or empty keyword"),
    ],
)  # fmt: skip
def test_a_fault_of_a_line_is_one_clear_sentence(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert f"crisis_lines.toml, l: {said}" in told(tmp_path, LINE.replace(old, new))


def test_a_good_line_has_none_and_a_twin_is_named(tmp_path: Path) -> None:
    assert told(tmp_path, LINE.replace('by = ""\nverified_on = ""', 'by = "Jo"\nverified_on = "2026-11-27"')) == []
    assert told(tmp_path, LINE + LINE) == ["crisis_lines.toml, l: another entry has the same id: give it one of its own"]


def test_other_tables_and_other_shapes_are_named(tmp_path: Path) -> None:
    (fault,) = told(tmp_path, LINE.replace("[[line]]", "[[lines]]"))
    assert fault == "crisis_lines.toml: nobody reads 'lines': begin every entry with [[line]]"
    (fault,) = told(tmp_path, "line = 7")
    assert fault == "crisis_lines.toml: line is no list of entries: begin every entry with [[line]]"
    nameless = told(tmp_path, LINE.replace('id = "l"\n', ""))
    assert nameless == ['crisis_lines.toml, entry 1: it has no id: write id = "", or what belongs there']
    assert told(tmp_path, "line = [7]") == []


def test_a_country_without_an_emergency_number_is_named(tmp_path: Path) -> None:
    (fault,) = told(tmp_path, countries=COUNTRIES.replace('"911"', '"?"'))
    assert fault == 'countries.toml, US: it has no emergency number: write emergency = "112"'
    assert "countries.toml, US: the key 'lawe' is unknown (did you mean 'law'?): correct its spelling or remove it" in told(
        tmp_path, countries=COUNTRIES + "lawe = 1\n"
    )


@pytest.mark.clause("C40")
def test_a_line_that_no_rule_takes_for_help_and_help_that_is_no_line_are_told(tmp_path: Path) -> None:
    (tmp_path / "countries.toml").write_text(COUNTRIES, encoding="utf-8")
    (tmp_path / "crisis_lines.toml").write_text(LINE.replace("988", "14416 7"), encoding="utf-8")
    rule = next(one for one in load().rules if one.plugin == "crisis-line")
    only = replace(
        rule,
        pack="safety",
        variant="",
        options=MappingProxyType({**rule.options, "resource": (r"\b(?:98[78]|116 ?123|911)\b",)}),
        without_draft=(r"\b0800\b",),
    )
    packs = replace(load(), rules=(only, replace(only, pack="tone", plugin="")))
    named = "safety.toml, safety.missing-crisis-resource"
    assert [one.text for one in bankfile.faults(packs, DAY, tmp_path)] == [
        f"{named}: 14416 7 of l is no help to it: write <help_line> into its `resource`",
        f"{named}: it takes 0800 for help, which is no line of crisis_lines.toml: add the line or take it out",
        f"{named}: it takes 116123 for help, which is no line of crisis_lines.toml: add the line or take it out",
    ]


def test_the_shipped_rules_take_their_numbers_from_the_shipped_list(tmp_path: Path) -> None:
    """A number changed in a copy of the list is told by every rule that names the old one; the rules themselves name none."""
    text = (BANK / "crisis_lines.toml").read_text(encoding="utf-8")
    (tmp_path / "crisis_lines.toml").write_text(text.replace('"50808"', '"50809"'), encoding="utf-8")
    (tmp_path / "countries.toml").write_text((BANK / "countries.toml").read_text(encoding="utf-8"), encoding="utf-8")
    found = [one.text for one in bankfile.faults(load(), DAY, tmp_path)]
    assert found
    assert all("50809 of line-ie-text-about-it is no help to it" in one for one in found)
