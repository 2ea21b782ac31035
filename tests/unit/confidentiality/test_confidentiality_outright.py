"""Who says outright that there is one client is stopped, however harmless the rest sounds."""

from __future__ import annotations

import pytest

from planner.checklist.check import check
from planner.checklist.report import Draft


@pytest.mark.clause("C1", "C7", "C14")
@pytest.mark.parametrize(
    "text",
    [
        "I have a client with PTSD and am wondering what has helped others.",
        "I have a client with PTSD and am wondering what interventions help.",
        "I have a client with PTSD.",
        "We have a patient who collects clocks.",
        "I've had a new client and the weather was lovely.",
        "My 3 o'clock laughed for the first time today.",
        "Yesterday my client told me about the boat.",
        "So my patient Wren is home.",
    ],
)
def test_one_client_said_outright_blocks(text: str) -> None:
    found = [item for item in check(Draft("d", text)).findings if item.rule == "confidentiality.client-reference"]
    assert [item.level for item in found][:1] == ["block"]


@pytest.mark.clause("C3")
@pytest.mark.feature("Identifier spans")
@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("US", "619-555-0123"),
        ("CA", "(416) 555-0142"),
        ("GB", "020 7946 0018"),
        ("GB", "01632 960983"),
        ("IE", "087 123 4567"),
        ("IE", "+353 87 123 4567"),
        ("AU", "0412 345 678"),
        ("AU", "(02) 9876 5432"),
        ("NZ", "021 123 4567"),
        ("NZ", "09 123 4567"),
    ],
)
def test_the_number_of_a_client_is_found_in_every_countrys_shape(country: str, number: str) -> None:
    for text in (f"My client's mobile is {number}.", f"Rang my client on {number} twice."):
        found = check(Draft("d", text, country=country)).findings
        assert (number, "block") in {(one.quote, one.level) for one in found if one.rule == "confidentiality.direct-identifier"}, text


@pytest.mark.clause("C11", "C12")
@pytest.mark.feature("Case and work detail")
@pytest.mark.parametrize(
    ("country", "matter"),
    [
        ("GB", "LAC review on Friday for my little one in Hackney."),
        ("GB", "S47 visit this afternoon in Lambeth, three kids under five."),
        ("GB", "Removal hearing at Bromley County Court this morning. Mum sobbed."),
        ("GB", "MARAC tomorrow for my lady in Salford."),
        ("NZ", "Family Group Conference on Friday for my wh\u0101nau in Porirua."),
        ("US", "Court tomorrow for my kid, she is terrified of the judge."),
    ],
)
def test_live_matters_are_known_by_their_names_in_each_country(country: str, matter: str) -> None:
    rules = {one.rule for one in check(Draft("d", matter, author="social-worker", country=country)).findings}
    assert "confidentiality.live-case" in rules


@pytest.mark.parametrize(
    "text",
    [
        "If I have a client with PTSD, I look for a colleague who knows more than I do.",
        "We have a client portal for booking.",
        "I see one client at a time and book by phone.",
        "Many clients find grounding useful.",
        "My 3 o'clock coffee is the best of the day.",
        "I have a client base of forty.",
        "Our clients' phone numbers are never shared.",
        "Call my office on 416-555-0142.",
        "The Family Court is overloaded, says the Law Society.",
        "The Court of Protection rules explained, free webinar.",
        "I have a client in mind who does not exist: Ned is fictional, a made-up teaching vignette.",
    ],
)
def test_what_only_sounds_like_it_does_not_block(text: str) -> None:
    assert check(Draft("d", text)).verdict != "block"
