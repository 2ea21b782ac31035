"""Calendar: month, week, day and list; move, hold, cancel, with every time on its account's own clock."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import streamlit as st

from planner.domain.schedule import Wall, resolve, upcoming_slots
from planner.ui import furniture, records, session, words
from planner.ui.components import calendar as component
from planner.ui.components.calendar.contract import Band, CalendarData, FreeSlot, Item, Mark, View
from planner.ui.kept import kept
from planner.ui.once import once
from planner.ui.pages import cadence, calendar_acts, calendar_filters, calendar_list, calendar_series

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.domain.account import Account
    from planner.domain.people import Actor
    from planner.services.calendar import Entry
    from planner.services.house import Planner
    from planner.ui.components.outbox import Ack, Op

KEY = "calendar.component"
MOVABLE = ("queued", "held", "missed")
_ONE = timedelta(days=1)
_BADGES = {"queued": "by hand", "sending": "by hand: waits for you"}
"""What a post by hand says beside its state."""


def render(planner: Planner) -> None:
    """Draw the calendar with its filters and the actions on what is selected."""
    session.go_where_asked()
    furniture.heading("Calendar")
    with st.container(horizontal=True, vertical_alignment="center"):
        if session.reaches("compose"):
            st.button("New post", type="primary", icon=":material/add:", key="calendar.new", on_click=_new, args=(planner,))
        filters = st.container(width="content")
        session.link("clients_eye", "See it as a client does", icon=":material/visibility:")
    every = planner.accounts.all()
    if not every:
        furniture.empty("The calendar fills up once you have an account and a post.", to="accounts", label="Add an account")
    zone = session.zone_of(every)
    today = words.local_now(planner.clock.now(), zone).date()
    view, day = calendar_filters.turn(today)
    acked = acknowledge(planner)
    start, end = calendar_filters.window(view, day)
    held = kept(planner, "calendar.window", (start, end), lambda: _held(planner, start, end))
    with filters:
        wanted = calendar_filters.choose(planner, every, (entry for entry, _ in held.drawn))
    chosen = tuple(pair for pair in held.drawn if wanted.fits(pair[0]))
    look = Look(view, day, today, tuple(one for one in every if wanted.account in (None, one.id)), (start, end))
    data = _data(planner, look, Held(chosen, f"{held.mark} {wanted}"), acked)
    toolbar = st.container()
    clicked = component.mount(data, key=KEY, on_ops=lambda: _absorb(planner))
    with toolbar:
        calendar_acts.toolbar(planner, {entry.delivery.id: entry for entry, _ in chosen}, component.picked(KEY))
    cadence.draw(planner)
    if clicked.reschedule:
        calendar_acts.reschedule(planner, clicked.reschedule)
    elif clicked.open:
        session.go("deliveries", delivery=clicked.open)
    calendar_series.draw(planner)
    if view == "list":
        calendar_list.draw(planner)


def _new(planner: Planner) -> None:
    accounts = tuple(account.id for account in planner.accounts.all())
    post = session.attempt(lambda: planner.composer.new(session.actor(planner), accounts if len(accounts) == 1 else ()))
    if post is not None:
        session.later("compose", post=post.id)


@dataclass(frozen=True, slots=True)
class Held:
    """Deliveries with the form in which they are drawn; `mark` is another one whenever anything in them is."""

    drawn: tuple[tuple[Entry, Item], ...]
    mark: str


def _held(planner: Planner, start: date, end: date) -> Held:
    """Return what lies on the days [start, end) of each account's own clock."""
    edge = timedelta(hours=14)
    found = planner.calendar.window(datetime.combine(start, time(), UTC) - edge, datetime.combine(end, time(), UTC) + edge)
    drawn = tuple((entry, item_of(entry)) for entry in found if start <= entry.wall.day < end)
    return Held(drawn, hashlib.sha256(repr([item for _, item in drawn]).encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class Look:
    """What the calendar is turned to: the view, its day, today, the accounts, and the span [first day, day after the last)."""

    view: View
    day: date
    today: date
    accounts: tuple[Account, ...]
    span: tuple[date, date]


def _data(planner: Planner, look: Look, held: Held, acked: tuple[Ack, ...]) -> CalendarData:
    acting = session.actor(planner)
    shown = tuple(entry for entry, _ in held.drawn)
    slots = _slots(planner, look, shown) if look.view != "list" else ()
    marks = (*conflicts(shown), *_observances(planner, look.span))
    rev = hashlib.sha256(repr((look, held.mark, slots, marks, [one.op for one in acked])).encode()).hexdigest()
    return CalendarData(
        scope=acting.id,
        rev=rev,
        view=look.view,
        date=look.day.isoformat(),
        today=look.today.isoformat(),
        items=tuple(item for _, item in held.drawn),
        slots=slots,
        bands=_bands(look),
        rest=rest_days(look),
        marks=marks,
        acked=acked,
        may_move=acting.role in ("admin", "publisher") or (acting.team_size == 1 and acting.role != "viewer"),
        clear_picked=st.session_state.get(calendar_acts.CLEARED, ""),
    )


def item_of(entry: Entry) -> Item:
    """Return a delivery as the calendar draws it, on its account's wall clock."""
    item = entry.delivery
    movable = item.state in MOVABLE
    return Item(
        id=item.id,
        v=item.generation,
        day=entry.wall.day.isoformat(),
        time=entry.wall.at.isoformat("minutes"),
        zone=item.zone,
        abbr=words.abbreviation(item.due_at, item.zone),
        title=entry.headline or "Image without text",
        account=entry.account.handle,
        platform=entry.account.platform,
        state=item.state,
        badge=_BADGES.get(item.state, "") if item.mode == "hand" else "",
        movable=movable,
        why_not=""
        if movable
        else f"It {'went out' if item.state == 'sent' else 'is ' + words.STATE_WORDS[item.state]}, so it stays where it is.",
    )


def conflicts(shown: tuple[Entry, ...]) -> tuple[Mark, ...]:
    """Return a mark for each day on which two posts of one account go out within an hour."""
    found: dict[str, Mark] = {}
    waiting = [entry for entry in shown if entry.delivery.state == "queued"]
    for first, second in pairwise(waiting):
        close = abs(second.delivery.due_at - first.delivery.due_at) < timedelta(hours=1)
        if close and first.account.id == second.account.id:
            key = first.wall.day.isoformat()
            found.setdefault(key, Mark(key, "conflict", f"two posts within an hour, {first.account.handle}"))
    return tuple(found.values())


def _observances(planner: Planner, span: tuple[date, date]) -> tuple[Mark, ...]:
    """Return a mark on the first day of each observance, and on the first day shown of one that runs already."""
    return tuple(Mark(max(one.first, span[0]).isoformat(), "observance", one.observance.title) for one in planner.library.occasions(*span))


def _slots(planner: Planner, look: Look, shown: tuple[Entry, ...]) -> tuple[FreeSlot, ...]:
    now = planner.clock.now()
    found = []
    for account in look.accounts:
        begin = max(now, resolve(Wall(look.span[0], time()), account.zone).utc - timedelta(minutes=1))
        taken = [entry.delivery.due_at for entry in shown if entry.account.id == account.id]
        for moment in upcoming_slots(account.slots, account.zone, begin, taken) if account.slots else ():
            if moment.wall.day >= look.span[1]:
                break
            found.append(FreeSlot(moment.wall.day.isoformat(), moment.wall.at.isoformat("minutes"), account.handle))
    return tuple(found)


def rest_days(look: Look) -> tuple[str, ...]:
    """Return the days in view on which none of the accounts has business hours; none while an account has not said its hours."""
    if not look.accounts or not all(account.business_hours for account in look.accounts):
        return ()
    at_work = {hours.day for account in look.accounts for hours in account.business_hours}
    days = (look.span[0] + number * _ONE for number in range((look.span[1] - look.span[0]).days))
    return tuple(day.isoformat() for day in days if day.weekday() not in at_work)


def _bands(look: Look) -> tuple[Band, ...]:
    """Return each day's quiet hours once, with the names of its accounts where not all of them share it."""
    days = [look.span[0] + number * _ONE for number in range((look.span[1] - look.span[0]).days)]
    shared: dict[tuple[int, str, str], list[str]] = {}
    for account in look.accounts:
        for quiet in account.quiet_hours:
            shared.setdefault((quiet.day, quiet.start.isoformat("minutes"), quiet.end.isoformat("minutes")), []).append(account.handle)
    return tuple(
        Band(day.isoformat(), start, end, "Quiet" if len(names) == len(look.accounts) else f"Quiet, {', '.join(names)}")
        for day in days
        for (weekday, start, end), names in sorted(shared.items())
        if weekday == day.weekday()
    )


def acknowledge(planner: Planner) -> tuple[Ack, ...]:
    """Do each move once and return the answers."""
    actor = session.actor(planner)
    return tuple(once(planner, actor, op, partial(_move, planner, actor, op)) for op in component.operations(KEY))


def _absorb(planner: Planner) -> None:
    acknowledge(planner)


def _move(planner: Planner, actor: Actor, op: Op, before: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if op.kind != "move" or not op.ids:
        return {}
    delivery_id = op.ids[0]
    generation = int(before["v"]) if before else op.v.get(delivery_id, 0)
    current = records.delivery(planner, delivery_id)
    wall = Wall.parse(f"{op.values.get('day')}T{op.values.get('time') or Wall.parse(current.wall).at.isoformat('minutes')}")
    plan = planner.calendar.preview(current.post_id, current.account_id, wall, delivery_id=delivery_id)
    gentle = frozenset(warning.kind for warning in plan.warnings if warning.kind in ("clock-change", "outside-hours"))
    moved = planner.calendar.move(actor, delivery_id, generation, wall, accepted=gentle)
    return {"reason": plan.moment.remark or "", "v": moved.generation}
