"""What stands around the text: its accounts and versions, images with their descriptions, link, purpose."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.post import Content, LinkCard, PostVariant
from planner.services.composer import Details
from planner.ui import furniture, records, session, words
from planner.ui.pages import calendar_series, composer_bank, composer_cuts, composer_preview
from planner.ui.pages import composer_state as state
from planner.ui.pages.composer_editor import VARIANT, variant_of

if TYPE_CHECKING:
    from connectors.base import Capabilities
    from planner.domain.account import Account
    from planner.domain.post import MediaRef, Post
    from planner.services.house import Planner

PURPOSES = {"educate": "Educate", "thank": "Thank", "story": "Tell a story", "ask": "Ask for something"}
TYPES = {
    "plain": "Plain", "statistic": "Statistic", "quote": "Quote", "resource": "Resource", "event": "Event", "petition": "Petition",
    "long-form": "Long form",
}  # fmt: skip
STORY = {"story": "Story of a person"}


def accounts(planner: Planner, post: Post) -> None:
    """Draw the choice of accounts, and which version of the text stands in the box."""
    state.known(post)
    every = {account.id: account for account in planner.accounts.all()}
    if not every:
        st.warning("There is no account yet, so nothing can be counted or scheduled.", icon=":material/badge:")
        session.link("accounts", "Add an account", icon=":material/add:")
        return
    left, right = st.columns([3, 2], gap="large", vertical_alignment="bottom")
    with left:
        st.pills(
            "Accounts", list(every), selection_mode="multi", wrap=True, default=[key for key in post.account_ids if key in every],
            format_func=lambda key: session.plain(records.title(planner, every[key])), key=f"compose.accounts.{post.id}",
            on_change=_set_accounts, args=(planner, post.id),
        )  # fmt: skip
    chosen = [key for key in post.account_ids if key in every]
    if len(chosen) > 1:
        names = _short_names(planner, [every[key] for key in chosen])
        with right:
            st.segmented_control(
                "Which text is in the box?", [state.BASE, *chosen], default=variant_of(post), required=True, key=VARIANT, wrap=True,
                format_func=lambda key: "All accounts" if key == state.BASE else session.plain(names[key]),
            )  # fmt: skip
    _own_version(planner, post)


def _short_names(planner: Planner, accounts: list[Account]) -> dict[str, str]:
    """Return the platform's name for each account, or its whole title where two share a platform."""
    platforms = [account.platform for account in accounts]
    return {
        account.id: planner.platforms.info(account.platform).title
        if platforms.count(account.platform) == 1
        else records.title(planner, account)
        for account in accounts
    }


def _own_version(planner: Planner, post: Post) -> None:
    variant = variant_of(post)
    if variant == state.BASE:
        return
    own = next(one.content for one in post.variants if one.account_id == variant)
    if own is None:
        st.caption("This account follows the text for all accounts. Type here and it gets a version of its own.")
    else:
        st.button("Follow the text for all accounts again", key="compose.follow", on_click=_follow, args=(planner, post.id, variant))


def extras(planner: Planner, post: Post) -> None:
    """Draw what goes with the text."""
    variant = variant_of(post)
    content = state.content_of(post, variant)
    with st.expander(f"Images ({len(content.media)})", icon=":material/image:", key="compose.images"):
        _images(planner, post, variant, content)
    with st.expander("Title, link and settings", icon=":material/link:", key="compose.link"):
        _fields(planner, post, variant, content)
    with st.expander("Purpose and labels", icon=":material/label:", key="compose.details"):
        _details(planner, post)
    composer_bank.draw(planner, post, variant)
    preview_open = st.expander("Preview as each platform shows it", icon=":material/visibility:", key="compose.preview", on_change="rerun")
    if preview_open.open:
        with preview_open:
            composer_preview.draw(planner, post)
    composer_cuts.draw(planner, post)
    calendar_series.begin(planner, post)
    if not planner.calendar.of_post(post.id):
        st.button(
            "Delete this draft", icon=":material/delete:", type="tertiary", key="compose.delete", on_click=_delete, args=(planner, post.id)
        )


def preview(planner: Planner, content: Content) -> None:
    """Draw what readers would see, part by part."""
    with st.container(border=True):
        if content.content_warning:
            st.text(f"Content warning: {content.content_warning}")
        if content.title:
            st.text(content.title)
        for number, segment in enumerate(content.segments, 1):
            if len(content.segments) > 1:
                st.caption(f"Part {number} of {len(content.segments)}")
            st.text(segment or "(no text yet)")
        for ref in content.media:
            st.image(planner.images.data(ref.digest).data, width=320, alt=ref.alt or "Image without a description")
        if content.link:
            st.text(f"{content.link.title or content.link.url}\n{content.link.description}".strip())
            st.caption(session.plain(content.link.url))


def _images(planner: Planner, post: Post, variant: str, content: Content) -> None:
    for number, ref in enumerate(content.media):
        picture, form = st.columns([1, 2])
        picture.image(planner.images.data(ref.digest).data, width="stretch", alt=ref.alt or "Image without a description")
        with form:
            st.text_area(
                "What does it show? (read aloud to people who do not see it)", ref.alt, height=80, key=f"alt.{post.id}.{variant}.{ref.digest}",
                on_change=_set_alt, args=(planner, post.id, variant, number, ref),
            )  # fmt: skip
            if not ref.alt:
                st.text_input(
                    "Or why does it go without? (kept in the record)", ref.waiver, key=f"waive.{post.id}.{variant}.{ref.digest}",
                    placeholder="A decorative line; it tells nothing", on_change=_waive, args=(planner, post.id, variant, number, ref),
                )  # fmt: skip
            st.button("Remove", icon=":material/delete:", key=f"drop.{ref.digest}", on_click=_drop, args=(planner, post.id, variant, ref))
    with st.form(f"images.{post.id}", clear_on_submit=True, border=False):
        st.file_uploader(
            "Add an image",
            type=["jpg", "jpeg", "png", "webp", "gif"],
            key="images.file",
            help="Place and camera data are removed before it is stored.",
        )
        st.text_input("What does it show?", key="images.alt")
        st.form_submit_button("Add image", on_click=_add_image, args=(planner, post.id, variant))


def _fields(planner: Planner, post: Post, variant: str, content: Content) -> None:
    link = content.link or LinkCard("")
    with st.form(f"fields.{post.id}.{variant}", border=False):
        st.text_input("Title (for a blog)", content.title, key="fields.title")
        st.text_input("Link", link.url, key="fields.url", type="url", placeholder="https://")
        place = furniture.side_by_side()
        next(place).text_input("Title of the link card", link.title, key="fields.link_title")
        next(place).text_input("Description of the link card", link.description, key="fields.link_text")
        next(place).text_input(
            "Content warning", content.content_warning, key="fields.cw", help="Shown before the text, where the platform can."
        )
        if content.first_comment or any(_rules(planner, key).first_comment for key in post.account_ids):
            next(place).text_input(
                "First comment", content.first_comment, key="fields.comment", help="Posted right below, where the platform can."
            )
        replies = _reply_options(planner, post)
        if replies:
            next(place).selectbox("Who may reply", ["", *replies], index=["", *replies].index(content.reply_control) if content.reply_control in replies else 0,
                                  format_func=lambda key: key or "everybody", key="fields.reply")  # fmt: skip
        st.form_submit_button("Save", on_click=_save_fields, args=(planner, post.id, variant))


def _reply_options(planner: Planner, post: Post) -> list[str]:
    found: list[str] = []
    for account_id in post.account_ids:
        found += _rules(planner, account_id).reply_control
    return list(dict.fromkeys(found))


def _rules(planner: Planner, account_id: str) -> Capabilities:
    return planner.platforms.info(planner.accounts.get(account_id).platform).capabilities


def _details(planner: Planner, post: Post) -> None:
    with st.form(f"details.{post.id}", border=False):
        place = furniture.side_by_side()
        next(place).selectbox(
            "Purpose", list(PURPOSES), index=list(PURPOSES).index(post.purpose), format_func=PURPOSES.__getitem__, key="details.purpose"
        )
        names = TYPES | STORY if planner.consents.stories_on() or post.type == "story" else TYPES
        types = list(names)
        next(place).selectbox("Type", types, index=types.index(post.type), format_func=names.__getitem__, key="details.type")
        next(place).text_input("Labels, separated by commas", ", ".join(post.labels), key="details.labels")
        campaigns = {"": "None", **({post.campaign: post.campaign} if post.campaign else {}), **planner.campaigns.names()}
        next(place).selectbox(
            "Campaign", list(campaigns), index=list(campaigns).index(post.campaign),
            format_func=lambda key: session.option(campaigns[key]), key="details.campaign",
        )  # fmt: skip
        st.form_submit_button("Save", on_click=_save_details, args=(planner, post.id))


def _set_accounts(planner: Planner, post_id: str) -> None:
    chosen = st.session_state[f"compose.accounts.{post_id}"]

    def act() -> Post:
        post = planner.composer.load(post_id)
        before = {one.account_id: one for one in post.variants}
        variants = tuple(before.get(key, PostVariant(key)) for key in chosen)
        return planner.composer.save(session.actor(planner), post_id, state.known(post), post.base, variants)

    post = session.attempt(act)
    if post is not None:
        state.learn(post)


def _follow(planner: Planner, post_id: str, variant: str) -> None:
    def act() -> Post:
        post = planner.composer.load(post_id)
        variants = tuple(replace(one, content=None) if one.account_id == variant else one for one in post.variants)
        return planner.composer.save(session.actor(planner), post_id, state.known(post), post.base, variants)

    post = session.attempt(act, "This account follows the text for all accounts again.")
    if post is not None:
        state.learn(post)
        state.refill(post_id)


def _add_image(planner: Planner, post_id: str, variant: str) -> None:
    file, alt = st.session_state["images.file"], st.session_state["images.alt"]
    if file is None:
        session.tell("error", "Choose a file first.")
        return
    ref = session.attempt(lambda: planner.images.add(session.actor(planner), file.getvalue(), alt or ""))
    if ref is not None:
        state.change(planner, post_id, variant, lambda content: replace(content, media=(*content.media, ref)))


def _set_alt(planner: Planner, post_id: str, variant: str, number: int, ref: MediaRef) -> None:
    alt = st.session_state[f"alt.{post_id}.{variant}.{ref.digest}"].strip()

    def edit(content: Content) -> Content:
        return replace(content, media=tuple(replace(one, alt=alt) if at == number else one for at, one in enumerate(content.media)))

    state.change(planner, post_id, variant, edit)


def _waive(planner: Planner, post_id: str, variant: str, number: int, ref: MediaRef) -> None:
    why = st.session_state[f"waive.{post_id}.{variant}.{ref.digest}"].strip()

    def edit(content: Content) -> Content:
        return replace(content, media=tuple(replace(one, waiver=why) if at == number else one for at, one in enumerate(content.media)))

    state.change(planner, post_id, variant, edit)


def _drop(planner: Planner, post_id: str, variant: str, ref: MediaRef) -> None:
    state.change(
        planner, post_id, variant, lambda content: replace(content, media=tuple(one for one in content.media if one.digest != ref.digest))
    )


def _save_fields(planner: Planner, post_id: str, variant: str) -> None:
    got = {
        name: (st.session_state.get(f"fields.{name}") or "").strip()
        for name in ("title", "url", "link_title", "link_text", "cw", "comment", "reply")
    }
    link = LinkCard(got["url"], got["link_title"], got["link_text"]) if got["url"] else None
    done = state.change(
        planner, post_id, variant,
        lambda content: replace(
            content, title=got["title"], link=link, content_warning=got["cw"], first_comment=got["comment"], reply_control=got["reply"]
        ),
    )  # fmt: skip
    if done is not None:
        session.tell("success", "Saved.")


def _save_details(planner: Planner, post_id: str) -> None:
    got = st.session_state
    labels = tuple(part.strip() for part in got["details.labels"].split(",") if part.strip())
    details = Details(got["details.purpose"], got["details.type"], labels, got["details.campaign"].strip())
    if state.change(planner, post_id, state.BASE, lambda content: content, details) is not None:
        session.tell("success", f"Saved: {words.count(len(labels), 'label')}." if labels else "Saved.")


def _delete(planner: Planner, post_id: str) -> None:
    def act() -> bool:
        planner.composer.delete(session.actor(planner), post_id)
        return True

    if session.attempt(act, "The draft has been deleted."):
        session.leave()
