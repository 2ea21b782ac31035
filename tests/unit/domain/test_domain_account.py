"""Accounts: personal ones are refused with the reason, and every other fault is named before anything is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import registry
from planner.domain.account import AUTHORS, ORG_TYPES, PERSONAL_REFUSED, Account, label_of, open_items, require_complete, validate
from planner.domain.errors import Invalid, NotReady
from planner.domain.schedule import Slot, Window

GOOD = Account(
    id="a1",
    owner="Juniper Street Counseling",
    purpose="Education",
    kind="practice",
    platform="bluesky",
    handle="@juniper",
    mode="api",
    zone="America/Denver",
    countries=("US", "GB"),
    created_at=datetime(2026, 11, 24, tzinfo=UTC),
    org_type="practice",
    author="therapist",
    business_hours=(Window(0, time(9), time(17)),),
    quiet_hours=(Window(6, time(22), time(7)),),
    slots=(Slot(0, time(9)), Slot(6, time(9))),
    health="ok",
)


def refused(**changes: Any) -> Invalid:
    with pytest.raises(Invalid) as caught:
        validate(replace(GOOD, **changes))
    return caught.value


def test_a_good_account_comes_back_as_it_is() -> None:
    assert validate(GOOD) is GOOD


@pytest.mark.clause("C43", "C49", "C50")
def test_a_personal_account_is_refused_with_the_reason() -> None:
    fault = refused(kind="personal", owner="", zone="")
    assert (fault.field, fault.sentence) == ("kind", PERSONAL_REFUSED)
    assert PERSONAL_REFUSED.startswith("This is a personal account. ")
    assert PERSONAL_REFUSED.endswith("Create a separate professional account and connect that one.")


@pytest.mark.clause("C51")
@pytest.mark.parametrize(
    ("name", "label"), [("owner", "who it belongs to"), ("purpose", "why it exists"), ("handle", "its name on the platform")]
)
@pytest.mark.parametrize("empty", ["", "  \n"])
def test_an_account_states_whose_why_and_what_it_is_called(name: str, label: str, empty: str) -> None:
    fault = refused(**{name: empty})
    assert (fault.field, fault.sentence) == (name, f"Say {label}: every account states this before it can be used.")


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("kind", "practice, agency, advocacy, personal"),
        ("mode", "api, hand"),
        ("author", "therapist, social-worker, agency, advocacy, student"),
        ("org_type", "practice, agency, charity, 501c3, 501c4, foundation, government, other"),
    ],
)
def test_an_unknown_choice_is_refused_with_the_list(name: str, known: str) -> None:
    fault = refused(**{name: "somebody else entirely"})
    assert (fault.field, fault.sentence) == (name, f"“somebody else entire” is not known here. Choose one of: {known}.")


@pytest.mark.parametrize("author", [None, *AUTHORS])
@pytest.mark.parametrize("org_type", [None, *ORG_TYPES])
def test_every_author_and_organization_is_taken_and_nobody_has_to_say(author: str | None, org_type: str | None) -> None:
    validate(replace(GOOD, author=author, org_type=org_type))


@pytest.mark.parametrize("kind", ["practice", "agency", "advocacy"])
@pytest.mark.parametrize("mode", ["api", "hand"])
def test_every_professional_kind_and_mode_is_taken(kind: str, mode: str) -> None:
    validate(replace(GOOD, kind=kind, mode=mode))  # type: ignore[arg-type]


def test_a_wrong_zone_is_refused() -> None:
    assert refused(zone="Denver").field == "zone"


def test_an_account_names_a_country() -> None:
    fault = refused(countries=())
    assert (fault.field, fault.sentence) == (
        "countries",
        "Choose at least one country: it decides the crisis lines and the rules that apply.",
    )


@pytest.mark.parametrize("code", ["us", "U", "USA", "U1", "", "US ", "Ü1", "x" * 30, "CA-", "CA-on", "CA-ONTA", "CA ON"])
def test_a_country_has_two_capital_letters(code: str) -> None:
    fault = refused(countries=("US", code))
    assert fault.field == "countries"
    assert fault.sentence == f"“{code[:20]}” is not a country code. Use two capital letters such as US or GB, or a region such as CA-ON."


@pytest.mark.parametrize("code", ["CA-ON", "AU-NSW", "GB-SCT", "CH-1"])
def test_a_region_may_stand_behind_its_country(code: str) -> None:
    assert validate(replace(GOOD, countries=(code, "US"))).countries == (code, "US")


@pytest.mark.parametrize("name", ["business_hours", "quiet_hours"])
def test_a_span_of_hours_has_two_different_ends(name: str) -> None:
    fault = refused(**{name: (Window(0, time(9), time(17)), Window(1, time(9), time(9)))})
    assert (fault.field, fault.sentence) == ("hours", "A span of hours needs an end that differs from its start.")


@pytest.mark.parametrize("day", [-1, 7])
@pytest.mark.parametrize("name", ["business_hours", "quiet_hours", "slots"])
def test_a_day_is_a_day_of_the_week(name: str, day: int) -> None:
    fault = refused(**{name: (Slot(day, time(9)),) if name == "slots" else (Window(day, time(9), time(17)),)})
    assert (fault.field, fault.sentence) == ("hours", f"{day} is no day of the week. Count from 0 (Monday) to 6 (Sunday).")


@given(st.text(max_size=40), st.sampled_from(["UTC", "utc/x", "Denver", ""]), st.text(max_size=2))
def test_any_words_are_taken_or_refused_by_the_name_of_a_field(owner: str, place: str, country: str) -> None:
    field = None
    try:
        validate(replace(GOOD, owner=owner, zone=place, countries=(country,)))
    except Invalid as error:
        field = error.field
    good_country = len(country) == 2 and all("A" <= letter <= "Z" for letter in country)
    assert field == ("owner" if not owner.strip() else "zone" if place != "UTC" else None if good_country else "countries")


# --- set-up -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "mode", "health", "items"),
    [
        (True, "api", "ok", ()),
        (True, "hand", "untested", ()),
        (True, "api", "needs-login", ()),
        (True, "api", "untested", ("a tested connection",)),
        (False, "api", "ok", ("business hours",)),
        (False, "api", "untested", ("business hours", "a tested connection")),
        (False, "hand", "untested", ("business hours",)),
    ],
)
def test_what_is_missing_before_the_first_post(hours: bool, mode: str, health: str, items: tuple[str, ...]) -> None:
    account = replace(GOOD, business_hours=GOOD.business_hours if hours else (), mode=mode, health=health)  # type: ignore[arg-type]
    assert open_items(account) == items
    if not items:
        require_complete(account)
        return
    with pytest.raises(NotReady) as caught:
        require_complete(account)
    assert caught.value.sentence == (
        f"@juniper (Bluesky) is not set up yet: {', '.join(items)} missing. Complete it on the Accounts page, then schedule."
    )


def test_people_call_an_account_by_its_name_and_platform() -> None:
    assert GOOD.title == "@juniper (Bluesky)"


def test_platforms_are_written_as_their_connectors_write_them() -> None:
    titles = {info.name: info.title for info in registry.platforms()}
    assert {name: label_of(name) for name in titles} == titles
