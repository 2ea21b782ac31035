"""Serve the pages as the product does, for browser tests: `serve.py FOLDER PORT`.

`PLANNER_TEST_PLACES` (`platform=address`, a comma list) puts stand-ins on this machine in the place of platforms.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)

from connectors import facts  # noqa: E402 - the path comes first
from planner.adapters import SystemClock  # noqa: E402 - the same
from planner.ui import server  # noqa: E402 - the same
from tests.servers.door import at_home  # noqa: E402 - the same
from tests.ui.ui_house import house  # noqa: E402 - the same


def stand_in(places: str) -> None:
    """Let every reader of the facts see these platforms at other addresses."""
    known = {name: at_home(facts.load(name), url) for name, _, url in (place.partition("=") for place in places.split(",") if place)}
    real = facts.load
    facts.load = lambda name: known.get(name) or real(name)  # type: ignore[assignment]


if __name__ == "__main__":
    stand_in(os.environ.get("PLANNER_TEST_PLACES", ""))
    os.environ["PLANNER_TEST_FOLDER"] = sys.argv[1]
    made = house(Path(sys.argv[1]), SystemClock(), real="PLANNER_TEST_REAL" in os.environ)
    server.application(made, Path(__file__).with_name("front_door.py"), made.settings).run(
        config={"server.port": int(sys.argv[2]), "server.address": "127.0.0.1", "server.headless": True}
    )
