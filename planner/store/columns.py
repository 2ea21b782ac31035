"""Column types of our own: aware UTC that survives SQLite, and frozen values kept as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, DateTime, Text, TypeDecorator

from planner.domain.account import Facts
from planner.domain.making import quickly
from planner.domain.post import Content, LinkCard, MediaRef, PostVariant
from planner.domain.schedule import Slot, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine

_content, _variant = quickly(Content), quickly(PostVariant)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC in and out. PostgreSQL: timestamptz. SQLite: microseconds since 1970, because its driver drops the zone."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose what the database can hold without loss."""
        return dialect.type_descriptor(DateTime(timezone=True) if dialect.name == "postgresql" else BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401 - int or datetime by dialect
        """Refuse a naive time; store UTC."""
        if value is None or dialect.name != "postgresql":
            return microseconds(value)
        if value.tzinfo is None:
            raise ValueError("A time without a zone reached the store.")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - int or datetime by dialect
        """Give back aware UTC."""
        return _from_server(value) if dialect.name == "postgresql" else _from_file(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002 - the base class's
        """Return what reads a column: a row has many times, so nothing stands between."""
        return _from_server if dialect.name == "postgresql" else _from_file


def microseconds(value: datetime | None) -> int | None:
    """Return an aware time as SQLite keeps it."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("A time without a zone reached the store.")
    # Both 1:30s of a night that has two are equal to Python, so only times in UTC are looked up.
    return _microseconds(value if value.tzinfo is UTC else value.astimezone(UTC))


@lru_cache(maxsize=1024)
def _microseconds(value: datetime) -> int:
    return (value - _EPOCH) // _MICROSECOND


def _from_server(value: datetime | None) -> datetime | None:
    return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


@lru_cache(maxsize=4096)
def _from_file(value: int | None) -> datetime | None:
    return None if value is None else _EPOCH + timedelta(microseconds=value)


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_read = json.JSONDecoder().raw_decode


class JsonText(TypeDecorator[Any]):
    """A frozen value kept as canonical JSON text; subclasses say how it is read back.

    `alike`: few different values stand in many rows, and nothing can change one: each is read once and then shared.
    """

    impl = Text
    cache_ok = True
    alike = False

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401, ARG002 - any JSON-able value
        """Write canonical JSON."""
        return None if value is None else _canonical(self.plain(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - any JSON-able value
        """Read the value back."""
        if value is None:
            return None
        return _shared(type(self), value) if self.alike else self.value(json.loads(value))  # type: ignore[arg-type]  # a class can be hashed

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002 - the base class's
        """Return what reads a column, with nothing in between."""
        if self.alike:
            kind: Any = type(self)  # a class can be hashed
            return lambda text: None if text is None else _shared(kind, text)
        value = self.value
        return lambda text: None if text is None else value(_read(text)[0])

    def plain(self, value: Any) -> Any:  # noqa: ANN401 - any JSON-able value
        """Return what JSON can hold."""
        return value

    def value(self, plain: Any) -> Any:  # noqa: ANN401 - any JSON-able value
        """Return the value that JSON held."""
        return plain


class Strings(JsonText):
    """A tuple of strings."""

    cache_ok = True
    alike = True

    def value(self, plain: list[str]) -> tuple[str, ...]:
        """Return a tuple again."""
        return tuple(plain)


class Mapped(JsonText):
    """A mapping from names to strings or figures."""

    cache_ok = True

    def plain(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return a dict, whatever mapping came in."""
        return dict(value)


class Hours(JsonText):
    """Weekly windows."""

    cache_ok = True
    alike = True

    def plain(self, value: tuple[Window, ...]) -> list[list[Any]]:
        """Return [day, start, end] each."""
        return [[window.day, window.start.isoformat(), window.end.isoformat()] for window in value]

    def value(self, plain: list[list[Any]]) -> tuple[Window, ...]:
        """Return the windows."""
        return tuple(Window(day, time.fromisoformat(start), time.fromisoformat(end)) for day, start, end in plain)


class Slots(JsonText):
    """Weekly posting times."""

    cache_ok = True
    alike = True

    def plain(self, value: tuple[Slot, ...]) -> list[list[Any]]:
        """Return [day, time] each."""
        return [[slot.day, slot.at.isoformat()] for slot in value]

    def value(self, plain: list[list[Any]]) -> tuple[Slot, ...]:
        """Return the slots."""
        return tuple(Slot(day, time.fromisoformat(at)) for day, at in plain)


class OwnFacts(JsonText):
    """What is public about the account's owner."""

    cache_ok = True
    alike = True

    def plain(self, value: Facts) -> dict[str, Any]:
        """Return a dict."""
        return asdict(value)

    def value(self, plain: dict[str, Any]) -> Facts:
        """Return the facts, lists made tuples."""
        parts: dict[str, Any] = {name: tuple(part) if isinstance(part, list) else part for name, part in plain.items()}
        return Facts(**parts)


class Words(JsonText):
    """A post's content."""

    cache_ok = True

    def plain(self, value: Content) -> dict[str, Any]:
        """Return a dict."""
        return asdict(value)

    def value(self, plain: dict[str, Any]) -> Content:
        """Return the content."""
        return content(plain)


class Variants(JsonText):
    """A post's accounts with their own content."""

    cache_ok = True

    def plain(self, value: tuple[PostVariant, ...]) -> list[Any]:
        """Return [account, content or null] each."""
        return [[variant.account_id, asdict(variant.content) if variant.content else None] for variant in value]

    def value(self, plain: list[Any]) -> tuple[PostVariant, ...]:
        """Return the variants."""
        return tuple([_variant(account_id, content(own) if own else None) for account_id, own in plain])


@lru_cache(maxsize=1024)
def _shared(kind: type[JsonText], text: str) -> Any:  # noqa: ANN401 - what the subclass makes of it
    return kind().value(json.loads(text))


def content(plain: Mapping[str, Any]) -> Content:
    """Return the content that was written as a dict."""
    link = plain["link"]
    return _content(
        **{
            **plain,
            "media": tuple(MediaRef(**ref) for ref in plain["media"]),
            "link": LinkCard(**link) if link else None,
            "langs": tuple(plain["langs"]),
        }
    )
