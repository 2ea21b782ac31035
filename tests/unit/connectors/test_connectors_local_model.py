"""The second reader's model: asked on this machine only, bounded in time, and never trusted to answer sense."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest

from connectors.errors import Forbidden, Rejected, Temporary
from connectors.local_model import LocalModel, ModelAnswer
from tests.unit.connectors.connectors_stub import Stub, answer, drip, serving, slow

if TYPE_CHECKING:
    from collections.abc import Iterator

NONE = answer(404, {"error": "unknown"})
TAGS = answer(200, {"models": [{"name": "reader:latest", "model": "reader:latest", "digest": "abc123"}]})
SAID = answer(200, {"choices": [{"message": {"role": "assistant", "content": '{"findings": []}'}}]})


@pytest.fixture
def server() -> Iterator[Stub]:
    with serving() as stub:
        yield stub


def elsewhere(*addresses: str) -> Any:
    def resolve(_host: str, port: int, **_more: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return resolve


def test_one_question_with_the_draft_as_data_and_no_randomness(server: Stub) -> None:
    server.script = [TAGS, SAID]
    got = LocalModel(f"{server.url}/v1/", "reader", "the-key").ask("Read.", '{"draft": "She laughed."}')
    assert got == ModelAnswer('{"findings": []}', "reader", "abc123")
    assert [(one.method, one.path) for one in server.asked] == [("GET", "/api/tags"), ("POST", "/v1/chat/completions")]
    assert server.asked[1].json == {
        "model": "reader",
        "messages": [{"role": "system", "content": "Read."}, {"role": "user", "content": '{"draft": "She laughed."}'}],
        "temperature": 0,
        "stream": False,
    }
    assert server.asked[1].headers["authorization"] == "Bearer the-key"
    assert "the-key" not in repr(LocalModel("http://localhost", "reader", "the-key"))


def test_a_server_that_is_no_ollama_has_no_digest(server: Stub) -> None:
    server.script = [NONE, SAID]
    assert LocalModel(server.url, "reader").ask("a", "b").digest == ""


@pytest.mark.parametrize("tags", [[], {"models": "none"}, {"models": [1, {"name": 7}, {"name": "another"}]}])
def test_an_odd_list_of_models_is_no_digest(server: Stub, tags: Any) -> None:
    server.script = [answer(200, tags), SAID]
    assert LocalModel(server.url, "reader").ask("a", "b").digest == ""


@pytest.mark.parametrize("model", ["gpt-oss:120b-cloud", "some:cloud", "cloud", "Big-Cloud"])
def test_a_model_in_somebody_elses_cloud_is_refused_before_anything_is_sent(server: Stub, model: str) -> None:
    with pytest.raises(Forbidden, match="somebody else's server"):
        LocalModel(server.url, model).ask("a", "b")
    assert server.asked == []


@pytest.mark.parametrize("field", ["remote_host", "remote_model"])
def test_a_model_that_the_local_server_hands_on_is_refused_before_the_draft_is_sent(server: Stub, field: str) -> None:
    server.script = [answer(200, {"models": [{"name": "reader", field: "https://models.example"}]})]
    with pytest.raises(Forbidden, match="somebody else's server"):
        LocalModel(server.url, "reader").ask("a", "b")
    assert len(server.asked) == 1


@pytest.mark.parametrize("addresses", [("203.0.113.9",), ("127.0.0.1", "10.0.0.8"), ("::ffff:10.0.0.8",), ()])
def test_an_address_that_is_not_only_this_machine_is_refused(addresses: tuple[str, ...]) -> None:
    with pytest.raises(Forbidden, match="not on this machine"):
        LocalModel("http://models.example:11434", "reader", resolve=elsewhere(*addresses)).ask("a", "b")


def test_what_was_looked_up_is_what_is_called(server: Stub) -> None:
    """A name that resolves to another address a moment later changes nothing: the call goes to the number that was checked."""
    server.script = [NONE, SAID]
    port = server.url.rpartition(":")[2]
    LocalModel(f"http://models.example:{port}", "reader", resolve=elsewhere("127.0.0.1")).ask("a", "b")
    assert {one.headers["host"] for one in server.asked} == {f"models.example:{port}"}


def test_another_machine_only_by_the_organizations_decision(server: Stub) -> None:
    server.script = [answer(200, {"models": [{"name": "big-cloud", "remote_host": "x", "digest": "d"}]}), SAID]
    assert LocalModel(server.url, "big-cloud", elsewhere=True).ask("a", "b").digest == "d"


def test_another_machine_is_never_asked_unencrypted(server: Stub) -> None:
    """Neither the draft nor the key leaves this machine over http, whatever the organization has decided."""
    model = LocalModel("http://models.example:11434", "reader", "the-key", elsewhere=True, resolve=elsewhere("203.0.113.9"))
    with pytest.raises(Forbidden, match="begins with http://, so no draft was sent"):
        model.ask("a", "b")
    assert server.asked == []


def test_another_machine_is_asked_by_its_name_over_https(server: Stub) -> None:
    """The name stays in the address, so that its certificate is looked at; a server that speaks no TLS is not asked anything."""
    port = server.url.rpartition(":")[2]
    with pytest.raises(Temporary, match="did not answer in time"):
        LocalModel(f"https://localhost:{port}", "reader", "the-key", elsewhere=True, resolve=elsewhere()).ask("a", "b")
    assert server.asked == []


@pytest.mark.parametrize("url", ["", "localhost:11434", "ftp://localhost", "http://", "http://localhost:port", "http://[::1"])
def test_an_address_that_is_none_is_said(url: str) -> None:
    with pytest.raises(Rejected, match="cannot be read"):
        LocalModel(url, "reader").ask("a", "b")


def test_an_unknown_name_is_said() -> None:
    with pytest.raises(Temporary, match="not known on this machine"):
        LocalModel("http://nobody.invalid", "reader").ask("a", "b")


def test_nobody_listening_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for url, shown in ((f"http://127.0.0.1:{port}/v1", "127.0.0.1"), (f"https://localhost:{port}", "localhost")):
        with pytest.raises(Temporary, match=f"Nothing listens at {shown}:{port}, so no draft was sent") as caught:
            LocalModel(url, "reader", "the-key").ask("a", "b")
        assert "the-key" not in str(caught.value)


@pytest.mark.parametrize("late", [slow(3, SAID), drip(SAID * 40, 0.02)])
def test_a_late_or_dripping_answer_is_cut_off(server: Stub, late: Any) -> None:
    server.script = [NONE, late]
    with pytest.raises(Temporary, match="did not answer in time"):
        LocalModel(server.url, "reader", seconds=0.6).ask("a", "b")


def test_a_redirect_is_not_followed(server: Stub) -> None:
    server.script = [NONE, answer(307, None, Location="http://203.0.113.9/v1/chat/completions")]
    with pytest.raises(Rejected, match="status 307"):
        LocalModel(server.url, "reader").ask("a", "b")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        {},
        {"choices": []},
        {"choices": [{}]},
        {"choices": [{"message": {"content": None}}]},
        {"choices": {"0": 1}},
        {"choices": 5},
    ],
)
def test_nonsense_is_no_answer(server: Stub, body: Any) -> None:
    server.script = [NONE, answer(200, body)]
    with pytest.raises(Temporary, match="no chat answer"):
        LocalModel(server.url, "reader").ask("a", "b")


def test_a_proxy_of_the_environment_is_ignored(server: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://203.0.113.9:3128")
    server.script = [NONE, SAID]
    assert json.loads(LocalModel(server.url, "reader").ask("a", "b").text) == {"findings": []}
