"""Limits that all accounts of a platform share: counted in the transaction that claims, so that no two workers spend the same share."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from planner.domain.sharing import Quota, Spending

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from planner.domain.account import Account
    from planner.ports import Platforms, Transaction
    from planner.services.outgoing import Job


def group(account: Account) -> str:
    """Return the name under which the log keeps what this account shares with others: its platform."""
    return f"platform.{account.platform}"


class Sharing:
    """The shared limits of the platforms, as their facts say or as the installation was told."""

    def __init__(self, platforms: Platforms, told: Mapping[str, Quota]) -> None:
        """Take the connector floor, and platform -> quota of this installation, which comes before the facts."""
        self._platforms = platforms
        self._told = told

    def quota(self, account: Account) -> Quota | None:
        """Return what the account shares with others, or None: nothing is known, or a person posts by hand."""
        if account.mode != "api":
            return None
        if account.platform in self._told:
            return self._told[account.platform]
        known = self._platforms.planner_view(account.platform, account.mode, account.settings).capabilities().shared
        return Quota(known.posts, timedelta(seconds=known.span_s)) if known else None

    def own(self, tx: Transaction, jobs: Sequence[Job]) -> dict[str, str]:
        """Wait until what these jobs share is this transaction's alone; return note -> what was spent by it.

        What else a claim asks for is asked for after that, as another worker may take its time.
        """
        shared = sorted(self._shared(jobs))  # the same order in every worker: each waits for the row that the other one holds
        return {name: tx.log.own_note(name) for name in shared}

    def admit(self, tx: Transaction, jobs: Sequence[Job], now: datetime, own: Mapping[str, str]) -> dict[str, datetime]:
        """Spend what these jobs need, in their order; return delivery -> when there is room again, for those that have to wait.

        A thread spends all its open parts at once, so that it is not cut in two. One that is longer than the quota goes alone.
        """
        later: dict[str, datetime] = {}
        for name, (quota, wanting) in self._shared(jobs).items():
            spending, waiting = _spend(Spending.read(own[name], quota, now), quota, wanting, now)
            if len(waiting) < len(wanting):
                tx.log.put_note(name, spending.text)
            later.update(waiting)
        return later

    def _shared(self, jobs: Sequence[Job]) -> dict[str, tuple[Quota, list[Job]]]:
        """Return the name of the note of what is shared -> its quota and the jobs that need it."""
        shared: dict[str, tuple[Quota, list[Job]]] = {}
        quotas: dict[tuple[str, str], Quota | None] = {}
        for job in jobs:
            kind = (job.account.platform, job.account.mode)
            if kind not in quotas:  # of a platform, whoever's account it is
                quotas[kind] = self.quota(job.account)
            quota = quotas[kind]
            if quota is not None:
                shared.setdefault(f"share.{group(job.account)}", (quota, []))[1].append(job)
        return shared


def _spend(spending: Spending, quota: Quota, jobs: Sequence[Job], now: datetime) -> tuple[Spending, dict[str, datetime]]:
    """Return what is spent after these jobs, in their order, and delivery -> when there is room again, for those that have to wait."""
    later: dict[str, datetime] = {}
    for job in jobs:
        posts = sum(part.ref is None for part in job.parts)
        if min(posts, quota.posts) <= spending.free(quota):
            spending = spending.more(quota, posts, now)
        else:
            later[job.delivery.id] = spending.again_at(quota, posts, now)
    return spending, later
