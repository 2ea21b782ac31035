"""A whole planner for page tests: the real store and services, a checklist of four words, and a clock that stands still."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from unittest import mock

from planner import bootstrap
from planner.checklist.report import Answer, Draft, Finding, Note, Question, Report, Source, Suggestion, verdict_of
from planner.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from planner.services.house import Planner

KEY = base64.urlsafe_b64encode(bytes(32)).decode()
NOW = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)  # a Tuesday, 10:30 in Denver
SOURCE = Source("nasw", "NASW Code of Ethics", "https://www.socialworkers.org", "2021", "2026-11-01")
QUESTION = Question("own", "Is this about yourself?", "finding", (Answer("yes", "Yes, my own", "clear"), Answer("no", "No", "raise")))
STANDING = Question("release", "Has everybody agreed?", "standing", (Answer("no", "No", "keep"), Answer("yes", "Yes", "clear")))


@dataclass
class StillClock:
    """A clock that a test moves."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)


class FourWords:
    """Finds `client` (block), `PTSD` (ask), `always` (advise), asks about a `photo`, notes that `tips` read like advice, and nothing else."""

    rules = ("claims.unsourced-statistic", "confidentiality.client-reference", "tone.sensational")

    def check(self, draft: Draft, **_kwargs: object) -> Report:
        rows = (
            ("client", "confidentiality.client-reference", "block", Suggestion("replace", 0, 0, "person"), None),
            ("PTSD", "claims.unsourced-statistic", "ask", None, QUESTION),
            ("always", "tone.sensational", "advise", Suggestion("delete", 0, 0, ""), None),
        )
        found = []
        for word, rule, level, hint, question in rows:
            at = draft.text.find(word)
            if at >= 0:
                moved = Suggestion(hint.kind, at, at + len(word), hint.text) if hint else None
                found.append(
                    Finding(
                        f"f{len(found)}", rule, "", level, f"{rule}:{word}", at, at + len(word), word, f"This says “{word}”.",
                        "A reader could recognize the person. Fine when it is about yourself.", SOURCE, moved, question,
                    )
                )  # fmt: skip
        findings = tuple(sorted(found, key=lambda one: one.start))
        questions = (STANDING,) if "photo" in draft.text else ()
        notes = (Note("claims.missing-disclaimer", "This reads like advice.", 0, 0),) if "tips" in draft.text else ()
        return Report(draft.id, verdict_of(findings), findings, questions, notes, None, {"test": "1"}, "")

    def remember(self, draft: Draft, **_kwargs: object) -> tuple[()]:  # noqa: ARG002 - these four words tell of nobody
        return ()

    def wire(self, report: Report) -> str:
        return f'{{"verdict": "{report.verdict}"}}'


def house(folder: Path, clock: StillClock | None = None, *, real: bool = False) -> Planner:
    """Return the product over a fresh SQLite file in the folder, wired as always; `real` keeps its own checklist, else four words stand in."""
    told = {"PLANNER_DATA_DIR": str(folder), "PLANNER_KEY": KEY, "PLANNER_WORKSPACE": "Ridge Counseling"}
    address = os.environ.get("PLANNER_TEST_ADDRESS")
    settings = Settings.from_env({**told, **({"PLANNER_PUBLIC_URL": address} if address else {})})
    if real:
        return bootstrap.build(settings, clock or StillClock())
    with mock.patch.object(bootstrap, "checklist", return_value=FourWords()):
        return bootstrap.build(settings, clock or StillClock())
