"""An account's week: business hours, quiet hours and posting slots, each as a short list with one form."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.schedule import WEEKDAYS, Slot, Window
from planner.ui import session, words
from planner.ui.pages import cadence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.account import Account
    from planner.services.house import Planner


def draw(planner: Planner, account: Account) -> None:
    """Draw the three lists, all on the account's own clock."""
    st.caption(f"All times are {words.town(account.zone)} time ({account.zone}).")
    business, quiet, slots = st.columns(3, gap="medium")
    with business:
        st.header("Business hours", anchor=False)
        st.caption("When somebody reads and answers.")
        _windows(planner, account, "business_hours", account.business_hours)
    with quiet:
        st.header("Quiet hours", anchor=False)
        st.caption("Nothing goes out, unless you accept it for one post.")
        _windows(planner, account, "quiet_hours", account.quiet_hours)
    with slots:
        st.header("Posting slots", anchor=False)
        st.caption("“Next free slot” in the composer takes these.")
        _slots(planner, account)
        cadence.aim(planner, account)


def grouped(windows: Sequence[Window]) -> list[tuple[str, tuple[Window, ...]]]:
    """Return windows with the same hours as one line each: `Mon Tue Wed 09:00 to 17:00`."""
    by_hours: dict[tuple[time, time], list[Window]] = {}
    for window in sorted(windows, key=lambda item: (item.start, item.end, item.day)):
        by_hours.setdefault((window.start, window.end), []).append(window)
    lines = []
    for found in by_hours.values():
        days = "Every day" if len(found) == len(WEEKDAYS) else " ".join(WEEKDAYS[item.day] for item in found)
        lines.append((f"{days}, {words.span(found[0]).split(' ', 1)[1]}", tuple(found)))
    return lines


def _windows(planner: Planner, account: Account, name: str, windows: tuple[Window, ...]) -> None:
    for number, (line, members) in enumerate(grouped(windows)):
        shown, button = st.container(key=f"row-hours-{name}-{number}").columns([2, 1], vertical_alignment="center")
        shown.text(line)
        left = tuple(window for window in windows if window not in members)
        button.button(
            "Remove",
            help=f"Remove {line}",
            key=f"hours.{name}.{number}",
            on_click=_save,
            args=(planner, account, name, left),
        )
    with st.form(f"hours.{name}.form", border=False):
        st.pills("Days", WEEKDAYS, selection_mode="multi", default=WEEKDAYS[:5], key=f"hours.{name}.days")
        start, end = st.columns(2)
        start.time_input("From", time(9) if name == "business_hours" else time(20), key=f"hours.{name}.from")
        end.time_input("To", time(17) if name == "business_hours" else time(8), key=f"hours.{name}.to")
        st.form_submit_button("Add these hours", key=f"hours.{name}.add", on_click=_add, args=(planner, account, name))


def _add(planner: Planner, account: Account, name: str) -> None:
    state = st.session_state
    days = [WEEKDAYS.index(day) for day in state[f"hours.{name}.days"]]
    fresh = tuple(Window(day, state[f"hours.{name}.from"], state[f"hours.{name}.to"]) for day in days)
    before: tuple[Window, ...] = getattr(account, name)
    _save(planner, account, name, (*before, *(window for window in fresh if window not in before)))


def _slots(planner: Planner, account: Account) -> None:
    for number, slot in enumerate(sorted(account.slots)):
        shown, button = st.container(key=f"row-slots-{number}").columns([2, 1], vertical_alignment="center")
        line = f"{WEEKDAYS[slot.day]} {slot.at:%H:%M}"
        shown.text(line)
        left = tuple(item for item in account.slots if item != slot)
        button.button(
            "Remove",
            help=f"Remove {line}",
            key=f"slots.{number}",
            on_click=_save,
            args=(planner, account, "slots", left),
        )
    with st.form("slots.form", border=False):
        st.pills("Days", WEEKDAYS, selection_mode="multi", default=["Tue", "Thu"], key="slots.days")
        st.time_input("At", time(12), key="slots.at")
        st.form_submit_button("Add slots", key="slots.add", on_click=_add_slots, args=(planner, account))


def _add_slots(planner: Planner, account: Account) -> None:
    state = st.session_state
    fresh = {Slot(WEEKDAYS.index(day), state["slots.at"]) for day in state["slots.days"]}
    _save(planner, account, "slots", tuple(sorted({*account.slots, *fresh})))


def _save(planner: Planner, account: Account, name: str, value: tuple[object, ...]) -> None:
    session.attempt(lambda: planner.accounts.update(session.actor(planner), replace(account, **{name: value})), "Saved.")  # type: ignore[arg-type]  # name is ours
