"""Series: a post that comes again. Each occurrence becomes a draft of its own, once a date, and passes the gate like any other."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from planner.domain import series as rules
from planner.domain.audit import AuditEvent
from planner.domain.errors import Missing
from planner.domain.people import authorize
from planner.domain.schedule import Moment, Wall, local_wall, resolve
from planner.domain.schedule import zone as check_zone
from planner.domain.series import Rule

if TYPE_CHECKING:
    from datetime import datetime

    from planner.domain.people import Actor
    from planner.ports import Clock, Ids, Store, Transaction

AHEAD_DAYS = 28
"""How far ahead drafts are made: time enough to read and approve them."""

_LIST = "series"


@dataclass(frozen=True, slots=True)
class Series:
    """A post that comes again: what it starts from, when, and where its dates are counted."""

    id: str
    post_id: str
    zone: str
    rule: Rule
    by: str
    active: bool = True
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a series: the draft that was made for it, and the time it is meant for."""

    series_id: str
    post_id: str
    moment: Moment


class SeriesPlans:
    """Making series, stopping them, and making their drafts. Nothing of a series is ever scheduled or approved by itself."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        """Take the store, the clock and the id maker."""
        self._store = store
        self._clock = clock
        self._ids = ids

    def start(self, actor: Actor, post_id: str, zone: str, rule: Rule) -> Series:
        """Begin a series whose drafts start from this post as it stands when each one is made."""
        authorize(actor, "write")
        rules.check(rule)
        check_zone(zone)
        with self._store.write() as tx:
            tx.posts.get(post_id)
            made = Series(self._ids.new(), post_id, zone, rule, actor.id)
            _store(tx, (*_stored(tx), made))
            self._audit(tx, actor, "start", made)
            return made

    def stop(self, actor: Actor, series_id: str) -> Series:
        """End a series; the drafts that it made stay."""
        authorize(actor, "write")
        with self._store.write() as tx:
            there = _stored(tx)
            found = _one(tx, series_id)
            ended = replace(found, active=False)
            _store(tx, tuple(ended if item == found else item for item in there))
            self._audit(tx, actor, "stop", ended)
            return ended

    def pause(self, actor: Actor, series_id: str, *, on: bool) -> Series:
        """Make no new drafts until it goes on again; dates that pass meanwhile are left out. Raise Missing for one that has ended."""
        authorize(actor, "write")
        with self._store.write() as tx:
            there = _stored(tx)
            found = next((item for item in there if item.id == series_id and item.active), None)
            if found is None:
                raise Missing("This series has ended or does not exist. Reload the page.")
            changed = replace(found, paused=on)
            _store(tx, tuple(changed if item == found else item for item in there))
            self._audit(tx, actor, "pause" if on else "resume", changed)
            return changed

    def headline(self, series_id: str) -> str:
        """Return the first words of the post that comes again; raise Missing."""
        with self._store.read() as tx:
            item = _one(tx, series_id)
            found = tx.posts.many([item.post_id]).get(item.post_id)
            return found.headline if found else "The post was deleted, so nothing comes any more."

    def coming(self, series_id: str) -> tuple[tuple[Moment, str | None], ...]:
        """Return the dates of the coming weeks, each with the draft that was made for it; raise Missing."""
        now = self._clock.now()
        with self._store.read() as tx:
            item = _one(tx, series_id)
            return tuple((moment, tx.log.done(_key(item.id, moment.wall.day))) for moment in _ahead(tx, item, now))

    def all(self) -> tuple[Series, ...]:
        """Return every series, the oldest first, ended ones too."""
        with self._store.read() as tx:
            return _stored(tx)

    def generate(self) -> tuple[Occurrence, ...]:
        """Make the drafts of the coming weeks that were not made yet and return them; running it again makes none twice."""
        made = [self._make(item, moment) for item, moment in self._missing()]
        return tuple(occurrence for occurrence in made if occurrence is not None)

    def planned(self, series_id: str, day: date) -> str | None:
        """Return the post that was made for a date of a series, or None when none was; a deleted one is not made again."""
        with self._store.read() as tx:
            return tx.log.done(_key(series_id, day))

    def _missing(self) -> list[tuple[Series, Moment]]:
        """Return what has to be made: dates ahead that were not made yet, of series in force whose post is still there."""
        now = self._clock.now()
        with self._store.read() as tx:
            there = [item for item in _stored(tx) if item.active and not item.paused]
            patterns = tx.posts.many([item.post_id for item in there])
            return [
                (item, moment)
                for item in there
                if item.post_id in patterns
                for moment in _ahead(tx, item, now)
                if tx.log.done(_key(item.id, moment.wall.day)) is None
            ]

    def _make(self, item: Series, moment: Moment) -> Occurrence | None:
        now = self._clock.now()
        key = _key(item.id, moment.wall.day)
        with self._store.write() as tx:
            if tx.log.done(key) is not None:
                return None
            pattern = tx.posts.get(item.post_id)
            draft = replace(pattern, id=self._ids.new(), created_by=item.by, created_at=now, updated_at=now, state="draft", version=1)
            tx.posts.add(draft)
            tx.log.put_done(key, item.by, draft.id, now)
            return Occurrence(item.id, draft.id, moment)

    def _audit(self, tx: Transaction, actor: Actor, action: str, item: Series) -> None:
        details = {"post": item.post_id, "every": item.rule.every}
        tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, f"series.{action}", f"series:{item.id}", details))


def _ahead(tx: Transaction, item: Series, now: datetime) -> tuple[Moment, ...]:
    today, gap = local_wall(now, item.zone).day, item.rule.gap
    walls = rules.occurrences(item.rule, today, rules.horizon(today, AHEAD_DAYS))
    if gap:
        walls = rules.spaced(walls, _taken(tx, item, today), gap)
    found = (resolve(wall, item.zone) for wall in walls)
    return tuple(moment for moment in found if moment.utc > now)


def _taken(tx: Transaction, item: Series, today: date) -> set[date]:
    """Return the days on which this post came lately: dates of the series that were made, and its own deliveries."""
    before = rules.occurrences(item.rule, today - timedelta(days=item.rule.gap), today - timedelta(days=1))
    made = {wall.day for wall in before if tx.log.done(_key(item.id, wall.day)) is not None}
    return made | {local_wall(one.due_at, item.zone).day for one in tx.deliveries.of_post(item.post_id) if one.state != "cancelled"}


def _one(tx: Transaction, series_id: str) -> Series:
    found = next((item for item in _stored(tx) if item.id == series_id), None)
    if found is None:
        raise Missing("This series does not exist. Reload the page.")
    return found


def _key(series_id: str, day: date) -> str:
    """Return the operation id under which an occurrence is made: by series and date, never by its words."""
    return f"series:{series_id}:{day.isoformat()}"


def _stored(tx: Transaction) -> tuple[Series, ...]:
    return tuple(_read(item) for item in json.loads(tx.log.setting(_LIST) or "[]"))


def _store(tx: Transaction, items: tuple[Series, ...]) -> None:
    tx.log.put_setting(_LIST, json.dumps([_written(item) for item in items]))


def _written(item: Series) -> dict[str, object]:
    rule = item.rule
    return {
        "id": item.id,
        "post": item.post_id,
        "zone": item.zone,
        "by": item.by,
        "active": item.active,
        "start": str(rule.start),
        "every": rule.every,
        "interval": rule.interval,
        "days": rule.days,
        "month_end": rule.month_end,
        "until": rule.until.isoformat() if rule.until else None,
        "most": rule.most,
        "gap": rule.gap,
        "paused": item.paused,
    }


def _read(value: dict[str, object]) -> Series:
    until = value["until"]
    rule = Rule(
        Wall.parse(str(value["start"])),
        value["every"],  # type: ignore[arg-type]  # `start` refuses others
        int(str(value["interval"])),
        tuple(value["days"]),  # type: ignore[arg-type]  # the same
        value["month_end"],  # type: ignore[arg-type]  # the same
        date.fromisoformat(str(until)) if until else None,
        most=value.get("most"),  # type: ignore[arg-type]  # the same
        gap=int(str(value.get("gap", 0))),
    )
    return Series(
        str(value["id"]), str(value["post"]), str(value["zone"]), rule, str(value["by"]), bool(value["active"]), bool(value.get("paused"))
    )
