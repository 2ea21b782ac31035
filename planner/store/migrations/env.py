"""Alembic's entry: runs the migrations on the connection that the store hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from planner.store.indexes import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
