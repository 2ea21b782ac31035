"""How long each page takes with ten busy years behind it, in a real browser: `make bench-pages`.

Click to idle: from a click until the script rests, the 95th of a hundred. Key to mark: from the last key of a word that the checklist
knows until its mark is painted, with the real checklist. Beside each stands the same in an empty workspace, measured in the same run:
the ratio is what the data costs, and it survives a slower machine. `--folder` uses a workspace made by `tests.bench.pages_data`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from planner import bootstrap
from planner.domain.campaign import Campaign
from planner.domain.post import Content
from planner.settings import Settings
from tests.bench.pages_data import KEY, Size, fill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from planner.services.house import Planner

ROOT = Path(__file__).resolve().parents[2]
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
BUSY = "[data-testid=stApp]:not([data-test-script-state=notRunning])"
GOAL_CLICK_MS, GOAL_KEY_MS = 1_000, 300
CASE = "I have a client"
"""Blocked from its last key on, and from none before."""

LONG = "Worry keeps people awake, and a list on paper helps some of them. "
# In the page, so that no message to Playwright is in the figure: the key's own time until the first frame with the mark in it.
WATCH = """() => { window.marks = []; const host = [...document.querySelectorAll('*')].find((n) => n.shadowRoot && n.shadowRoot.querySelector('textarea'));
  const area = host.shadowRoot.querySelector('textarea'), mirror = host.shadowRoot.querySelector('.mirror'); let last = 0;
  area.addEventListener('input', () => { last = performance.now(); });
  new MutationObserver(() => { if (last && mirror.querySelector('mark.block')) { const from = last; last = 0; requestAnimationFrame(() => window.marks.push(performance.now() - from)); } })
    .observe(mirror, { childList: true, subtree: true }); }"""


def say(line: str) -> None:
    """Write one line of the table."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def environment(folder: Path, port: int) -> dict[str, str]:
    """Return what the product is started with."""
    return {"PLANNER_DATA_DIR": str(folder), "PLANNER_KEY": KEY.decode(), "PLANNER_PORT": str(port), "PLANNER_LOG_LEVEL": "ERROR"}


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a workspace as the product does, without a worker; yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen([sys.executable, "-m", "planner", "web"], cwd=ROOT, env={**os.environ, **environment(folder, port)})
    base = f"http://localhost:{port}"
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{base}/readyz", timeout=2):  # noqa: S310 - our own loopback address
                break
            time.sleep(0.2)
        yield base
    finally:
        process.terminate()
        process.wait(20)


def opened(folder: Path) -> Planner:
    """Return the product over a workspace."""
    return bootstrap.build(Settings.from_env(environment(folder, 8501)))


def p95(samples: list[float]) -> float:
    """Return the 95th percentile in ms, nearest rank."""
    ordered = sorted(samples)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]


def clicks(page: Page, times: int, act: Callable[[int], None]) -> list[float]:
    """Return ms from each click until the script rests again."""
    found = []
    for number in range(times):
        begun = time.perf_counter()
        act(number)
        with contextlib.suppress(Exception):  # a quick run may be over before one looks
            page.wait_for_selector(BUSY, timeout=60)
        page.wait_for_selector(IDLE)
        found.append((time.perf_counter() - begun) * 1_000)
    return found


def keys(page: Page, times: int) -> list[float]:
    """Return ms from the last key of a word until its mark is painted."""
    box = page.locator("textarea[data-text]")
    box.click()
    page.keyboard.press("Control+End")
    page.evaluate(WATCH)
    for number in range(times):
        page.keyboard.type(CASE, delay=35)
        page.wait_for_function("(n) => window.marks.length > n", arg=number, timeout=20_000)
        for _ in range(len(CASE)):
            page.keyboard.press("Backspace")
        page.wait_for_function(
            "() => ![...document.querySelectorAll('*')].find((n) => n.shadowRoot && n.shadowRoot.querySelector('textarea')).shadowRoot.querySelector('mark.block')",
            timeout=20_000,
        )
        page.wait_for_timeout(600)
    found: list[float] = page.evaluate("window.marks")
    return found


SIDEBAR = (
    "Today", "Calendar", "Compose", "Approvals", "Deliveries", "Campaigns", "Engagement", "Connections", "Content bank", "Accounts", "Settings",
    "Import and export", "Health",
)  # fmt: skip
BEHIND = {
    "Monthly report": ("Engagement", "Monthly report to print"),
    "Audit trail": ("Settings", "Audit trail: who did what when"),
    "Rules in use": ("Settings", "How the checklist's rules fare in use"),
    "Links and tokens": ("Import and export", "Calendar feeds and tokens"),
}
"""Pages without a place in the menu: where their link stands, and its words."""


def wanted(name: str, only: list[str]) -> bool:
    """Tell whether a figure was asked for: by a part of its name, or because nothing was named."""
    return not only or any(part.casefold() in name.casefold() for part in only)


def visits(page: Page, base: str, times: int, only: list[str]) -> dict[str, list[float]]:
    """Return ms from a click on the way to each page until its script rests; the way back is not counted."""

    def follow(name: str) -> None:
        page.get_by_role("link", name=name, exact=True).first.click()

    def rest(title: str) -> None:
        page.get_by_role("heading", level=1, name=title).wait_for()
        page.wait_for_selector(IDLE)

    page.goto(base)
    rest("Today")
    ways = {name: ("Health" if name == "Today" else "Today", name) for name in SIDEBAR} | BEHIND
    found: dict[str, list[float]] = {}
    for title, (start, name) in ways.items():
        if not wanted(f"to {title}", only):
            continue
        samples = []
        for _ in range(times):
            follow(start)
            rest(start)
            page.wait_for_timeout(250)
            begun = time.perf_counter()
            follow(name)
            rest(title)
            samples.append((time.perf_counter() - begun) * 1_000)
        found[f"to {title}: click to idle"] = samples
    return found


INSIDE = {
    "The client's eye": ("Calendar", "", "link", "See it as a client does", "How somebody who looks you up"),
    "one campaign": ("Campaigns", "", "button", "Open", "All campaigns"),
    "its backlash plan": ("Campaigns", "Open", "link", "Backlash plan", "Written on a calm day"),
    "one delivery": ("Deliveries", "Went out", "button", "Open", "All deliveries"),
    "one account": ("Accounts", "", "button", "Open", "Back to the accounts"),
    "Consents": ("Approvals", "", "tab", "Consents", "What somebody has signed"),
    "Sign-ins": ("Accounts", "", "tab", "Sign-ins", "No account is posted to automatically yet"),
}
"""Pages of one thing and tabs: where one starts, what is opened before, the role and name of what is clicked, and words that then stand there."""


def inside(page: Page, base: str, times: int, only: list[str]) -> dict[str, list[float]]:
    """Return ms from a click to the script's rest for each page behind another one."""
    found: dict[str, list[float]] = {}
    page.goto(base)
    page.wait_for_selector(IDLE)
    for title, (start, before, role, name, words) in INSIDE.items():
        if not wanted(f"to {title}", only):
            continue
        samples = []
        for _ in range(times):
            page.get_by_role("link", name="Health", exact=True).first.click()
            page.get_by_role("heading", level=1, name="Health").wait_for()
            page.get_by_role("link", name=start, exact=True).first.click()
            page.get_by_role("heading", level=1, name=start).wait_for()
            page.wait_for_selector(IDLE)
            if before:
                page.get_by_role("tab", name=before).or_(page.get_by_role("button", name=before, exact=True)).first.click()
            target = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]  # one of the roles above
            target.wait_for()
            page.wait_for_timeout(400)
            page.wait_for_selector(IDLE)
            begun = time.perf_counter()
            target.click()
            page.get_by_text(words).first.wait_for()
            page.wait_for_selector(IDLE)
            samples.append((time.perf_counter() - begun) * 1_000)
        found[f"to {title}: click to idle"] = samples
    return found


def _campaign(planner: Planner) -> None:
    """See to a campaign: the seeded posts belong to none."""
    actor = planner.workspace.actor()
    if not planner.campaigns.all():
        planner.campaigns.add(actor, Campaign("", "Counseling by phone", "People far out keep their counselor", planner.clock.now()))


def measure(folder: Path, times: int, only: list[str]) -> dict[str, list[float]]:
    """Return name -> ms of one workspace."""
    planner = opened(folder)
    account_ids = tuple(one.id for one in planner.accounts.all())
    actor = planner.workspace.actor()
    _campaign(planner)
    drafts = {size: planner.composer.new(actor, account_ids, Content(text=LONG * (size // len(LONG)))) for size in (500, 3_000)}
    found: dict[str, list[float]] = {}
    with serving(folder) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        found.update(visits(page, base, times, only))
        found.update(inside(page, base, times, only))
        for view in (one for one in ("month", "week", "list") if wanted(f"calendar {one}", only)):
            page.goto(f"{base}/calendar?view={view}")
            page.wait_for_selector(IDLE)
            page.wait_for_timeout(1_500)
            step = page.get_by_role("button", name="Earlier"), page.get_by_role("button", name="Later")
            found[f"calendar {view}: click to idle"] = clicks(page, times, lambda number, step=step: step[number % 2].click())  # type: ignore[misc]  # bound now
        if wanted("composer: open and close a post", only):
            page.goto(f"{base}/compose")
            page.wait_for_selector(IDLE)
            page.wait_for_timeout(1_000)
            link = page.get_by_role("button", name="Open", exact=True), page.get_by_role("button", name="All posts")
            found["composer: open and close a post"] = clicks(page, times, lambda number: link[number % 2].first.click())
        for size, draft in drafts.items() if wanted("composer: key to mark", only) else ():
            page.goto(f"{base}/compose?post={draft.id}")
            page.wait_for_selector("textarea[data-text]")
            page.wait_for_timeout(2_000)
            found[f"composer: key to mark, {size:,} characters, {len(account_ids)} accounts"] = keys(page, times)
        browser.close()
    for draft in drafts.values():
        planner.composer.delete(actor, draft.id)
    planner.store.close()  # type: ignore[attr-defined]  # the real store
    return found


def main() -> int:
    """Measure both workspaces and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="a workspace made by tests.bench.pages_data; without it one is made")
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--only", nargs="*", default=[], help="only figures with one of these parts in their names")
    parser.add_argument("--alone", action="store_true", help="without the small workspace beside it")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as kept:
        small, big = Path(kept) / "small", args.folder or Path(kept) / "big"
        small.mkdir()
        fill(small, datetime.now(UTC), Size(40, 200))
        if args.folder is None:
            big.mkdir()
            fill(big, datetime.now(UTC))
        few, many = {} if args.alone else measure(small, args.times, args.only), measure(big, args.times, args.only)
    worst = 0
    say("| figure | p50 | p95 | goal | 40 posts: p95 | ratio |\n|---|---|---|---|---|---|")
    for name, samples in many.items():
        goal = GOAL_KEY_MS if "key" in name else GOAL_CLICK_MS
        worst += p95(samples) > goal
        beside = f"{p95(few[name]):.0f} ms | {p95(samples) / p95(few[name]):.1f}" if name in few else "not measured | "
        say(f"| {name} | {statistics.median(samples):.0f} ms | {p95(samples):.0f} ms | {goal} ms | {beside} |")
    say(f"{worst} of {len(many)} figures above their goal.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
