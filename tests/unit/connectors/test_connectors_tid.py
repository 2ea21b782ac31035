"""Record keys: the published check value, their order, and their form."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from connectors.bluesky.tid import record_key

NINE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
FORM = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds


def decoded(key: str) -> int:
    value = 0
    for char in key:
        value = value * 32 + ALPHABET.index(char)
    return value


def test_the_check_value() -> None:
    assert record_key(NINE, 0, "x") == "3n2sqeyh322fl"


def test_the_zone_does_not_matter() -> None:
    assert record_key(NINE.astimezone(timezone(timedelta(hours=-7))), 0, "x") == "3n2sqeyh322fl"


@given(TIMES, st.integers(0, 50), st.text(max_size=40))
def test_a_key_holds_the_microsecond_and_ten_bits(at: datetime, index: int, key: str) -> None:
    made = record_key(at, index, key)
    assert FORM.fullmatch(made)
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    assert decoded(made) >> 10 == (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds + index
    assert decoded(made) & 1023 == int(hashlib.sha256(key.encode()).hexdigest()[:4], 16) % 1024


@given(TIMES, st.text(max_size=40), st.text(max_size=40))
def test_parts_sort_in_their_order(at: datetime, first: str, second: str) -> None:
    assert record_key(at, 0, first) < record_key(at, 1, second)
