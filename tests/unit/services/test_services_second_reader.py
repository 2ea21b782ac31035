"""The second reader: advice on words that really stand in the draft, nothing cleared, nothing of the text in the log."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from connectors.errors import Temporary
from connectors.local_model import ModelAnswer
from planner.domain.errors import NotAllowed
from planner.services.second_reader import Opinion, ReaderWords, Remark, SecondReader
from planner.settings import ROOT

if TYPE_CHECKING:
    from tests.unit.services.rig import Rig

WORDS = ReaderWords(**tomllib.loads((ROOT / "content_bank/second_reader.toml").read_text(encoding="utf-8")))
DRAFT = "The girl with the red bike laughed today."


@dataclass
class Model:
    """A model that says what it is told to."""

    says: Any
    asked: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, system: str, user: str) -> ModelAnswer:
        self.asked.append((system, user))
        if isinstance(self.says, Exception):
            raise self.says
        return ModelAnswer(self.says if isinstance(self.says, str) else json.dumps(self.says), "reader", "0123456789abcdef0123")


def reader(rig: Rig, says: Any, reason: str = "") -> tuple[SecondReader, Model]:
    model = Model(says)
    return SecondReader(rig.store, model, WORDS, rig.clock, rig.ids, reason), model


def test_off_by_default(rig: Rig) -> None:
    second = SecondReader(rig.store, None, WORDS, rig.clock, rig.ids)
    assert not second.on
    assert "PLANNER_READER_URL" in second.read(rig.alone(), "p1", DRAFT).problem


def test_what_stands_in_the_draft_is_shown_at_its_place_and_the_rest_is_left_out(rig: Rig) -> None:
    second, model = reader(
        rig,
        {
            "findings": [
                {"quote": "red bike", "why": " It marks\none child.\u202e "},
                {"quote": "The girl", "why": "She is one person."},
                {"quote": "red bike", "why": "Said twice."},
                {"quote": "a boy", "why": "Not in the text."},
                {"quote": " ", "why": "Nothing quoted."},
                {"quote": "laughed", "why": " "},
                {"quote": 7, "why": "No words."},
                "girl",
            ],
            "questions": ["Would she know it is her?", " ", 5, "Did her family agree?", "A third one?"],
        },
    )
    assert second.on
    assert second.read(rig.alone(), "p1", DRAFT) == Opinion(
        remarks=(Remark(0, 8, "The girl", "She is one person."), Remark(18, 26, "red bike", "It marks one child.")),
        questions=("Would she know it is her?", "Did her family agree?"),
        dropped=5,
        model="reader",
        digest="0123456789abcdef0123",
        prompt=WORDS.version,
    )
    assert model.asked == [(WORDS.system.strip(), json.dumps({"draft": DRAFT}))]


def test_the_log_keeps_that_it_was_asked_and_no_word_of_the_draft(rig: Rig) -> None:
    second, _ = reader(rig, {"findings": [{"quote": "red bike", "why": "It marks one child."}]})
    second.read(rig.alone(), "p1", DRAFT)
    with rig.store.read() as tx:
        (event,) = [one for one in tx.log.events(subject="post:p1") if one.action == "second-reader.read"]
    assert event.details == {"model": "reader", "digest": "0123456789abcdef", "prompt": WORDS.version, "remarks": "1"}


def test_when_it_last_answered_is_kept_and_a_failure_is_no_answer(rig: Rig) -> None:
    second, model = reader(rig, Temporary("Nothing listens at 127.0.0.1:11434."))
    second.read(rig.alone(), "p1", DRAFT)
    assert second.answered() is None
    model.says, at = "no object, but an answer", rig.clock.now()
    second.read(rig.alone(), "p1", DRAFT)
    rig.clock.on(hours=2)
    assert second.answered() == at


def test_never_more_than_six_remarks_and_a_long_reason_is_cut(rig: Rig) -> None:
    text = "one two three four five six seven eight"
    second, _ = reader(rig, {"findings": [{"quote": word, "why": "long " * 80} for word in text.split()]})
    opinion = second.read(rig.alone(), "p1", text)
    assert [one.quote for one in opinion.remarks] == ["one", "two", "three", "four", "five", "six"]
    assert all(len(one.why) <= 240 and one.why.endswith("…") for one in opinion.remarks)


@pytest.mark.parametrize("says", ["I am sorry.", "[1]", "{broken", "[" * 100_000, ""])
def test_an_answer_that_is_no_object_is_said_and_not_guessed_at(rig: Rig, says: str) -> None:
    second, _ = reader(rig, says)
    assert second.read(rig.alone(), "p1", DRAFT).problem == WORDS.nonsense


@pytest.mark.parametrize("says", [{}, {"findings": 3, "questions": "none"}, {"findings": [], "questions": []}])
def test_an_empty_object_is_nothing_to_add(rig: Rig, says: Any) -> None:
    second, _ = reader(rig, says)
    opinion = second.read(rig.alone(), "p1", DRAFT)
    assert (opinion.remarks, opinion.questions, opinion.problem) == ((), (), "")


def test_a_fence_around_the_object_is_taken_off(rig: Rig) -> None:
    second, _ = reader(rig, '```json\n{"questions": ["Who is she?"]}\n```')
    assert second.read(rig.alone(), "p1", DRAFT).questions == ("Who is she?",)


def test_a_model_that_fails_stops_nothing(rig: Rig) -> None:
    second, _ = reader(rig, Temporary("The second reader did not answer in time."))
    assert second.read(rig.alone(), "p1", DRAFT).problem == "The second reader did not answer in time."


def test_another_machine_is_said_on_every_opinion(rig: Rig) -> None:
    second, model = reader(rig, {}, reason="Our own server room")
    assert "Our own server room" in second.read(rig.alone(), "p1", DRAFT).elsewhere
    model.says = Temporary("Gone.")
    assert "Our own server room" in second.read(rig.alone(), "p1", DRAFT).elsewhere


def test_only_who_may_write_may_ask(rig: Rig) -> None:
    second, model = reader(rig, {})
    with pytest.raises(NotAllowed):
        second.read(rig.member("Vera", "viewer"), "p1", DRAFT)
    assert model.asked == []
