"""A language model on the user's own machine, asked through its OpenAI-compatible chat; never a remote one by mistake."""

from __future__ import annotations

import ipaddress
import json
import re
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from connectors.base import Timeouts
from connectors.errors import Forbidden, Rejected, Temporary
from connectors.http import Deadline, Request, causes, send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.http import Answer

SECONDS = 20.0
"""What one question may take, from the first byte to the last."""

_CLOUD = re.compile(r"(?:^|[:/-])cloud$", re.IGNORECASE)
_QUICK = 2.0

_ELSEWHERE = (
    "The second reader's address is not on this machine, so no draft was sent. Give it a loopback address such as http://127.0.0.1:11434."
)
_OPEN = (
    "The second reader's address is on another machine and begins with http://, so no draft was sent: it could be read on the way. "
    "Use https://, or a tunnel that begins on this machine."
)
_OFFLOADED = "The model “{model}” is run by somebody else's server, so no draft was sent. Choose a model that lies on this machine."


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """What the model wrote (`text`), which model it was, and the digest of its weights where the server tells one."""

    text: str = field(repr=False)
    model: str
    digest: str


@dataclass(frozen=True, slots=True)
class LocalModel:
    """One model behind an OpenAI-compatible chat endpoint (Ollama, llama.cpp's server, LM Studio).

    `url` is the server's address, without or with `/v1`. With `elsewhere` another machine is allowed, encrypted: the organization's decision.
    `resolve` maps a host and a port to addresses, as `socket.getaddrinfo` does.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    elsewhere: bool = False
    seconds: float = SECONDS
    resolve: Callable[..., Any] = field(default=socket.getaddrinfo, repr=False)

    def ask(self, system: str, user: str) -> ModelAnswer:
        """Return the model's answer to one question.

        Raise Forbidden when the address or the model is not on this machine (nothing of the question has been sent then), Rejected
        when the server refuses it, Temporary when it does not answer in time or answers nonsense.
        """
        deadline = Deadline(self.seconds)
        base, host = self._address()
        digest = self._digest(base, host, deadline)
        asked = {
            "model": self.model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "temperature": 0,
            "stream": False,
        }
        answer = self._send("POST", f"{base}/v1/chat/completions", host, deadline, json.dumps(asked).encode())
        if not answer.ok:
            raise Rejected(
                f"The second reader's server refused the question (status {answer.status}). Check the model's name “{self.model}”."
            )
        text = _content(answer.object())
        if text is None:
            raise Temporary("The second reader's server answered something that is no chat answer.")
        return ModelAnswer(text, self.model, digest)

    def _address(self) -> tuple[str, str]:
        """Return the server's address by number, so that what was looked up is what is called, and its name for the Host header."""
        with suppress(ValueError):
            parts = urlsplit(self.url.rstrip("/").removesuffix("/v1"))
            port = parts.port or (443 if parts.scheme == "https" else 80)
            if parts.scheme in ("http", "https") and parts.hostname:
                return self._checked(parts.scheme, parts.hostname, port, parts.path)
        raise Rejected("The second reader's address cannot be read. Write it as http://127.0.0.1:11434.")

    def _checked(self, scheme: str, name: str, port: int, path: str) -> tuple[str, str]:
        if _CLOUD.search(self.model) and not self.elsewhere:
            raise Forbidden(_OFFLOADED.format(model=self.model))
        shown = f"[{name}]" if ":" in name else name
        if self.elsewhere and scheme == "https":
            return urlunsplit((scheme, f"{shown}:{port}", path, "", "")), f"{shown}:{port}"
        numbers = tuple(self._numbers(name, port))
        if not numbers or not all(number.is_loopback for number in numbers):
            raise Forbidden(_OPEN if self.elsewhere else _ELSEWHERE)
        first = f"[{numbers[0]}]" if numbers[0].version == 6 else str(numbers[0])  # noqa: PLR2004 - IPv6
        return urlunsplit((scheme, f"{first}:{port}", path, "", "")), f"{shown}:{port}"

    def _numbers(self, name: str, port: int) -> Iterator[ipaddress.IPv4Address | ipaddress.IPv6Address]:
        try:
            rows = self.resolve(name, port, type=socket.SOCK_STREAM)
        except OSError:
            raise Temporary("The second reader's address is not known on this machine. Is its name right?") from None
        for row in rows:
            yield ipaddress.ip_address(str(row[4][0]).partition("%")[0])

    def _digest(self, base: str, host: str, deadline: Deadline) -> str:
        """Ask Ollama what it knows of the model: its digest, and whether it runs on another host. Other servers do not know the question."""
        answer = self._send("GET", f"{base}/api/tags", host, deadline)
        found = answer.object() if answer.ok else None
        rows = found.get("models") if found else None
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and self.model in (
                row.get("name"),
                row.get("model"),
                str(row.get("name", "")).removesuffix(":latest"),
            ):
                if (row.get("remote_host") or row.get("remote_model")) and not self.elsewhere:
                    raise Forbidden(_OFFLOADED.format(model=self.model))
                return str(row.get("digest") or "")
        return ""

    def _send(self, method: str, url: str, host: str, deadline: Deadline, body: bytes | None = None) -> Answer:
        headers = {"Host": host, "Content-Type": "application/json", "Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        timeouts = Timeouts(connect=_QUICK, read=self.seconds, media=self.seconds, total=self.seconds)
        try:
            return send(Request(method, url, "read", headers, body=body), deadline=deadline, timeouts=timeouts)
        except Rejected:
            raise Rejected("The second reader's address cannot be read. Write it as http://127.0.0.1:11434.") from None
        except Temporary as error:
            if any(isinstance(cause, ConnectionRefusedError) for cause in causes(error)):
                raise Temporary(f"Nothing listens at {host}, so no draft was sent. Start the second reader's server there.") from None
            raise Temporary("The second reader did not answer in time. Is its server running?") from None


def _content(answer: dict[str, Any] | None) -> str | None:
    """Return the first choice's words, or None for anything that is no chat answer."""
    try:
        text = (answer or {})["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        return None
    return text if isinstance(text, str) else None
