"""Connection notes: what grew out of a post, kept beside the counts; their words pass the same gate as a post."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.checklist.report import Draft
from planner.domain.audit import AuditEvent
from planner.domain.connection import PLACES, STAGES, ConnectionNote, stage_counts
from planner.domain.errors import Blocked, Conflict, Invalid, Unanswered
from planner.domain.people import authorize
from planner.services.gate import profile_of

if TYPE_CHECKING:
    from datetime import date

    from planner.checklist.report import Finding, Report
    from planner.domain.account import Account
    from planner.domain.connection import Stage
    from planner.domain.people import Actor
    from planner.ports import Checker, Clock, Ids, Store

_MOST = 2_000


class Connections:
    """The connection journal: professional contacts and organizations only."""

    def __init__(self, store: Store, checker: Checker, clock: Clock, ids: Ids) -> None:
        """Take the store, the checklist, the clock and the id maker."""
        self._store = store
        self._checker = checker
        self._clock = clock
        self._ids = ids

    def concerns(self, note: ConnectionNote) -> tuple[str, ...]:
        """Return in plain words, each with the words it is about, what in a note or its contact's name may speak of a client."""
        with self._store.read() as tx:
            account = tx.accounts.get(note.account_id)
        found, named = self._read(note, account)
        return tuple(dict.fromkeys(item.message for item in (*found, *named)))

    def note(self, actor: Actor, note: ConnectionNote, *, sure: bool = False) -> ConnectionNote:
        """Store a new note (id, writer and time are set here); raise Blocked when it names or describes a client.

        Where it may describe one, or the contact's name sounds like one, raise Unanswered, unless the writer is `sure` that it is
        about professionals or organizations.
        """
        authorize(actor, "note")
        fresh = _trimmed(replace(note, id=self._ids.new(), by=actor.id, at=self._clock.now(), version=1))
        self._pass(fresh, sure=sure)
        with self._store.write() as tx:
            tx.accounts.get(fresh.account_id)
            tx.notes.add(fresh)
        return fresh

    def change(self, actor: Actor, after: ConnectionNote, *, sure: bool = False) -> ConnectionNote:
        """Store a changed note (`after.version` is the version that was read) through the same gate."""
        authorize(actor, "note")
        after = _trimmed(after)
        self._pass(after, sure=sure)
        with self._store.write() as tx:
            before = tx.notes.get(after.id)
            kept = replace(after, by=before.by, at=before.at, version=before.version + 1)
            if before.version != after.version or not tx.notes.swap(before, kept):
                raise Conflict("Somebody changed this note in between. Reload it, then change it again.")
            return kept

    def delete(self, actor: Actor, note_id: str) -> None:
        """Delete a note for good."""
        authorize(actor, "note")
        with self._store.write() as tx:
            tx.notes.get(note_id)
            tx.notes.delete(note_id)
            tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, "note.delete", f"note:{note_id}"))

    def all(self, account_id: str | None = None, start: date | None = None, end: date | None = None) -> tuple[ConnectionNote, ...]:
        """Return the notes in [start, end), by day."""
        with self._store.read() as tx:
            return tx.notes.all(account_id=account_id, start=start, end=end)

    def stages(self, account_id: str | None = None) -> dict[Stage, int]:
        """Return how many contacts stand at each stage now."""
        return stage_counts(self.all(account_id))

    def _pass(self, note: ConnectionNote, *, sure: bool) -> None:
        _complete(note)
        with self._store.read() as tx:
            account = tx.accounts.get(note.account_id)
        found, named = self._read(note, account)
        blocking = tuple(dict.fromkeys(item.rule for item in found if item.level == "block"))
        if blocking:
            raise Blocked(
                "This note seems to speak of a client. Keep it to professional contacts and organizations; nothing was stored.", blocking
            )
        asking = (*found, *named)
        if asking and not sure:
            raise Unanswered(
                "This note may speak of a client. Change the words, or say that it is about a professional or an organization and store it again.",
                tuple(item.fingerprint for item in asking),
            )

    def _read(self, note: ConnectionNote, account: Account) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """Return what may speak of a client: in the note's words, and in the contact's name, which never blocks."""
        named = self._report(replace(note, text=note.who, next_step=""), account)
        return _confidential(self._report(note, account)), _confidential(named)

    def _report(self, note: ConnectionNote, account: Account) -> Report:
        words = "\n".join(part for part in (note.text, note.next_step) if part.strip())
        profile = profile_of(account)
        known = replace(profile, names=(*profile.names, note.who))
        draft = Draft(id=note.id or "note", text=words, kind="note", author=account.author or None, country=account.countries[0])  # type: ignore[arg-type]
        return self._checker.check(draft, profile=known)


def _confidential(report: Report) -> tuple[Finding, ...]:
    return tuple(item for item in report.findings if item.rule.startswith("confidentiality.") and item.level != "advise")


def _complete(note: ConnectionNote) -> None:
    for name, label in (("who", "who the contact is (a professional or an organization)"), ("text", "what happened")):
        if not getattr(note, name):
            raise Invalid(name, f"Say {label}.")
    for name in ("who", "text", "next_step"):
        length = len(getattr(note, name))
        if length > _MOST:
            raise Invalid(name, f"At most {_MOST:,} characters, please: this has {length:,}.")
    if note.stage not in STAGES:
        raise Invalid("stage", f"Choose one of: {', '.join(STAGES)}.")
    if note.place not in PLACES:
        raise Invalid("place", f"Choose one of: {', '.join(PLACES)}.")


def _trimmed(note: ConnectionNote) -> ConnectionNote:
    """Return the note without blanks around its words, so that the same contact is the same contact."""
    return replace(note, who=" ".join(note.who.split()), text=note.text.strip(), next_step=note.next_step.strip())
