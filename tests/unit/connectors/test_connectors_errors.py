"""Secrets and draft text stay where they are: logs, representations, the credential types and the keys of attempts."""

from __future__ import annotations

import logging

import pytest

from connectors.base import Credentials, Media, attempt_key
from connectors.hand.notices import Hook, Mailbox
from connectors.logs import quiet, redact
from connectors.tokens import HeldTokens


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET https://a.org/x?access_token=s3cret failed", "GET https://a.org/x?… failed"),
        ("Authorization: Bearer abc.def, next", "Authorization: Bearer … next"),
        ("authorization: basic dXNlcg==", "authorization: basic …"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_redacting(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize("name", ["urllib3.connectionpool", "urllib3", "requests", "httpx", "tweepy"])
def test_libraries_below_us_say_only_warnings_and_those_redacted(name: str, caplog: pytest.LogCaptureFixture) -> None:
    quiet()
    quiet()
    logger = logging.getLogger(name)
    with caplog.at_level(logging.DEBUG, name):
        logger.debug("body: %s", "draft words")
        logger.info("GET /?token=s3cret")
        logger.warning("Retrying %s", "/path?token=s3cret")
    assert [record.getMessage() for record in caplog.records] == ["Retrying /path?…"]
    quiet()


def test_representations_show_no_secret() -> None:
    shown = repr(
        [
            Credentials({"app_password": "s3cret"}),
            Mailbox("h", 25, "a@b.c", ("d@e.f",), "u", "s3cret"),
            Hook("https://hooks.example/s3cret"),
            Media("a.png", "image/png", b"s3cret", ""),
            HeldTokens(Credentials({"x": "s3cret"})),
        ],
    )
    assert "s3cret" not in shown


def test_an_attempt_key_is_the_same_for_ever_and_its_own_for_each_part() -> None:
    assert attempt_key("delivery", 0) == "a6631917d27133e4a7e8cea5a6cfe2ef"
    assert len({attempt_key("delivery", 0), attempt_key("delivery", 1), attempt_key("other", 0)}) == 3


def test_tokens_are_swapped_only_when_nobody_was_faster() -> None:
    first, second = Credentials({"access": "1"}), Credentials({"access": "2"})
    tokens = HeldTokens(first)
    assert tokens.swap(Credentials({"access": "1"}), second)
    assert not tokens.swap(first, Credentials({"access": "3"}))
    assert tokens.read() == second
