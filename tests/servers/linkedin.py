"""A stand-in for LinkedIn's versioned interface, written from its documents and never compared with the live service.

It reads "little text" by itself: what is reserved and stands there unescaped cuts the post, as LinkedIn is said to do.
"""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import unquote

from tests.servers.door import Door, is_app
from tests.servers.pretend import Call, Pretend, Said

TOKEN = "linkedin-token-of-nobody"
MEMBER, PAGE = "urn:li:person:abc123", "urn:li:organization:4711"
ENDED = frozenset({"202509", "202510"})
_LIMIT = 3000
_KEYS = frozenset({"author", "commentary", "visibility", "distribution", "lifecycleState", "isReshareDisabledByAuthor", "content"})


def shown(commentary: str) -> str:
    """Return what a reader sees of a commentary."""
    out, at = "", 0
    while at < len(commentary):
        element = re.compile(r"\{hashtag\|\\#\|([^\W_]+)\}").match(commentary, at)
        if element:
            out, at = f"{out}#{element[1]}", element.end()
        elif commentary[at] == "\\":
            out, at = out + commentary[at + 1 : at + 2], at + 2
        elif commentary[at] in "|{}@[]()<>#*_~":
            return out
        else:
            out, at = out + commentary[at], at + 1
    return out


class LinkedIn(Pretend):
    """Posts by name, images by name; `figures` are what it counts of a post."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.images: dict[str, bytes] = {}
        self.figures: dict[str, dict[str, Any]] = {}
        self.tokens = {TOKEN}
        self.door = Door()
        self.roles = {"4711": "ADMINISTRATOR", "88": "ANALYST"}
        self._count = 7_000_000
        super().__init__()

    def answer(self, call: Call) -> Said:
        if call.path == "/oauth/v2/authorization":
            return self.door.page(call)
        if call.path == "/oauth/v2/accessToken":
            return self._signed_in(call.form)
        if call.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return Said(401, {"status": 401, "code": "REVOKED_ACCESS_TOKEN", "message": "The token used in the request has been revoked"})
        if call.path.startswith("/rest/"):
            version = call.headers.get("linkedin-version", "")
            if not re.fullmatch(r"20\d{4}", version) or call.headers.get("x-restli-protocol-version") != "2.0.0":
                return Said(400, {"status": 400, "code": "VERSION_MISSING", "message": "A version must be present"})
            if version in ENDED:
                return Said(426, {"status": 426, "code": "NONEXISTENT_VERSION", "message": f"Requested version {version} is not active"})
        return self._route(call)

    def _signed_in(self, form: dict[str, str]) -> Said:
        if not is_app(form) or not self.door.redeems(form):
            return Said(401, {"error": "invalid_client"})
        self.tokens.add("signed-in-at-linkedin")
        return Said(200, {"access_token": "signed-in-at-linkedin", "expires_in": 5_183_999, "scope": self.door.asked.replace(" ", ",")})

    def _route(self, call: Call) -> Said:  # noqa: C901, PLR0911 - one line an address
        path = unquote(call.path)
        match call.method, path:
            case "GET", "/v2/userinfo":
                return Said(200, {"sub": "abc123", "name": "Dana Nobody"})
            case "GET", "/rest/organizations/4711":
                return Said(200, {"id": 4711, "localizedName": "Juniper Counseling", "vanityName": "juniper"})
            case "GET", "/rest/organizationAcls" if (
                call.query.get("q") == "roleAssignee" and call.headers.get("x-restli-method") == "FINDER"
            ):
                roles = [
                    {"organization": f"urn:li:organization:{one}", "role": role, "state": "APPROVED"} for one, role in self.roles.items()
                ]
                return Said(200, {"elements": roles})
            case "POST", "/rest/images" if call.query.get("action") == "initializeUpload":
                self._count += 1
                name = f"urn:li:image:C{self._count}"
                return Said(200, {"value": {"image": name, "uploadUrl": f"{self.url}/dms-uploads/{name}", "uploadUrlExpiresAt": 1}})
            case "PUT", _ if path.startswith("/dms-uploads/"):
                self.images[path.removeprefix("/dms-uploads/")] = call.body
                return Said(201)
            case "POST", "/rest/posts":
                return self._create(call.json)
            case "GET", "/rest/posts" if call.query.get("q") == "author" and call.headers.get("x-restli-method") == "FINDER":
                mine = [post for post in self.kept.values() if post["author"] == call.query.get("author")]
                return Said(200, {"elements": mine[::-1][: int(call.query["count"])]})
            case "GET", "/rest/organizationalEntityShareStatistics":
                names = re.findall(r"urn:li:(?:share|ugcPost):\d+", unquote(str(call.query)))
                return Said(
                    200,
                    {"elements": [{"share": name, "totalShareStatistics": self.figures[name]} for name in names if name in self.figures]},
                )
            case "GET", "/rest/networkSizes/urn:li:organization:4711":
                return Said(200, {"firstDegreeSize": 318})
            case (("GET" | "DELETE"), _) if path.startswith("/rest/posts/"):
                return self._one(call.method, path.removeprefix("/rest/posts/"))
        return Said(404, {"status": 404, "message": "No such resource"})

    def _one(self, method: str, name: str) -> Said:
        if name not in self.kept:
            return Said(404, {"status": 404, "message": "Not found"})
        if method == "GET":
            return Said(200, self.kept[name])
        del self.kept[name]
        return Said(204)

    def _create(self, post: dict[str, Any]) -> Said:
        problem = self._problem(post)
        if problem:
            return Said(422, {"status": 422, "code": "UNPROCESSABLE_ENTITY", "message": problem})
        for name, other in self.kept.items():
            if all(other.get(key) == post.get(key) for key in ("author", "commentary")):
                return Said(422, {"status": 422, "code": "DUPLICATE_POST", "message": f"Content is a duplicate of {name}"})
        self._count += 1
        name = f"urn:li:share:{self._count}"
        self.kept[name] = {**post, "id": name, "createdAt": int(time.time() * 1000)}
        return Said(201, headers={"x-restli-id": name})

    def _problem(self, post: dict[str, Any]) -> str:
        if set(post) - _KEYS or not {"author", "commentary", "visibility", "distribution", "lifecycleState"} <= set(post):
            return f"unexpected or missing fields: {sorted(set(post) ^ _KEYS)}"
        if post["author"] not in {MEMBER, PAGE} or post["visibility"] != "PUBLIC" or post["lifecycleState"] != "PUBLISHED":
            return "author, visibility or state"
        if len(shown(post["commentary"]).encode("utf-16-le")) // 2 > _LIMIT:
            return "commentary is too long"
        content = post.get("content", {})
        used = [content.get("media"), *content.get("multiImage", {}).get("images", ())]
        names = [image["id"] for image in used if image] + [name for name in [content.get("article", {}).get("thumbnail")] if name]
        if any(name not in self.images for name in names) or len(content) > 1:
            return "content"
        return "" if "article" not in content or {"source", "title"} <= set(content["article"]) else "article"
