"""Findings as pins on a map: their data, their words and the legend."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from markupsafe import Markup

from geo.symbols import STATUS_SYMBOLS, SYMBOLS, URGENT_ICON, URGENT_TONE, symbol_icon


@dataclass(frozen=True)
class MapWords:
    """Every word on the map, translated: what the map is called, each status, and the popup's own words.

    Only the statuses named here appear in the legend, in this order.
    """

    label: str
    statuses: Mapping[str, str]
    urgent: str
    show_finding: str


class MapFinding(NamedTuple):
    """A finding as a pin; thousands are made for one map, which a dataclass would make slowly."""

    lon: float
    lat: float
    status: str
    number: str
    title: str
    urgent: bool = False


@dataclass(frozen=True)
class MapPlace:
    """A name on the map, such as a bus stop."""

    lon: float
    lat: float
    name: str


def findings_geojson(findings: Iterable[MapFinding]) -> dict[str, Any]:
    """Make compact GeoJSON of findings for the map; six decimals of a degree are about a decimetre."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(f.lon, 6), round(f.lat, 6)]},
            "properties": {"number": f.number, "title": f.title, "status": f.status}
            | ({"urgent": True} if f.urgent else {}),
        }
        for f in findings
    ]
    return {"type": "FeatureCollection", "features": features}


def legend_list(words: MapWords) -> Markup:
    """Explain the symbols in words; site-map.js copies each symbol with its colours from here."""
    by_symbol: dict[str, list[str]] = {}
    for status, word in words.statuses.items():
        by_symbol.setdefault(STATUS_SYMBOLS[status].key, []).append(word)
    item = Markup('<li class="{}" data-symbol="{}">{} {}</li>')
    items = [
        item.format(SYMBOLS[key].tone, key, symbol_icon(SYMBOLS[key]), ", ".join(names))
        for key, names in by_symbol.items()
    ]
    items.append(item.format(URGENT_TONE, "urgent", URGENT_ICON, words.urgent))
    return Markup('<ul class="legend" id="map-legend">{}</ul>').format(Markup("").join(items))


def pin_data(
    element_id: str,
    findings: Sequence[MapFinding] | str,
    finding_url: str,
    places: Iterable[MapPlace],
    words: MapWords,
    nonce: str,
) -> Markup:
    """Put all that site-map.js draws into the page as data, where no text in it can begin markup."""
    data = {
        "places": [[place.lon, place.lat, place.name] for place in places],
        "findingUrl": finding_url,
        "words": {"urgent": words.urgent, "showFinding": words.show_finding},
        "legend": "map-legend",
        "statuses": {
            status: {"word": word, "symbol": STATUS_SYMBOLS[status].key}
            for status, word in words.statuses.items()
        },
        "findings": findings if isinstance(findings, str) else findings_geojson(findings),
    }
    return Markup('<script type="application/json" id="{}" nonce="{}">{}</script>').format(
        element_id, nonce, inert_json(json.dumps(data, ensure_ascii=False, separators=(",", ":")))
    )


def inert_json(json_text: str) -> Markup:
    """Escape JSON for the inside of a <script> element."""
    safe = json_text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(safe)  # noqa: S704 -- nothing is left in it that HTML reads as markup
