"""Alembic's way in: the models against the database of the settings, or a connection handed over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

import app.models  # noqa: F401  so that the metadata knows every table
from app import db
from config import settings


def run(connection: Connection) -> None:
    """Run the migrations in one transaction."""
    context.configure(
        connection=connection, target_metadata=db.Base.metadata, render_as_batch=True, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    engine = db.connect(settings().database)
    with engine.connect().execution_options(platskollen_writes=True) as connection:
        run(connection)
    engine.dispose()
