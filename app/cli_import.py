"""`platskollen import …`: registers from files into the database."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from app.cli_app import in_app
from app.cli_import_findings import findings
from app.errors import N_, FieldError
from app.i18n import gettext_plain
from app.permissions import SYSTEM
from app.services.import_registers import REGISTERS, RegisterName
from app.services.imports import Reading, Report, import_file
from geo.crs import Crs

Function = TypeVar("Function", bound=Callable[..., Any])


@click.group("import")
def import_group() -> None:
    """Bring in registers from GeoJSON, GeoPackage, Shapefile or CSV files; docs/import.md says how."""


def _pairs(_context: click.Context, option: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    pairs = dict(value.partition("=")[::2] for value in values)
    if any("=" not in value for value in values):
        raise click.BadParameter("write it like name=value", param=option)
    return pairs


def _several(option: str, name: str, form: str, help_text: str) -> Callable[[Function], Function]:
    return click.option(option, name, multiple=True, metavar=form, callback=_pairs, help=help_text)


def _command(name: RegisterName) -> click.Command:
    columns = ", ".join(column.name for column in REGISTERS[name].columns)

    @click.command(name.value, help=f"Import {name.value}. Columns: {columns}.")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option(
        "--crs",
        type=click.Choice([str(int(crs)) for crs in Crs]),
        help="EPSG number, where the file says none or the wrong one.",
    )
    @click.option("--encoding", help="Of a CSV that is not UTF-8, or of a Shapefile without .cpg.")
    @click.option("--layer", help="Which layer of a GeoPackage.")
    @click.option(
        "--map", "columns", multiple=True, metavar="OURS=THEIRS", callback=_pairs, help="A column's name."
    )
    @click.option(
        "--set",
        "fixed",
        multiple=True,
        metavar="OURS=VALUE",
        callback=_pairs,
        help="For rows that say nothing.",
    )
    @click.option("--repair", is_flag=True, help="Mend polygons that can be mended, and say what was done.")
    @click.option("--skip-invalid", is_flag=True, help="Leave refused rows out instead of importing nothing.")
    @in_app
    def run(file: Path, crs: str | None, **choices: Any) -> None:
        report = import_file(SYSTEM, name, file, Reading(crs=Crs(int(crs)) if crs else None, **choices))
        _tell(report)
        if not report.imported:
            sys.exit(1)

    return run


def _tell(report: Report) -> None:
    for remark in report.repaired:
        click.echo(_line(remark.number, remark.what), err=True)
    for remark in report.refused:
        click.echo(_line(remark.number, remark.what), err=True)
    if report.unused_columns:
        click.echo(_say(N_("Columns that were not used: %(names)s."), names=", ".join(report.unused_columns)))
    if report.crs_title:
        click.echo(_say(N_("Coordinates: %(crs)s."), crs=report.crs_title))
    if not report.imported:
        click.echo(
            _say(
                N_("Nothing was imported: %(refused)s of %(rows)s rows were refused."),
                refused=report.refused_rows,
                rows=report.rows,
            )
        )
        return
    click.echo(
        _say(
            N_("%(added)s new, %(updated)s changed, %(unchanged)s as before, %(refused)s refused."),
            added=report.added,
            updated=report.updated,
            unchanged=report.unchanged,
            refused=report.refused_rows,
        )
    )


def _line(number: int, what: FieldError) -> str:
    return _say(
        N_("Row %(number)s: %(reason)s"), number=number, reason=_say(what.message, **dict(what.values))
    )


def _say(message: str, **values: Any) -> str:
    return gettext_plain(message, values)


for _name in RegisterName:
    import_group.add_command(_command(_name))
import_group.add_command(findings)
