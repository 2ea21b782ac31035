"""Values that are made quickly are the same as those that their class makes."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from datetime import UTC, datetime

import pytest

from planner.domain.delivery import Attempt, Delivery
from planner.domain.making import Maker, quickly
from planner.domain.post import Content

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
DELIVERY = Delivery("d", "p", "a", "queued", "api", "x", None, "2026-11-27T09:00", "Etc/UTC", NOW, "plain", "owner", NOW, NOW)
ATTEMPT = Attempt("t", "d", 0, 1, 1, "k", "f", "w", NOW, NOW)


@dataclass(frozen=True)
class Open:
    """A class that has a dictionary."""

    name: str
    number: int = 1
    told: dict[str, str] = field(default_factory=dict, hash=False)


@pytest.mark.parametrize("value", [DELIVERY, ATTEMPT, Content(text="Hello"), Open("a")], ids=lambda value: type(value).__name__)
def test_what_is_made_is_the_same_in_everything(value: Delivery) -> None:
    maker = Maker(type(value))
    made = maker.make(*(getattr(value, field.name) for field in fields(value)))
    assert (made, hash(made), repr(made), type(made)) == (value, hash(value), repr(value), type(value))
    assert pickle.loads(pickle.dumps(made)) == replace(made) == value  # noqa: S301 - our own bytes
    with pytest.raises(FrozenInstanceError):
        setattr(made, fields(made)[0].name, "other")


def test_a_change_leaves_the_rest_as_it_was() -> None:
    changed = Maker(Delivery).changed
    assert changed(DELIVERY, state="sent", url="https://a.example") == replace(DELIVERY, state="sent", url="https://a.example")
    assert changed(DELIVERY) == DELIVERY
    assert DELIVERY.state == "queued"


def test_a_field_that_is_not_there_or_missing_is_refused() -> None:
    maker = Maker(Delivery)
    with pytest.raises(KeyError):
        maker.changed(DELIVERY, colour="red")
    with pytest.raises(TypeError):
        maker.make("d")


@pytest.mark.parametrize("value", [DELIVERY, ATTEMPT, Content(text="Hello"), Open("a")], ids=lambda value: type(value).__name__)
def test_what_is_called_like_its_class_makes_the_same(value: Delivery) -> None:
    make = quickly(type(value))
    told = {one.name: getattr(value, one.name) for one in fields(value)}
    made = make(**told)
    assert (made, hash(made), repr(made), type(made)) == (value, hash(value), repr(value), type(value))
    with pytest.raises(FrozenInstanceError):
        setattr(made, fields(made)[0].name, "other")
    with pytest.raises(TypeError):
        make(**told, colour="red")


def test_what_is_left_out_is_as_the_class_has_it_and_nobody_elses() -> None:
    make = quickly(Open)
    first, second = make("a"), make("a")
    assert first == second == Open("a")
    assert first.told is not second.told
    with pytest.raises(TypeError):
        make()  # type: ignore[call-arg]
