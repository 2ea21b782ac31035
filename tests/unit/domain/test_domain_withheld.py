"""Names that are kept out: found however they are written, and nothing else is touched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.domain.account import Facts
from planner.domain.withheld import IN_ADDRESS, PLACE, Withheld
from tests.unit.domain.test_domain_account import GOOD

pytestmark = [pytest.mark.clause("C53"), pytest.mark.feature("Pseudonymous account")]


def named(*names: str) -> Withheld:
    return Withheld(replace(GOOD, facts=Facts(pseudonym=True, legal_name=name)) for name in names)


@pytest.mark.parametrize("text", ["Ana Ruiz", "ANA RUIZ", "ana\n  ruiz"])
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    assert named("Ana  Ruiz").hide(f"By {text}, today") == f"By {PLACE}, today"


@pytest.mark.parametrize("text", ["ana-ruiz", "ana_ruiz", "Ana%20Ruiz"])
def test_a_name_in_an_address_leaves_an_address(text: str) -> None:
    assert named("Ana Ruiz").hide(f"https://a.example/{text}/x") == f"https://a.example/{IN_ADDRESS}/x"


def test_the_longer_name_goes_first_and_other_words_stay() -> None:
    assert named("Ana Ruiz", "Ana Ruiz Vega").hide("Ana Ruiz Vega and Ana Ruizova") == f"{PLACE} and Ana Ruizova"


def test_every_text_of_a_value_is_cleaned_and_no_key() -> None:
    value = {"Ana Ruiz": ["by Ana Ruiz", 3, None, {"who": "Ana Ruiz"}]}
    assert named("Ana Ruiz").clean(value) == {"Ana Ruiz": [f"by {PLACE}", 3, None, {"who": PLACE}]}


def test_without_a_name_nothing_changes() -> None:
    value = {"who": "Ana Ruiz"}
    assert named("", " ").clean(value) is value
    assert named("").hide("Ana Ruiz") == "Ana Ruiz"
