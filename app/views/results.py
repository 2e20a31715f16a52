"""Results of surveys for staff: the page, its charts, and the table as files."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import NotFoundError
from app.permissions import At, Permission
from app.services.results import load_results
from app.views import result_files
from app.views.access import actor, signed_in
from app.views.result_pages import Addresses, overview_svg, page_values, places_svg, series_svg, svg_response
from app.views.tables import csv_file, xlsx_file

blueprint = Blueprint("results", __name__, url_prefix="/enkater")


def asked_wave() -> int | None:
    """The number of the wave that an address asks for; None: the last."""
    return request.args.get("omgang", type=int)


@blueprint.get("/<slug>/resultat")
@signed_in
def show(slug: str) -> ResponseReturnValue:
    """Show what is told of a wave: the last one that has closed, or the one asked for."""
    addresses = Addresses(
        page=partial(url_for, ".show", slug=slug),
        overview=partial(url_for, ".overview", slug=slug),
        series=partial(url_for, ".series", slug=slug),
        places=partial(url_for, ".places", slug=slug),
    )
    results = load_results(actor(), slug)
    return render_template(
        "results/show.html",
        to=addresses,
        coordinates=actor().may(Permission.COORDINATE, At(results.site_id)),
        **page_values(results, asked_wave()),
    )


@blueprint.get("/<slug>/resultat/oversikt.svg")
@signed_in
def overview(slug: str) -> ResponseReturnValue:
    """Draw all shares of a wave."""
    return _drawn(overview_svg(load_results(actor(), slug).wave(asked_wave())))


@blueprint.get("/<slug>/resultat/<item>.svg")
@signed_in
def series(slug: str, item: str) -> ResponseReturnValue:
    """Draw a main measure over the waves."""
    results = load_results(actor(), slug)
    return _drawn(series_svg(results, asked_wave(), item) if item in results.main_measures else None)


@blueprint.get("/<slug>/resultat/stallen/<item>.svg")
@signed_in
def places(slug: str, item: str) -> ResponseReturnValue:
    """Draw the places that were shown."""
    return _drawn(places_svg(load_results(actor(), slug), asked_wave(), item))


@blueprint.get("/<slug>/resultat.csv")
@signed_in
def as_csv(slug: str) -> Response:
    """The table of all waves as CSV."""
    results = load_results(actor(), slug)
    return csv_file(f"resultat-{results.slug}", result_files.head(), result_files.rows(results))


@blueprint.get("/<slug>/resultat.xlsx")
@signed_in
def as_xlsx(slug: str) -> Response:
    """The same as XLSX."""
    results = load_results(actor(), slug)
    return xlsx_file(f"resultat-{results.slug}", result_files.head(), result_files.rows(results))


@blueprint.get("/<slug>/resultat.sps")
@signed_in
def as_sps(slug: str) -> Response:
    """The same as an SPSS program that holds data and labels."""
    results = load_results(actor(), slug)
    response = Response(result_files.spss(results), mimetype="application/x-spss-syntax; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="resultat-{results.slug}.sps"'
    return response


@blueprint.get("/<slug>/kodbok.csv")
@signed_in
def codebook(slug: str) -> Response:
    """What the names in these files stand for."""
    results = load_results(actor(), slug)
    return csv_file(
        f"kodbok-{results.slug}", result_files.codebook_head(), result_files.codebook_rows(results)
    )


def _drawn(svg: str | None) -> Response:
    if svg is None:
        raise NotFoundError
    return svg_response(svg)
