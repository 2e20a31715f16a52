"""Pages of sites: which there are, and how one of them stands, on a map and in a list."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.assets import asset
from app.i18n import language
from app.models.findings import Status
from app.models.sites import Site
from app.permissions import At, Permission
from app.services import site_figures, sites
from app.services.checklists import latest
from app.services.finding_lists import MOST_COUNTED, FindingFilter, list_findings
from app.services.public_sites import told_at
from app.services.site_pins import pins
from app.services.surveys import list_surveys
from app.services.walks import list_walks
from app.views.access import actor, signed_in
from app.views.compressed import compressed_json
from app.views.finding_words import Titles
from app.views.headers import csp_nonce
from app.words import word
from forms.checklists import Checklist
from forms.sites import SiteFilterForm
from geo.maps import MapAssets, MapParts, site_map
from geo.pins import MapFinding, MapPlace, MapWords, findings_geojson

blueprint = Blueprint("sites", __name__, url_prefix="/platser")

WALKS_SHOWN = 12
FINDINGS_SHOWN = 25


@blueprint.get("")
@signed_in
def list_sites() -> ResponseReturnValue:
    """List the sites with their figures."""
    found = sites.list_sites(actor())
    return render_template("sites/list.html", sites=found, figures=site_figures.figures(actor(), found))


@blueprint.get("/<slug>")
@signed_in
def show(slug: str) -> ResponseReturnValue:
    """Show one site: its figures, its findings on the map and in the list, its walks and partners."""
    site = sites.load_site(actor(), slug)
    checklist = latest()
    form = _filter_form(checklist)
    wanted = _wanted(site, form)
    layer = url_for("sites.findings_layer", slug=site.slug, **_chosen(form))
    return render_template(
        "sites/show.html",
        site=site,
        form=form,
        chosen=_chosen(form),
        page=list_findings(
            actor(),
            wanted,
            after=request.args.get("after", ""),
            before=request.args.get("before", ""),
            limit=FINDINGS_SHOWN,
        ),
        most_counted=MOST_COUNTED,
        map=_map(site, layer),
        layer=layer,
        checklist=checklist,
        title=Titles(checklist),
        figures=site_figures.figures(actor(), [site])[site.id],
        median_days=site_figures.median_days(actor(), site),
        owners=site_figures.owner_figures(actor(), site),
        reasons=site_figures.unfixed_reasons(actor(), site),
        walks=list_walks(actor(), site, limit=WALKS_SHOWN),
        surveys=list_surveys(actor(), site),
        coordinates=actor().may(Permission.COORDINATE, At(site.id)),
        may_plan=actor().may(Permission.PLAN_WALK, At(site.id)),
        told_at=told_at(site.id),
    )


@blueprint.get("/<slug>/brister.json")
@signed_in
def findings_layer(slug: str) -> Response:
    """Give the map of a site its findings as GeoJSON, filtered as the page is."""
    site = sites.load_site(actor(), slug)
    checklist = latest()
    found = pins(actor(), _wanted(site, _filter_form(checklist)))
    title = Titles(checklist)
    return compressed_json(
        findings_geojson(
            MapFinding(
                pin.lon,
                pin.lat,
                pin.status,
                pin.number,
                title(pin),
                urgent=pin.severity == "acute",
            )
            for pin in found
        ),
        "application/geo+json",
    )


def _filter_form(checklist: Checklist) -> SiteFilterForm:
    form = SiteFilterForm(request.args)
    form.offer(
        (category.slug, checklist.name(category.slug, language()))
        for category in checklist.categories
        if not category.positive
    )
    return form


def _wanted(site: Site, form: SiteFilterForm) -> FindingFilter:
    overdue = form.status.data == "overdue"
    return FindingFilter(
        site=site.slug,
        status="open" if overdue else form.status.data,
        overdue=overdue,
        category=form.category.data,
    )


def _chosen(form: SiteFilterForm) -> dict[str, Any]:
    """The filter as it stands in an address."""
    return {field.name: field.data for field in (form.status, form.category) if field.data}


def _map(site: Site, layer: str) -> MapParts:
    return site_map(
        site=sites.site_polygon(site),
        findings=layer,
        finding_url=url_for("findings.show", number="NUMBER").replace("NUMBER", "{number}"),
        words=MapWords(
            label=_("Map of the findings at %(site)s", site=site.name),
            statuses={status.value: word(status) for status in Status},
            urgent=_("Acute"),
            show_finding=_("Show the finding"),
        ),
        assets=MapAssets(asset("leaflet.js"), asset("leaflet.css"), asset("site-map.js")),
        nonce=csp_nonce(),
        places=[MapPlace(place.lon, place.lat, place.name) for place in sites.place_names_near(site)],
    )
