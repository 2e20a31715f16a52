"""What a phone takes along: complete, small, fetched again only when it changed, and nothing it may not hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from app.db import change
from app.models.accounts import Organisation, User
from app.models.areas import Area, PlaceName
from app.models.findings import Finding, Level, Severity, Status
from app.models.operations import Conflict, Operation, Outcome
from app.models.photos import Photo
from app.models.remedies import Recheck, RecheckResult
from app.models.sites import Site
from app.models.walks import Light, Walk, WalkParticipant, WalkRole, WalkState, WalkStop
from app.permissions import SYSTEM, Actor
from tests.builders import NOON, make_finding, make_walk, square

SignIn = Callable[[FlaskClient, Actor], None]


@pytest.fixture
def signed(client: FlaskClient, field: Actor, sign_in: SignIn) -> FlaskClient:
    sign_in(client, field)
    return client


def of_walk(client: FlaskClient, walk: Walk) -> dict[str, Any]:
    return content(client.get(f"/api/v1/walks/{walk.id}/bundle"))


def of_site(client: FlaskClient) -> dict[str, Any]:
    return content(client.get("/api/v1/sites/kista-centrum/bundle"))


def content(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200
    assert isinstance(answer.json, dict)
    return answer.json


def add(*rows: Any) -> None:
    with change(SYSTEM, None) as adding:
        adding.session.add_all(rows)


def route(*points: tuple[float, float]) -> dict[str, Any]:
    return {"route": shapely.to_wkb(shapely.LineString(points)), "route_m": 500.0}


def test_walk_says_what_was_decided(signed: FlaskClient, site: Site, organisation: Organisation) -> None:
    walk = make_walk(
        site, light=Light.DARK, purpose="Höstvandring", **route((17.94, 59.403), (17.944, 59.404))
    )
    walk_id, person = walk.id, "Anna Andersson"
    add(
        WalkStop(walk_id=walk_id, number=1, name="Torget", lon=17.94, lat=59.403),
        WalkParticipant(
            walk_id=walk_id, organisation_id=organisation.id, role=WalkRole.LEADER, people=3, name=person
        ),
    )
    bundle = of_walk(signed, walk)
    assert bundle["walk"] == {
        "id": str(walk_id),
        "state": "ongoing",
        "version": 1,
        "planned_at": "2026-06-01T12:00:00+00:00",
        "started_at": "2026-06-01T12:00:00+00:00",
        "finished_at": None,
        "purpose": "Höstvandring",
        "meeting_point": "",
        "light": "dark",
        "weather": None,
        "ground": None,
        "note": "",
        "route": [[17.94, 59.403], [17.944, 59.404]],
        "stops": [{"number": 1, "name": "Torget", "lon": 17.94, "lat": 59.403}],
        "participants": [
            {
                "organisation_id": str(organisation.id),
                "name": "Bostadsbolag A",
                "role": "leader",
                "people": 3,
            }
        ],
    }
    assert bundle["organisations"] == [{"id": str(organisation.id), "name": "Bostadsbolag A"}]
    assert bundle["site"]["slug"] == "kista-centrum"
    assert shapely.from_geojson(str(bundle["site"]["polygon"]).replace("'", '"')).contains(
        shapely.Point(bundle["site"]["centre"])
    )
    assert bundle["conflicts"] == []
    assert bundle["previous"] is None
    assert bundle["basemap"] == {
        "kind": "none",
        "url": "",
        "version": "",
        "maxzoom": 0,
        "attribution": "",
        "tiles": [],
        "bytes": None,
    }


def test_checklist_is_whole_and_in_both_languages(signed: FlaskClient, site: Site) -> None:
    checklist = of_walk(signed, make_walk(site))["checklist"]
    assert checklist["version"] == 1
    assert len(checklist["categories"]) == 19
    light = next(one for one in checklist["categories"] if one["slug"] == "belysning")
    assert light["name"] == "Belysning"
    assert light["name_en"]
    assert light["icon"]
    assert light["help"]
    assert light["items"]
    assert [one["slug"] for one in checklist["categories"] if one["positive"]] == ["positivt"]


def test_finding_says_what_is_needed_to_know_it_again(signed: FlaskClient, site: Site, field: Actor) -> None:
    before, walk = make_walk(site, state=WalkState.FINISHED), make_walk(site)
    noted = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)  # after midnight where the place is
    finding = make_finding(
        before, item="slackt", severity=Severity.HIGH, reported_at=noted, reported_by=field.user_id
    )
    photo = Photo(
        id=uuid4(),
        finding_id=finding.id,
        sha256="a" * 64,
        media_type="image/jpeg",
        width=9,
        height=9,
        sizes={"400": "b"},
    )
    waiting = Photo(finding_id=finding.id, sha256="c" * 64, media_type="image/jpeg", width=9, height=9)
    looks = [
        (RecheckResult.REMAINS, timedelta(days=30), before),
        (RecheckResult.NOT_FOUND, timedelta(days=40), before),
        (RecheckResult.WORSE, timedelta(days=50), walk),
    ]
    add(
        photo,
        waiting,
        *(
            Recheck(finding_id=finding.id, walk_id=on.id, at=noted + later, result=result)
            for result, later, on in looks
        ),
    )
    (found,) = of_walk(signed, walk)["findings"]
    assert found["id"] == str(finding.id)
    assert (found["number"], found["version"], found["status"]) == (finding.number, finding.version, "new")
    assert (found["category"], found["item"], found["severity"]) == ("belysning", "slackt", "high")
    assert found["mine_walk"] is False
    assert found["by_me"] is True
    assert found["recheck"] == "worse"
    assert found["seen"] == ["2026-03-15", "2026-04-14", "2026-05-04"]
    thumbs = {one["sha256"]: one["thumb"] for one in found["photos"]}
    assert thumbs == {
        "a" * 64: f"/brister/{finding.number}/foton/{photo.id}/400.jpg",
        "c" * 64: None,
    }
    assert {one["kind"] for one in found["photos"]} == {"finding"}


def test_walk_takes_along_its_own_and_the_open_ones_of_the_site(signed: FlaskClient, site: Site) -> None:
    before, walk = make_walk(site, state=WalkState.FINISHED), make_walk(site)
    mine, positive = make_finding(walk), make_finding(walk, positive=True)
    still_open = make_finding(before, status=Status.SENT)
    make_finding(before, status=Status.CLOSED)
    make_finding(before, positive=True)
    make_finding(walk, status=Status.WITHDRAWN)
    found = {one["id"]: one["mine_walk"] for one in of_walk(signed, walk)["findings"]}
    assert found == {str(mine.id): True, str(positive.id): True, str(still_open.id): False}
    unplanned = of_site(signed)
    assert unplanned["walk"] is None
    assert unplanned["previous"] is None
    assert {one["id"] for one in unplanned["findings"]} == {str(mine.id), str(still_open.id)}
    assert not any(one["mine_walk"] for one in unplanned["findings"])


def test_nothing_protected_travels_whoever_asks(
    client: FlaskClient, site: Site, admin: Actor, sign_in: SignIn
) -> None:
    before, walk = make_walk(site, state=WalkState.FINISHED), make_walk(site)
    hidden = [make_finding(on, level=Level.PROTECTED, title="Hemligt") for on in (before, walk)]
    add(Recheck(finding_id=hidden[0].id, walk_id=walk.id, result=RecheckResult.REMAINS))
    make_conflict(hidden[0], admin)
    sign_in(client, admin)
    for address in (f"/api/v1/walks/{walk.id}/bundle", "/api/v1/sites/kista-centrum/bundle"):
        answer = client.get(address)
        assert answer.json is not None
        assert answer.json["findings"] == answer.json["conflicts"] == []
        assert "Hemligt" not in answer.text


def test_no_name_of_a_person_travels(
    signed: FlaskClient, site: Site, organisation: Organisation, field: Actor
) -> None:
    walk = make_walk(site, created_by=field.user_id)
    make_finding(walk, reported_by=field.user_id)
    add(WalkParticipant(walk_id=walk.id, organisation_id=organisation.id, name="Anna Andersson"))
    with change(SYSTEM, None) as naming:
        naming.session.get_one(User, field.user_id).name = "Berit Berg"
    text = signed.get(f"/api/v1/walks/{walk.id}/bundle").text
    for person in ("Anna Andersson", "Berit Berg", str(field.user_id), "@example.se"):
        assert person not in text


def test_outsider_gets_404_and_nobody_signed_in_401(
    client: FlaskClient, site: Site, outsider: Actor, owner: Actor, sign_in: SignIn
) -> None:
    addresses = [f"/api/v1/walks/{make_walk(site).id}/bundle", "/api/v1/sites/kista-centrum/bundle"]
    assert [client.get(address).status_code for address in addresses] == [401, 401]
    for stranger in (outsider, owner):
        sign_in(client, stranger)
        assert [client.get(address).status_code for address in addresses] == [404, 404]


def test_bundle_is_sent_again_only_when_it_changed(signed: FlaskClient, site: Site) -> None:
    walk = make_walk(site)
    make_finding(walk)
    address = f"/api/v1/walks/{walk.id}/bundle"
    first = signed.get(address)
    known = {"If-None-Match": first.headers["ETag"]}
    again = signed.get(address, headers=known)
    assert (again.status_code, again.data) == (304, b"")
    make_finding(walk)
    changed = signed.get(address, headers=known)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_bundle_is_compressed(signed: FlaskClient, site: Site) -> None:
    address = f"/api/v1/walks/{make_walk(site).id}/bundle"
    packed = signed.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(signed.get(address).data) / 2


def test_surroundings_help_to_find_the_way_without_a_basemap(signed: FlaskClient, site: Site) -> None:
    make_walk(site)
    with change(SYSTEM, None) as adding:
        for name, kind, lon in (
            ("Kista", "stadsdel", 17.9421),
            ("Igelbäcken", "Vatten", 17.9465),
            ("Fjärran", "stadsdel", 18.2),
        ):
            adding.session.add(Area(name=name, kind=kind, polygon=shapely.to_wkb(square(lon, half=0.003))))
        adding.session.add(PlaceName(name="Kista T-bana", lon=17.9425, lat=59.4032))
    bundle = of_site(signed)
    assert bundle["places"] == [{"name": "Kista T-bana", "lon": 17.9425, "lat": 59.4032}]
    borders, water = bundle["context"]["boundaries"]["features"], bundle["context"]["water"]["features"]
    assert [one["properties"]["name"] for one in borders] == ["Kista"]
    assert "LineString" in borders[0]["geometry"]["type"]
    assert [one["properties"]["name"] for one in water] == ["Igelbäcken"]
    assert "Polygon" in water[0]["geometry"]["type"]


def test_previous_is_the_last_walk_along_a_like_route(signed: FlaskClient, site: Site) -> None:
    way = route((17.94, 59.403), (17.944, 59.404))
    for days, other in ((60, way), (30, way), (10, route((17.938, 59.4), (17.938, 59.407)))):
        done = make_walk(site, state=WalkState.FINISHED, started_at=NOON - timedelta(days=days), **other)
        for _ in range(days // 10):
            make_finding(done)
    assert of_walk(signed, make_walk(site, **way))["previous"] == {"findings": 3, "day": "2026-05-02"}


def make_conflict(finding: Finding, actor: Actor, **values: Any) -> Conflict:
    operation = Operation(
        id=uuid4(),
        device_id=uuid4(),
        actor_id=actor.user_id,
        type="finding.update",
        object_id=finding.id,
        body_hash="",
        outcome=Outcome.CONFLICT,
        claimed_at=NOON,
        corrected_at=NOON,
    )
    made = Conflict(
        id=uuid4(),
        finding_id=finding.id,
        operation_id=operation.id,
        unit="title",
        mine={"title": "Trasig lampa"},
        theirs={"title": "Släckt lampa"},
        version=2,
        actor_id=actor.user_id,
        **values,
    )
    add(operation)
    add(made)
    return made


def test_conflicts_are_those_that_the_walker_has_to_settle(
    signed: FlaskClient, site: Site, field: Actor, coordinator: Actor
) -> None:
    finding = make_finding(make_walk(site), title="Nu mörkt")
    mine = make_conflict(finding, field, at=NOON)
    make_conflict(finding, coordinator)
    make_conflict(finding, field, settled_at=NOON)
    assert of_site(signed)["conflicts"] == [
        {
            "id": str(mine.id),
            "finding_id": str(finding.id),
            "unit": "title",
            "mine": {"title": "Trasig lampa"},
            "theirs": {"title": "Nu mörkt"},  # as it stands by now
            "version": 1,
            "at": "2026-06-01T12:00:00+00:00",
        }
    ]


@pytest.mark.parametrize("address", ["/api/v1/walks/{walk}/bundle", "/api/v1/sites/kista-centrum/bundle"])
def test_many_findings_take_no_more_statements_than_a_few(
    database: Engine, signed: FlaskClient, site: Site, address: str
) -> None:
    before, walk = make_walk(site, state=WalkState.FINISHED), make_walk(site)
    address = address.format(walk=walk.id)

    def note(number: int) -> None:
        for _ in range(number):
            make_finding(walk)
            seen = make_finding(before)
            look = Recheck(finding_id=seen.id, walk_id=walk.id, result=RecheckResult.REMAINS)
            photo = Photo(finding_id=seen.id, sha256=uuid4().hex, media_type="image/jpeg", width=9, height=9)
            add(look, photo)

    def asked() -> list[str]:
        statements: list[str] = []

        def keep(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        event.listen(database, "before_cursor_execute", keep)
        try:
            assert signed.get(address).status_code == 200
        finally:
            event.remove(database, "before_cursor_execute", keep)
        return statements

    note(1)
    signed.get(address)  # what is read once a process is read
    few = asked()
    note(8)
    many = asked()
    assert len(many) == len(few) <= 20, "\n\n".join(many)
