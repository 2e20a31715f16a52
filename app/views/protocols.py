"""The protocol of a walk as a page that becomes paper."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import shapely
from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.services.checklists import checklist_of
from app.services.protocols import Protocol, load_protocol
from app.services.sites import site_polygon
from app.views.access import actor, signed_in
from app.views.finding_words import Titles
from geo.crs import format_northing_easting
from geo.svg import SvgPin, SvgWords, svg_map

blueprint = Blueprint("protocols", __name__)


@blueprint.get("/vandringar/<uuid:walk_id>/protokoll")
@signed_in
def show(walk_id: UUID) -> ResponseReturnValue:
    """Show the protocol of one walk."""
    protocol = load_protocol(actor(), walk_id)
    checklist = checklist_of(protocol.walk.checklist_id)
    return render_template(
        "walks/protocol.html",
        protocol=protocol,
        walk=protocol.walk,
        checklist=checklist,
        title=Titles(checklist),
        route_map=_route_map(protocol),
        position=format_northing_easting,
        now=datetime.now(UTC),
    )


def _route_map(protocol: Protocol) -> Markup:
    """The route with the findings under the numbers they have in the protocol."""
    numbered = enumerate([*protocol.findings, *protocol.positives], start=1)
    pins = [
        SvgPin(finding.lon, finding.lat, str(number), finding.status)
        for number, finding in numbered
        if finding.lon is not None and finding.lat is not None
    ]
    route = protocol.walk.route
    return svg_map(
        element_id="route-map",
        words=SvgWords(
            _("Map of the walk"),
            _(
                "The site, the route, and %(count)s findings under their numbers in this protocol.",
                count=len(pins),
            ),
            _("N"),
        ),
        site=site_polygon(protocol.walk.site),
        route=shapely.get_coordinates(shapely.from_wkb(route)).tolist() if route else (),
        pins=pins,
        width=480,
        height=380,
    )
