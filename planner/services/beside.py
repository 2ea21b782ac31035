"""What the checklist is told about a post besides its words: its sources, the fields of its type, and what it took from the bank."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from planner.checklist.report import Record, SourceFact
from planner.domain.library import HELP_LINE
from planner.domain.making import quickly
from planner.services import campaign_gate

if TYPE_CHECKING:
    from datetime import date

    from planner.domain.post import Content, Post
    from planner.ports import Transaction
    from planner.services.shelf import Shelf

_record = quickly(Record)
_NUMBER, _DIGIT = re.compile(r"\d[\d -]*\d"), re.compile(r"\d")

DUE_ITEM = ("claims.stale-source", "bank-item")
"""The finding about an item of the bank whose check is due: it may fall due after the post was approved, so a send asks it again."""


def record_of(tx: Transaction, post: Post, content: Content, shelf: Shelf, today: date) -> Record:
    """Return what stands beside the post on this day."""
    note, used = tx.library.note(post.id), tx.library.used(post.id)
    items = shelf.with_own(tx.library.items(used)) if used else {}
    due = [(items[key].title, items[key].due(today)) for key in used if key in items]
    fields = dict(note.fields)
    for name, value in campaign_gate.fields(tx, post, content).items():
        fields.setdefault(name, value)
    if content.link is not None:
        fields.setdefault("url", content.link.url)
    return _record(
        sources=tuple(
            SourceFact(source.title, source.tier, source.kind, source.published.isoformat() if source.published else "")
            for source in tx.library.sources(post.id)
        ),
        fields=tuple(sorted(fields.items())),
        expired=tuple((title, reason) for title, reason in due if reason),
        apps=_apps(tx, content, shelf),
        called=_called(tx, content, shelf, today),
    )


def _apps(tx: Transaction, content: Content, shelf: Shelf) -> tuple[str, ...]:
    """Return the names of the apps that have a card; looked up only for a text that speaks of one."""
    words = f"{content.text} {content.link.url if content.link else ''}".lower()
    if "app" not in words and "play." not in words:
        return ()
    return tuple(item.title for item in shelf.with_own(tx.library.items()).values() if item.kind == "app" and not item.archived)


def _called(tx: Transaction, content: Content, shelf: Shelf, today: date) -> tuple[str, ...]:
    """Return the ids of the help lines in the text that somebody of this workspace has called lately."""
    if _DIGIT.search(content.text) is None:
        return ()
    told = _closed_up(content.text)
    lines = [item.id for item in shelf.items.values() if item.category == HELP_LINE and _gives(told, item.fields["contact"])]
    if not lines:
        return ()
    items = shelf.with_own(tx.library.items(lines))
    return tuple(key for key in lines if not items[key].due(today))


def _gives(told: str, contact: str) -> bool:
    """Tell whether a text without blanks and hyphens holds a number of a contact."""
    return any(number in told for number in _numbers(contact))


@lru_cache(maxsize=1024)
def _numbers(contact: str) -> tuple[str, ...]:
    """Return the numbers of a contact without blanks and hyphens: each post that goes out is held against every line of the bank."""
    return tuple(map(_closed_up, _NUMBER.findall(contact)))


def _closed_up(text: str) -> str:
    """Return a text without blanks and hyphens."""
    return text.replace(" ", "").replace("-", "")
