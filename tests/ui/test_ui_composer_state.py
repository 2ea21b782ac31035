"""What was typed: wherever Streamlit ends a run, no word is lost and nobody is taken for somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from planner.services.workspace import OWNER
from planner.ui import session
from planner.ui.pages import composer_state

if TYPE_CHECKING:
    from planner.domain.post import Post
    from tests.ui.conftest import Desk


class Cut(dict[str, Any]):
    """A session's state that ends the run at the touch after `left` others, as a newer run does."""

    left = 10**6

    def _touch(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise StopException

    def get(self, key: str, default: Any = None) -> Any:
        self._touch()
        return super().get(key, default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        self._touch()
        return super().setdefault(key, default)

    def __getitem__(self, key: str) -> Any:
        self._touch()
        return super().__getitem__(key)

    def __setitem__(self, key: str, value: Any) -> None:
        self._touch()
        super().__setitem__(key, value)


def message(post: Post, text: str, seq: int, **changes: str) -> dict[str, Any]:
    return {"draft": {"doc": f"{post.id}:base:0", "mount": "m1", "base": post.version, "seq": seq, "text": text, **changes}}


def carried(post: Post, text: str, seq: int) -> dict[str, Any]:
    return {"draft": {"earlier": [message(post, text, seq)["draft"]]}}


@pytest.fixture
def state(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Cut:
    desk.account()
    made = Cut({session.WHO: OWNER})
    monkeypatch.setattr(st, "session_state", made)
    return made


def absorb(desk: Desk, state: Cut, touches: int) -> bool:
    """Take in what was typed in a run that ends after so many touches; return whether it came to its own end."""
    state.left = touches
    try:
        composer_state.absorb(desk.planner)
    except StopException:
        return False
    finally:
        state.left = 10**6
    return True


def test_a_run_that_is_cut_off_anywhere_neither_loses_words_nor_sees_a_stranger(desk: Desk, state: Cut) -> None:
    post = desk.draft("Hello")
    touches, done, seq = 0, False, 0
    while not done:
        seq += 1
        state[composer_state.KEY] = message(post, f"Words {seq}", seq)
        done = absorb(desk, state, touches)
        if {one.seq for one in composer_state.receipts()} >= {seq}:
            assert desk.planner.composer.load(post.id).base.text == f"Words {seq}"
        seq += 1
        state[composer_state.KEY] = message(post, f"Words {seq}", seq)
        assert absorb(desk, state, 10**6)
        assert desk.planner.composer.load(post.id).base.text == f"Words {seq}"
        assert desk.planner.copies.of(desk.me, post.id) is None
        touches += 1
    assert touches > 3


def test_words_refused_by_a_cut_off_run_are_answered_by_the_next(desk: Desk, state: Cut) -> None:
    post = desk.draft("Hello")
    state[composer_state.KEY] = message(post, "Words", 1, doc="gone:base:0")
    touches = 0
    while not absorb(desk, state, touches):
        touches += 1
        assert composer_state.receipts() == ()
    assert [one.doc for one in composer_state.receipts()] == ["gone:base:0"]
    assert state[session._NOTICE][0] == "error"


def test_what_another_page_sends_after_it_counts_and_never_replaces_newer_words(desk: Desk, state: Cut) -> None:
    post = desk.draft("Hello")
    state[composer_state.COURIER] = carried(post, "The last words", 4)
    assert absorb(desk, state, 10**6)
    assert desk.planner.composer.load(post.id).base.text == "The last words"
    state[composer_state.COURIER] = carried(post, "The last words", 5)
    state[composer_state.KEY] = message(post, "The last words, and more", 1, mount="m2")
    assert absorb(desk, state, 10**6)
    assert desk.planner.composer.load(post.id).base.text == "The last words, and more"
    assert [(one.mount, one.seq) for one in composer_state.receipts()] == [("m1", 5), ("m2", 1)]
    assert desk.planner.copies.of(desk.me, post.id) is None


def test_words_wait_in_the_browser_until_somebody_has_said_who_is_there(desk: Desk, state: Cut) -> None:
    post = desk.draft("Hello")
    desk.planner.workspace.invite(desk.me, "Robin", "author")
    del state[session.WHO]
    state[composer_state.KEY] = message(post, "Words", 1)
    assert absorb(desk, state, 10**6)
    assert composer_state.receipts() == ()
    state[session.WHO] = OWNER
    assert absorb(desk, state, 10**6)
    assert desk.planner.composer.load(post.id).base.text == "Words"
