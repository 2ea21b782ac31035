"""The product's own worker over platforms that answer after 5 ms: `python -m tests.bench.worker_memory`, with its settings in PLANNER_*.

Nothing of the tests is loaded, so that its memory is that of `python -m planner worker`: everything but the last call is the product's.
"""

from __future__ import annotations

import argparse
import time
from typing import Any
from unittest import mock

from connectors import registry
from connectors.base import Receipt, Ref
from planner.cli import worker

LATENCY_S = 0.005


class Far:
    """An account's connector whose posts go nowhere."""

    def __init__(self, view: Any) -> None:
        """Take the connector without a login, which counts and renders as the product does."""
        self._view = view

    def __getattr__(self, name: str) -> Any:
        """Leave everything else to it."""
        return getattr(self._view, name)

    def publish(self, part: Any, *, attempt_key: str, **_: Any) -> Receipt:
        """Take a post."""
        assert part.payload
        time.sleep(LATENCY_S)
        return Receipt(Ref(attempt_key), None, None)


def connect(name: str, mode: str, *_args: Any, **_kwargs: Any) -> Far:
    """Stand where the registry connects an account."""
    return Far(registry.preview(name, mode))


if __name__ == "__main__":
    with mock.patch.object(registry, "connect", connect):
        worker.main(argparse.Namespace())
