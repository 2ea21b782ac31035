"""Petitions: counts collected, typed in and taken from tables; a look that fails changes nothing, and missing is never 0."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors import petitions as sources
from connectors.errors import Forbidden, RateLimited, Temporary
from connectors.petitions import Milestone, PetitionCount
from planner.domain.errors import Conflict, Invalid, Missing, NotAllowed, NotReady, Unanswered
from planner.domain.people import Actor
from planner.domain.petition import Petition
from planner.services.petition_tables import PetitionTables
from planner.services.petitions import Petitions
from tests.unit.services.rig import NOW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.petitions import SourceInfo
    from tests.unit.services.rig import Rig

OWNER = Actor("owner", "Owner", "admin")
VIEWER = Actor("v", "Vera", "viewer")
UK = "https://petition.parliament.uk/petitions/700123"
HAND = Petition("", "Telehealth for the valley", "", NOW, campaign="rural", url="https://www.change.org/p/telehealth")


@dataclass
class Site:
    """The sources, with one scripted site behind them: numbers are counts, errors are raised."""

    clock: Any
    answers: list[Any] = field(default_factory=list)
    asked: list[tuple[str, str, str, dict[str, str]]] = field(default_factory=list)
    during: Any = None

    def all(self) -> tuple[SourceInfo, ...]:
        return tuple(sources.info(name) for name in sources.names())

    def info(self, source: str) -> SourceInfo:
        if source not in sources.names():
            raise Invalid("source", f"No petition can be read from “{source}”.")
        return sources.info(source)

    def recognize(self, address: str) -> tuple[str, str] | None:
        return sources.recognize(address)

    def read(self, source: str, ref: str, key: str, mark: Mapping[str, str]) -> PetitionCount:
        self.asked.append((source, ref, key, dict(mark)))
        if self.during:
            self.during()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        reached = (Milestone("Closed", NOW),) if answer == 7 else ()
        return PetitionCount(answer, "open", self.clock.now(), reached, source, "{}", url="", mark={"seen": str(len(self.asked))})


@pytest.fixture
def site(rig: Rig) -> Site:
    return Site(rig.clock)


@pytest.fixture
def kept(rig: Rig, site: Site) -> Petitions:
    return Petitions(rig.store, site, rig.clock, rig.ids)


@pytest.fixture
def tables(rig: Rig) -> PetitionTables:
    return PetitionTables(rig.store, rig.clock, rig.ids)


def series(kept: Petitions, petition: Petition) -> list[int | None]:
    return [one.count for one in kept.get(petition.id).counts]


@pytest.mark.feature("Petition")
def test_a_petition_says_what_its_ask_still_lacks(kept: Petitions, rig: Rig) -> None:
    petition = kept.add(OWNER, replace(HAND, title="  Telehealth  for the valley ", ref="left over"))
    assert (petition.title, petition.source, petition.ref) == (HAND.title, "hand", "")
    view = kept.get(petition.id)
    assert view.open_items == ("whom it asks", "what it asks for", "until when")
    assert (view.latest, view.age, view.counts, view.problem, view.looked_at) == (None, None, (), "", None)
    full = kept.update(OWNER, replace(petition, target="The board", ask="A line", deadline=date(2026, 12, 31)))
    assert kept.get(petition.id).open_items == ()
    assert (full.version, full.created_by) == (2, "owner")
    assert kept.all("rural")[0].petition == full
    assert (kept.all("other"), len(kept.all())) == ((), 1)
    assert rig.actions(f"petition:{petition.id}") == ["petition.add", "petition.update"]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"title": " "}, "title"),
        ({"ask": "x" * 2_001}, "ask"),
        ({"url": "change.org/p/x"}, "url"),
        ({"source": "nowhere"}, "source"),
        ({"source": "uk_petitions"}, "ref"),
        ({"title": HAND.title.upper()}, "title"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(kept: Petitions, changes: dict[str, Any], name: str) -> None:
    kept.add(OWNER, HAND)
    with pytest.raises(Invalid) as caught:
        kept.add(OWNER, replace(HAND, **{"title": "Another", **changes}))
    assert caught.value.field == name


def test_who_may_only_read_changes_nothing(kept: Petitions, tables: PetitionTables) -> None:
    petition = kept.add(OWNER, HAND)
    for call in (
        lambda: kept.add(VIEWER, HAND),
        lambda: kept.update(VIEWER, petition),
        lambda: kept.enter(VIEWER, petition.id, 1),
        lambda: kept.look(VIEWER, petition.id),
        lambda: kept.set_key(VIEWER, "action_network", "k"),
        lambda: tables.store(VIEWER, "petition,count,as_of\n"),
        lambda: tables.preview(VIEWER, ""),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_an_older_version_changes_nothing(kept: Petitions) -> None:
    petition = kept.add(OWNER, HAND)
    kept.update(OWNER, replace(petition, target="The board"))
    with pytest.raises(Conflict):
        kept.update(OWNER, replace(petition, target="Nobody"))
    assert kept.get(petition.id).petition.target == "The board"
    with pytest.raises(Missing):
        kept.get("none")


def test_an_archived_one_is_out_of_the_way_and_its_title_is_free(kept: Petitions, site: Site) -> None:
    petition = kept.add(OWNER, replace(HAND, url=UK))
    put_away = kept.update(OWNER, replace(petition, archived=True))
    assert (kept.all(), kept.collect(), site.asked) == ((), 0, [])
    assert [view.petition for view in kept.all(archived=True)] == [put_away]
    kept.add(OWNER, HAND)


def test_a_known_address_chooses_its_source_and_the_worker_reads_it_every_quarter_of_an_hour(kept: Petitions, site: Site, rig: Rig) -> None:
    petition = kept.add(OWNER, replace(HAND, url=UK))
    assert (petition.source, petition.ref) == ("uk_petitions", "700123")
    site.answers = [10, 12]
    assert kept.collect() == 1
    rig.clock.on(minutes=14)
    assert kept.collect() == 0
    rig.clock.on(minutes=1)
    assert kept.collect() == 1
    assert site.asked == [("uk_petitions", "700123", "", {}), ("uk_petitions", "700123", "", {"seen": "1"})]
    rig.clock.on(minutes=5)
    view = kept.get(petition.id)
    assert view.latest is not None
    assert (view.latest.count, view.latest.source, view.latest.source_url, view.age) == (12, "api", UK, timedelta(minutes=5))


def test_a_failed_look_keeps_the_last_count_with_its_time(kept: Petitions, site: Site, rig: Rig) -> None:
    petition = kept.add(OWNER, replace(HAND, url=UK))
    site.answers = [10, Temporary("The connection broke."), None, 11]
    kept.collect()
    for problem in ("The connection broke.", "The site answered without a count. The last one stays."):
        rig.clock.on(hours=1)
        kept.collect()
        view = kept.get(petition.id)
        assert view.latest is not None
        assert (view.latest.count, view.latest.as_of, view.problem) == (10, NOW, problem)
    rig.clock.on(minutes=15)
    kept.collect()
    view = kept.get(petition.id)
    assert (view.problem, [one.count for one in view.counts]) == ("", [10, None, 11])
    assert view.looked_at == rig.clock.now()


def test_who_asks_to_wait_is_waited_for_and_what_needs_a_person_is_asked_once_a_day(kept: Petitions, site: Site, rig: Rig) -> None:
    kept.add(OWNER, replace(HAND, url=UK))
    site.answers = [RateLimited("Wait.", NOW + timedelta(hours=2)), Forbidden("No."), 5]
    kept.collect()
    rig.clock.on(hours=1, minutes=59)
    assert (kept.collect(), len(site.asked)) == (0, 1)
    rig.clock.on(minutes=1)
    assert (kept.collect(), len(site.asked)) == (0, 2)
    rig.clock.on(hours=23)
    assert (kept.collect(), len(site.asked)) == (0, 2)
    rig.clock.on(hours=1)
    assert kept.collect() == 1


def test_another_number_is_read_at_once(kept: Petitions, site: Site) -> None:
    petition = kept.add(OWNER, replace(HAND, url=UK))
    site.answers = [Forbidden("No."), 5]
    kept.collect()
    kept.update(OWNER, replace(petition, ref="9"))
    assert kept.collect() == 1
    assert site.asked[-1] == ("uk_petitions", "9", "", {})


def test_of_several_workers_one_asks(kept: Petitions, site: Site, rig: Rig) -> None:
    petition = kept.add(OWNER, replace(HAND, url=UK))
    site.answers = [10]
    rival = Petitions(rig.store, site, rig.clock, rig.ids)
    site.during = rival.collect
    assert kept.collect() == 1
    rig.clock.on(hours=1)
    with rig.store.read() as tx:
        stale = tx.petitions.look(petition.id)
    site.answers, site.during = [11, 12], None
    assert rival.collect() == 1
    assert kept._read(petition, stale) == 0
    assert len(site.asked) == 2


def test_a_long_series_stays_short(kept: Petitions, site: Site, rig: Rig) -> None:
    petition = kept.add(OWNER, replace(HAND, url=UK))
    site.answers = [10, 11, 12, 13, 14, 14, 14, 14, 7]
    for _ in range(9):
        kept.collect()
        rig.clock.on(minutes=15)
    assert series(kept, petition) == [10, 14, 7]
    assert kept.get(petition.id).counts[-1].milestones == {"Closed": NOW.isoformat()}


def test_a_number_never_makes_way_for_a_gap(kept: Petitions, site: Site, rig: Rig) -> None:
    petition = kept.add(OWNER, replace(HAND, url=UK))
    site.answers = [10, 11, None]
    for _ in range(3):
        kept.collect()
        rig.clock.on(minutes=15)
    assert series(kept, petition) == [10, 11, None]


def test_a_person_may_look_now_but_not_more_often_than_the_site_allows(kept: Petitions, site: Site, rig: Rig) -> None:
    petition = kept.add(OWNER, replace(HAND, url=UK))
    site.answers = [10, 11]
    first = kept.look(OWNER, petition.id).latest
    assert first is not None
    assert first.count == 10
    with pytest.raises(NotReady, match="less than 15 minutes"):
        kept.look(OWNER, petition.id)
    rig.clock.on(minutes=15)
    again = kept.look(OWNER, petition.id).latest
    assert again is not None
    assert again.count == 11
    with pytest.raises(NotReady, match="by hand"):
        kept.look(OWNER, kept.add(OWNER, replace(HAND, title="By hand")).id)


def test_a_key_is_kept_out_of_sight_and_used(kept: Petitions, site: Site, rig: Rig) -> None:
    kept.add(OWNER, replace(HAND, source="action_network", ref="0a1b2c3d-1111-4222-8333-444455556666"))
    kept.add(OWNER, replace(HAND, title="Another", url=UK))
    site.answers = [Forbidden("No key."), 1, 2, Forbidden("No key.")]
    kept.collect()
    kept.set_key(OWNER, "action_network", " hush-hush ")
    assert kept.collect() == 1
    assert site.asked[-1][2] == "hush-hush"
    kept.set_key(OWNER, "action_network", "")
    kept.collect()
    assert site.asked[-1][2] == ""
    with pytest.raises(Invalid, match="no key"):
        kept.set_key(OWNER, "uk_petitions", "x")
    assert "hush" not in rig.transfer.everything(OWNER)
    assert [info.name for info in kept.sources()] == list(sources.names())


@pytest.mark.feature("Petition")
def test_a_typed_count_that_is_odd_is_asked_about(kept: Petitions, rig: Rig) -> None:
    petition = kept.add(OWNER, HAND)
    kept.enter(OWNER, petition.id, 100, source_url=" https://www.change.org/p/telehealth ")
    rig.clock.on(hours=1)
    for count, at, words in (
        (99, None, "fewer than the 100 of Tue 24 Nov 2026"),
        (150, NOW + timedelta(days=2), "lies in the future"),
        (101, NOW - timedelta(days=1), "which is later"),
    ):
        with pytest.raises(Unanswered, match=words):
            kept.enter(OWNER, petition.id, count, at)
    assert series(kept, petition) == [100]
    assert kept.enter(OWNER, petition.id, 99, sure=True).as_of == rig.clock.now()
    rig.clock.on(hours=1)
    assert kept.enter(OWNER, petition.id, 150, NOW + timedelta(days=2), sure=True).as_of == rig.clock.now()
    assert kept.enter(OWNER, petition.id, 0, NOW - timedelta(days=1)).count == 0
    assert series(kept, petition) == [0, 100, 99, 150]
    assert kept.get(petition.id).counts[1].source_url == "https://www.change.org/p/telehealth"


@pytest.mark.parametrize(("count", "at", "name"), [(-1, None, "count"), (10**9 + 1, None, "count"), (1, datetime(2026, 11, 1), "as_of")])  # noqa: DTZ001 - the fault under test
def test_a_typed_count_that_is_none_is_refused(kept: Petitions, count: int, at: datetime | None, name: str) -> None:
    petition = kept.add(OWNER, HAND)
    with pytest.raises(Invalid) as caught:
        kept.enter(OWNER, petition.id, count, at)
    assert caught.value.field == name


@pytest.mark.feature("Petition")
def test_a_table_of_counts_is_stored_whole(kept: Petitions, tables: PetitionTables, rig: Rig) -> None:
    one, two = kept.add(OWNER, HAND), kept.add(OWNER, replace(HAND, title="Night bus", url="https://example.org/bus"))
    text = (
        "\ufeffPetition,count,as_of,source_url\r\n"
        f"{HAND.title.upper()},10,2026-11-20,https://www.change.org/p/telehealth\r\n"
        "https://example.org/bus,0,2026-11-20T08:00:00+01:00,\r\n"
        f"{two.id},5,2026-11-24,\r\n"
    )
    assert tables.store(OWNER, text) == 3
    assert [(item.count, item.as_of, item.source) for item in kept.get(one.id).counts] == [
        (10, datetime(2026, 11, 20, 12, tzinfo=UTC), "csv")
    ]
    assert [(item.count, item.as_of) for item in kept.get(two.id).counts] == [
        (0, datetime(2026, 11, 20, 7, tzinfo=UTC)),
        (5, datetime(2026, 11, 24, 12, tzinfo=UTC)),
    ]
    assert rig.actions("petition:petitions") == []
    assert rig.actions("petitions") == ["petition.table"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Nothing we know,1,2026-11-20", "no petition “Nothing we know”"),
        (",1,2026-11-20", "no petition “”"),
        (f"{HAND.title},,2026-11-20", "is no count"),
        (f"{HAND.title},-1,2026-11-20", "is no count"),
        (f"{HAND.title},٣,2026-11-20", "is no count"),
        (f"{HAND.title},9999999999999999,2026-11-20", "is no count"),
        (f'{HAND.title},"1,000",2026-11-20', "is no count"),
        (f"{HAND.title},1,20.11.2026", "is no date"),
        (f"{HAND.title},1,2026-11-20T10:00", "is no date"),
        (f"{HAND.title},1", "is no date"),
        (f"{HAND.title},1,2026-11-20,javascript:x", "begin with https"),
        (f"{HAND.title},1,2026-11-20,https://a.example,more", "more cells"),
    ],
)
def test_a_row_that_is_wrong_stops_the_table_and_is_named(kept: Petitions, tables: PetitionTables, line: str, words: str) -> None:
    petition = kept.add(OWNER, HAND)
    text = f"petition,count,as_of,source_url\n{HAND.title},5,2026-11-19,\n{line}\n"
    with pytest.raises(Invalid, match=r"Nothing was stored\. line 3") as caught:
        tables.store(OWNER, text)
    assert words in str(caught.value)
    assert [row.line for row in tables.preview(OWNER, text) if row.error] == [3]
    assert series(kept, petition) == []


def test_counts_go_out_as_a_table_that_comes_in_again(kept: Petitions, tables: PetitionTables, site: Site, rig: Rig) -> None:
    """A look that brought no number is no row, and never a 0; the same table twice changes nothing."""
    one = kept.add(OWNER, replace(HAND, title="=Telehealth, now", url=UK))
    site.answers = [None]
    kept.look(OWNER, one.id)
    kept.enter(OWNER, one.id, 12, NOW - timedelta(days=2), source_url="https://example.org/a")
    kept.enter(OWNER, one.id, 30, NOW - timedelta(hours=1))
    before = kept.get(one.id).counts
    out = tables.table(VIEWER, one.id)
    first, second = f"{(NOW - timedelta(days=2)).isoformat()}", f"{(NOW - timedelta(hours=1)).isoformat()}"
    rows = [f'"\'=Telehealth, now",12,{first},https://example.org/a', f'"\'=Telehealth, now",30,{second},']
    assert out.splitlines() == ["petition,count,as_of,source_url", *rows]
    assert tables.store(OWNER, out) == 2
    assert kept.get(one.id).counts == before
    with rig.store.write() as tx:
        for count in before:
            tx.petitions.drop_count(count)
    tables.store(OWNER, out)
    assert [(count.count, count.source) for count in kept.get(one.id).counts] == [(12, "csv"), (30, "csv")]


def test_rows_that_are_odd_are_asked_about_one_by_one(kept: Petitions, tables: PetitionTables) -> None:
    petition = kept.add(OWNER, HAND)
    lines = ["2026-11-20,10", "2026-11-21,9", "2026-11-19,30", "2027-01-01,50"]
    text = "petition,count,as_of\n" + "".join(f"{HAND.title},{line.split(',')[1]},{line.split(',')[0]}\n" for line in lines)
    asked = [(row.line, row.question.split(". ")[0]) for row in tables.preview(OWNER, text) if row.question]
    assert asked == [
        (3, "9 is fewer than the 10 of Fri 20 Nov 2026"),
        (4, "30 is more than the 10 of Fri 20 Nov 2026, which is later"),
        (5, "Fri 1 Jan 2027 lies in the future"),
    ]
    with pytest.raises(Unanswered) as caught:
        tables.store(OWNER, text, sure={3})
    assert (caught.value.questions, series(kept, petition)) == (("4", "5"), [])
    assert tables.store(OWNER, text, sure={3, 4, 5}) == 4
    assert [(item.count, item.as_of.date().isoformat()) for item in kept.get(petition.id).counts] == [
        (30, "2026-11-19"),
        (10, "2026-11-20"),
        (9, "2026-11-21"),
        (50, "2026-11-24"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "first line must read"),
        ("petition;count;as_of\n", "first line must read"),
        ("petition,count\n", "first line must read"),
        ('petition,count,as_of\n"open', "no table"),
        ("petition,count,as_of\n" + "x,1,2026-11-20\n" * 5_001, "At most 5,000 rows"),
    ],
)
def test_what_is_no_such_table_is_refused(tables: PetitionTables, text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        tables.preview(OWNER, text)


def test_many_wrong_rows_are_summed_up(tables: PetitionTables) -> None:
    with pytest.raises(Invalid, match="and 3 more"):
        tables.store(OWNER, "petition,count,as_of\n" + "x,1,2026-11-20\n" * 8)


def test_petitions_and_counts_are_in_the_export(kept: Petitions, rig: Rig) -> None:
    petition = kept.add(OWNER, HAND)
    kept.enter(OWNER, petition.id, 3)
    found = json.loads(rig.transfer.everything(OWNER))
    assert [item["title"] for item in found["petitions"]] == [HAND.title]
    assert [(item["count"], item["source"]) for item in found["signature_counts"]] == [(3, "hand")]
