"""Take a screenshot of every page with the demo data and in a fresh workspace, light and dark, wide and narrow: `make shots`.

All go to build/shots/; the wide light ones that the README shows go to docs/shots/ as well.
"""

from __future__ import annotations

import contextlib
import itertools
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
from playwright.sync_api import Error, sync_playwright

from tools import shots_scenes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

Scheme = Literal["light", "dark"]
ROOT = Path(__file__).resolve().parent.parent
OUT, SHOWN = ROOT / "build" / "shots", ROOT / "docs" / "shots"
HIGHEST = 3_200
SIZES = {"wide": (1440, 900), "narrow": (390, 844)}
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
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
    """Take them all, or only those whose names begin with a word given; light, dark, wide and narrow choose among the looks."""
    looks = _looks(only)
    only = [word for word in only if word not in (*SCHEMES, *SIZES)]
    OUT.mkdir(parents=True, exist_ok=True)
    SHOWN.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for command in ("demo", "empty"):
            if only and all(name.startswith("empty") != (command == "empty") for name in only):
                continue
            with tempfile.TemporaryDirectory() as folder:
                env = {**os.environ, "PLANNER_DATA_DIR": folder, "PLANNER_PORT": str(_free_port()), "PLANNER_LOG_LEVEL": "WARNING"}
                with _running(env, command):
                    scenes = shots_scenes.demo(shots_scenes.ids_of(Path(folder), env)) if command == "demo" else shots_scenes.empty()
                    wanted = [scene for scene in scenes if not only or scene.name.startswith(tuple(only))]
                    for line in _shots(browser, f"http://localhost:{env['PLANNER_PORT']}", wanted, looks, first=command == "empty"):
                        print(line, flush=True)
        browser.close()


@contextlib.contextmanager
def _running(env: dict[str, str], command: str) -> Iterator[None]:
    """Serve a workspace with its worker: the demo practice, or one that nobody has used."""
    if command == "demo":
        subprocess.run([sys.executable, "-m", "planner", "demo"], cwd=ROOT, env=env, check=True)
    running = [subprocess.Popen([sys.executable, "-m", "planner", name], cwd=ROOT, env=env) for name in ("web", "worker")]
    try:
        _wait(f"http://localhost:{env['PLANNER_PORT']}")
        yield
    finally:
        for process in running:
            process.terminate()
            process.wait(15)


def _looks(words: list[str]) -> list[tuple[Scheme, str]]:
    schemes = [scheme for scheme in SCHEMES if scheme in words] or list(SCHEMES)
    return list(itertools.product(schemes, [size for size in SIZES if size in words] or list(SIZES)))


def _shots(browser: Browser, base: str, scenes: list[shots_scenes.Scene], looks: list[tuple[Scheme, str]], *, first: bool) -> Iterator[str]:
    """Take the pictures as high as the page is, and the README's as a screen shows them; `first` goes through the welcome page."""
    for scheme, size in looks:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        page = context.new_page()
        if first:
            first = False
            page.goto(base)
            shots_scenes.settle(page)
            yield _taken(page, "empty-welcome", size, scheme)
            page.get_by_role("button", name="Start empty").click()
            shots_scenes.settle(page)
        for scene in scenes:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"{base}/{scene.address}")
            if not scene.address.startswith("review"):
                shots_scenes.settle(page)
            try:
                if scene.act is not None:
                    scene.act(page)
                yield _taken(page, scene.name, size, scheme)
            except Error as error:  # one page that has moved must not cost the others
                yield f"{scene.name} {size} {scheme}: {str(error).splitlines()[0]}"
        context.close()


def _taken(page: Page, name: str, size: str, scheme: str) -> str:
    target = OUT / f"{name}-{size}-{scheme}.png"
    if name in README and (size, scheme) == ("wide", "light"):
        page.screenshot(path=target)
        _small(target, SHOWN / f"{name}.png")
    high = page.evaluate("() => { const main = document.querySelector('[data-testid=stMain]'); return main ? main.scrollHeight : 0; }")
    width, height = SIZES[size]
    if high > height:
        page.set_viewport_size({"width": width, "height": min(int(high), HIGHEST)})
        page.wait_for_timeout(500)
    page.screenshot(path=target)
    return str(target.relative_to(ROOT))


def _small(source: Path, target: Path) -> None:
    """Write the picture with 96 colors: a third of the size, and no reader sees it."""
    with Image.open(source) as picture:
        picture.convert("RGB").quantize(96).save(target, optimize=True)


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
