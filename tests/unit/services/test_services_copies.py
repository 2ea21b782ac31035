"""Words that met a newer version are kept per person, and let go when that person has chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.domain.errors import Missing, NotAllowed
from planner.domain.writing import KeptCopy
from tests.unit.services.rig import NOW

if TYPE_CHECKING:
    from tests.unit.services.rig import Rig


def test_a_copy_is_kept_for_its_writer_alone_and_replaced_by_a_later_one(rig: Rig) -> None:
    post = rig.draft("Words", rig.account())
    ann, ben = rig.member("ann"), rig.member("ben")
    rig.copies.keep(ann, post.id, "base", "Mine")
    assert rig.copies.of(ann, post.id) == KeptCopy(post.id, "ann", "base", NOW, "Mine")
    assert rig.copies.of(ben, post.id) is None
    rig.clock.on(minutes=1)
    later = rig.copies.keep(ann, post.id, "base", "Mine, longer")
    assert rig.copies.of(ann, post.id) == later
    rig.copies.let_go(ann, post.id)
    assert rig.copies.of(ann, post.id) is None
    assert "Mine" not in repr(later)


def test_a_copy_needs_its_post_and_the_right_to_write(rig: Rig) -> None:
    post = rig.draft("Words", rig.account())
    with pytest.raises(Missing):
        rig.copies.keep(rig.alone(), "nobody", "base", "Mine")
    with pytest.raises(NotAllowed):
        rig.copies.keep(rig.member("vic", "viewer"), post.id, "base", "Mine")
    rig.copies.keep(rig.alone(), post.id, "base", "Mine")
    rig.composer.delete(rig.alone(), post.id)
    assert rig.copies.of(rig.alone(), post.id) is None
