"""Rules are named by the headings under which people read them."""

from __future__ import annotations

import pytest

from planner.services.headings import named


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ((), ""),
        (("tone.hostile", "tone.stigma"), "Tone and respect"),
        (("boundaries.location", "confidentiality.stories", "boundaries.advice"), "Privacy; Informed consent; Boundaries"),
        (("house.own-rule",), "Confidentiality"),
    ],
)
def test_rules_are_named_by_their_headings_each_once(rules: tuple[str, ...], said: str) -> None:
    assert named(rules) == said
