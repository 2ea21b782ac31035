"""Composing: saves that never overwrite, answers bound to content, overrides that are logged, and a gate that nobody walks around."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from connectors.base import Media
from planner.checklist.report import LedgerEntry, Question
from planner.domain.errors import Blocked, Conflict, Invalid, Missing, NotAllowed, NotReady, Unanswered
from planner.domain.post import Content, LinkCard, MediaRef, PostVariant
from planner.domain.review import READERS
from planner.services.composer import MAX_TEXT, Details
from tests.unit.services.rig import NOW, TOMORROW, YES_NO, Rig, Script, png

if TYPE_CHECKING:
    from planner.domain.post import Post

REASON = "A quote from a printed flyer"
STANDING = Question("standing.person", "Is it about a real person?", "standing", YES_NO)
TOPIC = Question("topic.advice", "Could it be read as advice?", "topic", YES_NO)


def passage(rig: Rig, post: Post, index: int = 0):  # noqa: ANN201 - the gate's own value
    return rig.composer.check(post.id)[index]


# --- new and save -----------------------------------------------------------------------------------------------------------------


def test_a_new_draft_is_stored_for_its_accounts(rig: Rig) -> None:
    one, two = rig.account(), rig.account(handle="@two")
    post = rig.draft("Words", one, two)
    assert rig.composer.load(post.id) == post
    assert (post.state, post.version, post.account_ids, post.created_by) == ("draft", 1, (one.id, two.id), "owner")
    assert (post.created_at, post.updated_at, post.demo) == (NOW, NOW, False)
    assert rig.composer.new(rig.alone(), demo=True).demo


def test_a_draft_may_start_without_words_and_accounts(rig: Rig) -> None:
    post = rig.composer.new(rig.alone())
    assert (post.base, post.account_ids, rig.composer.check(post.id)) == (Content(), (), ())


def test_nobody_writes_for_an_account_that_is_not_there_put_away_or_chosen_twice(rig: Rig) -> None:
    one, away = rig.account(), rig.account(handle="@away")
    rig.accounts.archive(rig.alone(), away.id)
    with pytest.raises(Missing):
        rig.composer.new(rig.alone(), ("nobody",))
    with pytest.raises(Invalid, match=r"@away \(Bluesky\) was put away"):
        rig.composer.new(rig.alone(), (away.id,))
    with pytest.raises(Invalid, match="chosen twice"):
        rig.composer.new(rig.alone(), (one.id, one.id))
    post = rig.draft("Words", one)
    for variants, error in (
        ((PostVariant("nobody"),), Missing),
        ((PostVariant(away.id),), Invalid),
        ((PostVariant(one.id), PostVariant(one.id)), Invalid),
    ):
        with pytest.raises(error):
            rig.composer.save(rig.alone(), post.id, 1, post.base, variants)
    assert rig.composer.load(post.id) == post


def test_a_post_keeps_an_account_that_was_put_away_later(rig: Rig) -> None:
    one = rig.account()
    post = rig.draft("Words", one)
    rig.accounts.archive(rig.alone(), one.id)
    assert rig.save(post, "More words").base.text == "More words"


def test_a_save_is_a_new_version_and_the_old_one_is_kept(rig: Rig) -> None:
    post = rig.draft("One", rig.account())
    rig.clock.on(minutes=5)
    after = rig.save(post, "Two")
    assert rig.composer.load(post.id) == after
    assert (after.version, after.base.text, after.created_at, after.updated_at) == (2, "Two", NOW, NOW + timedelta(minutes=5))
    with rig.store.read() as tx:
        assert tx.posts.version(post.id, 1).base.text == "One"


def test_an_older_version_never_overwrites_a_newer_one(rig: Rig) -> None:
    post = rig.draft("One", rig.account())
    newer = rig.save(post, "Two")
    with pytest.raises(Conflict, match="Somebody saved a newer version of this post"):
        rig.save(post, "Three")
    assert rig.composer.load(post.id) == newer


@pytest.mark.parametrize("step", ["save", "submit"])
def test_two_writers_at_the_same_moment_are_told_apart(rig: Rig, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """The store refuses the swap although the version was right a moment ago."""
    post = rig.draft("One", rig.account())
    rig.tick_all(post)
    from planner.store.posts import SqlPosts  # noqa: PLC0415 - only here

    monkeypatch.setattr(SqlPosts, "swap", lambda *_: False)
    with pytest.raises(Conflict):
        rig.save(post, "Two") if step == "save" else rig.composer.submit(rig.alone(), post.id, 1)
    monkeypatch.undo()
    assert rig.composer.load(post.id) == post


def test_of_many_writers_at_once_one_wins_and_the_others_are_told(rig: Rig) -> None:
    post = rig.draft("One", rig.account())
    actor = rig.alone()
    results: list[str] = []

    def write(text: str) -> None:
        try:
            results.append(rig.save(post, text, actor).base.text)
        except Conflict:
            results.append("conflict")

    threads = [threading.Thread(target=write, args=(f"Text {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = rig.composer.load(post.id)
    assert sorted(results) == sorted(["conflict"] * 7 + [kept.base.text])
    assert kept.version == 2


def test_a_save_without_a_change_writes_nothing(rig: Rig) -> None:
    post = rig.draft("One", rig.account())
    rig.clock.on(minutes=5)
    assert rig.save(post, "One") == post
    assert rig.composer.load(post.id) == post


def test_what_stands_beside_the_words_is_saved_and_is_no_edit(rig: Rig) -> None:
    post = rig.ready("One", rig.account())
    details = Details("thank", "quote", ("partners",), "week")
    after = rig.composer.save(rig.alone(), post.id, post.version, post.base, post.variants, details)
    assert (after.purpose, after.type, after.labels, after.campaign, after.state) == ("thank", "quote", ("partners",), "week", "ready")
    again = rig.composer.save(rig.alone(), post.id, after.version, post.base, post.variants, details)
    assert again == after


@pytest.mark.parametrize("state", ["in_review", "returned", "ready", "archived"])
@pytest.mark.clause("C23")
def test_an_edit_makes_a_draft_in_every_state(rig: Rig, state: str) -> None:
    account = rig.account()
    before = rig.ready("One", account)
    post = replace(before, state=state, version=before.version + 1)  # type: ignore[arg-type]
    with rig.store.write() as tx:
        assert tx.posts.swap(before, post)
    after = rig.save(post, "One.")
    assert after.state == "draft"
    rig.tick_all(after)
    with pytest.raises(NotReady, match="is not approved"):
        rig.calendar.schedule(rig.alone(), post.id, account.id, TOMORROW)


@pytest.mark.clause("C18")
@pytest.mark.parametrize("state", ["sent", "sending", "unconfirmed"])
def test_what_is_out_or_on_its_way_keeps_its_words(rig: Rig, state: str) -> None:
    item = rig.scheduled("One", rig.account())
    rig.force(item, state)
    post = rig.composer.load(item.post_id)
    with pytest.raises(NotReady, match="its text is kept as it was"):
        rig.save(post, "Two")
    assert rig.composer.load(post.id) == post


@pytest.mark.parametrize("state", ["queued", "held", "missed", "failed", "cancelled"])
def test_what_is_not_out_may_be_written_anew(rig: Rig, state: str) -> None:
    item = rig.scheduled("One", rig.account())
    rig.force(item, state) if state != "queued" else None
    assert rig.save(rig.composer.load(item.post_id), "Two").state == "draft"


TOO_LONG = "x" * (MAX_TEXT + 1)
PICTURE = MediaRef("d" * 64, "p.png", "image/png", 1)


@pytest.mark.parametrize(
    ("field", "content"),
    [
        ("text", Content(text=TOO_LONG)),
        ("title", Content(title=TOO_LONG)),
        ("first_comment", Content(first_comment=TOO_LONG)),
        ("content_warning", Content(content_warning=TOO_LONG)),
        ("link", Content(link=LinkCard("https://example.org", description=TOO_LONG))),
        ("alt", Content(media=(replace(PICTURE, alt=TOO_LONG),))),
    ],
)
def test_more_than_a_hundred_thousand_characters_are_refused_whole(rig: Rig, field: str, content: Content) -> None:
    account = rig.account()
    post = rig.draft("One", account)
    for act in (
        lambda: rig.composer.new(rig.alone(), (account.id,), content),
        lambda: rig.composer.save(rig.alone(), post.id, 1, content, post.variants),
        lambda: rig.composer.save(rig.alone(), post.id, 1, post.base, (PostVariant(account.id, content),)),
    ):
        with pytest.raises(Invalid) as caught:
            act()
        assert caught.value.field == field
        assert caught.value.sentence == (
            "This text has 100,001 characters; 100,000 is the most. Shorten it: nothing of it has been stored."
        )
    assert rig.composer.recent() == (post,)


def test_a_hundred_thousand_characters_are_kept(rig: Rig) -> None:
    post = rig.draft("x" * MAX_TEXT)
    assert len(rig.composer.load(post.id).base.text) == 100_000


@pytest.mark.parametrize("broken", [0, 0xD800, 0xDFFF])
def test_what_no_database_can_hold_is_refused_by_its_place(rig: Rig, broken: int) -> None:
    with pytest.raises(Invalid) as caught:
        rig.draft(f"abc{chr(broken)}def")
    assert (caught.value.field, caught.value.sentence) == (
        "text",
        "Character 4 is no character that can be posted. Delete it, or type the words again.",
    )


def test_any_other_character_is_kept_as_it_is(rig: Rig) -> None:
    text = "é e\u0301 🧑🏽‍🤝‍🧑🏿 \u202eright\u202c \t\r\n\x01 مرحبا"
    assert rig.composer.load(rig.draft(text).id).base.text == text


# --- lists and deletion -----------------------------------------------------------------------------------------------------------


def test_recent_posts_come_latest_first_in_pages_and_are_found(rig: Rig) -> None:
    posts = []
    for text in ("River walk", "Sleep", "River again"):
        rig.clock.on(minutes=1)
        posts.append(rig.draft(text))
    assert rig.composer.recent() == tuple(reversed(posts))
    assert rig.composer.recent(limit=1) == (posts[2],)
    assert rig.composer.recent(before=posts[2].id, limit=1) == (posts[1],)
    assert rig.composer.recent(search="river") == (posts[2], posts[0])


def test_a_draft_is_deleted_and_the_log_says_so(rig: Rig) -> None:
    post = rig.draft("One", rig.account())
    rig.tick_all(post)
    rig.composer.delete(rig.alone(), post.id)
    with pytest.raises(Missing):
        rig.composer.load(post.id)
    assert rig.actions(f"post:{post.id}") == ["post.delete"]
    with pytest.raises(Missing):
        rig.composer.delete(rig.alone(), post.id)


def test_a_post_with_deliveries_stays_in_the_record(rig: Rig) -> None:
    item = rig.scheduled("One", rig.account())
    rig.calendar.cancel(rig.alone(), item.id, item.generation)
    with pytest.raises(NotReady, match="stays in the record"):
        rig.composer.delete(rig.alone(), item.post_id)
    assert rig.composer.load(item.post_id).base.text == "One"


@pytest.mark.parametrize("role", ["viewer"])
def test_who_may_only_read_writes_nothing(rig: Rig, role: str) -> None:
    account = rig.account()
    post = rig.draft("One", account)
    viewer = rig.member("vera", role)  # type: ignore[arg-type]
    for act in (
        lambda: rig.composer.new(viewer),
        lambda: rig.save(post, "Two", viewer),
        lambda: rig.composer.delete(viewer, post.id),
        lambda: rig.composer.answer(viewer, post.id, account.id, "x", "yes"),
        lambda: rig.composer.tick(viewer, post.id, account.id, "boss"),
        lambda: rig.composer.override(viewer, post.id, account.id, "x", "other", REASON),
        lambda: rig.composer.submit(viewer, post.id, 1),
    ):
        with pytest.raises(NotAllowed, match=r"Your role \(viewer\)"):
            act()


# --- what is checked --------------------------------------------------------------------------------------------------------------


def test_the_draft_that_is_checked_says_all_that_a_reader_sees_and_whose_it_is(rig: Rig) -> None:
    account = rig.account(countries=("GB", "US"), org_type="501c3", author="social-worker")
    with rig.store.write() as tx:
        digest = tx.media.put(Media("picture.png", "image/png", b"bytes", ""))
        film = tx.media.put(Media("film.mp4", "video/mp4", b"film", ""))
    media = (
        MediaRef(digest, "lamp.png", "image/png", 5, alt="A lamp"),
        MediaRef(film, "film.mp4", "video/mp4", 4, waiver="Decoration"),
    )
    rig.draft("Words", account, title="Title", media=media, link=LinkCard("https://x.example", "Name", "About"), first_comment="More")
    post = rig.composer.recent()[0]
    rig.composer.check(post.id)
    draft, title, comment = rig.checker.drafts
    assert (draft.id, draft.text, draft.kind, draft.author, draft.platform) == (post.id, "Words", "post", "social-worker", "bluesky")
    assert (draft.country, draft.org_type, draft.post_type, draft.account, draft.link_preview) == (
        "GB", "501c3", "plain", "@juniper", "Name About",
    )  # fmt: skip
    assert [(item.kind, item.name, item.alt, item.decorative) for item in draft.media] == [
        ("image", "lamp.png", "A lamp", False),
        ("video", "film.mp4", "", True),
    ]
    for other, words in ((title, "Title"), (comment, "More")):
        assert other == replace(draft, text=words, post_type=None, media=(), link_preview="", record=None)


@pytest.mark.feature("Professional account record")
@pytest.mark.parametrize(
    ("countries", "level"), [(("CA-ON", "CA"), "block"), (("CA", "CA-ON"), "ask"), (("AU-NSW",), "block"), (("US",), "ask")]
)
def test_the_first_country_or_region_of_an_account_decides_the_level(real: Rig, countries: tuple[str, ...], level: str) -> None:
    account = real.account(countries=countries)
    found = real.composer.check_text("Our method works for everyone, guaranteed results.", account.id).findings
    assert {one.level for one in found if one.rule == "claims.outcome-guarantee"} == {level}


def test_what_is_public_about_the_account_is_told_to_the_checklist(rig: Rig) -> None:
    from planner.domain.account import Facts  # noqa: PLC0415 - only here

    facts = Facts(("Juniper Street",), ("303",), ("a@b.example",), ("b.example",), ("1 Main",), "Lakewood", "Juniper", "LCSW")
    rig.draft("Words", rig.account(facts=facts))
    rig.composer.check(rig.composer.recent()[0].id)
    profile = rig.checker.profiles[0]
    assert profile is not None
    assert profile.names == ("Dana Whitlock, LCSW", "Juniper Street")
    assert (profile.phones, profile.emails, profile.domains, profile.addresses) == (("303",), ("a@b.example",), ("b.example",), ("1 Main",))
    assert (profile.handles, profile.town, profile.employer, profile.credential_line) == (("@juniper",), "Lakewood", "Juniper", "LCSW")


@pytest.mark.clause("C14")
def test_what_older_posts_have_told_goes_into_the_check_and_the_posts_own_clues_do_not(rig: Rig) -> None:
    account = rig.account()
    older, post = rig.draft("Older", account), rig.draft("Newer", account)

    def entry(post_id: str) -> LedgerEntry:
        return LedgerEntry(post_id, "2026-10-01", "s1", "age", "d" * 32, "34-year-old", 0.01, "a 34-year-old")

    with rig.store.write() as tx:
        tx.ledgers.replace(account.id, older.id, (entry(older.id),))
        tx.ledgers.replace(account.id, post.id, (entry(post.id),))
    rig.composer.check(post.id)
    assert rig.checker.ledgers == [(entry(older.id),)]


@pytest.mark.parametrize("field", ["title", "first_comment", "content_warning"])
def test_every_field_that_a_reader_sees_is_checked(rig: Rig, field: str) -> None:
    rig.checker.find("client", "confidentiality.client-reference", "block")
    rig.checker.ask("client", TOPIC)
    post = rig.draft("Words", rig.account(), **{field: "my client"})
    found = passage(rig, post)
    assert [(item.field, item.finding.rule) for item in found.blocking] == [(field, "confidentiality.client-reference")]
    assert found.open_questions == (TOPIC,)
    with pytest.raises(Blocked):
        rig.submit(post)


def test_a_question_that_two_fields_raise_is_asked_once(rig: Rig) -> None:
    rig.checker.ask("words", STANDING)
    post = rig.draft("words", rig.account(), title="words")
    assert passage(rig, post).questions == (STANDING,)


def test_loose_words_are_checked_with_the_accounts_profile_and_nothing_is_stored(rig: Rig) -> None:
    account = rig.account(author=None)
    before = rig.store.data_version()
    rig.checker.find("client", "confidentiality.client-reference", "block")
    assert rig.composer.check_text("my client", account.id, "reply").verdict == "block"
    assert rig.composer.check_text("words").verdict == "pass"
    with_account, without = rig.checker.drafts
    assert (with_account.kind, with_account.author, with_account.platform, with_account.country, with_account.org_type) == (
        "reply", None, "bluesky", "US", "practice",
    )  # fmt: skip
    assert (without.kind, without.platform, without.country, rig.checker.profiles[1]) == ("post", None, None, None)
    assert rig.store.data_version() == before


# --- answers and ticks ------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("C6", "C19", "C21", "C22")
def test_the_reader_ticks_are_never_set_by_themselves_and_each_has_a_name_and_a_time(rig: Rig) -> None:
    account = rig.account()
    post = rig.draft("Words", account)
    assert (passage(rig, post).ticks, passage(rig, post).missing_ticks) == (frozenset(), READERS)
    with pytest.raises(Unanswered) as caught:
        rig.composer.submit(rig.alone(), post.id, 1)
    assert caught.value.questions == ("reader:boss", "reader:family", "reader:client", "reader:colleague")
    assert caught.value.sentence == "@juniper (Bluesky): 4 reader ticks are still open. Answer in the composer, then go on."
    rig.composer.tick(rig.alone(), post.id, account.id, "family")
    rig.composer.tick(rig.alone(), post.id, account.id, "boss")
    rig.composer.tick(rig.alone(), post.id, account.id, "boss", on=False)
    assert (passage(rig, post).ticks, passage(rig, post).missing_ticks) == (frozenset({"family"}), ("boss", "client", "colleague"))
    with rig.store.read() as tx:
        given = {answer.subject: answer for answer in tx.reviews.answers(post.id)}
    assert [(given[key].key, given[key].by, given[key].at) for key in ("reader:family", "reader:boss")] == [
        ("yes", "owner", NOW),
        ("no", "owner", NOW),
    ]
    assert given["reader:family"].content == post.base.digest


def test_a_tick_is_for_one_of_the_four_readers(rig: Rig) -> None:
    account = rig.account()
    post = rig.draft("Words", account)
    with pytest.raises(Invalid) as caught:
        rig.composer.tick(rig.alone(), post.id, account.id, "stranger")
    assert (caught.value.field, caught.value.sentence) == ("reader", "Choose one of: boss, family, client, colleague.")


def test_ticks_and_answers_to_questions_are_bound_to_the_words(rig: Rig) -> None:
    rig.checker.ask("Words", STANDING)
    account = rig.account()
    post = rig.draft("Words", account)
    rig.tick_all(post)
    rig.composer.answer(rig.alone(), post.id, account.id, STANDING.id, "no")
    assert passage(rig, post).clear
    edited = rig.save(post, "Words.")
    again = passage(rig, edited)
    assert (again.missing_ticks, again.open_questions, again.clear) == (READERS, (STANDING,), False)
    back = rig.save(edited, "Words")
    assert passage(rig, back).clear


def test_each_variant_with_words_of_its_own_is_ticked_by_itself(rig: Rig) -> None:
    one, two = rig.account(), rig.account(handle="@two")
    post = rig.draft("Words", one, two)
    rig.composer.tick(rig.alone(), post.id, one.id, "boss")
    assert [item.ticks for item in rig.composer.check(post.id)] == [{"boss"}, {"boss"}]
    own = rig.save(post, "Words", **{two.id: "Other words"})
    assert [item.ticks for item in rig.composer.check(own.id)] == [{"boss"}, frozenset()]


def test_the_answer_to_a_finding_survives_an_edit_elsewhere(rig: Rig) -> None:
    rig.checker.find("30%", "claims.unsourced-statistic", "ask")
    account = rig.account()
    post = rig.draft("About 30% sleep badly", account)
    assert [item.finding.quote for item in passage(rig, post).unanswered] == ["30%"]
    rig.composer.answer(rig.alone(), post.id, account.id, "fp-30%", "no")
    edited = rig.save(post, "About 30% sleep badly. Good night.")
    assert (passage(rig, edited).unanswered, passage(rig, edited).blocking) == ((), ())


def test_an_answer_that_confirms_the_finding_blocks(rig: Rig) -> None:
    rig.checker.find("30%", "claims.unsourced-statistic", "ask")
    account = rig.account()
    post = rig.draft("About 30% sleep badly", account)
    rig.composer.answer(rig.alone(), post.id, account.id, "fp-30%", "yes")
    assert [item.finding.quote for item in passage(rig, post).blocking] == ["30%"]
    rig.composer.answer(rig.alone(), post.id, account.id, "fp-30%", "no")
    assert passage(rig, post).blocking == ()


@pytest.mark.parametrize(
    ("subject", "key"), [("fp-30%", "whatever"), ("fp-30%", "dismissed"), ("fp-30%", ""), ("standing.person", "dismissed")]
)
def test_only_an_answer_that_is_offered_counts(rig: Rig, subject: str, key: str) -> None:
    rig.checker.find("30%", "claims.unsourced-statistic", "ask")
    rig.checker.ask("30%", STANDING)
    account = rig.account()
    post = rig.draft("About 30%", account)
    with pytest.raises(Invalid) as caught:
        rig.composer.answer(rig.alone(), post.id, account.id, subject, key)
    assert (caught.value.field, caught.value.sentence) == ("answer", f"“{key}” is no answer here. Choose one of: yes, no.")
    assert not passage(rig, post).clear


@pytest.mark.parametrize("subject", ["fp-nothing", "topic.nothing", "reader:boss", ""])
def test_what_nobody_asked_is_not_answered(rig: Rig, subject: str) -> None:
    account = rig.account()
    post = rig.draft("Words", account)
    with pytest.raises(Missing, match="Nothing in this post asks that any more"):
        rig.composer.answer(rig.alone(), post.id, account.id, subject, "yes")


def test_a_question_of_one_variant_is_not_stored_for_the_other(rig: Rig) -> None:
    rig.checker.ask("30%", TOPIC)
    one, two = rig.account(), rig.account(handle="@two")
    post = rig.save(rig.draft("About 30%", one, two), "About 30%", **{two.id: "Few"})
    for account in (one, two):
        rig.composer.answer(rig.alone(), post.id, account.id, TOPIC.id, "no")
    with rig.store.read() as tx:
        assert [answer.content for answer in tx.reviews.answers(post.id)] == [post.base.digest]


def test_a_block_is_not_answered_away_and_advice_may_be_dismissed(rig: Rig) -> None:
    rig.checker.find("client", "confidentiality.client-reference", "block")
    rig.checker.find("very", "tone.sensational", "advise")
    account = rig.account()
    post = rig.draft("my client is very well", account)
    with pytest.raises(Missing):
        rig.composer.answer(rig.alone(), post.id, account.id, "fp-client", "no")
    rig.composer.answer(rig.alone(), post.id, account.id, "fp-very", "dismissed")
    with rig.store.read() as tx:
        assert [(answer.subject, answer.key) for answer in tx.reviews.answers(post.id)] == [("fp-very", "dismissed")]
    assert [item.finding.quote for item in passage(rig, post).blocking] == ["client"]


# --- overrides --------------------------------------------------------------------------------------------------------------------


def blocked(rig: Rig, level: str = "block", rule: str = "tone.hostile") -> Post:
    rig.checker.find("liar", rule, level)
    return rig.draft("The flyer said liar", rig.account())


def test_alone_an_override_of_a_block_counts_after_ten_minutes(rig: Rig) -> None:
    post = blocked(rig)
    rig.tick_all(post)
    entry = rig.composer.override(rig.alone(), post.id, post.account_ids[0], "fp-liar", "quoting", f"  {REASON} ")
    assert (entry.rule, entry.level, entry.version, entry.by, entry.role) == ("tone.hostile", "block", 1, "owner", "admin")
    assert (entry.at, entry.effective_at, entry.reason_code, entry.reason) == (NOW, NOW + timedelta(minutes=10), "quoting", REASON)
    assert (entry.second_reviewer, entry.expires_at, entry.prev_hash) == (None, None, "0" * 64)
    assert len(entry.hash) == 64
    with pytest.raises(Blocked) as caught:
        rig.composer.submit(rig.alone(), post.id, 1)
    assert caught.value.rules == ("tone.hostile",)
    assert caught.value.sentence == (
        "@juniper (Bluesky): 1 finding blocks this post (Tone and respect). Change the words, or override with a reason."
    )
    rig.clock.on(minutes=10)
    assert passage(rig, post).overrides == (entry,)
    assert rig.composer.submit(rig.alone(), post.id, 1).state == "ready"


def test_an_override_is_logged_without_the_words(rig: Rig) -> None:
    post = blocked(rig)
    rig.composer.override(rig.alone(), post.id, post.account_ids[0], "fp-liar", "quoting", REASON)
    with rig.store.read() as tx:
        event = tx.log.events(subject=f"post:{post.id}")[0]
    assert (event.action, dict(event.details)) == ("override", {"rule": "tone.hostile", "reason_code": "quoting"})


def test_the_log_of_overrides_is_chained(rig: Rig) -> None:
    post = blocked(rig)
    first = rig.composer.override(rig.alone(), post.id, post.account_ids[0], "fp-liar", "quoting", REASON)
    second = rig.composer.override(rig.alone(), post.id, post.account_ids[0], "fp-liar", "other", REASON)
    assert (second.prev_hash, second.hash == first.hash) == (first.hash, False)


def test_an_override_ends_with_its_sentence(rig: Rig) -> None:
    post = blocked(rig, "ask")
    rig.composer.override(rig.alone(), post.id, post.account_ids[0], "fp-liar", "quoting", REASON)
    assert passage(rig, post).unanswered == ()
    rig.checker.find("cheat", "tone.hostile", "ask")
    edited = rig.save(post, "The flyer said cheat")
    assert [item.finding.quote for item in passage(rig, edited).unanswered] == ["cheat"]
    with pytest.raises(Missing, match="not in the text any more"):
        rig.composer.override(rig.alone(), post.id, post.account_ids[0], "fp-liar", "quoting", REASON)


def test_in_a_team_a_second_person_who_works_here_confirms(rig: Rig) -> None:
    post = blocked(rig)
    ann = rig.member("ann")
    rig.member("vera", "viewer")
    rig.member("gone", "reviewer", active=False)

    def override(second: str | None) -> object:
        return rig.composer.override(ann, post.id, post.account_ids[0], "fp-liar", "quoting", REASON, second=second)

    for second in ("nobody", "vera", "gone"):
        with pytest.raises(NotAllowed, match="has to be an active member who may write here"):
            override(second)
    for second in (None, "ann"):
        with pytest.raises(NotAllowed, match="needs a second person here"):
            override(second)
    rig.member("ben", "reviewer")
    override("ben")
    assert passage(rig, post).blocking == ()
    assert [(entry.by, entry.second_reviewer) for entry in passage(rig, post).overrides] == [("ann", "ben")]


@pytest.mark.parametrize(("code", "reason", "field"), [("other", "short", "reason"), ("mood", REASON, "reason_code")])
def test_an_override_needs_its_reason(rig: Rig, code: str, reason: str, field: str) -> None:
    post = blocked(rig)
    with pytest.raises(Invalid) as caught:
        rig.composer.override(rig.alone(), post.id, post.account_ids[0], "fp-liar", code, reason)
    assert caught.value.field == field
    assert passage(rig, post).overrides == ()


@pytest.mark.clause("C91")
def test_a_method_of_suicide_is_never_overridden(rig: Rig) -> None:
    post = blocked(rig, rule="safety.suicide-messaging/method")
    with pytest.raises(NotAllowed, match="cannot be overridden"):
        rig.composer.override(rig.alone(), post.id, post.account_ids[0], "fp-liar", "quoting", REASON)


# --- submit -----------------------------------------------------------------------------------------------------------------------


def test_alone_a_post_is_ready_and_the_reports_are_kept(rig: Rig) -> None:
    account = rig.account()
    post = rig.submit(rig.draft("Words", account))
    assert (post.state, post.version) == ("ready", 2)
    assert rig.actions(f"post:{post.id}") == ["post.submit"]
    with rig.store.read() as tx:
        assert tx.reviews.report(post.id, account.id) == (post.base.digest, '{"verdict": "pass"}', NOW)


@pytest.mark.clause("C23")
@pytest.mark.parametrize(("team", "two_person"), [(2, False), (2, True), (1, True)])
def test_in_a_team_or_on_a_two_person_account_a_post_goes_to_review(rig: Rig, team: int, two_person: bool) -> None:
    account = rig.account(two_person=two_person)
    ann = rig.member("ann")
    post = rig.submit(rig.draft("Words", account, actor=ann), replace(ann, team_size=team))
    assert post.state == "in_review"


def test_handing_in_twice_is_handing_in_once(rig: Rig) -> None:
    post = rig.submit(rig.draft("Words", rig.account()))
    assert rig.composer.submit(rig.alone(), post.id, post.version) == post
    assert rig.actions(f"post:{post.id}") == ["post.submit"]


def test_only_the_version_that_was_looked_at_is_handed_in(rig: Rig) -> None:
    post = rig.draft("Words", rig.account())
    rig.save(post, "Other words")
    with pytest.raises(Conflict, match="Reload, look at it, and submit that one"):
        rig.composer.submit(rig.alone(), post.id, 1)


def test_a_post_needs_an_account_and_words_or_a_picture(rig: Rig) -> None:
    with pytest.raises(Invalid) as no_account:
        rig.submit(rig.draft("Words"))
    with pytest.raises(Invalid) as no_words:
        rig.submit(rig.draft(" \n", rig.account()))
    assert (no_account.value.field, no_words.value.field) == ("accounts", "text")
    shown = rig.images.add(rig.alone(), png(), "A lamp")
    picture = rig.draft("", rig.account(handle="@two", platform="linkedin"), media=(shown,))
    assert rig.submit(picture).state == "ready"


@pytest.mark.clause("C1", "C2")
def test_a_blocking_finding_on_one_account_stops_the_post_on_all(rig: Rig) -> None:
    rig.checker.find("client", "confidentiality.client-reference", "block")
    rig.checker.find("court", "confidentiality.live-case", "block")
    one, two = rig.account(), rig.account(handle="@two")
    post = rig.save(rig.draft("Words", one, two), "Words", **{two.id: "my client in court"})
    rig.tick_all(post)
    with pytest.raises(Blocked) as caught:
        rig.composer.submit(rig.alone(), post.id, post.version)
    assert caught.value.rules == ("confidentiality.client-reference", "confidentiality.live-case")
    assert caught.value.sentence.startswith("@two (Bluesky): 2 findings block this post (")
    assert rig.composer.load(post.id).state == "draft"


def test_a_text_over_the_platforms_limit_is_blocked_with_the_limit(rig: Rig) -> None:
    account = rig.account()
    assert rig.submit(rig.draft("x" * 300, account)).state == "ready"
    with pytest.raises(Blocked) as caught:
        rig.submit(rig.draft("x" * 301, account))
    assert caught.value.rules == ("limit.text",)
    assert caught.value.sentence.startswith("@juniper (Bluesky): ")


@pytest.mark.parametrize(
    ("asks", "ticked", "sentence"),
    [
        ((), 3, "1 reader tick is still open"),
        ((), 2, "2 reader ticks are still open"),
        (("a",), 4, "1 finding is still open"),
        (("a", "b"), 4, "2 findings are still open"),
        (("q",), 4, "1 question is still open"),
        (("a", "q"), 3, "1 finding, 1 question, 1 reader tick are still open"),
    ],
)
def test_what_is_open_is_counted(rig: Rig, asks: tuple[str, ...], ticked: int, sentence: str) -> None:
    checker: Script = rig.checker
    for word in asks:
        if word == "q":
            checker.ask("q", TOPIC)
        else:
            checker.find(word, "claims.unsourced-statistic", "ask")
    account = rig.account()
    post = rig.draft("1" + "".join(asks), account)
    for reader in READERS[:ticked]:
        rig.composer.tick(rig.alone(), post.id, account.id, reader)
    with pytest.raises(Unanswered) as caught:
        rig.composer.submit(rig.alone(), post.id, 1)
    assert sentence in caught.value.sentence
    assert len(caught.value.questions) == len(asks) + 4 - ticked


def test_words_that_are_approved_already_need_no_second_review(rig: Rig) -> None:
    """An edit that was taken back again: what was approved stands there, so nobody has to approve it twice."""
    account = rig.account()
    ann, ben = rig.member("ann"), rig.member("ben", "reviewer")
    post = rig.submit(rig.draft("Words", account, actor=ann), ann)
    rig.approvals.approve(ben, post.id, account.id, post.digest_for(account.id))
    edited = rig.save(rig.composer.load(post.id), "Other words", ann)
    back = rig.save(edited, "Words", ann)
    assert (back.state, rig.submit(back, ann).state) == ("draft", "ready")
    assert rig.approvals.queue(ben) == ()


@pytest.mark.clause("C41")
def test_why_an_image_goes_without_a_description_is_logged_once(rig: Rig) -> None:
    post = rig.draft("Words", rig.account())
    ref = MediaRef("d" * 64, "a.png", "image/png", 9)
    waived = replace(post.base, media=(replace(ref, waiver="A decorative line"),))
    after = rig.composer.save(rig.alone(), post.id, 1, waived, post.variants)
    rig.composer.save(rig.alone(), post.id, after.version, replace(waived, text="More"), post.variants)
    with rig.store.read() as tx:
        events = [event for event in tx.log.events(subject=f"post:{post.id}") if event.action == "media.waive"]
    assert [dict(event.details) for event in events] == [{"image": "d" * 12, "reason": "A decorative line"}]


# --- twins ------------------------------------------------------------------------------------------------------------------------

LONG = "A small thing to try tonight write the list for tomorrow on paper an hour before bed and close the notebook"


def test_other_words_are_no_twin(rig: Rig) -> None:
    account = rig.account()
    rig.scheduled("Something else altogether for everybody", account)
    assert rig.composer.twins(rig.draft(LONG, account).id) == ()


def test_nearly_the_same_text_on_the_calendar_is_found_on_any_account(rig: Rig) -> None:
    one, two = rig.account(), rig.account(handle="@two")
    same = rig.scheduled(LONG, one)
    near = rig.scheduled(LONG + " please", two, accepted=frozenset({"near-duplicate"}))
    rig.scheduled("Something else altogether for everybody", one, replace(TOMORROW, at=TOMORROW.at.replace(hour=14)))
    post = rig.draft(LONG, one)
    found = rig.composer.twins(post.id)
    assert [(twin.post_id, twin.headline) for twin in found] == [
        (same.post_id, LONG[:59] + "…"),
        (near.post_id, LONG[:59] + "…"),
    ]
    assert found[0].share == 1.0
    assert 0.6 <= found[1].share < 1.0


@pytest.mark.parametrize("state", ["cancelled", "failed", "missed"])
def test_what_never_went_out_is_no_twin(rig: Rig, state: str) -> None:
    account = rig.account()
    rig.force(rig.scheduled(LONG, account), state)
    assert rig.composer.twins(rig.draft(LONG, account).id) == ()


def test_a_post_is_not_its_own_twin(rig: Rig) -> None:
    assert rig.composer.twins(rig.scheduled(LONG, rig.account()).post_id) == ()


def test_twins_are_looked_for_within_ninety_days(rig: Rig) -> None:
    account = rig.account()
    item = rig.scheduled(LONG, account)
    post = rig.draft(LONG, account)
    rig.clock.on(days=91)
    assert [twin.post_id for twin in rig.composer.twins(post.id)] == [item.post_id]
    rig.clock.on(days=1)
    assert rig.composer.twins(post.id) == ()


def test_a_twin_on_two_accounts_is_named_once(rig: Rig) -> None:
    one, other = rig.account(), rig.account(handle="@other")
    words = "Sleep and worry feed each other, and a short walk before bed helps many people more than another hour of reading news."
    post = rig.ready(words, one, other)
    for account in (one, other):
        rig.calendar.schedule(rig.alone(), post.id, account.id, TOMORROW, accepted=frozenset({"same-hour", "near-duplicate"}))
    fresh = rig.draft(words, one)
    assert [(twin.post_id, twin.share) for twin in rig.composer.twins(fresh.id)] == [(post.id, 1.0)]
