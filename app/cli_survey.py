"""`platskollen survey …`: questionnaires from XLSForms into the database."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from app.cli_app import in_app
from app.db import now
from app.errors import N_, FieldError
from app.i18n import gettext_plain
from app.permissions import SYSTEM
from app.services.questionnaires import (
    ChangesUnclassedError,
    SheetsRefusedError,
    add_version,
    read_questionnaire,
)
from forms.questionnaire.sheet_faults import SheetFault
from forms.questionnaire.sheets import LARGEST_FILE


@click.group()
def survey() -> None:
    """Questionnaires; docs/questionnaire.md says how one is written."""


def _classes(_context: click.Context, option: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    if any(said not in ("wording", "meaning") for _item, _mark, said in pairs):
        raise click.BadParameter("write it like item=wording or item=meaning", param=option)
    return {item: said for item, _mark, said in pairs}


@survey.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--change",
    "changes",
    multiple=True,
    metavar="ITEM=wording|meaning",
    callback=_classes,
    help="Whether a changed item still means the same (wording), or cannot be compared with before (meaning).",
)
@in_app
def run(file: Path, changes: dict[str, str]) -> None:
    """Import a questionnaire from an XLSForm, FILE.xlsx or FILE.csv; all of it or nothing."""
    started = now()
    try:
        sheets, converted = read_questionnaire(_read(file), file.name)
        version = add_version(SYSTEM, sheets, converted, changes)
    except SheetsRefusedError as error:
        for fault in error.faults:
            click.echo(_line(fault), err=True)
        _nothing(N_("Nothing was imported."))
    except ChangesUnclassedError as error:
        for one in error.errors:
            click.echo(_say(one), err=True)
        _nothing(
            N_("Nothing was imported. Say of each whether it is wording or meaning: %(options)s"),
            options=" ".join(f"--change {item}=…" for item in error.changes),
        )
    for warning in converted.warnings:
        click.echo(f"pyxform: {warning}", err=True)
    if converted.unused:
        names = ", ".join(converted.unused)
        click.echo(gettext_plain(N_("Columns that were not used: %(names)s."), {"names": names}))
    title, slug = version.questionnaire.title, version.questionnaire.slug
    message = (
        N_("%(title)s (%(slug)s): version %(number)s was imported.")
        if version.imported_at >= started
        else N_("%(title)s (%(slug)s): nothing is new, version %(number)s stays.")
    )
    click.echo(gettext_plain(message, {"title": title, "slug": slug, "number": version.number}))


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error


def _nothing(message: str, **values: Any) -> NoReturn:
    click.echo(gettext_plain(message, values), err=True)
    sys.exit(1)


def _line(fault: SheetFault) -> str:
    reason = gettext_plain(fault.message, dict(fault.values))
    if not fault.sheet:
        return reason
    where = {"sheet": fault.sheet, "row": fault.row, "column": fault.column, "reason": reason}
    if fault.row and fault.column:
        return gettext_plain(N_("%(sheet)s, row %(row)s, column %(column)s: %(reason)s"), where)
    if fault.row:
        return gettext_plain(N_("%(sheet)s, row %(row)s: %(reason)s"), where)
    return gettext_plain(N_("%(sheet)s: %(reason)s"), where)


def _say(error: FieldError) -> str:
    return gettext_plain(error.message, dict(error.values))
