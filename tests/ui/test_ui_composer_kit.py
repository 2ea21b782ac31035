"""Compose, around the text: cut-downs, the account's own disclaimer, what a version changes, previews, waivers, near-duplicates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from planner.domain.account import Facts
from planner.domain.post import Content, LinkCard, PostVariant
from planner.services.composer import Details
from planner.ui.pages import composer_findings
from tests.ui.conftest import texts
from tests.ui.test_ui_composer import data
from tests.unit.services.rig import png

if TYPE_CHECKING:
    from planner.domain.post import Post
    from tests.ui.conftest import Desk


def long_form(desk: Desk) -> Post:
    account = desk.account("blog", "wordpress")
    post = desk.draft("Worry keeps people awake.\n\nMuch more.", account)
    return desk.planner.composer.save(desk.me, post.id, 1, post.base, post.variants, Details(type="long-form"))


@pytest.mark.clause("C114")
def test_a_short_post_is_started_from_a_long_one_and_asks_again_when_that_changes(desk: Desk) -> None:
    parent, account = long_form(desk), desk.account("@clinic", "bluesky")
    app = desk.open("composer", post=parent.id)
    assert "Short posts from this text (0)" in [one.label for one in app.expander]
    app.session_state["cuts.accounts"] = [account.id]
    next(one for one in app.button if one.label == "Start a short post").click().run()
    (child, _), *rest = desk.planner.cut_downs.of(parent.id)
    assert (child.account_ids, rest, app.query_params["post"]) == ((account.id,), [], child.id)
    assert "Made from “Worry keeps people awake." in texts(app)
    now = desk.planner.composer.load(parent.id)
    desk.planner.composer.save(desk.me, parent.id, now.version, replace(now.base, text="Another."), now.variants)
    assert "Short posts from this text (1, 1 to look at again)" in [one.label for one in desk.open("composer", post=parent.id).expander]
    app = desk.open("composer", post=child.id)
    assert "has changed since this was made" in texts(app)
    app.button(key="cuts.fits").click().run()
    assert "has changed since this was made" not in texts(app)
    app.button(key="cuts.parent").click().run()
    assert app.query_params["post"] == parent.id


@pytest.mark.clause("C138", "C139")
def test_the_accounts_own_disclaimer_is_offered_where_a_text_reads_like_advice(desk: Desk) -> None:
    desk.account(facts=Facts(disclaimer="This is education, not therapy."))
    desk.account("@two")
    post = desk.draft("Three tips for panic.", *desk.accounts)
    shown = data(desk.open("composer", post=post.id))
    assert [(one["about"], one["label"], one["text"]) for one in shown["offers"]] == [
        ("This reads like advice.", "Add “This is education, not therapy.”", "This is education, not therapy.")
    ]
    assert shown["notes"] == ["This reads like advice."]
    said = desk.planner.composer.save(
        desk.me, post.id, 1, replace(post.base, text="Three tips for panic. This is education, not therapy."), post.variants
    )
    assert data(desk.open("composer", post=said.id))["offers"] == []


@pytest.mark.clause("C138", "C139")
def test_an_account_keeps_its_own_disclaimer(desk: Desk) -> None:
    account = desk.account()
    app = desk.open("accounts", account=account.id)
    app.session_state["account.tabs"] = "Profile"
    app.run()
    app.text_input(key=f"profile.{account.id}.{account.version}.disclaimer").input(" Education only. ")
    next(one for one in app.button if one.label == "Save").click().run()
    assert desk.planner.accounts.get(account.id).facts.disclaimer == "Education only."


@pytest.mark.clause("C128")
def test_a_version_of_its_own_shows_word_by_word_what_it_changes(desk: Desk) -> None:
    one, two = desk.account(), desk.account("@two", "bluesky")
    post = desk.draft("Sleep and worry feed each other.", one, two)
    own = (PostVariant(one.id), PostVariant(two.id, Content(text="Sleep and worry feed us all.")))
    desk.planner.composer.save(desk.me, post.id, 1, post.base, own)
    app = desk.open("composer", post=post.id)
    assert data(app)["changes"] == []
    app.segmented_control(key="compose.variant").set_value(two.id).run()
    changed = [(one["kind"], one["text"]) for one in data(app)["changes"]]
    assert changed == [
        ("same", "Sleep and worry feed "),
        ("out", "each"),
        ("in", "us"),
        ("same", " "),
        ("out", "other"),
        ("in", "all"),
        ("same", "."),
    ]


def test_changes_put_together_are_both_texts() -> None:
    before, after = "One two, three.\n\nFour 👩‍👩‍👧", "One three… Four five"
    made = composer_findings.changes(before, after)
    assert "".join(one.text for one in made if one.kind != "in") == before
    assert "".join(one.text for one in made if one.kind != "out") == after
    assert composer_findings.changes(before, before) == ()


def test_nearly_the_same_post_is_named_while_writing(desk: Desk) -> None:
    words = "A small thing to try tonight: write the list for tomorrow on paper an hour before bed and close the notebook"
    desk.booked(words)
    other = desk.account("@two", "bluesky")
    post = desk.draft(words.replace("notebook", "book"), other)
    assert any("Nearly the same is on the calendar or out already" in note for note in data(desk.open("composer", post=post.id))["notes"])


def test_the_preview_shows_each_account_its_own_way(desk: Desk) -> None:
    one, two = desk.account(), desk.account("@clinic", "bluesky")
    desk.account("@x", "x")
    text = "word " * 55 + "\n---\nSee https://www.example.org/a/very/long/path/to/a/page " + "y" * 300
    content = Content(
        text=text, link=LinkCard("https://example.org", "A card", "What it says"), content_warning="Grief", first_comment="From here."
    )
    post = desk.planner.composer.new(desk.me, (one.id, two.id, desk.accounts[2].id), content)
    app = desk.open("composer", post=post.id)
    app.session_state["compose.preview"] = True
    said = texts(app.run())
    for words in (
        "Part 2 of 2",
        "Does not fit",
        "A card",
        "… more",
        "www.example.org/a/very/long/p…",
        "First comment",
        "cannot be shown here",
    ):
        assert words in said
    assert "Choose an account" in texts(_previewed(desk, desk.planner.composer.new(desk.me)))


def _previewed(desk: Desk, post: Post):  # noqa: ANN202 - an app
    app = desk.open("composer", post=post.id)
    app.session_state["compose.preview"] = True
    return app.run()


@pytest.mark.clause("C41")
def test_an_image_may_go_without_a_description_with_a_reason(desk: Desk) -> None:
    account = desk.account()
    post = desk.draft("Words", account)
    ref = desk.planner.images.add(desk.me, png(), "")
    desk.planner.composer.save(desk.me, post.id, 1, replace(post.base, media=(ref,)), post.variants)
    app = desk.open("composer", post=post.id)
    app.text_input(key=f"waive.{post.id}.base.{ref.digest}").input("A decorative line").run()
    kept = desk.planner.composer.load(post.id).base.media[0]
    assert (kept.alt, kept.waiver) == ("", "A decorative line")


@pytest.mark.feature("Threads, first comment")
def test_a_first_comment_is_asked_for_only_where_there_is_one(desk: Desk) -> None:
    blog, sky = desk.account("blog", "wordpress"), desk.account("@clinic", "bluesky")
    for account, there in ((blog, False), (sky, True)):
        app = desk.open("composer", post=desk.draft("Words", account).id)
        assert ("First comment" in [one.label for one in app.text_input]) is there
