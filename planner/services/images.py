"""Images come in clean; what looks into them is loaded with the first one, because a worker never does."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from connectors.base import Media
from planner.domain.errors import Invalid
from planner.domain.people import authorize
from planner.domain.post import MediaRef

if TYPE_CHECKING:
    from planner.domain.people import Actor
    from planner.ports import Store

MAX_BYTES = 10_000_000
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


class Images:
    """Takes uploads and gives back references for a post."""

    def __init__(self, store: Store) -> None:
        """Take the store."""
        self._store = store

    def add(self, actor: Actor, data: bytes, alt: str = "") -> MediaRef:
        """Store one image without its metadata and return its reference; raise Invalid for anything that is no usable image."""
        authorize(actor, "write")
        if len(data) > MAX_BYTES:
            raise Invalid(
                "image", f"This file has {len(data) / 1e6:.0f} MB; {MAX_BYTES / 1e6:.0f} MB is the most. Make it smaller and try again."
            )
        from planner.services.pictures import clean  # noqa: PLC0415 - a worker never needs it

        bare, mime, size = clean(data)
        digest = hashlib.sha256(bare).hexdigest()
        shown = _name(mime, digest)
        with self._store.write() as tx:
            tx.media.put(Media(shown, mime, bare, "", *size))
        return MediaRef(digest, shown, mime, len(bare), alt.strip(), "", *size)

    def data(self, digest: str) -> Media:
        """Return a stored image; raise Missing."""
        with self._store.read() as tx:
            return tx.media.get(digest)


def _name(mime: str, digest: str) -> str:
    """Return a new file name: the old one often names a person, so nothing of it is kept."""
    return f"picture-{digest[:8]}.{_ENDINGS[mime]}"
