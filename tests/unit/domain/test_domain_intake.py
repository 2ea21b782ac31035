"""Tables are read whatever wrote them; what an export made safe for spreadsheets comes back as it was."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.errors import Invalid
from planner.domain.intake import MOST_CHARACTERS, MOST_ROWS, guessed, read, row_key, taken_off
from planner.services.cells import cell

pytestmark = pytest.mark.feature("CSV and JSON import")


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_table_is_read_with_the_sign_that_its_header_uses(sign: str) -> None:
    sheet = read(f'\ufefftext{sign}account\r\n"One{sign} two\nthree"{sign}@a\r\n{sign}\r\n\'=2+2{sign}\r\nshort\r\n')
    assert sheet.columns == ("text", "account")
    assert list(sheet.rows) == [{"text": f"One{sign} two\nthree", "account": "@a"}, {"text": "=2+2", "account": ""}, {"text": "short"}]


def test_a_list_of_objects_is_read() -> None:
    told = [{"text": "One", "labels": ["a", "b"], "n": 3}, {"text": None, "more": {"x": True}}]
    sheet = read(json.dumps(told))
    assert sheet.columns == ("text", "labels", "n", "more")
    assert sheet.rows == ({"text": "One", "labels": "a;b", "n": "3"}, {"text": "", "more": '{"x": true}'})
    assert read(json.dumps({"posts": told})) == sheet


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("\ufeff \n", "is empty"),
        ("text,account\n", "no row"),
        ("[]", "no row"),
        ("text,text\na,b\n", "a name of its own"),
        ("text,\na,b\n", "a name of its own"),
        ("text\na,b\n", "Line 2 has 2 cells, the header has 1"),
        ('text\n"a"b\n', "no CSV"),
        ("[1]", "list of objects"),
        ("{}", "list of objects"),
        ("[{]", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("text\n" + "a\n" * (MOST_ROWS + 1), "rows"),
        ("text\n" + "a" * MOST_CHARACTERS, "characters"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(text: str, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        read(text)


def test_columns_whose_names_speak_for_themselves_are_found_once() -> None:
    assert guessed(["Post", "Account", "Publish at", "Source_Date", "Nonsense"]) == {
        "text": "Post", "account": "Account", "planned": "Publish at", "source_date": "Source_Date",
    }  # fmt: skip
    assert guessed(["post", "account", "state", "purpose", "type", "labels", "title", "text", "changed"]) == {
        "text": "text", "title": "title", "account": "account", "purpose": "purpose", "type": "type", "labels": "labels",
    }  # fmt: skip
    assert guessed(["url", "a"]) == {"link": "url"}


def test_a_row_is_known_by_its_key_or_by_what_it_says() -> None:
    assert row_key({"key": " 7 ", "text": "a"}) == row_key({"key": "7", "text": "b"}) == "7"
    assert row_key({"text": "a"}) != row_key({"text": "b"})
    assert row_key({"text": "a", "title": "b"}) == row_key({"title": "b", "text": "a"})


@given(st.text() | st.text(alphabet="'=+-@\t\r\n\uff1dab"))
def test_a_cell_that_was_made_safe_comes_back_as_it_was(text: str) -> None:
    safe = cell(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert taken_off(safe) == text


WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=5).filter(lambda rows: any(cell.strip() for row in rows for cell in row)))
def test_a_table_out_and_in_again_is_equal(rows: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("text", "title"))
    writer.writerows([cell(one) for one in row] for row in rows)
    assert [(row["text"], row["title"]) for row in read(out.getvalue()).rows] == [
        row for row in rows if any(cell(one).strip() for one in row)
    ]
