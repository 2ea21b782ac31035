"""What the connector tests share: a scripted server and a clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from connectors_stub import FixedClock, Stub, serving

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving() as server:
        yield server


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()
