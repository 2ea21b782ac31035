"""What a reader sees of a text, and first comments: posted by those that can, never left away in silence."""

from __future__ import annotations

import pytest

from connectors import facts, measuring, registry
from connectors.base import Variant
from connectors.showing import Seen, part

LINK = "https://www.example.org/a/very/long/path/to/a/page"


def test_addresses_are_shown_short_where_the_platform_shows_them_short() -> None:
    assert part(f"See {LINK}.", facts.load("bluesky").hand) == Seen("See www.example.org/a/very/long/p….")
    assert part("https://nimh.nih.gov", facts.load("bluesky").hand) == Seen("nimh.nih.gov")
    assert part(f"See {LINK}.", facts.load("wordpress").hand) == Seen(f"See {LINK}.")


def test_a_long_text_is_folded_at_a_word() -> None:
    rules, text = facts.load("linkedin").hand, "word " * 60
    seen = part(text.strip(), rules)
    assert rules.fold is not None
    assert len(seen.shown) <= rules.fold
    assert f"{seen.shown} {seen.behind}" == text.strip()
    assert part("Short.", rules) == Seen("Short.")


@pytest.mark.parametrize("platform", ["x", "bluesky", "mastodon"])
def test_what_does_not_fit_is_cut_where_the_platform_counts(platform: str) -> None:
    rules = facts.load(platform).hand
    text = "a" * (rules.length.limit - 1) + "bc👩‍👩‍👧"
    seen = part(text, rules)
    assert (seen.shown, seen.lost) == (text[: rules.length.limit], text[rules.length.limit :])
    assert part(text[: rules.length.limit], rules).lost == ""


@pytest.mark.feature("Threads, first comment")
@pytest.mark.parametrize("platform", ["bluesky", "mastodon"])
def test_a_first_comment_goes_out_as_a_reply_to_oneself(platform: str) -> None:
    connector = registry.preview(platform, "api", {})
    variant = Variant(("The post.",), first_comment="Where this comes from.")
    assert connector.measure(variant).problems == ()
    plain, commented = connector.render(Variant(("The post.",))), connector.render(variant)
    assert commented[0] == plain[0]
    assert [one.payload for one in commented[1:]] == [
        one.payload for one in connector.render(Variant(("The post.", "Where this comes from.")))[1:]
    ]


@pytest.mark.feature("Threads, first comment")
def test_a_first_comment_that_nobody_would_post_is_a_problem() -> None:
    variant = Variant(("The post.",), title="A title", first_comment="Where this comes from.")
    none = registry.preview("wordpress", "api", {}).measure(variant)
    assert [(one.field, one.reason) for one in none.problems] == [
        ("first_comment", "WordPress has no first comment. Put it into the text, and leave the field empty.")
    ]
    api = registry.preview("linkedin", "api", {}).measure(variant)
    assert [one.field for one in api.problems] == ["first_comment"]
    assert "post this account by hand" in api.problems[0].reason
    assert registry.preview("linkedin", "hand", {}).measure(variant).problems == ()
    rules = facts.load("bluesky")
    assert measuring.final_texts(rules, rules.hand, variant) == ("The post.",)
