"""The front door of the checklist: one draft in, one report out, without clock, network or database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checklist import runner
from planner.checklist.confidentiality import examine
from planner.checklist.rules import load
from planner.checklist.text import views

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from planner.checklist.report import Draft, LedgerEntry, Profile, Report
    from planner.checklist.rules import Packs


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
    packs = packs or load()
    read = views(draft.text)
    examination = examine(draft, read, profile, ledger)
    return runner.run(draft, read, examination, packs=packs, profile=profile, today=today)
