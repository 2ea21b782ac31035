"""Platforms that accept and then misbehave: one copy each, nothing stuck, whatever the store. The numbers are those of the fault list."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from connectors.base import Credentials
from tests.integration.fault_platform import BROKEN, EXPIRED_AFTER, LOST, Refuse

if TYPE_CHECKING:
    from tests.integration.fault_stage import Stage

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults-platform")]
HOUR = timedelta(hours=1)


def _tokens(stage: Stage, account_id: str) -> dict[str, str]:
    with stage.store.read() as tx:
        stored = tx.vault.read(account_id)
    assert stored is not None
    return dict(stored.values)


@pytest.mark.feature("Once, honestly")
@pytest.mark.parametrize(("number", "how"), [(1, LOST), (2, BROKEN)])
def test_an_accepted_post_whose_answer_is_lost_or_broken_is_found_again(stage: Stage, number: int, how: str) -> None:
    stage.begin(f"answer{number}")
    stage.platform.rules[stage.word] = [how, how]
    entry, thread = stage.plan(), stage.plan(text=f"{stage.word} part one\n---\n{stage.word} part two")
    with stage.team():
        stage.until_all("sent")
        time.sleep(0.5)
    assert stage.outcomes(entry) == ["doubtful"]
    assert len(stage.outcomes(thread)) == 2
    stage.verdict(f"{number}. the platform accepts and {'the answer is lost' if number == 1 else 'answers 500'}", live=3)


def test_a_rate_limit_in_every_header_form_is_one_call_and_the_next_at_its_time(stage: Stage) -> None:
    stage.begin("limit")
    later = datetime.now(UTC) + HOUR
    unix = str(int(later.timestamp()))
    forms = [
        (("Retry-After", "3600"),),
        (("Retry-After", format_datetime(later, usegmt=True)),),
        (("RateLimit-Reset", unix),),
        (("X-Rate-Limit-Reset", unix),),
        (("X-RateLimit-Reset", later.isoformat()),),
    ]
    rows = []
    for number, headers in enumerate(forms):
        stage.platform.rules[f"limit form {number}"] = [Refuse(429, headers)]
        rows.append(stage.plan(text=f"limit form {number}"))
    stage.platform.rules["limit urgent"] = [Refuse(429, forms[0])]
    urgent = stage.plan(text="limit urgent", timing="time-critical")
    with stage.team():
        stage.until(lambda: stage.states() == {"queued": 5, "missed": 1} and all(stage.row(row).next_attempt_at for row in rows))
        time.sleep(0.7)
    for row in rows:
        again = stage.row(row).next_attempt_at
        assert again is not None
        assert abs(again - later) < timedelta(minutes=7)  # an hour, plus the jitter of at most a tenth
    assert stage.platform.asked("limit") == 6
    assert stage.row(urgent).state == "missed"
    assert stage.notices("missed") == 1
    stage.verdict("7. 429 with a wait of an hour, in every header form", live=0, waiting=5)


def test_a_rate_limit_of_the_whole_machine_makes_every_account_of_the_platform_wait(stage: Stage) -> None:
    stage.begin("everybody")
    stage.platform.rules["everybody first"] = [Refuse(429, (("Retry-After", "600"), ("RateLimit-Policy", "3000;w=300")))]
    first = stage.plan(text="everybody first")
    with stage.team():
        stage.until(lambda: stage.row(first).next_attempt_at)
        others = [stage.plan(text=f"everybody {number}") for number in range(4)]
        stage.until(lambda: all(stage.row(row).next_attempt_at for row in others))
    assert stage.platform.asked("everybody") == 1
    assert {stage.row(row).reason for row in others} == {"All accounts on Bluesky share one limit here, and it is used up until then."}
    stage.verdict("7. 429 that names a limit of the whole machine", live=0, waiting=5)
    with stage.store.write() as tx:  # the scenarios that follow use the same platform
        tx.log.put_setting("pause.platform.bluesky", datetime.now(UTC).isoformat())


def test_two_workers_together_spend_no_more_than_the_platform_shares_out(stage: Stage) -> None:
    stage.begin("share")
    rows = [stage.plan() for _ in range(10)]
    with stage.team(quota=4):
        stage.until(lambda: stage.states() == {"sent": 4, "queued": 6} and sum(bool(stage.row(row).next_attempt_at) for row in rows) == 6)
        time.sleep(0.5)
    waits = [at for row in rows if (at := stage.row(row).next_attempt_at)]
    assert all(timedelta(minutes=50) < at - datetime.now(UTC) < timedelta(minutes=62) for at in waits)
    stage.verdict("7. ten accounts, a platform that takes four posts an hour", live=4, waiting=6)


def test_a_login_that_ends_between_acceptance_and_record_makes_no_second_copy(stage: Stage) -> None:
    stage.begin("login")
    stage.platform.rules["login accepted"] = [EXPIRED_AFTER]
    entry = stage.plan(text="login accepted")
    with stage.team():
        stage.until_all("sent")
        assert _tokens(stage, entry.account_id) == {"access": f"again-{stage.platform.refreshed}", "refresh": "kept"}
        stage.platform.tokens.clear()
        account = stage.account()  # two posts of one account meet the dead login at the same time
        stage.plan(account, text="login one")
        stage.plan(account, text="login two")
        stage.until_all("sent")
    assert _tokens(stage, account.id)["refresh"] == "kept"
    stage.verdict("8. the login ends between acceptance and record; a refresh without a refresh token; two refreshers", live=3)


def test_a_login_that_cannot_be_refreshed_holds_the_account_and_tells_a_person(stage: Stage) -> None:
    stage.begin("dead")
    account = stage.account()
    with stage.store.write() as tx:
        tx.vault.write(account.id, Credentials({"access": "dead"}))
    stage.plan(account)
    stage.plan(account)
    with stage.team():
        stage.until_all("held")
    assert stage.notices("account-lost") == 1
    stage.verdict("8. a login that cannot be refreshed", live=0)


def test_a_loop_that_publishes_without_end_is_stopped_by_the_breaker(stage: Stage) -> None:
    stage.begin("flood")
    account = stage.account()
    for _ in range(9):
        stage.plan(account)
    with stage.team():
        stage.until(lambda: stage.states() == {"sent": 5, "held": 4})
    assert stage.notices("flood") == 1
    stage.verdict("14. a loop publishes without end", live=5)


def test_a_platform_that_cannot_be_reached_gets_the_post_when_it_is_back(stage: Stage) -> None:
    stage.begin("cut")
    stage.platform.away = True
    entry = stage.plan()
    with stage.team():
        stage.until(lambda: stage.platform.asked("cut"))
        time.sleep(1)
        assert stage.platform.live("cut") == []
        stage.platform.away = False
        stage.until_all("sent")
    assert stage.outcomes(entry)[0] != "sent"
    stage.verdict("15. the network between worker and platform is cut", live=1)
