"""`platskollen user …` and `platskollen token …`: who signs in, and machines that act for them."""

from __future__ import annotations

import click

from app.cli_app import in_app
from app.models.accounts import Role
from app.permissions import SYSTEM
from app.services import accounts, sign_in, tokens


@click.group()
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


@click.group()
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
