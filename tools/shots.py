"""Take a screenshot of every page with the demo data, light and dark, wide and narrow: `make shots`.

All go to build/shots/; the wide light ones that the README shows go to docs/shots/ as well.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
OUT, SHOWN = ROOT / "build" / "shots", ROOT / "docs" / "shots"
SIZES = {"wide": (1440, 900), "narrow": (390, 844)}
PAGES = {
    "home": "",
    "calendar": "calendar",
    "composer": "compose",
    "approvals": "approvals",
    "deliveries": "deliveries",
    "campaigns": "campaigns",
    "engagement": "engagement",
    "connections": "connections",
    "library": "bank",
    "accounts": "accounts",
    "health": "health",
    "settings": "settings",
    "report": "report",
    "rules": "rules",
    "audit": "audit",
    "clients-eye": "clients_eye",
}
README = ("home", "calendar", "composer", "deliveries", "engagement")
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def main(only: list[str]) -> None:
    """Take them all, or only the pages named."""
    OUT.mkdir(parents=True, exist_ok=True)
    SHOWN.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        env = {**os.environ, "PLANNER_DATA_DIR": folder, "PLANNER_PORT": str(_free_port()), "PLANNER_LOG_LEVEL": "WARNING"}
        subprocess.run([sys.executable, "-m", "planner", "demo"], cwd=ROOT, env=env, check=True)
        running = [subprocess.Popen([sys.executable, "-m", "planner", name], cwd=ROOT, env=env) for name in ("web", "worker")]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            base = f"http://localhost:{env['PLANNER_PORT']}"
            _wait(base)
            for line in _shots(browser, base, only):
                print(line, flush=True)
        finally:
            browser.close()
            for process in running:
                process.terminate()
                process.wait(15)


def _shots(browser: Browser, base: str, only: list[str]) -> Iterator[str]:
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        for size, (width, height) in SIZES.items():
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            page = context.new_page()
            for name, address in PAGES.items():
                if only and name not in only:
                    continue
                page.goto(f"{base}/{address}")
                page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=30_000)
                if name == "composer":
                    _open_blocked_draft(page)
                page.wait_for_timeout(1_500)
                target = OUT / f"{name}-{size}-{scheme}.png"
                page.screenshot(path=target)
                if name in README and (size, scheme) == ("wide", "light"):
                    _small(target, SHOWN / f"{name}.png")
                yield str(target.relative_to(ROOT))
            context.close()


def _small(source: Path, target: Path) -> None:
    """Write the picture with 96 colors: a third of the size, and no reader sees it."""
    with Image.open(source) as picture:
        picture.convert("RGB").quantize(96).save(target, optimize=True)


def _open_blocked_draft(page: Page) -> None:
    """Open the demo's draft that the checklist blocks."""
    page.locator("[data-testid=stLayoutWrapper]").filter(has_text="I have a client with PTSD").get_by_role(
        "button", name="Open"
    ).last.click()
    page.wait_for_selector("mark.block", timeout=30_000)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(base: str) -> None:
    for _ in range(150):
        try:
            with urllib.request.urlopen(f"{base}/readyz", timeout=2):  # noqa: S310 - our own loopback address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    sys.exit("The dashboard did not open within 30 seconds.")


if __name__ == "__main__":
    main(sys.argv[1:])
