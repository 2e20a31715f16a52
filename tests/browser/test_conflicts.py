"""Two phones say different things, and the coordinator chooses on a narrow screen, light or dark."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible
from tools.serving import Served


def send(
    served: Served, token: str, kind: str, object_id: str, data: dict[str, Any], base: int | None
) -> Any:
    """Send one operation as a phone does; returns its result."""
    operation = {
        "id": str(uuid4()),
        "type": kind,
        "object_id": object_id,
        "base_version": base,
        "at": datetime.now(UTC).isoformat(),
        "data": data,
    }
    body = {"device_id": str(uuid4()), "sent_at": datetime.now(UTC).isoformat(), "operations": [operation]}
    request = Request(
        f"{served.url}/api/v1/sync",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urlopen(request) as answer:
        return json.load(answer)["results"][0]


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (390, "dark")])
def test_a_coordinator_chooses_on_a_narrow_screen(
    visit: Callable[..., Page], served: Served, width: int, scheme: str
) -> None:
    field, coordinator = served.token("falt@demo.example"), served.token("samordnare@demo.example")
    walk, finding = str(uuid4()), str(uuid4())
    send(served, field, "walk.start", walk, {"site": "husby-centrum"}, None)
    place = {"lon": 17.9259, "lat": 59.41, "accuracy_m": 8, "category": "belysning"}
    noted = send(served, field, "finding.report", finding, {"walk_id": walk, **place, "title": "Lampa"}, None)
    number = noted["current"]["number"]
    other = {"title": "Helt mörkt vid trappan ner mot tunnelbanan", "lon": 17.9261, "lat": 59.4101}
    send(served, coordinator, "finding.update", finding, other, 1)
    mine = {"title": "Lampan är släckt", "lon": 17.9263, "lat": 59.4102, "category": "tunnel"}
    assert send(served, field, "finding.update", finding, mine, 1)["outcome"] == "conflict"

    page = visit(
        "samordnare@demo.example",
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
    )
    page.get_by_role("link", name="Två versioner att välja mellan").click()
    page.get_by_role("link", name="mörkt vid trappan").first.click()
    expect(page.get_by_role("heading", name="Två versioner att välja mellan")).to_be_visible()
    assert number in page.url
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    title = page.get_by_role("group", name="Rubrik")
    expect(title.get_by_text("Gäller nu")).to_be_visible()
    for button in page.locator(".conflicts").get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    title.get_by_role("button", name="Ta den här i stället").click()
    expect(page.get_by_role("status").first).to_contain_text("Sparat")
    expect(page.get_by_role("heading", name="Lampan är släckt")).to_be_visible()
    page.get_by_role("group", name="Var").get_by_role("button", name="Behåll den här").click()
    expect(page.locator(".conflicts")).to_have_count(0)
