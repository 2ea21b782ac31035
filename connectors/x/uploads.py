"""Images of a post on X: uploaded once, described, and remembered in the journal with the time at which X forgets them."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connectors import refusals
from connectors.errors import Rejected
from connectors.x.mapping import number_of, object_of
from connectors.x.wire import Call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.base import Journal, MediaSource, Part
    from connectors.x.wire import Wire

_RESERVE = timedelta(minutes=10)
_DAY_S = 86_400


class Uploads:
    """What one post needs at X before it can be created."""

    def __init__(self, wire: Wire, journal: Journal) -> None:
        """Work through this login with what this journal remembers."""
        self._wire = wire
        self._journal = journal

    def ids(self, part: Part, media: MediaSource) -> list[str]:
        """Return X's ids of the images in order, each with its description in place; uploads what the journal does not know."""
        return [self._id(image, media) for image in part.payload["images"]]

    def _id(self, image: Mapping[str, str], media: MediaSource) -> str:
        number = self._known(image) or self._uploaded(image, media)
        step = f"alt:{number}"
        if image["alt"] and self._journal.get(step) is None:
            text = {"id": number, "metadata": {"alt_text": {"text": image["alt"]}}}
            self._wire.content(Call("POST", "/2/media/metadata", "prepare", body=text))
            self._journal.put(step, "1")
        return number

    def _known(self, image: Mapping[str, str]) -> str | None:
        number, _, until = (self._journal.get(_step(image)) or "").partition(" ")
        return number if number and datetime.fromisoformat(until) - _RESERVE > self._wire.now() else None

    def _uploaded(self, image: Mapping[str, str], media: MediaSource) -> str:
        item = media.media(image["digest"])
        body = {"media": base64.b64encode(item.data).decode(), "media_category": image["category"], "media_type": item.mime}
        said = object_of(self._wire.content(Call("POST", "/2/media/upload", "prepare", body=body, slow=True)).get("data"))
        number, lasts = number_of(said), said.get("expires_after_secs")
        if number is None:
            raise refusals.wrong_kind("prepare")
        if object_of(said.get("processing_info")).get("state") == "failed":
            raise Rejected("X could not process an image of this post. Save it anew as JPEG or PNG and add it again.", "media")
        until = self._wire.now() + timedelta(seconds=lasts if type(lasts) is int and lasts > 0 else _DAY_S)
        self._journal.put(_step(image), f"{number} {until.isoformat()}")
        return number


def _step(image: Mapping[str, str]) -> str:
    return f"media:{image['digest']}"
