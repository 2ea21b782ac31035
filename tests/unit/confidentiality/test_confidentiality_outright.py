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


@pytest.mark.parametrize(
    "text",
    [
        "If I have a client with PTSD, I look for a colleague who knows more than I do.",
        "We have a client portal for booking.",
        "I see one client at a time and book by phone.",
        "Many clients find grounding useful.",
        "My 3 o'clock coffee is the best of the day.",
        "I have a client base of forty.",
        "I have a client in mind who does not exist: Ned is fictional, a made-up teaching vignette.",
    ],
)
def test_what_only_sounds_like_it_does_not_block(text: str) -> None:
    assert check(Draft("d", text)).verdict != "block"
