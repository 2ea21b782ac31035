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
        """Wait until what these jobs share is this transaction's alone; return group -> what was spent of it.

        What else a claim asks for is asked for after that, as another worker may take its time.
        """
        shared = sorted(self._shared(jobs))  # the same order in every worker: each waits for the row that the other one holds
        return {name: tx.log.own_note(f"share.{name}") for name in shared}

    def admit(self, tx: Transaction, jobs: Sequence[Job], now: datetime, own: Mapping[str, str]) -> dict[str, datetime]:
        """Spend what these jobs need, in their order; return delivery -> when there is room again, for those that have to wait.

        A thread spends all its open parts at once, so that it is not cut in two. One that is longer than the quota goes alone.
        """
        later: dict[str, datetime] = {}
        for name, (quota, wanting) in self._shared(jobs).items():
            later.update(_spend(tx, f"share.{name}", quota, wanting, (now, own[name])))
        return later

    def _shared(self, jobs: Sequence[Job]) -> dict[str, tuple[Quota, list[Job]]]:
        """Return group -> its quota and the jobs that need it."""
        shared: dict[str, tuple[Quota, list[Job]]] = {}
        quotas: dict[tuple[str, str], Quota | None] = {}
        for job in jobs:
            kind = (job.account.platform, job.account.mode)
            if kind not in quotas:  # of a platform, whoever's account it is
                quotas[kind] = self.quota(job.account)
            quota = quotas[kind]
            if quota is not None:
                shared.setdefault(group(job.account), (quota, []))[1].append(job)
        return shared


def _spend(tx: Transaction, name: str, quota: Quota, jobs: Sequence[Job], known: tuple[datetime, str]) -> dict[str, datetime]:
    (now, told), later, spent = known, {}, False
    spending = Spending.read(told, quota, now)
    for job in jobs:
        posts = sum(part.ref is None for part in job.parts)
        if min(posts, quota.posts) <= spending.free(quota):
            spending, spent = spending.more(quota, posts, now), True
        else:
            later[job.delivery.id] = spending.again_at(quota, posts, now)
    if spent:
        tx.log.put_note(name, spending.text)
    return later
