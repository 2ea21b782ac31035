"""The other real servers do what the tests rely on."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
import requests
from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.servers.smtp import MailServer
    from tests.servers.webhook_sink import Sink
    from tests.servers.wordpress import WordPress


def test_wordpress_publishes_for_an_author_and_counts_comments(wordpress: WordPress) -> None:
    made = wordpress.call("POST", "posts", user="author", json={"title": "A", "content": "b", "status": "publish"}).json()
    wordpress.comment(made["id"], "c")
    assert "b" in requests.get(made["link"], timeout=20).text
    assert wordpress.call("GET", "comments", user=None, params={"post": made["id"]}).headers["X-WP-Total"] == "1"


def test_wordpress_refuses_what_a_contributor_may_not_do(wordpress: WordPress) -> None:
    with pytest.raises(requests.HTTPError, match=r"403 .*rest_cannot_publish"):
        wordpress.call("POST", "posts", user="contributor", json={"title": "A", "content": "b", "status": "publish"})


def test_each_postgres_database_is_empty_and_its_own(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from pg_tables where schemaname = 'public'")) == 0
        assert connection.scalar(text("select current_database()")).startswith("planner_")
    engine.dispose()


def test_the_mail_server_keeps_a_mail(smtp: MailServer) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Due now", "a@example.com", "b@example.com"
    message.set_content("Ünïcode")
    with smtplib.SMTP(smtp.host, smtp.port) as client:
        client.send_message(message)
    assert [(mail.recipients, mail.message.get_content()) for mail in smtp.mails] == [(("b@example.com",), "Ünïcode\r\n")]


def test_the_mail_server_can_refuse(smtp: MailServer) -> None:
    smtp.refuse = "550 no"
    with smtplib.SMTP(smtp.host, smtp.port) as client, pytest.raises(smtplib.SMTPDataError):
        client.sendmail("a@example.com", ["b@example.com"], "hello")
    assert smtp.mails == []


def test_the_sink_keeps_requests_and_gives_the_queued_answer_once(webhook_sink: Sink) -> None:
    webhook_sink.will_answer(503, {"Retry-After": "7"})
    first = requests.post(f"{webhook_sink.url}/hook?a=1", json={"event": "due"}, timeout=5)
    second = requests.post(f"{webhook_sink.url}/hook", json={}, timeout=5)
    assert (first.status_code, first.headers["Retry-After"], second.status_code) == (503, "7", 200)
    assert [(request.method, request.path, request.body) for request in webhook_sink.requests] == [
        ("POST", "/hook", b'{"event": "due"}'),
        ("POST", "/hook", b"{}"),
    ]
    assert webhook_sink.requests[0].query == {"a": ["1"]}


def test_the_browser_reaches_this_machine_and_nothing_else(context: BrowserContext, webhook_sink: Sink) -> None:
    webhook_sink.will_answer(200, {"Content-Type": "text/html"}, b"<title>Here</title>")
    page = context.new_page()
    page.goto(webhook_sink.url)
    assert page.title() == "Here"
    assert page.evaluate("fetch('http://example.com/').then(() => 'reached', () => 'not reached')") == "not reached"
