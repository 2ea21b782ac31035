"""The address of the second reader's model: this machine, or another one by decision, never unencrypted, and no secret in a sentence."""

from __future__ import annotations

import pytest

from planner.domain.model_address import fault, loopback, place


@pytest.mark.parametrize(
    ("host", "this"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("models.localhost", True),
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("10.0.0.8", False),
        ("0.0.0.0", False),  # noqa: S104 - a name to judge, never listened on
        ("localhost.example", False),
        ("notlocalhost", False),
        ("", False),
    ],
)
def test_this_machine_is_known_by_name_and_number(host: str, this: bool) -> None:
    assert loopback(host) is this


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:11434", "http://localhost:1234/v1", "http://[::1]:8080/", "https://localhost", "HTTP://Localhost:8080/v1/"]
)
def test_an_address_on_this_machine_is_good(url: str) -> None:
    assert fault(url, elsewhere=False) == fault(url, elsewhere=True) == ""


def test_another_machine_needs_a_decision_and_https() -> None:
    assert fault("https://api.example.com/openai/v1", elsewhere=True) == ""
    assert "another machine than this one" in fault("https://api.example.com/v1", elsewhere=False)
    assert "“api.example.com”" in fault("http://api.example.com/v1", elsewhere=True)
    assert "for all to read on the way" in fault("http://api.example.com/v1", elsewhere=True)


@pytest.mark.parametrize(
    "url",
    ["localhost:11434", "127.0.0.1:11434", "ftp://localhost", "http://", "http://localhost:port", "http://localhost:0", "http://[::1"],
)
def test_what_is_no_address_is_shown_as_it_stands(url: str) -> None:
    assert fault(url, elsewhere=False) == f"PLANNER_READER_URL is “{url}”, but has to look like http://127.0.0.1:11434."


def test_blanks_make_no_address() -> None:
    assert "has to look like" in fault("http://local host:11434", elsewhere=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://me:hunter2@localhost:11434",
        "http://localhost:11434/v1?key=hunter2",
        "http://localhost:11434/#hunter2",
        "me:hunter2@localhost",
    ],
)
def test_a_secret_in_the_address_is_refused_and_never_repeated(url: str) -> None:
    said = fault(url, elsewhere=True)
    assert said.startswith("PLANNER_READER_URL")
    assert "hunter2" not in said


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/api/chat", "/api/generate/"])
def test_a_path_that_is_asked_for_is_no_server(path: str) -> None:
    assert "leave that away" in fault(f"http://localhost:11434{path}", elsewhere=False)


def test_people_see_host_and_port_only() -> None:
    assert place("https://me:hunter2@models.example:8443/v1?key=hunter2") == "models.example:8443"
