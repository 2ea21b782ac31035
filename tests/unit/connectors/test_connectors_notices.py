"""Notices: their words, their shapes, and real handing over to a mail server and a webhook on loopback."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from connectors.base import Timeouts
from connectors.errors import Rejected, Temporary
from connectors.hand.notices import Hook, Mailbox, Notice, card_notice, email, send_email, send_webhook, webhook_body
from tests.servers.process import free_port
from tests.servers.smtp import MailServer, mail_server
from tests.servers.webhook_sink import Sink, webhook_sink

if TYPE_CHECKING:
    from collections.abc import Iterator

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
QUICK = Timeouts(connect=1, read=1, media=1, total=2)
CARD = card_notice(
    delivery="d41d8",
    part=0,
    account="River & Oak <LCSW>",
    platform="LinkedIn",
    due="Tue 24 November, 12:10",
    card_url="http://127.0.0.1:8501/deliveries?card=d41d8",
)


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def mailbox(mail: MailServer) -> Mailbox:
    mail.mails.clear()
    mail.refuse = None
    return Mailbox(mail.host, mail.port, "planner@example.org", ("me@example.org", "you@example.org"), security="none")


@pytest.fixture
def sink() -> Iterator[Sink]:
    with webhook_sink() as running:
        yield running


@pytest.mark.feature("Channels")
def test_a_card_is_announced_without_its_words() -> None:
    assert CARD.subject == "A post for River & Oak <LCSW> (LinkedIn) waits for you"
    assert CARD.text.splitlines() == [
        "River & Oak <LCSW> on LinkedIn, planned for Tue 24 November, 12:10, is posted by hand.",
        "Open its card: http://127.0.0.1:8501/deliveries?card=d41d8",
    ]


def test_the_words_come_only_when_the_owner_wants_them() -> None:
    notice = card_notice(delivery="d", part=1, account="a", platform="p", due="now", card_url="u", draft="the words")
    assert (notice.key, notice.text.splitlines()[-1]) == ("d.1", "the words")
    assert "the words" not in json.dumps(webhook_body(notice, "plain"))


@pytest.mark.feature("Channels")
def test_a_mail_arrives(mail: MailServer, mailbox: Mailbox) -> None:
    send_email(email(CARD, mailbox, "planner.example.org", AT), mailbox, QUICK)
    (envelope,) = mail.mails
    assert (envelope.sender, envelope.recipients) == ("planner@example.org", ("me@example.org", "you@example.org"))
    assert envelope.message["Message-ID"] == "<d41d8.0@planner.example.org>"
    assert envelope.message["Subject"] == CARD.subject
    assert envelope.message["Auto-Submitted"] == "auto-generated"
    assert envelope.message["Date"].datetime == AT
    assert envelope.message.get_content().split() == CARD.text.split()


def test_a_subject_cannot_smuggle_in_a_header(mailbox: Mailbox) -> None:
    message = email(replace(CARD, subject="one\r\nBcc: thief@example.org"), mailbox, "h", AT)
    assert message["Subject"] == "one Bcc: thief@example.org"
    assert message["Bcc"] is None


def test_a_mail_that_is_refused_is_tried_again(mail: MailServer, mailbox: Mailbox) -> None:
    mail.refuse = "451 later"
    with pytest.raises(Temporary, match="SMTPDataError"):
        send_email(email(CARD, mailbox, "h", AT), mailbox, QUICK)


def test_a_mail_server_that_is_not_there(mailbox: Mailbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = replace(mailbox, port=listener.getsockname()[1])
    with pytest.raises(Temporary, match="ConnectionRefusedError"):
        send_email(email(CARD, closed, "h", AT), closed, QUICK)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"security": "starttls"}, "security"), ({"user": "me", "password": "s3cret"}, "security")],
)
def test_settings_that_cannot_work_are_named(mailbox: Mailbox, change: dict[str, object], field: str) -> None:
    changed = replace(mailbox, **change)
    with pytest.raises(Rejected) as caught:
        send_email(email(CARD, changed, "h", AT), changed, QUICK)
    assert caught.value.field == field
    assert "s3cret" not in str(caught.value)


class Strict:
    """Refuses every recipient."""

    async def handle_RCPT(self, *_: object) -> str:  # noqa: N802 - aiosmtpd's name
        return "550 nobody here"


@pytest.mark.parametrize(("user", "field"), [("", "recipients"), ("me", "password")])
def test_a_server_that_knows_us_or_them_not(mailbox: Mailbox, user: str, field: str) -> None:
    port = free_port()
    nobody = lambda *_: AuthResult(success=False, handled=False)  # noqa: E731 - one line says it
    controller = Controller(Strict(), hostname="127.0.0.1", port=port, authenticator=nobody, auth_require_tls=False)
    controller.start()
    changed = replace(mailbox, port=port, user=user, password="s3cret")
    try:
        with pytest.raises(Rejected) as caught:
            send_email(email(CARD, changed, "h", AT), changed, QUICK)
    finally:
        controller.stop()
    assert caught.value.field == field
    assert "s3cret" not in str(caught.value)


def test_tls_from_the_first_byte_is_asked_for(mailbox: Mailbox) -> None:
    """The plain server cannot answer it."""
    changed = replace(mailbox, security="tls")
    with pytest.raises(Temporary):
        send_email(email(CARD, changed, "h", AT), changed, QUICK)


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        (
            "plain",
            {
                "event": "card",
                "delivery": "d41d8",
                "account": "River & Oak <LCSW>",
                "platform": "LinkedIn",
                "due": "Tue 24 November, 12:10",
                "card_url": "http://127.0.0.1:8501/deliveries?card=d41d8",
            },
        ),
        ("slack", {"text": f"{CARD.subject}\n{CARD.text}".replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}),
        ("discord", {"content": f"{CARD.subject}\n{CARD.text}", "allowed_mentions": {"parse": []}}),
    ],
)
def test_webhook_shapes(sink: Sink, shape: str, body: dict[str, object]) -> None:
    send_webhook(CARD, Hook(f"{sink.url}/hook", shape), QUICK)  # type: ignore[arg-type] - parametrized
    (received,) = sink.requests
    assert (received.method, received.path, json.loads(received.body)) == ("POST", "/hook", body)
    assert {name.lower(): value for name, value in received.headers.items()}["content-type"] == "application/json"


def test_discord_takes_two_thousand_characters() -> None:
    content = webhook_body(replace(CARD, text="x" * 3000), "discord")["content"]
    assert isinstance(content, str)
    assert len(content) == 2000


def test_any_other_notice_carries_its_words() -> None:
    notice = Notice("k", "The worker stopped", "Start it again.")
    assert webhook_body(notice, "plain") == {"event": "notice", "key": "k", "subject": "The worker stopped", "text": "Start it again."}


@pytest.mark.parametrize("status", [301, 404, 500])
def test_a_webhook_that_does_not_take_it(sink: Sink, status: int) -> None:
    sink.will_answer(status)
    with pytest.raises(Temporary, match=str(status)):
        send_webhook(CARD, Hook(sink.url), QUICK)
