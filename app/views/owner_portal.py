"""What owners see by their link: the list of their findings with its map and files, one finding, its photos."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import shapely
from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.i18n import show_days, today
from app.models.findings import Finding, Status
from app.services.findings import load_finding
from app.services.photos import open_photo
from app.services.transitions import find_transition
from app.services.waiting import GROUPS, Waiting, list_waiting, number_of
from app.views.access import by_link, holder
from app.views.finding_words import Titles
from app.views.owner_frame import blueprint
from app.views.owner_page import show_owned
from app.views.owner_words import ANSWERS, ON_CARDS, SEVERAL
from app.views.photos import jpeg
from geo.svg import SvgPin, SvgWords, svg_map


@blueprint.get("/<token>")
@by_link
def show_list() -> ResponseReturnValue:
    """List the organisation's findings, soonest due first; a link for one finding leads there at once."""
    if (only := holder().finding_id) is not None:
        return redirect(url_for("owner_portal.show", number=number_of(only)))
    group = shown_group()
    page = list_waiting(holder().actor, group, after=request.args.get("after", ""))
    return render_template(
        "owner/list.html",
        holder=holder(),
        page=page,
        group=group,
        groups=group_words(),
        title=Titles(),
        today=today(),
        day=show_days(),
        maps=_maps(page.rows),
        answers=_answers(),
        several=[(to, ANSWERS[to].verb) for to in SEVERAL],
        continued="after" in request.args,
    )


@blueprint.get("/<token>/brister/<number>")
@by_link
def show(number: str) -> ResponseReturnValue:
    """Show one finding with what can be answered; `svar` in the address opens one of the answers."""
    return show_owned(load_own(number), chosen=request.args.get("svar", ""))


@blueprint.get("/<token>/brister/<number>/foton/<uuid:photo_id>/<int:edge>.jpg")
@by_link
def photo(number: str, photo_id: UUID, edge: int) -> Response:
    """Send one size of a photo of an own finding."""
    return jpeg(open_photo(holder().actor, number, photo_id, edge), edge)


def load_own(number: str) -> Finding:
    """The finding, where it is the holder's; for one that was theirs, the fault's page says what became of it."""
    g.finding_number = number
    return load_finding(holder().actor, number)


def shown_group() -> str:
    """Which of the list's groups is asked for."""
    wanted = request.values.get("visa", "")
    return wanted if wanted in GROUPS else "waiting"


def group_words() -> dict[str, str]:
    """The groups of the list with their names."""
    return {"waiting": _("Waiting for you"), "answered": _("Waiting for us"), "done": _("Over and done")}


def _answers() -> dict[Status, list[tuple[Status, str]]]:
    """What stands on a card of each status: made once for the page."""
    verbs = {to: str(ANSWERS[to].verb) for to in ON_CARDS}
    return {
        status: [(to, verb) for to, verb in verbs.items() if find_transition(status, to)]
        for status in GROUPS["waiting"]
    }


def _maps(findings: Sequence[Waiting]) -> list[tuple[str, Markup]]:
    """A map of each site with the findings of the page, which carry their numbers in the list."""
    pins: dict[str, list[SvgPin]] = {}
    sites = {}
    for place, finding in enumerate(findings, start=1):
        if finding.lon is not None and finding.lat is not None:
            sites[finding.site_slug] = finding.site, finding.site_polygon
            pins.setdefault(finding.site_slug, []).append(
                SvgPin(finding.lon, finding.lat, str(place), finding.status)
            )
    return [
        (
            name,
            svg_map(
                element_id=f"map-{slug}",
                words=SvgWords(
                    _("Map of your findings at %(site)s", site=name),
                    _("The pins carry the numbers of the list."),
                    _("N"),
                ),
                site=shapely.from_wkb(polygon),
                pins=pins[slug],
                width=480,
                height=360,
            ),
        )
        for slug, (name, polygon) in sites.items()
    ]
