"""One notice that a card waits: by e-mail or webhook, with a link to the card and without a word of the draft."""

from __future__ import annotations

import json
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Literal

from connectors.errors import ConnectorError, Rejected, Temporary

if TYPE_CHECKING:
    from datetime import datetime

    from connectors.base import Timeouts

Shape = Literal["plain", "slack", "discord"]
_DISCORD_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said. `key` is the same each time the notice is repeated; `fields` go into a plain webhook."""

    key: str
    subject: str
    text: str
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mailbox:
    """How mail leaves: `starttls` before the login, or `tls` from the first byte."""

    host: str
    port: int
    sender: str
    recipients: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)
    security: Literal["starttls", "tls", "none"] = "starttls"


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook; its address is a secret, because who knows it can write there."""

    url: str = field(repr=False)
    shape: Shape = "plain"


def card_notice(*, delivery: str, part: int, account: str, platform: str, due: str, card_url: str, draft: str | None = None) -> Notice:
    """Return the notice for one card; `due` is the account's own wall time. `draft` only where the owner has switched it on."""
    lines = [f"{account} on {platform}, planned for {due}, is posted by hand.", f"Open its card: {card_url}"]
    if draft:
        lines += ["", draft]
    fields = (("event", "card"), ("delivery", delivery), ("account", account), ("platform", platform), ("due", due), ("card_url", card_url))
    return Notice(f"{delivery}.{part}", f"A post for {account} ({platform}) waits for you", "\n".join(lines), fields)


def email(notice: Notice, mailbox: Mailbox, host: str, at: datetime) -> EmailMessage:
    """Return the message; a repeat carries the same Message-ID, so that it is recognized."""
    message = EmailMessage()
    message["Subject"] = _one_line(notice.subject)
    message["From"] = mailbox.sender
    message["To"] = ", ".join(mailbox.recipients)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{notice.key}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.text)
    return message


def _one_line(text: str) -> str:
    return " ".join(text.split())


def webhook_body(notice: Notice, shape: Shape) -> dict[str, object]:
    """Return the JSON that a webhook of this shape takes; nobody is pinged by a name inside it."""
    words = f"{notice.subject}\n{notice.text}"
    if shape == "slack":
        return {"text": words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}
    if shape == "discord":
        return {"content": words[:_DISCORD_LIMIT], "allowed_mentions": {"parse": []}}
    return dict(notice.fields or (("event", "notice"), ("key", notice.key), ("subject", notice.subject), ("text", notice.text)))


def send_email(message: EmailMessage, mailbox: Mailbox, timeouts: Timeouts) -> None:
    """Hand one message to the mail server; raise Temporary or Rejected. A double notice is harmless, so a lost answer is Temporary."""
    context = ssl.create_default_context()
    try:
        with _server(mailbox, timeouts, context) as server:
            if mailbox.security == "starttls":
                server.starttls(context=context)
            if mailbox.user:
                server.login(mailbox.user, mailbox.password)
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        raise _mail_error(error) from None


def _server(mailbox: Mailbox, timeouts: Timeouts, context: ssl.SSLContext) -> smtplib.SMTP:
    if mailbox.security == "tls":
        return smtplib.SMTP_SSL(mailbox.host, mailbox.port, timeout=timeouts.read, context=context)
    return smtplib.SMTP(mailbox.host, mailbox.port, timeout=timeouts.read)


def _mail_error(error: Exception) -> ConnectorError:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Rejected("The mail server does not accept this user and password. Mend them in the settings.", "password")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Rejected("The mail server does not offer this kind of encryption or login. Mend it in the settings.", "security")
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPSenderRefused):
        return Rejected("The mail server refuses the sender or a recipient. Mend them in the settings.", "recipients")
    return Temporary(f"The mail server did not take the notice ({type(error).__name__}).")


def send_webhook(notice: Notice, hook: Hook, timeouts: Timeouts) -> None:
    """Post one notice; 2xx means taken, anything else raises."""
    from connectors.http import Deadline, Request, send  # noqa: PLC0415 - the HTTP library loads only when a webhook is used

    body = json.dumps(webhook_body(notice, hook.shape)).encode()
    request = Request("POST", hook.url, "prepare", {"Content-Type": "application/json"}, body=body)
    answer = send(request, deadline=Deadline(timeouts.total), timeouts=timeouts)
    if not answer.ok:
        raise Temporary(f"The webhook answered {answer.status}. Look at its address in the settings.")
