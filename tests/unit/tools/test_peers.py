"""How a peer's marks become figures; the peers themselves are measured by `make peers`."""

from __future__ import annotations

from tools.peers import figures

ROWS = [
    {
        "id": "a",
        "text": "My 4:15 cried again.",
        "verdict": "block",
        "findings": [{"rule": "confidentiality.client-reference", "quote": "My 4:15"}],
    },
    {
        "id": "b",
        "text": "A nurse, 34, wrote.",
        "verdict": "block",
        "findings": [
            {"rule": "confidentiality.quasi-identifier", "quote": "nurse"},
            {"rule": "confidentiality.quasi-identifier", "quote": "34"},
        ],
    },
    {"id": "c", "text": "Office hours: 9 to 5.", "verdict": "pass", "findings": []},
    {"id": "d", "text": "Sleep well.", "verdict": "pass", "findings": []},
]


def test_any_mark_catches_and_clues_count_by_their_place() -> None:
    marks = {"b": [(9, 11)], "c": [(14, 20)]}
    assert figures(ROWS, marks) == {"conf_caught": 0.5, "caught_precision": 0.5, "pass_caught": 0.5, "clue_recall": 0.5}


def test_a_tool_that_marks_nothing_has_no_precision() -> None:
    assert figures(ROWS, {}) == {"conf_caught": 0.0, "caught_precision": None, "pass_caught": 0.0, "clue_recall": 0.0}
