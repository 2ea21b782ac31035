"""The key outside the database, and what is written with it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken

from planner.domain.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_REMEMBERED = 1024
"""A worker reads the same login again for every post of its account."""


class Crypt:
    """Encrypts and decrypts short texts."""

    def __init__(self, key: bytes) -> None:
        """Take a Fernet key; raise SetupError when it is none."""
        try:
            self._fernet = Fernet(key)
        except ValueError:
            raise SetupError(_NO_KEY) from None
        self._opened = lru_cache(maxsize=_REMEMBERED)(self._decrypt)

    def __repr__(self) -> str:
        """Show no key."""
        return "Crypt(…)"

    def seal(self, text: str) -> str:
        """Encrypt."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Decrypt; raise SetupError when the key does not fit. What was opened lately is known by its cipher text, so a new login is new."""
        return self._opened(sealed)

    def _decrypt(self, sealed: str) -> str:
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SetupError(
                "The key does not fit this database. Put back the key that it was written with (the key file, or PLANNER_KEY)."
            ) from None


_NO_KEY = (
    "The key for stored logins is not valid: it must be 44 characters as made by Discreet. "
    "Put the right key in place, or remove it to have a new one made (then every account has to log in again)."
)


def vault_key(data_dir: Path, *, value: str | None = None, file: Path | None = None) -> bytes:
    """Return the key: `value` (PLANNER_KEY), else what is in `file` or `data_dir/planner.key`, made on first use with mode 0600."""
    if value:
        return _valid(value.strip().encode())
    path = file or data_dir / "planner.key"
    if not path.exists():
        _make(path)
    return _read(path)


def _make(path: Path) -> None:
    """Write a new key; a second process that is faster wins, and its key is used."""
    own = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(Fernet.generate_key())
            out.flush()
            os.fsync(out.fileno())
        own.rename(path) if os.name == "nt" else os.link(own, path)
    except FileExistsError:
        pass
    except OSError as error:
        raise SetupError(
            f"The key file {path} cannot be written ({error.strerror}). Make the folder writable, or set PLANNER_DATA."
        ) from None
    finally:
        with suppress(OSError):
            own.unlink()


def _read(path: Path) -> bytes:
    try:
        mode, data = path.stat().st_mode, path.read_bytes().strip()
    except OSError as error:
        raise SetupError(f"The key file {path} cannot be read ({error.strerror}). Check its path and its owner.") from None
    if os.name == "posix" and mode & _OTHERS:
        raise SetupError(f"Others can read the key file {path}. Run: chmod 600 {path}")
    return _valid(data)


def _valid(key: bytes) -> bytes:
    Crypt(key)
    return key
