"""Petitions: kept with what they ask, their counts read where a site tells them and typed in where it does not, never invented."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from connectors.base import Credentials
from connectors.errors import AuthExpired, ConnectorError, Forbidden, RateLimited, Rejected
from planner.domain.audit import AuditEvent
from planner.domain.errors import Conflict, Invalid, NotReady, Unanswered
from planner.domain.people import authorize
from planner.domain.petition import HAND, MOST, Petition, PetitionLook, SignatureCount, doubt, is_due, latest, open_items, validate

if TYPE_CHECKING:
    from datetime import datetime

    from connectors.petitions import SourceInfo
    from planner.domain.people import Actor
    from planner.ports import Clock, Ids, PetitionSources, Store, Transaction

_NEEDS_PERSON = (AuthExpired, Forbidden, Rejected)
_PERSON_WAIT = timedelta(days=1)
_UNSAID = "The site answered without a count. The last one stays."


@dataclass(frozen=True, slots=True)
class PetitionView:
    """A petition as a page shows it: `latest` has a number or is None; `age` is how old it is; `problem` why the last look failed."""

    petition: Petition
    counts: tuple[SignatureCount, ...]
    latest: SignatureCount | None
    age: timedelta | None
    problem: str
    looked_at: datetime | None
    open_items: tuple[str, ...]


class Petitions:
    """Keeping petitions and collecting their counts."""

    def __init__(self, store: Store, sources: PetitionSources, clock: Clock, ids: Ids) -> None:
        """Take the store, the readable sources, the clock and the id maker."""
        self._store = store
        self._sources = sources
        self._clock = clock
        self._ids = ids

    def sources(self) -> tuple[SourceInfo, ...]:
        """Return every source that can be read; any other petition is counted by hand or from a table."""
        return self._sources.all()

    def all(self, campaign: str | None = None, *, archived: bool = False) -> tuple[PetitionView, ...]:
        """Return the petitions (of one campaign) with their counts, oldest first."""
        now = self._clock.now()
        with self._store.read() as tx:
            return tuple(_view(tx, item, now) for item in tx.petitions.all(campaign=campaign, archived=archived))

    def get(self, petition_id: str) -> PetitionView:
        """Return one with its counts; raise Missing."""
        with self._store.read() as tx:
            return _view(tx, tx.petitions.get(petition_id), self._clock.now())

    def add(self, actor: Actor, petition: Petition) -> Petition:
        """Store a new one (id, time and writer are set here); a known public address chooses its source by itself."""
        authorize(actor, "write")
        fresh = self._placed(replace(petition, id=self._ids.new(), created_by=actor.id, created_at=self._clock.now(), version=1))
        with self._store.write() as tx:
            _refuse_twice(tx, fresh)
            tx.petitions.add(fresh)
            self._audit(tx, actor, "add", fresh.id)
        return fresh

    def update(self, actor: Actor, after: Petition) -> Petition:
        """Store a changed one (`after.version` is the version that was read); its counts stay."""
        authorize(actor, "write")
        after = self._placed(after)
        with self._store.write() as tx:
            before = tx.petitions.get(after.id)
            kept = replace(after, created_by=before.created_by, created_at=before.created_at, version=before.version + 1)
            _refuse_twice(tx, kept)
            if before.version != after.version or not tx.petitions.swap(before, kept):
                raise Conflict("Somebody changed this petition in between. Reload it, then change it again.")
            if (before.source, before.ref) != (kept.source, kept.ref):
                tx.petitions.forget_look(kept.id)
            self._audit(tx, actor, "update", kept.id)
        return kept

    def set_key(self, actor: Actor, source: str, key: str) -> None:
        """Store the key of a source that needs one, encrypted; an empty one is forgotten. Whoever waited for it is read anew."""
        authorize(actor, "connect")
        info = self._sources.info(source)
        if not info.needs_key:
            raise Invalid("source", f"{info.title}: no key is needed.")
        with self._store.write() as tx:
            if key.strip():
                tx.vault.write(_vault_name(source), Credentials({"key": key.strip()}))
            else:
                tx.vault.forget(_vault_name(source))
            for petition in tx.petitions.all():
                if petition.source == source:
                    tx.petitions.forget_look(petition.id)
            self._audit(tx, actor, "key", source)

    def enter(
        self, actor: Actor, petition_id: str, count: int, as_of: datetime | None = None, *, source_url: str = "", sure: bool = False
    ) -> SignatureCount:
        """Store a count that a person read; a future date or a falling count is asked about, unless the person is `sure`."""
        authorize(actor, "write")
        now = self._clock.now()
        at = as_of or now
        if at.tzinfo is None:
            raise Invalid("as_of", "This time has no time zone. Give the time at which you read the count.")
        if not 0 <= count <= MOST:
            raise Invalid("count", f"{count} is no number of signatures. Leave it out when the site does not show it.")
        with self._store.write() as tx:
            tx.petitions.get(petition_id)
            odd = doubt(tx.petitions.counts(petition_id), count, at, now)
            if odd and not sure:
                raise Unanswered(odd, ("count",))
            entered = SignatureCount(petition_id, min(at.astimezone(UTC), now), "hand", count, source_url=source_url.strip(), by=actor.id)
            tx.petitions.add_count(entered)
            self._audit(tx, actor, "count", petition_id)
        return entered

    def look(self, actor: Actor, petition_id: str) -> PetitionView:
        """Read one now; raise NotReady when it is counted by hand or was read within its source's interval."""
        authorize(actor, "write")
        with self._store.read() as tx:
            petition, before = tx.petitions.get(petition_id), tx.petitions.look(petition_id)
        if petition.source == HAND:
            raise NotReady("This petition is counted by hand: no other program can read it. Type its count in.")
        every = self._every(petition)
        if before is not None and self._clock.now() - before.looked_at < every:
            raise NotReady(f"It was read less than {int(every.total_seconds() // 60)} minutes ago. Its site is not asked more often.")
        self._read(petition, before)
        return self.get(petition_id)

    def collect(self) -> int:
        """Read the petitions that are due and return how many counts were stored; for one that fails the last count stays."""
        now = self._clock.now()
        with self._store.read() as tx:
            pairs = [(item, tx.petitions.look(item.id)) for item in tx.petitions.all() if item.source != HAND]
        return sum(self._read(item, look) for item, look in pairs if is_due(look, now, self._every(item)))

    def _read(self, petition: Petition, before: PetitionLook | None) -> int:
        """Read one; the look is claimed first, so that of several workers one asks."""
        now = self._clock.now()
        claimed = replace(before, looked_at=now) if before else PetitionLook(petition.id, now)
        with self._store.write() as tx:
            if not tx.petitions.claim(before, claimed):
                return 0
            login = tx.vault.read(_vault_name(petition.source))
        try:
            found = self._sources.read(petition.source, petition.ref, login.values.get("key", "") if login else "", claimed.mark)
        except ConnectorError as error:
            with self._store.write() as tx:
                tx.petitions.put_look(replace(claimed, problem=error.reason, wait_until=_until(error, now)))
            return 0
        milestones = {one.name: one.at.isoformat() for one in found.milestones}
        with self._store.write() as tx:
            tx.petitions.put_look(replace(claimed, problem="" if found.count is not None else _UNSAID, wait_until=None, mark=found.mark))
            url = found.url or petition.url
            _keep(tx, SignatureCount(petition.id, found.as_of, "api", found.count, found.state, milestones, url, raw=found.raw))
        return 1

    def _every(self, petition: Petition) -> timedelta:
        return timedelta(seconds=self._sources.info(petition.source).interval_s)

    def _placed(self, petition: Petition) -> Petition:
        """Return the petition trimmed, with the source that its address names, checked."""
        trimmed = replace(
            petition,
            title=_line(petition.title),
            campaign=petition.campaign.strip(),
            target=_line(petition.target),
            ask=_line(petition.ask),
            url=petition.url.strip(),
            ref=petition.ref.strip(),
        )
        known = self._sources.recognize(trimmed.url)
        if known and trimmed.source == HAND and not trimmed.ref:
            trimmed = replace(trimmed, source=known[0], ref=known[1])
        validate(trimmed)
        if trimmed.source == HAND:
            return replace(trimmed, ref="")
        info = self._sources.info(trimmed.source)
        if not trimmed.ref:
            raise Invalid("ref", f"{info.ref_label} is missing. {info.ref_help}.")
        return trimmed

    def _audit(self, tx: Transaction, actor: Actor, action: str, subject: str) -> None:
        tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, f"petition.{action}", f"petition:{subject}"))


def _view(tx: Transaction, petition: Petition, now: datetime) -> PetitionView:
    counts, look = tx.petitions.counts(petition.id), tx.petitions.look(petition.id)
    last = latest(counts)
    return PetitionView(
        petition=petition,
        counts=counts,
        latest=last,
        age=now - last.as_of if last else None,
        problem=look.problem if look else "",
        looked_at=look.looked_at if look else None,
        open_items=open_items(petition),
    )


def _keep(tx: Transaction, count: SignatureCount) -> None:
    """Add a reading to the series; of several within one hour the first stays, of a run of equal ones the first and the last."""
    last, before, *_ = (*tx.petitions.newest(count.petition_id, 2), None, None)
    if last is not None and before is not None and last.source == before.source == "api":
        same_hour = last.as_of.replace(minute=0, second=0, microsecond=0) <= before.as_of
        if (same_hour and count.count is not None) or _said(last) == _said(before) == _said(count):
            tx.petitions.drop_count(last)
    tx.petitions.add_count(count)


def _said(count: SignatureCount) -> tuple[object, ...]:
    return count.count, count.state, dict(count.milestones)


def _line(text: str) -> str:
    return " ".join(text.split())


def _refuse_twice(tx: Transaction, petition: Petition) -> None:
    """Refuse a second petition of one title: a table of counts names them by it."""
    for other in tx.petitions.all():
        if not petition.archived and other.id != petition.id and other.title.casefold() == petition.title.casefold():
            raise Invalid("title", f"There is already a petition “{petition.title[:60]}”. Open that one, or choose another title.")


def _until(error: ConnectorError, now: datetime) -> datetime | None:
    if isinstance(error, RateLimited):
        return error.until
    return now + _PERSON_WAIT if isinstance(error, _NEEDS_PERSON) else None


def _vault_name(source: str) -> str:
    return f"petitions.{source}"
