"""What every table shares: the metadata with its naming, and the kinds of keys."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, String

NAMED = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column(name: str = "id") -> Column[str]:
    """Return the primary key: an id."""
    return Column(name, String(64), primary_key=True)


def post_key() -> ForeignKey:
    """Return the key to a post; its rows go with it."""
    return ForeignKey("post.id", ondelete="CASCADE")


def counter_column() -> Column[int]:
    """Return a primary key that counts up by itself."""
    return Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
