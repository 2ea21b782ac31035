"""What a post needs from the network before it can be sent: uploaded images and the identities behind handles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from connectors.bluesky.mapping import handles
from connectors.bluesky.xrpc import Call
from connectors.errors import Temporary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.base import Journal, MediaSource, Part
    from connectors.bluesky.session import Login

_NOBODY = "-"


class Attachments:
    """Keeps what it finds in the journal, so that every attempt sends the same bytes."""

    def __init__(self, login: Login, journal: Journal) -> None:
        """Work as this account."""
        self._login = login
        self._journal = journal

    def blobs(self, part: Part, media: MediaSource) -> dict[str, Any]:
        """Return digest -> blob reference, uploading what the journal does not know yet."""
        return {digest: self._blob(digest) or self._upload(digest, media) for digest in part.media}

    def dids(self, part: Part) -> dict[str, str]:
        """Return handle -> DID; a handle that nobody has is left out and stays plain text."""
        found = {handle: self._journal.get(_did_step(handle)) or self._resolve(handle) for handle in handles(part)}
        return {handle: did for handle, did in found.items() if did != _NOBODY}

    def known(self, part: Part) -> tuple[Mapping[str, Any], Mapping[str, str]] | None:
        """Return blobs and DIDs from the journal alone, or None when a create can never have had them all."""
        blobs = {digest: self._blob(digest) for digest in part.media}
        dids = {handle: self._journal.get(_did_step(handle)) for handle in handles(part)}
        if None in blobs.values() or None in dids.values():
            return None
        return blobs, {handle: did for handle, did in dids.items() if did and did != _NOBODY}

    def forget(self, part: Part) -> None:
        """Drop what was uploaded: the server no longer has it."""
        for digest in part.media:
            self._journal.put(_blob_step(digest), "")

    def _blob(self, digest: str) -> Any:  # noqa: ANN401 - a blob reference as the server gave it
        stored = self._journal.get(_blob_step(digest))
        return json.loads(stored) if stored else None

    def _upload(self, digest: str, media: MediaSource) -> Any:  # noqa: ANN401 - the same
        item = media.media(digest)
        blob = self._login.send(Call("com.atproto.repo.uploadBlob", "prepare", blob=(item.mime, item.data))).content().get("blob")
        if not isinstance(blob, dict):
            raise Temporary("Bluesky's answer to the upload of an image cannot be read.")
        self._journal.put(_blob_step(digest), json.dumps(blob, sort_keys=True))
        return blob

    def _resolve(self, handle: str) -> str:
        reply = self._login.send(Call("com.atproto.identity.resolveHandle", "prepare", params=(("handle", handle),)))
        did = _NOBODY if reply.error in {"InvalidRequest", "HandleNotFound"} else reply.content().get("did")
        if not isinstance(did, str):
            raise Temporary("Bluesky's answer about a mentioned handle cannot be read.")
        self._journal.put(_did_step(handle), did)
        return did


def _blob_step(digest: str) -> str:
    return f"blob:{digest}"


def _did_step(handle: str) -> str:
    return f"did:{handle}"
