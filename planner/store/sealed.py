"""What is encrypted at rest: logins and the words of the mosaic ledger; and the image bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from connectors.base import Credentials, Media
from planner.checklist.report import LedgerEntry
from planner.domain.errors import Missing
from planner.store import tables
from planner.store.rows import Room, Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from planner.store.crypt import Crypt

_ENTRIES = Rows(tables.ledger, LedgerEntry)
_SEALED = select(tables.credential.c.data).where(tables.credential.c.account_id == bindparam("account"))
_MANY = select(tables.credential.c.account_id, tables.credential.c.data)
_TOLD = select(tables.ledger.c.account_id).distinct()
_LOCKED = _SEALED.with_for_update()


class SqlVault(Room):
    """Credentials, encrypted with a key outside the database."""

    def __init__(self, connection: Connection, touch: Callable[[], None], crypt: Crypt) -> None:
        """Take the connection, the change marker and the key."""
        super().__init__(connection, touch)
        self._crypt = crypt

    def read(self, account_id: str) -> Credentials | None:
        """Return the account's credentials, or None."""
        if (sealed := self._known.get(("sealed", account_id))) is not None:
            return Credentials(json.loads(self._crypt.open(sealed)))
        return self._read(account_id, lock=False)

    def write(self, account_id: str, credentials: Credentials) -> None:
        """Store, replacing."""
        sealed = self._crypt.seal(json.dumps(dict(credentials.values)))
        self._upsert(tables.credential, {"account_id": account_id, "data": sealed})

    def swap(self, account_id: str, old: Credentials, new: Credentials) -> bool:
        """Replace only when `old` still stands."""
        stored = self._read(account_id, lock=True)
        if stored is None or dict(stored.values) != dict(old.values):
            return False
        self.write(account_id, new)
        return True

    def foresee(self, account_ids: Sequence[str]) -> None:
        """Read the credentials of those of these accounts ahead that are not known yet; they stay sealed until they are asked for."""
        unknown = self._unknown("sealed", account_ids)
        found = self._among(_MANY, tables.credential.c.account_id, unknown) if unknown else ()
        self._known.update((("sealed", key), sealed) for key, sealed in found)

    def forget(self, account_id: str) -> None:
        """Delete."""
        self._write(delete(tables.credential).where(tables.credential.c.account_id == account_id))

    def _read(self, account_id: str, *, lock: bool) -> Credentials | None:
        sealed = self._connection.execute(_LOCKED if lock else _SEALED, {"account": account_id}).scalar()
        return None if sealed is None else Credentials(json.loads(self._crypt.open(sealed)))


class SqlLedgers(Room):
    """What the account's posts have told before. Words are encrypted, the keyed digests are compared."""

    def __init__(self, connection: Connection, touch: Callable[[], None], crypt: Crypt) -> None:
        """Take the connection, the change marker and the key."""
        super().__init__(connection, touch)
        self._crypt = crypt

    def entries(self, account_id: str) -> tuple[LedgerEntry, ...]:
        """Return the account's entries, oldest first."""
        if ("silent", account_id) in self._known:
            return ()
        found = _ENTRIES.by(self._connection, ("date", "seq"), account_id=account_id)
        return tuple(replace(item, display=self._crypt.open(item.display), excerpt=self._crypt.open(item.excerpt)) for item in found)

    def foresee(self, account_ids: Sequence[str]) -> None:
        """Find out which of these accounts have told nothing yet: most have not."""
        told = set() if tables.ledger in self.empty else {key for (key,) in self._among(_TOLD, tables.ledger.c.account_id, account_ids)}
        self._known.update((("silent", key), True) for key in account_ids if key not in told)

    def replace(self, account_id: str, post_id: str, entries: Sequence[LedgerEntry]) -> None:
        """Replace the entries of one post; none deletes them."""
        table = tables.ledger.c
        self._write(delete(tables.ledger).where(table.account_id == account_id, table.post_id == post_id))
        sealed = (replace(item, display=self._crypt.seal(item.display), excerpt=self._crypt.seal(item.excerpt)) for item in entries)
        self._insert(tables.ledger, *({**_ENTRIES.values(item), "account_id": account_id, "post_id": post_id} for item in sealed))


class SqlMedia(Room):
    """Image bytes by digest."""

    def put(self, media: Media) -> str:
        """Store once; return the digest."""
        values = {name: getattr(media, name) for name in ("name", "mime", "data", "width", "height")}
        self._upsert(tables.media, {"digest": media.digest, **values}, only_new=True)
        return media.digest

    def get(self, digest: str) -> Media:
        """Return name, type and bytes; raise Missing. The alt text is the post's, not the file's."""
        table = tables.media.c
        query = select(table.name, table.mime, table.data, table.width, table.height).where(table.digest == digest)
        row = self._connection.execute(query).first()
        if row is None:
            raise Missing("This picture is not stored any more. Add it to the post again.")
        return Media(name=row.name, mime=row.mime, data=bytes(row.data), alt="", width=row.width, height=row.height)
