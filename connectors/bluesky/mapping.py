"""From a variant to Bluesky records, and from frozen parts to the exact bytes of a record; pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors import measuring
from connectors.base import Measure, Part, Problem, Ref
from connectors.bluesky.facets import facets
from connectors.wording import media_problems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.base import Capabilities, Link, Media, Variant
    from connectors.facts import Facts

POST, GATE = "app.bsky.feed.post", "app.bsky.feed.threadgate"
BEFORE = "1970-01-01T00:00:00.000Z"
"""The time on a gate that was written before its post."""

_MAX_LANGS = 3
_THUMB_BYTES = 1_000_000
_ALLOW: Mapping[str, tuple[str, ...]] = {
    "nobody": (),
    "mentioned": ("mentionRule",),
    "followers": ("followerRule",),
    "following": ("followingRule",),
}


def measure(facts: Facts, rules: Capabilities, variant: Variant) -> Measure:
    """Return the verdict on a variant, with the limits that only Bluesky's cards have."""
    verdict = measuring.measure(facts, rules, variant)
    return Measure(verdict.unit, verdict.parts, (*verdict.problems, *_card_problems(rules, variant)), verdict.cost)


def _card_problems(rules: Capabilities, variant: Variant) -> list[Problem]:
    found = []
    if len(variant.langs) > _MAX_LANGS:
        found.append(Problem("langs", f"{len(variant.langs)} languages, at most {_MAX_LANGS} are taken. Remove some."))
    if variant.link and "://" not in variant.link.url:
        found.append(Problem("link", "The link has no https:// in front. Write it in full."))
    if variant.link and variant.link.thumb:
        thumb = variant.link.thumb
        found += media_problems((thumb,), rules.media)
        if _THUMB_BYTES < len(thumb.data) <= rules.media.max_bytes:
            found.append(Problem("link", f"The picture of the link card is over {_THUMB_BYTES:,} bytes. Make it smaller."))
    return found


def render(facts: Facts, rules: Capabilities, variant: Variant) -> list[Part]:
    """Return the parts; the images, the link card and the reply control stand with the first one."""
    words = measuring.final_texts(facts, rules, variant)
    created = _timestamp(variant.scheduled_at) if variant.scheduled_at else None
    return [_part(index, text, created, variant) for index, text in enumerate(words)]


def _part(index: int, text: str, created: str | None, variant: Variant) -> Part:
    record: dict[str, Any] = {"$type": POST, "text": text, "createdAt": created}
    found = facets(text)
    if found:
        record["facets"] = found
    if variant.langs:
        record["langs"] = sorted(variant.langs)
    embed, media = _embed(variant) if index == 0 else (None, ())
    if embed:
        record["embed"] = embed
    gate = _ALLOW.get(variant.reply_control or "") if index == 0 else None
    allow = None if gate is None else [{"$type": f"{GATE}#{rule}"} for rule in gate]
    return Part(index, {"record": record, "allow": allow}, media)


def _embed(variant: Variant) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    if variant.media:
        images = [_image(item) for item in variant.media]
        return {"$type": "app.bsky.embed.images", "images": images}, tuple(item.digest for item in variant.media)
    if variant.link:
        return {"$type": "app.bsky.embed.external", "external": _card(variant.link)}, _thumb(variant.link)
    return None, ()


def _image(item: Media) -> dict[str, Any]:
    image: dict[str, Any] = {"alt": item.alt, "image": {"$digest": item.digest}}
    if item.width and item.height:
        image["aspectRatio"] = {"width": item.width, "height": item.height}
    return image


def _card(link: Link) -> dict[str, Any]:
    card: dict[str, Any] = {"uri": link.url, "title": link.title, "description": link.description}
    if link.thumb:
        card["thumb"] = {"$digest": link.thumb.digest}
    return card


def _thumb(link: Link) -> tuple[str, ...]:
    return (link.thumb.digest,) if link.thumb else ()


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def scheduled(part: Part) -> datetime | None:
    """Return the time that a part was rendered for."""
    created = part.payload["record"]["createdAt"]
    return datetime.fromisoformat(created) if created else None


def handles(part: Part) -> tuple[str, ...]:
    """Return the handles that a part mentions, each once."""
    features = (feature for facet in part.payload["record"].get("facets", ()) for feature in facet["features"])
    return tuple(dict.fromkeys(feature["handle"] for feature in features if "handle" in feature))


def record(part: Part, blobs: Mapping[str, Any], dids: Mapping[str, str], previous: Sequence[Ref]) -> dict[str, Any]:
    """Return the record as it is sent: blob references in place of digests, DIDs in place of handles, the reply's place.

    A digest without a blob raises KeyError; a handle without a DID stays plain text.
    """
    made: dict[str, Any] = _with_blobs(part.payload["record"], blobs)
    found = [facet for facet in (_resolved(facet, dids) for facet in made.pop("facets", ())) if facet]
    if found:
        made["facets"] = found
    if previous:
        made["reply"] = {"root": strong(previous[0]), "parent": strong(previous[-1])}
    return made


def _with_blobs(value: Any, blobs: Mapping[str, Any]) -> Any:  # noqa: ANN401 - walks any JSON
    if isinstance(value, dict):
        return blobs[value["$digest"]] if "$digest" in value else {key: _with_blobs(item, blobs) for key, item in value.items()}
    return [_with_blobs(item, blobs) for item in value] if isinstance(value, list | tuple) else value


def _resolved(facet: Mapping[str, Any], dids: Mapping[str, str]) -> dict[str, Any] | None:
    (feature,) = facet["features"]
    if "handle" not in feature:
        return dict(facet)
    did = dids.get(feature["handle"])
    return {"index": facet["index"], "features": [{"$type": feature["$type"], "did": did}]} if did else None


def gate(part: Part, uri: str) -> dict[str, Any] | None:
    """Return the record that limits who may reply to the post at `uri`, or None when everybody may."""
    if part.payload["allow"] is None:
        return None
    return {"$type": GATE, "post": uri, "allow": list(part.payload["allow"]), "createdAt": part.payload["record"]["createdAt"]}


def ref(uri: str, cid: str) -> Ref:
    """Return a reference that a thread's next part can stand on: address and content hash."""
    return Ref(f"{uri}#{cid}")


def strong(reference: Ref) -> dict[str, str]:
    """Return the address and content hash of a reference."""
    uri, _, cid = reference.partition("#")
    return {"uri": uri, "cid": cid}


def uri_of(reference: Ref) -> str:
    """Return the address of a reference."""
    return reference.partition("#")[0]


def echo(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a stored record says, for the comparison with what was meant."""
    images = (value.get("embed") or {}).get("images") or ()
    return {"text": value.get("text"), "alt": [image.get("alt") for image in images], "reply_to": (value.get("reply") or {}).get("parent")}
