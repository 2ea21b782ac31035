"""Images come in clean: looked at by content, turned upright, stripped of place and camera data, made small enough."""

from __future__ import annotations

import hashlib
import io
import warnings
from typing import TYPE_CHECKING

from PIL import Image, ImageOps, UnidentifiedImageError

from connectors.base import Media
from planner.domain.errors import Invalid
from planner.domain.people import authorize
from planner.domain.post import MediaRef

if TYPE_CHECKING:
    from planner.domain.people import Actor
    from planner.ports import Store

MAX_BYTES = 10_000_000
MAX_PIXELS = 50_000_000
_MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
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
        clean, mime, size = _clean(data)
        digest = hashlib.sha256(clean).hexdigest()
        shown = _name(mime, digest)
        with self._store.write() as tx:
            tx.media.put(Media(shown, mime, clean, "", *size))
        return MediaRef(digest, shown, mime, len(clean), alt.strip(), "", *size)

    def data(self, digest: str) -> Media:
        """Return a stored image; raise Missing."""
        with self._store.read() as tx:
            return tx.media.get(digest)


def _clean(data: bytes) -> tuple[bytes, str, tuple[int, int]]:
    """Return (bytes without metadata, MIME type, (width, height) in pixels)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(data))
            kind = opened.format or ""
            if kind not in _MIMES or opened.width * opened.height > MAX_PIXELS:
                raise Invalid("image", "Use a JPEG, PNG, WebP or GIF picture of at most 50 megapixels.")
            upright = ImageOps.exif_transpose(opened)
            upright.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid("image", "This file is not a picture that can be read. Use a JPEG, PNG, WebP or GIF.") from None
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    if upright.mode == "P":
        bare.putpalette(upright.getpalette() or [])
    out = io.BytesIO()
    if kind == "JPEG":
        bare.convert("RGB").save(out, "JPEG", quality=90, optimize=True)
    else:
        bare.save(out, kind)
    return out.getvalue(), _MIMES[kind], bare.size


def _name(mime: str, digest: str) -> str:
    """Return a new file name: the old one often names a person, so nothing of it is kept."""
    return f"picture-{digest[:8]}.{_ENDINGS[mime]}"
