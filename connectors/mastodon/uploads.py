"""Images of a post: uploaded once with their descriptions, remembered in the journal, waited for until the server has processed them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from connectors import refusals
from connectors.errors import Rejected, Temporary
from connectors.mastodon.mapping import number_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.base import Journal, MediaSource, Part
    from connectors.http import Answer
    from connectors.mastodon.wire import Wire

_PROCESSING, _LOST = frozenset({202, 206}), frozenset({404, 410})
_PAUSE_S, _LONGEST_PAUSE_S = 0.25, 3.0
_RESERVE_S = 1.0
_NOT_READY = "The server is still processing an image of this post. Nothing was posted yet."
_BAD_IMAGE = "The server could not process an image of this post. Save it anew as JPEG or PNG and add it again."


class Uploads:
    """What one post needs on the server before it can be created."""

    def __init__(self, wire: Wire, journal: Journal) -> None:
        """Work through this login with what this journal remembers."""
        self._wire = wire
        self._journal = journal

    def ids(self, part: Part, media: MediaSource) -> list[str]:
        """Return the server's ids of the images in order, each processed; uploads what the journal does not know."""
        return [self._id(image, media) for image in part.payload["images"]]

    def _id(self, image: Mapping[str, str], media: MediaSource) -> str:
        step = f"media:{image['digest']}"
        known = self._journal.get(step)
        if known:
            answer = self._look(known)
            if answer.status not in _LOST:
                return self._ready(known, answer)
        item = media.media(image["digest"])
        answer = self._wire.ask(
            "prepare",
            lambda library: library.media_post(item.data, mime_type=item.mime, description=image["alt"], file_name=item.name),
            slow=True,
        )
        made = number_of(self._wire.read(answer, "prepare"))
        if made is None:
            raise refusals.wrong_kind("prepare")
        self._journal.put(step, made)
        return self._ready(made, answer)

    def _ready(self, number: str, answer: Answer) -> str:
        """Return the id once the server has processed the image; raise Temporary when it takes longer than this call may."""
        pause = _PAUSE_S
        while answer.status in _PROCESSING:
            if self._wire.deadline.left() < pause + _RESERVE_S:
                raise Temporary(_NOT_READY)
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)
            answer = self._look(number)
        if answer.status == 422:  # noqa: PLR2004 - Mastodon's word for an image that it cannot read
            raise Rejected(_BAD_IMAGE, "media")
        self._wire.read(answer, "prepare")
        return number

    def _look(self, number: str) -> Answer:
        return self._wire.ask("prepare", lambda library: library.media(number))
