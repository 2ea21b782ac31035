"""Posts come in as drafts through the same gate, once; a whole workspace goes out and in again equal."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from planner.domain.errors import Conflict, Invalid, NotAllowed
from planner.domain.intake import guessed, read
from planner.domain.library import Item, PostNote, SourceRecord
from planner.services.imports import Imports
from planner.services.library import Library
from planner.services.shelf import Shelf
from planner.store import open_store
from tests.unit.services import rig as rigs

if TYPE_CHECKING:
    from pathlib import Path

    from planner.services.imports import Line
    from tests.unit.services.rig import Rig

TABLE = """key,text,account,purpose,labels,planned,source,source kind,source date
1,"Sleep helps, mostly.",@juniper,educate,sleep;rest,2026-12-01 09:00,,,
2,My 15-year-old client cried today.,@juniper,,,,,,
3,Waits are long.,@nobody,,,,,,
4,,@juniper,,,,,,
5,Four in ten adults slept badly.,@juniper,,,,Sleep survey,government,2025-01-31
6,A gentle hello.,,,,,,,
"""


def imports(rig: Rig) -> Imports:
    return Imports(rig.store, rig.gate, rig.clock, rig.ids)


def take(rig: Rig, text: str, *, run: bool = True, **mapping: str) -> tuple[Line, ...]:
    sheet = read(text)
    service = imports(rig)
    return (service.run if run else service.preview)(rig.alone(), sheet, {**guessed(sheet.columns), **mapping})


@pytest.mark.feature("CSV and JSON import")
def test_rows_become_drafts_through_the_gate_and_errors_are_named(real: Rig) -> None:
    account = real.account()
    looked = take(real, TABLE, run=False)
    assert [line.outcome for line in looked] == ["draft", "blocked", "error", "error", "draft", "draft"]
    assert real.composer.recent() == ()
    lines = take(real, TABLE)
    assert [(line.number, line.outcome, line.problems) for line in lines] == [(one.number, one.outcome, one.problems) for one in looked]
    assert lines[2].problems == (f"There is no account “@nobody”. Known: {account.title}.",)
    assert lines[3].problems == ("There are no words in this row.",)
    assert lines[1].problems[0].startswith(f"{account.title}: “")
    assert all("confidentiality." not in problem for problem in lines[1].problems)
    first, blocked = real.composer.load(lines[0].post_id), real.composer.load(lines[1].post_id)
    assert (first.base.text, first.account_ids, first.labels, first.state) == (
        "Sleep helps, mostly.",
        (account.id,),
        ("sleep", "rest"),
        "draft",
    )
    assert (blocked.state, lines[3].post_id) == ("draft", "")
    with real.store.read() as tx:
        assert tx.library.note(first.id) == PostNote(first.id, "", {"planned": "2026-12-01 09:00"})
        (source,) = tx.library.sources(lines[4].post_id)
    assert (source.title, source.tier, str(source.published)) == ("Sleep survey", "government", "2025-01-31")
    assert real.composer.load(lines[5].post_id).account_ids == ()
    assert "import" in real.actions()


@pytest.mark.feature("CSV and JSON import")
def test_a_row_comes_in_once(rig: Rig) -> None:
    rig.account()
    first = take(rig, TABLE)
    again = take(rig, TABLE.replace("Sleep helps", "Sleep heals"))
    assert [line.outcome for line in again] == ["known", "known", "error", "error", "known", "known"]
    assert [line.post_id for line in again] == [line.post_id for line in first]
    assert len(rig.composer.recent()) == 4


@pytest.mark.feature("CSV and JSON import")
def test_what_the_gate_says_is_told_in_plain_words_for_each_account(rig: Rig) -> None:
    first = rig.account()
    rig.account(handle="@two")
    rig.checker.find("Sleep", "claims.stale-source", "ask")
    (line,) = take(rig, json.dumps([{"text": "Sleep.", "account": f"@juniper; @two; {first.title}"}]))
    assert line.outcome == "asks"
    assert [problem.split(": ")[1] for problem in line.problems] == ["Sleep stands here."] * 2
    (long,) = take(rig, json.dumps([{"text": "a" * 400, "account": "@juniper"}]))
    assert long.outcome == "blocked"
    assert "300" in long.problems[0]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"purpose": "sell"}, "“sell” is no purpose"),
        ({"type": "poem"}, "“poem” is no type"),
        ({"type": "story"}, "Stories are switched off"),
        ({"source": "A", "source_tier": "rumor"}, "“rumor” is no source tier"),
        ({"source": "A", "source_date": "soon"}, "“soon” is no date"),
        ({"text": "a\x00b"}, "no character that can be posted"),
    ],
)
def test_a_row_that_is_wrong_is_not_taken_in(rig: Rig, row: dict[str, str], told: str) -> None:
    (line,) = take(rig, json.dumps([{"text": "Sleep.", **row}]))
    assert line.outcome == "error"
    assert told in line.problems[0]
    assert rig.composer.recent() == ()


def test_a_link_and_a_known_purpose_come_along(rig: Rig) -> None:
    (line,) = take(rig, "body;url;goal;campaign\nSleep.;https://example.org;ASK;autumn\n")
    post = rig.composer.load(line.post_id)
    assert post.base.link is not None
    assert (post.base.link.url, post.purpose, post.campaign) == ("https://example.org", "ask", "autumn")


def test_a_mapping_has_to_fit_the_file(rig: Rig) -> None:
    for mapping, told in (
        ({"text": "body"}, "no column “body”"),
        ({"texts": "text"}, "no field “texts”"),
        ({"title": "text"}, "holds the words"),
    ):
        with pytest.raises(Invalid, match=told):
            imports(rig).run(rig.alone(), read("text\nSleep.\n"), mapping)
    with pytest.raises(NotAllowed):
        imports(rig).run(rig.member("v", "viewer"), read("text\nSleep.\n"), {"text": "text"})


@pytest.mark.feature("CSV and JSON import")
def test_exported_posts_come_in_again_equal(rig: Rig) -> None:
    account = rig.account()
    texts = ["=2+2 is four", "Plain, with “quotes” and\ntwo lines", "'=odd", "@hello + more", "-5 degrees"]
    for text in texts:
        rig.draft(text, account)
    lines = take(rig, rig.transfer.table(rig.alone(), "posts"))
    copies = [rig.composer.load(line.post_id) for line in lines]
    assert sorted(post.base.text for post in copies) == sorted(texts)
    assert {post.account_ids for post in copies} == {(account.id,)}


@pytest.mark.feature("Export and backup")
def test_a_whole_workspace_goes_out_and_in_again_equal(rig: Rig, tmp_path: Path) -> None:
    rig.checker.told.append("sleeps")
    account = rig.account()
    ref = rig.images.add(rig.alone(), rigs.png(), "A teal square")
    item = rig.scheduled("He sleeps badly, like many.", account)
    rig.out(item)
    rig.force(rig.scheduled("He rests well.", account, rigs.Wall.parse("2026-11-26 10:00")), "cancelled")
    draft = rig.draft("Sleep.", account, media=(ref,))
    rig.member("anna", "reviewer")
    library = Library(rig.store, rig.checker, rig.composer, Shelf(), rig.clock, rig.ids)
    library.put(rig.member("ben"), Item("", "template", "Thanks", "Thank you."))
    with rig.store.write() as tx:
        tx.library.put_source(SourceRecord("s", draft.id, "Survey", "news", "article", "ben", rig.clock.now()))
        tx.vault.write(account.id, rigs_credentials())
    text = imports(rig).everything_out(rig.alone())
    assert "s3cret" not in text
    (tmp_path / "new").mkdir()
    other = rigs.build(open_store(rigs.url(tmp_path / "new"), rigs.KEY, backups=tmp_path / "b"))
    other.checker.told.append("sleeps")
    assert imports(other).everything_in(other.alone(), text) == 3
    assert imports(other).everything_out(other.alone()) == text
    assert other.transfer.everything(other.alone()) == rig.transfer.everything(rig.alone())
    with rig.store.read() as old, other.store.read() as new:
        assert new.ledgers.entries(account.id) == old.ledgers.entries(account.id) != ()
        assert new.media.get(ref.digest) == old.media.get(ref.digest)
        assert new.vault.read(account.id) is None
    with pytest.raises(Conflict, match="empty one"):
        imports(other).everything_in(other.alone(), text)
    other.store.close()


def rigs_credentials() -> object:
    from connectors.base import Credentials  # noqa: PLC0415 - only here

    return Credentials({"token": "s3cret"})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda _told: "{", "no export of a whole workspace"),
        (lambda told: json.dumps([told]), "no export of a whole workspace"),
        (lambda told: json.dumps({**told, "format": 9}), "another version"),
        (lambda told: json.dumps({**told, "tables": {}}), "it is empty"),
        (lambda told: json.dumps({**told, "tables": {"vault": []}}), r"does not know \(vault\)"),
        (lambda told: json.dumps({**told, "tables": {**told["tables"], "post": {}}}), "post is no list"),
        (lambda told: json.dumps({**told, "tables": {**told["tables"], "member": [{"id": 1}]}}), "a row of member"),
        (lambda told: json.dumps({**told, "tables": {**told["tables"], "media": [MEDIA]}}), "a row of media"),
        (lambda told: json.dumps({**told, "tables": {**told["tables"], "setting": [{"name": None, "value": "x"}]}}), "a row of setting"),
        (lambda told: json.dumps({**told, "tables": {**told["tables"], "setting": [{"name": "a", "value": []}]}}), "a row of setting"),
    ],
)
def test_a_file_that_is_not_whole_changes_nothing(rig: Rig, change: object, told: str) -> None:
    whole = json.loads(imports(rig).everything_out(rig.alone()))
    with pytest.raises(Invalid, match=told):
        imports(rig).everything_in(rig.alone(), change(whole))  # type: ignore[operator]
    assert json.loads(imports(rig).everything_out(rig.alone())) == whole
    with pytest.raises(NotAllowed):
        imports(rig).everything_in(replace(rig.alone(), role="author"), "{}")


MEDIA = {"digest": "a", "name": "a", "mime": "a", "data": "§", "width": None, "height": None}
