"""The frame around every page: which pages there are for whom, the sidebar, and the banners."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.errors import PlannerError
from planner.domain.people import ALLOWED
from planner.ui import furniture, session
from planner.ui.components import menu
from planner.ui.pages import (
    accounts,
    approvals,
    calendar,
    campaigns,
    client_view,
    composer,
    composer_state,
    connections,
    health,
    home,
    imports,
    insights,
    keys,
    library,
    plan,
    publisher,
    report,
    rule_use,
    settings,
    trail,
    welcome,
    who,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from planner.domain.people import Action, Actor
    from planner.services.house import Planner

ICON = Path(__file__).with_name("icon.png")
_FIELD = "frame.who"


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: its address, title, icon, who may see it, and whether it stands in the menu."""

    name: str
    title: str
    icon: str
    action: Action
    render: Callable[[Planner], None]
    hidden: bool = False


ENTRIES: tuple[Entry, ...] = (
    Entry("home", "Today", ":material/today:", "read", home.render),
    Entry("calendar", "Calendar", ":material/calendar_month:", "read", calendar.render),
    Entry("compose", "Compose", ":material/edit_note:", "write", composer.render),
    Entry("approvals", "Approvals", ":material/fact_check:", "read", approvals.render),
    Entry("deliveries", "Deliveries", ":material/outbox:", "write", publisher.render),
    Entry("campaigns", "Campaigns", ":material/campaign:", "write", campaigns.render),
    Entry("engagement", "Engagement", ":material/monitoring:", "read", insights.render),
    Entry("connections", "Connections", ":material/handshake:", "note", connections.render),
    Entry("bank", "Content bank", ":material/library_books:", "read", library.render),
    Entry("accounts", "Accounts", ":material/badge:", "connect", accounts.render),
    Entry("clients_eye", "The client's eye", ":material/visibility:", "read", client_view.render, hidden=True),
    Entry("plan", "Backlash plan", ":material/shield:", "write", plan.render, hidden=True),
    Entry("settings", "Settings", ":material/settings:", "administer", settings.render, hidden=True),
    Entry("health", "Health", ":material/monitor_heart:", "read", health.render, hidden=True),
    Entry("rules", "Rules in use", ":material/rule:", "read", rule_use.render, hidden=True),
    Entry("imports", "Import and export", ":material/import_export:", "write", imports.render, hidden=True),
    Entry("keys", "Links and tokens", ":material/key:", "write", keys.render, hidden=True),
    Entry("audit", "Audit trail", ":material/history:", "review", trail.render, hidden=True),
    Entry("report", "Monthly report", ":material/summarize:", "read", report.render, hidden=True),
    Entry("welcome", "Welcome", ":material/waving_hand:", "administer", welcome.render, hidden=True),
)


def show(planner: Planner) -> None:
    """Draw the page that was asked for, inside the frame; the first start gets the welcome page alone."""
    st.set_page_config(page_title=planner.settings.workspace, page_icon=str(ICON), layout="wide")
    furniture.style()
    acting = session.present(planner)
    if acting is None:
        st.navigation(list(made(planner, ENTRIES).values()), position="hidden")  # the address that was asked for stays
        who.render(planner)
        return
    if planner.workspace.started() is None:
        page = st.navigation(
            [st.Page(partial(welcome.render, planner), title="Welcome", url_path="welcome", default=True)], position="hidden"
        )
    else:
        planner.workspace.spend(acting)
        page = st.navigation(list(pages(planner, acting).values()))
        _sidebar(planner, acting)
        furniture.banner(planner)
    try:
        page.run()
    except PlannerError as error:
        st.error(session.plain(error.sentence))


def allowed(acting: Actor) -> tuple[Entry, ...]:
    """Return the pages that this role may use."""
    return tuple(entry for entry in ENTRIES if entry.action in ALLOWED[acting.role])


def pages(planner: Planner, acting: Actor) -> dict[str, st.Page]:
    """Return the pages that this role may use, by name, and keep them for links between pages."""
    built = made(planner, allowed(acting))
    session.keep_pages(built)
    return built


def made(planner: Planner, entries: Iterable[Entry]) -> dict[str, st.Page]:
    """Return the pages behind these entries, by name."""
    return {
        entry.name: st.Page(
            partial(entry.render, planner),
            title=entry.title,
            icon=entry.icon,
            url_path=entry.name,
            default=entry.name == "home",
            visibility="hidden" if entry.hidden else "visible",
        )
        for entry in entries
    }


def _sidebar(planner: Planner, acting: Actor) -> None:
    st.logo(str(ICON), size="large")
    with st.sidebar:
        members = [member for member in planner.workspace.members() if member.active]
        if len(members) > 1:
            st.caption(session.plain(planner.settings.workspace))
            _working_as({member.id: f"{member.name} ({member.role})" for member in members}, acting)
        else:
            st.caption(session.plain(f"{planner.settings.workspace} · {acting.name}"))
        for name in ("settings", "imports", "health"):
            session.link(name)
        composer_state.carry(planner)
        menu.mount(session.remembered_as(planner), acting.id if len(members) > 1 else None)


def _working_as(names: dict[str, str], acting: Actor) -> None:
    """Draw the choice of who is there. It is kept apart from its field: Streamlit empties a field whose choices change."""
    session.stay(acting.id)
    st.session_state[_FIELD] = acting.id
    st.selectbox(
        "Working as",
        list(names),
        format_func=lambda key: session.option(names[key]),
        key=_FIELD,
        on_change=lambda: session.stay(st.session_state[_FIELD]),
        help="Without sign-in everybody at this computer can choose. Approvals and overrides carry this name; this browser remembers it.",
    )
