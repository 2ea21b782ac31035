"""Images and tags of a post: made on the site before it, once, and remembered in the journal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from connectors import refusals
from connectors.wordpress import mapping
from connectors.wordpress.site import Call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.base import Journal, MediaSource
    from connectors.wordpress.site import Reply, Site

_EXISTS = "term_exists"


class Uploads:
    """What one post needs on the site before it can be created."""

    def __init__(self, site: Site, journal: Journal) -> None:
        """Work on this site with what this journal remembers."""
        self._site = site
        self._journal = journal

    def file(self, image: Mapping[str, str], attempt_key: str, media: MediaSource) -> dict[str, Any]:
        """Return id and url of an image with its description; uploads it unless an earlier attempt did."""
        file = self._known(image) or self._found(image, attempt_key) or self._uploaded(image, attempt_key, media)
        step = f"alt:{image['digest']}"
        if self._journal.get(step) != image["alt"]:
            self._site.content(Call("POST", f"media/{file['id']}", "prepare", body={"alt_text": image["alt"]}))
            self._journal.put(step, image["alt"])
        return file

    def tag(self, name: str) -> int:
        """Return the number of a tag; makes it unless the site has it."""
        step = f"tag:{name}"
        known = self._journal.get(step)
        if known is not None:
            return int(known)
        reply = self._site.ask(Call("POST", "tags", "prepare", body={"name": name}))
        number = reply.data.get("term_id") if reply.error == _EXISTS else self._made(reply)
        if type(number) is not int:
            raise refusals.wrong_kind("prepare")
        self._journal.put(step, str(number))
        return number

    def _made(self, reply: Reply) -> object:
        return self._site.read(reply, "prepare").get("id")

    def _known(self, image: Mapping[str, str]) -> dict[str, Any] | None:
        stored = self._journal.get(_step(image))
        return json.loads(stored) if stored else None

    def _found(self, image: Mapping[str, str], attempt_key: str) -> dict[str, Any] | None:
        """Return the file of an upload whose answer was lost: an empty entry says that one was begun."""
        if self._journal.get(_step(image)) is None:
            return None
        params = (("slug", mapping.file_stem(image, attempt_key)), ("status", "inherit,private"), ("context", "edit"))
        found = self._site.items(Call("GET", "media", "prepare", params))
        return self._keep(image, found[0]) if found else None

    def _uploaded(self, image: Mapping[str, str], attempt_key: str, media: MediaSource) -> dict[str, Any]:
        item = media.media(image["digest"])
        self._journal.put(_step(image), "")
        name = f"{mapping.file_stem(image, attempt_key)}.{image['ending']}"
        return self._keep(image, self._site.content(Call("POST", "media", "prepare", file=(name, item.mime, item.data))))

    def _keep(self, image: Mapping[str, str], said: Mapping[str, Any]) -> dict[str, Any]:
        number, url = said.get("id"), said.get("source_url")
        if type(number) is not int or not isinstance(url, str):
            raise refusals.wrong_kind("prepare")
        file = {"id": number, "url": url}
        self._journal.put(_step(image), json.dumps(file))
        return file


def _step(image: Mapping[str, str]) -> str:
    return f"media:{image['digest']}"
