"""What every command that touches data needs: the newest schema and the application around it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from app import create_app
from app.errors import InvalidInputError, PlatskollenError
from app.i18n import gettext_plain
from migrations.upgrade import upgrade

P = ParamSpec("P")
R = TypeVar("R")


def in_app(function: Callable[P, R]) -> Callable[P, R]:
    """Run a command inside the application, on a migrated database; errors become a sentence and exit code 1."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        upgrade()
        with create_app().app_context():
            try:
                return function(*args, **kwargs)
            except InvalidInputError as error:
                words = [gettext_plain(fault.message, dict(fault.values)) for fault in error.errors]
                raise click.ClickException("\n".join(words)) from error
            except PlatskollenError as error:
                raise click.ClickException(gettext_plain(error.message, {})) from error

    return run
