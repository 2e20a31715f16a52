"""An owner's own list as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response
from flask_babel import gettext as _

from app.i18n import local
from app.services.waiting import every_waiting
from app.views.access import by_link, holder
from app.views.finding_words import Titles
from app.views.owner_frame import blueprint
from app.views.owner_portal import shown_group
from app.views.tables import Cell, csv_file, xlsx_file
from app.words import word


@blueprint.get("/<token>/brister.csv")
@by_link
def as_csv() -> Response:
    """Give the shown group of the list as CSV."""
    return csv_file(_("findings"), _head(), _rows())


@blueprint.get("/<token>/brister.xlsx")
@by_link
def as_xlsx() -> Response:
    """Give the shown group of the list as XLSX."""
    return xlsx_file(_("findings"), _head(), _rows())


def _head() -> list[str]:
    return [
        _("Number"),
        _("Finding"),
        _("Status"),
        _("To be fixed by"),
        _("Planned date"),
        _("Your own work order number"),
        _("Severity"),
        _("Site"),
        _("Place"),
        _("Number on the post or cabinet"),
        _("Description"),
        _("Noted"),
        _("Latitude (WGS84)"),
        _("Longitude (WGS84)"),
    ]


def _rows() -> Iterator[list[Cell]]:
    title = Titles()
    for one in every_waiting(holder().actor, shown_group()):
        yield [
            one.number,
            title(one),
            word(one.status),
            one.due_on,
            one.planned_on,
            one.work_order,
            word(one.severity),
            one.site,
            one.place_words,
            one.asset_number,
            one.description,
            local(one.reported_at).date(),
            one.lat,
            one.lon,
        ]
