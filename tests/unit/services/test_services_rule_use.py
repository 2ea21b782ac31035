"""How the rules fare in use: read, mended, answered, called a mistake; counted without a word of any draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from planner.domain.errors import NotAllowed
from planner.domain.review import Override
from planner.domain.rule_use import RuleUse
from planner.services.rule_use import PersonRule, RulesInUse
from tests.unit.services.rig import NOW, Rig

if TYPE_CHECKING:
    from planner.domain.post import Post

REASON = "The flyer itself is quoted here."
RULES = ("tone.hostile", "claims.stale-source")


def table(rig: Rig, rule: str = "tone.hostile") -> RuleUse:
    return next(row for row in RulesInUse(rig.store, RULES).table(rig.alone()) if row.rule == rule)


def written(rig: Rig, text: str, level: str = "ask") -> Post:
    rig.checker.find("liar", "tone.hostile", level)  # type: ignore[arg-type]
    return rig.draft(text, rig.account())


@pytest.mark.feature("Overrides")
def test_words_that_were_changed_after_a_while_count_as_mended(rig: Rig) -> None:
    post = written(rig, "A liar.", "block")
    rig.clock.on(seconds=4)
    post = rig.save(post, "A mistaken person.")
    assert table(rig) == RuleUse("tone.hostile", shown=1, fixed=0, answered=0, false_alarms=0, excepted=0)
    rig.submit(post)
    assert table(rig) == RuleUse("tone.hostile", shown=1, fixed=1, answered=0, false_alarms=0, excepted=0)
    assert table(rig, "claims.stale-source").shown == 0


def test_what_was_typed_over_at_once_was_never_read(rig: Rig) -> None:
    post = written(rig, "A liar.", "block")
    rig.clock.on(seconds=3)
    rig.submit(rig.save(post, "A mistaken person."))
    assert table(rig).shown == 0


def test_a_finding_answered_while_it_stands_counts_as_answered(rig: Rig) -> None:
    post = written(rig, "A liar.")
    rig.composer.answer(rig.alone(), post.id, post.account_ids[0], "fp-liar", "no")
    assert table(rig).shown == 1
    rig.submit(post)
    assert table(rig) == RuleUse("tone.hostile", shown=1, fixed=0, answered=1, false_alarms=0, excepted=0)


@pytest.mark.parametrize(("code", "mistakes", "excepted"), [("false-alarm", 1, 0), ("quoting", 0, 1)])
def test_an_exception_counts_by_its_reason(rig: Rig, code: str, mistakes: int, excepted: int) -> None:
    post = written(rig, "A liar.", "block")
    rig.composer.override(rig.alone(), post.id, post.account_ids[0], "fp-liar", code, REASON)
    rig.clock.on(minutes=10)
    rig.submit(post)
    assert table(rig) == RuleUse("tone.hostile", shown=1, fixed=0, answered=0, false_alarms=mistakes, excepted=excepted)


def test_what_is_settled_is_not_settled_again(rig: Rig) -> None:
    post = written(rig, "A liar.", "advise")
    post = rig.submit(post)
    assert table(rig).answered == 1
    rig.clock.on(seconds=10)
    rig.submit(rig.save(post, "A kind person."))
    assert table(rig) == RuleUse("tone.hostile", shown=1, fixed=0, answered=1, false_alarms=0, excepted=0)


def test_nothing_of_the_text_is_kept_and_the_record_goes_with_the_draft(rig: Rig) -> None:
    post = written(rig, "A liar.", "block")
    rig.clock.on(seconds=9)
    post = rig.save(post, "A liar, again.")
    with rig.store.read() as tx:
        (seen,) = tx.sightings.waiting(post.id)
    assert (seen.fingerprint, seen.rule, seen.level, seen.at) == ("fp-liar", "tone.hostile", "block", NOW + timedelta(seconds=9))
    rig.composer.delete(rig.alone(), post.id)
    assert table(rig).shown == 0


@pytest.mark.feature("Overrides")
def test_exceptions_by_person_and_rule_the_oldest_first(rig: Rig) -> None:
    rules = RulesInUse(rig.store, RULES)
    assert rules.exceptions(rig.alone(), NOW) == ()
    post = written(rig, "A liar.")
    rig.composer.override(rig.alone(), post.id, post.account_ids[0], "fp-liar", "quoting", REASON)
    rig.clock.on(hours=1)
    rig.composer.override(rig.alone(), post.id, post.account_ids[0], "fp-liar", "other", REASON)
    ended = Override(
        "over", post.id, "fp-x", "claims.stale-source", "ask", 1, "gone", "author", NOW, "other", REASON, NOW, None, NOW + timedelta(days=1)
    )
    with rig.store.write() as tx:
        tx.reviews.add_override(ended)
    assert rules.exceptions(rig.alone(), NOW) == (
        PersonRule("Owner", "tone.hostile", 2, NOW),
        PersonRule("gone", "claims.stale-source", 1, NOW),
    )
    assert rules.exceptions(rig.alone(), NOW + timedelta(days=1)) == (PersonRule("Owner", "tone.hostile", 2, NOW),)


@pytest.mark.feature("Overrides")
def test_the_log_goes_out_as_a_table_that_no_spreadsheet_runs(rig: Rig) -> None:
    rules = RulesInUse(rig.store, RULES)
    post = written(rig, "A liar.")
    entry = rig.composer.override(rig.alone(), post.id, post.account_ids[0], "fp-liar", "quoting", '=1+1, "she said"')
    assert entry.reason.startswith("=")
    head, row = rules.exceptions_csv(rig.alone()).splitlines()
    assert head.startswith("id,post_id,fingerprint,rule,level,version,by,role,at,reason_code,reason,")
    assert "'=1+1" in row
    assert row.startswith(f"{entry.id},{post.id},fp-liar,tone.hostile,ask,1,owner,admin,")
    with pytest.raises(NotAllowed):
        rules.exceptions_csv(replace(rig.alone(), role="author"))
