"""The frozen values that go into the checklist and come out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Level = Literal["block", "ask", "advise"]
Verdict = Literal["block", "revise", "pass"]
Kind = Literal["post", "reply", "review-answer", "bio", "alt-text", "note"]
Author = Literal["therapist", "social-worker", "agency", "advocacy", "student"]

LEVELS: tuple[Level, ...] = ("block", "ask", "advise")
_ALIASES = {"UK": "GB"}


@dataclass(frozen=True, slots=True)
class MediaItem:
    """One picture or film of a draft, as words: its file name and descriptions (`kind` is `image` or `video`)."""

    kind: str = "image"
    name: str = ""
    alt: str = ""
    description: str = ""
    has_gps: bool = False
    has_captions: bool = False
    decorative: bool = False


@dataclass(frozen=True, slots=True)
class SourceFact:
    """One source record: its tier, and the ISO date of its publication (empty: nobody has noted it)."""

    title: str
    tier: str
    kind: Literal["statistic", "article"] = "statistic"
    published: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What stands beside a draft: its sources, the fields of its type, bank items whose check is due (title, why), apps with a card.

    `called` are the ids of help lines of the bank that the workspace has called lately.
    """

    sources: tuple[SourceFact, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    expired: tuple[tuple[str, str], ...] = ()
    apps: tuple[str, ...] = ()
    called: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What is checked: one text with its circumstances. `country` is ISO 3166 alpha-2 (UK is read as GB); None means not told."""

    id: str
    text: str
    kind: Kind = "post"
    author: Author | None = None
    platform: str | None = None
    country: str | None = None
    org_type: str | None = None
    post_type: str | None = None
    media: tuple[MediaItem, ...] = ()
    account: str = ""
    location: str = ""
    link_preview: str = ""
    record: Record | None = None

    @property
    def nation(self) -> str:
        """The country without its region, UK read as GB; empty if not told."""
        code = (self.country or "").upper()
        return _ALIASES.get(code, code).split("-")[0]


@dataclass(frozen=True, slots=True)
class Profile:
    """What belongs to the account itself, so that it is no finding: own names, contacts, places, and its settings.

    `paid_partners` are names that pay, `paid_with` those this very draft is made with, `partner_labels` the words that say so.

    `key` is the installation's secret for fingerprints; empty leaves them unkeyed.
    """

    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    town: str = ""
    employer: str = ""
    credential_line: str = ""
    channels: tuple[str, ...] | None = None
    hashtag_cards: tuple[str, ...] | None = None
    paid_partners: tuple[str, ...] = ()
    paid_with: tuple[str, ...] = ()
    partner_labels: tuple[str, ...] = ()
    raised: Mapping[str, Level] = field(default_factory=dict)
    lowered: frozenset[str] = frozenset()
    key: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One clue that an older post of the same account has already told: which post, when, what kind, and a keyed digest."""

    post_id: str
    date: str
    subject: str
    kind: str
    digest: str
    display: str
    share: float | None = None
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from, out of `content_bank/sources.toml`."""

    id: str
    title: str
    url: str
    edition: str
    reviewed: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change offered by a click: replace, delete, insert or rewrite `text[start:end]` by `text`."""

    kind: Literal["replace", "delete", "insert", "rewrite"]
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question and what it does to the finding."""

    key: str
    label: str
    effect: Literal["clear", "keep", "raise"]


@dataclass(frozen=True, slots=True)
class Question:
    """One plain question. `kind` is standing, finding or topic; topic and standing ones never change the verdict."""

    id: str
    text: str
    kind: Literal["standing", "finding", "topic"]
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a recognizer hands to the runner: where and why, without words; the words come from the rule file's entry.

    `start`/`end` are raw code-point offsets. `fields` fills `{...}` places of the message, `evidence` names the top cues.
    """

    rule: str
    variant: str
    level: Level
    start: int
    end: int
    suggestion: Suggestion | None = None
    subject: str | None = None
    clue: str | None = None
    evidence: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in the draft that a rule speaks about. Offsets are code points into the text, half-open."""

    id: str
    rule: str
    variant: str
    level: Level
    fingerprint: str
    start: int
    end: int
    quote: str
    message: str
    why: str
    source: Source
    suggestion: Suggestion | None = None
    question: Question | None = None
    subject: str | None = None
    clue: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A remark that is no finding and never changes the verdict."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Anonymity:
    """About how many people in the named place fit the details: a range with its ingredients and year, never "safe"."""

    text: str
    k: float
    low: float
    high: float
    ingredients: tuple[str, ...]
    year: str


@dataclass(frozen=True, slots=True)
class Examination:
    """What the confidentiality detector hands over: candidates, the estimate, questions, notes, and its trace for `--explain`.

    `confidence` is how sure it is of one served person, 0 to 1; 1 where nobody has looked. `words` are those of the text in small letters,
    signs among them; None where nobody has read them. `passages` are the spans (folded view) of those of a long text.
    """

    candidates: tuple[Candidate, ...] = ()
    anonymity: Anonymity | None = None
    questions: tuple[Question, ...] = ()
    notes: tuple[Note, ...] = ()
    explained: tuple[str, ...] = ()
    confidence: float = 1.0
    words: tuple[str, ...] | None = None
    passages: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All that the checklist has to say about one draft, findings sorted by (start, end, rule, variant)."""

    id: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    notes: tuple[Note, ...]
    anonymity: Anonymity | None
    packs: Mapping[str, str]
    summary: str
    explained: tuple[str, ...] = ()


def verdict_of(findings: tuple[Finding, ...]) -> Verdict:
    """Return block if any finding blocks, else revise if there is any, else pass."""
    if any(finding.level == "block" for finding in findings):
        return "block"
    return "revise" if findings else "pass"
