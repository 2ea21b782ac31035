"""A petition site with invented petitions, in the shapes of the UK Parliament's site and of Action Network."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from tests.servers.pretend import Call, Pretend, Said

UUID = "0a1b2c3d-1111-4222-8333-444455556666"
KEY = "osdi-key-of-nobody"


def uk(**changes: Any) -> dict[str, Any]:
    """Return the attributes of an open petition; its starter's name stands there too, as on the real site."""
    return {
        "action": "Fund a walk-in counselling room in every public library",
        "background": "Invented for tests.",
        "state": "open",
        "signature_count": 10_412,
        "creator_name": "Nobody Atall",
        "created_at": "2026-05-01T08:00:00.000Z",
        "opened_at": "2026-05-09T08:00:00.000Z",
        "closed_at": None,
        "rejected_at": None,
        "moderation_threshold_reached_at": "2026-05-02T10:15:00.000Z",
        "response_threshold_reached_at": "2026-07-03T11:20:00.000Z",
        "government_response_at": None,
        "debate_threshold_reached_at": None,
        "debate_scheduled_on": None,
        "scheduled_debate_date": None,
        "debate_outcome_at": None,
        "signatures_by_constituency": [{"name": "Nowhere North", "ons_code": "E0", "mp": "Nobody", "signature_count": 3}],
        **changes,
    }


class PetitionSite(Pretend):
    """Both sites on one address; `uk` by number, `archived` by number, `osdi` by id. Answers carry an ETag and honor it."""

    def __init__(self) -> None:
        self.uk: dict[str, dict[str, Any]] = {"700123": uk()}
        self.archived: dict[str, dict[str, Any]] = {}
        self.osdi: dict[str, dict[str, Any]] = {
            UUID: {
                "title": "Keep the night bus to the clinic",
                "browser_url": "https://actionnetwork.org/petitions/keep-the-night-bus",
                "total_signatures": 812,
                "_links": {"osdi:signatures": {"href": "https://actionnetwork.org/api/v2/petitions/x/signatures"}},
                "creator": {"given_name": "Nobody"},
            }
        }
        super().__init__()

    def answer(self, call: Call) -> Said:
        data = self._data(call)
        if isinstance(data, int):
            return Said(data, {"status": "not found"})
        etag = f'W/"{hashlib.sha256(json.dumps(data).encode()).hexdigest()[:16]}"'
        if call.headers.get("if-none-match") == etag:
            return Said(304, headers={"ETag": etag})
        return Said(200, data, {"ETag": etag})

    def _data(self, call: Call) -> dict[str, Any] | int:
        parts = call.path.strip("/").removesuffix(".json").split("/")
        match parts:
            case ["petitions", number] if number in self.uk:
                return {"links": {"self": call.path}, "data": {"type": "petition", "id": int(number), "attributes": self.uk[number]}}
            case ["petitions", number, "count"] if number in self.uk:
                return {"signature_count": self.uk[number]["signature_count"], "threshold_for_debate": 100_000}
            case ["archived", "petitions", number] if number in self.archived:
                return {"data": {"type": "archived-petition", "id": int(number), "attributes": self.archived[number]}}
            case ["api", "v2", "petitions", key]:
                if call.headers.get("osdi-api-token") != KEY:
                    return 403
                return self.osdi.get(key, 404)
        return 404
