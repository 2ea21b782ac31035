"""Statements that are asked thousands of times a minute, put to the driver itself: what SQLAlchemy does around each costs more than most answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Numeric

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from sqlalchemy import Connection, Dialect, Executable

    Turning = tuple[tuple[int, Callable[[Any], Any]], ...]


class _Made(NamedTuple):
    """A statement of one database: its text, what is bound under which name (with what makes the driver's value of it), what reads its columns."""

    text: str
    names: tuple[str, ...]
    known: Mapping[str, Any]
    makers: Mapping[str, Callable[[Any], Any]]
    readers: Turning
    by_place: bool
    answers: bool


class Straight:
    """A SELECT, or an UPDATE that returns nothing, whose text never changes. It is compiled once for each kind of database."""

    def __init__(self, query: Executable) -> None:
        """Take it, with `bindparam` where a value comes in."""
        self._query = query
        self._made: dict[str, _Made] = {}

    def __call__(self, connection: Connection, **bound: object) -> list[tuple[Any, ...]]:
        """Return the rows, in the transaction that is open; every value that comes in has a name."""
        found, turning = self._ask(connection, bound)
        return _read(found, turning) if turning else found

    def without(self, connection: Connection, place: int, texts: Container[str], **bound: object) -> list[tuple[Any, ...]]:
        """Return the rows but those that have one of the texts at this place: these are not even read."""
        found, turning = self._ask(connection, bound)
        return _read([row for row in found if row[place] not in texts], turning)

    def _ask(self, connection: Connection, bound: Mapping[str, object]) -> tuple[list[tuple[Any, ...]], Turning]:
        made = self._made.get(connection.dialect.name) or self._make(connection.dialect)
        values = {**made.known, **bound}
        for name, make in made.makers.items():
            values[name] = make(values[name])
        cursor = driver(connection).execute(made.text, [values[name] for name in made.names] if made.by_place else values)
        return cursor.fetchall() if made.answers else [], made.readers

    def _make(self, dialect: Dialect) -> _Made:
        compiled: Any = self._query.compile(dialect=dialect)  # type: ignore[attr-defined]  # every statement has it
        binds = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
        made = _Made(
            text=str(compiled),
            names=tuple(compiled.positiontup or ()),
            known=dict(compiled.params),
            makers={name: make for name, make in binds.items() if make is not None},
            readers=readers(dialect, list(getattr(self._query, "selected_columns", ()))),
            by_place=compiled.positional,
            answers=self._query.is_select,
        )
        self._made[dialect.name] = made
        return made


def _read(rows: Sequence[tuple[Any, ...]], turning: Turning) -> list[tuple[Any, ...]]:
    found = []
    for row in rows:
        values = list(row)
        for place, read in turning:
            values[place] = read(values[place])
        found.append(tuple(values))
    return found


def driver(connection: Connection) -> Any:  # noqa: ANN401 - the driver's own class
    """Return the driver's connection, in the same transaction."""
    return connection.connection.driver_connection


def readers(dialect: Dialect, columns: Sequence[Any]) -> Turning:
    """Return (place, what reads the driver's value) of the columns that need it. Figures come as they are."""
    kinds = [(place, column.type) for place, column in enumerate(columns) if not isinstance(column.type, Numeric)]
    found = ((place, kind.dialect_impl(dialect).result_processor(dialect, None)) for place, kind in kinds)
    return tuple((place, read) for place, read in found if read is not None)
