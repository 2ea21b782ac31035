"""What is costly to read or draw and the same for everybody who may see the page, kept until something in the workspace changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from planner.services.house import Planner

T = TypeVar("T")
MOST = 6
"""So many results of one name are held; what nobody has asked for longest goes first."""

_LOCK = threading.Lock()
_HELD: dict[str, OrderedDict[Hashable, Any]] = {}


def kept(planner: Planner, name: str, key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` gave for this name and key since the last change in the workspace; nobody may change it.

    `key` must hold everything that decides what is seen: the span, the account, the role where it matters. Whatever depends on the clock
    within a day, or on the person, is not kept here.
    """
    whole = (str(planner.settings.data_dir), planner.settings.database_url, planner.store.data_version(), key)
    with _LOCK:
        held = _HELD.setdefault(name, OrderedDict())
        if whole in held:
            held.move_to_end(whole)
            known: T = held[whole]
            return known
    made = make()
    with _LOCK:
        held[whole] = made
        while len(held) > MOST:
            held.popitem(last=False)
    return made
