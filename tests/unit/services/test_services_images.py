"""Images: what comes in is a picture, what is kept knows no place, no camera and no old name."""

from __future__ import annotations

import io
import random
import struct
import zlib
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from planner.domain.errors import Invalid, Missing, NotAllowed
from planner.services.images import MAX_BYTES
from planner.services.pictures import MAX_EDGE, SMALL_ENOUGH
from tests.unit.services.rig import Rig, png

NO_PICTURE = "This file is not a picture that can be read. Use a JPEG, PNG, WebP or GIF."
GPS = 0x8825


def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 128 if mode in ("L", "I;16") else None).save(out, kind, **options)
    return out.getvalue()


def located() -> Image.Exif:
    """EXIF of a phone: place, camera, owner, and turned by a quarter."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F], exif[0x013B], exif[0x9C9D] = "CameraMaker", "Jaylen Ortiz", "Owner".encode("utf-16le")
    exif.get_ifd(GPS).update({1: "N", 2: (39.0, 43.0, 35.0), 3: "W", 4: (105.0, 5.0, 0.0)})
    return exif


def noise(size: tuple[int, int], kind: str) -> bytes:
    """A picture that hardly packs."""
    out = io.BytesIO()
    Image.frombytes("RGB", size, random.Random(7).randbytes(size[0] * size[1] * 3)).save(out, kind, quality=95)  # noqa: S311 - noise
    return out.getvalue()


@pytest.mark.clause("C41")
@pytest.mark.parametrize(("kind", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_place_camera_and_owner_are_gone_and_the_picture_stands_upright(rig: Rig, kind: str, mime: str) -> None:
    data = photo(kind, exif=located())
    with Image.open(io.BytesIO(data)) as before:
        assert before.getexif().get_ifd(GPS)
    ref = rig.images.add(rig.alone(), data, "  A lamp ")
    kept = rig.images.data(ref.digest)
    with Image.open(io.BytesIO(kept.data)) as after:
        assert (dict(after.getexif()), after.getexif().get_ifd(GPS), after.size) == ({}, {}, (30, 40))
        assert after.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background", "timestamp", "duration"}
    assert not any(word in kept.data for word in (b"Exif", b"CameraMaker", b"Jaylen", b"GPS"))
    assert (ref.mime, ref.alt, ref.waiver, ref.size, ref.width, ref.height) == (mime, "A lamp", "", len(kept.data), 30, 40)
    assert ref.digest == sha256(kept.data).hexdigest()
    assert (kept.mime, kept.width, kept.height, kept.alt) == (mime, 30, 40, "")


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif")])
def test_nothing_of_the_old_name_is_kept(rig: Rig, kind: str, ending: str) -> None:
    ref = rig.images.add(rig.alone(), photo(kind))
    assert ref.name == f"picture-{ref.digest[:8]}.{ending}"


def test_words_hidden_behind_a_picture_or_in_its_chunks_are_gone(rig: Rig) -> None:
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415 - only here

    info = PngInfo()
    info.add_text("Comment", "client Maria, ward 4")
    data = photo("PNG", pnginfo=info) + b"client Maria, ward 4"
    assert b"Maria" not in rig.images.data(rig.images.add(rig.alone(), data).digest).data


def test_the_same_picture_is_stored_once(rig: Rig) -> None:
    assert rig.images.add(rig.alone(), png()) == rig.images.add(rig.alone(), png())


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "LA"), ("WEBP", "RGBA"), ("PNG", "P"), ("GIF", "P")])
def test_holes_stay_holes(rig: Rig, kind: str, mode: str) -> None:
    picture = Image.new("RGBA", (8, 8), (200, 10, 10, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 4, 8))
    out = io.BytesIO()
    if mode == "P":
        flat = Image.new("P", (8, 8), 1)
        flat.putpalette([0, 0, 0, 200, 10, 10])
        flat.paste(0, (0, 0, 4, 8))
        flat.save(out, kind, transparency=0)
    else:
        picture.convert(mode).save(out, kind)
    kept = rig.images.data(rig.images.add(rig.alone(), out.getvalue()).digest)
    with Image.open(io.BytesIO(kept.data)) as after:
        shown = after.convert("RGBA")
        assert (shown.getpixel((1, 4))[3], shown.getpixel((6, 4))[3]) == (0, 255)  # type: ignore[index]


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "L"), ("PNG", "1"), ("PNG", "I;16"), ("JPEG", "CMYK"), ("JPEG", "L"), ("GIF", "L")])
def test_every_way_to_write_colors_is_taken(rig: Rig, kind: str, mode: str) -> None:
    ref = rig.images.add(rig.alone(), photo(kind, mode=mode))
    with Image.open(io.BytesIO(rig.images.data(ref.digest).data)) as after:
        assert (after.size, after.format) == ((40, 30), kind)


def test_deep_gray_keeps_its_shades(rig: Rig) -> None:
    deep = Image.new("I;16", (2, 1))
    deep.putpixel((0, 0), 0x2000)
    deep.putpixel((1, 0), 0xF000)
    out = io.BytesIO()
    deep.save(out, "PNG")
    with Image.open(io.BytesIO(rig.images.data(rig.images.add(rig.alone(), out.getvalue()).digest).data)) as after:
        assert [after.convert("L").getpixel((x, 0)) for x in (0, 1)] == [0x20, 0xF0]


# --- size -------------------------------------------------------------------------------------------------------------------------


def test_a_large_picture_is_made_smaller_in_proportion(rig: Rig) -> None:
    ref = rig.images.add(rig.alone(), photo(size=(4000, 1000)))
    assert (ref.width, ref.height) == (MAX_EDGE, 640)
    small = rig.images.add(rig.alone(), photo(size=(MAX_EDGE, 1000)))
    assert (small.width, small.height) == (MAX_EDGE, 1000)


@pytest.mark.parametrize(("kind", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/jpeg"), ("WEBP", "image/webp")])
def test_a_heavy_picture_is_packed_until_every_platform_takes_it(rig: Rig, kind: str, mime: str) -> None:
    data = noise((1800, 1300), kind)
    assert len(data) > SMALL_ENOUGH
    ref = rig.images.add(rig.alone(), data)
    assert (ref.mime, ref.size < SMALL_ENOUGH) == (mime, True)


def test_a_heavy_picture_with_holes_keeps_them(rig: Rig) -> None:
    out = io.BytesIO()
    Image.frombytes("RGBA", (800, 700), random.Random(7).randbytes(800 * 700 * 4)).save(out, "PNG")  # noqa: S311 - noise
    ref = rig.images.add(rig.alone(), out.getvalue())
    assert (ref.mime, ref.size > SMALL_ENOUGH) == ("image/png", True)


def test_a_file_that_is_too_large_is_refused_unread(rig: Rig) -> None:
    with pytest.raises(Invalid) as caught:
        rig.images.add(rig.alone(), b"x" * (MAX_BYTES + 1))
    assert (caught.value.field, caught.value.sentence) == (
        "image",
        "This file has 10 MB; 10 MB is the most. Make it smaller and try again.",
    )


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(width: int, height: int) -> bytes:
    """A tiny file that claims to be a huge picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" * 99)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("side", "said"),
    [
        (7_100, "This picture has more than 50 megapixels. Make it smaller and try again."),
        (10_000, "This picture has more than 50 megapixels. Make it smaller and try again."),
        (60_000, NO_PICTURE),
    ],
)
def test_a_picture_that_would_fill_the_memory_is_refused(rig: Rig, side: int, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        rig.images.add(rig.alone(), bomb(side, side))
    assert (caught.value.field, caught.value.sentence) == ("image", said)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        photo()[:200],
        png()[:40],
        photo("TIFF"),
        photo("BMP"),
    ],
)
def test_what_is_no_picture_is_refused(rig: Rig, data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        rig.images.add(rig.alone(), data)
    assert (caught.value.field, caught.value.sentence) == ("image", NO_PICTURE)


SAMPLES = [photo(kind, exif=located()) for kind in ("JPEG", "PNG", "WEBP")] + [photo("GIF")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=6), st.integers(0, 10**6))
def test_a_broken_file_is_a_picture_or_one_sentence(rig: Rig, sample: bytes, flips: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(sample)
    for at, value in flips:
        data[at % len(data)] = value
    broken = bytes(data[: cut % len(data) + 1]) if cut % 3 == 0 else bytes(data)
    said = None
    try:
        rig.images.add(rig.alone(), broken)
    except Invalid as error:
        said = error.field
    assert said in (None, "image")


def test_a_text_of_the_exif_that_says_it_is_a_figure_is_one_sentence(rig: Rig) -> None:
    data = photo("JPEG", exif=located())
    maker, text, ratio = b"\x01\x0f", b"\x00\x02", b"\x00\x05"
    broken = data.replace(maker + text, maker + ratio, 1)
    assert broken != data
    with pytest.raises(Invalid) as caught:
        rig.images.add(rig.alone(), broken)
    assert caught.value.sentence == NO_PICTURE


def test_who_may_only_read_uploads_nothing(rig: Rig) -> None:
    with pytest.raises(NotAllowed):
        rig.images.add(rig.member("vera", "viewer"), png())


def test_a_picture_that_is_not_there_is_missing(rig: Rig) -> None:
    with pytest.raises(Missing):
        rig.images.data("d" * 64)
