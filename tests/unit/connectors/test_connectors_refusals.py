"""Every answer but a good one, and the error that it stands for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import AuthExpired, ConnectorError, Doubtful, Forbidden, OutOfCredit, RateLimited, Rejected, Temporary
from connectors.http import Answer, Kind
from connectors.refusals import again_at, content, refusal, wrong_kind

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DATE = "Sat, 21 Nov 2026 09:00:00 GMT"


def said(status: int, body: bytes = b"{}", headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, headers or {}, body)


@pytest.mark.parametrize(
    ("status", "create", "prepare", "read"),
    [
        (301, Rejected, Rejected, Temporary),
        (308, Rejected, Rejected, Temporary),
        (400, Rejected, Rejected, Temporary),
        (401, AuthExpired, AuthExpired, AuthExpired),
        (402, OutOfCredit, OutOfCredit, OutOfCredit),
        (403, Forbidden, Forbidden, Forbidden),
        (404, Rejected, Rejected, Temporary),
        (408, Doubtful, Temporary, Temporary),
        (413, Rejected, Rejected, Temporary),
        (422, Rejected, Rejected, Temporary),
        (426, Rejected, Rejected, Temporary),
        (429, RateLimited, RateLimited, RateLimited),
        (500, Doubtful, Temporary, Temporary),
        (502, Doubtful, Temporary, Temporary),
        (503, Doubtful, Temporary, Temporary),
        (504, Doubtful, Temporary, Temporary),
    ],
)
def test_what_a_status_means(status: int, create: type, prepare: type, read: type) -> None:
    kinds: tuple[Kind, ...] = ("create", "prepare", "read")
    assert [type(refusal(said(status), kind, NOW)) for kind in kinds] == [create, prepare, read]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"yes"', b"null", b'{"cut'])
@pytest.mark.parametrize(("kind", "error"), [("create", Doubtful), ("prepare", Temporary), ("read", Temporary)])
def test_a_yes_that_cannot_be_read(body: bytes, kind: Kind, error: type[ConnectorError]) -> None:
    with pytest.raises(error):
        content(said(200, body), kind, NOW)


def test_a_yes() -> None:
    assert content(said(201, b'{"id": 1}'), "create", NOW) == {"id": 1}


def test_a_no_is_raised() -> None:
    with pytest.raises(Rejected, match="422: TooLong"):
        raise refusal(said(422), "create", NOW, "TooLong")
    with pytest.raises(Doubtful):
        content(said(500), "create", NOW)
    with pytest.raises(Temporary):
        content(said(500), "prepare", NOW)
    with pytest.raises(RateLimited) as caught:
        content(said(429), "read", NOW)
    assert caught.value.until == NOW + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (300, "create", "The server sends us elsewhere (a redirect). Enter its final address on the Accounts page."),
        (399, "prepare", "The server sends us elsewhere (a redirect). Enter its final address on the Accounts page."),
        (400, "create", "The platform answered 400."),
        (404, "read", "The platform answered 404."),
        (499, "prepare", "The platform answered 499."),
        (500, "create", "The platform answered 500. The post may be live."),
        (503, "prepare", "The platform answered 503."),
        (401, "create", "The platform no longer accepts this login."),
        (402, "create", "The account has no credit left. Top it up on the platform."),
        (403, "create", "The platform does not allow this account to do that. Look at the account's rights and standing there."),
        (429, "create", "The platform asks us to wait."),
    ],
)
def test_what_a_person_reads(status: int, kind: Kind, words: str) -> None:
    error = refusal(said(status), kind, NOW)
    assert (error.reason, getattr(error, "field", None)) == (words, "server" if status in {300, 399} else None)


def test_what_a_person_reads_about_a_yes_that_cannot_be_read() -> None:
    assert wrong_kind("create").reason == "The platform said yes, but its answer cannot be read. The post may be live."
    assert wrong_kind("read").reason == "The platform's answer cannot be read."


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 120 "}, 120),
        ({"retry-after": "0"}, 5),
        ({"retry-after": "999999999999"}, 86_400),
        ({"retry-after": "9" * 5000}, 86_400),
        ({"retry-after": "Sat, 21 Nov 2026 09:10:00 GMT", "date": DATE}, 600),
        ({"retry-after": "Sat, 21 Nov 2026 08:00:00 GMT", "date": DATE}, 5),
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 289), "date": DATE}, 289),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 300), "date": DATE}, 300),
        ({"x-ratelimit-reset": "2026-11-21T09:07:00.123Z", "date": DATE}, 420.123),
        ({"retry-after": "77", "ratelimit-reset": str(int(NOW.timestamp()) + 289), "date": DATE}, 77),
        ({"x-ratelimit-reset": "2026-11-21T09:07:00", "date": DATE}, 900),
        ({"ratelimit-reset": "soon"}, 900),
        ({"ratelimit-reset": "1" * 40}, 900),
        ({"retry-after": "²"}, 900),
        ({}, 900),
    ],
)
def test_when_calls_are_taken_again(headers: dict[str, str], wait: float) -> None:
    assert again_at(said(429, headers=headers), NOW) - NOW == timedelta(seconds=wait)


ANY_HEADER = st.text(st.characters(codec="latin-1"), max_size=40) | st.integers().map(str) | st.datetimes().map(str) | st.floats().map(str)
NAMES = st.sampled_from(["retry-after", "ratelimit-reset", "x-rate-limit-reset", "x-ratelimit-reset", "date"])


@given(st.dictionaries(NAMES, ANY_HEADER))
def test_whatever_the_headers_the_wait_is_sane(headers: dict[str, str]) -> None:
    assert timedelta(seconds=5) <= again_at(said(429, headers=headers), NOW) - NOW <= timedelta(hours=24)


@pytest.mark.parametrize("skew", [-7200, 0, 7200])
def test_a_reset_is_read_against_the_platforms_own_clock(skew: int) -> None:
    theirs = NOW + timedelta(seconds=skew)
    headers = {"date": theirs.strftime("%a, %d %b %Y %H:%M:%S GMT"), "x-rate-limit-reset": str(int(theirs.timestamp()) + 60)}
    error = refusal(said(429, headers=headers), "create", NOW)
    assert isinstance(error, RateLimited)
    assert error.until == NOW + timedelta(seconds=60)
