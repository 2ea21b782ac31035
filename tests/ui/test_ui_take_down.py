"""Taking down and correcting, from the page of one delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.services.takedown import TakeDown
from planner.ui.pages.take_down import outcome
from tests.ui.conftest import texts

if TYPE_CHECKING:
    from tests.ui.conftest import Desk


@pytest.mark.clause("C20")
def test_a_hand_post_is_named_for_a_person_and_the_record_says_who_took_it_down(desk: Desk) -> None:
    card = desk.card()
    desk.planner.decisions.posted(desk.me, card.id, "https://www.linkedin.com/posts/1")
    app = desk.open("publisher", delivery=card.id)
    assert "Copies, screenshots and search engines may keep it" in texts(app)
    app.text_input(key=f"take-down.why.{card.id}").set_value("A figure was wrong")
    app = next(one for one in app.button if one.label == "Take it down").click().run()
    said = texts(app)
    assert "Take this down by hand: https://www.linkedin.com/posts/1" in said
    assert "not all of it is gone yet" in said
    assert "A figure was wrong" in said


@pytest.mark.parametrize(
    ("done", "sentence"),
    [
        (TakeDown(2, ()), "2 posts deleted on the platform."),
        (TakeDown(0, (), "No right."), "The rest was not deleted: No right."),
        (TakeDown(0, ()), "Nothing of it is known to the platform. Take it down by hand where you posted it."),
    ],
)
def test_what_became_of_it_in_plain_words(done: TakeDown, sentence: str) -> None:
    assert outcome(done) == sentence
