"""One delivery: its card when it is posted by hand, the safe next step when it needs a person, and each attempt in plain words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import streamlit as st

from planner.ui import furniture, records, session, words
from planner.ui.pages import calendar_acts, composer_sides, take_down

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.base import ComposeLink
    from planner.domain.delivery import Attempt
    from planner.domain.post import Content
    from planner.services.house import Planner
    from planner.ui.records import Record

OUTCOMES = {
    "sent": "The platform took it.",
    "rejected": "The platform refused it; nothing was posted.",
    "duplicate": "The platform said that it already has this post.",
    "auth-expired": "The login had ended; nothing was posted.",
    "forbidden": "A right was missing; nothing was posted.",
    "rate-limited": "The platform asked to wait; nothing was posted.",
    "out-of-credit": "The account's credit was used up; nothing was posted.",
    "temporary": "The platform could not be reached; certainly nothing was posted.",
    "fenced": "The attempt took too long before anything left, and stopped; nothing was posted.",
    "doubtful": "No clear answer came: it may have been posted.",
    "not-there": "Its end was not seen; the platform says that nothing was posted.",
    "lost-sight": "Its end was not seen; it was sent again under the same name, which makes one post of both.",
    "found": "It was found on the account: it had arrived.",
}


def draw(planner: Planner, delivery_id: str) -> None:
    """Draw the delivery."""
    found = records.record(planner, delivery_id)
    item = found.delivery
    by_hand = item.mode == "hand" and item.state == "sending"
    furniture.heading("Post this by hand" if by_hand else "Delivery")
    st.button("All deliveries", icon=":material/arrow_back:", type="tertiary", key="delivery.back", on_click=st.query_params.clear)
    if by_hand:
        _card(planner, found)
        return
    st.markdown(f"{words.STATE_ICONS[item.state]} **{words.state_of(item).capitalize()}**{' · demo' if item.demo else ''}")
    st.text(f"{records.title(planner, found.account)}, {words.moment(item.sent_at or item.due_at, item.zone, year=True)}")
    if item.reason:
        st.info(session.plain(item.reason))
    if item.warning:
        st.warning(session.plain(item.warning))
    _next_step(planner, found)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("What it says", anchor=False)
        composer_sides.preview(planner, found.content)
        session.link("compose", "Open in Compose", icon=":material/edit_note:", post=found.post.id)
        take_down.draw(planner, found)
    with right:
        st.subheader("What happened", anchor=False)
        _story(found)


def _card(planner: Planner, found: Record) -> None:
    item, content = found.delivery, found.content
    if item.demo:
        st.info(
            "This is an example, so there is nothing to post: try the card, then say below how it went. Nothing leaves this computer.",
            icon=":material/school:",
        )
    with st.container(border=True, key="card-box"):
        st.header(session.plain(found.account.handle), anchor=False)
        st.warning(
            f"You post as whoever is logged in there: check that it is **{session.plain(found.account.handle)}**.",
            icon=":material/person_alert:",
        )
        info = planner.platforms.info(found.account.platform)
        st.caption(f"{session.plain(info.title)} · planned for {words.moment(item.due_at, item.zone)}")
        if content.title:
            st.caption("Title")
            st.code(content.title, language=None, wrap_lines=True)
        texts = _final(found)
        for number, text in enumerate(texts, 1):
            st.caption("Text" if len(texts) == 1 else f"Part {number} of {len(texts)}: post it as a reply to the part before")
            st.code(text, language=None, wrap_lines=True)
        for ref in content.media:
            picture, words_of = st.columns([1, 2])
            media = planner.images.data(ref.digest)
            picture.image(media.data, width="stretch", alt=ref.alt or "Image without a description")
            picture.download_button("Download", media.data, ref.name, ref.mime, key=f"card.image.{ref.digest}")
            with words_of:
                st.caption("Description of the image")
                st.code(ref.alt or "(none)", language=None, wrap_lines=True)
        if content.link and content.link.url not in texts[0]:
            st.caption("Link")
            st.code(content.link.url, language=None, wrap_lines=True)
        if content.first_comment:
            st.caption("First comment: post it below, right after the post itself")
            st.code(content.first_comment, language=None, wrap_lines=True)
        _to_set(content, info.reminders)
        if found.compose is not None:
            _composer(found.compose)
    _card_answer(planner, found)


def _final(found: Record) -> tuple[str, ...]:
    """Return the frozen text of each part, as it has to stand on the platform; the draft's own before it is frozen."""
    frozen = (json.loads(part.payload).get("text") for part in found.parts)
    return tuple(text for text in frozen if isinstance(text, str)) or found.content.segments


def _to_set(content: Content, reminders: tuple[str, ...]) -> None:
    """Draw what the person has to set there: what was chosen for this post, then what counts for every post."""
    chosen = {"Who sees it": content.visibility, "Who may reply": content.reply_control, "Content warning": content.content_warning}
    for label, value in chosen.items():
        if value:
            st.text(f"{label}: {value}")
    for reminder in reminders:
        st.markdown(f"- {session.plain(reminder)}")


def _composer(compose: ComposeLink) -> None:
    """Draw the way into the platform's own composer, and to the rules of the place where there are some."""
    label = "Open the platform's composer" + (" with the text in it" if "text" in compose.prefills else "")
    with st.container(horizontal=True):
        st.link_button(label, compose.url, icon=":material/open_in_new:")
        if compose.rules:
            st.link_button("Read the rules there first", compose.rules, icon=":material/gavel:")
    if compose.note:
        st.caption(session.plain(compose.note))


def _card_answer(planner: Planner, found: Record) -> None:
    key = found.delivery.id
    with st.form("card.posted", border=True):
        st.text_input("Paste the address of the post here", key=f"card.url.{key}", type="url", placeholder="https://")
        st.form_submit_button(
            "I have posted it", type="primary", icon=":material/check:", on_click=_decide, args=(planner, key, "posted", f"card.url.{key}")
        )
    with st.container(horizontal=True):
        with st.popover("I could not post it", key="card.no"), st.form("card.no.form", border=False):
            st.text_input("What went wrong?", key=f"card.why.{key}")
            st.form_submit_button("Keep it as refused", on_click=_decide, args=(planner, key, "could-not", f"card.why.{key}"))
        st.button("I am not sure", key="card.unsure", on_click=_decide, args=(planner, key, "not-sure", ""))


def _next_step(planner: Planner, found: Record) -> None:
    item = found.delivery
    if item.state == "sent" and item.url:
        st.link_button("See it on the platform", item.url, icon=":material/open_in_new:")
    elif item.state == "unconfirmed":
        _doubt(planner, found)
    elif item.state in ("queued", "held", "missed"):
        with st.container(horizontal=True):
            if st.button("Give it another time", icon=":material/schedule:", key="delivery.time"):
                calendar_acts.reschedule(planner, item.id)
            if item.state == "held" and item.held_scope == "delivery":
                st.button("Release it", icon=":material/play_arrow:", key="delivery.release", on_click=_release, args=(planner, item.id))
            furniture.confirm(
                "Take it off the calendar", "The text stays in Compose.", _canceller(planner, item.id, item.generation),
                key="delivery.cancel", icon=":material/block:",
            )  # fmt: skip
    elif item.state == "failed":
        st.caption("It was not posted. Change the text in Compose, confirm it again, and give it a new time.")


def _doubt(planner: Planner, found: Record) -> None:
    item = found.delivery
    st.markdown(
        "**Nobody can tell whether it is live.** Look at the account first, then say what you saw. It is never sent again by itself, so nothing is doubled."
    )
    with st.form("doubt.live", border=True):
        st.text_input("It is live, at this address", key=f"doubt.url.{item.id}", type="url", placeholder="https://")
        st.form_submit_button("It is live", type="primary", on_click=_decide, args=(planner, item.id, "live", f"doubt.url.{item.id}"))
    with st.container(horizontal=True):
        furniture.confirm(
            "It is not live: drop it",
            "It will not be posted.",
            lambda: _decide(planner, item.id, "drop", ""),
            key="doubt.drop",
            icon=":material/block:",
        )
        furniture.confirm(
            "It is not live: send it again", "Only after you have looked: if it did arrive, it would be there twice.",
            lambda: _decide(planner, item.id, "again", ""), key="doubt.again", icon=":material/replay:",
        )  # fmt: skip


def _story(found: Record) -> None:
    item = found.delivery
    st.text(f"Put on the calendar: {words.moment(item.created_at, item.zone)}")
    for attempt in found.attempts:
        st.text(attempt_words(attempt, item.zone, parts=len(found.parts)))
    if item.mode == "hand" and item.sent_at:
        st.text(f"Posted by hand: {words.moment(item.sent_at, item.zone)}")
    for part in found.parts:
        if part.url:
            st.text(part.url)
    if not found.attempts and item.mode == "api" and item.state == "queued":
        st.caption("No attempt yet.")
    if item.next_attempt_at is not None:
        what = "Next look" if item.state == "unconfirmed" else "Next attempt"
        st.text(f"{what}: {words.moment(item.next_attempt_at, item.zone)}")


def attempt_words(attempt: Attempt, zone: str, *, parts: int) -> str:
    """Return one attempt in plain words: when, which part, how it ended."""
    which = f", part {attempt.part + 1} of {parts}" if parts > 1 else ""
    ended = (
        OUTCOMES.get(attempt.outcome, f"It ended as {attempt.outcome}.")
        if attempt.outcome
        else "No end was written down: it may have been posted."
    )
    reason = f" {attempt.reason}" if attempt.reason and attempt.outcome != "sent" else ""
    return f"Attempt {attempt.number}{which}, {words.clock(attempt.started_at, zone)}: {ended}{reason}"


def _decide(planner: Planner, delivery_id: str, what: str, key: str) -> None:
    said = (st.session_state.get(key) or "").strip() if key else ""
    decide, actor = planner.decisions, session.actor(planner)
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "posted": (lambda: decide.posted(actor, delivery_id, said), "Stored as gone out."),
        "could-not": (lambda: decide.could_not(actor, delivery_id, said), "Kept as not posted."),
        "not-sure": (lambda: decide.not_sure(actor, delivery_id), "Kept as unconfirmed. Look at the account when you can."),
        "live": (lambda: decide.it_is_live(actor, delivery_id, said), "Stored as gone out."),
        "drop": (lambda: decide.drop(actor, delivery_id), "Kept as not posted."),
        "again": (lambda: decide.send_again(actor, delivery_id), "It goes out again now."),
    }
    act, done = acts[what]
    session.attempt(act, done)


def _release(planner: Planner, delivery_id: str) -> None:
    session.attempt(lambda: _lift_own(planner, delivery_id), "Released.")


def _lift_own(planner: Planner, delivery_id: str) -> None:
    for hold in planner.holds.active():
        if (hold.scope, hold.target) == ("delivery", delivery_id):
            planner.holds.lift(session.actor(planner), hold.id)


def _canceller(planner: Planner, delivery_id: str, generation: int) -> Callable[[], None]:
    def act() -> None:
        session.attempt(lambda: planner.calendar.cancel(session.actor(planner), delivery_id, generation), "Taken off the calendar.")

    return act
