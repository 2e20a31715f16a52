"""Findings by map tile: each where there are few, clusters where there are many, and only those one may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.db import change
from app.models.findings import Finding, Level, Severity, Status
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import SYSTEM, Actor
from app.services.finding_tiles import MOST_POINTS, tile_of_findings
from geo.tiles import quadkey
from tests.builders import make_finding, make_site, make_walk

SignIn = Callable[[FlaskClient, Actor], None]
KISTA = "/api/v1/tiles/findings/14/9008/4811.json"


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


def at(walk: Walk, lon: float = 17.9421, lat: float = 59.4037, **values: Any) -> Finding:
    return make_finding(walk, lon=lon, lat=lat, quadkey=quadkey(lon, lat), **values)


def scatter(walk: Walk, number: int) -> None:
    with change(SYSTEM, None) as making:
        for index in range(number):
            lon, lat = 17.935 + index % 20 * 0.0007, 59.402 + index // 20 * 0.0004
            making.session.add(
                Finding(
                    number=f"M-{index}",
                    walk_id=walk.id,
                    site_id=walk.site_id,
                    lon=lon,
                    lat=lat,
                    quadkey=quadkey(lon, lat),
                    category="skrap",
                )
            )


def test_few_are_shown_each_by_itself(client: FlaskClient, walk: Walk, field: Actor, sign_in: SignIn) -> None:
    finding = at(walk, item="slackt", severity=Severity.ACUTE, title="Mörkt")
    make_finding(walk, lon=None, lat=None, quadkey=None, place_words="Vid porten")
    at(walk, lon=18.5)
    at(walk, status=Status.WITHDRAWN)
    sign_in(client, field)
    answer = client.get(KISTA)
    assert answer.mimetype == "application/geo+json"
    assert answer.get_json(force=True) == {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [17.9421, 59.4037]},
                "properties": {
                    "number": finding.number,
                    "category": "belysning",
                    "item": "slackt",
                    "title": "Mörkt",
                    "status": "new",
                    "severity": "acute",
                    "positive": False,
                },
            }
        ],
    }
    again = client.get(KISTA, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_many_are_clustered_and_none_is_left_out(walk: Walk, coordinator: Actor) -> None:
    scatter(walk, MOST_POINTS)
    for z, x, y in ((14, 9008, 4811), (0, 0, 0)):
        points = tile_of_findings(coordinator, z, x, y)["features"]
        assert len(points) == MOST_POINTS
        assert all("number" in one["properties"] for one in points)
    at(walk)
    for z, x, y in ((14, 9008, 4811), (0, 0, 0)):
        clusters = tile_of_findings(coordinator, z, x, y)["features"]
        assert len(clusters) <= 64
        assert sum(one["properties"]["count"] for one in clusters) == MOST_POINTS + 1
    spread = tile_of_findings(coordinator, 14, 9008, 4811)["features"]
    assert len(spread) > 10
    for one in spread:
        lon, lat = one["geometry"]["coordinates"]
        assert 17.935 <= lon <= 17.9485
        assert 59.402 <= lat <= 59.4070


def test_neighbouring_tiles_share_nothing(walk: Walk, coordinator: Actor) -> None:
    scatter(walk, 150)
    parts = [
        tile_of_findings(coordinator, 15, 2 * 9008 + right, 2 * 4811 + down)["features"]
        for right in (0, 1)
        for down in (0, 1)
    ]
    numbers = [one["properties"]["number"] for part in parts for one in part]
    assert len(numbers) == len(set(numbers)) == 150
    assert sum(bool(part) for part in parts) > 1


def test_each_sees_only_what_they_may(
    walk: Walk, coordinator: Actor, field: Actor, owner: Actor, outsider: Actor
) -> None:
    open_one, hidden = at(walk), at(walk, level=Level.PROTECTED)
    theirs = at(walk, responsible_id=owner.grants[0].organisation_id)
    for actor, seen in (
        (coordinator, {open_one, hidden, theirs}),
        (field, {open_one, theirs}),
        (owner, {theirs}),
        (outsider, set()),
    ):
        found = tile_of_findings(actor, 14, 9008, 4811)["features"]
        assert {one["properties"]["number"] for one in found} == {finding.number for finding in seen}


def test_clusters_count_only_what_one_may_see(walk: Walk, field: Actor) -> None:
    scatter(walk, MOST_POINTS + 50)
    elsewhere = make_walk(make_site("husby-centrum", lon=17.93))
    for on, level in ((walk, Level.PROTECTED), (elsewhere, Level.INTERNAL)):
        at(on, level=level)
    only_here = Actor(field.user_id, (type(field.grants[0])(field.grants[0].role, walk.site_id),))
    found = tile_of_findings(only_here, 14, 9008, 4811)["features"]
    assert sum(one["properties"]["count"] for one in found) == MOST_POINTS + 50


@pytest.mark.parametrize(
    "tile", ["24/0/0", "14/16384/0", "0/0/1", "99999999999999999999/0/0", "-1/0/0", "1/0.5/0"]
)
def test_no_such_tile_is_404(client: FlaskClient, field: Actor, sign_in: SignIn, tile: str) -> None:
    sign_in(client, field)
    assert client.get(f"/api/v1/tiles/findings/{tile}.json").status_code == 404


def test_nobody_signed_in_gets_no_tile(client: FlaskClient) -> None:
    assert client.get(KISTA).status_code == 401
