"""What crosses between the pages and the browser is read strictly and never guessed at."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.ui.components.calendar.contract import LABELS as CALENDAR_LABELS
from planner.ui.components.calendar.contract import CalendarData, FreeSlot, Item, parse_id, parse_ids
from planner.ui.components.composer.contract import LABELS, ComposerData, DraftMessage, Kept, Target, newest, parse_drafts
from planner.ui.components.outbox import MAX_OPS, Ack, Op, parse_ops

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["op", "kind", "ids", "v", "doc", "mount", "seq", "text", "x"]), inner, max_size=6)
    ),
    max_leaves=12,
)


def test_an_operation_is_read_with_its_values_and_versions() -> None:
    raw = [{"op": "a1", "kind": "move", "ids": ["d1"], "v": {"d1": 3}, "day": "2026-11-24", "time": "09:00"}]
    assert parse_ops(raw) == (Op("a1", "move", ("d1",), None, {"d1": 3}, {"day": "2026-11-24", "time": "09:00"}),)


def test_an_operation_may_name_its_forerunner() -> None:
    assert parse_ops([{"op": "b", "kind": "move", "ids": ["d1"], "after": "a"}])[0].after == "a"


@pytest.mark.parametrize(
    "raw",
    [
        {"kind": "move"},
        {"op": "<img>", "kind": "move"},
        {"op": "a", "kind": "Move it"},
        {"op": "a", "kind": "move", "ids": "d1"},
        {"op": "a", "kind": "move", "ids": ["d 1"]},
        {"op": "a", "kind": "move", "after": 7},
        {"op": "a", "kind": "move", "v": [1]},
        {"op": "a", "kind": "move", "ids": ["d"] * 201},
        "move",
    ],
)
def test_a_malformed_operation_is_dropped(raw: object) -> None:
    assert parse_ops([raw]) == ()


def test_text_never_travels_in_an_operation() -> None:
    assert parse_ops([{"op": "a", "kind": "move", "why": "She lives in Denver", "on": True}])[0].values == {}


def test_no_more_operations_are_read_than_a_tab_can_hold() -> None:
    assert len(parse_ops([{"op": f"a{n}", "kind": "x"} for n in range(MAX_OPS + 5)])) == MAX_OPS


@given(json_values)
def test_nothing_from_a_browser_breaks_the_reading(value: Any) -> None:
    assert all(isinstance(op, Op) for op in parse_ops(value))
    assert all(isinstance(draft, DraftMessage) for draft in parse_drafts(value))
    assert all(isinstance(item, str) for item in parse_ids(value))
    assert parse_id(value) is None or isinstance(value, str)


def draft(seq: int, doc: str = "p:base:0", text: str = "words") -> dict[str, object]:
    return {"doc": doc, "mount": "m1", "base": 4, "seq": seq, "text": text}


def test_a_draft_carries_the_texts_that_were_left_before_it() -> None:
    found = parse_drafts({**draft(7), "earlier": [draft(3, "q:base:0", "older")]})
    assert [(one.doc, one.seq, one.text) for one in found] == [("q:base:0", 3, "older"), ("p:base:0", 7, "words")]


@pytest.mark.parametrize("change", [{"seq": "7"}, {"text": 5}, {"text": "x" * 100_001}, {"doc": "a b"}, {"mount": None}, {"base": None}])
def test_a_malformed_draft_is_dropped(change: dict[str, object]) -> None:
    assert parse_drafts({**draft(7), **change}) == ()


def test_old_component_state_never_replaces_a_newer_text() -> None:
    drafts = parse_drafts(draft(7))
    assert newest(drafts, {}) == drafts
    assert newest(drafts, {("p:base:0", "m1"): 7}) == ()
    assert newest(drafts, {("p:base:0", "other"): 9}) == drafts


def test_a_draft_keeps_its_words_out_of_logs() -> None:
    assert "words" not in repr(parse_drafts(draft(1)))


def test_the_composers_data_is_json_with_all_its_words() -> None:
    target = Target("a", "@clinic", "graphemes", 300)
    data = ComposerData(
        "u", "p:base:0", "text", 1, 2, 1, (target,), (), (), "Nothing matched.", "pass", kept=(Kept("p", "m", 1),), counts={"a": (4,)}
    )
    wire = json.loads(json.dumps(data.wire()))
    assert wire["labels"] == LABELS
    assert wire["counts"] == {"a": [4]}
    assert wire["targets"][0]["limit"] == 300


def test_the_calendars_data_is_json_with_all_its_words() -> None:
    item = Item("d1", 1, "2026-11-24", "09:00", "America/Denver", "MST", "Title", "@clinic", "bluesky", "queued")
    data = CalendarData(
        "u", "r", "month", "2026-11-24", "2026-11-24", (item,), (FreeSlot("2026-11-25", "09:00", "@clinic"),), acked=(Ack("a", ok=True),)
    )
    wire = json.loads(json.dumps(data.wire()))
    assert wire["labels"] == CALENDAR_LABELS
    assert wire["items"][0]["time"] == "09:00"
    assert wire["acked"] == [{"op": "a", "ok": True, "reason": "", "at": ""}]
    assert set(wire["labels"]["states"]) >= {"queued", "sending", "sent", "failed", "unconfirmed", "missed", "held", "cancelled"}
