"""Long form: short posts made from a long one, checked alone, stale when the long one changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from planner.domain.errors import Invalid, Missing, NotAllowed, NotReady
from planner.domain.post import Content
from planner.services import approvals
from planner.services.composer import Details
from tests.unit.services.rig import NOW, TOMORROW

if TYPE_CHECKING:
    from planner.domain.post import Post
    from planner.domain.writing import CutDown
    from tests.unit.services.rig import Rig

TITLE, FIRST = "Sleep and worry", "Worry keeps people awake."


def blog(rig: Rig) -> Post:
    """Return a long text for a blog."""
    return rig.draft(f"\n{FIRST}\n\nMuch more follows.", rig.account(platform="wordpress", handle="blog"), title=TITLE)


def link(rig: Rig, child: Post) -> CutDown:
    found = rig.cut_downs.origin(child.id)
    assert found is not None
    return found[1]


@pytest.mark.clause("C114")
def test_a_short_post_starts_from_the_title_and_the_first_paragraph(rig: Rig) -> None:
    parent, account = blog(rig), rig.account()
    child = rig.cut_downs.start(rig.alone(), parent.id, (account.id,))
    assert child.base == Content(text=f"{TITLE}\n\n{FIRST}")
    assert (child.account_ids, child.state, child.created_by) == ((account.id,), "draft", "owner")
    assert rig.cut_downs.origin(child.id) == (rig.composer.load(parent.id), link(rig, child))
    assert (link(rig, child).made_at, link(rig, child).stale_at) == (NOW, None)
    assert rig.cut_downs.of(parent.id) == ((child, link(rig, child)),)
    assert rig.actions(f"post:{child.id}") == ["cutdown.start"]


def test_a_long_beginning_is_cut_at_a_word(rig: Rig) -> None:
    parent = rig.draft("word " * 100, rig.account())
    text = rig.cut_downs.start(rig.alone(), parent.id, ()).base.text
    assert text.endswith("word…")
    assert len(text) <= 281


def test_what_a_short_post_needs(rig: Rig) -> None:
    parent = blog(rig)
    child = rig.cut_downs.start(rig.alone(), parent.id, ())
    with pytest.raises(Invalid, match="Start from the long text"):
        rig.cut_downs.start(rig.alone(), child.id, ())
    for refused in (("nobody", ()), (parent.id, ("nobody",))):
        with pytest.raises(Missing):
            rig.cut_downs.start(rig.alone(), *refused)
    with pytest.raises(NotAllowed):
        rig.cut_downs.start(rig.member("vic", "viewer"), parent.id, ())
    with pytest.raises(Missing, match="not made from a long text"):
        rig.cut_downs.still_fits(rig.alone(), parent.id)
    assert rig.cut_downs.origin(parent.id) is None


@pytest.mark.clause("C114")
def test_a_change_of_the_long_text_makes_its_short_posts_stale_and_voids_their_approvals(rig: Rig) -> None:
    parent, account = blog(rig), rig.account()
    child = rig.cut_downs.start(rig.alone(), parent.id, (account.id,))
    ready = rig.submit(child)
    rig.approvals.approve(rig.alone(), child.id, account.id, ready.digest_for(account.id))
    item = rig.calendar.schedule(rig.alone(), child.id, account.id, TOMORROW)
    rig.clock.on(minutes=5)
    changed = rig.save(rig.composer.load(parent.id), "Another text.")
    now = rig.composer.load(child.id)
    assert (now.state, now.base, link(rig, child).stale_at) == ("draft", child.base, rig.clock.now())
    with rig.store.read() as tx:
        assert approvals.valid(tx, now, account.id, rig.clock.now()) is None
        assert tx.deliveries.get(item.id).state == "queued"
    with pytest.raises(NotReady, match="Read both"):
        rig.composer.submit(rig.alone(), child.id, now.version)
    first = link(rig, child)
    rig.clock.on(minutes=5)
    rig.save(changed, "And again another.")
    assert link(rig, child) == first
    assert rig.cut_downs.still_fits(rig.alone(), child.id) == replace(first, stale_at=None)
    again = rig.composer.submit(rig.alone(), child.id, now.version)
    assert again.state == "ready"
    with rig.store.read() as tx:
        assert approvals.valid(tx, again, account.id, rig.clock.now()) is None
    assert rig.actions(f"post:{child.id}").count("post.stale") == 1


def test_what_has_gone_out_and_what_is_only_a_draft(rig: Rig) -> None:
    parent, account = blog(rig), rig.account()
    out, draft = (rig.cut_downs.start(rig.alone(), parent.id, (account.id,)) for _ in range(2))
    ready = rig.submit(out)
    rig.approvals.approve(rig.alone(), out.id, account.id, ready.digest_for(account.id))
    rig.out(rig.calendar.schedule(rig.alone(), out.id, account.id, TOMORROW))
    rig.save(rig.composer.load(parent.id), "Another text.")
    assert (link(rig, out).stale_at, link(rig, draft).stale_at) == (None, NOW)
    assert rig.composer.load(draft.id).version == draft.version


def test_what_stands_beside_the_words_of_the_long_text_makes_nothing_stale(rig: Rig) -> None:
    parent = blog(rig)
    child = rig.cut_downs.start(rig.alone(), parent.id, ())
    rig.composer.save(rig.alone(), parent.id, parent.version, parent.base, parent.variants, Details(labels=("sleep",)))
    assert link(rig, child).stale_at is None
