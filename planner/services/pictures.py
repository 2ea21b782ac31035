"""The look into a picture: by its content, turned upright, stripped of place and camera data, made small enough."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from planner.domain.errors import Invalid

MAX_PIXELS = 50_000_000
MAX_EDGE = 2_560
SMALL_ENOUGH = 1_900_000
"""Below the smallest limit of the platforms; a picture without holes is packed harder until it fits."""

_MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}

_JPEG: tuple[tuple[str, dict[str, Any]], ...] = tuple(("JPEG", {"quality": quality, "optimize": True}) for quality in (90, 80, 65, 50))
_WEBP: tuple[tuple[str, dict[str, Any]], ...] = tuple(("WEBP", {"quality": quality}) for quality in (90, 75, 50))
_WAYS: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "JPEG": _JPEG,
    "PNG": (("PNG", {"optimize": True}), *_JPEG),
    "WEBP": _WEBP,
    "GIF": (("GIF", {}), *_JPEG),
}
_UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    ValueError,
    SyntaxError,
    LookupError,
    TypeError,
    AttributeError,  # a text of its EXIF that says it is a figure
    ArithmeticError,
    EOFError,
    struct.error,
    zlib.error,
)
"""What the decoders raise on broken files."""


def clean(data: bytes) -> tuple[bytes, str, tuple[int, int]]:
    """Return (bytes without metadata, MIME type, (width, height) in pixels)."""
    kind, picture = _opened(data)
    picture.thumbnail((MAX_EDGE, MAX_EDGE))
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    tries = _WAYS[kind] if bare.mode == "RGB" else _WAYS[kind][:1]
    for way, options in tries:
        out = io.BytesIO()
        bare.save(out, way, **options)
        if len(out.getvalue()) <= SMALL_ENOUGH:
            break
    return out.getvalue(), _MIMES[way], bare.size


def _opened(data: bytes) -> tuple[str, Image.Image]:
    """Return the format and the upright picture in plain colors; raise Invalid for anything else."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about broken metadata, which is dropped anyway, and about sizes, which are looked at below
            opened = Image.open(io.BytesIO(data), formats=tuple(_MIMES))
            kind = opened.format or ""
            if opened.width * opened.height > MAX_PIXELS:
                raise Invalid("image", f"This picture has more than {MAX_PIXELS // 1_000_000} megapixels. Make it smaller and try again.")
            return kind, _plain(ImageOps.exif_transpose(opened))
    except _UNREADABLE:
        raise Invalid("image", "This file is not a picture that can be read. Use a JPEG, PNG, WebP or GIF.") from None


def _plain(picture: Image.Image) -> Image.Image:
    """Return the picture in RGB, or RGBA where it has holes; deep gray levels are scaled, not cut off."""
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
