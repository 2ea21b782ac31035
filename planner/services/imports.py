"""Posts from a table: read, mapped, looked at in a preview, and taken in as drafts, each through the gate and each once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

from planner.checklist.report import Record, SourceFact
from planner.domain.audit import AuditEvent
from planner.domain.errors import Invalid, PlannerError
from planner.domain.intake import FIELDS, Sheet, row_key
from planner.domain.library import TIERS, PostNote, SourceRecord, check_source
from planner.domain.people import authorize
from planner.domain.post import Content, LinkCard, Post, PostType, PostVariant, Purpose, first_words
from planner.domain.withheld import Withheld
from planner.services.composer import checked_content
from planner.services.consents import stories_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.domain.account import Account
    from planner.domain.people import Actor
    from planner.ports import Clock, Ids, Store, Transaction
    from planner.services.gate import Gate, Passage

FORMAT = 1
Outcome = Literal["draft", "asks", "blocked", "known", "error"]
_PREFIX = "import:"
_SINCE = datetime(2000, 1, 1, tzinfo=UTC)
_UNTIL = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one row (`number` counts the rows of the file from 1). `problems` are sentences; errors leave no draft."""

    number: int
    headline: str
    outcome: Outcome
    problems: tuple[str, ...] = ()
    post_id: str = ""


@dataclass(frozen=True, slots=True)
class _Made:
    """A row as it would be stored."""

    key: str
    post: Post
    accounts: tuple[Account, ...]
    note: PostNote
    source: SourceRecord | None

    @property
    def record(self) -> Record:
        found = self.source
        told = (SourceFact(found.title, found.tier, found.kind, found.published.isoformat() if found.published else ""),) if found else ()
        return Record(sources=told, fields=tuple(self.note.fields.items()))


class Imports:
    """Taking posts in, and a whole workspace."""

    def __init__(self, store: Store, gate: Gate, clock: Clock, ids: Ids) -> None:
        """Take the store, the gate, the clock and the id maker."""
        self._store = store
        self._gate = gate
        self._clock = clock
        self._ids = ids

    def preview(self, actor: Actor, sheet: Sheet, mapping: Mapping[str, str]) -> tuple[Line, ...]:
        """Return what taking the sheet in would do, row by row; nothing is stored."""
        authorize(actor, "write")
        _check_mapping(sheet, mapping)
        with self._store.read() as tx:
            return tuple(self._line(tx, actor, number, values, store=False) for number, values in _numbered(sheet, mapping))

    def run(self, actor: Actor, sheet: Sheet, mapping: Mapping[str, str]) -> tuple[Line, ...]:
        """Take every row in that can be read, each as a draft in a transaction of its own; a row that is here already is left alone.

        Nothing is handed in, approved or scheduled: what the gate blocks stays a draft, and what it passes waits for its readers.
        """
        authorize(actor, "write")
        _check_mapping(sheet, mapping)
        lines = []
        for number, values in _numbered(sheet, mapping):
            with self._store.write() as tx:
                lines.append(self._line(tx, actor, number, values, store=True))
        made = sum(line.outcome in ("draft", "asks", "blocked") for line in lines)
        with self._store.write() as tx:
            details = {"rows": str(len(lines)), "drafts": str(made)}
            tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, "import", "workspace:posts", details))
        return tuple(lines)

    def everything_out(self, actor: Actor) -> str:
        """Return the whole workspace as one JSON text that another Discreet takes in: images too, but no logins and no keys."""
        authorize(actor, "administer")
        tables = self._store.dump()
        with self._store.read() as tx:
            withheld = Withheld(tx.accounts.all(archived=True))
        for account in tables["account"]:
            account["facts"] = {**account["facts"], "legal_name": ""}
        told = {"format": FORMAT, "discreet": "workspace", "tables": withheld.clean(tables)}
        return json.dumps(told, sort_keys=True, indent=1, ensure_ascii=False) + "\n"

    def everything_in(self, actor: Actor, text: str) -> int:
        """Put a whole workspace into this empty one; return how many posts it has. Raise Invalid or Conflict, and nothing is changed."""
        authorize(actor, "administer")
        try:
            told: Any = json.loads(text)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict) or told.get("discreet") != "workspace" or not isinstance(told.get("tables"), dict):
            raise Invalid("file", "This is no export of a whole workspace. Make one on the page Import and export, and take that file.")
        if told.get("format") != FORMAT:
            raise Invalid("file", "This export was written by another version of Discreet. Use that version, or export it again.")
        counts = self._store.fill(told["tables"])
        with self._store.write() as tx:
            for delivery in tx.deliveries.window(_SINCE, _UNTIL):
                if delivery.state not in ("cancelled", "failed"):
                    self._gate.remember(tx, tx.posts.get(delivery.post_id), tx.accounts.get(delivery.account_id), delivery.due_at)
        return counts["post"]

    def _line(self, tx: Transaction, actor: Actor, number: int, values: Mapping[str, str], *, store: bool) -> Line:
        headline = first_words(values.get("text", "")) or "Row without words"
        try:
            made = self._made(tx, actor, values)
        except PlannerError as error:
            return Line(number, headline, "error", (error.sentence,))
        known = tx.log.done(made.key)
        if known is not None:
            return Line(number, headline, "known", ("This row is here already, so it is left as it is.",), known)
        passages = tuple(self._gate.examine(tx, made.post, one, made.post.created_at, made.record) for one in made.accounts)
        if store:
            tx.posts.add(made.post)
            tx.library.put_note(made.note)
            if made.source is not None:
                tx.library.put_source(made.source)
            tx.log.put_done(made.key, actor.id, made.post.id, made.post.created_at)
        outcome, problems = _told(passages)
        return Line(number, headline, outcome, problems, made.post.id if store else "")

    def _made(self, tx: Transaction, actor: Actor, values: Mapping[str, str]) -> _Made:
        now = self._clock.now()
        link = values.get("link", "").strip()
        content = Content(text=values.get("text", "").strip(), title=values.get("title", "").strip(), link=LinkCard(link) if link else None)
        if not content.text:
            raise Invalid("text", "There are no words in this row.")
        accounts = _accounts(tx, values.get("account", ""))
        post = Post(
            id=self._ids.new(),
            base=checked_content(content),
            variants=tuple(PostVariant(one.id) for one in accounts),
            created_by=actor.id,
            created_at=now,
            updated_at=now,
            purpose=_choice(values, "purpose", get_args(Purpose), "educate"),  # type: ignore[arg-type]  # one of the choices
            type=_choice(values, "type", get_args(PostType), "plain"),  # type: ignore[arg-type]  # the same
            labels=tuple(values.get("labels", "").replace(";", " ").split()),
            campaign=values.get("campaign", "").strip(),
        )
        if post.type == "story" and not stories_on(tx):
            raise Invalid("type", "Stories are switched off here. An admin can switch them on in Settings, with the reason.")
        fields = {"planned": values["planned"].strip()} if values.get("planned", "").strip() else {}
        key = _PREFIX + hashlib.sha256(row_key(values).encode()).hexdigest()[:48]
        return _Made(key, post, accounts, PostNote(post.id, "", fields), self._source(post, values))

    def _source(self, post: Post, values: Mapping[str, str]) -> SourceRecord | None:
        title = values.get("source", "").strip()
        if not title:
            return None
        day = values.get("source_date", "").strip()
        try:
            published = date.fromisoformat(day) if day else None
        except ValueError:
            raise Invalid("source_date", f"“{day[:20]}” is no date. Write it as 2026-01-31.") from None
        tier = _choice(values, "source_tier", TIERS, "other")
        return check_source(
            SourceRecord(self._ids.new(), post.id, title, tier, "statistic", post.created_by, post.created_at, published=published)  # type: ignore[arg-type]  # one of the choices
        )


def _check_mapping(sheet: Sheet, mapping: Mapping[str, str]) -> None:
    strange = sorted(set(mapping) - set(FIELDS))
    if strange:
        raise Invalid("mapping", f"There is no field “{strange[0][:40]}”. Known: {', '.join(FIELDS)}.")
    lost = next((column for column in mapping.values() if column not in sheet.columns), None)
    if lost is not None:
        raise Invalid("mapping", f"The file has no column “{lost[:40]}”. It has: {', '.join(sheet.columns)[:200]}.")
    if "text" not in mapping:
        raise Invalid("mapping", "Say which column holds the words of the posts.")


def _numbered(sheet: Sheet, mapping: Mapping[str, str]) -> list[tuple[int, dict[str, str]]]:
    return [(number, {field: row.get(column, "") for field, column in mapping.items()}) for number, row in enumerate(sheet.rows, 1)]


def _accounts(tx: Transaction, names: str) -> tuple[Account, ...]:
    known = tx.accounts.all()
    found = []
    for name in dict.fromkeys(part.strip() for part in names.split(";") if part.strip()):
        account = next((one for one in known if name.casefold() in (one.id, one.handle.casefold(), one.title.casefold())), None)
        if account is None:
            raise Invalid("account", f"There is no account “{name[:60]}”. Known: {'; '.join(one.title for one in known) or 'none yet'}.")
        if account not in found:
            found.append(account)
    return tuple(found)


def _choice(values: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    word = values.get(name, "").strip().casefold()
    if word and word not in allowed:
        raise Invalid(name, f"“{word[:40]}” is no {name.replace('_', ' ')}. Use one of: {', '.join(allowed)}.")
    return word or default


def _told(passages: tuple[Passage, ...]) -> tuple[Outcome, tuple[str, ...]]:
    """Return what the gate said, in plain sentences."""
    blocked, asked = [], []
    for one in passages:
        name = one.account.title
        blocked += [f"{name}: {problem.reason}" for problem in one.measure.problems]
        blocked += [f"{name}: {one.story}"] if one.story else []
        blocked += [f"{name}: {item.finding.message}" for item in one.blocking]
        asked += [f"{name}: {item.finding.message}" for item in one.unanswered]
    if blocked:
        return "blocked", tuple(dict.fromkeys(blocked))
    return ("asks", tuple(dict.fromkeys(asked))) if asked else ("draft", ())
