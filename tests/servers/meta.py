"""Stand-ins for Meta's Graph interfaces (a Facebook page, Threads), written from the documents, never compared with the live service."""

from __future__ import annotations

import email
import time
from datetime import UTC, datetime
from typing import Any

import regex

from tests.servers.door import Door, is_app
from tests.servers.pretend import Call, Pretend, Said

TOKEN = "meta-token-of-nobody"
PAGE, USER = "1234567890", "998877"
_PICTOGRAM = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]")


def error(code: int, status: int = 400, subcode: int | None = None, message: str = "Invalid") -> Said:
    """Return an error as Meta writes it."""
    said = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    return Said(status, {"error": said | ({"error_subcode": subcode} if subcode else {})})


def stamp() -> str:
    """Return now as Meta writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


class Graph(Pretend):
    """What both have in common: the token, the version, things by number, and a door where a person signs in."""

    version = ""

    def __init__(self) -> None:
        self.tokens = {TOKEN}
        self.kept: dict[str, dict[str, Any]] = {}
        self.door = Door()
        self._count = 500
        super().__init__()

    def new(self) -> str:
        self._count += 1
        return str(self._count)

    def answer(self, call: Call) -> Said:
        if call.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens or "access_token" in call.query:
            return error(190, message="Error validating access token")
        head, _, path = call.path.strip("/").partition("/")
        if head != self.version:
            return error(2635)
        return self.route(call, path)

    def route(self, call: Call, path: str) -> Said:
        raise NotImplementedError

    def redeem(self, form: dict[str, str]) -> Said:
        """Return a short token for a code."""
        if not is_app(form) or not self.door.redeems(form):
            return error(100, message="This authorization code has been used.")
        self.tokens.add(token := f"short-{self.new()}")
        return Said(200, {"access_token": token, "token_type": "bearer", "expires_in": 3600})

    def lengthen(self, query: dict[str, str], grant: str, name: str) -> Said:
        """Return a long token for a short one."""
        if query.get("grant_type") != grant or not is_app(query) or query.get(name) not in self.tokens:
            return error(190)
        self.tokens.add(token := f"long-{self.new()}")
        return Said(200, {"access_token": token, "token_type": "bearer", "expires_in": 5_184_000})


class FacebookPage(Graph):
    """One page: photos are unpublished until a post attaches them; `refused` are the names of figures that no longer exist."""

    version = "v26.0"

    def __init__(self) -> None:
        self.photos: dict[str, dict[str, Any]] = {}
        self.figures: dict[str, dict[str, Any]] = {}
        self.refused: set[str] = set()
        self.usage = "{}"
        self.pages = {PAGE: ("Juniper Counseling", ["CREATE_CONTENT", "ANALYZE"]), "42": ("Another page", ["ANALYZE"])}
        self.allowed = ["pages_show_list", "pages_read_engagement", "pages_manage_posts"]
        super().__init__()

    def answer(self, call: Call) -> Said:
        match call.method, call.path.strip("/").split("/")[1:]:
            case "GET", ["dialog", "oauth"]:
                return self.door.page(call)
            case "POST", ["oauth", "access_token"]:
                return self.redeem(call.form)
            case "GET", ["oauth", "access_token"]:
                return self.lengthen(call.query, "fb_exchange_token", "fb_exchange_token")
        return super().answer(call)

    def route(self, call: Call, path: str) -> Said:
        said = self._said(call, path)
        return Said(said.status, said.body, {"X-App-Usage": self.usage, **said.headers})

    def _said(self, call: Call, path: str) -> Said:  # noqa: C901, PLR0911 - one line an address
        match call.method, path.split("/"):
            case "GET", ["me"]:
                number = call.headers["authorization"].partition("page-token-")[2] or PAGE
                return Said(200, {"id": number, "name": self.pages[number][0]})
            case "GET", ["me", "permissions"]:
                told = [{"permission": name, "status": "granted"} for name in self.allowed]
                return Said(200, {"data": [*told, {"permission": "email", "status": "declined"}]})
            case "GET", ["me", "accounts"]:
                return self._mine(call.query.get("after", ""))
            case "POST", [page, "photos"] if page == PAGE:
                return self._photo(call)
            case "POST", [page, "feed"] if page == PAGE:
                return self._post(call.json)
            case "GET", [page, "feed"] if page == PAGE:
                recent = [self._seen(post) for post in self.kept.values() if post["at"] >= int(call.query["since"])]
                return Said(200, {"data": recent[::-1][: int(call.query["limit"])]})
            case "GET", [subject, "insights"]:
                return self._insights(subject, call.query["metric"].split(","))
            case "GET", [number] if number in self.photos:
                return Said(200, {"id": number, "alt_text_custom": self.photos[number]["alt"]})
            case "GET", [number] if number in self.kept:
                return Said(200, {"id": number, **self.figures.get(number, {})})
            case "DELETE", [number] if number in self.kept:
                del self.kept[number]
                return Said(200, {"success": True})
        return error(100, subcode=33, message="Object does not exist")

    def _mine(self, after: str) -> Said:
        """One page at a time, so that the way to the next one is taken."""
        numbers = list(self.pages)
        at = numbers.index(after) + 1 if after else 0
        data = []
        for number in numbers[at : at + 1]:
            self.tokens.add(token := f"page-token-{number}")
            data.append({"id": number, "name": self.pages[number][0], "access_token": token, "tasks": self.pages[number][1]})
        more = {"next": "https://graph.facebook.com/next"} if at + 1 < len(numbers) else {}
        return Said(200, {"data": data, "paging": {"cursors": {"after": numbers[at] if data else ""}, **more}})

    def _photo(self, call: Call) -> Said:
        message = email.message_from_bytes(b"Content-Type: " + call.headers["content-type"].encode() + b"\r\n\r\n" + call.body)
        parts: dict[str, Any] = {}
        for part in message.get_payload():  # type: ignore[union-attr]
            parts[str(part.get_param("name", header="content-disposition"))] = part.get_payload(decode=True)  # type: ignore[union-attr]
        if parts.get("published") != b"false" or set(parts) != {"published", "alt_text_custom", "source"}:
            return error(100)
        number = self.new()
        self.photos[number] = {"alt": parts["alt_text_custom"].decode(), "data": parts["source"]}
        return Said(200, {"id": number})

    def _post(self, post: dict[str, Any]) -> Said:
        attached = [item["media_fbid"] for item in post.get("attached_media", ())]
        if set(post) - {"message", "link", "attached_media"} or any(number not in self.photos for number in attached):
            return error(100)
        if not post.get("message") and not attached:
            return error(100)
        number = f"{PAGE}_{self.new()}"
        self.kept[number] = {**post, "id": number, "at": int(time.time()), "created_time": stamp(), "photos": attached}
        return Said(200, {"id": number})

    def _seen(self, post: dict[str, Any]) -> dict[str, Any]:
        photos = [{"type": "photo", "target": {"id": number}} for number in post["photos"]]
        shown = {name: post[name] for name in ("id", "message", "created_time")} | {
            "permalink_url": f"https://www.facebook.com/{post['id']}"
        }
        if len(photos) > 1:
            return shown | {"attachments": {"data": [{"type": "album", "target": {"id": "1"}, "subattachments": {"data": photos}}]}}
        return shown | ({"attachments": {"data": photos}} if photos else {})

    def _insights(self, subject: str, names: list[str]) -> Said:
        if self.refused & set(names):
            return error(100, message="(#100) The value must be a valid insights metric")
        values = self.figures.get(subject, {})
        return Said(200, {"data": [{"name": name, "values": [{"value": 0}, {"value": values[name]}]} for name in names if name in values]})


class Threads(Graph):
    """One account: containers by number, published ones become posts. `slow` is how often a container is still in progress."""

    version = "v1.0"

    def __init__(self) -> None:
        self.containers: dict[str, dict[str, Any]] = {}
        self.figures: dict[str, dict[str, int]] = {}
        self.slow = 0
        self.hidden = False
        super().__init__()

    def answer(self, call: Call) -> Said:
        match call.method, call.path:
            case "GET", "/oauth/authorize":
                return self.door.page(call)
            case "POST", "/oauth/access_token":
                return self.redeem(call.form)
            case "GET", "/access_token":
                return self.lengthen(call.query, "th_exchange_token", "access_token")
        if call.path == "/refresh_access_token" and call.query.get("grant_type") == "th_refresh_token":
            used = call.headers.get("authorization", "").removeprefix("Bearer ")
            if used not in self.tokens:
                return error(190)
            fresh = f"{TOKEN}-{self.new()}"
            self.tokens.add(fresh)
            return Said(200, {"access_token": fresh, "token_type": "bearer", "expires_in": 5_184_000})
        return super().answer(call)

    def route(self, call: Call, path: str) -> Said:  # noqa: PLR0911 - one line an address
        match call.method, path.split("/"):
            case "GET", ["me"]:
                return Said(200, {"id": USER, "username": "juniper"})
            case "POST", [user, "threads"] if user == USER:
                return self._container(call.form)
            case "POST", [user, "threads_publish"] if user == USER:
                return self._publish(call.form["creation_id"])
            case "GET", [user, ("threads" | "replies") as place] if user == USER:
                mine = [post for post in self.kept.values() if bool(post["reply_to_id"]) == (place == "replies")]
                shown = [] if self.hidden else [post for post in mine if post["at"] >= int(call.query["since"])]
                return Said(200, {"data": shown[::-1][: int(call.query["limit"])]})
            case "GET", [user, "threads_insights"] if user == USER:
                return Said(200, {"data": [{"name": "followers_count", "total_value": {"value": 41}}]})
            case "GET", [number] if number in self.containers:
                return self._status(number)
            case "GET", [number] if number in self.kept:
                return Said(200, self.kept[number])
            case "GET", [number, "insights"] if number in self.kept:
                values = self.figures.get(number, {})
                return Said(200, {"data": [{"name": name, "values": [{"value": value}]} for name, value in values.items()]})
            case "DELETE", [number] if number in self.kept:
                del self.kept[number]
                return Said(200, {"success": True, "deleted_id": number})
        return error(100, subcode=33, message="Object does not exist")

    def _container(self, form: dict[str, str]) -> Said:
        allowed = {"media_type", "text", "link_attachment", "reply_to_id", "reply_control"}
        if set(form) - allowed or form.get("media_type") != "TEXT" or not form.get("text"):
            return error(100)
        count = sum(len(cluster.encode()) if _PICTOGRAM.search(cluster) else len(cluster) for cluster in regex.findall(r"\X", form["text"]))
        if count > 500 or (form.get("reply_to_id") and form["reply_to_id"] not in self.kept):
            return error(100)
        number = self.new()
        self.containers[number] = {**form, "status": "IN_PROGRESS" if self.slow else "FINISHED", "left": self.slow}
        return Said(200, {"id": number})

    def _status(self, number: str) -> Said:
        container = self.containers[number]
        if container["status"] == "IN_PROGRESS":
            container["left"] -= 1
            if container["left"] <= 0:
                container["status"] = "FINISHED"
                return Said(200, {"id": number, "status": "IN_PROGRESS"})
        return Said(200, {"id": number, "status": container["status"]})

    def _publish(self, number: str) -> Said:
        container = self.containers.get(number)
        if container is None or container["status"] != "FINISHED":
            return error(100, message="The container is not ready")
        container["status"] = "PUBLISHED"
        name = self.new()
        self.kept[name] = {
            "id": name, "text": container["text"], "timestamp": stamp(), "at": int(time.time()),
            "permalink": f"https://www.threads.net/@juniper/post/{name}", "link_attachment_url": container.get("link_attachment"),
            "reply_to_id": container.get("reply_to_id"), "reply_control": container.get("reply_control"),
        }  # fmt: skip
        return Said(200, {"id": name})
