"""From a checked text to the calendar: reader questions, handing in, the yes to exactly this text, and its time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.errors import PlannerError
from planner.domain.people import ALLOWED
from planner.domain.schedule import Wall, local_wall
from planner.services import approvals
from planner.ui import records, session, words
from planner.ui.pages import composer_state as state

if TYPE_CHECKING:
    from planner.checklist.report import Question
    from planner.domain.account import Account
    from planner.domain.delivery import Delivery
    from planner.domain.people import Actor
    from planner.domain.post import Post
    from planner.domain.schedule import Moment
    from planner.services.calendar import Plan
    from planner.services.gate import Passage
    from planner.services.house import Planner

READERS = {
    "boss": "my boss or licensing board",
    "family": "the family of somebody I work with",
    "client": "a client of mine, now or years ago",
    "colleague": "a colleague who knows my cases",
}
TIMINGS = {
    "plain": "Ordinary: may be up to 2 hours late",
    "time-critical": "Exact: not more than 15 minutes late",
    "evergreen": "Any time that day",
}
_GONE = ("sent", "sending", "unconfirmed", "queued", "held")


def draw(planner: Planner, post: Post) -> None:
    """Draw the steps from the reader questions to the calendar."""
    passages = state.passages(planner, post.id)
    if not passages:
        return
    acting = session.actor(planner)
    if post.state in ("draft", "returned"):
        _readers(planner, post, passages)
        _hand_in(planner, post, passages, acting)
    booked = {item.account_id: item for item in planner.calendar.of_post(post.id) if item.state in _GONE}
    for passage in passages:
        _account(planner, post, passage, booked.get(passage.account.id), acting)


def _readers(planner: Planner, post: Post, passages: tuple[Passage, ...]) -> None:
    st.subheader("Read it once as …", anchor=False)
    st.caption("Tick each one after you have read the text with those eyes. The ticks belong to exactly this text.")
    ticked = frozenset.intersection(*(passage.ticks for passage in passages))
    for reader, who in READERS.items():
        key = f"tick.{reader}.{post.id}.{passages[0].content[:12]}.{reader in ticked}"
        st.checkbox(f"… {who}", value=reader in ticked, key=key, on_change=_tick, args=(planner, post.id, reader, key))
    questions = {
        question.id: question for passage in passages for question in passage.questions if question.kind != "finding" and question.answers
    }
    for question in questions.values():
        _question(planner, post, question, tuple(one for one in passages if any(other.id == question.id for other in one.questions)))


def _question(planner: Planner, post: Post, question: Question, asked: tuple[Passage, ...]) -> None:
    """Draw one question; it counts as answered when every text that it is asked of has the same answer."""
    given = {records.answers(planner, post.id, passage.content).get(question.id) for passage in asked}
    answers = {one.key: one.label for one in question.answers}
    options, value = list(answers), given.pop() if len(given) == 1 else None
    key = f"ask.{question.id}.{post.id}.{'.'.join(passage.content[:8] for passage in asked)}.{value}"
    st.radio(
        session.plain(question.text), options, index=options.index(value) if value in options else None, horizontal=True, key=key,
        format_func=lambda one: session.plain(answers[one]), on_change=_answer,
        args=(planner, post.id, tuple(passage.account.id for passage in asked), question.id, key),
    )  # fmt: skip


def _hand_in(planner: Planner, post: Post, passages: tuple[Passage, ...], acting: Actor) -> None:
    left = [_left(planner, passage) for passage in passages if not passage.clear]
    for line in dict.fromkeys(left):
        st.caption(f":material/pending: {session.plain(line)}")
    alone = acting.team_size == 1 and not any(passage.account.two_person for passage in passages)
    st.button(
        "Done writing" if alone else "Hand in for review", type="primary", key="compose.submit", disabled=bool(left), width="stretch",
        on_click=_submit, args=(planner, post.id),
    )  # fmt: skip


def _left(planner: Planner, passage: Passage) -> str:
    counts = (
        (len(passage.measure.problems), "limit exceeded", "limits exceeded"),
        (bool(passage.story), "consent or composite to choose", ""),
        (len(passage.blocking), "blocking finding", "blocking findings"),
        (len(passage.unanswered), "finding to answer", "findings to answer"),
        (len(passage.open_questions), "open question", "open questions"),
        (len(passage.missing_ticks), "reader to imagine", "readers to imagine"),
    )
    left = ", ".join(words.count(number, one, many) for number, one, many in counts if number)
    return f"{records.title(planner, passage.account)}: {left}"


def _account(planner: Planner, post: Post, passage: Passage, booked: Delivery | None, acting: Actor) -> None:
    account = passage.account
    with st.container(border=True):
        st.markdown(f"**{session.plain(records.title(planner, account))}**")
        if booked is not None:
            st.markdown(f"{words.STATE_ICONS[booked.state]} {words.state_of(booked)}: {words.moment(booked.due_at, booked.zone)}")
            if booked.digest != post.digest_for(account.id) and booked.state in ("queued", "held"):
                st.warning(
                    "The text has changed since it was approved. It will be held until it is approved again.", icon=":material/warning:"
                )
            session.link("deliveries", "Open the delivery", icon=":material/receipt_long:", delivery=booked.id)
        if post.state in ("draft", "returned"):
            if booked is None:
                alone = acting.team_size == 1 and not account.two_person
                st.caption("Its time comes after “Done writing”." if alone else "Its time comes after a colleague's yes.")
            return
        with planner.store.read() as tx:
            approval = approvals.valid(tx, post, account.id, planner.clock.now())
        if approval is None:
            _approve(planner, post, passage, acting)
        elif booked is None:
            st.caption(f":material/verified: Approved {words.moment(approval.at, account.zone)}")
            if acting.team_size == 1 or "publish" in ALLOWED[acting.role]:
                _time(planner, post, account)
            else:
                st.caption("A publisher or an admin gives it its time.")


def _approve(planner: Planner, post: Post, passage: Passage, acting: Actor) -> None:
    account = passage.account
    own = acting.id == post.created_by
    if own and (acting.team_size > 1 or account.two_person):
        st.caption(":material/hourglass_top: Waits for a colleague's review.")
        return
    with st.container(key=f"exact-{account.id}"):
        for segment in post.content_for(account.id).segments:
            st.code(segment, language=None, wrap_lines=True)
    st.button(
        "Yes, exactly this text" if own else "Approve exactly this text", key=f"approve.{account.id}", type="primary",
        on_click=_say_yes, args=(planner, post.id, account.id, post.digest_for(account.id)),
    )  # fmt: skip


def _time(planner: Planner, post: Post, account: Account) -> None:
    slot = planner.calendar.next_slot(account.id)
    if slot is not None:
        _offer_slot(planner, post, account, slot)
    elif not account.slots and session.reaches("accounts"):
        st.caption("Set posting slots once, and the next free one is offered here by a click.")
        session.link("accounts", "Set posting slots", icon=":material/more_time:", account=account.id)
    now = words.local_now(planner.clock.now(), account.zone)
    if st.toggle("Send it right away", key=f"now.{account.id}"):
        _offer_now(planner, post, account)
        return
    wall = planner.calendar.next_time(account.id)
    first = datetime.combine(wall.day, wall.at)
    chosen = st.datetime_input(f"Or choose a time ({words.town(account.zone)})", first, min_value=now, key=f"when.{account.id}", step=300)
    timing = st.selectbox("How exact?", list(TIMINGS), format_func=TIMINGS.__getitem__, key=f"timing.{account.id}")
    if chosen is not None:
        _offer(planner, post, account, chosen, timing or "plain")


def _offer_slot(planner: Planner, post: Post, account: Account, slot: Moment) -> None:
    """Offer the slot by a click; what speaks against it stands below, and is accepted there first."""
    try:
        plan = planner.calendar.preview(post.id, account.id, slot.wall)
    except PlannerError as error:
        st.error(session.plain(error.sentence))
        return
    place = st.container()
    accepted = warnings(plan, f"slot.accept.{account.id}.{slot.wall}")
    place.button(
        f"Next free slot: {words.moment(slot.utc, account.zone)}", icon=":material/event_available:", key=f"slot.{account.id}",
        disabled=len(accepted) < len({warning.kind for warning in plan.warnings}),
        on_click=_schedule, args=(planner, post.id, account.id, slot.wall, "plain", accepted),
    )  # fmt: skip


def _offer(planner: Planner, post: Post, account: Account, chosen: datetime, timing: str) -> None:
    wall = Wall(chosen.date(), chosen.time().replace(second=0, microsecond=0))
    try:
        plan = planner.calendar.preview(post.id, account.id, wall)
    except PlannerError as error:
        st.error(session.plain(error.sentence))
        return
    _cost(planner, post, account, plan)
    accepted = warnings(plan, f"accept.{account.id}")
    st.button(
        f"Put on the calendar: {words.moment(plan.moment.utc, account.zone)}", key=f"schedule.{account.id}", type="primary",
        disabled=len(accepted) < len({warning.kind for warning in plan.warnings}), width="stretch",
        on_click=_schedule, args=(planner, post.id, account.id, wall, timing, accepted),
    )  # fmt: skip


def _offer_now(planner: Planner, post: Post, account: Account) -> None:
    plan = planner.calendar.preview(post.id, account.id, local_wall(planner.clock.now(), account.zone))
    _cost(planner, post, account, plan)
    accepted = warnings(plan, f"accept.{account.id}")
    st.button(
        "Send it now" if account.mode == "api" else "Give me its card now", key=f"schedule.{account.id}", type="primary", width="stretch",
        disabled=len(accepted) < len({warning.kind for warning in plan.warnings}), on_click=_schedule_now, args=(planner, post.id, account, accepted),
    )  # fmt: skip


def _cost(planner: Planner, post: Post, account: Account, plan: Plan) -> None:
    """Say what the platform charges for this post, and for the account's month with it."""
    cost = planner.costs.of(post.id, account.id, plan.moment.utc)
    if cost is not None:
        others = f" With the {cost.others} others of that month" if cost.others > 1 else " With the other one of that month"
        month = f"{others}: {words.dollars(cost.month)}." if cost.others else ""
        said = f"This post costs {words.dollars(cost.post)}.{month}"
        st.caption(f":material/payments: {session.plain(said)}")


def _schedule_now(planner: Planner, post_id: str, account: Account, accepted: frozenset[str]) -> None:
    _schedule(planner, post_id, account.id, local_wall(planner.clock.now(), account.zone), "plain", accepted)


def warnings(plan: Plan, key: str) -> frozenset[str]:
    """Draw what speaks against a time, each with a box to accept it; return the kinds that were accepted."""
    accepted = set()
    for number, warning in enumerate(plan.warnings):
        st.warning(session.plain(warning.text), icon=":material/warning:")
        if st.checkbox("Take this time all the same", key=f"{key}.{warning.kind}.{number}"):
            accepted.add(warning.kind)
    return frozenset(accepted)


def _tick(planner: Planner, post_id: str, reader: str, key: str) -> None:
    on = bool(st.session_state[key])

    def act() -> None:
        for account_id in planner.composer.load(post_id).account_ids:
            planner.composer.tick(session.actor(planner), post_id, account_id, reader, on=on)

    session.attempt(act)


def _answer(planner: Planner, post_id: str, account_ids: tuple[str, ...], question_id: str, key: str) -> None:
    chosen = st.session_state[key]

    def act() -> None:
        for account_id in account_ids:
            planner.composer.answer(session.actor(planner), post_id, account_id, question_id, chosen)

    session.attempt(act)


def _submit(planner: Planner, post_id: str) -> None:
    def act() -> Post:
        return planner.composer.submit(session.actor(planner), post_id, state.known(planner.composer.load(post_id)))

    post = session.attempt(act)
    if post is not None:
        state.learn(post)


def _say_yes(planner: Planner, post_id: str, account_id: str, digest: str) -> None:
    if session.attempt(lambda: planner.approvals.approve(session.actor(planner), post_id, account_id, digest)) is not None:
        state.learn(planner.composer.load(post_id))


def _schedule(planner: Planner, post_id: str, account_id: str, wall: Wall, timing: str, accepted: frozenset[str]) -> None:
    made = session.attempt(
        lambda: planner.calendar.schedule(session.actor(planner), post_id, account_id, wall, timing=timing, accepted=accepted)  # type: ignore[arg-type]  # one of TIMINGS
    )
    if made is not None:
        card = " Its card waits on Deliveries from then on." if made.mode == "hand" else ""
        session.tell("success", f"On the calendar: {words.moment(made.due_at, made.zone)}.{card}")
