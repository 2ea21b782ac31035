"""A missing server skips its tests with the command that installs it, unless it is required; nothing leaves this machine."""

from __future__ import annotations

import socket
from importlib import metadata
from pathlib import Path

import pytest

from tests.servers import installed
from tests.servers.process import ServerFailedError, free_port, start

_SENTENCE = r"^WordPress is not installed: run `bash .ci/install-servers wordpress`\.$"


def test_a_missing_server_skips_and_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_TEST_REQUIRE", "bluesky")
    with pytest.raises(pytest.skip.Exception, match=_SENTENCE):
        installed.missing("wordpress", "WordPress")


def test_a_missing_server_that_is_required_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_TEST_REQUIRE", "bluesky, wordpress")
    with pytest.raises(pytest.fail.Exception, match=_SENTENCE):
        installed.missing("wordpress", "WordPress")


def test_a_misspelt_requirement_is_an_error_not_a_silent_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_TEST_REQUIRE", "wordpres")
    with pytest.raises(ValueError, match="names wordpres; known are"):
        installed.missing("wordpress", "WordPress")


def test_the_folder_can_be_moved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLANNER_SERVERS_DIR", str(tmp_path))
    with pytest.raises((pytest.skip.Exception, pytest.fail.Exception)):
        installed.need("wordpress", "WordPress", installed.folder("wordpress") / "installed")


def test_a_server_that_dies_shows_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(ServerFailedError, match=r"exit code 3.*\nno config"):
        start(["sh", "-c", "echo no config; exit 3"], log=tmp_path / "log", ready=lambda: False)


def test_stop_ends_what_the_server_started_too(tmp_path: Path) -> None:
    port = free_port()
    child = f"python3 -m http.server {port} --bind 127.0.0.1 & wait"

    def is_up() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    with start(["sh", "-c", child], log=tmp_path / "log", ready=is_up):
        assert is_up()
    assert not is_up()


@pytest.mark.parametrize("address", [("93.184.216.34", 80), ("10.0.0.1", 80), ("fe80::1", 80, 0, 0)])
def test_no_other_machine_can_be_reached(address: tuple[object, ...]) -> None:
    family = socket.AF_INET6 if ":" in str(address[0]) else socket.AF_INET
    with socket.socket(family) as probe, pytest.raises(RuntimeError, match="only this machine may be reached"):
        probe.connect(address)


def test_no_outside_name_can_be_looked_up() -> None:
    with pytest.raises(RuntimeError, match=r"look up example\.com"):
        socket.create_connection(("example.com", 80))


def test_an_invalid_name_is_unknown_as_on_any_machine() -> None:
    with pytest.raises(socket.gaierror):
        socket.create_connection(("host.invalid", 80))


def test_no_file_here_hides_a_package_that_the_product_imports() -> None:
    """The folder of a test file stands first on the path, so a file `mastodon.py` beside it would be taken for the library."""
    mine = {path.stem for path in Path(__file__).parent.glob("*.py")}
    installed = {name for name, owners in metadata.packages_distributions().items() if owners}
    assert mine & installed == set()
