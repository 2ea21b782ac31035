"""The store: SQLAlchemy over SQLite or PostgreSQL; nothing outside this room speaks SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.domain.errors import SetupError
from planner.store.connect import engines, parse, sqlite_path
from planner.store.crypt import Crypt, vault_key
from planner.store.migrate import bring_up
from planner.store.move import copy_store
from planner.store.work import SqlStore

if TYPE_CHECKING:
    from pathlib import Path

_KEY_CHECK = "key.check"
_KNOWN = "discreet"


def open_store(url: str, key: bytes, *, backups: Path, checkpoints: bool = True) -> SqlStore:
    """Open the database, migrated to this version; raise SetupError with one sentence when that cannot be.

    Of several processes on one SQLite file exactly one should make the `checkpoints`: the worker, whom a server answers by index.
    """
    parsed, crypt = parse(url), Crypt(key)
    path = sqlite_path(parsed)
    readers, writers = engines(parsed, by_index=checkpoints)
    bring_up(readers, writers, path, backups)
    store = SqlStore(readers, writers, crypt, path, checkpoints=checkpoints)
    try:
        _require_key(store, crypt)
    except SetupError:
        store.close()
        raise
    return store


def restore(url: str, backup: Path) -> Path | None:
    """Put a backup in the place of a SQLite database while Discreet is stopped; return where the old file was kept."""
    from planner.store.backup import refuse_server, restore_into  # noqa: PLC0415 - loads the driver of SQLite

    return restore_into(backup, refuse_server(sqlite_path(parse(url))))


def _require_key(store: SqlStore, crypt: Crypt) -> None:
    """Stop the start when the key is not the one that this database was written with."""
    with store.read() as tx:
        sealed = tx.log.setting(_KEY_CHECK)
    if sealed is not None:
        crypt.open(sealed)
        return
    with store.write() as tx:
        if tx.log.setting(_KEY_CHECK) is None:
            tx.log.put_setting(_KEY_CHECK, crypt.seal(_KNOWN))


__all__ = ["SqlStore", "copy_store", "open_store", "restore", "vault_key"]
