import json
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
import shapely
from shapely.geometry import MultiPolygon

from geo.maps import MapAssets, MapParts, site_map
from geo.pins import MapFinding, MapPlace, MapWords, findings_geojson
from geo.symbols import STATUS_SYMBOLS
from tests.geo.places import STADSDELAR, TEST_DATA

NONCE = "n0nce-for-this-page"
ASSETS = MapAssets("/static/build/leaflet-1.js", "/static/build/leaflet-2.css", "/static/build/site-map-3.js")
WORDS = MapWords("Karta över Kista", {status: f"Ord {status}" for status in STATUS_SYMBOLS}, "Akut", "Visa")
NAUGHTY: list[str] = json.loads((TEST_DATA / "hostile/blns.json").read_text(encoding="utf-8"))


def draw(findings: list[MapFinding] | str, words: MapWords = WORDS) -> MapParts:
    return site_map(
        site=STADSDELAR["Kista"],
        findings=findings,
        finding_url="/brister/{number}",
        words=words,
        assets=ASSETS,
        nonce=NONCE,
        areas=STADSDELAR.values(),
        properties=[STADSDELAR["Husby"]],
        places=[MapPlace(17.9421, 59.4037, "Kista centrum")],
    )


def finding(number: int, title: str = "Släckt lampa", status: str = "new") -> MapFinding:
    return MapFinding(17.94 + number / 1e4, 59.40, status, f"KISTA-2026-{number:04d}", title)


class Elements(HTMLParser):
    """Every element of a piece of HTML with its attributes, and the text inside each script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str | None, str] = {}
        self._script: str | None = None
        self._in_script = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._in_script, self._script = tag == "script", dict(attrs).get("id")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[self._script] = self.scripts.get(self._script, "") + data


def data_of(parts: MapParts) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(Elements(parts.body).scripts["map-data"])
    return data


def everything(parts: MapParts) -> str:
    return f"{parts.head}{parts.body}{parts.script}"


def test_every_script_style_and_link_carries_the_nonce() -> None:
    elements = Elements(everything(draw([finding(1)]))).found
    loading = [(tag, attributes) for tag, attributes in elements if tag in {"script", "style", "link"}]
    assert len(loading) == 5
    assert all(attributes["nonce"] == NONCE for _, attributes in loading)


def test_nothing_is_asked_of_another_host() -> None:
    html = everything(draw([finding(1)]))
    for _, attributes in Elements(html).found:
        for name in ("src", "href"):
            assert not urlsplit(attributes.get(name) or "").netloc
    assert re.findall(r"https?://\S+|//\w+\.\w+\S*", html) == []


def test_no_element_has_an_inline_style_or_handler() -> None:
    for _, attributes in Elements(everything(draw([finding(1)]))).found:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


@pytest.mark.parametrize(
    "word", ["jquery", "bootstrap", "glyphicon", "awesome", "innerHTML", "user-scalable", "$("]
)
def test_what_folium_brings_by_default_is_gone(word: str) -> None:
    assert word not in everything(draw([finding(1)])).lower()


def test_leaflet_stands_before_our_module_and_no_bare_page_is_written() -> None:
    parts = draw([])
    assert parts.head.index(ASSETS.leaflet_js) < parts.head.index(ASSETS.site_map_js)
    assert "<html" not in everything(parts).lower()
    assert f'import {{ addPins }} from "{ASSETS.site_map_js}"' in parts.script


def test_five_thousand_findings_are_one_layer_and_no_line_of_script_each() -> None:
    few, many = draw([finding(1)]), draw([finding(i) for i in range(5000)])
    assert len(many.script) == len(few.script)
    embedded = data_of(many)["findings"]
    assert len(embedded["features"]) == 5000
    assert embedded["features"][7]["geometry"] == {"type": "Point", "coordinates": [17.9407, 59.4]}
    assert embedded["features"][7]["properties"] == {
        "number": "KISTA-2026-0007",
        "title": "Släckt lampa",
        "status": "new",
    }


def test_findings_can_be_fetched_instead_of_embedded() -> None:
    parts = draw("/platser/kista-centrum/brister.geojson")
    assert data_of(parts)["findings"] == "/platser/kista-centrum/brister.geojson"


def draw_text(text: str) -> MapParts:
    """A small map on which every word is the given text."""
    return site_map(
        site=MultiPolygon([shapely.box(17.94, 59.40, 17.95, 59.41)]),
        findings=[finding(1, text)],
        finding_url="/brister/{number}",
        words=MapWords(text, {"new": text}, text, text),
        assets=ASSETS,
        nonce=NONCE,
        places=[MapPlace(17.94, 59.4, text)],
    )


def test_no_text_of_people_ever_becomes_markup() -> None:
    calm = [tag for tag, _ in Elements(everything(draw_text("Kista"))).found]
    for text in NAUGHTY:
        hostile = Elements(everything(draw_text(text)))
        assert [tag for tag, _ in hostile.found] == calm, text
        data = json.loads(hostile.scripts["map-data"])
        assert data["findings"]["features"][0]["properties"]["title"] == text
        assert data["places"] == [[17.94, 59.4, text]]
        assert {data["statuses"]["new"]["word"], *data["words"].values()} == {text}
        assert not set("<>&") & set(hostile.scripts["map-data"]), text


def test_a_text_that_looks_like_a_template_is_not_run_on_the_server() -> None:
    trap = "{{ 7 * 191 }}{% for i in range(9) %}"
    html = everything(draw_text(trap))
    assert "1337" not in html
    assert html.count(trap) == 8


def test_urgent_is_said_only_where_it_is_so() -> None:
    urgent = MapFinding(17.94, 59.4, "new", "K-1", "Hål", urgent=True)
    marked, plain = findings_geojson([urgent, finding(2)])["features"]
    assert marked["properties"]["urgent"] is True
    assert "urgent" not in plain["properties"]


def test_legend_gathers_the_words_of_statuses_with_one_symbol() -> None:
    words = MapWords("Karta", {"new": "Ny", "triaged": "Bedömd", "closed": "Avslutad"}, "Akut", "Visa")
    items = re.findall(r'<li class="(\w+)" data-symbol="(\w+)">.*?</svg> (.*?)</li>', draw([], words).body)
    assert items == [
        ("slate", "received", "Ny, Bedömd"),
        ("green", "done", "Avslutad"),
        ("red", "urgent", "Akut"),
    ]


def test_symbols_differ_by_shape_and_not_by_colour_alone() -> None:
    symbols = set(STATUS_SYMBOLS.values())
    assert len({symbol.glyph for symbol in symbols}) == len(symbols)


def test_the_map_begins_at_the_site_and_has_a_name() -> None:
    parts = draw([])
    west, south, east, north = STADSDELAR["Kista"].bounds
    assert f"[[{south}, {west}], [{north}, {east}]]" in parts.script
    region = next(attributes for tag, attributes in Elements(parts.body).found if tag == "div")
    assert (region["role"], region["aria-label"]) == ("region", "Karta över Kista")
