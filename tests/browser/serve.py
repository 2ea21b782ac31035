"""Serve the pages as the product does, for browser tests: `serve.py FOLDER PORT`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)

from planner.ui import server  # noqa: E402 - the path comes first
from tests.ui.ui_house import house  # noqa: E402 - the same

if __name__ == "__main__":
    os.environ["PLANNER_TEST_FOLDER"] = sys.argv[1]
    made = house(Path(sys.argv[1]), real="PLANNER_TEST_REAL" in os.environ)
    server.application(made, Path(__file__).with_name("front_door.py"), made.settings).run(
        config={"server.port": int(sys.argv[2]), "server.address": "127.0.0.1", "server.headless": True}
    )
