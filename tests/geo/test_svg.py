import json
import re
from xml.etree import ElementTree

import pytest
import shapely

from geo.distances import distance_m
from geo.svg import SvgPin, SvgWords, svg_map
from tests.geo.places import KISTA_CENTRUM, STADSDELAR, TEST_DATA

SVG = "{http://www.w3.org/2000/svg}"
WORDS = SvgWords("Karta över vandringen", "Tre brister längs rutten.")
LON, LAT = KISTA_CENTRUM
SITE = shapely.Point(LON, LAT).buffer(0.004)
NAUGHTY: list[str] = json.loads((TEST_DATA / "hostile/blns.json").read_text(encoding="utf-8"))
# Control characters that no XML document may hold, however they are written.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def places(svg: ElementTree.Element) -> dict[str, tuple[float, float]]:
    """Where each pin stands, by its label."""
    found = {}
    for group in svg.iter(f"{SVG}g"):
        if (group.get("class") or "").startswith("map-pin"):
            x, y = re.findall(r"[-\d.]+", group.get("transform") or "")
            found[group.findtext(f"{SVG}text") or ""] = (float(x), float(y))
    return found


def test_title_and_description_are_tied_to_the_picture() -> None:
    svg = ElementTree.fromstring(svg_map(element_id="route", words=WORDS, site=SITE))
    assert svg.get("role") == "img"
    assert (svg.get("aria-labelledby") or "").split() == ["route-title", "route-desc"]
    assert svg.findtext(f"{SVG}title") == WORDS.title
    assert svg.findtext(f"{SVG}desc") == WORDS.description


def test_north_is_up_and_both_axes_have_one_scale() -> None:
    pins = [SvgPin(LON, LAT, "1"), SvgPin(LON, LAT + 0.002, "2"), SvgPin(LON + 0.002, LAT, "3")]
    found = places(ElementTree.fromstring(svg_map(element_id="m", words=WORDS, site=SITE, pins=pins)))
    (x1, y1), (x2, y2), (x3, y3) = (found[label] for label in "123")
    assert (x2, y3) == pytest.approx((x1, y1))
    assert y2 < y1
    assert x3 > x1
    north, east = distance_m(LON, LAT, LON, LAT + 0.002), distance_m(LON, LAT, LON + 0.002, LAT)
    assert (y1 - y2) / north == pytest.approx((x3 - x1) / east, rel=0.01)


def test_scale_bar_is_as_long_as_it_says() -> None:
    pins = [SvgPin(LON, LAT, "1"), SvgPin(LON, LAT + 0.002, "2")]
    text = svg_map(element_id="m", words=WORDS, site=SITE, pins=pins)
    found = places(ElementTree.fromstring(text))
    pixels_per_metre = (found["1"][1] - found["2"][1]) / distance_m(LON, LAT, LON, LAT + 0.002)
    length, metres = re.findall(r"H([\d.]+)V.*?>(\d+) m<", text)[0]
    assert float(length) / pixels_per_metre == pytest.approx(float(metres), rel=0.02)


def test_everything_given_is_drawn_within_the_picture() -> None:
    pins = [SvgPin(LON + i / 1000, LAT - i / 1000, str(i + 1), "reopened") for i in range(4)]
    text = svg_map(
        element_id="m",
        words=WORDS,
        site=SITE,
        areas=STADSDELAR.values(),
        properties=[SITE.buffer(0.001)],
        route=[(pin.lon, pin.lat) for pin in pins],
        pins=pins,
        width=300,
        height=200,
    )
    svg = ElementTree.fromstring(text)
    classes = [path.get("class") for path in svg.iter(f"{SVG}path")]
    assert {"site-border", "area-border", "property-border", "walk-route"} <= set(classes)
    assert all(0 <= x <= 300 and 0 <= y <= 200 for x, y in places(svg).values())
    assert len(text) < 8000


def test_one_pin_alone_is_map_enough_and_nothing_at_all_is_refused() -> None:
    assert places(ElementTree.fromstring(svg_map(element_id="m", words=WORDS, pins=[SvgPin(LON, LAT, "1")])))
    with pytest.raises(ValueError, match="needs a site"):
        svg_map(element_id="m", words=WORDS)


def test_no_inline_style_no_script_and_no_address() -> None:
    text = svg_map(
        element_id="m", words=WORDS, site=SITE, areas=STADSDELAR.values(), route=[KISTA_CENTRUM] * 2
    )
    assert "style=" not in text
    assert "<script" not in text
    assert re.findall(r"(?:href|src|url\()", text) == []


def test_no_text_of_people_ever_becomes_markup() -> None:
    plain = svg_map(element_id="m", words=WORDS, pins=[SvgPin(LON, LAT, "1")])
    calm = [element.tag for element in ElementTree.fromstring(plain).iter()]
    for text in NAUGHTY:
        hostile = svg_map(element_id="m", words=SvgWords(text, text, text), pins=[SvgPin(LON, LAT, text)])
        # Inline in HTML such characters are harmless, but the strict parser used here refuses them.
        svg = ElementTree.fromstring(NOT_XML.sub("", hostile))
        assert [element.tag for element in svg.iter()] == calm, text
        shown = NOT_XML.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
        assert svg.findtext(f"{SVG}title") == shown
