"""The `platskollen` command."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from app import create_app, db
from app.audit import seal, verify
from app.cli_import import import_group
from app.errors import InvalidInputError, PlatskollenError
from app.i18n import gettext_plain
from app.jobs import open_queue, work
from app.models.accounts import Role
from app.permissions import SYSTEM
from app.services import accounts, demo, sign_in
from config import SettingsError, settings
from migrations.upgrade import upgrade

ROOT = Path(__file__).resolve().parent.parent


def _in_app(function: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the application, on a migrated database, telling errors in plain words."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        upgrade()
        with create_app().app_context():
            return function(*args, **kwargs)

    return run


class _Group(click.Group):
    """Shows errors of the catalogue as a sentence and exit code 1, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error
        except InvalidInputError as error:
            words = [gettext_plain(fault.message, dict(fault.values)) for fault in error.errors]
            raise click.ClickException("\n".join(words)) from error
        except PlatskollenError as error:
            raise click.ClickException(gettext_plain(error.message, {})) from error


@click.group(cls=_Group)
def main() -> None:
    """Platskollen: from safety walk to verified fix."""


main.add_command(import_group)


@main.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    upgrade()


@main.command()
@click.option("--demo", "with_demo", is_flag=True, help="Fill an empty database with the Järva demo first.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Web processes.")
def serve(with_demo: bool, host: str, port: int, workers: int) -> None:
    """Migrate, then run web and worker until SIGTERM; requests in flight are finished."""
    from granian.constants import Interfaces
    from granian.server import Server

    upgrade()
    if with_demo:
        with create_app().app_context():
            _fill_demo()
        db.dispose()
    worker = subprocess.Popen([sys.executable, "-m", "app.cli", "worker"], cwd=ROOT)
    try:
        Server(
            "app:create_app",
            factory=True,
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=4,
            websockets=False,
            workers_kill_timeout=20,
        ).serve()
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=30)


@main.command()
def worker() -> None:
    """Run jobs until SIGTERM; `serve` starts one, more may run on other machines."""
    upgrade()
    app = create_app()
    with app.app_context():
        work(open_queue(settings()))


def _fill_demo() -> None:
    if demo.fill(SYSTEM):
        click.echo("Demon är ifylld: påhittade brister på riktiga platser i Järva.")
    click.echo("Logga in med en av länkarna (varje länk gäller en gång):")
    for email, words in demo.PEOPLE.items():
        click.echo(f"  {words:<28} {sign_in.print_link(email)}")


@main.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--organisation", help="Name of the organisation; needed for owners.")
@click.option("--site", help="Slug of the one site the role is for; all sites when left out.")
@_in_app
def add_user(email: str, name: str, role: str, organisation: str | None, site: str | None) -> None:
    """Add a user, or a further role to one who is there."""
    accounts.add_user(SYSTEM, email=email, name=name, role=Role(role), organisation=organisation, site=site)


@user.command("link")
@click.argument("email")
@_in_app
def link(email: str) -> None:
    """Print a one-time sign-in address."""
    click.echo(sign_in.print_link(email))


@main.group()
def audit() -> None:
    """The audit trail."""


@audit.command("seal")
@_in_app
def seal_events() -> None:
    """Seal every event that is not sealed yet."""
    click.echo(seal(SYSTEM))


@audit.command("verify")
@_in_app
def verify_chain() -> None:
    """Walk the whole chain; exit code 1 and a line for each fault."""
    faults = list(verify())
    for fault in faults:
        click.echo(fault)
    if faults:
        sys.exit(1)
    click.echo("ok")


if __name__ == "__main__":
    main()
