"""One petition on Action Network (OSDI): its own resource alone is read, never a signature or a person."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from connectors.errors import Rejected
from connectors.petition_pages import Pages, number, words
from connectors.petitions import PetitionCount

if TYPE_CHECKING:
    from connectors.petitions import Look

_NAME = "action_network"
_ID = re.compile(r"(?:action_network:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_NOT_THERE = "Action Network has no petition with this id for your group. Look at the id, and at the group that the key belongs to."


def source(look: Look) -> ActionNetworkPetition:
    """Return the petition with this id."""
    return ActionNetworkPetition(look)


class ActionNetworkPetition:
    """Reads `total_signatures` of the petition. Where that is missing the count stays missing: the list of signatures names people."""

    def __init__(self, look: Look) -> None:
        """Take the look; raise Rejected when the id or the key is missing."""
        found = _ID.fullmatch(look.ref.lower())
        if not found:
            raise Rejected("The id of a petition has five groups of letters and digits, as the API shows it. Mend it.", "ref")
        if not look.key:
            raise Rejected("Action Network asks for your group's API key. Enter it.", "key")
        self._look = look
        self._path = f"api/v2/petitions/{found.group(1)}"

    def read(self) -> PetitionCount:
        """Return the count; the site says neither a state nor milestones."""
        now, mark = self._look.clock.now(), self._look.mark
        page = Pages(self._look, {"OSDI-API-Token": self._look.key}).page(self._path)
        if page.data is not None:
            total = number(page.data.get("total_signatures"))
            mark = {
                f"etag {self._path}": page.etag,
                "count": "" if total is None else str(total),
                "title": words(page.data.get("title")),
                "url": words(page.data.get("browser_url")),
            }
        elif not page.same:
            raise Rejected(_NOT_THERE, "ref")
        return PetitionCount(
            count=int(mark["count"]) if mark.get("count") else None,
            state="unknown",
            as_of=now,
            milestones=(),
            source=_NAME,
            raw=json.dumps({"total_signatures": mark.get("count", "")}),
            title=mark.get("title", ""),
            url=mark.get("url", ""),
            mark=mark,
        )
