"""What the public reads of a survey's results, once a wave has closed: the same table as staff see."""

from __future__ import annotations

from functools import partial

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import NotFoundError
from app.services.results import load_public_results
from app.views.access import public
from app.views.public_pages import blueprint, kept
from app.views.result_pages import Addresses, overview_svg, page_values, places_svg, series_svg, svg_response


@blueprint.get("/<slug>/enkat/<survey>")
@public
def results(slug: str, survey: str) -> ResponseReturnValue:
    """Show what is told of a wave."""
    found = load_public_results(slug, survey)
    addresses = Addresses(
        page=partial(url_for, ".results", slug=slug, survey=survey),
        overview=partial(url_for, ".results_overview", slug=slug, survey=survey),
        series=partial(url_for, ".results_series", slug=slug, survey=survey),
        places=partial(url_for, ".results_places", slug=slug, survey=survey),
    )
    page = render_template("public/results.html", to=addresses, **page_values(found, _wave()))
    return kept(Response(page, mimetype="text/html"))


@blueprint.get("/<slug>/enkat/<survey>/oversikt.svg")
@public
def results_overview(slug: str, survey: str) -> ResponseReturnValue:
    """Draw all shares of a wave."""
    return _drawn(overview_svg(load_public_results(slug, survey).wave(_wave())))


@blueprint.get("/<slug>/enkat/<survey>/<item>.svg")
@public
def results_series(slug: str, survey: str, item: str) -> ResponseReturnValue:
    """Draw a main measure over the waves."""
    found = load_public_results(slug, survey)
    return _drawn(series_svg(found, _wave(), item) if item in found.main_measures else None)


@blueprint.get("/<slug>/enkat/<survey>/stallen/<item>.svg")
@public
def results_places(slug: str, survey: str, item: str) -> ResponseReturnValue:
    """Draw the places that were shown."""
    return _drawn(places_svg(load_public_results(slug, survey), _wave(), item))


def _wave() -> int | None:
    return request.args.get("omgang", type=int)


def _drawn(svg: str | None) -> Response:
    if svg is None:
        raise NotFoundError
    return kept(svg_response(svg))
