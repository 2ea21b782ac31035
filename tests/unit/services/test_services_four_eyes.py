"""A team that edits, submits, approves, returns and schedules in any order: nothing goes on the calendar that was not approved as it is."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from planner.domain.errors import NotAllowed, NotReady
from planner.services import approvals
from planner.store import open_store
from tests.unit.services import rig as rigs

if TYPE_CHECKING:
    from planner.domain.people import Actor
    from tests.unit.services.rig import Rig

TEXTS = st.sampled_from(["One thing", "Another thing", "A third thing"])
WRITERS = st.sampled_from(["ann", "ben", "cleo"])
REVIEWERS = st.sampled_from(["ben", "cleo"])


class Team(RuleBasedStateMachine):
    """The service beside a model of what may happen: words, who wrote them, and which words have been approved since the last return."""

    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "planner.sqlite")
        self.store = open_store(rigs.url(self.folder), rigs.KEY, backups=self.folder / "backups")
        self.rig: Rig = rigs.build(self.store)
        self.people: dict[str, Actor] = {
            "ann": self.rig.member("ann"),
            "ben": self.rig.member("ben", "reviewer"),
            "cleo": self.rig.member("cleo", "admin"),
        }

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @initialize(text=TEXTS, author=WRITERS)
    def start(self, text: str, author: str) -> None:
        self.account = self.rig.account()
        self.post_id = self.rig.draft(text, self.account, actor=self.people[author]).id
        self.text, self.state = text, "draft"
        self.creator = self.writer = author
        self.approved: set[str] = set()

    @property
    def post(self):  # noqa: ANN201 - the domain's own value
        return self.rig.composer.load(self.post_id)

    @rule(who=WRITERS, text=TEXTS)
    def edit(self, who: str, text: str) -> None:
        self.rig.clock.on(seconds=1)
        self.rig.save(self.post, text, self.people[who])
        if text != self.text:
            self.text, self.state, self.writer = text, "draft", who

    @rule(who=WRITERS)
    def submit(self, who: str) -> None:
        self.rig.clock.on(seconds=1)
        after = self.rig.submit(self.post, self.people[who])
        if self.state in ("draft", "returned"):
            returned_before = self.state == "returned"
            self.state = "ready" if self.text in self.approved and not returned_before else "in_review"
        assert after.state == self.state

    @rule(who=REVIEWERS)
    def approve(self, who: str) -> None:
        post = self.post
        expected: type[Exception] | None = None
        if self.state not in ("in_review", "ready"):
            expected = NotReady
        elif who in (self.creator, self.writer):
            expected = NotAllowed

        def act() -> None:
            self.rig.approvals.approve(self.people[who], post.id, self.account.id, post.digest_for(self.account.id))

        if expected is not None:
            with pytest.raises(expected):
                act()
            return
        act()
        self.approved.add(self.text)
        self.state = "ready"

    @rule(who=REVIEWERS)
    def send_back(self, who: str) -> None:
        if self.state not in ("in_review", "ready"):
            with pytest.raises(NotReady):
                self.rig.approvals.send_back(self.people[who], self.post_id, "Change it")
            return
        self.rig.approvals.send_back(self.people[who], self.post_id, "Change it")
        self.approved.clear()
        self.state = "returned"

    @rule()
    def schedule(self) -> None:
        self.rig.tick_all(self.post, self.people["ann"])
        if self.state == "returned" or self.text not in self.approved:
            with pytest.raises(NotReady):
                self.rig.calendar.schedule(self.people["cleo"], self.post_id, self.account.id, rigs.TOMORROW)
            return
        item = self.rig.calendar.schedule(self.people["cleo"], self.post_id, self.account.id, rigs.TOMORROW)
        assert item.digest == self.post.digest_for(self.account.id)
        self.rig.calendar.cancel(self.people["cleo"], item.id, item.generation)

    @invariant()
    def the_service_and_the_model_agree(self) -> None:
        post = self.post
        assert (post.base.text, post.state) == (self.text, self.state)
        with self.store.read() as tx:
            valid = approvals.valid(tx, post, self.account.id, self.rig.clock.now())
        assert (valid is not None) == (self.state != "returned" and self.text in self.approved)
        queued = {item.post.id for item in self.rig.approvals.queue(self.people["ben"])}
        assert (post.id in queued) == (self.state in ("in_review", "ready") and self.text not in self.approved)


@pytest.mark.clause("C23")
def test_four_eyes_in_any_order(migrated: Path) -> None:
    Team.template = migrated
    run_state_machine_as_test(Team, settings=settings(max_examples=25, stateful_step_count=20, deadline=None))
