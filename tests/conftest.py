"""Fixtures of the whole suite: nothing leaves this machine, property tests are reproducible in CI, real servers on demand."""

from __future__ import annotations

import ipaddress
import os
import socket
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.servers import bluesky as bluesky_servers
from tests.servers import browser as browsers
from tests.servers import mastodon_mocked as mastodon_servers
from tests.servers import postgres as postgres_servers
from tests.servers import smtp as mail_servers
from tests.servers import webhook_sink as sinks
from tests.servers import wordpress as wordpress_servers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext

    from tests.servers.bluesky import Bluesky
    from tests.servers.mastodon_mocked import Mastodon
    from tests.servers.postgres import Postgres
    from tests.servers.smtp import MailServer
    from tests.servers.webhook_sink import Sink
    from tests.servers.wordpress import WordPress

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("dev", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

_ONE_PER_RUN = ("bluesky_network",)


class OutsideNetworkError(RuntimeError):
    """A test tried to reach a machine other than this one."""


def _is_local(host: str) -> bool:
    if host in ("localhost", "", "0.0.0.0", "::"):  # noqa: S104 - the names of this machine, nothing binds here
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(address: object) -> str:
    host = address[0] if isinstance(address, tuple) else ""  # a Unix socket's address is a path
    return host.decode() if isinstance(host, bytes) else str(host)


def _only_local(real: Any) -> Any:
    def guarded(self: socket.socket, address: object, *rest: object) -> Any:
        if not _is_local(_host(address)):
            raise OutsideNetworkError(f"A test tried to reach {_host(address)}; only this machine may be reached.")
        return real(self, address, *rest)

    return guarded


def _only_local_names(real: Any) -> Any:
    def guarded(host: object, *rest: object, **options: object) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host or "")
        if name.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if not _is_local(name):
            raise OutsideNetworkError(f"A test tried to look up {name}; only this machine may be reached.")
        return real(host, *rest, **options)

    return guarded


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _only_local(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _only_local_names(socket.getaddrinfo))
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a heavy server in one worker, so that it is started once."""
    for item in items:
        for name in set(_ONE_PER_RUN) & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(name))


@pytest.fixture(scope="session")
def bluesky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bluesky]:
    """A real Bluesky data server without a view of the network: posts, images, threads, sessions, but no metrics."""
    with bluesky_servers.lite(tmp_path_factory.mktemp("bluesky")) as server:
        yield server


@pytest.fixture(scope="session")
def bluesky_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bluesky]:
    """The whole Bluesky network: likes, followers and search as well."""
    with bluesky_servers.network(tmp_path_factory.mktemp("bluesky-network")) as server:
        yield server


@pytest.fixture(scope="session")
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    """A real WordPress, its clock in New York; it keeps what earlier tests wrote."""
    with wordpress_servers.wordpress(tmp_path_factory.mktemp("wordpress")) as server:
        yield server


@pytest.fixture(scope="session")
def mastodon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mastodon]:
    """A server that speaks Mastodon's interface, with accounts that have no posts."""
    with mastodon_servers.mastodon(tmp_path_factory.mktemp("mastodon")) as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server."""
    with postgres_servers.postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The SQLAlchemy address of an empty PostgreSQL database, dropped after the test."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    """A mail server that keeps its mails."""
    with mail_servers.mail_server() as server:
        yield server


@pytest.fixture
def webhook_sink() -> Iterator[Sink]:
    """An HTTP server that keeps its requests."""
    with sinks.webhook_sink() as sink:
        yield sink


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser."""
    with browsers.chromium() as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser context of its own: no cookies, no storage; times in UTC, English, without motion."""
    fresh = browser.new_context(locale="en-US", timezone_id="UTC", reduced_motion="reduce")
    yield fresh
    fresh.close()
