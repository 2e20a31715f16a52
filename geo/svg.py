"""Small maps drawn on the server as SVG: for the printed protocol and for pages without JavaScript."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import shapely
from markupsafe import Markup, escape
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geo.distances import local_metres
from geo.symbols import STATUS_SYMBOLS

_PIN_RADIUS = 9.0
_MARGIN = 24.0
# Without a scale of its own (one pin, say) a map shows at least this many metres.
_LEAST_METRES = 60.0
# What each class looks like where no style sheet reaches it; chosen to tell apart in greyscale.
_ATTRIBUTES = {
    "area-border": Markup('fill="none" stroke="#86806f" stroke-width="1"'),
    "property-border": Markup('fill="none" stroke="#86806f" stroke-width="0.7" stroke-dasharray="3 3"'),
    "site-border": Markup('fill="#eef3f1" stroke="#0b5d59" stroke-width="2"'),
    "walk-route": Markup('fill="none" stroke="#3f4b57" stroke-width="2.5" stroke-dasharray="7 4"'),
}


@dataclass(frozen=True)
class SvgPin:
    """A numbered pin: `label` is what stands on it (one to four characters), `status` gives its tone."""

    lon: float
    lat: float
    label: str
    status: str | None = None


@dataclass(frozen=True)
class SvgWords:
    """What is said to those who cannot see the map, and the letter on its north arrow; translated."""

    title: str
    description: str
    north: str = "N"


def svg_map(
    *,
    element_id: str,
    words: SvgWords,
    site: BaseGeometry | None = None,
    areas: Iterable[BaseGeometry] = (),
    properties: Iterable[BaseGeometry] = (),
    route: Sequence[tuple[float, float]] = (),
    pins: Sequence[SvgPin] = (),
    width: int = 640,
    height: int = 400,
) -> Markup:
    """Draw a map of what is given, in WGS84, fitted to the site, the route and the pins.

    `element_id` must be unique in the page. Colours are classes with greyscale-safe attributes beneath and no
    style attribute; every text is escaped. Raises ValueError where there is nothing to fit to.
    """
    view = _View.fitted([*_focus(site, route, pins)], width, height)
    shapes = [] if site is None else [view.path(site, "site-border")]
    shapes += [view.path(area, "area-border") for area in areas]
    shapes += [view.path(one, "property-border") for one in properties]
    if len(route) > 1:
        shapes.append(view.path(LineString(route), "walk-route"))
    shapes += view.pins(pins)
    return Markup(
        '<svg class="site-svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" '
        'aria-labelledby="{id}-title {id}-desc" xmlns="http://www.w3.org/2000/svg" '
        'font-family="system-ui, sans-serif" font-size="11">'
        '<title id="{id}-title">{title}</title><desc id="{id}-desc">{description}</desc>'
        "{shapes}{furniture}</svg>"
    ).format(
        w=width,
        h=height,
        id=element_id,
        title=words.title,
        description=words.description,
        shapes=Markup("").join(shapes),
        furniture=view.scale_bar() + view.north_arrow(words.north),
    )


def _focus(
    site: BaseGeometry | None, route: Sequence[tuple[float, float]], pins: Sequence[SvgPin]
) -> Iterable[tuple[float, float]]:
    if site is not None:
        west, south, east, north = site.bounds
        yield from ((west, south), (east, north))
    yield from route
    yield from ((pin.lon, pin.lat) for pin in pins)


@dataclass(frozen=True)
class _View:
    """The way from degrees to the picture: metres round a centre, north up."""

    lon: float
    lat: float
    scale: float  # pixels in a metre
    width: int
    height: int

    @classmethod
    def fitted(cls, points: Sequence[tuple[float, float]], width: int, height: int) -> "_View":
        if not points:
            raise ValueError("a map needs a site, a route or a pin to be fitted to")
        west, south, east, north = shapely.multipoints(points).bounds
        lon, lat = (west + east) / 2, (south + north) / 2
        left, low, right, high = local_metres(shapely.multipoints(points), lon, lat).bounds
        scale = min(
            (width - 2 * _MARGIN) / max(right - left, _LEAST_METRES),
            (height - 2 * _MARGIN) / max(high - low, _LEAST_METRES),
        )
        return cls(lon, lat, scale, width, height)

    def place(self, geometry: BaseGeometry) -> BaseGeometry:
        """Put a geometry into the picture, y downwards."""
        middle, turn = (self.width / 2, self.height / 2), (self.scale, -self.scale)
        return shapely.transform(
            local_metres(geometry, self.lon, self.lat), lambda metres: metres * turn + middle
        )

    def path(self, geometry: BaseGeometry, css_class: str) -> Markup:
        """Draw lines and polygons as one path, less what lies outside the picture or is too fine to see."""
        # A little beyond the edge, so that the cut itself is not seen.
        drawn = shapely.clip_by_rect(
            self.place(geometry).simplify(0.4), -5, -5, self.width + 5, self.height + 5
        )
        commands = "".join(
            "M" + " ".join(f"{x:.1f},{y:.1f}" for x, y in line.coords) for line in _lines(drawn)
        )
        return Markup('<path class="{}" {} fill-rule="evenodd" d="{}"/>').format(
            css_class, _ATTRIBUTES[css_class], commands
        )

    def pins(self, pins: Sequence[SvgPin]) -> Iterator[Markup]:
        """Draw numbered discs with their middle on the place; hollow where the status's symbol is."""
        if not pins:
            return
        # All at once, and put together without looking for what to escape: a list has a pin in every row.
        spots = shapely.multipoints([(pin.lon, pin.lat) for pin in pins])
        for pin, (x, y) in zip(pins, shapely.get_coordinates(self.place(spots)).tolist(), strict=True):
            symbol = STATUS_SYMBOLS[pin.status or "new"]
            fill, rim, ink = (
                ("#fff", symbol.colour, symbol.colour) if symbol.hollow else (symbol.colour, "#fff", "#fff")
            )
            yield Markup(  # noqa: S704  what people wrote is escaped, the rest is ours
                f'<g class="map-pin {symbol.tone}{" hollow" if symbol.hollow else ""}" '
                f'transform="translate({x:.1f} {y:.1f})">'
                f'<circle r="{_PIN_RADIUS + max(0, len(pin.label) - 2) * 3}" '
                f'fill="{fill}" stroke="{rim}" stroke-width="1.5"/>'
                f'<text y="0.35em" text-anchor="middle" fill="{ink}" font-weight="600">'
                f"{escape(pin.label)}</text></g>"
            )

    def scale_bar(self) -> Markup:
        """Draw a bar of 1, 2 or 5 times ten to some power of metres, at most a quarter of the width."""
        longest = self.width / 4 / self.scale
        power = 10 ** math.floor(math.log10(longest))
        metres = power * max(step for step in (1, 2, 5) if power * step <= longest)
        label = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
        return Markup(
            '<g class="map-furniture" transform="translate(12 {y})" stroke="#333" fill="#333">'
            '<path d="M0,-5V0H{length}V-5" fill="none" stroke-width="1.5"/>'
            '<text x="{middle}" y="-4" text-anchor="middle" stroke="none">{label}</text></g>'
        ).format(
            y=self.height - 10,
            length=f"{metres * self.scale:.1f}",
            middle=f"{metres * self.scale / 2:.1f}",
            label=label,
        )

    def north_arrow(self, letter: str) -> Markup:
        """Draw an arrow in the upper right corner."""
        return Markup(
            '<g class="map-furniture" transform="translate({x} 12)" stroke="#333" fill="#333">'
            '<path d="M0,0 4.5,13 0,10 -4.5,13Z" stroke="none"/>'
            '<text y="24" text-anchor="middle" stroke="none">{letter}</text></g>'
        ).format(x=self.width - 16, letter=letter)


def _lines(geometry: BaseGeometry) -> Iterator[LineString]:
    """Every ring of polygons and every line, one by one."""
    for part in shapely.get_parts([geometry]).tolist():
        if isinstance(part, Polygon):
            yield from (part.exterior, *part.interiors)
        elif isinstance(part, LineString):
            yield part
