"""Audit events, notices, operation ids, small settings and heartbeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from planner.domain.audit import AuditEvent, Notice
from planner.store import tables
from planner.store.rows import Room, Rows, upsert
from planner.store.straight import Straight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

_EVENTS = Rows(tables.audit, AuditEvent)
_NOTICES = Rows(tables.notice, Notice)
_SETTINGS = select(tables.setting.c.name, tables.setting.c.value)
_ONE = select(tables.setting.c.value).where(tables.setting.c.name == bindparam("name"))
_SETTING, _OWN = Straight(_ONE), Straight(_ONE.with_for_update())


class SqlLog(Room):
    """What happened, and what people still have to be told."""

    def audit(self, event: AuditEvent) -> None:
        """Append; rows can never be changed."""
        self._insert(tables.audit, _EVENTS.values(event))

    def events(self, *, subject: str | None = None, limit: int = 200) -> tuple[AuditEvent, ...]:
        """Return the newest events first."""
        known = None if subject is None else self._known.get(("events", subject))
        if known is not None:
            return tuple(reversed(known[-limit:]))
        query = _EVENTS.select.order_by(tables.audit.c.seq.desc()).limit(limit)
        return _EVENTS.all(self._connection, query if subject is None else query.where(tables.audit.c.subject == subject))

    def put_notice(self, notice: Notice) -> bool:
        """Insert when no notice of that key exists; return whether it was new."""
        return self._upsert(tables.notice, _NOTICES.values(notice), only_new=True)

    def waiting_notices(self, *, limit: int = 100) -> tuple[Notice, ...]:
        """Return notices not told yet, oldest first."""
        table = tables.notice.c
        return _NOTICES.all(
            self._connection, _NOTICES.select.where(table.told_at.is_(None)).order_by(table.created_at, table.id).limit(limit)
        )

    def notice_told(self, notice_id: str, at: datetime | None, tries: int) -> None:
        """Write when it was told (None: not yet) and how often it was tried."""
        self._write(update(tables.notice).where(tables.notice.c.id == notice_id).values(told_at=at, tries=tries))

    def done(self, op: str) -> str | None:
        """Return the stored answer of an operation id, or None when it has not been done."""
        return self._connection.execute(select(tables.done.c.answer).where(tables.done.c.op == op)).scalar()

    def put_done(self, op: str, actor: str, answer: str, at: datetime) -> None:
        """Store the answer of an operation id."""
        self._insert(tables.done, {"op": op, "actor": actor, "answer": answer, "at": at})

    def setting(self, name: str) -> str | None:
        """Return a small workspace setting, or None."""
        if ("setting", name) in self._known:
            return self._known["setting", name]  # type: ignore[no-any-return]  # what `foresee` kept
        return next((value for (value,) in _SETTING(self._connection, name=name)), None)

    def settings(self, names: Sequence[str]) -> Mapping[str, str]:
        """Return those of these settings that there are, in one query."""
        return dict(self._among(_SETTINGS, tables.setting.c.name, names))

    def foresee(self, subjects: Sequence[str], settings: Sequence[str]) -> None:
        """Read the events of these subjects and these settings ahead."""
        self._ahead("events", _EVENTS, "subject", subjects, ("seq",))
        found = {} if tables.setting in self.empty else self.settings(settings)
        self._known.update((("setting", name), found.get(name)) for name in settings)

    def put_setting(self, name: str, value: str) -> None:
        """Insert or replace a setting."""
        self._upsert(tables.setting, {"name": name, "value": value})

    def own_note(self, name: str) -> str:
        """Return a setting that nobody else can change until this transaction ends; empty when there was none."""
        values = {"name": name, "value": ""}
        self._connection.execute(upsert(self._connection.dialect.name, tables.setting, values, only_new=True), values)
        ((value,),) = _OWN(self._connection, name=name)
        return str(value)

    def put_note(self, name: str, value: str) -> None:
        """Insert or replace a setting that no page shows to others; it leaves the data version alone, as a heartbeat does."""
        values = {"name": name, "value": value}
        self._connection.execute(upsert(self._connection.dialect.name, tables.setting, values, only_new=False), values)

    def beat(self, worker: str, at: datetime, details: Mapping[str, str]) -> None:
        """Write a worker's heartbeat. It leaves the data version alone, or every page would forget its cache every few seconds."""
        values = {"worker": worker, "at": at, "details": details}
        self._connection.execute(upsert(self._connection.dialect.name, tables.beat, values, only_new=False), values)

    def beats(self) -> Mapping[str, tuple[datetime, Mapping[str, str]]]:
        """Return worker -> (last heartbeat, details)."""
        table = tables.beat.c
        return {worker: (at, details) for worker, at, details in self._connection.execute(select(table.worker, table.at, table.details))}
