"""Photos are served through their finding, as one fixed kind, and kept by the browser alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app import jobs
from app.models.sites import Site
from app.permissions import Actor
from app.services.findings import FindingDetails, report_finding
from app.services.photos import take_in
from tests.builders import make_walk

HEIC = (Path(__file__).parent.parent / "data" / "photos" / "lamp.heic").read_bytes()
SignIn = Callable[[FlaskClient, Actor], None]


@pytest.fixture
def address(field: Actor, site: Site) -> str:
    """Of one size of a photo whose sizes are still to be made."""
    details = FindingDetails(category="belysning", place_words="Torget")
    finding = report_finding(field, make_walk(site).id, details, [take_in(HEIC)])
    return f"/brister/{finding.number}/foton/{finding.photos[0].id}/400.jpg"


def test_a_size_is_a_jpeg_that_only_the_browser_keeps(
    client: FlaskClient, field: Actor, sign_in: SignIn, address: str
) -> None:
    sign_in(client, field)
    assert client.get(address).status_code == 404  # still being made
    jobs.run_due()
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xff\xd8\xff")
    assert answer.content_length == len(answer.data)
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("private")
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_others_get_404_whatever_they_know(
    client: FlaskClient, outsider: Actor, owner: Actor, sign_in: SignIn, address: str
) -> None:
    jobs.run_due()
    assert client.get(address).status_code == 302
    for persona in (outsider, owner):
        sign_in(client, persona)
        assert client.get(address).status_code == 404


def test_there_are_no_other_sizes(client: FlaskClient, field: Actor, sign_in: SignIn, address: str) -> None:
    jobs.run_due()
    sign_in(client, field)
    assert client.get(address.replace("400.jpg", "4000.jpg")).status_code == 404
    assert client.get(address.replace("400.jpg", "original")).status_code == 404
