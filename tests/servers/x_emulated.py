"""A stand-in for X, written by us after X's documents: what it cannot show is how X itself behaves.

It knows OAuth 2.0 tokens with rotating refresh tokens and OAuth 1.0a keys (whose signatures it does not check), creates, deletes and
shows posts with escaped texts and t.co links, takes images and their descriptions, refuses unknown fields and a text that stands there
already, and answers by the old or by the new names of fields.
"""

from __future__ import annotations

import base64
import contextlib
import html
import json
import re
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from xdk.media.models import CreateMetadataRequest, UploadRequest
from xdk.posts.models import CreateRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import BaseModel

_LINK = re.compile(r"https?://\S+")
_EPOCH_MS = 1_288_834_974_657
_NEW = {"retweet_count": "repost_count", "referenced_tweets": "referenced_posts", "tweet_count": "post_count"}


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, code: int, **body: Any) -> None:
        super().__init__(code)
        self.code = code
        self.body = body


@dataclass
class Person:
    """One account with one login of each kind."""

    number: str
    name: str
    access: str
    refresh: str
    keys: dict[str, str]
    posts: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class X:
    """The stand-in: its address and everything that it holds."""

    url: str = ""
    new_names: bool = False
    people: list[Person] = field(default_factory=list)
    media: dict[str, dict[str, Any]] = field(default_factory=dict)
    refreshed: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    numbers: int = 0

    def person(self) -> Person:
        """Return a new account."""
        with self.lock:
            number = str(1000 + len(self.people))
            keys = {name: f"{name}-{secrets.token_hex(8)}" for name in ("consumer_key", "consumer_secret", "access_token_secret")}
            keys["access_token"] = f"{number}-{secrets.token_hex(8)}"
            self.people.append(Person(number, f"writer{number}", secrets.token_hex(16), secrets.token_hex(16), keys))
            return self.people[-1]

    def answer(self, method: str, path: str, query: dict[str, str], headers: Any, body: bytes) -> tuple[int, Any]:
        """Return status and body for a call."""
        with self.lock:
            if path == "/2/oauth2/token":
                return self._token({name: values[0] for name, values in parse_qs(body.decode()).items()})
            person = self._who(headers.get("Authorization", ""))
            for pattern, act in self._routes(person).items():
                if re.fullmatch(pattern, f"{method} {path}"):
                    said: dict[str, Any] = act(json.loads(body) if body else query)
                    return 201 if pattern.endswith("POST /2/tweets") else 200, said
            raise Refused(404, title="Not Found", detail="There is nothing here.")

    def _routes(self, person: Person) -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
        return {
            r"GET /2/users/me": lambda query: {"data": self._user(person, query)},
            r"POST /2/tweets": lambda sent: {"data": self._create(person, sent)},
            r"POST /2/media/upload": lambda sent: {"data": self._upload(sent)},
            r"POST /2/media/metadata": lambda sent: {"data": self._describe(sent)},
            rf"GET /2/users/{person.number}/tweets": lambda query: self._timeline(person, query),
            r"GET /2/tweets": lambda query: self._lookup(person, query),
            r"DELETE /2/tweets/\d+": lambda query: self._delete(person, query["number"]),
        }

    def _token(self, form: dict[str, str]) -> tuple[int, Any]:
        person = next((each for each in self.people if each.refresh == form.get("refresh_token")), None)
        if form.get("grant_type") != "refresh_token" or person is None or not form.get("client_id"):
            raise Refused(400, error="invalid_request" if person else "invalid_grant", error_description="no")
        self.refreshed += 1
        person.access, person.refresh = secrets.token_hex(16), secrets.token_hex(16)
        scope = "tweet.read tweet.write users.read media.write offline.access"
        return 200, {
            "token_type": "bearer",
            "expires_in": 7200,
            "access_token": person.access,
            "refresh_token": person.refresh,
            "scope": scope,
        }

    def _who(self, login: str) -> Person:
        for person in self.people:
            if login == f"Bearer {person.access}" or (
                login.startswith("OAuth ") and f'oauth_token="{person.keys["access_token"]}"' in login
            ):
                return person
        raise Refused(401, title="Unauthorized", type="about:blank", status=401, detail="Unauthorized")

    def _user(self, person: Person, query: dict[str, str]) -> dict[str, Any]:
        user: dict[str, Any] = {"id": person.number, "name": person.name, "username": person.name}
        if "public_metrics" in query.get("user.fields", ""):
            counts = {"followers_count": 7, "following_count": 3, "tweet_count": len(person.posts), "listed_count": 0}
            user["public_metrics"] = self._named(counts)
        return user

    def _create(self, person: Person, sent: dict[str, Any]) -> dict[str, Any]:
        _valid(CreateRequest, sent)
        text = sent.get("text", "")
        ids = sent.get("media", {}).get("media_ids", [])
        if not text and not ids:
            raise Refused(400, title="Invalid Request", detail="One or more parameters to your request was invalid.")
        if any(post["own"] == text and post["parent"] == _parent(sent) for post in person.posts):
            raise Refused(403, title="Forbidden", detail="You are not allowed to create a Tweet with duplicate content.", status=403)
        unknown = [number for number in ids if number not in self.media]
        if unknown or len(ids) > 4:
            raise Refused(400, title="Invalid Request", detail="Your media IDs are invalid.")
        self.numbers += 1
        number = str((int(time.time() * 1000) - _EPOCH_MS) << 22 | self.numbers & 0x3FFFFF)
        links = [{"url": f"https://t.co/{secrets.token_hex(5)}", "expanded_url": link} for link in _LINK.findall(text)]
        shown = html.escape(text, quote=False)
        for link in links:
            shown = shown.replace(html.escape(link["expanded_url"], quote=False), link["url"], 1)
        for key in ids:
            links.append({"url": f"https://t.co/{secrets.token_hex(5)}", "expanded_url": "https://x.com/photo/1", "media_key": f"3_{key}"})
            shown += f" {links[-1]['url']}"
        post = {"id": number, "own": text, "text": shown, "urls": links, "media": ids, "parent": _parent(sent), "sent": sent}
        person.posts.append(post)
        return {"id": number, "text": shown, "edit_history_tweet_ids": [number]}

    def _upload(self, sent: dict[str, Any]) -> dict[str, Any]:
        _valid(UploadRequest, {name: value for name, value in sent.items() if name != "media_type"})
        number = str(5_000_000 + len(self.media))
        self.media[number] = {"bytes": base64.b64decode(sent["media"]), "alt": None}
        return {"id": number, "media_key": f"3_{number}", "expires_after_secs": 86400, "size": len(self.media[number]["bytes"])}

    def _describe(self, sent: dict[str, Any]) -> dict[str, Any]:
        _valid(CreateMetadataRequest, sent)
        text = sent["metadata"]["alt_text"]["text"]
        if sent["id"] not in self.media or len(text) > 1000:
            raise Refused(400, title="Invalid Request", detail="The media id or the text is invalid.")
        self.media[sent["id"]]["alt"] = text
        return {"id": sent["id"], "associated_metadata": sent["metadata"]}

    def _fields(self, query: dict[str, str]) -> list[str]:
        wrong, right = ("tweet.fields", "post.fields") if self.new_names else ("post.fields", "tweet.fields")
        if wrong in query:
            detail = f"The query parameter [{wrong}] is not one of [ids,expansions,{right},media.fields,user.fields]"
            raise Refused(400, title="Invalid Request", errors=[{"parameters": {wrong: [query[wrong]]}, "message": detail}])
        return query.get(right, "").split(",")

    def _timeline(self, person: Person, query: dict[str, str]) -> dict[str, Any]:
        self._fields(query)
        most = int(query["max_results"])
        if not 5 <= most <= 100:
            raise Refused(400, title="Invalid Request", detail="max_results is not between 5 and 100.")
        since = int(time.mktime(time.strptime(query["start_time"], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone) * 1000
        found = [post for post in reversed(person.posts) if (int(post["id"]) >> 22) + _EPOCH_MS >= since][:most]
        keys = [key for post in found for key in post["media"]]
        media = [{"media_key": f"3_{key}", "type": "photo", "alt_text": self.media[key]["alt"]} for key in keys]
        return {"data": [self._shown(post) for post in found], "includes": {"media": media}, "meta": {"result_count": len(found)}}

    def _shown(self, post: dict[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = {"id": post["id"], "text": post["text"], "entities": {"urls": post["urls"]}}
        if post["media"]:
            shown["attachments"] = {"media_keys": [f"3_{key}" for key in post["media"]]}
        if post["parent"]:
            shown["referenced_tweets"] = [{"type": "replied_to", "id": post["parent"]}]
        return self._named(shown)

    def _lookup(self, person: Person, query: dict[str, str]) -> dict[str, Any]:
        fields = self._fields(query)
        known = {post["id"]: post for post in person.posts}
        data, errors = [], []
        for number in query["ids"].split(","):
            if number not in known:
                kind = "https://api.twitter.com/2/problems/resource-not-found"
                errors.append({"resource_id": number, "value": number, "type": kind, "title": "Not Found Error"})
                continue
            counts = {"like_count": 2, "retweet_count": 1, "reply_count": 0, "quote_count": 0, "bookmark_count": 0, "impression_count": 90}
            post = {"id": number, "text": known[number]["text"], "public_metrics": self._named(counts)}
            if "non_public_metrics" in fields:
                post["non_public_metrics"] = {"impression_count": 90, "url_link_clicks": 4, "user_profile_clicks": 1}
            data.append(post)
        return {**({"data": data} if data else {}), **({"errors": errors} if errors else {})}

    def _delete(self, person: Person, number: str) -> dict[str, Any]:
        before = len(person.posts)
        person.posts[:] = [post for post in person.posts if post["id"] != number]
        return {"data": {"deleted": len(person.posts) < before}}

    def _named(self, said: dict[str, Any]) -> dict[str, Any]:
        return {_NEW.get(name, name): value for name, value in said.items()} if self.new_names else said


def _parent(sent: dict[str, Any]) -> str | None:
    number = sent.get("reply", {}).get("in_reply_to_tweet_id")
    return str(number) if number else None


def _valid(model: type[BaseModel], sent: dict[str, Any]) -> None:
    """Refuse what X's own models do not know, as X's contract says: no further fields, each of its type."""
    unknown = sorted(set(sent) - set(model.model_fields))
    try:
        model.model_validate(sent)
    except ValueError:
        raise Refused(400, title="Invalid Request", detail="A field is of a wrong type.") from None
    if unknown:
        raise Refused(400, title="Invalid Request", errors=[{"message": f"$.{unknown[0]}: is not defined in the schema"}])


@contextlib.contextmanager
def x() -> Iterator[X]:
    """Run the stand-in on a free port of this machine."""
    held = X()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            place = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = {name: values[0] for name, values in parse_qs(place.query).items()}
            query["number"] = place.path.rpartition("/")[2]
            try:
                status, said = held.answer(self.command, place.path, query, self.headers, body)
            except Refused as refused:
                status, said = refused.code, refused.body
            data = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815 - the names of the standard library

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    held.url = f"http://127.0.0.1:{listener.server_address[1]}"
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield held
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
