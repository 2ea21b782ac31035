"""Direct identifiers, their checks and owners."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.checklist.confidentiality import identifiers
from planner.checklist.needles import Haystack
from planner.checklist.report import Profile

OWN = Profile(
    phones=("503-555-0177",), emails=("me@mill.example",), domains=("mill.example",), handles=("@millcare",), addresses=("12 Mill Road",)
)


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("ask at b.okoro@mail.example", "email"),
        ("http://mill.example/a", "url"),
        ("IMG_2041_Jaylen.jpg", "file"),
        ("for @tasha_b today", "handle"),
        ("455-99-6622", "ssn"),
        ("GB82WEST12345698765432", "iban"),
        ("4111 1111 1111 1111", "card"),
        ("10.218.6.131", "ip"),
        ("MRN 4471902", "record"),
        ("A# 088-555-123", "record"),
        ("driver's licence no: AB123456", "license"),
        ("a white van, LK19 ZZY", "plate"),
        ("the van with plate BX 42K", "plate"),
        ("his reg number 7KLM 290", "plate"),
        ("serial 12345678", "device"),
        ("DOB 02/11/2007", "birth"),
        ("on 3/23/1940", "date"),
        ("his cell 619-555-0123", "phone"),
        ("0871234567", "phone"),
        ("Suite 286", "unit"),
        ("DE 70112", "zip"),
        ("SW1A 1AA", "postcode"),
        ("thanks ~ K.M., a friend", "initials"),
        ("Mrs P would like it known", "initials"),
    ],
)
def test_an_identifier_is_found_by_its_shape(text: str, type_: str) -> None:
    assert [one.type for one in identifiers.find(text, None)] == [type_]


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "GB82WEST12345698765433",
        "1.2.3",
        "2016-2019",
        "12 34",
        "Olmstead v. L.C. was",
        "SB 212 passed 17 to 6",
        "no digits here",
    ],
)
def test_what_fails_its_check_is_none(text: str) -> None:
    assert identifiers.find(text, None) == ()


def test_hits_do_not_overlap_and_come_left_to_right() -> None:
    found = identifiers.find("DOB 02/11/2007, MRN 4471902, a@b.example", None)
    assert [one.type for one in found] == ["birth", "record", "email"]
    assert all(one.end <= two.start for one, two in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("503-555-0177", "own"),
        ("619-555-0123", "unknown"),
        ("call our office on 619-555-0123", "public"),
        ("1-800-799-7233", "public"),
        ("me@mill.example", "own"),
        ("desk@mill.example", "own"),
        ("mayor@town.gov", "public"),
        ("apply to jobs@other.example", "public"),
        ("b.okoro@other.example", "unknown"),
        ("partnerships@other.example", "public"),
        ("the Rowan Trust: 01924 200799", "public"),
        ("https://mill.example", "own"),
        ("https://other.example", "public"),
        ("@millcare", "own"),
        ("@someone_else", "unknown"),
        ("MRN 4471902", "unknown"),
        ("@RepLindqvist", "public"),
        ("@HobartCouncil", "public"),
    ],
)
def test_an_identifier_has_an_owner(text: str, owner: str) -> None:
    assert [one.owner for one in identifiers.find(text, OWN)] == [owner]


def test_an_own_address_is_own() -> None:
    assert identifiers.owner_of("unit", "12 mill road", "12 mill road", 0, OWN) == "own"


def test_check_digits() -> None:
    assert identifiers.luhn([int(char) for char in "79927398713"])
    assert not identifiers.luhn([int(char) for char in "79927398710"])
    assert identifiers.iban("GB82 WEST 1234 5698 7654 32")


def test_a_file_name_falls_into_words() -> None:
    assert list(identifiers.parts_of_file_name("IMG_2041_JaylenOrtiz-fosterCare.jpg")) == ["img", "jaylen", "ortiz", "foster", "care"]


def test_signs_that_only_look_like_digits_are_none() -> None:
    assert [one.type for one in identifiers.find("Call 415-555-\u24f60100 or 415-555-0134.", None)] == ["phone"]


@given(
    st.lists(
        st.sampled_from(
            [
                *("a", "AB", "x", " ", "-", ".", ":", "/", "#", "@", "+", "(", ")", ",", "'", "\n", "~ "),
                *("1", "12", "123", "988", "4111 1111", "19", "2024", "00", "AB12", "CDE", "12345", "\u0663"),
                *(
                    "MRN",
                    "case no. ",
                    "Record #",
                    "licence ",
                    "DL",
                    "plate ",
                    "reg",
                    "serial",
                    "IMEI ",
                    "born on ",
                    "DOB: ",
                    "Apt ",
                    "p.o. box ",
                ),
                *("Mr ", "Ms. K", "J.R.", "me@x.org", "http://a.b", "www.", "photo.jpg", "office", "\u017f", "\u212a", "\u0130", "fe80:"),
            ]
        ),
        max_size=20,
    ).map("".join)
)
def test_looking_only_where_an_identifier_can_begin_misses_none(text: str) -> None:
    runs = [run.start() for run in identifiers._RUN.finditer(text)]
    for type_, pattern in identifiers._PATTERNS:
        found = identifiers._matches(type_, pattern, text, Haystack(text), runs)
        assert [match.span() for match in found] == [match.span() for match in pattern.finditer(text)], type_


@pytest.mark.parametrize(
    "text",
    [
        "My client wrote to me from hrvoje.kovac@gmail.com",
        "My client wrote from rides_lily@gmail.com",
        "My client wrote from pressley@ourtown.org",
        "My client Maria relapsed and she needs support tonight, she is on 07700 900123",
        "My client trusts nobody but me and my wish is that you call on @jenna4Eva",
    ],
)
def test_what_only_begins_like_an_office_is_somebodys(text: str) -> None:
    assert [one.owner for one in identifiers.find(text, None)] == ["unknown"]


@pytest.mark.parametrize("text", ["info@harbourtrust.org", "bookings.team2@clinic.ie", "Harbour Trust 020 7946 0123"])
def test_what_is_an_offices_is_nobodys(text: str) -> None:
    assert [one.owner for one in identifiers.find(text, None)] == ["public"]
