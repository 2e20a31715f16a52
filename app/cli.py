"""The `platskollen` command."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from app import create_app
from app.audit import seal, verify
from app.cli_app import in_app
from app.cli_basemap import basemap_group
from app.cli_import import import_group
from app.jobs import forget_done, work
from app.models.accounts import Role
from app.permissions import SYSTEM
from app.services import accounts, demo, letters, sign_in, tokens
from app.services.bounces import MOST_BYTES, take_bounce
from app.services.checklists import ensure_shipped
from app.services.digests import Digests
from app.services.file_sweeps import FileSweep
from app.services.followers import forget_silent
from app.services.remedies import close_verified
from app.services.reminders import Reminders
from app.services.uploads import sweep_uploads
from config import SettingsError
from migrations.upgrade import upgrade

ROOT = Path(__file__).resolve().parent.parent
CLOSED_AFTER = timedelta(days=30)
"""A verified finding that nobody reopened is closed."""


class _Group(click.Group):
    """Names a setting that cannot be used, instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group)
def main() -> None:
    """Platskollen: from safety walk to verified fix."""


main.add_command(import_group)
main.add_command(basemap_group)


@main.command()
@in_app
def migrate() -> None:
    """Bring the database to the newest schema, and the shipped checklist to its newest version."""
    ensure_shipped(SYSTEM)


@main.command()
@click.option("--demo", "with_demo", is_flag=True, help="Fill an empty database with the Järva demo first.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Web processes.")
def serve(with_demo: bool, host: str, port: int, workers: int) -> None:
    """Migrate, then run web and worker until SIGTERM; requests in flight are finished."""
    from granian.constants import Interfaces
    from granian.server import Server

    from app.intake import WAITING

    _refuse_taken_port(host, port)
    # For the links that are printed and mailed, where nobody has said by what address people come.
    os.environ.setdefault("PLATSKOLLEN_BASE_URL", f"http://localhost:{port}")
    # It warns of many threads: most of ours only wait for slow phones.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.getMessage())
    # In processes of their own: the web server starts its workers from this one, which must hold nothing open.
    subprocess.run(
        [sys.executable, "-m", "app.cli", "demo" if with_demo else "migrate"], cwd=ROOT, check=True
    )
    worker = subprocess.Popen([sys.executable, "-m", "app.cli", "worker"], cwd=ROOT)
    try:
        Server(
            "app:create_app",
            factory=True,
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=WAITING,
            websockets=False,
            workers_kill_timeout=20,
        ).serve()
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=30)


def _refuse_taken_port(host: str, port: int) -> None:
    # The server shares its port with whoever holds it, so an older one would go on answering half of the requests.
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise click.ClickException(
            f"{host}:{port} cannot be used ({error.strerror}). Is Platskollen running already? "
            "Stop it, or choose another port with --port."
        ) from error


@main.command()
def worker() -> None:
    """Run jobs until SIGTERM; `serve` starts one, more may run on other machines."""
    os.nice(10)  # where it shares a machine with the web, making photos small must not keep anybody waiting
    upgrade()
    app = create_app()
    with app.app_context():
        duties = (
            lambda: seal(SYSTEM),
            lambda: close_verified(CLOSED_AFTER),
            Reminders(),
            Digests(),
            letters.gather,
            forget_silent,
            letters.retry,
            sweep_uploads,
            FileSweep(),
            forget_done,
        )
        work(app.extensions["huey"], duties=duties)


@main.command()
@in_app
def bounce() -> None:
    """Read mail that came back from standard input, as a mail server pipes it; ends well whatever it was."""
    click.echo(take_bounce(sys.stdin.buffer.read(MOST_BYTES)))


@main.command("demo")
@in_app
def fill_demo() -> None:
    """Fill an empty database with the Järva demo and print a sign-in link for each role."""
    ensure_shipped(SYSTEM)
    if demo.fill(SYSTEM):
        click.echo("Demon är ifylld: påhittade brister på riktiga platser i Järva.")
    elif not demo.is_demo():
        click.echo("Databasen är inte tom, så demon fylls inte i.")
        return
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
@in_app
def add_user(email: str, name: str, role: str, organisation: str | None, site: str | None) -> None:
    """Add a user, or a further role to one who is there."""
    accounts.add_user(SYSTEM, email=email, name=name, role=Role(role), organisation=organisation, site=site)


@user.command("link")
@click.argument("email")
@in_app
def link(email: str) -> None:
    """Print a one-time sign-in address."""
    click.echo(sign_in.print_link(email))


@main.group()
def token() -> None:
    """Keys by which a machine acts as a user."""


@token.command("create")
@click.argument("email")
@in_app
def create_token(email: str) -> None:
    """Print a new API token of the user; it cannot be shown again."""
    click.echo(tokens.create_token(email))


@token.command("revoke")
@click.argument("email")
@in_app
def revoke_tokens(email: str) -> None:
    """End every API token of the user and print how many there were."""
    click.echo(tokens.revoke_tokens(email))


@main.group()
def audit() -> None:
    """The audit trail."""


@audit.command("seal")
@in_app
def seal_events() -> None:
    """Seal every event that is not sealed yet."""
    click.echo(seal(SYSTEM))


@audit.command("verify")
@in_app
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
