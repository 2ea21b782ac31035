"""Every table and index; each index serves a query that a page or the engine makes."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from planner.store.columns import Hours, Mapped, OwnFacts, Slots, Strings, UtcTime, Variants, Words
from planner.store.keys import NAMED, counter_column, id_column, post_key

metadata = NAMED

member = Table(
    "member",
    metadata,
    id_column(),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

account = Table(
    "account",
    metadata,
    id_column(),
    Column("owner", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("platform", String(32), nullable=False),
    Column("handle", Text, nullable=False),
    Column("mode", String(8), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("countries", Strings, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("org_type", String(64)),
    Column("author", String(32)),
    Column("regulator", Text),
    Column("business_hours", Hours, nullable=False),
    Column("quiet_hours", Hours, nullable=False),
    Column("slots", Slots, nullable=False),
    Column("facts", OwnFacts, nullable=False),
    Column("settings", Mapped, nullable=False),
    Column("health", String(16), nullable=False),
    Column("health_note", Text, nullable=False),
    Column("expires_at", UtcTime),
    Column("checked_at", UtcTime),
    Column("two_person", Boolean, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

post = Table(
    "post",
    metadata,
    id_column(),
    Column("base", Words, nullable=False),
    Column("variants", Variants, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("type", String(16), nullable=False),
    Column("labels", Strings, nullable=False),
    Column("campaign", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Index("ix_post_updated_at", "updated_at", "id"),
    Index("ix_post_state", "state", "updated_at", "id"),
    Index("ix_post_campaign", "campaign"),
)

post_account = Table(
    "post_account",
    metadata,
    Column("post_id", String(64), post_key(), primary_key=True),
    Column("account_id", String(64), ForeignKey("account.id"), primary_key=True),
    Index("ix_post_account_account_id", "account_id", "post_id"),
)

post_version = Table(
    "post_version",
    metadata,
    Column("post_id", String(64), post_key(), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("base", Words, nullable=False),
    Column("variants", Variants, nullable=False),
    Column("rest", Mapped, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
)

report = Table(
    "report",
    metadata,
    Column("post_id", String(64), post_key(), primary_key=True),
    Column("account_id", String(64), primary_key=True),
    Column("content", String(64), nullable=False),
    Column("report", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

answer = Table(
    "answer",
    metadata,
    Column("post_id", String(64), post_key(), primary_key=True),
    Column("content", String(64), primary_key=True),
    Column("subject", String(200), primary_key=True),
    Column("key", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
)

approval = Table(
    "approval",
    metadata,
    id_column(),
    Column("post_id", String(64), post_key(), nullable=False),
    Column("account_id", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("reviewer", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("own", Boolean, nullable=False),
    Column("expires_at", UtcTime),
    Index("ix_approval_post_id", "post_id", "at"),
)

# No foreign key: the log outlives the draft that it speaks about.
override = Table(
    "override_log",
    metadata,
    counter_column(),
    Column("id", String(64), nullable=False, unique=True),
    Column("post_id", String(64), nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("level", String(8), nullable=False),
    Column("version", Integer, nullable=False),
    Column("by", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("reason_code", String(32), nullable=False),
    Column("reason", Text, nullable=False),
    Column("effective_at", UtcTime, nullable=False),
    Column("second_reviewer", String(64)),
    Column("expires_at", UtcTime),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_override_log_post_id", "post_id"),
)

# `wake_at` is when the engine looks at the row next: queued and due, lease over, or the next look. Null: nobody needs to look.
# `collect_at` is when the next planned reading is due (its index stands in `indexes.py`). `handed_at` is when the promoter gave the row to a distributed engine.
delivery = Table(
    "delivery",
    metadata,
    id_column(),
    Column("post_id", String(64), ForeignKey("post.id"), nullable=False),
    Column("account_id", String(64), ForeignKey("account.id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("mode", String(8), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("approval_id", String(64)),
    Column("wall", String(32), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("timing", String(16), nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("next_attempt_at", UtcTime),
    Column("lease_owner", String(128)),
    Column("lease_until", UtcTime),
    Column("looks", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text),
    Column("held_scope", String(16)),
    Column("resume_at", UtcTime),
    Column("sent_at", UtcTime),
    Column("url", Text),
    Column("warning", Text),
    Column("demo", Boolean, nullable=False),
    Column("wake_at", UtcTime),
    Column("collect_at", UtcTime),
    Column("handed_at", UtcTime),
    Index("ix_delivery_wake_at", "state", "wake_at", "account_id"),
    Index("ix_delivery_state", "state", "due_at"),
    Index("ix_delivery_due_at", "due_at", "id"),
    Index("ix_delivery_account_id", "account_id", "due_at"),
    Index("ix_delivery_post_id", "post_id", "due_at"),
)

part = Table(
    "part",
    metadata,
    Column("delivery_id", String(64), ForeignKey("delivery.id", ondelete="CASCADE"), primary_key=True),
    Column("idx", Integer, primary_key=True),
    Column("payload", Text, nullable=False),
    Column("media", Strings, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("key", String(64), nullable=False),
    Column("ref", Text),
    Column("url", Text),
    Column("sent_at", UtcTime),
)

attempt = Table(
    "attempt",
    metadata,
    id_column(),
    Column("delivery_id", String(64), ForeignKey("delivery.id"), nullable=False),
    Column("part", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("key", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("worker", String(128), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("lease_until", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("outcome", String(32)),
    Column("reason", Text),
    Column("account_id", String(64), nullable=False),
    Index("ix_attempt_delivery_id", "delivery_id", "number"),
    Index("ix_attempt_account_id", "account_id", "started_at"),
)

journal = Table(
    "journal",
    metadata,
    Column("delivery_id", String(64), ForeignKey("delivery.id", ondelete="CASCADE"), primary_key=True),
    Column("step", String(200), primary_key=True),
    Column("value", Text, nullable=False),
)

hold = Table(
    "hold",
    metadata,
    id_column(),
    Column("scope", String(16), nullable=False),
    Column("target", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("resume_at", UtcTime),
    Column("lifted_at", UtcTime),
    Column("lifted_by", String(64)),
    Index("ix_hold_lifted_at", "lifted_at"),
)

post_reading = Table(
    "post_reading",
    metadata,
    Column("delivery_id", String(64), ForeignKey("delivery.id", ondelete="CASCADE"), primary_key=True),
    Column("taken_at", UtcTime, primary_key=True),
    Column("source", String(8), nullable=False),
    Column("values", Mapped, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("raw", Text, nullable=False),
)

account_reading = Table(
    "account_reading",
    metadata,
    Column("account_id", String(64), ForeignKey("account.id"), primary_key=True),
    Column("taken_at", UtcTime, primary_key=True),
    Column("source", String(8), nullable=False),
    Column("values", Mapped, nullable=False),
    Column("raw", Text, nullable=False),
)

note = Table(
    "note",
    metadata,
    id_column(),
    Column("account_id", String(64), ForeignKey("account.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("who", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("place", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("next_step", Text, nullable=False),
    Column("delivery_id", String(64)),
    Column("demo", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_note_day", "day", "at"),
    Index("ix_note_account_id", "account_id", "day"),
)

ledger = Table(
    "ledger",
    metadata,
    counter_column(),
    Column("account_id", String(64), ForeignKey("account.id"), nullable=False),
    Column("post_id", String(64), post_key(), nullable=False),
    Column("date", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("display", Text, nullable=False),
    Column("share", Float),
    Column("excerpt", Text, nullable=False),
    Index("ix_ledger_account_id", "account_id", "post_id"),
    Index("ix_ledger_post_id", "post_id"),
)

audit = Table(
    "audit",
    metadata,
    counter_column(),
    Column("id", String(64), nullable=False, unique=True),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("details", Mapped, nullable=False),
    Index("ix_audit_subject", "subject", "seq"),
)

notice = Table(
    "notice",
    metadata,
    id_column(),
    Column("key", String(200), nullable=False, unique=True),
    Column("event", String(64), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("delivery_id", String(64)),
    Column("account_id", String(64)),
    Column("told_at", UtcTime),
    Column("tries", Integer, nullable=False),
    Index("ix_notice_told_at", "told_at", "created_at"),
)

done = Table(
    "done",
    metadata,
    id_column("op"),
    Column("actor", String(64), nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

setting = Table("setting", metadata, id_column("name"), Column("value", Text, nullable=False))

beat = Table("beat", metadata, id_column("worker"), Column("at", UtcTime, nullable=False), Column("details", Mapped, nullable=False))

media = Table(
    "media",
    metadata,
    id_column("digest"),
    Column("name", Text, nullable=False),
    Column("mime", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
)

credential = Table("credential", metadata, id_column("account_id"), Column("data", Text, nullable=False))

change = Table(
    "change", metadata, Column("slot", Integer, primary_key=True, autoincrement=False), Column("number", BigInteger, nullable=False)
)
"""The sum of `number` is the data version; several slots, so that two writers on PostgreSQL do not queue for one row."""

APPEND_ONLY = (override, audit)
