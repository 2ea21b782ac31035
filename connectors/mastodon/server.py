"""What one Mastodon server says of itself: its software, limits and rules; kept for a day, absent where it does not say."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from connectors.addresses import is_safe
from connectors.errors import Rejected

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

_FRESH = timedelta(hours=24)
_PLAIN = re.compile(r"[3-9]\.\d+\.\d+(?:[-.]?(?:alpha|beta|rc|nightly)[\w.-]*)?")
_SHOWN = 60
_RULES = 4000


@dataclass(frozen=True, slots=True)
class Server:
    """One server: `version` as it says it, `plain` when that is Mastodon itself and no look-alike, and the limits it states."""

    version: str
    plain: bool
    limits: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[str, ...] = ()

    def told(self) -> dict[str, str]:
        """Return what the account keeps of it, see `AuthState.told`."""
        software = f"Mastodon {self.version}" if self.plain else self.version or "unknown"
        verified = {"software": software[:_SHOWN], "verified": "yes" if self.plain else "no"}
        rules = {"rules": "\n".join(self.rules)[:_RULES]} if self.rules else {}
        return {**self.limits, **verified, **rules}


def read(said: Mapping[str, Any]) -> Server:
    """Return what an instance document (version 2 or 1 of the interface) says; parts that are missing or of a wrong kind stay out."""
    version = said.get("version")
    version = version.strip() if isinstance(version, str) else ""
    configuration = _object(said.get("configuration"))
    statuses, media = _object(configuration.get("statuses")), _object(configuration.get("media_attachments"))
    found = {
        "text_limit": statuses.get("max_characters", said.get("max_toot_chars")),
        "url_weight": statuses.get("characters_reserved_per_url"),
        "images": statuses.get("max_media_attachments"),
        "image_bytes": media.get("image_size_limit"),
        "alt_limit": media.get("description_limit"),
    }
    limits = {name: str(value) for name, value in found.items() if type(value) is int and value > 0}
    mimes = media.get("supported_mime_types")
    if isinstance(mimes, list) and mimes:
        limits["mimes"] = " ".join(mime for mime in mimes if isinstance(mime, str) and mime.startswith("image/"))
    rules = said.get("rules")
    texts = [rule.get("text") for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []
    return Server(version, _PLAIN.fullmatch(version) is not None, limits, tuple(text for text in texts if isinstance(text, str)))


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def address(text: str) -> str:
    """Return a server address fit for logging in; people leave out the scheme. Raise Rejected for anything else."""
    bare = text.strip().removesuffix("/")
    url = bare if "://" in bare else f"https://{bare}"
    if not is_safe(url) or url.count("/") > 2:  # noqa: PLR2004 - the two of https://
        raise Rejected("The server must look like mastodon.social. Mend it on the Accounts page.", "server")
    return url


class Servers:
    """The servers that this process has asked within a day."""

    def __init__(self) -> None:
        """Know none yet."""
        self._known: dict[str, tuple[datetime, Server]] = {}
        self._lock = threading.Lock()

    def get(self, url: str, now: datetime, ask: Callable[[], Server], *, refresh: bool = False) -> Server:
        """Return what the server at `url` says, from memory when that is younger than a day."""
        with self._lock:
            known = self._known.get(url)
        if known and not refresh and now - known[0] < _FRESH:
            return known[1]
        found = ask()
        with self._lock:
            self._known[url] = (now, found)
        return found
