"""Brings the database of the settings to the newest schema: `python -m migrations.upgrade`."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from config import settings


def upgrade() -> None:
    """Run every migration that the database does not have yet."""
    settings().data_dir.mkdir(parents=True, exist_ok=True)
    alembic = Config()
    alembic.set_main_option("script_location", str(Path(__file__).parent))
    command.upgrade(alembic, "head")


if __name__ == "__main__":
    upgrade()
