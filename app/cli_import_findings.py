"""`platskollen import findings`: existing cases from another system's file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from app.cli_app import in_app
from app.errors import N_, FieldError
from app.i18n import gettext_plain
from app.permissions import SYSTEM
from app.services.finding_mapping import TARGETS, parse_mapping, read_mapping, write_mapping
from app.services.import_findings import CaseReport, import_findings

_SYSTEMS = ("4326", "3006", "3011")


def _pairs(_context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    if any("=" not in value for value in values):
        raise click.BadParameter("write it like name=value", param=option)
    return dict(value.partition("=")[::2] for value in values)


def _shift(_context: click.Context, option: click.Parameter, value: str | None) -> tuple[float, float] | None:
    if value is None:
        return None
    try:
        lon, lat = (float(part) for part in value.split(","))
    except ValueError as error:
        raise click.BadParameter("write it like 89.01,17.05", param=option) from error
    return lon, lat


@click.command("findings", help=f"Import existing cases from a CSV file. Columns: {', '.join(TARGETS)}.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", help="Short name of where the cases come from, e.g. tyck-till.")
@click.option(
    "--mapping", type=click.Path(path_type=Path), help="JSON file that says how to read the columns."
)
@click.option(
    "--save-mapping", type=click.Path(path_type=Path), help="Keep what holds now for the next time."
)
@click.option(
    "--map", "columns", multiple=True, metavar="OURS=THEIRS", callback=_pairs, help="A column's name."
)
@click.option(
    "--set", "fixed", multiple=True, metavar="OURS=VALUE", callback=_pairs, help="Where a row is silent."
)
@click.option("--moments", help="How times are written, e.g. “%d/%m/%Y %H:%M”; ISO 8601 otherwise.")
@click.option("--encoding", type=click.Choice(["utf-8", "latin-1", "windows-1252"]), help="UTF-8 otherwise.")
@click.option("--crs", type=click.Choice(_SYSTEMS), help="EPSG number; 4326 otherwise.")
@click.option("--shift", metavar="LON,LAT", callback=_shift, help="Degrees by which every case is moved.")
@click.option("--site", help="Slug of the site for cases that lie at none.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and store nothing.")
@click.option("--skip-invalid", is_flag=True, help="Leave refused rows out instead of importing nothing.")
@in_app
def findings(
    file: Path,
    mapping: Path | None,
    save_mapping: Path | None,
    columns: dict[str, str],
    fixed: dict[str, str],
    dry_run: bool,
    skip_invalid: bool,
    **given: Any,
) -> None:
    """Read the mapping, complete it with the options, and import."""
    content: dict[str, Any] = dict(read_mapping(mapping)) if mapping else {}
    content |= {name: value for name, value in given.items() if value is not None}
    for name, more in (("columns", columns), ("fixed", fixed)):
        before = content.get(name, {})
        # What has another shape stays as it is, for `parse_mapping` to refuse.
        content[name] = {**before, **more} if isinstance(before, dict) else before
    if content.get("crs") in _SYSTEMS:
        content["crs"] = int(content["crs"])
    agreed = parse_mapping(content)
    report = import_findings(SYSTEM, file, agreed, dry_run=dry_run, skip_invalid=skip_invalid)
    if save_mapping:
        write_mapping(save_mapping, agreed)
    _tell(report, dry_run)
    if report.refused and not skip_invalid:
        sys.exit(1)


def _tell(report: CaseReport, dry_run: bool) -> None:
    for remark in report.told:
        reason = _reason(remark.what)
        click.echo(_say(N_("Row %(number)s: %(reason)s"), number=remark.number, reason=reason), err=True)
    if (named := len({remark.number for remark in report.told})) < report.refused:
        click.echo(_say(N_("… and %(count)s more rows."), count=report.refused - named), err=True)
    if report.unused_columns:
        names = ", ".join(report.unused_columns)
        click.echo(_say(N_("Columns that were not used: %(names)s."), names=names))
    if not report.imported and not dry_run:
        message = N_("Nothing was imported: %(refused)s of %(rows)s rows were refused.")
        click.echo(_say(message, refused=report.refused, rows=report.rows))
        return
    counts = {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.known,
        "refused": report.refused,
    }
    if dry_run:
        click.echo(_say(N_("Only tried, nothing was stored:")))
    click.echo(
        _say(
            N_("%(added)s new, %(updated)s changed, %(unchanged)s as before, %(refused)s refused."), **counts
        )
    )


def _reason(what: FieldError) -> str:
    return _say(what.message, **dict(what.values))


def _say(message: str, **values: Any) -> str:
    return gettext_plain(message, values)
