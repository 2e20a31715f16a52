"""Coordinators decide what residents see: with a preview, photo by photo, and weigh what residents answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import change, now, session
from app.models.findings import Finding, Status
from app.models.publications import PublicPhoto, ReportKind, ResidentReport, ResidentReportState
from app.models.sites import Site
from app.models.walks import WalkState
from app.permissions import SYSTEM, Actor
from app.services import publications, resident_reports
from tests.builders import make_finding, make_walk
from tests.services.test_public_photos import add_photo, run_jobs
from tests.views.pages import page

SITE = "/plats/kista-centrum"


@pytest.fixture
def finding(site: Site) -> Finding:
    return make_finding(make_walk(site), category="skrap", item="dumpning", description="Hemligt")


@pytest.fixture
def desk(
    client: FlaskClient, coordinator: Actor, sign_in: Callable[[FlaskClient, Actor], None]
) -> FlaskClient:
    sign_in(client, coordinator)
    return client


def test_the_page_shows_exactly_what_the_public_sees(desk: FlaskClient, finding: Finding) -> None:
    address = f"/brister/{finding.number}/publicering"
    link = page(desk.get(f"/brister/{finding.number}")).select_one(f"a[href='{address}']")
    assert link is not None
    words = {"title": "En soffa", "words": "Hämtas."}
    preview = page(desk.post(address, data={**words, "do": "preview"})).select_one("article")
    page(desk.get(SITE), 404)
    page(desk.post(address, data={**words, "do": "publish"}, follow_redirects=True))
    shown = page(desk.get(f"{SITE}?lang=en")).select_one("article")
    assert preview is not None
    assert shown is not None
    said = [
        [
            part.get_text(" ", strip=True)
            for part in one.select("h3 > span:not(.on-map), p.status, p:not([class])")
        ]
        for one in (preview, shown)
    ]
    assert said[0] == said[1]
    assert "Hemligt" not in str(preview)
    page(desk.post(f"{address}/ta-tillbaka", follow_redirects=True))
    assert page(desk.get(SITE)).select("article") == []


def test_what_is_only_counted_is_said_to_be(desk: FlaskClient, finding: Finding) -> None:
    dark = make_finding(finding.walk, category="belysning", item="slackt")
    soup = page(desk.get(f"/brister/{dark.number}/publicering"))
    assert "1 dark, hidden or unlocked spot" in soup.get_text()
    assert soup.select("article") == []


@pytest.mark.parametrize("data", [{"title": "x" * 121}, {"words": "x" * 1001}])
def test_words_that_are_too_long_are_kept_and_named(
    desk: FlaskClient, finding: Finding, data: dict[str, str]
) -> None:
    soup = page(desk.post(f"/brister/{finding.number}/publicering", data={**data, "do": "publish"}), 422)
    assert soup.select(".field-error")
    page(desk.get(SITE), 404)


def test_a_photo_goes_from_ready_over_looked_at_to_shown_and_back(
    desk: FlaskClient, coordinator: Actor, finding: Finding
) -> None:
    publications.publish(coordinator, finding.number, "", "")
    photo = add_photo(finding)
    address = f"/brister/{finding.number}/foton/{photo.id}/publicering"
    waiting = page(desk.post(f"{address}/gor-i-ordning", follow_redirects=True))
    assert "Faces are being looked for" in waiting.get_text()
    run_jobs(photo)
    soup = page(desk.get(address))
    picture = soup.select_one("img.public-copy")
    assert picture is not None
    assert desk.get(str(picture["src"])).mimetype == "image/jpeg"
    sha256 = soup.select_one("input[name=sha256]")
    assert sha256 is not None
    public = f"{SITE}/foton/{photo.id}.jpg"
    page(desk.get(public), 404)
    page(desk.post(f"{address}/godkann", data={"sha256": sha256["value"]}, follow_redirects=True))
    answer = desk.get(public)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.cache_control.public
    assert answer.cache_control.no_cache
    assert "Set-Cookie" not in answer.headers
    assert desk.get(public, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert page(desk.get(SITE)).select_one(f"article img[src='{public}']") is not None
    page(desk.post(f"{address}/ta-tillbaka", follow_redirects=True))
    page(desk.get(public), 404)
    assert desk.get(public, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 404


def test_boxes_are_typed_where_no_script_runs(desk: FlaskClient, finding: Finding) -> None:
    photo = add_photo(finding)
    address = f"/brister/{finding.number}/foton/{photo.id}/publicering"
    desk.post(f"{address}/gor-i-ordning")
    run_jobs(photo)
    box = {"box-0-left": "10", "box-0-top": "20,5", "box-0-width": "30", "box-0-height": "200"}
    soup = page(desk.post(address, data={"face": "0", **box}, follow_redirects=True))
    assert session().get_one(PublicPhoto, photo.id).boxes == [[0.1, 0.205, 0.4, 1.0]]
    left = soup.select_one("input[name=box-0-left]")
    assert left is not None
    assert left["value"] == "10.0"


def test_numbers_of_boxes_are_folded_away_and_said_in_percent(desk: FlaskClient, finding: Finding) -> None:
    photo = add_photo(finding)
    address = f"/brister/{finding.number}/foton/{photo.id}/publicering"
    desk.post(f"{address}/gor-i-ordning")
    run_jobs(photo)
    with change(SYSTEM, None) as searching:
        searching.session.get_one(PublicPhoto, photo.id).faces = [[0.657, 0.1, 0.8, 0.25]]
    soup = page(desk.get(f"{address}?lang=sv"))
    face = soup.select_one("label:has([name=face])")
    assert face is not None
    assert "65,7 " in face.get_text()
    fields = soup.select("details [name^=box-]")
    assert fields == soup.select("[name^=box-]") != []
    assert soup.select("details[open] [name^=box-]") == []
    # What cannot be taken is not hidden.
    soup = page(desk.post(address, data={"box-0-left": "10"}), 422)
    assert soup.select("details[open] [name=box-0-left]") != []


@pytest.mark.parametrize(
    "box",
    [
        {"box-0-left": "10"},
        {"box-0-left": "mitten", "box-0-top": "1", "box-0-width": "5", "box-0-height": "5"},
        {"box-0-left": "nan", "box-0-top": "1", "box-0-width": "5", "box-0-height": "5"},
        {"box-0-left": "-5", "box-0-top": "1", "box-0-width": "5", "box-0-height": "5"},
        {"box-0-left": "10", "box-0-top": "1", "box-0-width": "0", "box-0-height": "5"},
    ],
)
def test_a_box_that_is_none_is_shown_again_as_typed(
    desk: FlaskClient, finding: Finding, box: dict[str, str]
) -> None:
    photo = add_photo(finding)
    address = f"/brister/{finding.number}/foton/{photo.id}/publicering"
    desk.post(f"{address}/gor-i-ordning")
    run_jobs(photo)
    soup = page(desk.post(address, data=box), 422)
    left = soup.select_one("input[name=box-0-left]")
    assert left is not None
    assert left["value"] == box["box-0-left"]


def test_a_residents_report_waits_in_the_to_do_and_is_weighed(
    desk: FlaskClient, coordinator: Actor, site: Site
) -> None:
    fixed = make_finding(make_walk(site), category="skrap", status=Status.VERIFIED)
    publications.publish(coordinator, fixed.number, "", "")
    assert page(desk.get("/")).select("a[href='/svar-fran-boende']") == []
    for _ in range(2):
        resident_reports.report("kista-centrum", fixed.id, ReportKind.REMAINS, "<b>Kvar</b>")
    assert page(desk.get("/")).select("a[href='/svar-fran-boende']")
    soup = page(desk.get("/svar-fran-boende"))
    assert "<b>Kvar</b>" in soup.get_text()
    first, second = session().scalars(select(ResidentReport)).all()
    page(
        desk.post(
            f"/svar-fran-boende/{first.id}",
            data={f"{first.id}-answer": "Inte samma", "do": "dismiss"},
            follow_redirects=True,
        )
    )
    assert fixed.history == []
    page(
        desk.post(
            f"/svar-fran-boende/{second.id}",
            data={f"{second.id}-words": "En boende ser den", "do": "accept"},
            follow_redirects=True,
        )
    )
    session().expire_all()
    assert fixed.status is Status.REOPENED
    page(desk.post(f"/svar-fran-boende/{second.id}", data={"do": "accept"}), 404)


def test_a_residents_report_is_not_dismissed_with_the_words_for_reopening(
    desk: FlaskClient, coordinator: Actor, site: Site
) -> None:
    fixed = make_finding(make_walk(site), category="skrap", status=Status.VERIFIED)
    publications.publish(coordinator, fixed.number, "", "")
    resident_reports.report("kista-centrum", fixed.id, ReportKind.REMAINS, "Soffan står där")
    one = session().scalars(select(ResidentReport)).one()
    soup = page(desk.get("/svar-fran-boende"))
    words, reason = soup.select("textarea")
    assert "Soffan" in words.get_text()
    assert reason.get_text().strip() == ""
    assert (reason.find_parent("form") is words.find_parent("form")) is False
    given = {f"{one.id}-words": words.get_text(), f"{one.id}-answer": "", "do": "dismiss"}
    refused = page(desk.post(f"/svar-fran-boende/{one.id}", data=given), 422)
    assert refused.find(id=f"{one.id}-answer-error") is not None
    session().expire_all()
    assert (one.state, one.answer) == (ResidentReportState.WAITING, "")


@pytest.mark.parametrize("who", ["owner", "field"])
def test_only_coordinators_open_what_residents_say(
    client: FlaskClient,
    sign_in: Callable[[FlaskClient, Actor], None],
    request: pytest.FixtureRequest,
    who: str,
) -> None:
    sign_in(client, request.getfixturevalue(who))
    page(client.get("/svar-fran-boende"), 403)


def test_a_planned_walk_is_announced_and_no_longer(
    desk: FlaskClient, coordinator: Actor, finding: Finding
) -> None:
    publications.publish(coordinator, finding.number, "", "")
    walk = make_walk(
        finding.site, state=WalkState.PLANNED, planned_at=now() + timedelta(days=2), meeting_point="Hemligt"
    )
    page(desk.get(f"/vandringar/{walk.id}"))
    address = f"/vandringar/{walk.id}/annonsering"
    page(desk.post(address, data={"announce-words": "Kom med!", "do": "announce"}, follow_redirects=True))
    soup = page(desk.get(SITE))
    assert "Kom med!" in soup.get_text()
    assert "Hemligt" not in soup.get_text()
    page(desk.post(address, data={"do": "take-back"}, follow_redirects=True))
    assert "Kom med!" not in page(desk.get(SITE)).get_text()


def test_field_staff_may_look_but_not_publish(
    client: FlaskClient, field: Actor, finding: Finding, sign_in: Callable[[FlaskClient, Actor], None]
) -> None:
    sign_in(client, field)
    address = f"/brister/{finding.number}/publicering"
    assert page(client.get(f"/brister/{finding.number}")).select(f"a[href='{address}']") == []
    for method in ("get", "post"):
        page(getattr(client, method)(address), 403)
    page(client.post(f"{address}/ta-tillbaka"), 403)
    page(client.post(f"/vandringar/{finding.walk_id}/annonsering", data={"announce-words": ""}), 403)
