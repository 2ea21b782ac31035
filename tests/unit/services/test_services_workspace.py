"""The workspace: the first start makes the owner, every act is read anew, and nobody who left acts."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from planner.domain.errors import Invalid, NotAllowed
from planner.domain.people import Actor, Member
from planner.services.workspace import Workspace
from planner.store.log import SqlLog
from tests.unit.services.rig import NOW, Rig

OWNER = Member("owner", "Owner", "admin", active=True, created_at=NOW)


def test_the_first_start_makes_the_owner(rig: Rig) -> None:
    assert rig.workspace.members() == ()
    assert rig.workspace.actor() == Actor("owner", "Owner", "admin", 1)
    assert rig.workspace.members() == (OWNER,)
    assert rig.workspace.actor() == Actor("owner", "Owner", "admin", 1)


def test_two_first_starts_make_one_owner(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have seen an empty workspace; the second one finds the first one's owner."""
    gate = threading.Barrier(2)
    real = Workspace._first

    def together(self: Workspace) -> Member:
        gate.wait(timeout=20)
        return real(self)

    monkeypatch.setattr(Workspace, "_first", together)
    found: list[Actor] = []
    threads = [threading.Thread(target=lambda: found.append(rig.workspace.actor())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, rig.workspace.members()) == ([Actor("owner", "Owner", "admin", 1)] * 2, (OWNER,))


def test_the_team_counts_active_people_who_may_write(rig: Rig) -> None:
    assert rig.alone().team_size == 1
    rig.member("vera", "viewer")
    rig.member("gone", "author", active=False)
    assert rig.alone().team_size == 1
    for number, role in enumerate(("author", "reviewer", "publisher", "admin")):
        rig.member(f"m{number}", role)  # type: ignore[arg-type]
    assert rig.alone().team_size == 5
    assert rig.workspace.actor("m1") == Actor("m1", "M1", "reviewer", 5)
    assert rig.workspace.actor("vera").team_size == 5


def test_a_viewer_among_nobody_is_still_no_team(rig: Rig) -> None:
    rig.member("vera", "viewer")
    assert rig.workspace.actor("vera") == Actor("vera", "Vera", "viewer", 1)


@pytest.mark.parametrize("who", ["gone", "stranger", ""])
def test_nobody_who_left_or_never_came_acts(rig: Rig, who: str) -> None:
    rig.alone()
    rig.member("gone", "admin", active=False)
    with pytest.raises(NotAllowed, match="You are not a member of this workspace"):
        rig.workspace.actor(who)


def test_who_is_at_the_keyboard_is_chosen_remembered_alone_or_unknown(rig: Rig) -> None:
    assert (
        rig.workspace.at_the_keyboard(None, None) == rig.workspace.at_the_keyboard(None, "long gone") == Actor("owner", "Owner", "admin", 1)
    )
    me = rig.workspace.actor()
    vera = rig.workspace.invite(me, "Vera", "viewer")
    assert rig.workspace.at_the_keyboard(None, None) is None
    assert rig.workspace.at_the_keyboard(None, "long gone") is None
    assert rig.workspace.at_the_keyboard(None, vera.id) == Actor(vera.id, "Vera", "viewer", 1)
    assert rig.workspace.at_the_keyboard("owner", vera.id) == me
    rig.workspace.change(me, vera.id, "Vera", "viewer", active=False)
    assert rig.workspace.at_the_keyboard(None, vera.id) == me
    with pytest.raises(NotAllowed, match="not a member"):
        rig.workspace.at_the_keyboard(vera.id, None)


def test_a_person_is_renamed_given_another_role_and_switched_off(rig: Rig) -> None:
    me = rig.alone()
    ana = rig.workspace.invite(me, "Ana", "author")
    changed = rig.workspace.change(me, ana.id, " Ana R. ", "reviewer", active=True)
    assert (changed.name, changed.role, changed.created_at) == ("Ana R.", "reviewer", ana.created_at)
    assert rig.workspace.actor(ana.id) == Actor(ana.id, "Ana R.", "reviewer", 2)
    rig.workspace.change(me, ana.id, "Ana R.", "reviewer", active=False)
    assert rig.alone().team_size == 1
    with pytest.raises(NotAllowed):
        rig.workspace.actor(ana.id)
    with rig.store.read() as tx:
        told = [dict(event.details) for event in tx.log.events(subject=f"member:{ana.id}") if event.action == "member.update"]
    assert told == [{"role": "reviewer", "active": "no"}, {"role": "reviewer", "active": "yes"}]


def test_somebody_can_always_put_things_right(rig: Rig) -> None:
    me = rig.alone()
    boss = rig.workspace.invite(me, "Bo", "admin")
    as_boss = rig.workspace.actor(boss.id)
    for member, role, active in (("owner", "viewer", True), ("owner", "admin", False)):
        with pytest.raises(Invalid, match="stays an admin"):
            rig.workspace.change(as_boss, member, "Owner", role, active=active)  # type: ignore[arg-type]  # one of the roles
    with pytest.raises(Invalid, match="switch yourself off"):
        rig.workspace.change(as_boss, boss.id, "Bo", "admin", active=False)
    assert rig.workspace.change(as_boss, "owner", "Dana", "admin", active=True).name == "Dana"


@pytest.mark.parametrize(("name", "role"), [(" ", "author"), ("Ana", "king")])
def test_a_changed_person_has_a_name_and_a_role(rig: Rig, name: str, role: str) -> None:
    me = rig.alone()
    ana = rig.workspace.invite(me, "Ana", "author")
    with pytest.raises(Invalid):
        rig.workspace.change(me, ana.id, name, role, active=True)  # type: ignore[arg-type]  # that is the point
    with pytest.raises(NotAllowed):
        rig.workspace.change(rig.workspace.actor(ana.id), ana.id, "Ana", "admin", active=True)
    assert ana in rig.workspace.members()


def test_a_role_is_read_anew_each_time(rig: Rig) -> None:
    rig.alone()
    with rig.store.write() as tx:
        tx.members.put(replace(OWNER, role="viewer"))
    assert rig.alone().role == "viewer"


def test_a_person_is_added_and_the_log_says_so(rig: Rig) -> None:
    actor = rig.alone()
    rig.clock.on(minutes=1)
    member = rig.workspace.invite(actor, "  Ben  ", "reviewer")
    assert member == Member(member.id, "Ben", "reviewer", active=True, created_at=NOW + timedelta(minutes=1))
    assert rig.workspace.members() == (OWNER, member)
    assert rig.actions(f"member:{member.id}") == ["member.add"]


@pytest.mark.parametrize(("name", "role", "field"), [(" ", "author", "name"), ("Ben", "king", "role")])
def test_a_person_has_a_name_and_a_role(rig: Rig, name: str, role: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        rig.workspace.invite(rig.alone(), name, role)  # type: ignore[arg-type]
    assert caught.value.field == field
    assert len(rig.workspace.members()) == 1


@pytest.mark.parametrize("role", ["publisher", "reviewer", "author", "viewer"])
def test_only_an_admin_invites_and_starts(rig: Rig, role: str) -> None:
    other = rig.member("otto", role)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        rig.workspace.invite(other, "Ben", "admin")
    with pytest.raises(NotAllowed):
        rig.workspace.start(other, "empty")


@pytest.mark.parametrize("how", ["empty", "demo"])
def test_the_answer_of_the_first_start_is_kept(rig: Rig, how: str) -> None:
    assert rig.workspace.started() is None
    rig.workspace.start(rig.alone(), how)
    assert rig.workspace.started() == how


def test_another_answer_is_refused(rig: Rig) -> None:
    with pytest.raises(Invalid) as caught:
        rig.workspace.start(rig.alone(), "maybe")
    assert (caught.value.field, rig.workspace.started()) == ("start", None)


def test_the_last_heartbeat_of_any_worker_counts(rig: Rig) -> None:
    assert rig.workspace.heartbeat() is None
    with rig.store.write() as tx:
        tx.log.beat("one", NOW, {})
        tx.log.beat("two", NOW - timedelta(hours=1), {})
    assert rig.workspace.heartbeat() == NOW


def test_the_owner_is_only_made_where_nobody_is(rig: Rig) -> None:
    rig.member("ann", "admin")
    assert rig.workspace._first() == OWNER
    assert [member.id for member in rig.workspace.members()] == ["ann"]


def test_minutes_are_counted_once_a_person_and_week_and_change_no_page(rig: Rig) -> None:
    me, ann = rig.alone(), rig.member("ann")
    assert rig.workspace.spent(me) == 0
    before = rig.store.data_version()
    for seconds in (0, 20, 30, 3600):
        rig.clock.on(seconds=seconds)
        rig.workspace.spend(me)
        rig.workspace.spend(me)
    assert (rig.workspace.spent(me), rig.workspace.spent(ann)) == (2, 0)
    rig.clock.on(hours=-2)
    rig.workspace.spend(me)
    assert rig.workspace.spent(me) == 2
    assert rig.store.data_version() == before
    rig.clock.on(days=7)
    assert rig.workspace.spent(me) == 0
    rig.workspace.spend(me)
    assert rig.workspace.spent(me) == 1


def test_two_windows_in_the_same_minute_count_it_once(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked before either wrote: the one that comes second finds the minute counted."""
    me = rig.alone()
    real = SqlLog.setting
    looks = iter([None])
    rig.workspace.spend(me)
    monkeypatch.setattr(SqlLog, "setting", lambda self, name: next(looks, real(self, name)))
    rig.workspace.spend(me)
    assert rig.workspace.spent(me) == 1
