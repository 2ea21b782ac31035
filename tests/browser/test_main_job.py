"""The main job in a real browser against a real Bluesky network, with the product's own processes."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import urllib.request
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from planner.settings import ROOT
from tests.browser.conftest import settle
from tests.integration.shell import Shell, add_accounts, until
from tests.integration.test_main_job_cli import collect, seen
from tests.servers.process import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from tests.servers.bluesky import Bluesky

BAD = "I have a client with PTSD and am wondering what has helped others. She is a 34-year-old nurse at our county hospital."
GOOD = "What helps with sleep after a hard week? Three calm ideas are on our page: https://example.org/sleep #MentalHealth"
ALT = "A notebook and a cup of tea on a bedside table"


@contextmanager
def product(shell: Shell, port: int) -> Iterator[str]:
    """Run what `make run` runs, on a free port."""
    env = {**shell.env, "PLANNER_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "planner", "run"], cwd=ROOT, env=env)
    base = f"http://localhost:{port}"
    try:
        until(lambda: _ready(base))
        yield base
    finally:
        process.terminate()
        assert process.wait(30) == 0


def _ready(base: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"{base}/readyz", timeout=2) as answer:  # noqa: S310 - our own loopback address
        return int(answer.status) == 200
    return False


def _picture(path: Path) -> Path:
    out = io.BytesIO()
    Image.new("RGB", (640, 400), (90, 140, 150)).save(out, "PNG")
    path.write_bytes(out.getvalue())
    return path


def _write(page: Page, handle: str, picture: Path) -> None:
    page.get_by_role("button", name="New post").click()
    settle(page)
    for name in (handle, "Dana Whitlock"):
        pill = page.get_by_role("button", name=name).first
        if pill.get_attribute("aria-pressed") != "true" and "primary" not in (pill.get_attribute("kind") or ""):
            pill.click()
            settle(page)
    box = page.locator("textarea[data-text]")
    box.click()
    page.keyboard.type(BAD, delay=5)
    expect(page.locator("mark.block").first).to_be_visible()
    expect(page.locator("[data-verdict]")).to_have_attribute("data-verdict", "block")
    expect(page.get_by_role("button", name="Done writing")).to_be_disabled()
    box.fill("")
    page.keyboard.type(GOOD, delay=5)
    expect(page.locator("[data-verdict]")).not_to_have_attribute("data-verdict", "block")
    settle(page, 1500)
    page.get_by_text("Images", exact=False).first.click()
    settle(page)
    page.locator("input[type=file]").first.set_input_files(str(picture))
    page.get_by_label("What does it show?").last.fill(ALT)
    page.get_by_role("button", name="Add image").click()
    settle(page)


def _confirm_and_schedule(page: Page) -> None:
    for who in ("my boss", "the family", "a client of mine", "a colleague"):
        page.get_by_text(f"… {who}").click()
        settle(page)
    asked = page.locator("[data-testid=stRadio]").filter(has=page.get_by_role("radio", checked=False))
    for number in range(asked.count()):
        page.locator("[data-testid=stRadio]").nth(number).locator("label[data-baseweb=radio], label:has(input)").first.click()
        settle(page)
    page.get_by_role("button", name="Done writing").click()
    settle(page)
    while page.get_by_role("button", name="Yes, exactly this text").count():
        page.get_by_role("button", name="Yes, exactly this text").first.click()
        settle(page)
    for left in (2, 1):
        expect(page.get_by_text("Or choose a time")).to_have_count(left, timeout=20_000)
        page.get_by_text("Send it right away").first.click()
        expect(page.get_by_text("Or choose a time")).to_have_count(left - 1, timeout=20_000)
        settle(page)
        while page.get_by_role("checkbox", name="Take this time all the same", checked=False).count():
            page.get_by_text("Take this time all the same").nth(
                page.get_by_role("checkbox", name="Take this time all the same", checked=True).count()
            ).click()
            settle(page)
        page.get_by_role("button", name=re.compile("Send it now|Give me its card now")).click()
        settle(page)


@pytest.mark.main_job
@pytest.mark.slow
@pytest.mark.timeout(280)
def test_the_main_job_in_a_browser(tmp_path: Path, bluesky_network: Bluesky, context: BrowserContext) -> None:
    shell = Shell(tmp_path / "data")
    person, reader = bluesky_network.person(), bluesky_network.person()
    bluesky_network.profile(person, "Juniper Street")
    add_accounts(shell, bluesky_network.url, person.handle, bluesky_network.app_password(person))
    page = context.new_page()
    page.set_default_timeout(15_000)
    with product(shell, free_port()) as base:
        page.goto(base)
        settle(page)
        page.get_by_role("button", name="Start empty").click()
        settle(page)
        page.goto(f"{base}/compose")
        settle(page)
        _write(page, person.handle, _picture(tmp_path / "IMG_1.png"))
        _confirm_and_schedule(page)
        try:
            until(lambda: len(bluesky_network.records(person)) == 1)
            until(lambda: shell.states()["sent"] == 1)
        except AssertionError:
            page.screenshot(path=str(tmp_path / "stuck.png"))
            raise AssertionError(shell.run("status", status=None)) from None
        record = bluesky_network.records(person)[0]
        value = record["value"]
        assert value["text"] == GOOD
        words = {value["text"].encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode() for facet in value["facets"]}
        assert words == {"https://example.org/sleep", "#MentalHealth"}
        assert [image["alt"] for image in value["embed"]["images"]] == [ALT]

        bluesky_network.like(reader, record["uri"])
        until(lambda: seen(bluesky_network, record["uri"]) == 1)
        assert collect(shell, hours=25) == 2
        page.goto(f"{base}/engagement?show=posts")
        settle(page, 1500)
        expect(page.locator(".js-plotly-plot").first).to_be_visible()
        expect(page.locator("[aria-label^='Reactions per week: 1 reported']")).to_have_count(1)

        page.goto(f"{base}/connections")
        settle(page)
        _note(page, "Front Range Library", "Asked for a joint evening on sleep.")
        expect(page.get_by_text("Asked for a joint evening on sleep.").first).to_be_visible()
        _note(page, "A mother", "My 3 o'clock, a 15-year-old from Lincoln High, loved it; her mother Jane Miller cried.")
        expect(page.get_by_text("seems to speak of a client").first).to_be_visible()


def _note(page: Page, who: str, text: str) -> None:
    if not page.get_by_label("What happened?").count() or not page.get_by_label("What happened?").first.is_visible():
        page.get_by_text("note", exact=False).first.click()
        settle(page)
    page.get_by_label("Who? (a professional or an organization)").fill(who)
    page.get_by_label("What happened?").fill(text)
    page.get_by_role("button", name="Save the note").click()
    settle(page)
