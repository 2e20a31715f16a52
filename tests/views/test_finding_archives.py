"""The page of a finding with its photos, twins and trail, and everything about it as a ZIP."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app import jobs
from app.db import change, now
from app.i18n import today
from app.models.accounts import Contact, Organisation, Role
from app.models.comments import Audience
from app.models.findings import Finding, Status
from app.models.letters import Follower
from app.models.photos import PhotoKind
from app.models.publications import ReportKind
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from app.services import letters, publications, resident_reports
from app.services.comments import say
from app.services.needs import Given
from app.services.photos import attach, take_in
from app.services.remedies import move
from app.storage import files
from app.zips import MANIFEST, stream_zip
from tests.builders import email_of, make_finding, make_organisation, make_user, make_walk
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]
PHOTOS = Path(__file__).parents[1] / "data" / "photos"
HOSTILE = "<script>alert(1)</script> =cmd ’ åäö"
NOON = datetime(2026, 6, 2, 10, tzinfo=UTC)


@pytest.fixture
def organisation(app: APIFlask) -> Organisation:
    made = make_organisation("Bostadsbolag A", email="fel@bostad.example")
    with change(SYSTEM, None):
        made.contacts = [Contact(function="Förvaltare", email="anna.svensson@bostad.example")]
    return made


@pytest.fixture
def finding(site: Site, organisation: Organisation) -> Finding:
    return make_finding(
        make_walk(site),
        status=Status.TRIAGED,
        responsible_id=organisation.id,
        title=HOSTILE,
        description=HOSTILE,
    )


def photograph(finding: Finding, name: str, kind: PhotoKind) -> bytes:
    data = (PHOTOS / name).read_bytes()
    with change(SYSTEM, None) as adding:
        attach(adding, finding, [take_in(data)], kind)
    return data


def unpack(answer: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(answer)) as archive:
        assert archive.testzip() is None
        return {name.partition("/")[2] or name: archive.read(name) for name in archive.namelist()}


def test_archive_holds_everything_with_check_sums_and_no_names_or_addresses(
    client: FlaskClient,
    sign_in: SignIn,
    coordinator: Actor,
    owner: Actor,
    finding: Finding,
    organisation: Organisation,
) -> None:
    number = finding.number
    before = photograph(finding, "Landscape_1.jpg", PhotoKind.FINDING)
    after = photograph(finding, "Landscape_3.jpg", PhotoKind.FIX)
    with change(SYSTEM, None) as following:
        following.session.add(Follower(finding_id=finding.id, email="granne@example.se", confirmed_at=now()))
    move(coordinator, number, Status.SENT, Given(responsible_id=organisation.id, due_on=today()))
    say(coordinator, number, Audience.INTERNAL, "Bara vi")
    say(owner, number, Audience.OWNER, "Vilken stolpe?")
    move(owner, number, Status.PLANNED, Given(planned_on=today()))
    letters.gather(NOON)
    jobs.run_due()
    sign_in(client, coordinator)

    answer = client.post(f"/brister/{number}/arkiv.zip")

    assert answer.status_code == 200
    assert f"{number}-" in answer.headers["Content-Disposition"]
    held = unpack(answer.data)
    record = json.loads(held["brist.json"])
    assert record["finding"]["number"] == number
    assert [step["to"] for step in record["history"]] == ["sent", "planned"]
    assert [one["words"] for one in record["comments"]] == ["Bara vi", "Vilken stolpe?"]
    told = {(one["to"], one["function"], one["state"]) for one in record["letters"]}
    assert told == {
        ("organisation", "Förvaltare", "sent"),
        ("organisation", "registered address", "sent"),
        ("staff", None, "sent"),
        ("follower", None, "sent"),
    }
    assert {"finding.sent", "comment.made", "finding.archived"} <= {one["name"] for one in record["audit"]}
    assert [held[one["file"]] for one in record["photos"]] == [before, after]
    for line in held[MANIFEST].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(held[name.partition("/")[2]]).hexdigest() == digest
    assert len(held) == len(held[MANIFEST].splitlines()) + 1 == 5

    text = held["brist.html"].decode()
    soup = BeautifulSoup(text, "html.parser")
    assert not soup.find_all("script")
    assert {str(img["src"]) for img in soup.find_all("img")} == {one["file"] for one in record["photos"]}
    assert "http" not in text.replace('http-equiv="', "")
    everything = text + held["brist.json"].decode()
    persons = (
        "anna.svensson",
        "fel@bostad",
        "granne@",
        "Namn ",
        email_of(coordinator),
        str(coordinator.user_id),
    )
    assert [one for one in persons if one in everything] == []


def test_archive_holds_what_residents_were_told_and_what_they_answered(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, finding: Finding
) -> None:
    number = finding.number
    with change(SYSTEM, None):
        finding.category, finding.status = "skrap", Status.REPORTED_FIXED
        finding.reported_fixed_at = now()
    publications.publish(coordinator, number, "Gammal soffa", "Den är borta.")
    resident_reports.report(finding.site.slug, finding.id, ReportKind.REMAINS, "Den står kvar")
    publications.withdraw(coordinator, number)
    sign_in(client, coordinator)

    held = unpack(client.post(f"/brister/{number}/arkiv.zip").data)

    record = json.loads(held["brist.json"])
    told = record["told_to_residents"]
    assert (told["title"], told["words"]) == ("Gammal soffa", "Den är borta.")
    assert told["withdrawn_at"] > told["published_at"]
    assert [(one["kind"], one["words"]) for one in record["resident_reports"]] == [
        ("remains", "Den står kvar")
    ]
    text = held["brist.html"].decode()
    assert "Gammal soffa" in text
    assert "Den står kvar" in text


def test_photo_that_the_storage_lost_is_said_and_the_rest_is_there(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, finding: Finding
) -> None:
    data = photograph(finding, "Landscape_1.jpg", PhotoKind.FINDING)
    files().delete(hashlib.sha256(data).hexdigest())
    sign_in(client, coordinator)
    held = unpack(client.post(f"/brister/{finding.number}/arkiv.zip").data)
    assert json.loads(held["brist.json"])["photos"][0]["file"] is None
    assert hashlib.sha256(data).hexdigest() in held["brist.html"].decode()
    assert set(held) == {"brist.json", "brist.html", MANIFEST}


def test_zip_is_made_while_it_is_sent() -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(400):
            yield bytes(256 * 1024)

    tracemalloc.start()
    size = sum(len(piece) for piece in stream_zip([("a", False, chunks()), ("b", True, [b"x"])], NOON))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 100 * 1024 * 1024
    assert peak < 4 * 1024 * 1024


def test_trail_tells_what_was_done_by_function(
    client: FlaskClient,
    sign_in: SignIn,
    coordinator: Actor,
    owner: Actor,
    finding: Finding,
    organisation: Organisation,
) -> None:
    move(coordinator, finding.number, Status.SENT, Given(responsible_id=organisation.id, due_on=today()))
    say(owner, finding.number, Audience.OWNER, "Vilken stolpe?")
    sign_in(client, coordinator)
    soup = page(client.get(f"/brister/{finding.number}/logg"))
    rows = [row.get_text(" ", strip=True) for row in soup.select("tbody tr")]
    assert "Something said" in rows[0]
    assert "Responsible organisation" in rows[0]
    assert "Sent to the responsible" in rows[-1]
    assert "Coordinator" in rows[-1]
    assert "Namn " not in soup.text


@pytest.mark.parametrize(("role", "status"), [(Role.FIELD, 403), (Role.ANALYST, 403), (Role.OWNER, 403)])
def test_only_coordinators_take_out_and_read_the_trail(
    client: FlaskClient, sign_in: SignIn, finding: Finding, outsider: Actor, role: Role, status: int
) -> None:
    for actor, expected in (
        (make_user(role, organisation_id=finding.responsible_id), status),
        (outsider, 404),
    ):
        sign_in(client, actor)
        assert client.get(f"/brister/{finding.number}/logg").status_code == expected
        assert client.post(f"/brister/{finding.number}/arkiv.zip").status_code == expected


def test_page_shows_who_says_that_it_is_fixed_and_when_each_status_was_reached(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, finding: Finding, organisation: Organisation
) -> None:
    photograph(finding, "Landscape_1.jpg", PhotoKind.FINDING)
    photograph(finding, "Landscape_3.jpg", PhotoKind.FIX)
    photograph(finding, "Landscape_5.jpg", PhotoKind.VERIFICATION)
    move(coordinator, finding.number, Status.SENT, Given(responsible_id=organisation.id, due_on=today()))
    sign_in(client, coordinator)
    soup = page(client.get(f"/brister/{finding.number}"))
    sides = soup.select_one(".before-after")
    assert sides is not None
    assert "According to Bostadsbolag A" in sides.text
    assert "At the check" in sides.text
    now_at = soup.select_one(".status-line [aria-current=step] .when")
    assert now_at is not None


def test_twins_are_told_at_both(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, finding: Finding
) -> None:
    twin = make_finding(finding.walk, status=Status.DUPLICATE, duplicate_of_id=finding.id)
    sign_in(client, coordinator)
    assert twin.number in page(client.get(f"/brister/{finding.number}")).text
    assert finding.number in page(client.get(f"/brister/{twin.number}")).text
