"""More ways for the fault proxy to treat a call: change what is answered, listen to what is sent, add to it."""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.contract.fault_proxy import Answer, Pass

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.contract.fault_proxy import Exchange


@dataclass(frozen=True, slots=True)
class Edit:
    """Forward, and answer what `change` makes of the JSON, with another status where one is given."""

    change: Callable[[Any], Any]
    status: int | None = None

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        answer = exchange.forward()
        body = json.dumps(self.change(json.loads(answer.body))).encode()
        exchange.send(Answer(self.status or answer.status, answer.headers, body))


@dataclass(frozen=True, slots=True)
class Listen:
    """Forward unchanged, and keep path, headers and body of what was sent, for the test alone."""

    heard: list[str] = field(default_factory=list)

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        lines = [f"{exchange.method} {exchange.target}", *(f"{name}: {value}" for name, value in exchange.headers)]
        self.heard.append("\n".join([*lines, "", exchange.body.decode("latin-1")]))
        Pass().run(exchange)


@dataclass(frozen=True, slots=True)
class ResetBody:
    """Forward, send the head and half of the body, then reset the connection, as a router does that forgets it."""

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        answer = exchange.forward()
        exchange.start(answer.status, answer.headers, max(len(answer.body), 1))
        exchange.write(answer.body[: len(answer.body) // 2])
        exchange.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        exchange.drop()


@dataclass(frozen=True, slots=True)
class Stall:
    """Answer nothing until the proxy closes."""

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        exchange.wait(60)
        exchange.drop()


@dataclass(frozen=True, slots=True)
class With:
    """Forward with one more header, and answer what the server answered."""

    name: str
    value: str

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        exchange.headers = (*exchange.headers, (self.name, self.value))
        Pass().run(exchange)
