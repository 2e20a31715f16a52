"""`platskollen bounce`: mail that came back."""

from __future__ import annotations

import sys

import click

from app.cli_app import in_app
from app.services.bounces import MOST_BYTES, take_bounce


@click.command()
@in_app
def bounce() -> None:
    """Read mail that came back from standard input, as a mail server pipes it; ends well whatever it was."""
    click.echo(take_bounce(sys.stdin.buffer.read(MOST_BYTES)))
