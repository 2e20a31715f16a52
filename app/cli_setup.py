"""`platskollen migrate` and `platskollen demo`: what a database holds before anybody works with it."""

from __future__ import annotations

import click

from app.cli_app import in_app
from app.permissions import SYSTEM
from app.services import demo
from app.services.checklists import ensure_shipped
from app.services.shipped_questionnaires import ensure_questionnaires
from app.services.sign_in import print_link


@click.command()
@in_app
def migrate() -> None:
    """Bring the database to the newest schema, and the shipped checklist and questionnaires into it."""
    ensure_shipped(SYSTEM)
    ensure_questionnaires(SYSTEM)


@click.command("demo")
@in_app
def fill_demo() -> None:
    """Fill an empty database with the Järva demo and print a sign-in link for each role."""
    ensure_shipped(SYSTEM)
    ensure_questionnaires(SYSTEM)
    if demo.fill(SYSTEM):
        click.echo("Demon är ifylld: påhittade brister på riktiga platser i Järva.")
    elif not demo.is_demo():
        click.echo("Databasen är inte tom, så demon fylls inte i.")
        return
    click.echo("Logga in med en av länkarna (varje länk gäller en gång):")
    for email, words in demo.PEOPLE.items():
        click.echo(f"  {words:<28} {print_link(email)}")
