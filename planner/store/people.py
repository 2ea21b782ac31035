"""Members and accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from planner.domain.account import Account
from planner.domain.people import Member
from planner.store import tables
from planner.store.rows import Room, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MEMBERS = Rows(tables.member, Member, "This person is not in the workspace. Go back to the list of members.")
_ACCOUNTS = Rows(tables.account, Account, "This account does not exist. Go back to the Accounts page.")

_VERSIONS = select(tables.account.c.id, tables.account.c.version)


class SqlMembers(Room):
    """The people of the workspace."""

    def all(self) -> tuple[Member, ...]:
        """Return everybody, oldest first."""
        return _MEMBERS.all(self._connection, _MEMBERS.select.order_by(tables.member.c.created_at, tables.member.c.id))

    def get(self, member_id: str) -> Member:
        """Return one; raise Missing."""
        return _MEMBERS.one(self._connection, id=member_id)

    def put(self, member: Member) -> None:
        """Insert or replace."""
        self._upsert(tables.member, _MEMBERS.values(member))


class SqlAccounts(Room):
    """Professional accounts."""

    def all(self, *, archived: bool = False) -> tuple[Account, ...]:
        """Return the accounts in the order of their creation."""
        query = _ACCOUNTS.select.order_by(tables.account.c.created_at, tables.account.c.id)
        return _ACCOUNTS.all(self._connection, query if archived else query.where(tables.account.c.archived.is_(False)))

    def get(self, account_id: str) -> Account:
        """Return one; raise Missing."""
        return self._single("account", _ACCOUNTS, account_id)

    def versions(self, account_ids: Sequence[str]) -> Mapping[str, int]:
        """Return id -> version of those that exist."""
        return dict(self._among(_VERSIONS, tables.account.c.id, account_ids))

    def foresee(self, account_ids: Sequence[str]) -> None:
        """Read those of these accounts ahead that are not known yet."""
        unknown = self._unknown("account", account_ids)
        found = _ACCOUNTS.among(self._connection, "id", unknown) if unknown else ()
        self._known.update((("account", account.id), account) for account in found)

    def add(self, account: Account) -> None:
        """Insert a new one."""
        self._insert(tables.account, _ACCOUNTS.values(account))

    def swap(self, before: Account, after: Account) -> bool:
        """Replace when the version still stands."""
        table = tables.account.c
        return self._swap(_ACCOUNTS, before, after, table.id == before.id, table.version == before.version)
