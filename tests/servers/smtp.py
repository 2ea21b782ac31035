"""A mail server in this process that keeps what it is sent."""

from __future__ import annotations

import contextlib
import email
import email.policy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.servers import installed
from tests.servers.process import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage


@dataclass(frozen=True, slots=True)
class Envelope:
    """One accepted mail: who it says it is from, for whom, and the message."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


@dataclass(slots=True)
class MailServer:
    """Host, port and the mails accepted so far; `refuse` (an SMTP answer such as `550 no`) turns away what comes next."""

    host: str
    port: int
    mails: list[Envelope] = field(default_factory=list)
    refuse: str | None = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail; called by the server."""
        if self.refuse:
            return self.refuse
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(Envelope(envelope.mail_from, tuple(envelope.rcpt_tos), message))
        return "250 OK"


@contextlib.contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run the server on the loopback address."""
    try:
        from aiosmtpd.controller import Controller  # noqa: PLC0415 - a missing package is an answer, not an error
    except ImportError:
        installed.missing("smtp", "The mail server (the Python package aiosmtpd)")
    server = MailServer("127.0.0.1", free_port())
    controller = Controller(server, hostname=server.host, port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
