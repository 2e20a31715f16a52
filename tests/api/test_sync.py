"""What phones send arrives once, in order, each thing with an outcome of its own."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from app.api.answers import Current
from app.db import change, now, session
from app.models.accounts import Organisation
from app.models.audit import AuditEvent
from app.models.findings import Finding, Severity, Status
from app.models.operations import Operation, Outcome
from app.models.sites import Site
from app.models.uploads import ExpectedPhoto
from app.models.walks import Light, Walk, WalkState, Weather
from app.permissions import SYSTEM, Actor
from app.services.checklists import ensure_shipped
from app.services.merging import UNIT_OF
from app.services.syncs import OLDEST, corrected
from tests.api.phones import PLACE, Phone, operation, report
from tests.builders import make_site, make_walk

SignIn = Callable[[FlaskClient, Actor], None]
SHA = "ab" * 32


@pytest.fixture
def phone(client: FlaskClient, field: Actor) -> Phone:
    return Phone(client, field)


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


def count(model: Any) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


def codes(result: dict[str, Any]) -> list[str]:
    return [error["code"] for error in result["errors"]]


class TestReports:
    def test_all_that_was_said_arrives(self, phone: Phone, walk: Walk, field: Actor) -> None:
        said: dict[str, Any] = {
            "item": "slackt",
            "place_words": "Vid trappan",
            "asset_number": "L 17",
            "title": "Släckt lampa",
            "description": "Två stycken",
            "severity": "high",
            "unsafe_day": 2,
            "unsafe_evening": 5,
            "size": "2 st",
            "positive": False,
            "hate": True,
        }
        sent = report(walk.id, **said, photos=[SHA, SHA])

        result = phone.one(sent)

        finding = session().get_one(Finding, UUID(sent["object_id"]))
        assert {name: getattr(finding, name) for name in (*said, *PLACE)} == {**said, **PLACE}
        assert finding.severity is Severity.HIGH
        assert (finding.number, finding.reported_by) == (f"KISTA-{now().year}-0001", field.user_id)
        assert [step.after for step in finding.history] == [Status.NEW]
        assert finding.history[0].actor_role is not None
        assert finding.quadkey
        assert "släckt lampa" in finding.search_text
        assert result == {
            "id": sent["id"],
            "outcome": "applied",
            "version": 1,
            "errors": [],
            "current": {"number": finding.number, "version": 1, "status": "new"},
        }
        expected = session().scalars(select(ExpectedPhoto)).one()
        assert (expected.finding_id, expected.walk_id, expected.sha256) == (finding.id, walk.id, SHA)
        events = session().scalars(select(AuditEvent).where(AuditEvent.name == "finding.reported")).all()
        assert [event.subject_id for event in events] == [finding.id]

    def test_least_is_a_walk_a_category_and_a_place(self, phone: Phone, walk: Walk) -> None:
        words = operation(
            "finding.report",
            uuid4(),
            {"walk_id": str(walk.id), "category": "positivt", "place_words": "Torget"},
        )
        assert phone.one(words)["outcome"] == "applied"
        assert session().get_one(Finding, UUID(words["object_id"])).positive

    def test_fifty_together_are_numbered_in_order(self, phone: Phone, walk: Walk) -> None:
        sent = [report(walk.id) for _ in range(50)]
        results = phone.sync(*sent)
        assert {one["outcome"] for one in results} == {"applied"}
        numbers = [one["current"]["number"] for one in results]
        assert numbers == [f"KISTA-{now().year}-{n:04d}" for n in range(1, 51)]
        assert (count(Finding), count(Operation)) == (50, 50)

    def test_one_bad_one_stops_no_other(self, phone: Phone, walk: Walk) -> None:
        good, other = report(walk.id), report(walk.id)
        bad = report(walk.id, category="rymdskepp", unsafe_day=None)
        results = phone.sync(good, bad, other)
        assert [one["outcome"] for one in results] == ["applied", "rejected", "applied"]
        assert results[1]["errors"] == [
            {"field": "category", "code": "unknown", "message": "Choose what it is about."}
        ]
        assert count(Finding) == 2

    def test_number_follows_the_ground_and_the_year_it_was_seen(self, phone: Phone, walk: Walk) -> None:
        make_site("husby-centrum", lon=18.1)
        there = report(walk.id, lon=18.1)
        here = report(walk.id)
        results = phone.sync(there, here)
        year = now().year
        assert [one["current"]["number"] for one in results] == [f"HUSBY-{year}-0001", f"KISTA-{year}-0001"]

    def test_same_finding_under_another_operation_is_the_same_finding(self, phone: Phone, walk: Walk) -> None:
        first = report(walk.id)
        second = report(walk.id, first["object_id"], photos=[SHA])
        results = phone.sync(first, second)
        assert [one["outcome"] for one in results] == ["applied", "applied"]
        assert results[0]["current"] == results[1]["current"]
        assert (count(Finding), count(ExpectedPhoto)) == (1, 1)

    def test_finding_of_another_walk_is_not_taken_over(self, phone: Phone, walk: Walk, site: Site) -> None:
        first = report(walk.id)
        second = report(make_walk(site).id, first["object_id"])
        assert [one["outcome"] for one in phone.sync(first, second)] == ["applied", "rejected"]


class TestRepeats:
    def test_lost_answer_is_given_again(self, phone: Phone, walk: Walk) -> None:
        sent = [report(walk.id), report(walk.id, category="rymdskepp")]
        first = phone.sync(*sent)
        again = phone.sync(*sent)
        assert [one["outcome"] for one in again] == ["duplicate", "duplicate"]
        assert [one["original"] for one in again] == ["applied", "rejected"]
        for name in ("version", "errors", "current"):
            assert [one[name] for one in again] == [one[name] for one in first]
        assert (count(Finding), count(Operation)) == (1, 2)

    def test_twice_in_one_request_is_once(self, phone: Phone, walk: Walk) -> None:
        sent = report(walk.id)
        results = phone.sync(sent, sent, report(walk.id))
        assert [one["outcome"] for one in results] == ["applied", "duplicate", "applied"]

    def test_repeat_from_a_second_phone_is_once(self, client: FlaskClient, field: Actor, walk: Walk) -> None:
        sent = report(walk.id)
        assert Phone(client, field).one(sent)["outcome"] == "applied"
        assert Phone(client, field).one(sent)["outcome"] == "duplicate"

    def test_same_id_with_another_body_is_rejected(self, phone: Phone, walk: Walk) -> None:
        sent = report(walk.id)
        phone.one(sent)
        for other in (
            {**sent, "data": {**sent["data"], "title": "Annat"}},
            {**sent, "object_id": str(uuid4())},
            {**sent, "type": "finding.withdraw", "data": {}},
            {**sent, "base_version": 1},
        ):
            result = phone.one(other)
            assert (result["outcome"], codes(result)) == ("rejected", ["id_reused"])
        assert phone.one(sent)["outcome"] == "duplicate"
        assert count(Finding) == 1

    def test_order_of_keys_is_no_other_body(self, phone: Phone, walk: Walk) -> None:
        sent = report(walk.id)
        phone.one(sent)
        turned = {**sent, "data": dict(reversed(sent["data"].items()))}
        assert phone.one(turned)["outcome"] == "duplicate"


class TestWhose:
    def test_anothers_operation_waits_for_them(
        self, client: FlaskClient, phone: Phone, coordinator: Actor, walk: Walk
    ) -> None:
        theirs = {**report(walk.id), "actor": str(coordinator.user_id)}
        results = phone.sync(theirs, report(walk.id))
        assert [one["outcome"] for one in results] == ["forbidden", "applied"]
        assert codes(results[0]) == ["other_actor"]
        assert Phone(client, coordinator).one(theirs)["outcome"] == "applied"

    def test_own_name_may_be_said(self, phone: Phone, field: Actor, walk: Walk) -> None:
        sent = report(walk.id)
        assert phone.one({**sent, "actor": str(field.user_id)})["outcome"] == "applied"
        assert phone.one(sent)["outcome"] == "duplicate"

    def test_foreign_and_unknown_walk_look_the_same(
        self, client: FlaskClient, outsider: Actor, walk: Walk
    ) -> None:
        foreign, unknown = Phone(client, outsider).sync(report(walk.id), report(uuid4()))
        assert (foreign["outcome"], codes(foreign)) == ("rejected", ["not_found"])
        assert {**foreign, "id": ""} == {**unknown, "id": ""}
        assert count(Finding) == 0

    def test_who_may_only_look_is_forbidden(self, client: FlaskClient, analyst: Actor, walk: Walk) -> None:
        result = Phone(client, analyst).one(report(walk.id))
        assert (result["outcome"], codes(result)) == ("forbidden", ["forbidden"])

    def test_walk_that_has_not_started_takes_nothing(self, phone: Phone, site: Site) -> None:
        planned = make_walk(site, state=WalkState.PLANNED, started_at=None)
        assert codes(phone.one(report(planned.id))) == ["not_started"]


class TestWalks:
    def test_walk_that_nobody_planned(self, phone: Phone, site: Site, field: Actor) -> None:
        ensure_shipped(SYSTEM)
        walk_id = uuid4()
        started = operation("walk.start", walk_id, {"site": "kista-centrum", "weather": "rain"})
        results = phone.sync(started, report(walk_id))
        assert [one["outcome"] for one in results] == ["applied", "applied"]
        walk = session().get_one(Walk, walk_id)
        assert (walk.state, walk.weather, walk.created_by) == (
            WalkState.ONGOING,
            Weather.RAIN,
            field.user_id,
        )
        assert walk.light is not None
        assert walk.started_at is not None

    def test_two_phones_start_one_planned_walk(
        self,
        client: FlaskClient,
        field: Actor,
        coordinator: Actor,
        site: Site,
        organisation: Organisation,
    ) -> None:
        planned = make_walk(site, state=WalkState.PLANNED, started_at=None)
        came = [{"organisation_id": str(organisation.id), "people": 3}]
        first = operation("walk.start", planned.id, {"site": "kista-centrum", "light": "dark"})
        second = operation(
            "walk.start",
            planned.id,
            {"site": "kista-centrum", "light": "day", "weather": "snow", "participants": came},
        )
        assert Phone(client, field).one(first)["outcome"] == "applied"
        assert Phone(client, coordinator).one(second)["outcome"] == "applied"
        walk = session().get_one(Walk, planned.id)
        assert (walk.light, walk.weather) == (Light.DARK, Weather.SNOW)
        assert [(one.organisation_id, one.people) for one in walk.participants] == [(organisation.id, 3)]
        assert count(Walk) == 1

    def test_walk_of_another_site_is_refused(self, phone: Phone, walk: Walk) -> None:
        make_site("husby-centrum", lon=18.1)
        result = phone.one(operation("walk.start", walk.id, {"site": "husby-centrum"}))
        assert codes(result) == ["other_site"]
        assert codes(phone.one(operation("walk.start", uuid4(), {"site": "atlantis"}))) == ["not_found"]

    def test_notes_of_two_phones_are_both_kept(self, phone: Phone, walk: Walk) -> None:
        phone.sync(
            operation("walk.update", walk.id, {"note": "Mörkt", "light": "dusk"}),
            operation("walk.update", walk.id, {"note": "Halt"}),
            operation("walk.finish", walk.id, {"note": "Klart"}),
            operation("walk.finish", walk.id, {"note": "Halt"}),
        )
        found = session().get_one(Walk, walk.id)
        assert found.note == "Mörkt\nHalt\nKlart"
        assert (found.state, found.light) == (WalkState.FINISHED, Light.DUSK)

    def test_who_knows_the_walk_replaces_the_note(self, phone: Phone, walk: Walk) -> None:
        version = phone.one(operation("walk.update", walk.id, {"note": "Mörkt"}))["version"]
        phone.one(operation("walk.update", walk.id, {"note": "Mycket mörkt"}, base_version=version))
        assert session().get_one(Walk, walk.id).note == "Mycket mörkt"

    def test_track_is_kept_coarse(self, phone: Phone, walk: Walk) -> None:
        track = [[17.94211111, 59.40371111], [17.94212, 59.40372], [17.9464, 59.4077]]
        assert phone.one(operation("walk.update", walk.id, {"track": track}))["outcome"] == "applied"
        kept = session().get_one(Walk, walk.id).track
        assert kept is not None
        assert list(shapely.from_wkb(kept).coords) == [(17.9421, 59.4037), (17.9464, 59.4077)]

    def test_unknown_organisation_is_named(self, phone: Phone, walk: Walk) -> None:
        came = {"participants": [{"organisation_id": str(uuid4())}]}
        result = phone.one(operation("walk.finish", walk.id, came))
        assert (result["outcome"], codes(result)) == ("rejected", ["unknown"])
        assert session().get_one(Walk, walk.id).state is WalkState.ONGOING


class TestTimes:
    def test_clock_that_is_a_day_wrong_is_put_right(self, phone: Phone, walk: Walk) -> None:
        wrong = datetime.now(UTC) + timedelta(days=1)
        sent = {**report(walk.id), "at": (wrong - timedelta(hours=2)).isoformat()}
        assert phone.sync(sent, sent_at=wrong)[0]["outcome"] == "applied"
        seen = session().get_one(Finding, UUID(sent["object_id"])).reported_at
        assert abs(seen - (now() - timedelta(hours=2))) < timedelta(minutes=1)
        kept = session().get_one(Operation, UUID(sent["id"]))
        assert kept.claimed_at == wrong - timedelta(hours=2)
        assert kept.corrected_at == seen

    @pytest.mark.parametrize(
        "at",
        [
            "+275760-09-13T00:00:00.000Z",
            "1970-01-01T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "igår",
            "2199-01-01",
        ],
    )
    def test_time_never_rejects(self, phone: Phone, walk: Walk, at: str) -> None:
        sent = {**report(walk.id), "at": at}
        assert phone.one(sent)["outcome"] == "applied"
        seen = session().get_one(Finding, UUID(sent["object_id"])).reported_at
        assert abs(seen - now()) < timedelta(minutes=1)

    def test_nothing_lies_ahead_or_too_far_back(self) -> None:
        received = now()
        hour = timedelta(hours=1)
        assert corrected(received - hour, received, received) == received - hour
        assert corrected(received + hour, received, received) == received
        assert corrected(received - OLDEST - hour, received, received) == received
        assert corrected(received - 3 * hour, received - 2 * hour, received) == received - hour
        assert corrected(None, received, received) == received


class TestBadInput:
    def test_request_that_is_no_json_is_a_problem(self, phone: Phone, client: FlaskClient) -> None:
        for data, kind, status, code in (
            (b"{", "application/json", 400, "malformed_json"),
            (b"\xff\xfe", "application/json", 400, "malformed_json"),
            (b'"\xed\xa0\x80"', "application/json", 400, "malformed_json"),
            (b"[" * 100_000, "application/json", 400, "malformed_json"),
            (b"1" * 5000, "application/json", 400, "malformed_json"),
            (b"{}", "text/plain", 415, "not_json"),
            (b"{}", "application/json", 422, "invalid_input"),
            (b"[]", "application/json", 422, "invalid_input"),
            (b"null", "application/json", 422, "invalid_input"),
            (b'{"device_id": 1, "sent_at": 2, "operations": 3}', "application/json", 422, "invalid_input"),
        ):
            answer = client.post("/api/v1/sync", data=data, content_type=kind, headers=phone.headers)
            assert answer.status_code == status, (data[:20], answer.text)
            assert answer.content_type == "application/problem+json"
            assert answer.json is not None
            assert answer.json["type"] == f"urn:platskollen:{code}"

    def test_more_than_five_hundred_are_too_many(self, phone: Phone, walk: Walk) -> None:
        body = {
            "device_id": phone.device_id,
            "sent_at": now().isoformat(),
            "operations": [report(walk.id) for _ in range(501)],
        }
        answer = phone.post(body)
        assert answer.status_code == 413
        assert answer.json is not None
        assert answer.json["type"] == "urn:platskollen:too_many_operations"
        assert count(Finding) == 0
        body["operations"].pop()  # type: ignore[attr-defined]
        assert phone.post(body).status_code == 200
        assert count(Finding) == 500

    def test_what_is_no_operation_is_rejected_alone(self, phone: Phone, walk: Walk) -> None:
        good = report(walk.id)
        nameless = {name: value for name, value in report(walk.id).items() if name != "id"}
        bad: list[Any] = [
            None,
            7,
            "text",
            [],
            {},
            nameless,
            {**report(walk.id), "id": "no-uuid"},
            {**report(walk.id), "object_id": None},
            {**report(walk.id), "base_version": -1},
            {**report(walk.id), "base_version": "1"},
            {**report(walk.id), "base_version": 10**30},
            {**report(walk.id), "at": None},
            {**report(walk.id), "data": []},
            {**report(walk.id), "type": "x" * 41},
        ]
        answer = phone.post(
            {"device_id": phone.device_id, "sent_at": "när som helst", "operations": [*bad, good]}
        )
        assert answer.json is not None
        results = answer.json["results"]
        assert [one["outcome"] for one in results] == ["rejected"] * len(bad) + ["applied"]
        assert all(one["errors"] for one in results[:-1])
        assert results[6]["id"] == "no-uuid"
        assert results[5]["errors"][0] == {"field": "id", "code": "missing", "message": "This is missing."}

    @pytest.mark.parametrize(
        ("data", "at_fault"),
        [
            ({"lon": "17.9"}, "lon"),
            ({"lon": True}, "lon"),
            ({"lat": 91.0}, "lat"),
            ({"lon": None}, "lat"),
            ({"accuracy_m": -1}, "accuracy_m"),
            ({"category": 7}, "category"),
            ({"item": "rymdskepp"}, "item"),
            ({"title": "x" * 301}, "title"),
            ({"description": "x" * 5001}, "description"),
            ({"severity": "huge"}, "severity"),
            ({"unsafe_day": 6}, "unsafe_day"),
            ({"unsafe_day": True}, "unsafe_day"),
            ({"positive": "yes"}, "positive"),
            ({"hate": 1}, "hate"),
            ({"photos": "ab"}, "photos"),
            ({"photos": ["AB" * 32]}, "photos.0"),
            ({"walk_id": 1}, "walk_id"),
            ({"unheard_of": 1}, "unheard_of"),
        ],
    )
    def test_wrong_shape_names_its_field(
        self, phone: Phone, walk: Walk, data: dict[str, Any], at_fault: str
    ) -> None:
        sent = report(walk.id)
        sent["data"] |= data
        result = phone.one(sent)
        assert result["outcome"] == "rejected"
        assert [error["field"] for error in result["errors"]] == [at_fault]
        assert phone.one(sent)["original"] == "rejected"
        assert count(Finding) == 0

    def test_numbers_that_are_none_are_rejected(self, phone: Phone, walk: Walk, client: FlaskClient) -> None:
        for number in (float("nan"), float("inf")):
            body = {
                "device_id": phone.device_id,
                "sent_at": now().isoformat(),
                "operations": [report(walk.id, accuracy_m=number)],
            }
            answer = client.post(
                "/api/v1/sync",
                data=json.dumps(body),
                content_type="application/json",
                headers=phone.headers,
            )
            assert answer.json is not None
            assert answer.json["results"][0]["outcome"] == "rejected"

    def test_unknown_type_is_rejected_and_stays_so(self, phone: Phone) -> None:
        sent = operation("finding.teleport", uuid4(), {})
        result = phone.one(sent)
        assert (result["outcome"], codes(result)) == ("rejected", ["unknown"])
        assert phone.one(sent)["original"] == "rejected"

    def test_characters_that_cannot_be_stored_are_left_out(self, phone: Phone, walk: Walk) -> None:
        sent = report(walk.id, title="a\0b\ud800c", description="rad 1\r\nrad 2")
        assert phone.one(sent)["outcome"] == "applied"
        finding = session().get_one(Finding, UUID(sent["object_id"]))
        assert (finding.title, finding.description) == ("abc", "rad 1\nrad 2")
        assert phone.one(sent)["outcome"] == "duplicate"

    def test_words_of_people_are_in_no_error(self, phone: Phone, walk: Walk) -> None:
        result = phone.one(report(walk.id, title="Anna Svensson" * 50))
        assert "Anna" not in str(result)


class TestOrigins:
    def test_session_writes_from_our_own_pages_only(
        self, client: FlaskClient, field: Actor, sign_in: SignIn, walk: Walk
    ) -> None:
        sign_in(client, field)
        for headers, status in (
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Sec-Fetch-Site": "same-site"}, 403),
            ({"Origin": "https://elsewhere.example"}, 403),
            ({"Origin": "null"}, 403),
            ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
            ({"Sec-Fetch-Site": "same-origin"}, 200),
            ({"Origin": "http://localhost"}, 200),
            ({}, 200),
        ):
            body = {
                "device_id": str(uuid4()),
                "sent_at": now().isoformat(),
                "operations": [report(walk.id)],
            }
            answer = client.post("/api/v1/sync", json=body, headers=headers)
            assert answer.status_code == status, headers
            if status == 403:
                assert answer.json is not None
                assert answer.json["type"] == "urn:platskollen:foreign_origin"
        assert count(Finding) == 3


def test_fault_of_ours_is_not_kept(phone: Phone, walk: Walk) -> None:
    """A table that refuses every row stands for a full disk."""
    refuse, mend = (
        (
            "CREATE TRIGGER refuse BEFORE INSERT ON findings BEGIN SELECT RAISE(ABORT, 'full'); END",
            "DROP TRIGGER refuse",
        )
        if session().get_bind().dialect.name == "sqlite"
        else (
            "ALTER TABLE findings ADD CONSTRAINT refuse CHECK (title <> 'x') NOT VALID",
            "ALTER TABLE findings DROP CONSTRAINT refuse",
        )
    )
    with change(SYSTEM, None) as breaking:
        breaking.session.execute(text(refuse))
    sent = report(walk.id, title="x")
    result = phone.one(sent)
    assert (result["outcome"], codes(result)) == ("rejected", ["unexpected"])
    assert session().get(Operation, UUID(sent["id"])) is None
    with change(SYSTEM, None) as mending:
        mending.session.execute(text(mend))
    assert phone.one(sent)["outcome"] == "applied"
    assert session().get_one(Operation, UUID(sent["id"])).outcome is Outcome.APPLIED


def test_what_a_conflict_tells_has_room_for_every_field_that_may_meet_another() -> None:
    assert UNIT_OF.keys() <= Current.model_fields.keys()
