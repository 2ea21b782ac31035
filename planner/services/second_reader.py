"""The optional second reader: a model on the user's own machine reads a draft after the checklist; it advises and clears nothing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from connectors.errors import ConnectorError
from planner.domain.audit import AuditEvent
from planner.domain.people import authorize

if TYPE_CHECKING:
    from planner.domain.people import Actor
    from planner.ports import Clock, Ids, LanguageModel, Store

_ANSWERED = "second-reader.answered"
_FINDINGS, _QUESTIONS, _WORDS = 6, 2, 240
_FENCE = re.compile(r"^\s*```(?:json)?\s*|\s*```\s*$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class ReaderWords:
    """What the model is told and what people are shown, out of `content_bank/second_reader.toml`; `version` names the prompt."""

    version: str
    system: str
    heading: str
    about: str
    elsewhere: str
    nothing: str
    dropped: str
    nonsense: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Words of the draft (`start`, `end`: code points) and one sentence about them."""

    start: int
    end: int
    quote: str
    why: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the second reader said about exactly one text. `problem` is a sentence when it could not be asked or understood.

    `dropped` counts findings whose quoted words do not stand in the draft.
    """

    remarks: tuple[Remark, ...] = ()
    questions: tuple[str, ...] = ()
    dropped: int = 0
    problem: str = ""
    model: str = ""
    digest: str = ""
    prompt: str = ""
    elsewhere: str = ""


class SecondReader:
    """Asks the model, if one is set up."""

    def __init__(self, store: Store, model: LanguageModel | None, words: ReaderWords, clock: Clock, ids: Ids, reason: str = "") -> None:
        """Take the store, the model (None: off), its words, the clock, the ids, and the organization's reason for another machine."""
        self._store = store
        self._model = model
        self._clock = clock
        self._ids = ids
        self._reason = reason
        self.words = words

    @property
    def on(self) -> bool:
        """Return whether a model is set up."""
        return self._model is not None

    def answered(self) -> datetime | None:
        """Return when the model last answered anything, in UTC; None: it never has."""
        with self._store.read() as tx:
            at = tx.log.setting(_ANSWERED)
        return datetime.fromisoformat(at) if at else None

    def read(self, actor: Actor, post_id: str, text: str) -> Opinion:
        """Return what the second reader says about this text, at most some 20 seconds later; never raises for what the model does.

        The audit log keeps that it was asked, with model, digest and prompt version, and nothing of the text or the answer.
        """
        authorize(actor, "write")
        if self._model is None:
            return Opinion(problem="No second reader is set up. PLANNER_READER_URL and PLANNER_READER_MODEL name one.")
        note = self.words.elsewhere.format(reason=self._reason) if self._reason else ""
        try:
            answer = self._model.ask(self.words.system.strip(), json.dumps({"draft": text}, ensure_ascii=False))
        except ConnectorError as error:
            return Opinion(problem=error.reason, prompt=self.words.version, elsewhere=note)
        said = _object(answer.text)
        remarks, dropped = _remarks(text, said)
        opinion = Opinion(
            remarks=remarks,
            questions=_questions(said),
            dropped=dropped,
            problem="" if said is not None else self.words.nonsense,
            model=answer.model,
            digest=answer.digest,
            prompt=self.words.version,
            elsewhere=note,
        )
        now = self._clock.now()
        details = {"model": opinion.model, "digest": opinion.digest[:16], "prompt": opinion.prompt, "remarks": str(len(remarks))}
        with self._store.write() as tx:
            tx.log.audit(AuditEvent(self._ids.new(), now, actor.id, "second-reader.read", f"post:{post_id}", details))
            tx.log.put_setting(_ANSWERED, now.isoformat())
        return opinion


def _object(text: str) -> dict[str, Any] | None:
    """Return the JSON object that the model wrote, or None; a fence around it is taken off, prose around it is not guessed at."""
    try:
        value = json.loads(_FENCE.sub("", text))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _remarks(text: str, said: dict[str, Any] | None) -> tuple[tuple[Remark, ...], int]:
    """Return the findings whose quote stands in the draft exactly, each quote once, and how many others there were."""
    rows = said.get("findings") if said else None
    found: dict[str, Remark] = {}
    dropped = 0
    for row in rows if isinstance(rows, list) else ():
        quote, why = (row.get("quote"), row.get("why")) if isinstance(row, dict) else (None, None)
        start = text.find(quote) if isinstance(quote, str) and quote.strip() else -1
        if not isinstance(quote, str) or start < 0 or not isinstance(why, str) or not why.strip():
            dropped += 1
        elif len(found) < _FINDINGS:
            found.setdefault(quote, Remark(start, start + len(quote), quote, _plain(why)))
    return tuple(sorted(found.values(), key=lambda one: (one.start, one.end))), dropped


def _questions(said: dict[str, Any] | None) -> tuple[str, ...]:
    rows = said.get("questions") if said else None
    words = [_plain(row) for row in rows if isinstance(row, str) and row.strip()] if isinstance(rows, list) else []
    return tuple(words[:_QUESTIONS])


def _plain(words: str) -> str:
    """Return one line of at most 240 characters, without control signs."""
    line = " ".join(_CONTROL.sub(" ", words).split())
    return line if len(line) <= _WORDS else line[: _WORDS - 1].rstrip() + "…"
