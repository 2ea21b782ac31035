"""The server's side of the outbox: operations as the browser sends them, and their acknowledgements."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_ID = re.compile(r"[A-Za-z0-9:._-]{1,120}")
_KIND = re.compile(r"[a-z-]{1,20}")
MAX_OPS = 200
MAX_IDS = 200
_RESERVED = frozenset({"op", "kind", "ids", "after", "v"})


@dataclass(frozen=True, slots=True)
class Op:
    """One thing a person did in the browser: ids, versions seen (`v`) or the forerunner (`after`), and short values; never text."""

    op: str
    kind: str
    ids: tuple[str, ...] = ()
    after: str | None = None
    v: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ack:
    """The answer to one operation: done, or why not."""

    op: str
    ok: bool
    reason: str = ""
    at: str = ""

    def wire(self) -> dict[str, Any]:
        """Return the JSON-able form."""
        return asdict(self)


def boxed(wire: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what goes to the browser as a list of one.

    Streamlit asks of each value in a mapping whether it is a data frame, and loads pandas and Arrow to ask (70 MB); a list it passes on.
    """
    return [wire]


def is_id(value: object) -> bool:
    """Return whether a value from the browser looks like an id: short, no blanks, no markup."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def parse_ops(value: object) -> tuple[Op, ...]:
    """Read what the browser sent; anything that is no operation is dropped, never guessed at."""
    if not isinstance(value, list):
        return ()
    return tuple(op for op in map(_parse, value[:MAX_OPS]) if op is not None)


def _parse(raw: object) -> Op | None:
    if not isinstance(raw, dict) or not is_id(raw.get("op")):
        return None
    kind, ids, after, versions = raw.get("kind"), raw.get("ids", []), raw.get("after"), raw.get("v", {})
    if not isinstance(kind, str) or not _KIND.fullmatch(kind) or not isinstance(ids, list) or not isinstance(versions, dict):
        return None
    if len(ids) > MAX_IDS or not all(map(is_id, ids)) or not (after is None or is_id(after)):
        return None
    return Op(
        op=raw["op"],
        kind=kind,
        ids=tuple(ids),
        after=after,
        v={key: number for key, number in versions.items() if is_id(key) and isinstance(number, int)},
        values={key: item for key, item in raw.items() if key not in _RESERVED and is_id(key) and _short(item)},
    )


def _short(item: object) -> bool:
    return is_id(item) or (isinstance(item, int) and not isinstance(item, bool))
