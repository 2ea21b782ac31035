"""Import and export: a table is looked at, taken in as drafts, and told row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.ui import session
from tests.ui.conftest import texts

if TYPE_CHECKING:
    from tests.ui.conftest import Desk

pytestmark = pytest.mark.feature("CSV and JSON import")
TABLE = "text,account\nSleep comes back.,Ridge Counseling\nMy client.,Ridge Counseling\nThanks.,@nobody\n"


def test_a_table_is_previewed_and_taken_in(desk: Desk) -> None:
    desk.account()
    app = desk.open("imports")
    app.file_uploader[0].set_value(("rows.csv", TABLE.encode(), "text/csv")).run()
    app.button(key="imports.preview").click().run()
    told = texts(app)
    assert "1 draft, 1 draft that the checklist blocks, 1 row not taken in" in told
    assert desk.planner.composer.recent() == ()
    app.button(key="imports.run").click().run()
    assert "There is no account “@nobody”" in texts(app)
    assert {post.base.text for post in desk.planner.composer.recent()} == {"Sleep comes back.", "My client."}
    app.button(key="imports.run").click().run()
    assert "2 rows here already" in texts(app)
    app.file_uploader[0].set_value(("none.csv", b"text,account\n", "text/csv")).run()
    assert "There is a header and no row" in texts(app)
    assert "here already" not in texts(app)
    assert len(desk.planner.composer.recent()) == 2


def test_a_column_can_be_named_by_hand_and_a_wrong_file_is_told(desk: Desk) -> None:
    app = desk.open("imports")
    app.file_uploader[0].set_value(("rows.csv", b"words\nSleep.\n", "text/csv")).run()
    app.button(key="imports.run").click().run()
    assert "Say which column holds the words" in texts(app)
    app.selectbox(key="imports.map.text").set_value("words").run()
    app.button(key="imports.run").click().run()
    assert [post.base.text for post in desk.planner.composer.recent()] == ["Sleep."]
    app.file_uploader[0].set_value(("rows.csv", b"\xff\xfe", "text/csv")).run()
    assert "not in UTF-8" in texts(app)
    app.file_uploader[0].set_value(("rows.csv", b"[1]", "text/csv")).run()
    assert "list of objects" in texts(app)


@pytest.mark.feature("Export and backup")
def test_posts_and_the_workspace_can_be_taken_along(desk: Desk) -> None:
    desk.account()
    desk.draft("=Sleep.")
    app = desk.open("imports")
    app.button(key="imports.csv").click().run()
    assert [one.label for one in app.get("download_button")] == ["Download the table"]
    app.button(key="imports.all").click().run()
    assert [one.label for one in app.get("download_button")] == ["Download the table", "Download the workspace"]
    desk.draft("Eat well.")
    app.run()
    assert not app.get("download_button")
    assert "Something has changed since the table was prepared" in texts(app)
    app.run()
    assert "Something has changed" not in texts(app)


@pytest.mark.feature("Export and backup")
def test_a_prepared_workspace_is_for_whoever_prepared_it(desk: Desk) -> None:
    otto = desk.planner.workspace.invite(desk.me, "Otto", "author")
    app = desk.open("imports")
    app.button(key="imports.all").click().run()
    assert [one.label for one in app.get("download_button")] == ["Download the workspace"]
    app.session_state[session.WHO] = otto.id
    app.run()
    assert not app.get("download_button")
