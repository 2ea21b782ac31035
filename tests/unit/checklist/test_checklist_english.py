"""The table of English words answers as a plain table does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.checklist.bank import BANK, English, english

WORD = st.text("abc", min_size=3, max_size=6)


@given(st.dictionaries(WORD, st.sampled_from(("F0", "Gs", "..")), min_size=1, max_size=60), st.lists(st.text("abc", max_size=6)))
def test_words_and_their_senses_are_found_and_nothing_else(senses: dict[str, str], others: list[str]) -> None:
    words = sorted(senses)
    table = English("".join(f"{word}\n" for word in words), "".join(f"{senses[word]}\n" for word in words))
    assert {word: table.sense(word) for word in (*senses, *others)} == {word: senses.get(word, "") for word in (*senses, *others)}
    assert [word in table for word in (*senses, *others)] == [word in senses for word in (*senses, *others)]
    assert table.kinds == set(senses.values())


def test_the_shipped_words_are_all_found() -> None:
    words, senses = ((BANK / "lexicons" / f"{name}.txt").read_text(encoding="utf-8").split() for name in ("english", "senses"))
    assert [english().sense(word) for word in words] == senses
    assert all(word in english() for word in words)


@pytest.mark.parametrize(
    ("words", "senses", "told"),
    [
        ("one\ntwo\nones\n", "F0\nF0\nF0\n", "stand apart"),
        ("at\none\n", "F0\nF0\n", "one sense for every word"),
        ("one\ntwo\n", "F0\n", "one sense for every word"),
        ("one\ntwo\n", "F\nF00\n", "one sense for every word"),
    ],
)
def test_a_table_that_cannot_be_looked_up_is_refused(words: str, senses: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        English(words, senses)
