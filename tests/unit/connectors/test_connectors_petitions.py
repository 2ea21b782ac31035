"""Signature counts, read only: what is said is kept, what is not said stays missing, and nobody who signed is ever asked for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from connectors import petitions
from connectors.base import Timeouts
from connectors.errors import ConnectorError, Forbidden, RateLimited, Rejected, Temporary
from tests.contract import fault_proxy as faults
from tests.contract.fault_proxy import FaultProxy
from tests.servers.petition_site import KEY, UUID, PetitionSite, uk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from connectors_stub import FixedClock

    from connectors.petitions import PetitionCount

QUICK = Timeouts(connect=2, read=2, media=2, total=4)


@pytest.fixture
def site() -> Iterator[PetitionSite]:
    with PetitionSite() as running:
        yield running


@pytest.fixture
def proxy(site: PetitionSite) -> Iterator[FaultProxy]:
    with FaultProxy(site.url) as running:
        yield running


def read(server: str, clock: FixedClock, name: str = "uk_petitions", mark: Mapping[str, str] | None = None, **more: Any) -> PetitionCount:
    given = {"ref": "700123" if name == "uk_petitions" else UUID, "key": KEY, **more}
    ref = given.pop("ref")
    return petitions.open_source(name, ref, clock=clock, mark=mark, server=server, timeouts=QUICK, **given).read()


@pytest.mark.feature("Petition")
def test_a_uk_petition_is_read_with_what_it_has_reached(site: PetitionSite, clock: FixedClock) -> None:
    found = read(site.url, clock)
    assert (found.count, found.state, found.as_of, found.source) == (10_412, "open", clock.now(), "uk_petitions")
    assert found.title == "Fund a walk-in counselling room in every public library"
    assert [(one.name, one.at) for one in found.milestones] == [
        ("Enough supporters to be published", datetime(2026, 5, 2, 10, 15, tzinfo=UTC)),
        ("Enough signatures for a government response", datetime(2026, 7, 3, 11, 20, tzinfo=UTC)),
    ]
    kept = json.dumps([found.raw, dict(found.mark), found.title, found.url])
    assert "Nobody" not in kept
    assert "constituency" not in kept


def test_thresholds_are_read_and_never_computed(site: PetitionSite, clock: FixedClock) -> None:
    site.uk["700123"] = uk(signature_count=250_000, debate_threshold_reached_at=None, scheduled_debate_date="2026-12-07")
    names = [one.name for one in read(site.url, clock).milestones]
    assert "Enough signatures to be considered for a debate" not in names
    assert names[-1] == "Day of the debate"


def test_an_open_petition_is_asked_for_its_count_alone_and_for_changes_only(site: PetitionSite, clock: FixedClock) -> None:
    first = read(site.url, clock)
    clock.pass_(minutes=15)
    site.uk["700123"]["signature_count"] = 10_500
    second = read(site.url, clock, mark=first.mark)
    clock.pass_(minutes=15)
    third = read(site.url, clock, mark=second.mark)
    assert [call.path for call in site.calls] == ["/petitions/700123.json", "/petitions/700123/count.json", "/petitions/700123/count.json"]
    assert "if-none-match" in site.calls[-1].headers
    assert (second.count, second.milestones, second.title) == (10_500, first.milestones, first.title)
    assert (third.count, third.state, third.as_of) == (10_500, "open", clock.now())


def test_after_some_hours_the_state_and_the_milestones_are_read_again(site: PetitionSite, clock: FixedClock) -> None:
    first = read(site.url, clock)
    clock.pass_(hours=6)
    same = read(site.url, clock, mark=first.mark)
    assert (same.count, same.as_of, same.milestones) == (first.count, clock.now(), first.milestones)
    clock.pass_(hours=6)
    site.uk["700123"] = uk(state="closed", closed_at="2026-11-09T23:59:59.000Z")
    closed = read(site.url, clock, mark=same.mark)
    assert (closed.state, closed.milestones[-1].name) == ("closed", "Closed")
    clock.pass_(minutes=15)
    read(site.url, clock, mark=closed.mark)
    assert site.calls[-1].path == "/petitions/700123.json"


def test_a_petition_of_an_older_parliament_is_found_in_the_archive(site: PetitionSite, clock: FixedClock) -> None:
    first = read(site.url, clock)
    site.archived["700123"] = {**site.uk.pop("700123"), "state": "closed"}
    clock.pass_(minutes=15)
    found = read(site.url, clock, mark=first.mark)
    assert (found.count, found.state) == (10_412, "closed")
    assert site.calls[-1].path == "/archived/petitions/700123.json"


@pytest.mark.parametrize("said", [None, "10412", -1, 3.5, True])
def test_a_count_that_is_not_said_is_none_and_never_nothing(site: PetitionSite, clock: FixedClock, said: object) -> None:
    site.uk["700123"] = uk(signature_count=said, state="paused")
    found = read(site.url, clock)
    assert (found.count, found.state) == (None, "unknown")
    site.osdi[UUID] = {"title": "x", "total_signatures": said}
    assert read(site.url, clock, "action_network").count is None


def test_a_count_of_zero_is_zero(site: PetitionSite, clock: FixedClock) -> None:
    site.uk["700123"] = uk(signature_count=0)
    assert read(site.url, clock).count == 0


def test_action_network_is_asked_for_the_petition_alone(site: PetitionSite, clock: FixedClock) -> None:
    first = read(site.url, clock, "action_network", ref=f"action_network:{UUID.upper()}")
    again = read(site.url, clock, "action_network", mark=first.mark)
    assert (first.count, first.state, first.title, first.milestones) == (812, "unknown", "Keep the night bus to the clinic", ())
    assert (again.count, again.url) == (812, "https://actionnetwork.org/petitions/keep-the-night-bus")
    assert {call.path for call in site.calls} == {f"/api/v2/petitions/{UUID}"}
    assert site.calls[-1].headers["osdi-api-token"] == KEY
    assert "Nobody" not in json.dumps([first.raw, dict(first.mark)])


@pytest.mark.parametrize("name", petitions.names())
def test_a_petition_that_is_not_there_says_what_to_mend(site: PetitionSite, clock: FixedClock, name: str) -> None:
    site.uk.clear()
    site.osdi.clear()
    with pytest.raises(Rejected, match="has no petition"):
        read(site.url, clock, name)


@pytest.mark.parametrize(
    ("name", "more"), [("uk_petitions", {"ref": "7/../x"}), ("action_network", {"ref": "12"}), ("action_network", {"key": ""})]
)
def test_what_cannot_be_asked_is_not_asked(site: PetitionSite, clock: FixedClock, name: str, more: dict[str, str]) -> None:
    with pytest.raises(Rejected):
        read(site.url, clock, name, **more)
    assert site.calls == []


def test_a_refused_key_needs_a_person(site: PetitionSite, clock: FixedClock) -> None:
    with pytest.raises(Forbidden):
        read(site.url, clock, "action_network", key="wrong")


@pytest.mark.parametrize("name", petitions.names())
@pytest.mark.parametrize(
    "fault",
    [
        faults.DropBefore(),
        faults.DropAfter(),
        faults.StatusAfter(502),
        faults.CutBody(),
        faults.html(),
        faults.json_list(),
        faults.empty(200),
    ],
)
def test_a_failed_look_is_an_error_and_no_count(proxy: FaultProxy, clock: FixedClock, name: str, fault: faults.Mode) -> None:
    proxy.rule(fault)
    with pytest.raises(Temporary):
        read(proxy.url, clock, name)
    assert read(proxy.url, clock, name).count in {10_412, 812}


def test_an_object_of_another_kind_is_no_count(proxy: FaultProxy, clock: FixedClock) -> None:
    proxy.rule(faults.Status(200, body=b'{"data": []}'))
    with pytest.raises(Temporary):
        read(proxy.url, clock)


def test_it_says_until_when_to_wait_and_follows_nobody(proxy: FaultProxy, clock: FixedClock) -> None:
    proxy.rule(faults.Status(429, {"Retry-After": "120"}))
    with pytest.raises(RateLimited):
        read(proxy.url, clock)
    proxy.rule(faults.Redirect())
    with pytest.raises(Temporary):
        read(proxy.url, clock)


def test_no_error_and_no_repr_holds_the_key(proxy: FaultProxy, clock: FixedClock) -> None:
    proxy.rule(faults.Status(403))
    source = petitions.open_source("action_network", UUID, clock=clock, key=KEY, server=proxy.url, timeouts=QUICK)
    with pytest.raises(ConnectorError) as caught:
        source.read()
    assert KEY not in f"{caught.value!r} {source!r} {vars(source)!r}"


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("https://petition.parliament.uk/petitions/700123", ("uk_petitions", "700123")),
        (" https://petition.parliament.uk/petitions/700123?utm=x ", ("uk_petitions", "700123")),
        ("https://petition.parliament.uk/archived/petitions/200001", ("uk_petitions", "200001")),
        (f"https://actionnetwork.org/api/v2/petitions/{UUID}", ("action_network", UUID)),
        ("https://petition.parliament.uk.example.org/petitions/1", None),
        ("https://www.change.org/p/anything", None),
        ("", None),
    ],
)
def test_a_public_address_names_its_source(address: str, known: tuple[str, str] | None) -> None:
    assert petitions.recognize(address) == known


def test_an_unknown_source_is_refused() -> None:
    with pytest.raises(KeyError, match="no petition source"):
        petitions.info("change_org")
