"""The Pinterest connector against a stand-in written from its documents, and its requests against Pinterest's own contract."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from connectors.base import Credentials, Found, Link, Ref, Unknown, Variant
from connectors.errors import AuthExpired, Doubtful, Rejected
from connectors.tokens import HeldTokens
from tests.contract import fault_proxy as faults
from tests.contract.connector_contract import ConnectorContract
from tests.contract.connector_rig import PATIENT, Job, Remote, connect, picture
from tests.servers.pinterest import BOARD, TOKEN, Pinterest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.base import Connector
    from tests.contract.fault_proxy import FaultProxy
    from tests.servers.pretend import Call

_EXPIRED = faults.Status(401, body=b'{"code": 2, "message": "Authentication failed."}')
_ROOT = Path(__file__).parents[2]
_CONTRACTS = Path(os.environ.get("PLANNER_CONTRACTS_DIR") or _ROOT.parent / "shared" / "data" / "contracts")
_CONTRACT = _CONTRACTS / "pinterest" / "openapi.json"
ROOM = picture("A quiet room")


@dataclass(frozen=True, slots=True)
class PinterestRig:
    """One account and its board; the image goes along with the create, so there is no upload."""

    network: Pinterest
    platform: str = "pinterest"
    create: tuple[str, str] = ("POST", "/v5/pins")
    upload: tuple[str, str] = ("POST", "/v5/pins")
    expired: faults.Status = _EXPIRED

    @property
    def server(self) -> str:
        return self.network.url

    def credentials(self, server: str) -> Credentials:
        return Credentials({"server": server, "access": TOKEN, "board_id": BOARD, "standard": "yes"})

    def posts(self) -> list[Remote]:
        return [_remote(pin) for pin in self.network.kept.values()]

    def judges(self, text: str, used: int) -> bool:
        del text, used
        return True


def _remote(pin: dict[str, Any]) -> Remote:
    return Remote(pin["id"], pin["description"], (pin["alt_text"],), raw=json.dumps(pin))


class TestPinterest(ConnectorContract):
    @pytest.fixture
    def rig(self) -> Iterator[PinterestRig]:
        with Pinterest() as network:
            yield PinterestRig(network)

    def test_a_pin_has_title_words_link_and_the_very_image(self, rig: PinterestRig, connector: Connector) -> None:
        receipt = Job(connector, Variant(("Our rooms",), title="Rooms", link=Link("https://example.org/rooms"), media=(ROOM,))).publish()
        [pin] = rig.network.kept.values()
        shown = {name: pin[name] for name in ("title", "description", "link", "alt_text", "board_id")}
        assert shown == {
            "title": "Rooms",
            "description": "Our rooms",
            "link": "https://example.org/rooms",
            "alt_text": "A quiet room",
            "board_id": BOARD,
        }
        assert list(rig.network.images.values()) == [ROOM.data]
        assert (receipt.url, receipt.warnings) == (f"https://www.pinterest.com/pin/{receipt.ref}/", ())

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"segments": ("a" * 801,)}, "text"),
            ({"title": "a" * 101}, "title"),
            ({"media": (replace(ROOM, alt="a" * 501),)}, "alt"),
            ({"media": (ROOM, ROOM)}, "media"),
            ({"media": ()}, "media"),
            ({"link": Link("https://example.org/" + "a" * 2029)}, "link"),
            ({"link": Link("example.org")}, "link"),
        ],
    )
    def test_every_limit_is_said_before(self, connector: Connector, changes: dict[str, Any], field: str) -> None:
        fits = Variant(("a" * 800,), title="a" * 100, link=Link("https://example.org/" + "a" * 2028), media=(replace(ROOM, alt="a" * 500),))
        assert connector.measure(fits).fits
        assert [problem.field for problem in connector.measure(replace(fits, **changes)).problems] == [field]
        Job(connector, fits).publish()

    def test_trial_access_is_said_on_the_account_and_on_each_pin(self, rig: PinterestRig) -> None:
        tokens = HeldTokens(Credentials({**rig.credentials(rig.server).values, "standard": "no"}))
        connector = connect(rig, rig.server, PATIENT, tokens)
        assert connector.check_auth().told == {"test_only": "yes"}
        receipt = Job(connector, Variant(("Test",), media=(ROOM,))).publish()
        assert ["Only you can see this pin" in line for line in receipt.warnings] == [True]
        assert connect(rig, rig.server, PATIENT).check_auth().told == {}

    def test_a_found_pin_with_another_description_says_so(self, rig: PinterestRig, shaky: Connector, proxy: FaultProxy) -> None:
        proxy.rule(faults.DropAfter(), *rig.create)
        job = Job(shaky, Variant(("Look",), title="Look", media=(ROOM,)))
        with pytest.raises(Doubtful):
            job.publish()
        next(iter(rig.network.kept.values()))["alt_text"] = "Something else"
        found = job.find()
        assert isinstance(found, Found)
        assert ["differs from the approved one" in line for line in found.receipt.warnings] == [True]

    def test_last_months_identical_pin_is_not_taken_for_ours(self, rig: PinterestRig, connector: Connector) -> None:
        Job(connector, Variant(("Again",), media=(ROOM,))).publish()
        next(iter(rig.network.kept.values()))["created_at"] = "2026-01-01T00:00:00"
        assert not isinstance(Job(connector, Variant(("Again",), media=(ROOM,))).find(), Found)

    def test_a_board_with_many_pins_since_cannot_tell(self, connector: Connector) -> None:
        for count in range(25):
            Job(connector, Variant((f"Pin {count}",), media=(ROOM,))).publish()
        assert isinstance(Job(connector, Variant(("Another",), media=(ROOM,))).find(), Unknown)

    def test_a_pin_without_an_image_is_not_sent(self, rig: PinterestRig, connector: Connector) -> None:
        with pytest.raises(Rejected, match="needs an image"):
            Job(connector, Variant(("Bare",))).publish()
        assert rig.posts() == []

    def test_figures_as_reported(self, rig: PinterestRig, connector: Connector) -> None:
        ref = Job(connector, Variant(("Count me",), media=(ROOM,))).publish().ref
        rig.network.figures[ref] = {"IMPRESSION": 90.0, "SAVE": 0}
        found = connector.post_metrics([ref, Ref("1")])
        assert found[ref].values == {"impressions": 90, "saves": 0, "link_clicks": None}
        assert (found[Ref("1")].gone, set(found[Ref("1")].values.values())) == (True, {None})
        assert connector.account_metrics().values == {"followers": 12, "following": 0, "posts": 1}

    @pytest.mark.parametrize(("board", "said"), [("1", "no board with this number"), ("rooms", "digits only")])
    def test_a_board_that_is_not_there_is_said_at_once(self, rig: PinterestRig, board: str, said: str) -> None:
        tokens = HeldTokens(Credentials({**rig.credentials(rig.server).values, "board_id": board}))
        assert said in (connect(rig, rig.server, PATIENT, tokens).check_auth().needs_login or "")

    def test_the_login_is_renewed_by_its_refresh_token(self, rig: PinterestRig) -> None:
        more = {"refresh": "r1", "client_id": "app", "client_secret": "hush"}
        tokens = HeldTokens(Credentials({**rig.credentials(rig.server).values, **more}))
        connector = connect(rig, rig.server, PATIENT, tokens)
        rig.network.tokens.clear()
        assert "Make a new one" in (connector.check_auth().needs_login or "")
        connector.refresh_auth(tokens)
        assert connector.check_auth().ok
        assert tokens.read().values["refresh"] == "r1"
        ends = connector.check_auth().expires_at
        assert ends is not None
        assert 29 <= (ends - datetime.now(UTC)).days <= 30

    def test_a_dead_token_needs_a_person(self, rig: PinterestRig) -> None:
        rig.network.tokens.clear()
        tokens = HeldTokens(rig.credentials(rig.server))
        with pytest.raises(AuthExpired, match="Make a new one"):
            connect(rig, rig.server, PATIENT, tokens).refresh_auth(tokens)


@pytest.mark.skipif(not _CONTRACT.is_file(), reason=f"Pinterest's contract is not there; set PLANNER_CONTRACTS_DIR ({_CONTRACT})")
@pytest.mark.filterwarnings("ignore:Unsupported scheme type:UserWarning")
def test_every_request_is_one_that_pinterests_contract_knows() -> None:
    """Pinterest's published contract is not in this repository; the stand-in's own limits are tested always."""
    from openapi_core import OpenAPI  # noqa: PLC0415 - a second to load, for this test alone
    from openapi_core.exceptions import OpenAPIError  # noqa: PLC0415 - the same

    with Pinterest() as network:
        rig = PinterestRig(network)
        connector = connect(rig, rig.server, PATIENT)
        assert connector.check_auth().ok
        job = Job(connector, Variant(("Our rooms",), title="Rooms", link=Link("https://example.org/rooms"), media=(ROOM,)))
        ref = job.publish().ref
        job.find()
        connector.post_metrics([ref])
        connector.account_metrics()
        connector.delete(ref)
        calls = list(network.calls)
    contract = OpenAPI.from_dict(_contract())
    assert {(call.method, call.path.split("/")[2]) for call in calls} == {
        ("GET", "user_account"), ("GET", "boards"), ("POST", "pins"), ("GET", "pins"), ("DELETE", "pins"),
    }  # fmt: skip
    for call in calls:
        contract.validate_request(_asked(call))
    [create] = [call for call in calls if call.method == "POST"]
    for spoiled in ({"alt_text": "a" * 501}, {"title": "a" * 101}, {"board_id": "rooms"}, {"description": "a" * 801}):
        with pytest.raises(OpenAPIError):
            contract.validate_request(_asked(replace(create, body=json.dumps({**create.json, **spoiled}).encode())))


def _contract() -> dict[str, Any]:
    """Return the contract; it names one kind of figure in two lists of which exactly one may match, so any of them may here."""
    contract: dict[str, Any] = json.loads(_CONTRACT.read_text(encoding="utf-8"))
    for one in contract["components"]["parameters"].values():
        items = one.get("schema", {}).get("items", {})
        if one.get("name") == "metric_types" and "oneOf" in items:
            items["anyOf"] = items.pop("oneOf")
    return contract


def _asked(call: Call) -> Any:
    from openapi_core.testing import MockRequest  # noqa: PLC0415 - see above

    return MockRequest(
        "https://api.pinterest.com",
        call.method.lower(),
        call.path,
        args=call.query,
        headers={"Authorization": call.headers["authorization"]},
        data=call.body or None,
        content_type="application/json",
    )
