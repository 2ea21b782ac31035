"""The page of rules in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.conftest import cells, texts

if TYPE_CHECKING:
    from tests.ui.conftest import Desk


def test_an_empty_record_says_what_will_stand_there(desk: Desk) -> None:
    said = texts(desk.open("rule_use"))
    assert "No finding has been read yet" in said
    assert "None. An exception is logged in the composer" in said


def test_the_record_of_each_rule_and_the_exceptions(desk: Desk) -> None:
    account = desk.account()
    post = desk.draft("My client always laughs.", account)
    reason = "The words of a published book."
    desk.planner.composer.override(desk.me, post.id, account.id, "confidentiality.client-reference:client", "false-alarm", reason)
    app = desk.open("rule_use")
    rows = cells(app)
    assert [(row["Rule"], row["Read"], row["Justified"], row["What it means"]) for row in rows] == [
        ("confidentiality.client-reference", "1", "not known", "too few decisions to say"),
        ("tone.sensational", "1", "not known", "too few decisions to say"),
    ]
    assert app.expander[0].label == "1 rule that never spoke"
    assert cells(app, 1)[0]["Person"] == "Owner"
