"""The site map: a folium map as parts for a page of ours, under a strict content security policy.

folium writes a page of its own with scripts from five other hosts, a style sheet for <body> and one script
line per marker. Here it draws the boundaries only; findings are one GeoJSON layer that site-map.js puts on a
canvas.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import folium
import shapely
from branca.element import CssLink, Figure, JavascriptLink
from folium.template import Template
from markupsafe import Markup
from shapely.geometry import MultiPolygon, mapping
from shapely.geometry.base import BaseGeometry

from geo.pins import MapFinding, MapPlace, MapWords, inert_json, legend_list, pin_data


@dataclass(frozen=True)
class MapAssets:
    """Addresses, on our own host, of what the browser loads."""

    leaflet_js: str
    leaflet_css: str
    site_map_js: str


@dataclass(frozen=True)
class MapParts:
    """The map in three pieces: for <head>, for where it stands in the page, and for the end of <body>.

    `head` belongs before the page's own style sheet, which has the last word over Leaflet's.
    """

    head: Markup
    body: Markup
    script: Markup


def site_map(
    *,
    site: MultiPolygon,
    findings: Sequence[MapFinding] | str,
    finding_url: str,
    words: MapWords,
    assets: MapAssets,
    nonce: str,
    areas: Iterable[BaseGeometry] = (),
    properties: Iterable[BaseGeometry] = (),
    places: Sequence[MapPlace] = (),
) -> MapParts:
    """Draw a site with its findings; all geometries in WGS84.

    `findings` are embedded as data, or fetched by the page from a URL that answers with `findings_geojson`.
    `finding_url` leads to one finding, with {number} where its number goes. The page brings the equal list.
    """
    site_map = _Map(site, assets)
    figure = Figure()
    figure.add_child(site_map)
    for css_class, geometries in (
        ("property-border", properties),
        ("area-border", areas),
        ("site-border", [site]),
    ):
        site_map.add_child(_outlines(geometries, css_class))
    site_map.render()  # type: ignore[no-untyped-call]
    frame = Markup('<div id="{}" class="map tall" role="region" aria-label="{}"></div>')
    script = Markup(
        '<script type="module" nonce="{}">import {{ addPins }} from {};{}addPins({}, {});</script>'
    )
    return MapParts(
        head=_links(figure, nonce)
        + Markup('\n<link rel="modulepreload" href="{}" nonce="{}">').format(assets.site_map_js, nonce),
        body=frame.format(site_map.get_name(), words.label)
        + legend_list(words)
        + pin_data("map-data", findings, finding_url, places, words, nonce),
        script=script.format(
            nonce,
            inert_json(json.dumps(assets.site_map_js)),
            _trusted(figure.script.render()),
            site_map.get_name(),
            inert_json(json.dumps("map-data")),
        ),
    )


class _Map(folium.Map):
    """folium's map without its page-wide style sheet, its scripts' hosts and its ban on zooming the page.

    branca compiles what an element has rendered as a template once more, so a text with {{ in it would be run
    on the server: nothing that people wrote may enter folium. Their words go beside it, as data (geo/pins.py).
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {{ this.options|tojavascript }});
        {% endmacro %}
        """
    )

    def __init__(self, site: MultiPolygon, assets: MapAssets) -> None:
        # No basemap yet, so there are no tiles, and nobody to attribute them to.
        super().__init__(tiles=None, attribution_control=False, max_zoom=20, zoom_snap=0.5)
        self._id = "site"
        self.default_js = [("leaflet", assets.leaflet_js)]
        self.default_css = [("leaflet_css", assets.leaflet_css)]
        west, south, east, north = site.bounds
        self.add_child(folium.FitBounds([[south, west], [north, east]], padding=(16, 16)))


def _outlines(geometries: Iterable[BaseGeometry], css_class: str) -> folium.GeoJson:
    features = [
        {
            "type": "Feature",
            "properties": {},
            "geometry": mapping(shapely.transform(geometry, lambda degrees: degrees.round(6))),
        }
        for geometry in geometries
    ]
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        # Not interactive: the pins above must get every tap.
        interactive=False,
        style={"className": css_class, "weight": 2 if css_class == "site-border" else 1},
    )


def _links(figure: Figure, nonce: str) -> Markup:
    """Write what folium wants loaded, each with the nonce; its styles are for another page."""
    links = []
    for element in figure.header._children.values():
        if isinstance(element, CssLink):
            links.append(Markup('<link rel="stylesheet" href="{}" nonce="{}">').format(element.url, nonce))
        elif isinstance(element, JavascriptLink):
            # Deferred scripts run in order before modules: ours finds Leaflet loaded.
            links.append(Markup('<script src="{}" defer nonce="{}"></script>').format(element.url, nonce))
    return Markup("\n").join(links)


def _trusted(html: str) -> Markup:
    return Markup(html)  # noqa: S704 -- our own templates, which escape what comes from people
