"""The content bank in use: found, kept through the checklist, checked, put into drafts, and asked about when its check is due."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from planner.checklist.bank import BANK
from planner.domain.errors import Blocked, Conflict, Invalid, Missing, NotAllowed, SetupError
from planner.domain.library import LITERACY, STARTER, Item, Pillar, SourceRecord
from planner.domain.observances import Observance
from planner.domain.post import Content, LinkCard
from planner.services import help_lines
from planner.services.beside import record_of
from planner.services.composer import Details
from planner.services.fresh import Fresh, Stopped
from planner.services.library import Library, Wanted
from planner.services.outgoing import Job, Tuning
from planner.services.shelf import Guideline, Shelf, load
from planner.services.sources import Sources
from tests.unit.services.rig import TOMORROW

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.account import Account
    from planner.domain.people import Actor
    from planner.domain.post import Post
    from tests.unit.services.rig import Rig

CLINIC = Item(
    "svc", "service", "Clinic finder", "Looking for a clinic?", source="The county", shipped=True,
    fields={"region": "US", "contact": "call 211", "url": "https://example.org/find"},
)  # fmt: skip
THANKS = Item("thx", "template", "Thanks", "Thank you, neighbors.", "thank", shipped=True, checked_on=date(2026, 11, 1))
SIDEWAYS = Item("side", "template", "Read sideways", "Open a second tab.", category=LITERACY, shipped=True, checked_on=date(2026, 11, 1))
REPLY = Item("", "reply", "A review", "Please call the office phone.", fields={"channel": "office phone"})
SHELF = Shelf(
    {item.id: item for item in (CLINIC, THANKS, SIDEWAYS)},
    (Observance("day", "A day", "about", "source", {"month": 12, "day": 10}, countries=("US",)),),
)


@dataclass
class Bank:
    """A house with a small shelf."""

    rig: Rig
    library: Library
    sources: Sources

    @property
    def me(self) -> Actor:
        return self.rig.alone()

    def draft(self, text: str, type_: str = "plain", **fields: object) -> tuple[Post, Account]:
        account = next(iter(self.rig.accounts.all()), None) or self.rig.account()
        made = self.rig.draft(text, account, **fields)
        return self.rig.composer.save(self.me, made.id, made.version, made.base, made.variants, Details(type=type_)), account  # type: ignore[arg-type]

    def rules(self, post: Post) -> list[tuple[str, str]]:
        (passage,) = self.rig.composer.check(post.id)
        return [(item.finding.rule, item.finding.variant) for item in passage.findings]


def bank(rig: Rig) -> Bank:
    rig.gate._shelf = SHELF
    return Bank(rig, Library(rig.store, rig.checker, rig.composer, SHELF, rig.clock, rig.ids), Sources(rig.store, rig.clock, rig.ids))


def test_what_came_along_and_what_is_ones_own_is_found_together(rig: Rig) -> None:
    one = bank(rig)
    own = one.library.put(one.me, Item("", "template", "  Our  thanks ", " Thank you, team. ", "thank"))
    assert (own.title, own.text, own.shipped, own.version) == ("Our thanks", "Thank you, team.", False, 2)
    assert [item.title for item in one.library.find()] == ["Clinic finder", "Our thanks", "Read sideways", "Thanks"]
    assert [item.id for item in one.library.find(Wanted("template", "THANK team"))] == [own.id]
    assert [item.id for item in one.library.find(Wanted(purpose="thank"))] == [own.id, "thx"]
    assert one.library.find(Wanted(words="211"))[0].id == "svc"
    assert [item.id for item in one.library.find(Wanted(category=LITERACY))] == ["side"]
    one.library.archive(one.me, own.id)
    assert [item.id for item in one.library.find(Wanted(purpose="thank"))] == ["thx"]
    assert [item.id for item in one.library.find(Wanted(archived=True))] == [own.id]
    assert one.library.archive(one.me, own.id, on=False).archived is False


def test_words_that_the_checklist_blocks_are_not_kept(rig: Rig) -> None:
    one = bank(rig)
    rig.checker.find("Jo", "confidentiality.client-reference", "block")
    with pytest.raises(Blocked, match=r"blocks these words \(Confidentiality\), so they were not kept") as caught:
        one.library.put(one.me, Item("", "template", "Story", "Today Jo came in."))
    assert caught.value.rules == ("confidentiality.client-reference",)
    with pytest.raises(NotAllowed):
        one.library.put(rig.member("v", "viewer"), Item("", "template", "A", "b"))
    assert len(one.library.find()) == 3


@pytest.mark.clause("C30", "C31")
def test_a_reply_is_read_as_a_reply_and_names_another_way(rig: Rig) -> None:
    one = bank(rig)
    assert one.library.put(one.me, REPLY).fields["channel"] == "office phone"
    assert rig.checker.drafts[-1].kind == "reply"
    with pytest.raises(Invalid, match="does not stand in it"):
        one.library.put(one.me, replace(REPLY, text="Thanks for writing."))
    with pytest.raises(Invalid, match="the other channel"):
        one.library.put(one.me, replace(REPLY, fields={}))


def test_an_old_copy_does_not_replace_a_newer_one(rig: Rig) -> None:
    one = bank(rig)
    own = one.library.put(one.me, Item("", "template", "A", "One."))
    one.library.put(one.me, replace(own, text="Two."))
    with pytest.raises(Conflict):
        one.library.put(one.me, replace(own, text="Three."))
    assert one.library.item(own.id).text == "Two."
    with pytest.raises(Missing):
        one.library.item("nothing")


@pytest.mark.clause("C90", "C113")
def test_a_check_is_noted_on_a_copy_of_what_came_along(rig: Rig) -> None:
    one, today = bank(rig), rig.clock.now().date()
    checked = one.library.checked(one.me, "svc", today)
    assert (checked.checked_on, checked.review_on, checked.shipped, checked.dead) == (today, date(2027, 5, 25), True, False)
    assert one.library.item("svc") == checked
    assert one.library.checked(one.me, "svc", today, works=False).due(today) == "its address did not work at the last check"
    with pytest.raises(Invalid, match="not come yet"):
        one.library.checked(one.me, "svc", today + timedelta(days=1))
    assert rig.actions("item:svc") == ["bank.check", "bank.check"]


def test_an_item_starts_a_draft_and_goes_into_one(rig: Rig) -> None:
    one = bank(rig)
    first, second = rig.account(), rig.account(handle="@two")
    post = one.library.start(one.me, "thx", (first.id, second.id))
    assert (post.base.text, post.purpose, post.type) == ("Thank you, neighbors.", "thank", "plain")
    after = one.library.insert(one.me, post.id, post.version, "svc")
    assert after.base.text == "Thank you, neighbors.\n\nLooking for a clinic?\ncall 211\nhttps://example.org/find"
    own = one.library.insert(one.me, post.id, after.version, "side", second.id)
    assert own.base == after.base
    assert own.content_for(second.id).text == after.base.text + "\n\nOpen a second tab."
    assert own.content_for(first.id) == own.base
    assert {item.id for item in one.library.in_post(post.id)} == {"thx", "svc", "side"}
    with pytest.raises(Conflict):
        one.library.insert(one.me, post.id, post.version, "side")
    one.library.taken_out(one.me, post.id, "side")
    assert {item.id for item in one.library.in_post(post.id)} == {"thx", "svc"}
    assert one.library.start(one.me, "side").account_ids == ()


@pytest.mark.clause("C90", "C118")
def test_a_draft_with_an_item_whose_check_is_due_asks(real: Rig) -> None:
    one = bank(real)
    account, today = real.account(), real.clock.now().date()
    post = one.library.start(one.me, "svc", (account.id,))
    due = ("claims.stale-source", "bank-item")
    assert due in one.rules(post)
    (passage,) = real.composer.check(post.id)
    (asked,) = [item.finding for item in passage.unanswered if item.finding.variant == "bank-item"]
    assert asked.message == "“Clinic finder” from the content bank: nobody has checked it yet."
    one.library.checked(one.me, "svc", today)
    assert due not in one.rules(post)
    real.clock.on(days=400)
    assert due in one.rules(post)
    one.library.taken_out(one.me, post.id, "svc")
    assert due not in one.rules(post)


@pytest.mark.clause("C91", "C118")
def test_a_typed_help_line_is_remarked_on_until_somebody_here_has_called_it(real: Rig) -> None:
    one = bank(real)
    one.library.shelf = real.gate._shelf = Shelf({item.id: item for item in help_lines.lines(BANK)})
    post, _ = one.draft("Not alone? Call or text 9-8-8, day or night.")
    tea, _ = one.draft("Tea at four, room 7.")

    def called(draft: Post) -> tuple[str, ...]:
        with real.store.read() as tx:
            return record_of(tx, draft, draft.base, real.gate._shelf, real.clock.now().date()).called

    assert called(post) == called(tea) == ()
    one.library.checked(one.me, "line-us-988", real.clock.now().date())
    assert (called(post), called(tea)) == (("line-us-988",), ())
    real.clock.on(days=400)
    assert called(post) == ()


@pytest.mark.clause("C131")
def test_an_app_without_a_card_asks(real: Rig) -> None:
    one = bank(real)
    post, _ = one.draft("The Calm Corner app is one way to practice slow breathing.")
    assert ("claims.app-without-card", "") in one.rules(post)
    card = {"privacy": "keeps all on the phone", "evidence": "one small trial", "cost": "free", "age": "16", "url": "https://example.org/a"}
    kept = one.library.put(one.me, Item("", "app", "Calm Corner", "Breathing.", source="Its maker", fields=card))
    assert ("claims.app-without-card", "") not in one.rules(post)
    one.library.archive(one.me, kept.id)
    assert ("claims.app-without-card", "") in one.rules(post)
    linked, _ = one.draft("Breathing: https://play.google.com/store/apps/details?id=a")
    assert ("claims.app-without-card", "") in one.rules(linked)


@pytest.mark.clause("C82", "C83", "C129")
def test_a_statistic_asks_until_its_source_stands_beside_it(real: Rig) -> None:
    one = bank(real)
    post, _ = one.draft("Four in ten adults slept badly in most weeks.", "statistic")
    assert {("claims.unsourced-statistic", ""), ("claims.unsourced-statistic", "record")} <= set(one.rules(post))
    record = SourceRecord("", post.id, "Sleep survey", "government", "statistic", "", real.clock.now(), published=date(2025, 1, 1))
    kept = one.sources.put(one.me, record)
    assert one.rules(post) == []
    one.sources.put(one.me, replace(kept, tier="other"))
    assert ("claims.unsourced-statistic", "tier-other") in one.rules(post)
    one.sources.put(one.me, replace(kept, published=date(2023, 11, 1)))
    assert one.rules(post) == [("claims.stale-source", "statistic")]
    assert [source.id for source in one.sources.of_post(post.id)] == [kept.id]
    one.sources.drop(one.me, post.id, kept.id)
    assert one.sources.of_post(post.id) == ()


@pytest.mark.clause("C89")
def test_an_old_shared_article_is_told(real: Rig) -> None:
    one = bank(real)
    post, _ = one.draft("Worth reading: how libraries help.", link=LinkCard("https://news.example.org/libraries"))
    article = SourceRecord("", post.id, "County paper", "news", "article", "", real.clock.now(), published=date(2024, 11, 20))
    one.sources.put(one.me, replace(article, read_on=date(2026, 11, 20)))
    (passage,) = real.composer.check(post.id)
    (found,) = [item.finding for item in passage.findings if item.finding.rule == "claims.stale-source"]
    assert found.message == "The shared article “County paper” (2024-11-20) is older than two years, or has no date."


@pytest.mark.clause("C130")
def test_a_quote_asks_for_its_author(real: Rig) -> None:
    one = bank(real)
    post, _ = one.draft("“Hope is the thing with feathers.”", "quote")
    assert ("claims.unattributed-quote", "") in one.rules(post)
    named, _ = one.draft("“Hope is the thing with feathers.”\n\n- Emily Dickinson, Poems, 1891", "quote")
    assert one.rules(named) == []


@pytest.mark.clause("C129")
@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("resource", {"url": "https://example.org", "checked": "2026-11-20"}),
        ("event", {"starts": "2026-12-01 18:00 MST", "place": "Town library", "access": "Step-free, and online"}),
        ("petition", {"target": "the council", "ask": "keep the bus", "url": "https://example.org/sign", "deadline": "12 December"}),
    ],
)
def test_a_type_asks_for_what_it_has_to_tell(real: Rig, kind: str, fields: dict[str, str]) -> None:
    one = bank(real)
    post, _ = one.draft("An evening for everybody.", kind)
    missing = ("claims.incomplete-record", "")
    assert missing in one.rules(post)
    for name in fields:
        one.sources.put_note(one.me, post.id, fields={**fields, name: " "})
        assert missing in one.rules(post), name
    one.sources.put_note(one.me, post.id, fields=fields)
    assert missing not in one.rules(post)
    plain, _ = one.draft("An evening for everybody.")
    assert missing not in one.rules(plain)


def test_what_stands_beside_a_post_is_kept_and_merged(rig: Rig) -> None:
    one = bank(rig)
    post, _ = one.draft("Sleep.")
    assert one.sources.put_note(one.me, post.id, pillar="ask").pillar == "ask"
    assert one.sources.put_note(one.me, post.id, fields={"place": " Town  hall ", "starts": ""}).fields == {"place": "Town hall"}
    assert one.sources.put_note(one.me, post.id, fields={}) == one.sources.note(post.id)
    assert one.sources.note(post.id).pillar == "ask"
    with pytest.raises(Invalid):
        one.sources.put_note(one.me, post.id, fields={"place": "a" * 2_001})
    with pytest.raises(Missing):
        one.sources.put_note(one.me, "nothing", pillar="ask")
    with pytest.raises(Invalid, match="not come yet"):
        one.sources.put(one.me, SourceRecord("", post.id, "A", "news", "article", "", rig.clock.now(), published=date(2027, 1, 1)))
    rig.composer.delete(one.me, post.id)
    assert one.sources.note(post.id).fields == {}


@pytest.mark.clause("C93", "C128")
def test_the_mix_counts_what_went_out_against_the_pillars(rig: Rig) -> None:
    one = bank(rig)
    account = rig.account()
    now = rig.clock.now()
    assert one.library.pillars() == STARTER
    for text in ("One about sleep.", "Two about worry."):
        rig.out(rig.scheduled(text, account, accepted=frozenset({"same-hour", "near-duplicate"})))
    asked = rig.out(rig.scheduled("Three about rest.", account, accepted=frozenset({"same-hour", "near-duplicate"})), ref="at://3")
    one.sources.put_note(one.me, asked.post_id, pillar="ask")
    found = {part.pillar.id: part.posts for part in one.library.mix(now, now + timedelta(days=3))}
    assert found == {"educate": 2, "thank": 0, "story": 0, "ask": 1}
    own = one.library.set_pillars(one.me, (Pillar("", "Sleep", 60, "educate"), replace(STARTER[3], share=40)))
    assert one.library.pillars() == own
    assert [part.posts for part in one.library.mix(now, now + timedelta(days=3))] == [2, 1]
    with pytest.raises(NotAllowed):
        one.library.set_pillars(rig.member("a", "author"), own)


def test_observances_follow_the_countries_of_the_accounts(rig: Rig) -> None:
    one = bank(rig)
    span = (date(2026, 12, 1), date(2027, 1, 1))
    rig.account(countries=("GB",))
    assert one.library.occasions(*span) == ()
    rig.account(handle="@two", countries=("US",))
    assert [found.observance.id for found in one.library.occasions(*span)] == ["day"]


@pytest.mark.clause("C47", "C48")
def test_a_guideline_tells_when_to_look_again() -> None:
    one = Guideline("g", "A code", "A body", "2021", "https://example.org", "US", "social work", date(2026, 1, 1), date(2027, 1, 1))
    assert (one.due(date(2027, 1, 1)), one.due(date(2027, 1, 2))) == (False, True)


def test_broken_files_of_the_bank_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "shelf").mkdir()
    (tmp_path / "sources.toml").write_text("")
    page = tmp_path / "shelf" / "a.toml"
    whole = 'kind = "quote"\n[samples]\nday = "Monday"\n[[item]]\nid = "a"\ntitle = "A"\ntext = "B"\n'
    page.write_text(whole)
    shelf = load(tmp_path)
    assert (shelf.items["a"].source, shelf.samples, shelf.observances) == ("Discreet", {"day": "Monday"}, ())
    for text, told in (
        (whole + '[[item]]\nid = "a"\ntitle = "C"\ntext = "D"\n', "stands twice"),
        ("[[item]]\nid = 'x'\n", "“x” has no"),
        ("=", "cannot be read"),
    ):
        page.write_text(text)
        with pytest.raises(SetupError, match=told):
            load(tmp_path)
    page.write_text(whole)
    (tmp_path / "sources.toml").write_text('[a]\ntitle = "A"\n')
    with pytest.raises(SetupError, match=r"sources.toml: a cannot be read"):
        load(tmp_path)


def test_a_bank_item_that_is_gone_is_left_aside(rig: Rig) -> None:
    one = bank(rig)
    post = one.library.start(one.me, "thx", (rig.account().id,))
    rig.gate._shelf = Shelf()
    one.library.shelf = Shelf()
    assert one.library.in_post(post.id) == ()
    assert rig.composer.check(post.id)[0].findings == ()
    assert Content(text=post.base.text) == post.base


@pytest.mark.clause("C90")
def test_a_queued_post_whose_item_falls_due_meanwhile_is_held_and_not_sent(real: Rig) -> None:
    one = bank(real)
    account, today = real.account(), real.clock.now().date()
    one.library.checked(one.me, "svc", today)
    item = one.library.item("svc")
    post = one.library.start(one.me, "svc", (account.id,))
    one.sources.put_note(one.me, post.id, fields={"url": item.url, "checked": today.isoformat()})
    for question in real.composer.check(post.id)[0].open_questions:
        real.composer.answer(one.me, post.id, account.id, question.id, "no")
    ready = real.submit(post)
    real.approvals.approve(one.me, ready.id, account.id, ready.digest_for(account.id))
    delivery = real.calendar.schedule(one.me, ready.id, account.id, TOMORROW)
    fresh = Fresh(real.gate, real.platforms, Tuning())
    with real.store.read() as tx:
        assert isinstance(fresh.look(tx, [delivery], delivery.due_at)[0], Job)
    one.library.checked(one.me, "svc", today, works=False)
    with real.store.read() as tx:
        (stopped,) = fresh.look(tx, [delivery], delivery.due_at)
    assert isinstance(stopped, Stopped)
    assert stopped.after.state == "held"
    assert stopped.after.reason is not None
    assert stopped.after.reason.startswith("“Clinic finder” from the content bank: its address did not work at the last check.")


@pytest.mark.clause("C95")
def test_a_hashtag_goes_to_the_end_once(rig: Rig) -> None:
    account = rig.account()
    library = bank(rig).library
    post = rig.draft("Sleep.", account)
    first = library.insert_tag(rig.alone(), post.id, post.version, "MentalHealth")
    assert first.base.text == "Sleep. #MentalHealth"
    assert library.insert_tag(rig.alone(), post.id, first.version, "mentalhealth") == first
    own = library.insert_tag(rig.alone(), post.id, first.version, "Grief", account.id)
    assert own.content_for(account.id).text == "Sleep. #MentalHealth #Grief"
    assert own.base.text == first.base.text
