"""What is put to the driver itself answers like SQLAlchemy, and what is known to be empty is not asked for."""

from __future__ import annotations

import gc
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from weakref import ref

import pytest
from sqlalchemy import Boolean, Column, Date, Float, Integer, MetaData, Table, Text, bindparam, create_engine, func, insert, select, update

from planner.store import batches, open_store, probe, tables
from planner.store.columns import Strings, UtcTime
from planner.store.straight import Straight
from tests.unit.services import rig as rigs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

THING = Table(
    "thing",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime),
    Column("day", Date),
    Column("words", Strings),
    Column("share", Float),
    Column("on", Boolean),
    Column("text", Text),
)
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
ROWS = [
    {"id": 1, "at": NOON, "day": date(2026, 11, 27), "words": ("a", "b"), "share": 0.25, "on": True, "text": "100 % of :it?"},
    {"id": 2, "at": None, "day": None, "words": None, "share": None, "on": False, "text": None},
]


@pytest.fixture(params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    url = str(request.getfixturevalue("postgres_url")) if request.param == "postgresql" else f"sqlite:///{tmp_path / 'x.sqlite'}"
    engine = create_engine(url)
    with engine.begin() as found:
        yield _filled(found)
    engine.dispose()


def _filled(connection: Connection) -> Connection:
    THING.create(connection)
    connection.execute(insert(THING), ROWS)
    return connection


def test_every_kind_of_column_is_read_as_it_was_written(connection: Connection) -> None:
    found = Straight(select(THING).order_by(THING.c.id))(connection)
    assert found == [tuple(row.values()) for row in ROWS] == [tuple(row) for row in connection.execute(select(THING).order_by(THING.c.id))]


def test_values_come_in_by_name_and_beside_those_that_are_written_out(connection: Connection) -> None:
    found = Straight(
        select(THING.c.id, func.count()).where(THING.c.at <= bindparam("until"), THING.c.on.is_(True), THING.c.id == 1).group_by(THING.c.id)
    )
    assert found(connection, until=NOON) == [(1, 1)]
    assert found(connection, until=NOON.replace(hour=11)) == []
    with pytest.raises(ValueError, match="without a zone"):
        found(connection, until=NOON.replace(tzinfo=None))


def test_a_change_returns_nothing_and_stands_in_the_same_transaction(connection: Connection) -> None:
    assert Straight(update(THING).where(THING.c.id == bindparam("which")).values(text=bindparam("now")))(connection, which=2, now="x") == []
    assert connection.execute(select(THING.c.text).order_by(THING.c.id)).scalars().all() == ["100 % of :it?", "x"]


def test_tables_without_a_row_for_the_keys_are_named(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'x.sqlite'}", rigs.KEY, backups=tmp_path)
    with store.write() as tx:
        tx.log.put_setting("pause.a", "x")
    keys = {"deliveries": ["d"], "posts": ["p"], "accounts": ["a"], "subjects": ["post:p"]}
    with store._readers.begin() as connection:
        some, number = probe.empty(connection, {**keys, "settings": ["pause.a"]})
        none, again = probe.empty(connection, {**keys, "settings": ["pause.b"]})
    assert tables.setting not in some
    assert none - some == {tables.setting}
    assert {tables.part, tables.audit, tables.hold} < some
    with store.read() as tx:
        assert number == again == tx.grounds() > 0
    store.close()


def test_what_was_read_for_looks_is_kept_while_the_grounds_stand() -> None:
    kept = probe.Kept()
    first = kept.of("accounts", 1)
    first["account", "a"] = "A"
    assert kept.of("accounts", 1) is first
    assert kept.of("vault", 1) == {}
    assert kept.of("accounts", 2) == {}
    assert first == {("account", "a"): "A"}  # a look that is still at the old number goes on with it
    many = kept.of("accounts", 2)
    many.update({("account", str(number)): "" for number in range(5001)})
    assert kept.of("accounts", 2) == {}


HARD = ('{"a", b}', "back\\slash", "NULL", "", "it's\nnew", "{}", "ü 100 %")


def test_whatever_a_text_holds_it_arrives_as_it_is_also_beside_what_is_absent(connection: Connection) -> None:
    names = ("id", "at", "words", "on", "text")
    rows = [(number, None if number % 2 else NOON, (text,), bool(number % 2), text) for number, text in enumerate(HARD, 10)]
    batches.add(connection, THING, names, [*rows, (99, None, None, None, None)])
    batches.add(connection, THING, ("id", "text"), [(number + 90, text) for number, text in enumerate(HARD, 10)])
    chosen = select(*(THING.c[name] for name in names)).where(THING.c.id >= 10).order_by(THING.c.id)
    found = [tuple(row) for row in connection.execute(chosen)]
    assert found[: len(rows) + 1] == [*rows, (99, None, None, None, None)]
    assert [row[4] for row in found[len(rows) + 1 :]] == list(HARD)


def test_rows_change_only_where_each_stands_as_it_was(connection: Connection) -> None:
    rows = [(1, "100 % of :it?", None), (2, "other", "new")]
    assert batches.change(connection, THING, ("id", "text"), ("text",), rows) in ({1}, {"1"})
    assert connection.execute(select(THING.c.text).order_by(THING.c.id)).scalars().all() == [None, None]
    assert batches.change(connection, THING, ("id", "text"), ("text", "at"), [(2, None, "new", NOON), (1, "x", "y", None)])
    assert connection.execute(select(THING.c.text, THING.c.at).order_by(THING.c.id)).all() == [(None, NOON), ("new", NOON)]


def test_a_zero_byte_is_refused_instead_of_shifting_rows(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        with pytest.raises(ValueError, match="zero byte"):
            batches.add(connection, THING, ("id", "text"), [(50, "a\x00b"), (51, "c")])
        with pytest.raises(ValueError, match="zero byte"):
            batches.add(connection, THING, ("id", "text"), [(50, "\x00"), (51, None)])


def test_what_was_read_ahead_goes_with_its_transaction(tmp_path: Path) -> None:
    rig = rigs.build(open_store(f"sqlite:///{tmp_path / 'x.sqlite'}", rigs.KEY, backups=tmp_path))
    post = rig.draft("Support groups help.", rig.account())
    gone: list[ref[Any]] = []
    was = gc.isenabled()
    gc.disable()
    try:
        with rig.store.read() as tx:
            tx.posts.foresee([post.id])
            gone += [ref(tx.posts), ref(tx)]
        with rig.store.write() as tx:
            tx.log.put_setting("a", "b")
            gone += [ref(tx.log), ref(tx)]
        del tx
        assert [one() for one in gone] == [None] * 4
    finally:
        (gc.enable if was else gc.disable)()
        rig.store.close()
