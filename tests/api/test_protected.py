"""What is Skyddad leaves the server only for those who may see it, and never onto a phone."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from app import jobs
from app.db import change, session
from app.models.accounts import Role
from app.models.findings import Finding, Level, Severity
from app.models.operations import Conflict
from app.models.photos import Photo
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from tests.api import tus
from tests.api.phones import Phone, edit, operation, report
from tests.builders import make_user, make_walk

SignIn = Callable[[FlaskClient, Actor], None]
MARK = "Zebra-Qvastfot-7731"
"""Stands in every field of words of what is protected."""
PIN = 17.943217
"""And this where its position is."""


def jpeg_with_mark() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(target, "JPEG", comment=MARK.encode())
    return target.getvalue()


@pytest.fixture
def hidden(client: FlaskClient, field: Actor, coordinator: Actor, site: Site) -> Finding:
    """A finding with photo, conflict, history and re-check, then made protected at the desk."""
    walk = make_walk(site)
    reporter, desk = Phone(client, make_user(Role.FIELD)), Phone(client, coordinator)
    said = {
        name: f"{MARK} {name}" for name in ("title", "description", "place_words", "asset_number", "size")
    }
    sent = report(walk.id, **said, lon=PIN, photos=[tus.sha(jpeg_with_mark())])
    reporter.one(sent)
    desk.one(edit(sent["object_id"], 1, title=f"{MARK} igen"))
    # The phone of a colleague has a conflict about it, and looked at it once.
    colleague = Phone(client, field)
    assert colleague.one(edit(sent["object_id"], 1, title=f"{MARK} anders"))["outcome"] == "conflict"
    look = {"walk_id": str(walk.id), "result": "remains", "note": f"{MARK} note"}
    assert colleague.one(operation("finding.recheck", sent["object_id"], look))["outcome"] == "applied"
    uploaded = tus.Phone(client, coordinator).create(
        UUID(sent["object_id"]), jpeg_with_mark(), first=jpeg_with_mark()
    )
    assert uploaded.status_code == 201
    with change(SYSTEM, None) as hiding:
        finding = hiding.session.get_one(Finding, UUID(sent["object_id"]))
        finding.level, finding.proposal, finding.severity = Level.PROTECTED, f"{MARK} proposal", Severity.HIGH
        finding.case_number = finding.fault_number = finding.work_order = f"{MARK} number"
    return session().scalars(select(Finding)).one()


def bytes_of(client: FlaskClient, headers: dict[str, str], addresses: list[str]) -> bytes:
    """All that these addresses answer, headers included, as a machine reads it."""
    answers = [client.get(one, headers={**headers, "Accept-Encoding": "identity"}) for one in addresses]
    return b"\n".join(str(one.headers).encode() + one.data for one in answers)


def everything(finding: Finding) -> list[str]:
    return [
        "/api/v1/me",
        "/api/v1/basemap.json",
        "/api/v1/sites/kista-centrum/bundle",
        f"/api/v1/walks/{finding.walk_id}/bundle",
        f"/api/v1/walks/{finding.walk_id}/receipt",
        *(f"/api/v1/tiles/findings/{z}/{x}/{y}.json" for z, x, y in [(0, 0, 0), (13, 4504, 2407)]),
    ]


def marks(finding: Finding) -> list[bytes]:
    return [MARK.encode(), str(finding.id).encode(), finding.number.encode(), str(PIN).encode()]


def test_no_byte_of_it_reaches_a_field_phone(
    client: FlaskClient, field: Actor, analyst: Actor, hidden: Finding
) -> None:
    for actor in (field, analyst):
        told = bytes_of(client, Phone(client, actor).headers, everything(hidden))
        for mark in marks(hidden):
            assert mark not in told


def test_its_photos_are_not_there_for_who_may_not_see_it(
    client: FlaskClient, sign_in: SignIn, field: Actor, coordinator: Actor, hidden: Finding
) -> None:
    number = hidden.number
    jobs.run_due()
    photo = session().scalars(select(Photo)).one()
    addresses = [f"/brister/{number}/foton/{photo.id}/{edge}.jpg" for edge in (400, 1600, 2048)]
    assert set(photo.sizes) == {"400", "1600", "2048"}
    for actor, status in ((coordinator, 200), (field, 404)):
        sign_in(client, actor)
        assert {client.get(address).status_code for address in addresses} == {status}


def test_nor_does_a_phone_of_who_may_see_it_take_it_along(
    client: FlaskClient, coordinator: Actor, hidden: Finding
) -> None:
    bundles = [one for one in everything(hidden) if one.endswith("/bundle")]
    told = bytes_of(client, Phone(client, coordinator).headers, bundles)
    for mark in marks(hidden):
        assert mark not in told


def test_an_answer_to_what_is_said_of_it_tells_nothing(
    client: FlaskClient, field: Actor, hidden: Finding
) -> None:
    phone = Phone(client, field)
    walk = str(hidden.walk_id)
    own = report(hidden.walk_id)
    phone.one(own)
    earlier = session().scalars(select(Conflict)).one().operation_id
    tried: list[dict[str, Any]] = [
        edit(hidden.id, 1, title="x", lon=17.9),
        operation("finding.withdraw", hidden.id, {}),
        operation("finding.withdraw", own["object_id"], {"duplicate_of": str(hidden.id)}),
        operation("finding.recheck", hidden.id, {"walk_id": walk, "result": "remains"}),
        report(hidden.walk_id, hidden.id),
        # What was answered with its values before it was protected, sent once more.
        {**edit(hidden.id, 1, title=f"{MARK} anders"), "id": str(earlier)},
    ]
    results = phone.sync(*tried)
    assert {one["outcome"] for one in results} == {"rejected"}
    told = json.dumps([{**one, "id": ""} for one in results]).encode()
    for mark in marks(hidden):
        assert mark not in told


def test_a_repeat_of_what_conflicted_tells_nothing_of_it_any_more(
    client: FlaskClient, field: Actor, coordinator: Actor, site: Site
) -> None:
    phone, desk = Phone(client, field), Phone(client, coordinator)
    sent = report(make_walk(site).id)
    desk.one(sent)
    desk.one(edit(sent["object_id"], 1, title=MARK))
    conflicting = edit(sent["object_id"], 1, title="Mitt")
    assert MARK in str(phone.one(conflicting)["current"])
    with change(SYSTEM, None) as hiding:
        hiding.session.get_one(Finding, UUID(sent["object_id"])).level = Level.PROTECTED
    again = phone.one(conflicting)
    assert (again["outcome"], again["original"], again["current"]) == ("duplicate", "conflict", None)
