"""Counts of petitions from a table and as one: `petition,count,as_of[,source_url]`, each row checked, all of them or none stored."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from planner.domain.audit import AuditEvent
from planner.domain.errors import Invalid, Unanswered
from planner.domain.people import authorize
from planner.domain.petition import MOST, SignatureCount, doubt
from planner.domain.withheld import Withheld
from planner.services.cells import cell

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from planner.domain.people import Actor
    from planner.domain.petition import Petition
    from planner.ports import Clock, Ids, Store, Transaction

COLUMNS = ("petition", "count", "as_of")
_OPTIONAL = "source_url"
_MOST_ROWS = 5_000
_SHOWN = 5
_NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CountRow:
    """One line of the table (the header is line 1). `error`: it cannot be stored; `question`: a person has to say that it is right."""

    line: int
    petition: str
    count: SignatureCount | None
    error: str = ""
    question: str = ""


class PetitionTables:
    """Reading and writing tables of counts."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        """Take the store, the clock and the id maker."""
        self._store = store
        self._clock = clock
        self._ids = ids

    def preview(self, actor: Actor, text: str) -> tuple[CountRow, ...]:
        """Return every row with what is wrong or odd about it; nothing is stored. Raise Invalid when it is no such table."""
        authorize(actor, "write")
        with self._store.read() as tx:
            return _rows(tx, text, self._clock.now(), actor.id)

    def store(self, actor: Actor, text: str, sure: Collection[int] = ()) -> int:
        """Store every row and return how many; `sure` holds the lines whose question a person has answered with yes.

        Raise Invalid when a row cannot be stored, Unanswered (with the lines) when one is odd; nothing is stored then.
        """
        authorize(actor, "write")
        now = self._clock.now()
        with self._store.write() as tx:
            rows = _rows(tx, text, now, actor.id)
            wrong = [f"line {row.line}: {row.error}" for row in rows if row.error]
            if wrong:
                raise Invalid("table", f"Nothing was stored. {_some(wrong)}")
            odd = [row for row in rows if row.question and row.line not in sure]
            if odd:
                asked = _some([f"line {row.line}: {row.question}" for row in odd])
                raise Unanswered(f"Nothing was stored yet. {asked}", tuple(str(row.line) for row in odd))
            for count in [row.count for row in rows if row.count is not None]:
                tx.petitions.add_count(replace(count, as_of=min(count.as_of, now)))
            tx.log.audit(AuditEvent(self._ids.new(), now, actor.id, "petition.table", "petitions", {"rows": str(len(rows))}))
        return len(rows)

    def table(self, actor: Actor, petition_id: str) -> str:
        """Return a petition's counts, oldest first, as a table that `store` takes; a look that brought no number is no row."""
        authorize(actor, "read")
        with self._store.read() as tx:
            petition, counts = tx.petitions.get(petition_id), tx.petitions.counts(petition_id)
            withheld = Withheld(tx.accounts.all(archived=True))
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow((*COLUMNS, _OPTIONAL))
        for one in counts:
            if one.count is not None:
                writer.writerow([cell(value) for value in (petition.title, one.count, one.as_of, one.source_url)])
        return withheld.hide(out.getvalue())


def _some(lines: Sequence[str]) -> str:
    more = f" … and {len(lines) - _SHOWN} more." if len(lines) > _SHOWN else ""
    return " ".join(lines[:_SHOWN]) + more


def _rows(tx: Transaction, text: str, now: datetime, by: str) -> tuple[CountRow, ...]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = [name.strip().casefold() for name in reader.fieldnames or ()]
        if [name for name in header if name != _OPTIONAL] != list(COLUMNS):
            raise Invalid("table", f"The first line must read {','.join(COLUMNS)} or {','.join((*COLUMNS, _OPTIONAL))}. Nothing was read.")
        reader.fieldnames = header
        lines = [(reader.line_num, row) for row in reader]
    except csv.Error:
        raise Invalid("table", "This is no table of comma-separated values. Save it as CSV. Nothing was read.") from None
    if len(lines) > _MOST_ROWS:
        raise Invalid("table", f"At most {_MOST_ROWS:,} rows at once, please: this has {len(lines):,}. Nothing was read.")
    known = _Known(tx)
    return tuple(known.row(line, row, now, by) for line, row in lines)


class _Known:
    """The petitions by everything that a row may call them, and their counts, to which the rows themselves are added."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._names: dict[str, Petition] = {}
        self._counts: dict[str, list[SignatureCount]] = {}
        for item in tx.petitions.all():
            for name in (item.title, item.url, item.id):
                self._names.setdefault(name.casefold(), item)

    def row(self, line: int, row: Mapping[str | None, str | None], now: datetime, by: str) -> CountRow:
        """Return one row, checked against what is known and the rows before it."""
        name, said, when, url = ((row.get(column) or "").strip() for column in (*COLUMNS, _OPTIONAL))
        known = self._names.get(name.casefold()) or self._names.get(name.casefold().removeprefix("'"))
        petition, at = known if name else None, _moment(when, now)
        if None in row:
            return CountRow(line, name, None, "It has more cells than the first line. Put quotation marks around a cell with a comma.")
        if petition is None:
            return CountRow(line, name, None, f"There is no petition “{name[:60]}”. Write its title as it stands here.")
        if not (said.isascii() and said.isdecimal()) or int(said[:12]) > MOST:
            return CountRow(line, name, None, f"“{said[:20]}” is no count. Write digits only, and leave out rows without a count.")
        if at is None:
            return CountRow(line, name, None, f"“{when[:30]}” is no date. Write 2026-11-24, or a time with its zone.")
        if url and not url.startswith(("https://", "http://")):
            return CountRow(line, name, None, "The address of the source must begin with https://.")
        counts = self._of(petition.id)
        question = doubt(counts, int(said), at, now)
        count = SignatureCount(petition.id, at, "csv", int(said), source_url=url, by=by)
        counts.append(count)
        counts.sort(key=lambda one: one.as_of)
        return CountRow(line, name, count, question=question)

    def _of(self, petition_id: str) -> list[SignatureCount]:
        if petition_id not in self._counts:
            self._counts[petition_id] = list(self._tx.petitions.counts(petition_id))
        return self._counts[petition_id]


def _moment(text: str, now: datetime) -> datetime | None:
    """Return a day's noon (today: at most now) or a time with a zone; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        pass
    else:
        noon = datetime.combine(day, _NOON)
        return min(noon, now) if day == now.date() else noon
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None
