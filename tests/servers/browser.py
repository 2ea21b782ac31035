"""Debian's Chromium, driven by Playwright, without a window and kept off the network."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

from tests.servers import installed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",  # containers have no user namespaces
    "--disable-dev-shm-usage",  # their shared memory is small
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--metrics-recording-only",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication,CertificateTransparencyComponentUpdater",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--font-render-hinting=none",  # the same picture on every machine
)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser; every name but this machine's own is unknown to it."""
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        installed.missing("browser", "Chromium")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a missing package is an answer, not an error
    except ImportError:
        installed.missing("browser", "Playwright (the Python package playwright)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=list(_FLAGS))
        yield browser
        browser.close()
