"""What crosses from a page to a chart's browser half: frozen values and their JSON form."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Tone = Literal["ink", "second"]
Shape = Literal["ring", "dot", "diamond", "star"]


@dataclass(frozen=True, slots=True)
class Series:
    """One height for each column, None for a gap; several series stand on each other, and `name` then tells them apart."""

    name: str
    tone: Tone
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Upright columns from zero. `told` is said under the pointer, `under` stands below the names, `spans` are (low, high) around the tops."""

    names: tuple[str, ...]
    series: tuple[Series, ...]
    title: str
    told: tuple[str, ...]
    under: tuple[str, ...] = ()
    spans: tuple[tuple[float, float] | None, ...] = ()
    whole: bool = False
    height: int = 320
    kind: Literal["columns"] = "columns"


@dataclass(frozen=True, slots=True)
class Bars:
    """Lying bars from zero, the first on top, each with its name before it and its text in or behind it."""

    names: tuple[str, ...]
    values: tuple[float, ...]
    texts: tuple[str, ...]
    title: str
    tone: Tone
    height: int
    whole: bool = False
    kind: Literal["bars"] = "bars"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened on a day (ISO), drawn under the line."""

    at: str
    shape: Shape
    told: str


@dataclass(frozen=True, slots=True)
class Line:
    """Counts by time (ISO, the wall clock that is shown); None breaks the line. `low` and `high` are the values at the edges."""

    times: tuple[str, ...]
    values: tuple[int | None, ...]
    told: tuple[str, ...]
    title: str
    low: float
    high: float
    ticks: tuple[int, ...]
    marks: tuple[Mark, ...] = ()
    height: int = 320
    kind: Literal["line"] = "line"


Drawing = Columns | Bars | Line


def wire(drawing: Drawing, alt: str) -> dict[str, Any]:
    """Return the JSON-able form with the sentence for those who do not see it, and the component's words."""
    return {**asdict(drawing), "alt": alt, "save": "Save this chart as a picture"}
