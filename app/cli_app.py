"""What every command that touches data needs: the newest schema and the application around it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from app import create_app
from config import settings

ROOT = Path(__file__).resolve().parent.parent

P = ParamSpec("P")
R = TypeVar("R")


def migrate() -> None:
    """Bring the database to the newest schema."""
    from alembic import command
    from alembic.config import Config

    settings().data_dir.mkdir(parents=True, exist_ok=True)
    alembic = Config()
    alembic.set_main_option("script_location", str(ROOT / "migrations"))
    command.upgrade(alembic, "head")


def in_app(function: Callable[P, R]) -> Callable[P, R]:
    """Run a command inside the application, on a migrated database."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        migrate()
        with create_app().app_context():
            return function(*args, **kwargs)

    return run
