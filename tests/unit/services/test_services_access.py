"""Keys for machines: shown once, kept as digests, at most what their owner may do, and gone when taken back."""

from __future__ import annotations

from dataclasses import replace

import icalendar
import pytest

from planner.domain.errors import Invalid, Missing, NotAllowed
from planner.services.access import Access
from planner.store import tables_library
from tests.unit.services.rig import Rig, Wall

BOTH = frozenset({"same-hour", "near-duplicate"})


def access(rig: Rig) -> Access:
    return Access(rig.store, rig.workspace, rig.clock, rig.ids)


def events(text: str) -> list[tuple[str, str, str]]:
    found = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return [(str(one["SUMMARY"]), str(one["STATUS"]), str(one.get("DESCRIPTION", ""))) for one in found]


@pytest.mark.feature("CLI and HTTP API")
def test_a_token_acts_as_its_owner_within_its_scopes(rig: Rig) -> None:
    service, anna = access(rig), rig.member("anna", "author")
    key, token = service.make_token(anna, " Office  sheet ", ["read", "check"])
    assert (key.name, key.scopes, key.member_id) == ("Office sheet", ("check", "read"), "anna")
    assert token.startswith("dsc_")
    assert len(token) > 60
    assert service.bearer(token, "read") == rig.workspace.actor("anna")
    with pytest.raises(NotAllowed, match="may not write"):
        service.bearer(token, "write")
    for wrong in ("", "dsc_", token + "0", key.digest):
        with pytest.raises(Missing, match="unknown or was taken back"):
            service.bearer(wrong, "read")
    rig.member("anna", "author", active=False)
    with pytest.raises(Missing):
        service.bearer(token, "read")
    with pytest.raises(Invalid):
        service.make_token(anna, "x", [])


@pytest.mark.feature("CLI and HTTP API")
def test_no_secret_is_kept(rig: Rig) -> None:
    _, token = access(rig).make_token(rig.alone(), "Mine", ["read"])
    _, link = access(rig).make_feed(rig.alone(), "Mine")
    with rig.store._readers.connect() as connection:
        rows = repr([tuple(row) for row in connection.execute(tables_library.key.select())])
    assert token not in rows
    assert link not in rows
    assert rig.actions().count("key.make") == 2


def test_a_key_is_taken_back_by_its_owner_or_an_admin(rig: Rig) -> None:
    service, anna, ben = access(rig), rig.member("anna"), rig.member("ben")
    admin = rig.member("zoe", "admin")
    first, token = service.make_token(anna, "A", ["read"])
    second, _ = service.make_token(anna, "B", ["read"])
    assert [key.id for key in service.keys(anna, "api")] == [first.id, second.id]
    assert service.keys(ben, "api") == ()
    assert len(service.keys(admin, "api")) == 2
    with pytest.raises(NotAllowed):
        service.revoke(ben, first.id)
    service.revoke(anna, first.id)
    with pytest.raises(Missing):
        service.bearer(token, "read")
    service.revoke(admin, second.id)
    assert service.keys(admin, "api") == ()
    with pytest.raises(Missing):
        service.revoke(admin, "nothing")


def test_the_last_use_is_noted_once_an_hour(rig: Rig) -> None:
    service = access(rig)
    key, token = service.make_token(rig.alone(), "A", ["read"])
    service.bearer(token, "read")
    first = service.keys(rig.alone(), "api")[0].used_at
    rig.clock.on(minutes=30)
    service.bearer(token, "read")
    assert service.keys(rig.alone(), "api")[0] == replace(key, used_at=first)
    rig.clock.on(minutes=31)
    service.bearer(token, "read")
    assert service.keys(rig.alone(), "api")[0].used_at == rig.clock.now()


@pytest.mark.clause("C133")
@pytest.mark.feature("ICS feed")
def test_a_feed_tells_titles_and_times_and_no_text_unless_wanted(rig: Rig) -> None:
    service = access(rig)
    one, two = rig.account(), rig.account(handle="@two")
    rig.scheduled("Secret words about sleep.", one)
    named = rig.ready("Other words about rest.", two, title="Rest")
    rig.calendar.schedule(rig.alone(), named.id, two.id, Wall.parse("2026-11-26 10:00"), accepted=BOTH)
    gone = rig.scheduled("Third words about worry.", two, Wall.parse("2026-11-27 10:00"), accepted=BOTH)
    rig.force(gone, "cancelled")
    _, every = service.make_feed(rig.alone(), "All")
    _, mine = service.make_feed(rig.alone(), "Two", two.id, full_text=True)
    told = service.feed(every)
    assert "words" not in told
    assert events(told) == [
        (f"Post ({one.title})", "CONFIRMED", ""),
        (f"Rest ({two.title})", "CONFIRMED", ""),
        (f"Post ({two.title})", "CANCELLED", ""),
    ]
    assert [event[2] for event in events(service.feed(mine))] == ["Other words about rest.", "Third words about worry."]
    assert service.feed(every) == told


@pytest.mark.feature("ICS feed")
def test_a_post_that_left_its_account_is_told_by_its_base(rig: Rig) -> None:
    account = rig.account()
    item = rig.scheduled("Words.", account)
    post = rig.composer.load(item.post_id)
    rig.composer.save(rig.alone(), post.id, post.version, post.base, ())
    _, link = access(rig).make_feed(rig.alone(), "All")
    assert events(access(rig).feed(link)) == [(f"Post ({account.title})", "CONFIRMED", "")]


@pytest.mark.feature("ICS feed")
def test_a_wrong_or_revoked_link_is_no_feed(rig: Rig) -> None:
    service = access(rig)
    key, link = service.make_feed(rig.alone(), "All")
    _, token = service.make_token(rig.alone(), "A", ["read"])
    service.revoke(rig.alone(), key.id)
    for wrong in (link, token, ""):
        with pytest.raises(Missing, match="no such feed"):
            service.feed(wrong)
    with pytest.raises(Missing):
        service.make_feed(rig.alone(), "All", "nobody")
    with pytest.raises(NotAllowed):
        service.make_feed(rig.member("a", "author"), "All")
