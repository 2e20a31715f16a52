"""The receipt of a walk: what the server has of it."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from app.db import change
from app.models.findings import Finding, Level, Status
from app.models.sites import Site
from app.models.uploads import ExpectedPhoto
from app.models.walks import Walk
from app.permissions import SYSTEM, Actor
from tests.api.tus import Phone, jpeg, sha
from tests.builders import make_finding, make_walk

ONE, TWO = jpeg("red"), jpeg("blue")


def expect(finding: Finding, *photos: bytes, walk_id: UUID | None = None) -> None:
    with change(SYSTEM, None) as expecting:
        for photo in photos:
            row = ExpectedPhoto(finding_id=finding.id, sha256=sha(photo), walk_id=walk_id or finding.walk_id)
            expecting.session.add(row)


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


@pytest.fixture
def phone(client: FlaskClient, field: Actor) -> Phone:
    return Phone(client, field)


def receipt(phone: Phone, walk_id: UUID) -> object:
    answer = phone.send("GET", f"/api/v1/walks/{walk_id}/receipt")
    assert answer.status_code == 200
    return answer.get_json()


def test_an_empty_walk_has_nothing(phone: Phone, walk: Walk) -> None:
    nothing = {"findings": 0, "photos_expected": 0, "photos_received": 0, "missing": []}
    assert receipt(phone, walk.id) == nothing


def test_photos_are_missing_until_they_have_come(phone: Phone, walk: Walk) -> None:
    walk_id = walk.id
    finding = make_finding(walk)
    finding_id = finding.id
    expect(finding, ONE, TWO)
    both = {
        "findings": 1,
        "photos_expected": 2,
        "photos_received": 0,
        "missing": sorted([sha(ONE), sha(TWO)]),
    }
    assert receipt(phone, walk_id) == both
    phone.create(finding_id, ONE, first=ONE)
    one = {"findings": 1, "photos_expected": 2, "photos_received": 1, "missing": [sha(TWO)]}
    assert receipt(phone, walk_id) == one
    phone.create(finding_id, TWO, first=TWO)
    all_ = {"findings": 1, "photos_expected": 2, "photos_received": 2, "missing": []}
    assert receipt(phone, walk_id) == all_


def test_the_same_photo_at_another_finding_is_another_photo(phone: Phone, walk: Walk) -> None:
    walk_id = walk.id
    first, second = make_finding(walk), make_finding(walk)
    first_id = first.id
    expect(first, ONE)
    expect(second, ONE)
    phone.create(first_id, ONE, first=ONE)
    assert receipt(phone, walk_id) == {
        "findings": 2,
        "photos_expected": 2,
        "photos_received": 1,
        "missing": [sha(ONE)],
    }


def test_what_was_withdrawn_is_not_waited_for(phone: Phone, walk: Walk) -> None:
    walk_id = walk.id
    expect(make_finding(walk, status=Status.WITHDRAWN), ONE)
    make_finding(walk)
    assert receipt(phone, walk_id) == {
        "findings": 1,
        "photos_expected": 0,
        "photos_received": 0,
        "missing": [],
    }


def test_photos_of_a_recheck_belong_to_the_walk_of_the_recheck(phone: Phone, walk: Walk, site: Site) -> None:
    earlier, later_id = make_finding(walk), make_walk(site).id
    walk_id = walk.id
    expect(earlier, ONE, walk_id=later_id)
    assert receipt(phone, later_id) == {
        "findings": 0,
        "photos_expected": 1,
        "photos_received": 0,
        "missing": [sha(ONE)],
    }
    assert receipt(phone, walk_id) == {
        "findings": 1,
        "photos_expected": 0,
        "photos_received": 0,
        "missing": [],
    }


def test_protected_findings_of_others_are_not_counted(phone: Phone, field: Actor, walk: Walk) -> None:
    walk_id = walk.id
    make_finding(walk, level=Level.PROTECTED)
    make_finding(walk, level=Level.PROTECTED, reported_by=field.user_id)
    answer = phone.send("GET", f"/api/v1/walks/{walk_id}/receipt").get_json()
    assert answer is not None
    assert answer["findings"] == 1


def test_outsider_gets_404(client: FlaskClient, outsider: Actor, phone: Phone, walk: Walk) -> None:
    url = f"/api/v1/walks/{walk.id}/receipt"
    assert Phone(client, outsider).send("GET", url).status_code == 404
    assert phone.send("GET", f"/api/v1/walks/{uuid4()}/receipt").status_code == 404
    assert client.get(url).status_code == 401
