"""The audit trail, page by page and as a table."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from planner.domain.audit import AuditEvent
from planner.domain.errors import NotAllowed
from planner.services.trail import PAGE, Trail
from tests.unit.services.rig import NOW

if TYPE_CHECKING:
    from tests.unit.services.rig import Rig


def log(rig: Rig, count: int, action: str = "approve", actor: str = "owner") -> None:
    with rig.store.write() as tx:
        for number in range(count):
            at = NOW + timedelta(minutes=number)
            tx.log.audit(AuditEvent(f"{action}{number}", at, actor, action, f"post:{number}", {"b": "=2", "a": "1"}))


@pytest.mark.feature("Second pair of eyes")
def test_pages_and_filters(rig: Rig) -> None:
    log(rig, PAGE + 5)
    log(rig, 2, "hold", "ann")
    trail, me = Trail(rig.store), rig.alone()
    first = trail.page(me)
    assert [one.id for one in first[:3]] == ["hold1", "hold0", f"approve{PAGE + 4}"]
    assert len(first) == PAGE
    assert [one.id for one in trail.page(me, before=first[-1].id)] == [f"approve{number}" for number in range(6, -1, -1)]
    assert [one.id for one in trail.page(me, person="ann")] == ["hold1", "hold0"]
    assert [one.id for one in trail.page(me, actions=("hold",), since=NOW + timedelta(minutes=1))] == ["hold1"]
    assert trail.actions() == ("approve", "hold")


def test_the_table_to_take_along(rig: Rig) -> None:
    log(rig, 1)
    assert Trail(rig.store).as_csv(rig.alone()) == (
        f"at,person,action,subject,details\n{NOW.isoformat()},Owner,approve,post:0,a: 1; b: =2\n"
    )
    log(rig, 1, "=x", "gone")
    assert Trail(rig.store).as_csv(rig.alone(), person="gone").splitlines()[1] == f"{NOW.isoformat()},gone,'=x,post:0,a: 1; b: =2"


def test_only_reviewers_and_admins_read_it(rig: Rig) -> None:
    for call in (Trail(rig.store).page, Trail(rig.store).as_csv):
        with pytest.raises(NotAllowed):
            call(rig.member("ann"))
