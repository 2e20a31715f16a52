"""`platskollen audit …`: the chain of what was done."""

from __future__ import annotations

import sys

import click

from app.audit import seal, verify
from app.cli_app import in_app
from app.permissions import SYSTEM


@click.group()
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
