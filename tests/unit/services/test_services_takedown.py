"""Taking down and correcting: the platform's own posts are deleted, a person's are named, and the record stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from connectors.base import Credentials
from connectors.errors import AuthExpired, Forbidden, Temporary
from planner.domain.delivery import SEEN, DeliveryPart
from planner.domain.errors import Invalid, NotAllowed, NotReady
from planner.domain.schedule import Wall
from planner.services.takedown import ASKED, TAKEN_DOWN, TakeDown, TakeDowns, Taken
from tests.unit.services.rig import NOW, Rig

if TYPE_CHECKING:
    from planner.domain.account import Account
    from planner.domain.delivery import Delivery

WHY = "A figure in it was wrong."
WORDS = {"opening": "A correction to our post of {day}:", "remain": "Copies may stay."}


def service(rig: Rig) -> TakeDowns:
    return TakeDowns(rig.store, rig.platforms, rig.composer, rig.clock, rig.ids, WORDS)  # type: ignore[arg-type]  # a floor for tests


def live(rig: Rig, *refs: str | None, mode: str = "api", account: Account | None = None) -> Delivery:
    """A post that is out, with one part for each remote id."""
    number = len(rig.accounts.all())
    account = account or rig.account(handle=f"@{number}")
    with rig.store.write() as tx:
        tx.vault.write(account.id, Credentials({"access": "a1"}))
    item = rig.force(
        rig.scheduled(f"A figure about sleep {number * 37}", account, Wall.parse(f"2026-11-{25 + number} 10:00")),
        "sent",
        sent_at=NOW,
        url="https://sky.example/1",
        mode=mode,
    )
    with rig.store.write() as tx:
        tx.deliveries.freeze(tuple(DeliveryPart(item.id, part, "{}", (), "f" * 64, f"{item.id}{part}") for part in range(len(refs))))
        for part, ref in enumerate(refs):
            if ref:
                tx.deliveries.part_sent(item.id, part, ref, f"https://sky.example/{part + 1}", NOW)
    return item


def deletes(rig: Rig, *answers: Exception | None) -> list[str]:
    """Let the platform answer so, the last answer for ever; returns what it was asked to delete."""
    asked: list[str] = []
    left = list(answers) or [None]

    def delete(ref: str) -> None:
        asked.append(ref)
        answer = left.pop(0) if len(left) > 1 else left[0]
        if answer:
            raise answer

    rig.platforms.remote.delete = delete  # type: ignore[attr-defined]
    return asked


def details(rig: Rig, item: Delivery) -> list[tuple[str, dict[str, str]]]:
    with rig.store.read() as tx:
        return [
            (one.action, dict(one.details)) for one in tx.log.events(subject=f"delivery:{item.id}") if one.action in (ASKED, TAKEN_DOWN)
        ]


@pytest.mark.clause("C20")
@pytest.mark.feature("Remote delete, correction")
def test_a_thread_is_deleted_from_its_end_and_the_record_stays(rig: Rig) -> None:
    item, asked = live(rig, "at://1", "at://2"), deletes(rig)
    assert service(rig).taken(item.id) is None
    assert service(rig).take_down(rig.alone(), item.id, f" {WHY} ") == TakeDown(2, ())
    assert asked == ["at://2", "at://1"]
    assert service(rig).taken(item.id) == Taken("Owner", NOW, WHY, complete=True)
    with rig.store.read() as tx:
        assert tx.deliveries.get(item.id) == item
    assert details(rig, item) == [(TAKEN_DOWN, {"reason": WHY, "deleted": "2", "left": "0"}), (ASKED, {"reason": WHY})]
    assert service(rig).take_down(rig.alone(), item.id, WHY) == TakeDown(2, ())


@pytest.mark.clause("C20")
def test_what_a_person_posted_or_saw_is_named_for_a_person(rig: Rig) -> None:
    asked = deletes(rig)
    by_hand = live(rig, "by hand", mode="hand")
    assert service(rig).take_down(rig.alone(), by_hand.id, WHY) == TakeDown(0, ("https://sky.example/1",))
    mixed = live(rig, "at://1", f"{SEEN}https://sky.example/2", None)
    assert service(rig).take_down(rig.alone(), mixed.id, WHY) == TakeDown(1, ("https://sky.example/2",))
    bare = live(rig, mode="hand")
    assert service(rig).take_down(rig.alone(), bare.id, WHY) == TakeDown(0, ("https://sky.example/1",))
    assert asked == ["at://1"]
    taken = service(rig).taken(mixed.id)
    assert taken is not None
    assert not taken.complete


@pytest.mark.parametrize(
    ("answers", "refresh", "expected"),
    [
        ((AuthExpired("Old."), None), None, TakeDown(2, ())),
        ((None, Forbidden("No right.")), None, TakeDown(1, ("https://sky.example/1",), "No right.")),
        ((Temporary("Not now."),), None, TakeDown(0, ("https://sky.example/1", "https://sky.example/2"), "Not now.")),
        ((AuthExpired("Old."),), None, TakeDown(0, ("https://sky.example/1", "https://sky.example/2"), "Old.")),
        ((AuthExpired("Old."),), AuthExpired("Dead."), TakeDown(0, ("https://sky.example/1", "https://sky.example/2"), "Dead.")),
    ],
)
def test_what_stops_it_is_said_with_what_is_left(rig: Rig, answers: tuple[Any, ...], refresh: Exception | None, expected: TakeDown) -> None:
    item = live(rig, "at://1", "at://2")
    deletes(rig, *answers)
    rig.platforms.remote.refresh = [refresh]
    assert service(rig).take_down(rig.alone(), item.id, WHY) == expected


def test_only_what_is_out_with_a_reason_by_somebody_who_may(rig: Rig) -> None:
    item = live(rig, "at://1")
    waiting = rig.scheduled("Another text about rest", rig.account(handle="@other"))
    with pytest.raises(NotReady, match="not out"):
        service(rig).take_down(rig.alone(), waiting.id, WHY)
    with pytest.raises(Invalid):
        service(rig).take_down(rig.alone(), item.id, " no ")
    with pytest.raises(NotAllowed):
        service(rig).take_down(rig.member("ann"), item.id, WHY)


@pytest.mark.clause("C20")
@pytest.mark.feature("Remote delete, correction")
def test_a_correction_opens_for_every_account_that_carried_the_post(rig: Rig) -> None:
    item = live(rig, "at://1")
    made = service(rig).correct(rig.alone(), item.post_id)
    assert made.state == "draft"
    assert made.account_ids == (item.account_id,)
    assert made.content_for(item.account_id).text == "A correction to our post of 2026-11-25:\nhttps://sky.example/1"
    assert "post.correct" in rig.actions(f"post:{item.post_id}")
    rig.force(item, "sent", url=None)
    assert service(rig).correct(rig.alone(), item.post_id).content_for(item.account_id).text == "A correction to our post of 2026-11-25:"
    with pytest.raises(NotReady, match="nothing to correct"):
        service(rig).correct(rig.alone(), rig.scheduled("Another text about rest", rig.account(handle="@other")).post_id)


def test_an_account_that_was_put_away_gets_no_correction(rig: Rig) -> None:
    item = live(rig, "at://1")
    rig.accounts.archive(rig.alone(), item.account_id)
    with pytest.raises(NotReady, match="nothing to correct"):
        service(rig).correct(rig.alone(), item.post_id)
