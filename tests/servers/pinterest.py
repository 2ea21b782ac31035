"""A stand-in for Pinterest's v5 interface, written from its documents and its contract, never compared with the live service."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

from tests.servers.door import APP, Door
from tests.servers.pretend import Call, Pretend, Said

TOKEN = "pinterest-token-of-nobody"
BOARD = "549755885175"
_LIMITS = {"title": 100, "description": 800, "alt_text": 500, "link": 2048}
_MAGIC = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8\xff"}


class Pinterest(Pretend):
    """One account with one board; `figures` are what it counts of a pin."""

    def __init__(self) -> None:
        self.tokens = {TOKEN}
        self.door = Door()
        self.boards = {BOARD: ("Rooms", "PUBLIC"), "7": ("Drafts", "SECRET")}
        self.kept: dict[str, dict[str, Any]] = {}
        self.images: dict[str, bytes] = {}
        self.figures: dict[str, dict[str, Any]] = {}
        self._count = 813_000
        super().__init__()

    def answer(self, call: Call) -> Said:
        if call.path == "/oauth/":
            return self.door.page(call)
        if call.path == "/v5/oauth/token" and call.form.get("grant_type") == "authorization_code":
            pair = ":".join(APP.values()).encode()
            if call.headers.get("authorization") != f"Basic {base64.b64encode(pair).decode()}" or not self.door.redeems(call.form):
                return Said(401, {"code": 2, "message": "Authentication failed."})
            self.tokens.add("signed-in-at-pinterest")
            given = {"access_token": "signed-in-at-pinterest", "refresh_token": "again", "expires_in": 2_592_000}
            return Said(200, {**given, "scope": self.door.asked.replace(",", " ")})
        if call.path == "/v5/oauth/token":
            self._count += 1
            self.tokens.add(f"{TOKEN}-{self._count}")
            return Said(200, {"access_token": f"{TOKEN}-{self._count}", "token_type": "bearer", "expires_in": 2_592_000})
        if call.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return Said(401, {"code": 2, "message": "Authentication failed."})
        return self._route(call)

    def _route(self, call: Call) -> Said:  # noqa: PLR0911 - one line an address
        match call.method, call.path.strip("/").split("/"):
            case "GET", ["v5", "user_account"]:
                return Said(
                    200, {"id": "77", "username": "juniper", "follower_count": 12, "following_count": 0, "pin_count": len(self.kept)}
                )
            case "GET", ["v5", "boards"]:
                return self._boards(call.query.get("bookmark", ""))
            case "GET", ["v5", "boards", board] if board in self.boards:
                return Said(200, {"id": board, "name": self.boards[board][0]})
            case "GET", ["v5", "boards", board, "pins"] if board == BOARD:
                return Said(200, {"items": list(self.kept.values())[::-1][: int(call.query["page_size"])], "bookmark": None})
            case "POST", ["v5", "pins"]:
                return self._create(call.json)
            case "GET", ["v5", "pins", number, "analytics"] if number in self.kept:
                counted = {name: self.figures.get(number, {}).get(name) for name in call.query["metric_types"].split(",")}
                return Said(200, {"all": {"summary_metrics": {name: value for name, value in counted.items() if value is not None}}})
            case "DELETE", ["v5", "pins", number] if number in self.kept:
                del self.kept[number]
                return Said(204)
        return Said(404, {"code": 50, "message": "Not found."})

    def _boards(self, bookmark: str) -> Said:
        """One board at a time, so that the way to the next one is taken."""
        numbers = list(self.boards)
        at = int(bookmark or 0)
        items = [{"id": one, "name": self.boards[one][0], "privacy": self.boards[one][1]} for one in numbers[at : at + 1]]
        return Said(200, {"items": items, "bookmark": str(at + 1) if at + 1 < len(numbers) else None})

    def _create(self, pin: dict[str, Any]) -> Said:
        source = pin.get("media_source", {})
        allowed = {"board_id", "title", "description", "link", "alt_text", "media_source"}
        long = [name for name, limit in _LIMITS.items() if len(pin.get(name, "")) > limit]
        if set(pin) - allowed or pin.get("board_id") != BOARD or long or set(source) != {"source_type", "content_type", "data"}:
            return Said(400, {"code": 1, "message": f"Invalid request: {long}"})
        try:
            data = base64.b64decode(source["data"], validate=True)
        except binascii.Error:
            return Said(400, {"code": 1, "message": "Not base64"})
        if source["source_type"] != "image_base64" or not data.startswith(_MAGIC.get(source["content_type"], b"?")):
            return Said(400, {"code": 235, "message": "Invalid image"})
        self._count += 1
        number = str(self._count)
        made = {name: pin.get(name) for name in ("board_id", "title", "description", "link", "alt_text")}
        self.kept[number] = {"id": number, "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"), **made}
        self.images[number] = data
        return Said(201, self.kept[number])
