"""What crosses between the composer's page and its browser half: frozen values, their JSON form, and strict reading."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from planner.ui.components.outbox import Ack, is_id

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_TEXT = 100_000
MAX_EARLIER = 20

LABELS: dict[str, Any] = {
    "title": "Text",
    "placeholder": "Write what you want people to know. A line with only --- starts the next part of a thread.",
    "keys": "F8 goes to the next marked words, Shift+F8 to the one before, Ctrl+Enter submits.",
    "panel": "Checklist",
    "why": "Why",
    "source": "Source:",
    "show": "Show these words in the text",
    "apply": "Use “{text}”",
    "remove": "Take these words out",
    "take_out": "Take out",
    "dismiss": "Leave as it is",
    "person": "About one person",
    "cleared": "✓ Answered",
    "applied": "Replaced. Undo with Ctrl+Z.",
    "moved_on": "The text has changed there, so nothing was replaced.",
    "refused": "Not done: {reason}",
    "none_to_visit": "Nothing is marked.",
    "readonly": "Read only",
    "saving": "Saving …",
    "saved": "Saved {at}",
    "offline": "Offline. Your text is safe in this tab.",
    "over": "{n} too many",
    "left": "{n} left",
    "too_heavy": "too large in bytes",
    "part": "part {n} of {of}",
    "parts": "Parts of the thread",
    "part_row": "Part {n}",
    "part_clear": "nothing matched",
    "differs": "What this version changes",
    "out": "taken out:",
    "in": "put in:",
    "levels": {"block": "⛔ Blocks", "ask": "? Asks", "advise": "• Advises"},
}


@dataclass(frozen=True, slots=True)
class Target:
    """One account's counting rule, as the connector states it; `limit` per part, `cost` in words."""

    account: str
    name: str
    unit: str
    limit: int
    url_weight: int | None = None
    bytes_limit: int | None = None
    cost: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """A replacement: `was` must still stand at start..end (UTF-16 units), else nothing is touched. `whole` ones say the draft anew."""

    start: int
    end: int
    was: str
    text: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a question."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with its answers."""

    text: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class SourceLink:
    """Where a finding's reason comes from."""

    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """A finding with offsets in UTF-16 units, as the browser counts; `group` names its heading.

    Those with the same `card` are drawn on one; `short` is what the message says beyond the quote and the card's heading.
    """

    id: str
    group: str
    level: Literal["block", "ask", "advise"]
    start: int
    end: int
    quote: str
    message: str
    why: str
    source: SourceLink | None = None
    suggestion: Hint | None = None
    question: Ask | None = None
    answer: str | None = None
    cleared: bool = False
    card: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading of the checklist with its state in words."""

    key: str
    title: str
    state: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class TextEdit:
    """A change chosen outside the text box (template, hashtag card), applied once."""

    op: str
    start: int
    end: int
    was: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words of an account's own version beside the text for all accounts: `same`, `out` or `in`."""

    kind: Literal["same", "out", "in"]
    text: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A sentence that one click puts at the end of the text."""

    id: str
    about: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The newest draft message that was stored for a document and mount."""

    doc: str
    mount: str
    seq: int


@dataclass(frozen=True, slots=True)
class ComposerData:
    """Everything the browser half shows. `scope` names workspace and user, `checked_seq` the text that the findings speak of."""

    scope: str
    doc: str
    text: str
    seq: int
    version: int
    checked_seq: int
    targets: tuple[Target, ...]
    findings: tuple[Marked, ...]
    headings: tuple[Heading, ...]
    summary: str
    verdict: Literal["block", "revise", "pass"]
    saved_at: str = ""
    notes: tuple[str, ...] = ()
    counts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    edits: tuple[TextEdit, ...] = ()
    changes: tuple[Change, ...] = ()
    offers: tuple[Offer, ...] = ()
    kept: tuple[Kept, ...] = ()
    acked: tuple[Ack, ...] = ()
    readonly: bool = False
    debounce_ms: int = 100
    max_wait_ms: int = 1000

    def wire(self) -> dict[str, Any]:
        """Return the JSON-able form with all words of the component."""
        return {**asdict(self), "counts": {key: list(value) for key, value in self.counts.items()}, "labels": LABELS}


@dataclass(frozen=True, slots=True)
class DraftMessage:
    """A text as typed: stored under its own `doc`, only when `seq` is newer for that `mount`; `base` is the version typed upon."""

    doc: str
    mount: str
    base: int
    seq: int
    text: str = field(repr=False)


def parse_drafts(value: object) -> tuple[DraftMessage, ...]:
    """Read the `draft` state: the texts of documents left before, then the current one; malformed ones are dropped."""
    if not isinstance(value, dict):
        return ()
    earlier = value.get("earlier")
    raw = [*(earlier[:MAX_EARLIER] if isinstance(earlier, list) else []), value]
    return tuple(draft for draft in map(_parse, raw) if draft is not None)


def _parse(raw: object) -> DraftMessage | None:
    if not isinstance(raw, dict):
        return None
    doc, mount, base, seq, text = (raw.get(name) for name in ("doc", "mount", "base", "seq", "text"))
    if not (is_id(doc) and is_id(mount) and isinstance(base, int) and isinstance(seq, int)):
        return None
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        return None
    return DraftMessage(str(doc), str(mount), base, seq, text)


def newest(drafts: tuple[DraftMessage, ...], kept: Mapping[tuple[str, str], int]) -> tuple[DraftMessage, ...]:
    """Return the drafts that are newer than what was stored for their document and mount: old state comes back at every rerun."""
    return tuple(draft for draft in drafts if draft.seq > kept.get((draft.doc, draft.mount), -1))
