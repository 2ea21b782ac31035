"""The front door of the checklist: one draft in, one report out, without clock, network or database."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from planner.checklist import confidentiality, runner
from planner.checklist.confidentiality import examine
from planner.checklist.report import Draft
from planner.checklist.rules import load
from planner.checklist.text import views

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from planner.checklist.report import LedgerEntry, Profile, Report
    from planner.checklist.rules import Packs
    from planner.checklist.text import Views


def check(
    draft: Draft,
    *,
    profile: Profile | None = None,
    ledger: Sequence[LedgerEntry] | None = None,
    today: date | None = None,
    packs: Packs | None = None,
) -> Report:
    """Check one draft and return the report; the same arguments give the same report.

    Args:
        draft: the text with its circumstances.
        profile: what belongs to the account itself; None knows nothing of it.
        ledger: what older posts of the account have told already; None or empty means nothing.
        today: the day for rules that depend on a date (elections, review dates); None switches those off.
        packs: rule files already loaded; None loads those of the content bank once.

    Raises:
        InvalidRules: a rule file is broken; the message lists file, rule and mend of every fault.
    """
    with _undisturbed():
        return _checked(draft, profile, ledger, today, packs or load())


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Python's search for cycles wait: a check makes none, and being looked through again and again is a tenth of its time.

    Whoever finds the search off leaves it so; a check beside this one may switch it on early, which costs time and nothing else.
    """
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def _checked(draft: Draft, profile: Profile | None, ledger: Sequence[LedgerEntry] | None, today: date | None, packs: Packs) -> Report:
    read = _read(draft.text)
    examination = examine(draft, read, profile, ledger)
    report = runner.run(draft, read, examination, packs=packs, profile=profile, today=today)
    offers = {finding.suggestion.text for finding in report.findings if finding.suggestion and finding.suggestion.kind == "rewrite"}
    bad = frozenset(text for text in offers if not _holds(text, packs))
    if not bad:
        return report
    kept = (replace(one, suggestion=None) if one.suggestion and one.suggestion.text in bad else one for one in report.findings)
    return replace(report, findings=tuple(kept))


def remember(
    draft: Draft, *, day: date, profile: Profile | None = None, ledger: Sequence[LedgerEntry] | None = None
) -> tuple[LedgerEntry, ...]:
    """Return what a post that goes out on `day` tells of one person, to be put beside later drafts of the same account."""
    key = profile.key if profile else b""
    return confidentiality.remember(draft, views(draft.text), profile, ledger, day=day.isoformat(), key=key)


@lru_cache(maxsize=8)
def _read(text: str) -> Views:
    """Return the views of a text; the accounts of one post ask for the same ones one after the other."""
    return views(text)


@lru_cache(maxsize=512)
def _holds(text: str, packs: Packs) -> bool:
    """Tell whether a whole rewrite raises nothing itself; one that does is not offered."""
    draft, read = Draft(id="", text=text), views(text)
    return not runner.run(draft, read, examine(draft, read, None, None), packs=packs).findings
