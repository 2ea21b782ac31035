"""Facets point at the right bytes, and at nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.bluesky.facets import facets

FAMILY = "👨‍👩‍👧‍👦"


def words(text: str) -> list[tuple[str, Any]]:
    """Return what each facet points at, and its value."""
    raw = text.encode()
    found = []
    for facet in facets(text):
        (feature,) = facet["features"]
        value = next(value for name, value in feature.items() if name != "$type")
        found.append((raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(), value))
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nothing", []),
        ("see https://example.org/a.", [("https://example.org/a", "https://example.org/a")]),
        ("see 988lifeline.org", [("988lifeline.org", "https://988lifeline.org")]),
        (f"{FAMILY} #MentalHealth!", [("#MentalHealth", "MentalHealth")]),
        ("日本 #社会福祉 です", [("#社会福祉", "社会福祉")]),
        ("شكرا #صحة", [("#صحة", "صحة")]),
        ("#1 and #2026 are no tags, #2026goals is", [("#2026goals", "2026goals")]),
        ("#one#two", [("#one", "one")]),
        ("C#sharp &#39; and #️⃣", []),
        ("#post-traumatic growth", [("#post-traumatic", "post-traumatic")]),
        ("#trailing- dash", [("#trailing", "trailing")]),
        ("#" + "x" * 65, []),
        ("#" + "x" * 64, [("#" + "x" * 64, "x" * 64)]),
        ("thank you @Friend.bsky.social!", [("@Friend.bsky.social", "friend.bsky.social")]),
        ("mail me@example.org", []),
        ("@nobody is no handle", []),
        ("https://example.org/#part and #tag", [("https://example.org/#part", "https://example.org/#part"), ("#tag", "tag")]),
        ("https://bsky.app/profile/@a.b.c", [("https://bsky.app/profile/@a.b.c", "https://bsky.app/profile/@a.b.c")]),
        ("https://example.org/?q=#part", [("https://example.org/?q=#part", "https://example.org/?q=#part")]),
        (
            "@a.example.org b.org #c",
            [("@a.example.org", "a.example.org"), ("b.org", "https://b.org"), ("#c", "c")],
        ),
    ],
)
def test_facets(text: str, found: list[tuple[str, Any]]) -> None:
    assert words(text) == found


AROUND = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="@./:#\uff03"), max_size=30)


@given(AROUND, AROUND)
def test_offsets_are_bytes_whatever_stands_around(before: str, after: str) -> None:
    text = f"{before} #SocialWork {after}"
    assert ("#SocialWork", "SocialWork") in words(text)


@given(st.text(st.sampled_from("ab #@./:🙂é日-_1")))
def test_facets_are_sorted_and_never_overlap(text: str) -> None:
    spans = [(facet["index"]["byteStart"], facet["index"]["byteEnd"]) for facet in facets(text)]
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(start < end for start, end in spans)
    for start, end in spans:
        text.encode()[start:end].decode()  # never through the middle of a character
