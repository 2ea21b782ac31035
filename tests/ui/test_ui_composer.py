"""Compose: typed text reaches the store once and in order; questions, the yes, and the time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import pytest

from connectors.base import AuthState
from connectors.local_model import ModelAnswer
from planner.checklist.rules import load
from planner.domain.schedule import Slot
from planner.services import headings
from planner.ui.components.composer.contract import Answer, Ask, Hint, Marked
from planner.ui.pages import composer_findings, composer_state
from tests.ui.conftest import texts

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from planner.domain.post import Post
    from tests.ui.conftest import Desk

KEY = composer_state.KEY


def data(app: AppTest) -> dict[str, Any]:
    """Return what the browser half was given."""
    component: Any = app.get("bidi_component")[0]
    found: dict[str, Any] = json.loads(component.proto.json)[0]
    return found


def typed(app: AppTest, post: Post, text: str, seq: int, **changes: Any) -> AppTest:
    draft = {"doc": f"{post.id}:base:0", "mount": "m1", "base": post.version, "seq": seq, "text": text, **changes}
    app.session_state[KEY] = {"draft": draft, "ops": app.session_state[KEY].get("ops") if KEY in app.session_state else None}
    return app.run()


def sent(app: AppTest, *ops: dict[str, Any]) -> AppTest:
    app.session_state[KEY] = {"ops": list(ops)}
    return app.run()


def test_the_list_opens_and_starts_posts(desk: Desk) -> None:
    desk.account()
    app = desk.open("composer")
    assert "Nothing here yet" in texts(app)
    app.button(key="compose.new").click().run()
    post = desk.planner.composer.recent()[0]
    assert app.query_params["post"] == post.id
    assert post.account_ids == (desk.accounts[0].id,)
    assert data(app)["doc"] == f"{post.id}:base:0"


def test_the_search_looks_into_the_texts(desk: Desk) -> None:
    desk.account()
    desk.draft("Sleep well")
    desk.draft("Eat well")
    app = desk.open("composer")
    app.text_input(key="compose.search").input("sleep").run()
    assert "Sleep well" in texts(app)
    assert "Eat well" not in texts(app)


def test_typed_text_is_stored_and_acknowledged(desk: Desk) -> None:
    desk.account()
    post = desk.draft("old")
    app = typed(desk.open("composer", post=post.id), post, "new words", 4)
    assert desk.planner.composer.load(post.id).base.text == "new words"
    assert data(app)["kept"] == [{"doc": f"{post.id}:base:0", "mount": "m1", "seq": 4}]
    assert data(app)["seq"] == 4


def test_old_component_state_never_overwrites_a_newer_text(desk: Desk) -> None:
    desk.account()
    post = desk.draft("old")
    app = typed(desk.open("composer", post=post.id), post, "second", 2)
    typed(app, post, "first", 1)
    assert desk.planner.composer.load(post.id).base.text == "second"


def test_many_drafts_in_a_row_are_no_conflict(desk: Desk) -> None:
    desk.account()
    post = desk.draft("old")
    app = desk.open("composer", post=post.id)
    for seq in range(1, 5):
        app = typed(app, post, f"text {seq}", seq)
    assert desk.planner.composer.load(post.id).base.text == "text 4"
    assert "newer version" not in texts(app)


def test_a_text_left_behind_for_another_post_is_stored_there(desk: Desk) -> None:
    desk.account()
    first, second = desk.draft("one"), desk.draft("two")
    app = desk.open("composer", post=second.id)
    left = {"doc": f"{first.id}:base:0", "mount": "m1", "base": first.version, "seq": 9, "text": "one, changed"}
    typed(app, second, "two, changed", 3, earlier=[left])
    assert desk.planner.composer.load(first.id).base.text == "one, changed"
    assert desk.planner.composer.load(second.id).base.text == "two, changed"


@pytest.mark.parametrize(("button", "wins"), [("compose.mine", "mine"), ("compose.theirs", "theirs")])
def test_a_second_writer_keeps_a_copy_and_chooses(desk: Desk, button: str, wins: str) -> None:
    desk.account()
    post = desk.draft("start")
    app = desk.open("composer", post=post.id)
    other = replace(post.base, text="theirs")
    desk.planner.composer.save(desk.me, post.id, post.version, other, post.variants)
    app = typed(app, post, "mine", 1)
    assert desk.planner.composer.load(post.id).base.text == "theirs"
    assert "is kept until you choose" in texts(app)
    assert app.code[0].value == "mine"
    again = desk.open("composer", post=post.id)
    assert again.code[0].value == "mine"
    app.button(key=button).click().run()
    assert desk.planner.composer.load(post.id).base.text == wins
    assert "is kept until you choose" not in texts(app)
    assert data(app)["doc"] == f"{post.id}:base:1"
    assert data(app)["text"] == wins


def test_whoever_opens_a_post_again_begins_upon_what_is_stored_now(desk: Desk) -> None:
    """A colleague sent it back meanwhile: opening it anew is no conflict, and the next words are stored."""
    desk.account()
    post = desk.draft("start")
    app = desk.open("composer", post=post.id)
    desk.planner.composer.save(desk.me, post.id, post.version, replace(post.base, text="theirs"), post.variants)
    app.run()
    assert (data(app)["text"], data(app)["doc"]) == ("theirs", f"{post.id}:base:1")
    app = typed(app, replace(post, version=2), "theirs, and more", 1, doc=f"{post.id}:base:1")
    assert desk.planner.composer.load(post.id).base.text == "theirs, and more"
    assert "is kept until you choose" not in texts(app)


def test_an_empty_draft_begins_without_a_red_word(desk: Desk) -> None:
    desk.account()
    app = desk.open("composer", post=desk.draft("").id)
    assert data(app)["findings"] == []
    assert data(app)["summary"] == "Begin to write: the checklist reads along, on this computer only."
    assert app.button(key="compose.submit").disabled
    assert "1 limit exceeded" in texts(app)


@pytest.mark.clause("C17")
@pytest.mark.feature("Three headings")
def test_a_report_opens_with_privacy_consent_and_confidentiality(desk: Desk) -> None:
    desk.account()
    shown = data(desk.open("composer", post=desk.draft("Sleep well").id))["headings"]
    assert [(one["title"], one["state"]) for one in shown] == [
        ("Privacy", "nothing matched"),
        ("Informed consent", "nothing matched"),
        ("Confidentiality", "nothing matched"),
    ]
    rules = [rule.id for rule in sorted(load().rules, key=lambda rule: rule.id, reverse=True)]
    found = [Marked(rule, headings.group_of(rule), "ask", 0, 1, "x", "m", "w") for rule in rules]
    assert [one.title for one in composer_findings.headings(found)] == [
        "Privacy", "Informed consent", "Confidentiality", "Boundaries", "Claims and sources", "Tone and respect", "Safety", "Advocacy", "Accessibility",
    ]  # fmt: skip


def test_findings_come_with_the_browsers_offsets(desk: Desk) -> None:
    desk.account()
    post = desk.draft("😀😀 My client always calls.")
    found = data(desk.open("composer", post=post.id))
    client, always = found["findings"]
    assert (client["level"], client["start"], client["quote"]) == ("block", 8, "client")
    assert client["suggestion"] == {"start": 8, "end": 14, "was": "client", "text": "person", "whole": False}
    assert always["group"] == "tone"
    assert found["verdict"] == "block"
    assert found["summary"] == "2 findings: 1 blocks, 1 advises."
    assert [heading["key"] for heading in found["headings"]] == ["privacy", "consent", "confidentiality", "tone"]
    assert found["headings"][2]["state"] == "1 blocks"


def test_the_details_of_one_person_share_their_question_and_the_rewriting_of_the_whole_text() -> None:
    think, asked = Ask("Would they know themselves?", ()), Ask("Is it public?", (Answer("yes", "Yes"),))
    whole, word = Hint(0, 40, "all of it", "In general?"), Hint(3, 6, "PTSD", "a condition")

    def one(name: str, question: Ask, hint: Hint | None, *, cleared: bool = False) -> Marked:
        return Marked(name, "confidentiality", "block", 0, 1, "x", "m", "w", question=question, suggestion=hint, cleared=cleared)

    found = [
        one("a", think, whole, cleared=True),
        one("b", think, whole),
        one("c", think, word),
        one("d", think, whole),
        *[one("e", asked, None)] * 2,
    ]
    shown = composer_findings.told_once(found)
    assert [finding.question for finding in shown] == [think, think, None, None, asked, asked]
    assert [finding.suggestion for finding in shown] == [whole, whole, word, None, None, None]
    assert [finding.id for finding in shown] == ["a", "b", "c", "d", "e", "e"]


def test_only_several_findings_of_one_person_share_a_card() -> None:
    def one(card: str) -> Marked:
        return Marked("a", "confidentiality", "block", 0, 1, "x", "m", "w", card=card)

    shown = composer_findings.gathered([one("s1"), one("s2"), one(""), one("s1"), one("")])
    assert [finding.card for finding in shown] == ["s1", "", "", "s1", ""]


def test_nothing_found_is_never_called_safe(desk: Desk) -> None:
    desk.account()
    found = data(desk.open("composer", post=desk.draft("Sleep well").id))
    assert found["verdict"] == "pass"
    assert found["summary"].startswith("Nothing matched. That is not the same as safe")


def test_without_an_account_the_panel_says_what_to_do(desk: Desk) -> None:
    post = desk.planner.composer.new(desk.me)
    app = desk.open("composer", post=post.id)
    assert "There is no account yet" in texts(app)
    assert data(app)["summary"].startswith("Choose an account above")


def test_an_answer_travels_as_an_operation_and_is_done_once(desk: Desk) -> None:
    desk.account()
    post = desk.draft("About PTSD")
    op = {"op": "a1", "kind": "answer", "ids": ["claims.unsourced-statistic:PTSD"], "key": "yes"}
    app = sent(desk.open("composer", post=post.id), op)
    assert data(app)["acked"] == [{"op": "a1", "ok": True, "reason": "", "at": ""}]
    assert data(app)["findings"][0]["cleared"] is True
    assert data(sent(app, op, {**op, "op": "a2", "key": "no"}))["findings"][0]["cleared"] is False
    with desk.planner.store.read() as tx:
        assert [(one.subject, one.key) for one in tx.reviews.answers(post.id)] == [("claims.unsourced-statistic:PTSD", "no")]


def test_an_advice_can_be_left_as_it_is(desk: Desk) -> None:
    desk.account()
    post = desk.draft("It always helps")
    app = sent(desk.open("composer", post=post.id), {"op": "a1", "kind": "dismiss", "ids": ["tone.sensational:always"]})
    assert data(app)["findings"] == []


def test_a_refused_operation_says_why(desk: Desk) -> None:
    desk.account()
    post = desk.draft("My client")
    app = sent(desk.open("composer", post=post.id), {"op": "s1", "kind": "submit", "ids": ["x"], "seq": 0})
    (answer,) = data(app)["acked"]
    assert answer["ok"] is False
    assert "1 finding blocks this post" in answer["reason"]


def test_ctrl_enter_hands_in_exactly_the_text_that_was_seen(desk: Desk) -> None:
    account = desk.account()
    post = desk.draft("Sleep well")
    for reader in ("boss", "family", "client", "colleague"):
        desk.planner.composer.tick(desk.me, post.id, account.id, reader)
    app = sent(desk.open("composer", post=post.id), {"op": "s1", "kind": "submit", "ids": ["x"], "seq": 3})
    assert data(app)["acked"][0]["reason"].startswith("The text went on after that.")
    sent(app, {"op": "s2", "kind": "submit", "ids": ["x"], "seq": 0})
    assert desk.planner.composer.load(post.id).state == "ready"


def test_a_limit_of_the_platform_blocks_in_its_own_words(desk: Desk) -> None:
    desk.account("@clinic", "bluesky")
    found = data(desk.open("composer", post=desk.draft("x" * 301).id))
    (limit,) = [one for one in found["findings"] if one["group"] == "limits"]
    assert limit["level"] == "block"
    assert limit["message"].startswith("@clinic (Bluesky)")
    assert found["counts"] == {desk.accounts[0].id: [301]}


def test_the_whole_way_to_the_calendar(desk: Desk) -> None:
    account = desk.account()
    post = desk.draft("Sleep and worry feed each other.")
    app = desk.open("composer", post=post.id)
    assert app.button(key="compose.submit").disabled
    for _ in range(4):
        app.checkbox[[box.value for box in app.checkbox].index(False)].check().run()
    app.button(key="compose.submit").click().run()
    assert desk.planner.composer.load(post.id).state == "ready"
    app.button(key=f"approve.{account.id}").click().run()
    assert "Next free slot: Thu 26 Nov, 12:10 MST, Denver" in texts(app)
    app.button(key=f"slot.{account.id}").click().run()
    (item,) = desk.planner.calendar.of_post(post.id)
    assert (item.state, item.wall) == ("queued", "2026-11-26T12:10")
    assert "On the calendar: Thu 26 Nov, 12:10 MST, Denver." in texts(app)


def test_a_slot_that_something_speaks_against_says_so_and_is_taken_once_accepted(desk: Desk) -> None:
    account = desk.account(slots=(Slot(3, time(20)),))
    post = desk.ready(desk.draft())
    desk.planner.approvals.approve(desk.me, post.id, account.id, post.digest_for(account.id))
    app = desk.open("composer", post=post.id)
    assert "Next free slot: Thu 26 Nov, 20:00 MST, Denver" in texts(app)
    assert "This time lies outside the account's business hours: replies will wait." in texts(app)
    assert app.button(key=f"slot.{account.id}").disabled
    next(box for box in app.checkbox if str(box.key).startswith("slot.accept")).check().run()
    app.button(key=f"slot.{account.id}").click().run()
    assert [(item.state, item.wall) for item in desk.planner.calendar.of_post(post.id)] == [("queued", "2026-11-26T20:00")]


def test_a_question_is_answered_for_every_text_that_it_is_asked_of(desk: Desk) -> None:
    first, second = desk.account(), desk.account("@clinic", "bluesky")
    post = desk.draft("A photo of our new room", first, second)
    own = tuple(replace(one, content=replace(post.base, text="Our photo")) if one.account_id == second.id else one for one in post.variants)
    app = desk.open("composer", post=post.id)
    assert "1 open question" in texts(app)
    app.radio[0].set_value("yes").run()
    assert "open question" not in texts(app)
    assert app.radio[0].value == "yes"
    desk.planner.composer.save(desk.me, post.id, post.version, post.base, own)
    app = app.run()
    assert "@clinic (Bluesky): 1 open question" in texts(app)
    assert app.radio[0].value is None
    app.radio[0].set_value("yes").run()
    assert "open question" not in texts(app)


def test_an_account_can_have_words_of_its_own_and_follow_again(desk: Desk) -> None:
    first, second = desk.account(), desk.account("@clinic", "bluesky")
    post = desk.draft("For both", first, second)
    app = desk.open("composer", post=post.id)
    app.session_state["compose.variant"] = second.id
    app = typed(app, post, "For Bluesky", 1, doc=f"{post.id}:{second.id}:0")
    stored = desk.planner.composer.load(post.id)
    assert (stored.base.text, stored.content_for(first.id).text, stored.content_for(second.id).text) == (
        "For both",
        "For both",
        "For Bluesky",
    )
    assert [target["account"] for target in data(app)["targets"]] == [second.id]
    app.button(key="compose.follow").click().run()
    assert desk.planner.composer.load(post.id).content_for(second.id).text == "For both"
    assert data(app)["text"] == "For both"


def test_a_chosen_time_has_to_be_accepted_when_something_speaks_against_it(desk: Desk) -> None:
    account = desk.account()
    post = desk.ready(desk.draft("Sleep well"))
    desk.planner.approvals.approve(desk.me, post.id, account.id, post.digest_for(account.id))
    app = desk.open("composer", post=post.id)
    assert app.datetime_input[0].value == datetime(2026, 11, 24, 11, 0)  # noqa: DTZ001 - a wall clock
    app.datetime_input[0].set_value(datetime(2026, 11, 28, 22, 0)).run()  # noqa: DTZ001 - a wall clock
    button = app.button(key=f"schedule.{account.id}")
    assert button.disabled
    assert "outside the account's business hours" in texts(app)
    app.checkbox[0].check().run()
    app.button(key=f"schedule.{account.id}").click().run()
    assert [item.wall for item in desk.planner.calendar.of_post(post.id)] == ["2026-11-28T22:00"]


def test_what_a_post_costs_is_said_before_it_is_scheduled(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the post alone in the editor, and with the account's month where its time is chosen."""

    class Answers:
        def check_auth(self) -> AuthState:
            return AuthState(ok=True, handle="@ridge")

    monkeypatch.setattr(type(desk.planner.platforms), "connect", lambda *_: Answers())
    account = desk.account("@ridge", "x", mode="api")
    desk.planner.accounts.connect(desk.me, account.id, {"access": "given"})
    for number, words in enumerate(("Sleep and worry feed each other.", "Our line is open: https://example.org")):
        desk.booked(words, f"2026-11-2{6 + number}T12:10")
    post = desk.ready(desk.draft("Sleep well: https://example.org/sleep", account))
    app = desk.open("composer", post=post.id)
    assert data(app)["targets"][0]["cost"] == "costs $0.20"
    desk.planner.approvals.approve(desk.me, post.id, account.id, post.digest_for(account.id))
    said = texts(desk.open("composer", post=post.id))
    assert "This post costs $0.20. With the 2 others of that month: $0.415." in said


def test_a_text_is_counted_by_the_limit_of_the_accounts_own_server(desk: Desk) -> None:
    desk.account("@ridge", "mastodon", mode="api", settings={"server": "small.example", "told.text_limit": "20"})
    [target] = data(desk.open("composer", post=desk.draft("Sleep well").id))["targets"]
    assert (target["unit"], target["limit"]) == ("mastodon", 20)


def test_in_a_team_ones_own_post_waits_for_a_colleague(desk: Desk) -> None:
    account = desk.account()
    desk.planner.workspace.invite(desk.me, "Anna", "reviewer")
    post = desk.ready(desk.draft("Sleep well"))
    app = desk.open("composer", post=post.id)
    assert post.state == "in_review"
    assert "Waits for a colleague's review" in texts(app)
    assert f"approve.{account.id}" not in [button.key for button in app.button]


def test_an_edit_after_scheduling_is_said(desk: Desk) -> None:
    item = desk.booked()
    post = desk.planner.composer.load(item.post_id)
    desk.planner.composer.save(desk.me, post.id, post.version, replace(post.base, text="Changed"), post.variants)
    assert "The text has changed since it was approved" in texts(desk.open("composer", post=post.id))


def test_what_went_out_is_read_only(desk: Desk) -> None:
    item = desk.card()
    desk.planner.decisions.posted(desk.me, item.id, "https://linkedin.example/1")
    assert data(desk.open("composer", post=item.post_id))["readonly"] is True


def test_accounts_purpose_and_fields_are_stored(desk: Desk) -> None:
    first, second = desk.account(), desk.account("@clinic", "bluesky")
    post = desk.draft("Sleep well", first)
    app = desk.open("composer", post=post.id)
    pills = next(item for item in app.get("button_group") if item.key == f"compose.accounts.{post.id}")  # type: ignore[attr-defined]  # AppTest types groups loosely
    pills.set_value([first.id, second.id]).run()  # type: ignore[attr-defined]  # the same
    assert desk.planner.composer.load(post.id).account_ids == (first.id, second.id)
    app = desk.open("composer", post=post.id)
    app.selectbox(key="details.purpose").select("thank")
    app.text_input(key="details.labels").input("sleep, winter")
    next(button for button in app.button if button.form_id == f"details.{post.id}").click().run()
    app.text_input(key="fields.url").input("https://ridge.example/sleep")
    next(button for button in app.button if button.form_id == f"fields.{post.id}.base").click().run()
    stored = desk.planner.composer.load(post.id)
    assert (stored.purpose, stored.labels) == ("thank", ("sleep", "winter"))
    assert stored.base.link is not None
    assert stored.base.link.url == "https://ridge.example/sleep"


def test_a_draft_can_be_deleted_until_it_is_scheduled(desk: Desk) -> None:
    desk.account()
    post = desk.draft("Sleep well")
    desk.open("composer", post=post.id).button(key="compose.delete").click().run()
    assert desk.planner.composer.recent() == ()
    item = desk.booked()
    assert "compose.delete" not in [button.key for button in desk.open("composer", post=item.post_id).button]


def test_an_unknown_post_is_said_and_a_strange_id_is_dropped(desk: Desk) -> None:
    assert "Nothing here yet" in texts(desk.open("composer", post="<script>"))
    assert len(desk.open("composer", post="0" * 32).error) == 1


@pytest.mark.parametrize(
    ("rule", "group"),
    [
        ("confidentiality.client-reference", "confidentiality"),
        ("confidentiality.location-exposure", "privacy"),
        ("boundaries.testimonial", "consent"),
        ("boundaries.always-on", "boundaries"),
        ("tone.hostile", "tone"),
        ("strange.rule", "confidentiality"),
    ],
)
def test_each_rule_stands_under_a_heading(rule: str, group: str) -> None:
    assert headings.group_of(rule) == group


def test_the_second_reader_stands_there_only_when_it_is_set_up(desk: Desk) -> None:
    desk.account()
    post = desk.draft("She laughed today.")
    assert "Second reader" not in [one.label for one in desk.open("composer", post=post.id).expander]


def test_the_second_reader_answers_a_click_and_stands_in_nobodys_way(desk: Desk) -> None:
    class Model:
        says = '{"findings": [{"quote": "laughed", "why": "One *particular* person did this."}], "questions": ["Who is she?"]}'

        def ask(self, _system: str, _user: str) -> ModelAnswer:
            return ModelAnswer(self.says, "reader", "abc")

    model = Model()
    desk.planner.second_reader._model = model
    desk.account()
    post = desk.draft("She laughed today.")
    app = desk.open("composer", post=post.id)
    app.button(key="compose.reader").click().run()
    said = texts(app)
    assert "“laughed”" in said
    assert "One *particular* person did this." in said
    assert "Who is she?" in said
    model.says = "no object"
    app.button(key="compose.reader").click().run()
    assert "could not be read" in texts(app)
    model.says = "{}"
    app.button(key="compose.reader").click().run()
    assert "nothing to add" in texts(app)
    assert desk.planner.composer.load(post.id).state == "draft"


def test_in_a_team_the_exception_to_a_block_names_who_agrees(desk: Desk) -> None:
    ann = desk.planner.workspace.invite(desk.me, "Ann", "reviewer")
    account = desk.account()
    post = desk.draft("My client laughs.", account)
    app = desk.open("composer", post=post.id)
    app.text_area(key="override.reason").set_value("The words of a published book.")
    app.selectbox(key="override.second").select(ann.id)
    next(one for one in app.button if one.label == "Log the exception").click().run()
    with desk.planner.store.read() as tx:
        (entry,) = tx.reviews.overrides(post.id)
    assert (entry.second_reviewer, entry.by) == (ann.id, "owner")
