"""One petition of the UK Parliament: its count, its state and the milestones that the site itself says it has reached."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from connectors.errors import Rejected
from connectors.petition_pages import Pages, member, moment, number, words
from connectors.petitions import Milestone, PetitionCount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.petitions import Look

_NAME = "uk_petitions"
_WHOLE_EVERY = timedelta(hours=6)
_STATES: dict[str, Literal["open", "closed", "rejected"]] = {"open": "open", "closed": "closed", "rejected": "rejected"}
_PLACES = ("petitions", "archived/petitions")
_NOT_THERE = "Parliament's site has no petition with this number. Look at the address of the petition, and mend the number."


def source(look: Look) -> UkPetition:
    """Return the petition with this number."""
    return UkPetition(look)


class UkPetition:
    """Reads the whole page now and then, and the small count page in between."""

    def __init__(self, look: Look) -> None:
        """Take the look; raise Rejected when the number is none."""
        if not look.ref.isdecimal():
            raise Rejected("The number of a petition is digits only, as in its address. Mend it.", "ref")
        self._look = look
        self._mark = look.mark

    def read(self) -> PetitionCount:
        """Return the count; a petition that has moved to the archive is found there."""
        now, pages = self._look.clock.now(), Pages(self._look)
        if self._count_is_enough(now):
            path = f"petitions/{self._look.ref}/count.json"
            page = pages.page(path)
            if page.same:
                return self._again(self._mark, now)
            if page.data is not None:
                mark = {**self._mark, f"etag {path}": page.etag, "count": _kept(number(page.data.get("signature_count")))}
                return self._again(mark, now)
        return self._whole(pages, now)

    def _count_is_enough(self, now: datetime) -> bool:
        """Say whether the state and the milestones were read lately, for a petition that is open."""
        whole = moment(self._mark.get("whole_at"))
        return whole is not None and now - whole < _WHOLE_EVERY and self._mark.get("state") == "open"

    def _whole(self, pages: Pages, now: datetime) -> PetitionCount:
        for place in _PLACES:
            path = f"{place}/{self._look.ref}.json"
            page = pages.page(path)
            if page.same:
                return self._again({**self._mark, "whole_at": now.isoformat()}, now)
            if page.data is not None:
                fields = member(member(page.data, "data"), "attributes")
                return self._again(self._marked(fields, path, page.etag, now), now)
        raise Rejected(_NOT_THERE, "ref")

    def _marked(self, fields: Mapping[str, Any], path: str, etag: str, now: datetime) -> dict[str, str]:
        reached = {name: at.isoformat() for field, name in self._look.milestones if (at := moment(fields.get(field)))}
        return {
            f"etag {path}": etag,
            "whole_at": now.isoformat(),
            "count": _kept(number(fields.get("signature_count"))),
            "state": _STATES.get(words(fields.get("state")), "unknown"),
            "title": words(fields.get("action")),
            "milestones": json.dumps(reached),
        }

    def _again(self, mark: Mapping[str, str], now: datetime) -> PetitionCount:
        """Return what the mark says, as of now."""
        reached: dict[str, str] = json.loads(mark.get("milestones", "{}"))
        used = {name: mark.get(name, "") for name in ("count", "state", "milestones")}
        return PetitionCount(
            count=int(mark["count"]) if mark.get("count") else None,
            state=_STATES.get(mark.get("state", ""), "unknown"),
            as_of=now,
            milestones=tuple(Milestone(name, datetime.fromisoformat(at)) for name, at in reached.items()),
            source=_NAME,
            raw=json.dumps(used, sort_keys=True),
            title=mark.get("title", ""),
            url=f"{self._look.server}/petitions/{self._look.ref}",
            mark=mark,
        )


def _kept(count: int | None) -> str:
    return "" if count is None else str(count)
