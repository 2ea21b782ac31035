"""Roles: the whole table of role and action, written out once more by hand."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from planner.domain.errors import NotAllowed
from planner.domain.people import ALLOWED, Action, Actor, Role, authorize

TABLE = """
            read write review publish hold connect note administer
admin        x     x     x       x     x      x     x       x
publisher    x     x     -       x     x      x     x       -
reviewer     x     x     x       -     x      -     x       -
author       x     x     -       -     -      -     x       -
viewer       x     -     -       -     -      -     -       -
"""
_HEAD, *_ROWS = (line.split() for line in TABLE.strip().splitlines())
CASES = [(row[0], action, mark == "x") for row in _ROWS for action, mark in zip(_HEAD, row[1:], strict=True)]


@pytest.mark.parametrize(("role", "action", "may"), CASES)
def test_what_each_role_may_do(role: Role, action: Action, may: bool) -> None:
    actor = Actor("m1", "Ann", role)
    if may:
        authorize(actor, action)
        return
    with pytest.raises(NotAllowed) as caught:
        authorize(actor, action)
    assert caught.value.sentence == f"Your role ({role}) does not allow this. Ask somebody who may {action}."


def test_the_table_names_every_role_and_action() -> None:
    assert {(role, action) for role, action, _ in CASES} == set(product(get_args(Role), get_args(Action)))
    assert set(ALLOWED) == set(get_args(Role))


def test_an_actor_is_alone_unless_told() -> None:
    assert Actor("m1", "Ann", "admin").team_size == 1
