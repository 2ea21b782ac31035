"""Who may reply to a post: in force before the post is there, and shown once it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.bluesky import mapping
from connectors.bluesky.xrpc import put_record
from connectors.errors import ConnectorError

if TYPE_CHECKING:
    from connectors.base import Journal, Part
    from connectors.bluesky.session import Login

_STEP = "gate"
_NOT_SHOWN = "Replies are limited as you chose, but Bluesky may not show that yet. Open the post and look at its reply settings."


class ReplyControl:
    """The gate of one post. The network's view obeys a gate at once, but notices it on the post only when it comes after it.

    So it is written twice: before the post, so that the post is never open, and again after it, so that the limit is seen.
    """

    def __init__(self, login: Login, part: Part, uri: str, journal: Journal) -> None:
        """Care for the post at `uri`."""
        self._login = login
        self._journal = journal
        self._gate = mapping.gate(part, uri)
        self._uri = uri.replace(mapping.POST, mapping.GATE)
        self._early: str | None = None

    def close(self) -> None:
        """Write the gate before the post; raise what its answer stands for. One that stands there already stays.

        All that needs the journal happens here: once the post is out, nothing may stand between it and its receipt.
        """
        if self._gate is None:
            return
        early: dict[str, Any] = {**self._gate, "createdAt": mapping.BEFORE}
        reply = self._login.send(put_record(self._uri, early, "prepare"))
        if reply.error == "InvalidSwap":
            self._early = self._journal.get(_STEP)
        else:
            self._early = str(reply.content().get("cid", ""))
            self._journal.put(_STEP, self._early)

    def show(self) -> tuple[str, ...]:
        """Write the gate again after the post; return a warning when that failed, because the post is live."""
        if self._gate is None or not self._early:
            return ()
        try:
            reply = self._login.send(put_record(self._uri, self._gate, "prepare", over=self._early))
            if reply.error != "InvalidSwap":
                reply.content()
        except ConnectorError:
            return (_NOT_SHOWN,)
        return ()
