"""Bluesky records: what a variant becomes, and that it becomes the same everywhere."""

from __future__ import annotations

import json
import locale
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from connectors import registry
from connectors.base import Link, Media, Part, Problem, Ref, Variant
from connectors.bluesky import mapping

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PNG = Media("a.png", "image/png", b"\x89PNG\r\n\x1a\nrest", "A quiet room", 640, 480)
JPEG = Media("b.jpg", "image/jpeg", b"\xff\xd8\xff\xe0rest", "")
CARD = Link("https://example.org/help", "Help", "Where to find it", PNG)
BASE = Variant(("Hello #SocialWork",), scheduled_at=AT)
BLUESKY = registry.preview("bluesky", "api")


def record(variant: Variant, index: int = 0) -> Any:
    return BLUESKY.render(variant)[index].payload["record"]


def problems(variant: Variant) -> list[str]:
    return [problem.field for problem in BLUESKY.measure(variant).problems]


def test_a_plain_post() -> None:
    (part,) = BLUESKY.render(BASE)
    assert part.payload == {
        "record": {
            "$type": "app.bsky.feed.post",
            "text": "Hello #SocialWork",
            "createdAt": "2026-11-21T09:00:00.000Z",
            "facets": [
                {"index": {"byteStart": 6, "byteEnd": 17}, "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "SocialWork"}]}
            ],
            "langs": ["en"],
        },
        "allow": None,
    }
    assert part.media == ()


def test_the_time_is_utc_in_milliseconds() -> None:
    mountain = timezone(timedelta(hours=-7))
    assert (
        record(replace(BASE, scheduled_at=AT.astimezone(mountain).replace(microsecond=123_456)))["createdAt"] == "2026-11-21T09:00:00.123Z"
    )


def test_without_a_time_it_can_be_shown() -> None:
    (part,) = BLUESKY.render(replace(BASE, scheduled_at=None))
    assert part.payload["record"]["createdAt"] is None
    assert mapping.scheduled(part) is None


def test_languages_are_sorted() -> None:
    assert record(replace(BASE, langs=("es", "en")))["langs"] == ["en", "es"]
    assert "langs" not in record(replace(BASE, langs=()))


def test_images_with_their_descriptions_and_shapes() -> None:
    (part,) = BLUESKY.render(replace(BASE, media=(PNG, JPEG)))
    assert part.payload["record"]["embed"] == {
        "$type": "app.bsky.embed.images",
        "images": [
            {"alt": "A quiet room", "image": {"$digest": PNG.digest}, "aspectRatio": {"width": 640, "height": 480}},
            {"alt": "", "image": {"$digest": JPEG.digest}},
        ],
    }
    assert part.media == (PNG.digest, JPEG.digest)


def test_a_link_becomes_a_card_with_its_own_picture() -> None:
    (part,) = BLUESKY.render(replace(BASE, link=CARD))
    card = {"uri": CARD.url, "title": "Help", "description": "Where to find it", "thumb": {"$digest": PNG.digest}}
    assert part.payload["record"]["embed"] == {"$type": "app.bsky.embed.external", "external": card}
    assert part.media == (PNG.digest,)
    assert CARD.url not in part.payload["record"]["text"]


def test_a_card_without_a_picture() -> None:
    (part,) = BLUESKY.render(replace(BASE, link=Link(CARD.url)))
    assert part.payload["record"]["embed"]["external"] == {"uri": CARD.url, "title": "", "description": ""}
    assert part.media == ()


def test_beside_images_the_link_stands_in_the_text() -> None:
    """One embed a post: the images take it."""
    text = record(replace(BASE, link=CARD, media=(JPEG,)))["text"]
    assert text == "Hello #SocialWork\n\nhttps://example.org/help"
    assert record(replace(BASE, segments=(f"see {CARD.url}",), link=CARD, media=(JPEG,)))["text"] == f"see {CARD.url}"


def test_tags_that_are_not_in_the_text_go_below_it() -> None:
    assert record(replace(BASE, tags=("socialwork", "#Hope")))["text"] == "Hello #SocialWork\n\n#Hope"


def test_a_thread_carries_image_and_reply_control_on_its_first_part() -> None:
    first, second = BLUESKY.render(replace(BASE, segments=("one", "two"), media=(JPEG,), reply_control="nobody"))
    assert ("embed" in first.payload["record"], first.payload["allow"], first.media) == (True, [], (JPEG.digest,))
    assert ("embed" in second.payload["record"], second.payload["allow"], second.media) == (False, None, ())


@pytest.mark.parametrize(
    ("control", "allow"),
    [(None, None), ("nobody", []), ("mentioned", ["mentionRule"]), ("followers", ["followerRule"]), ("following", ["followingRule"])],
)
def test_reply_control(control: str | None, allow: list[str] | None) -> None:
    (part,) = BLUESKY.render(replace(BASE, reply_control=control))
    rules = None if allow is None else [{"$type": f"app.bsky.feed.threadgate#{rule}"} for rule in allow]
    assert part.payload["allow"] == rules
    gate = mapping.gate(part, "at://did/app.bsky.feed.post/key")
    assert (gate and gate["allow"]) == rules


def test_what_is_sent_has_blobs_dids_and_its_place_in_the_thread() -> None:
    (part,) = BLUESKY.render(replace(BASE, segments=("@a.test @b.test #c",), media=(JPEG,)))
    stored = Part(part.index, json.loads(json.dumps(part.payload)), part.media)
    assert mapping.handles(stored) == ("a.test", "b.test")
    previous = [Ref("at://d/c/root#cid1"), Ref("at://d/c/two#cid2"), Ref("at://d/c/three#cid3")]
    made = mapping.record(stored, {JPEG.digest: {"$type": "blob"}}, {"a.test": "did:plc:a"}, previous)
    assert made["reply"] == {"root": {"uri": "at://d/c/root", "cid": "cid1"}, "parent": {"uri": "at://d/c/three", "cid": "cid3"}}
    assert made["embed"]["images"][0]["image"] == {"$type": "blob"}
    tag = {"index": {"byteStart": 16, "byteEnd": 18}, "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "c"}]}
    mention = {"index": {"byteStart": 0, "byteEnd": 7}, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:a"}]}
    assert made["facets"] == [mention, tag]
    with pytest.raises(KeyError):
        mapping.record(stored, {}, {}, ())
    nobody = mapping.record(stored, {JPEG.digest: {}}, {}, ())
    assert nobody["facets"] == [tag]
    assert "reply" not in nobody


def test_the_same_bytes_on_every_machine_in_every_zone_and_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    variant = replace(BASE, segments=("İstanbul @a.test #Straße https://example.org", "zwei"), media=(PNG,), langs=("tr", "de"))
    before = [part.fingerprint for part in BLUESKY.render(variant)]
    old = locale.setlocale(locale.LC_ALL)
    try:
        monkeypatch.setenv("TZ", "Pacific/Chatham")
        time.tzset()
        locale.setlocale(locale.LC_ALL, "C")
        assert [part.fingerprint for part in registry.preview("bluesky", "api").render(variant)] == before
    finally:
        locale.setlocale(locale.LC_ALL, old)
        monkeypatch.undo()
        time.tzset()
    assert before == [
        "ee3cab459fea31ad62cc7bb90fed467bab5627f46f0420ce2deac8f61a5493be",
        "efdfc641c28dd1a4c4973de739371d2d5105ac3791846da2bdbcfd56d5e63a0e",
    ]


@pytest.mark.parametrize(
    ("variant", "fields"),
    [
        (BASE, []),
        (replace(BASE, segments=("x" * 301,)), ["text"]),
        (replace(BASE, segments=("👨‍👩‍👧‍👦" * 121,)), ["text"]),
        (replace(BASE, segments=("fine", "x" * 301)), ["text"]),
        (replace(BASE, segments=("x" * 300, "x" * 300)), []),
        (replace(BASE, segments=(" ",)), ["text"]),
        (replace(BASE, segments=("",), media=(PNG,)), []),
        (replace(BASE, segments=("x" * 290,), link=CARD, media=(PNG,)), ["text"]),  # the link takes its room in the text
        (replace(BASE, segments=("x" * 290,), link=CARD), []),
        (replace(BASE, media=(PNG,) * 5), ["media"]),
        (replace(BASE, media=(replace(PNG, mime="image/heic"),)), ["media"]),
        (replace(BASE, media=(replace(PNG, mime="image/jpeg"),)), ["media"]),
        (replace(BASE, media=(replace(PNG, data=PNG.data + b"x" * 2_000_000),)), ["media"]),
        (replace(BASE, media=(replace(JPEG, data=b"\xff\xd8\xff\xe1..Exif\x00\x00gps"),)), ["media"]),
        (replace(BASE, langs=("en", "es", "fr", "de")), ["langs"]),
        (replace(BASE, link=Link("example.org")), ["link"]),
        (replace(BASE, link=replace(CARD, thumb=replace(PNG, data=PNG.data + b"x" * 1_000_000))), ["link"]),
        (replace(BASE, link=replace(CARD, thumb=replace(PNG, mime="image/heic"))), ["media"]),
        (replace(BASE, content_warning="death"), ["content_warning"]),
        (replace(BASE, visibility="public"), []),
        (replace(BASE, visibility="unlisted"), ["visibility"]),
        (replace(BASE, reply_control="nobody"), []),
        (replace(BASE, reply_control="friends"), ["reply_control"]),
    ],
)
def test_what_keeps_a_variant_from_going_out(variant: Variant, fields: list[str]) -> None:
    assert problems(variant) == fields
    assert BLUESKY.measure(variant).fits == (not fields)


def test_problems_say_what_is_wrong_and_what_to_do() -> None:
    verdict = BLUESKY.measure(replace(BASE, segments=("ok", "👨‍👩‍👧‍👦" * 121)))
    reason = "Part 2 is too long for Bluesky: 3025 of 3000 bytes. Shorten it, or split it with a line that holds only ---."
    assert verdict.problems == (Problem("text", reason),)
    assert [(part.used, part.bytes_used) for part in verdict.parts] == [(2, 2), (121, 3025)]
    assert verdict.cost is None
