"""What phones should never send, and strangers do: each has an answer of its own, others go through, nothing breaks."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.db import now, session
from app.models.findings import Finding, Level
from app.models.operations import Operation
from app.models.sites import Site
from app.models.uploads import ExpectedPhoto, Upload
from app.models.walks import Walk
from app.permissions import Actor
from tests.api import tus
from tests.api.phones import Phone, edit, operation, report
from tests.builders import make_finding, make_site, make_walk

SHA = "ab" * 32


@pytest.fixture
def phone(client: FlaskClient, field: Actor) -> Phone:
    return Phone(client, field)


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


def count(model: Any) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


def codes(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in result["errors"]]


def problem(answer: TestResponse) -> tuple[int, str]:
    """Status and code of a problem, after checking that it is one, and says what is kept and what to do."""
    assert answer.mimetype == "application/problem+json", answer.text
    body = answer.get_json()
    assert body is not None
    assert body["status"] == answer.status_code
    assert len(body["title"]) > 5
    assert len(body["detail"]) > 20
    return answer.status_code, body["type"].removeprefix("urn:platskollen:")


class TestRequests:
    @pytest.mark.parametrize("operations", ["text", None, 7, {}, True, 1e300])
    def test_operations_that_are_no_list(self, phone: Phone, operations: Any) -> None:
        answer = phone.post({"device_id": str(uuid4()), "sent_at": "", "operations": operations})
        assert problem(answer) == (422, "invalid_input")
        assert [one["field"] for one in answer.json["errors"]] == ["operations"]  # type: ignore[index]

    @pytest.mark.parametrize("name", ["device_id", "sent_at", "operations"])
    def test_what_is_missing_is_named(self, phone: Phone, name: str) -> None:
        body = {"device_id": str(uuid4()), "sent_at": "", "operations": []}
        del body[name]
        answer = phone.post(body)
        assert problem(answer) == (422, "invalid_input")
        assert [one["field"] for one in answer.json["errors"]] == [name]  # type: ignore[index]

    def test_no_operations_are_no_fault(self, phone: Phone) -> None:
        assert phone.sync() == []

    def test_problems_are_told_in_swedish_by_default(self, phone: Phone, client: FlaskClient) -> None:
        client.delete_cookie("language")
        answer = client.post(
            "/api/v1/sync", data=b"{", content_type="application/json", headers=phone.headers
        )
        assert answer.json is not None
        assert "Inget sparades" in answer.json["detail"]
        upload = client.post("/api/v1/uploads", headers={**phone.headers, "Tus-Resumable": "1.0.0"})
        assert upload.json is not None
        assert upload.json["title"] == "Överföringen går inte att förstå"

    def test_a_body_beyond_all_measure(self, phone: Phone, client: FlaskClient) -> None:
        body = b'{"device_id": "' + b"a" * 17 * 1024**2 + b'"}'
        answer = client.post(
            "/api/v1/sync", data=body, content_type="application/json", headers=phone.headers
        )
        assert problem(answer) == (413, "too_many_operations")

    def test_a_way_that_is_not_there(self, phone: Phone, client: FlaskClient) -> None:
        for method, address, status in (
            ("GET", "/api/v1/sync", 405),
            ("PUT", "/api/v1/me", 405),
            ("GET", "/api/v1/nothing", 404),
            ("GET", "/api/v1/walks/no-uuid/bundle", 404),
            ("GET", "/api/v1/tiles/findings/-1/0/0.json", 404),
            ("GET", "/api/v1/tiles/findings/99999999999999999999/0/0.json", 404),
            ("GET", "/api/v1/basemap/1/99999999999999999999/0.mvt", 404),
            ("GET", "/api/v1/sites/..%2f..%2fetc%2fpasswd/bundle", 404),
            ("GET", "/api/v1/sites/%00/bundle", 404),
        ):
            assert problem(client.open(address, method=method, headers=phone.headers))[0] == status, address

    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer  ", "Bearer \xe9", "Basic YTpi", "Bearer a b"])
    def test_a_key_that_is_none(self, client: FlaskClient, app: object, header: str) -> None:
        assert problem(client.get("/api/v1/me", headers={"Authorization": header})) == (401, "signed_out")


class TestOperations:
    @pytest.mark.parametrize(
        "data",
        [
            {"title": {"a": [{"b": None}]}},
            {"title": ["a"]},
            {"photos": {"0": SHA}},
            {"photos": [SHA] * 10_000},
            {"photos": ["g" * 64]},
            {"photos": [SHA + "\n"]},
            {"photos": [None]},
            {"lon": 1e308, "lat": 1e308},
            {"lon": 181, "lat": 59.4},
            {"lon": 17.9, "lat": -90.1},
            {"lon": 59.4037, "lat": 17.9421},
            {"unsafe_day": 10**30},
            {"unsafe_day": 2.5},
            {"accuracy_m": -0.1},
            {"accuracy_m": 10**400},
            {"walk_id": None},
            {"category": ""},
            {"category": "x" * 41},
            {"hate": "perhaps"},
            {"status": "closed"},
            {"level": "public"},
            {"reported_by": None},
        ],
    )
    def test_garbage_in_one_stops_no_other(self, phone: Phone, walk: Walk, data: dict[str, Any]) -> None:
        bad = report(walk.id)
        bad["data"] |= data
        results = phone.sync(report(walk.id), bad, report(walk.id))
        assert [one["outcome"] for one in results] == ["applied", "rejected", "applied"]
        assert results[1]["errors"]
        assert results[1]["current"] is None
        assert (count(Finding), count(ExpectedPhoto)) == (2, 0)

    @pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-0.0e400", "1" * 400])
    def test_numbers_beyond_numbers(self, phone: Phone, walk: Walk, client: FlaskClient, number: str) -> None:
        bad = json.dumps(report(walk.id, accuracy_m=77.125)).replace("77.125", number)
        body = (
            f'{{"device_id": "{uuid4()}", "sent_at": "", '
            f'"operations": [{bad}, {json.dumps(report(walk.id))}]}}'
        )
        answer = client.post(
            "/api/v1/sync", data=body, content_type="application/json", headers=phone.headers
        )
        assert answer.json is not None, answer.text
        outcomes = [one["outcome"] for one in answer.json["results"]]
        assert outcomes == ["applied" if number.startswith("-0") else "rejected", "applied"]

    def test_deep_nesting_is_rejected_or_no_json(self, phone: Phone, walk: Walk, client: FlaskClient) -> None:
        good = json.dumps(report(walk.id))
        for depth in (100, 500, 900, 5_000, 200_000):
            deep = json.dumps(report(walk.id, title="DEEP")).replace('"DEEP"', "[" * depth + "]" * depth)
            body = f'{{"device_id": "{uuid4()}", "sent_at": "", "operations": [{deep}, {good}]}}'
            answer = client.post(
                "/api/v1/sync", data=body, content_type="application/json", headers=phone.headers
            )
            if answer.status_code == 200:
                assert answer.json is not None
                assert codes(answer.json["results"][0]) == [("data", "too_deep")]
            else:
                assert depth > 500
                assert problem(answer) == (400, "malformed_json")
        assert count(Finding) == 1  # the good one, by its own id each time

    def test_characters_that_nothing_can_hold(self, phone: Phone, walk: Walk) -> None:
        sent = report(walk.id, place_words="\0\ud800\udfff", description="\ufffe\u202e\x07")
        assert phone.one(sent)["outcome"] == "applied"
        odd = {**report(walk.id), "at": "\0\ud800"}
        assert phone.one(odd)["outcome"] == "applied"
        bad = {**report(walk.id), "type": "\0\ud800"}
        assert phone.one(bad)["outcome"] == "rejected"
        keys = report(walk.id)
        keys["data"]["\ud800\0"] = 1
        assert phone.one(keys)["outcome"] == "rejected"

    @pytest.mark.parametrize(
        "at",
        ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999-14:00", "0000-00-00", "", "1e9", "2026-W01"],
    )
    def test_no_date_rejects(self, phone: Phone, walk: Walk, at: str) -> None:
        sent = {**report(walk.id), "at": at}
        body = {"device_id": phone.device_id, "sent_at": at, "operations": [sent]}
        answer = phone.post(body)
        assert answer.json is not None, answer.text
        assert answer.json["results"][0]["outcome"] == "applied"
        seen = session().get_one(Finding, UUID(sent["object_id"])).reported_at
        assert abs((seen - now()).total_seconds()) < 60

    def test_far_away_is_kept_where_it_was_said(self, phone: Phone, walk: Walk) -> None:
        sent = report(walk.id, lon=-179.9, lat=-89.9)
        assert phone.one(sent)["outcome"] == "applied"
        assert session().get_one(Finding, UUID(sent["object_id"])).lon == -179.9

    @pytest.mark.parametrize("version", [0, -1, 2**31, 10**30, 1.5, "1", True, [1]])
    def test_a_base_version_that_is_none(self, phone: Phone, walk: Walk, version: Any) -> None:
        first = report(walk.id)
        results = phone.sync(first, edit(first["object_id"], version, title="Annat"), report(walk.id))
        assert [one["outcome"] for one in results] == ["applied", "rejected", "applied"]
        assert codes(results[1])[0][0] == "base_version"

    def test_a_base_version_of_the_future(self, phone: Phone, walk: Walk) -> None:
        first = report(walk.id)
        phone.one(first)
        result = phone.one(edit(first["object_id"], 7, title="Annat"))
        assert (result["outcome"], codes(result)) == ("rejected", [("base_version", "unknown")])
        assert session().get_one(Finding, UUID(first["object_id"])).title == ""

    def test_things_of_other_walks_and_sites(
        self, client: FlaskClient, phone: Phone, outsider: Actor, walk: Walk, site: Site
    ) -> None:
        other_site = make_site("husby-centrum", lon=18.1)
        there = make_finding(make_walk(other_site))
        here = make_finding(walk)
        looked = phone.one(
            operation("finding.recheck", there.id, {"walk_id": str(walk.id), "result": "remains"})
        )
        assert codes(looked) == [("number", "other_site")]
        stranger = Phone(client, outsider)
        for kind, data in (
            ("finding.update", {"title": "Mitt nu"}),
            ("finding.withdraw", {}),
            ("finding.recheck", {"walk_id": str(walk.id), "result": "fixed"}),
            ("walk.update", {"note": "Mitt nu"}),
            ("walk.finish", {}),
            ("walk.start", {"site": "kista-centrum"}),
        ):
            real = walk.id if kind.startswith("walk") else here.id
            results = stranger.sync(operation(kind, real, data), operation(kind, uuid4(), data))
            known, unknown = ({**one, "id": ""} for one in results)
            assert known == unknown, kind
            assert (known["outcome"], known["current"]) == ("rejected", None)
        session().refresh(here)
        assert (here.title, here.version) == ("", 1)

    def test_a_protected_finding_cannot_be_asked_for_by_reporting_it_again(
        self, phone: Phone, walk: Walk, coordinator: Actor
    ) -> None:
        hidden = make_finding(walk, level=Level.PROTECTED, reported_by=coordinator.user_id)
        result = phone.one(report(walk.id, hidden.id, photos=[SHA]))
        assert (result["outcome"], result["current"], result["version"]) == ("rejected", None, None)
        assert hidden.number not in str(result)
        assert count(ExpectedPhoto) == 0

    def test_who_reported_it_may_say_it_again_once_it_is_protected(
        self, phone: Phone, walk: Walk, field: Actor
    ) -> None:
        mine = make_finding(walk, level=Level.PROTECTED, reported_by=field.user_id)
        assert phone.one(report(walk.id, mine.id))["outcome"] == "applied"

    def test_an_id_that_somebody_else_used(
        self, client: FlaskClient, phone: Phone, coordinator: Actor, walk: Walk
    ) -> None:
        theirs = report(walk.id, title="Deras ord")
        Phone(client, coordinator).one(theirs)
        result = phone.one(theirs)
        assert (result["outcome"], codes(result)) == ("rejected", [("id", "id_reused")])
        assert result["current"] is None
        assert count(Operation) == 1

    def test_all_at_once(self, phone: Phone, walk: Walk, coordinator: Actor) -> None:
        good = [report(walk.id) for _ in range(3)]
        reused = {**good[0], "data": {**good[0]["data"], "title": "Annat"}}
        batch: list[Any] = [
            good[0],
            good[0],
            reused,
            {**report(walk.id), "actor": str(coordinator.user_id)},
            operation("finding.teleport", uuid4(), {}),
            good[1],
            report(uuid4()),
            edit(uuid4(), 1, title="x"),
            "text",
            good[2],
        ]
        answer = phone.post({"device_id": phone.device_id, "sent_at": "", "operations": batch})
        assert answer.json is not None
        assert [one["outcome"] for one in answer.json["results"]] == [
            "applied",
            "duplicate",
            "rejected",
            "forbidden",
            "rejected",
            "applied",
            "rejected",
            "rejected",
            "rejected",
            "applied",
        ]
        assert count(Finding) == 3


class TestOwners:
    def test_an_owner_changes_nothing_and_learns_nothing(
        self, client: FlaskClient, owner: Actor, walk: Walk
    ) -> None:
        mine = make_finding(walk, responsible_id=owner.grants[0].organisation_id, title="Vår lampa")
        theirs = make_finding(walk, title="Andras lampa")
        phone = Phone(client, owner)
        for kind, data in (
            ("finding.update", {"title": "Kapad"}),
            ("finding.withdraw", {}),
            ("finding.recheck", {"walk_id": str(walk.id), "result": "fixed", "photos": [SHA]}),
        ):
            result = phone.one(operation(kind, mine.id, data))
            assert result["outcome"] in {"forbidden", "rejected"}, kind
            assert result["current"] is None
            known, unknown = phone.sync(operation(kind, theirs.id, data), operation(kind, uuid4(), data))
            assert {**known, "id": ""} == {**unknown, "id": ""}, kind
        for sent in (
            report(walk.id),
            operation("walk.start", uuid4(), {"site": "kista-centrum"}),
            operation("walk.update", walk.id, {"note": "Kapad"}),
            operation("walk.finish", walk.id, {}),
        ):
            result = phone.one(sent)
            assert (result["outcome"], result["current"]) == ("rejected", None)
        for address in (f"walks/{walk.id}/bundle", f"walks/{walk.id}/receipt", "sites/kista-centrum/bundle"):
            assert problem(client.get(f"/api/v1/{address}", headers=phone.headers))[0] == 404
        told = client.get("/api/v1/me", headers=phone.headers).json
        assert told is not None
        assert (told["sites"], told["walks"]) == ([], [])
        tile = client.get("/api/v1/tiles/findings/0/0/0.json", headers=phone.headers).json
        assert tile is not None
        assert [one["properties"]["number"] for one in tile["features"]] == [mine.number]
        for finding in (mine, theirs):
            session().refresh(finding)
            assert finding.version == 1
        assert count(Finding) == 2


class TestUploads:
    @pytest.fixture
    def tus_phone(self, client: FlaskClient, field: Actor) -> tus.Phone:
        return tus.Phone(client, field)

    @pytest.mark.parametrize("offset", ["-1", "+0", " 0x0", "1e3", "", "٣", "9" * 13, "0, 0"])
    def test_an_offset_that_is_none(self, tus_phone: tus.Phone, walk: Walk, offset: str) -> None:
        photo = tus.jpeg()
        url = tus_phone.create(make_finding(walk).id, photo).headers["Location"]
        answer = tus_phone.send("PATCH", url, {"Upload-Offset": offset}, data=photo, content_type=tus.BYTES)
        assert problem(answer) == (400, "bad_upload")
        assert tus_phone.send("HEAD", url).headers["Upload-Offset"] == "0"

    @pytest.mark.parametrize(
        "said", ["finding_id", "finding_id =", ",,,", "finding_id \x00", "sha256 " + "A" * 70_000, "é é"]
    )
    def test_metadata_that_is_none(self, tus_phone: tus.Phone, said: str) -> None:
        answer = tus_phone.send("POST", tus.UPLOADS, {"Upload-Length": "5", "Upload-Metadata": said})
        assert problem(answer) == (400, "bad_upload")
        assert count(Upload) == 0

    def test_a_protected_finding_takes_nothing_of_others(
        self, tus_phone: tus.Phone, walk: Walk, coordinator: Actor
    ) -> None:
        hidden = make_finding(walk, level=Level.PROTECTED, reported_by=coordinator.user_id)
        known = tus_phone.create(hidden.id, tus.jpeg(), first=tus.jpeg())
        unknown = tus_phone.create(uuid4(), tus.jpeg(), first=tus.jpeg())
        assert problem(known) == problem(unknown) == (404, "not_found")
        assert known.get_json() == unknown.get_json()
