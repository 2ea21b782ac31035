"""A post: digests bind every word that a reader sees, an edit voids what was approved, threads split at lines of dashes."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.errors import Missing
from planner.domain.post import Content, LinkCard, MediaRef, Post, PostState, PostVariant, edit

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)

PICTURE = MediaRef("d" * 64, "picture.png", "image/png", 10, alt="a lamp", waiver="", width=4, height=3)
FULL = Content(
    text="Words",
    title="Title",
    media=(PICTURE,),
    link=LinkCard("https://example.org", "Name", "About"),
    content_warning="warning",
    langs=("en",),
    visibility="public",
    reply_control="everyone",
    first_comment="More",
)
CHANGED = Content(
    text="Words.",
    title="Title.",
    media=(),
    link=None,
    content_warning="",
    langs=("de",),
    visibility="followers",
    reply_control="nobody",
    first_comment="More.",
)


def post(base: Content = FULL, *variants: PostVariant, state: PostState = "ready") -> Post:
    return Post("p1", base, variants or (PostVariant("a1"), PostVariant("a2")), "ann", NOW, NOW, state=state)


# --- digests ----------------------------------------------------------------------------------------------------------------------


def test_the_digest_is_that_of_the_canonical_json_on_every_machine() -> None:
    value = {
        "text": "Wörds",
        "title": "",
        "media": [],
        "link": None,
        "content_warning": "",
        "langs": ["en"],
        "visibility": "",
        "reply_control": "",
        "first_comment": "",
    }
    content = Content(text="Wörds")
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    assert content.digest == sha256(text.encode()).hexdigest()
    assert post(content).digest_for("a1") == sha256(f'["a1",{text}]'.encode()).hexdigest()


@pytest.mark.parametrize("name", [field.name for field in fields(Content)])
def test_the_digest_is_bound_to_every_field_of_the_content(name: str) -> None:
    after = replace(FULL, **{name: getattr(CHANGED, name)})
    assert after.digest != FULL.digest
    assert post(after).digest_for("a1") != post().digest_for("a1")


@pytest.mark.parametrize("name", [field.name for field in fields(MediaRef)])
def test_the_digest_is_bound_to_every_field_of_a_picture(name: str) -> None:
    other = {
        "digest": "e" * 64,
        "name": "x.png",
        "mime": "image/gif",
        "size": 11,
        "alt": "two lamps",
        "waiver": "why",
        "width": 5,
        "height": None,
    }
    assert replace(FULL, media=(replace(PICTURE, **{name: other[name]}),)).digest != FULL.digest


@pytest.mark.parametrize("name", [field.name for field in fields(LinkCard)])
def test_the_digest_is_bound_to_every_field_of_a_link(name: str) -> None:
    assert FULL.link is not None
    assert replace(FULL, link=replace(FULL.link, **{name: "other"})).digest != FULL.digest


def test_the_digest_is_bound_to_the_account_and_to_the_order_of_pictures() -> None:
    one, two = PICTURE, replace(PICTURE, digest="e" * 64)
    assert post().digest_for("a1") != post().digest_for("a2")
    assert replace(FULL, media=(one, two)).digest != replace(FULL, media=(two, one)).digest


@given(st.text(), st.text(), st.text(), st.text())
def test_words_never_slide_from_one_field_into_the_next_unnoticed(one: str, two: str, three: str, four: str) -> None:
    first, second = Content(text=one, title=two), Content(text=three, title=four)
    assert (first.digest == second.digest) == ((one, two) == (three, four))


# --- variants ---------------------------------------------------------------------------------------------------------------------


def test_a_variant_without_content_follows_the_base_and_its_own_content_counts_for_its_account_alone() -> None:
    own = Content(text="For the second")
    mixed = post(FULL, PostVariant("a1"), PostVariant("a2", own))
    assert mixed.account_ids == ("a1", "a2")
    assert mixed.content_for("a1") is FULL
    assert mixed.content_for("a2") is own


def test_a_post_has_nothing_for_another_account() -> None:
    with pytest.raises(Missing) as caught:
        post().content_for("a3")
    assert caught.value.sentence == "This post has no variant for that account. Add the account in the composer first."


# --- edit -------------------------------------------------------------------------------------------------------------------------

STATES: tuple[PostState, ...] = ("draft", "in_review", "returned", "ready", "archived")


@pytest.mark.clause("C23")
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", [field.name for field in fields(Content)])
def test_any_change_that_a_reader_sees_makes_a_draft_in_every_state(state: PostState, name: str) -> None:
    before = post(state=state)
    base = replace(FULL, **{name: getattr(CHANGED, name)})
    after = edit(before, base=base, variants=before.variants, at=LATER)
    assert after == replace(before, base=base, updated_at=LATER, version=2, state="draft")


@pytest.mark.parametrize("state", STATES)
def test_a_save_without_a_change_keeps_the_state(state: PostState) -> None:
    before = post(state=state)
    assert edit(before, base=FULL, variants=before.variants, at=LATER) == replace(before, updated_at=LATER, version=2)


@pytest.mark.parametrize(
    "variants",
    [
        (PostVariant("a1"),),
        (PostVariant("a1"), PostVariant("a2"), PostVariant("a3")),
        (PostVariant("a2"), PostVariant("a1")),
        (PostVariant("a1"), PostVariant("a2", replace(FULL, text="Own"))),
    ],
)
def test_a_change_of_accounts_or_of_one_variant_makes_a_draft(variants: tuple[PostVariant, ...]) -> None:
    assert edit(post(), base=FULL, variants=variants, at=LATER).state == "draft"


def test_a_base_that_nobody_follows_may_change() -> None:
    own = (PostVariant("a1", FULL), PostVariant("a2", FULL))
    before = post(FULL, *own)
    after = edit(before, base=CHANGED, variants=own, at=LATER)
    assert (after.state, after.base, after.version) == ("ready", CHANGED, 2)


def test_a_variant_that_says_what_the_base_says_is_no_change() -> None:
    assert edit(post(), base=FULL, variants=(PostVariant("a1", FULL), PostVariant("a2")), at=LATER).state == "ready"


# --- segments and headline ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ("",)),
        ("  \n ", ("",)),
        ("One", ("One",)),
        ("One\n---\nTwo", ("One", "Two")),
        ("One\n \t--- \t\nTwo\n---\n\nThree ", ("One", "Two", "Three")),
        ("One\r\n---\r\nTwo", ("One", "Two")),
        ("---\nOne\n---\n---\nTwo\n---", ("One", "Two")),
        ("---", ("",)),
        ("One --- Two", ("One --- Two",)),
        ("One\n----\nTwo", ("One\n----\nTwo",)),
        ("One\n--\nTwo", ("One\n--\nTwo",)),
        ("One\n--- end\nTwo", ("One\n--- end\nTwo",)),
    ],
)
def test_a_line_of_three_dashes_starts_the_next_part(text: str, parts: tuple[str, ...]) -> None:
    assert Content(text=text).segments == parts


WORDS = st.text(st.characters(categories=("L", "N"))).filter(bool)


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_parts_that_are_joined_come_apart_again(parts: list[str]) -> None:
    assert Content(text="\n---\n".join(parts)).segments == tuple(parts)


@pytest.mark.parametrize(
    ("title", "text", "headline"),
    [
        ("", "", ""),
        ("Title", "Text", "Title"),
        ("", " two\n words ", "two words"),
        ("", "x" * 60, "x" * 60),
        ("", "x" * 61, "x" * 59 + "…"),
        ("", "x" * 58 + " yz", "x" * 58 + "…"),
        (
            "",
            "Office hours this week: Monday to Thursday, nine to five. Mornings only.",
            "Office hours this week: Monday to Thursday, nine to five…",
        ),
    ],
)
def test_the_headline_is_the_title_or_the_first_words(title: str, text: str, headline: str) -> None:
    assert post(Content(text=text, title=title)).headline == headline
