"""Uploads by tus: whole, in parts, broken and taken up again, and refused; each photo is kept once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from app import jobs
from app.db import change, now, session
from app.models.accounts import Membership
from app.models.audit import AuditEvent
from app.models.findings import Finding, Level
from app.models.jobs import Job
from app.models.photos import PhotoKind
from app.models.sites import Site
from app.models.uploads import ExpectedPhoto, Upload
from app.permissions import SYSTEM, Actor
from app.services.uploads import LIFE, sweep_uploads
from app.storage import files
from config import settings
from tests.api.tus import BYTES, UPLOADS, Phone, jpeg, metadata, photos_of, sha
from tests.builders import make_finding, make_walk

PHOTOS = Path(__file__).parent.parent / "data" / "photos"
PHOTO = (PHOTOS / "Landscape_1.jpg").read_bytes()
HALF = len(PHOTO) // 2


@pytest.fixture
def finding_id(site: Site) -> UUID:
    return make_finding(make_walk(site)).id


@pytest.fixture
def phone(client: FlaskClient, field: Actor) -> Phone:
    return Phone(client, field)


def parts_of(url: str) -> list[Path]:
    folder = Path(settings().storage.removeprefix("file://")) / "uploads" / url.rsplit("/", 1)[1]
    return list(folder.glob("*"))


def code_of(answer: TestResponse) -> tuple[int, str]:
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    body = answer.get_json()
    assert body is not None
    return answer.status_code, body["type"].rsplit(":", 1)[1]


class TestInOnePiece:
    def test_a_photo_is_kept_with_what_the_phone_says_of_it(self, phone: Phone, finding_id: UUID) -> None:
        said = {"taken_at": "2026-03-14T19:20:00+01:00", "lon": 17.9425, "lat": 59.4041, "accuracy_m": 8.5}
        answer = phone.create(finding_id, PHOTO, first=PHOTO, said=said)
        assert answer.status_code == 201
        assert answer.headers["Upload-Offset"] == str(len(PHOTO))
        assert answer.headers["Upload-Complete"] == "?1"
        assert answer.headers["Tus-Resumable"] == "1.0.0"
        assert answer.headers["Location"].startswith(f"{UPLOADS}/")
        (photo,) = photos_of(finding_id)
        assert files().get(photo.sha256) == PHOTO
        assert (photo.sha256, photo.kind, photo.media_type) == (sha(PHOTO), PhotoKind.FINDING, "image/jpeg")
        assert (photo.width, photo.height) == (1800, 1200)
        assert (photo.lon, photo.lat, photo.accuracy_m) == (17.9425, 59.4041, 8.5)
        assert photo.taken_at == datetime(2026, 3, 14, 18, 20, tzinfo=UTC)
        assert session().scalar(select(func.count()).select_from(Upload)) == 0

    def test_its_sizes_are_made_behind(self, phone: Phone, finding_id: UUID) -> None:
        phone.create(finding_id, PHOTO, first=PHOTO)
        assert jobs.run_due() == 1
        assert set(photos_of(finding_id)[0].sizes) == {"2048", "1600", "400"}

    def test_sent_again_it_is_kept_once(self, phone: Phone, finding_id: UUID) -> None:
        for _ in range(3):
            answer = phone.create(finding_id, PHOTO, first=PHOTO)
            assert (answer.status_code, answer.headers["Upload-Complete"]) == (201, "?1")
        assert len(photos_of(finding_id)) == 1
        assert session().scalar(select(func.count()).select_from(Job)) == 1
        received = select(func.count()).where(AuditEvent.name == "photo.received")
        assert session().scalar(received) == 1

    def test_two_findings_may_have_the_same_photo(self, phone: Phone, finding_id: UUID, site: Site) -> None:
        other = make_finding(make_walk(site)).id
        phone.create(finding_id, PHOTO, first=PHOTO)
        phone.create(other, PHOTO, first=PHOTO)
        assert [len(photos_of(one)) for one in (finding_id, other)] == [1, 1]

    def test_knowing_the_hash_of_a_photo_gives_nobody_the_photo(self, phone: Phone, finding_id: UUID) -> None:
        files().put(PHOTO)
        answer = phone.create(finding_id, PHOTO)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "0")
        assert "Upload-Complete" not in answer.headers
        assert photos_of(finding_id) == []

    def test_its_kind_is_the_one_that_was_announced(self, phone: Phone, finding_id: UUID) -> None:
        with change(SYSTEM, None) as expecting:
            walk_id = expecting.session.get_one(Finding, finding_id).walk_id
            row = ExpectedPhoto(
                finding_id=finding_id, sha256=sha(PHOTO), walk_id=walk_id, kind=PhotoKind.VERIFICATION
            )
            expecting.session.add(row)
        phone.create(finding_id, PHOTO, first=PHOTO)
        assert photos_of(finding_id)[0].kind is PhotoKind.VERIFICATION

    @pytest.mark.parametrize(
        "said",
        [
            {"taken_at": "yesterday", "lon": "east", "lat": "north", "accuracy_m": "good"},
            {"taken_at": "0001-01-01T00:00:00+14:00", "lon": "1e999", "lat": "nan", "accuracy_m": "-inf"},
            {"taken_at": "2026-03-14T19:20:00", "lon": "181", "lat": "59"},
            {"taken_at": "", "lat": "59"},
            {"taken_at": "9" * 5000, "lon": "9" * 5000, "lat": "\0"},
        ],
    )
    def test_what_it_says_never_keeps_it_out(
        self, phone: Phone, finding_id: UUID, said: dict[str, str]
    ) -> None:
        assert phone.create(finding_id, PHOTO, first=PHOTO, said=said).status_code == 201
        (photo,) = photos_of(finding_id)
        assert (photo.lon, photo.lat, photo.accuracy_m) == (None, None, None)

    def test_a_negative_accuracy_is_passed_over(self, phone: Phone, finding_id: UUID) -> None:
        phone.create(finding_id, PHOTO, first=PHOTO, said={"lon": 17.9, "lat": 59.4, "accuracy_m": -5})
        (photo,) = photos_of(finding_id)
        assert (photo.lon, photo.lat, photo.accuracy_m) == (17.9, 59.4, None)

    def test_a_heic_that_no_phone_could_decode_is_taken(self, phone: Phone, finding_id: UUID) -> None:
        heic = (PHOTOS / "lamp.heic").read_bytes()
        assert phone.create(finding_id, heic, first=heic).status_code == 201
        jobs.run_due()
        (photo,) = photos_of(finding_id)
        assert (photo.media_type, photo.width, photo.height) == ("image/heic", 320, 240)
        assert set(photo.sizes) == {"2048", "1600", "400"}

    def test_a_photo_that_cannot_be_decoded_is_kept_and_told_of(self, phone: Phone, finding_id: UUID) -> None:
        cut = PHOTO[:HALF]
        assert phone.create(finding_id, cut, first=cut).status_code == 201
        assert jobs.run_due() == 1
        (photo,) = photos_of(finding_id)
        assert (photo.sizes, photo.fault) == ({}, "broken")
        assert files().get(sha(cut)) == cut
        assert jobs.run_due() == 0


class TestInParts:
    def test_a_photo_in_three_parts_is_kept_and_its_parts_are_gone(
        self, phone: Phone, finding_id: UUID
    ) -> None:
        third = len(PHOTO) // 3
        answer = phone.create(finding_id, PHOTO, first=PHOTO[:third])
        url = answer.headers["Location"]
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(third))
        assert "Upload-Expires" in answer.headers
        answer = phone.go_on(url, third, PHOTO[third : 2 * third])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(2 * third))
        assert len(parts_of(url)) == 2
        answer = phone.go_on(url, 2 * third, PHOTO[2 * third :])
        assert (answer.status_code, answer.headers["Upload-Complete"]) == (204, "?1")
        assert files().get(photos_of(finding_id)[0].sha256) == PHOTO
        assert parts_of(url) == []

    def test_who_lost_the_last_answer_is_told_that_it_is_complete(
        self, phone: Phone, finding_id: UUID
    ) -> None:
        url = phone.create(finding_id, PHOTO).headers["Location"]
        phone.go_on(url, 0, PHOTO)
        answer = phone.send("HEAD", url)
        assert (answer.status_code, answer.headers["Upload-Complete"]) == (200, "?1")
        assert answer.headers["Upload-Offset"] == answer.headers["Upload-Length"] == str(len(PHOTO))
        assert answer.headers["Cache-Control"] == "no-store"

    def test_what_arrived_of_a_broken_body_is_kept(self, phone: Phone, finding_id: UUID) -> None:
        url = phone.create(finding_id, PHOTO).headers["Location"]
        phone.go_on(url, 0, PHOTO[:HALF], body_length=len(PHOTO))
        assert phone.send("HEAD", url).headers["Upload-Offset"] == str(HALF)
        assert phone.go_on(url, HALF, PHOTO[HALF:]).headers["Upload-Complete"] == "?1"
        assert files().get(photos_of(finding_id)[0].sha256) == PHOTO

    def test_a_body_that_broke_before_its_first_byte_changes_nothing(
        self, phone: Phone, finding_id: UUID
    ) -> None:
        url = phone.create(finding_id, PHOTO).headers["Location"]
        phone.go_on(url, 0, b"", body_length=len(PHOTO))
        assert phone.send("HEAD", url).headers["Upload-Offset"] == "0"

    def test_a_broken_creation_is_taken_up_by_the_next(self, phone: Phone, finding_id: UUID) -> None:
        phone.create(finding_id, PHOTO, first=PHOTO[:HALF], body_length=len(PHOTO))
        answer = phone.create(finding_id, PHOTO, first=PHOTO[:100], body_length=len(PHOTO))
        assert answer.headers["Upload-Offset"] == str(HALF)
        answer = phone.create(finding_id, PHOTO, first=PHOTO[: HALF + 9], body_length=len(PHOTO))
        assert answer.headers["Upload-Offset"] == str(HALF + 9)
        answer = phone.go_on(answer.headers["Location"], HALF + 9, PHOTO[HALF + 9 :])
        assert answer.headers["Upload-Complete"] == "?1"
        assert files().get(photos_of(finding_id)[0].sha256) == PHOTO
        assert session().scalar(select(func.count()).select_from(Upload)) == 1

    def test_only_the_first_of_two_writers_at_one_offset_goes_on(
        self, phone: Phone, finding_id: UUID
    ) -> None:
        url = phone.create(finding_id, PHOTO).headers["Location"]
        assert phone.go_on(url, 0, PHOTO[:HALF]).status_code == 204
        assert code_of(phone.go_on(url, 0, PHOTO[:100])) == (409, "wrong_offset")
        assert code_of(phone.go_on(url, HALF + 1, PHOTO[HALF + 1 :])) == (409, "wrong_offset")
        assert phone.go_on(url, HALF, PHOTO[HALF:]).headers["Upload-Complete"] == "?1"

    def test_a_photo_that_came_another_way_meanwhile_is_kept_once(
        self, phone: Phone, finding_id: UUID
    ) -> None:
        url = phone.create(finding_id, PHOTO, first=PHOTO[:HALF]).headers["Location"]
        phone.create(finding_id, PHOTO, first=PHOTO)
        assert phone.go_on(url, HALF, PHOTO[HALF:]).headers["Upload-Complete"] == "?1"
        assert phone.send("HEAD", url).headers["Upload-Complete"] == "?1"
        assert len(photos_of(finding_id)) == 1


class TestRefused:
    def test_other_bytes_than_announced_are_dropped(self, phone: Phone, finding_id: UUID) -> None:
        garbled = PHOTO[:-9] + b"123456789"
        assert code_of(phone.create(finding_id, PHOTO, first=garbled)) == (422, "hash_mismatch")
        assert code_of(phone.create(finding_id, PHOTO, first=bytes(len(PHOTO)))) == (422, "hash_mismatch")
        url = phone.create(finding_id, PHOTO, first=PHOTO[:HALF]).headers["Location"]
        assert code_of(phone.go_on(url, HALF, garbled[HALF:])) == (422, "hash_mismatch")
        assert phone.send("HEAD", url).status_code == 404
        assert parts_of(url) == []
        assert photos_of(finding_id) == []
        assert not files().exists(sha(garbled))

    def test_what_is_no_photo_is_dropped(self, phone: Phone, finding_id: UUID) -> None:
        text = b"not a photo at all"
        assert code_of(phone.create(finding_id, text, first=text)) == (422, "not_a_photo")
        url = phone.create(finding_id, text, first=text[:5]).headers["Location"]
        assert code_of(phone.go_on(url, 5, text[5:])) == (422, "not_a_photo")
        assert phone.send("HEAD", url).status_code == 404
        assert not files().exists(sha(text))

    def test_more_bytes_than_announced_are_refused_and_what_came_before_stays(
        self, phone: Phone, finding_id: UUID
    ) -> None:
        refused = phone.create(finding_id, PHOTO, first=PHOTO, length=HALF)
        assert code_of(refused) == (413, "longer_than_announced")
        url = phone.create(finding_id, PHOTO, first=PHOTO[:HALF]).headers["Location"]
        assert code_of(phone.go_on(url, HALF, PHOTO[HALF:] + b"x")) == (413, "longer_than_announced")
        broken = phone.go_on(url, HALF, b"x", body_length=len(PHOTO))
        assert code_of(broken) == (413, "longer_than_announced")
        assert phone.send("HEAD", url).headers["Upload-Offset"] == str(HALF)

    def test_a_photo_of_more_than_30_mb_is_refused(self, phone: Phone, finding_id: UUID) -> None:
        size = 30 * 1024**2 + 1
        assert code_of(phone.create(finding_id, PHOTO, length=size)) == (413, "too_large")
        assert code_of(phone.create(finding_id, PHOTO, first=b"x", body_length=size)) == (413, "too_large")

    @pytest.mark.parametrize("version", [None, "0.2.2", "2.0.0", "1.0.0, 2.0.0"])
    def test_another_version_of_tus_is_refused(
        self, phone: Phone, finding_id: UUID, version: str | None
    ) -> None:
        del phone.headers["Tus-Resumable"]
        if version:
            phone.headers["Tus-Resumable"] = version
        for method in ("POST", "HEAD", "PATCH", "DELETE"):
            address = UPLOADS if method == "POST" else f"{UPLOADS}/{uuid4()}"
            answer = phone.send(method, address)
            assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Upload-Length": "10"},
            {"Upload-Length": "ten"},
            {"Upload-Length": "0"},
            {"Upload-Length": "-1"},
            {"Upload-Length": "9" * 30},
            {"Upload-Defer-Length": "1"},
            {"Upload-Metadata": ""},
            {"Upload-Metadata": "finding_id,sha256"},
            {"Upload-Metadata": "finding_id %%%"},
            {"Upload-Metadata": metadata({"finding_id": "1", "sha256": "a" * 64})},
            {"Upload-Metadata": metadata({"finding_id": uuid4(), "sha256": "../" + "a" * 61})},
        ],
    )
    def test_headers_that_make_no_sense_are_told(self, phone: Phone, headers: dict[str, str]) -> None:
        good = {
            "Upload-Length": "10",
            "Upload-Metadata": metadata({"finding_id": uuid4(), "sha256": "a" * 64}),
        }
        answer = phone.send(
            "POST", UPLOADS, {**good, **headers} if headers and len(headers) == 1 else headers
        )
        if headers in ({"Upload-Length": "10"}, {"Upload-Defer-Length": "1"}):
            assert code_of(answer) == (404, "not_found")
        else:
            assert code_of(answer) == (400, "bad_upload")

    def test_bytes_are_announced_as_such(self, phone: Phone, finding_id: UUID) -> None:
        url = phone.create(finding_id, PHOTO).headers["Location"]
        for content_type in ("application/json", "image/jpeg"):
            answer = phone.send("PATCH", url, {"Upload-Offset": "0"}, data=b"x", content_type=content_type)
            assert code_of(answer) == (415, "wrong_content_type")
        assert code_of(phone.send("PATCH", url, content_type=BYTES, data=b"x")) == (400, "bad_upload")


class TestWhose:
    def test_who_is_not_signed_in_is_told_so(
        self, client: FlaskClient, phone: Phone, finding_id: UUID
    ) -> None:
        phone.headers["Authorization"] = "Bearer nobody"
        assert code_of(phone.create(finding_id, PHOTO, first=PHOTO)) == (401, "signed_out")
        del phone.headers["Authorization"]
        assert code_of(phone.create(finding_id, PHOTO, first=PHOTO)) == (401, "signed_out")

    def test_a_finding_that_is_not_there_yet_is_not_found(self, phone: Phone) -> None:
        assert code_of(phone.create(uuid4(), PHOTO, first=PHOTO)) == (404, "not_found")
        assert not files().exists(sha(PHOTO))

    def test_outsiders_owners_and_analysts_add_nothing(
        self, client: FlaskClient, outsider: Actor, owner: Actor, analyst: Actor, site: Site
    ) -> None:
        finding_id = make_finding(make_walk(site), responsible_id=owner.grants[0].organisation_id).id
        for actor in (outsider, owner, analyst):
            assert code_of(Phone(client, actor).create(finding_id, PHOTO, first=PHOTO)) == (404, "not_found")
        assert photos_of(finding_id) == []

    def test_another_persons_upload_is_not_found(
        self, client: FlaskClient, phone: Phone, coordinator: Actor, finding_id: UUID
    ) -> None:
        url = phone.create(finding_id, PHOTO, first=PHOTO[:HALF]).headers["Location"]
        other = Phone(client, coordinator)
        for answer in (other.go_on(url, HALF, PHOTO[HALF:]), other.send("DELETE", url)):
            assert code_of(answer) == (404, "not_found")
        assert other.send("HEAD", url).status_code == 404
        assert phone.send("HEAD", url).headers["Upload-Offset"] == str(HALF)

    def test_who_reported_a_finding_still_delivers_its_photos_once_it_is_protected(
        self, client: FlaskClient, phone: Phone, field: Actor, site: Site
    ) -> None:
        mine = make_finding(make_walk(site), level=Level.PROTECTED, reported_by=field.user_id).id
        others = make_finding(make_walk(site), level=Level.PROTECTED).id
        assert phone.create(mine, PHOTO, first=PHOTO).status_code == 201
        assert code_of(phone.create(others, PHOTO, first=PHOTO)) == (404, "not_found")

    def test_who_lost_the_role_meanwhile_does_not_finish(
        self, client: FlaskClient, phone: Phone, field: Actor, finding_id: UUID
    ) -> None:
        url = phone.create(finding_id, PHOTO, first=PHOTO[:HALF]).headers["Location"]
        with change(SYSTEM, None) as ending:
            row = ending.session.scalars(select(Membership).where(Membership.user_id == field.user_id)).one()
            ending.session.delete(row)
        assert code_of(phone.go_on(url, HALF, PHOTO[HALF:])) == (404, "not_found")
        assert photos_of(finding_id) == []


class TestTheEnd:
    def test_a_terminated_upload_is_gone_with_its_parts(self, phone: Phone, finding_id: UUID) -> None:
        url = phone.create(finding_id, PHOTO, first=PHOTO[:HALF]).headers["Location"]
        assert len(parts_of(url)) == 1
        assert phone.send("DELETE", url).status_code == 204
        assert parts_of(url) == []
        assert phone.send("DELETE", url).status_code == 404
        assert code_of(phone.go_on(url, HALF, PHOTO[HALF:])) == (404, "not_found")

    def test_an_expired_upload_is_gone_and_swept(self, phone: Phone, finding_id: UUID) -> None:
        expired = phone.create(finding_id, PHOTO, first=PHOTO[:HALF]).headers["Location"]
        fresh = phone.create(finding_id, jpeg(), first=jpeg()[:50]).headers["Location"]
        with change(SYSTEM, None) as ageing:
            wanted = Upload.id == UUID(expired.rsplit("/", 1)[1])
            ageing.session.execute(update(Upload).where(wanted).values(expires_at=now() - timedelta(days=1)))
        assert phone.send("HEAD", expired).status_code == 404
        assert code_of(phone.go_on(expired, HALF, PHOTO[HALF:])) == (404, "not_found")
        assert sweep_uploads() == 1
        assert sweep_uploads() == 0
        assert parts_of(expired) == []
        assert phone.go_on(fresh, 50, jpeg()[50:]).headers["Upload-Complete"] == "?1"

    def test_every_part_gives_it_a_new_life(self, phone: Phone, finding_id: UUID) -> None:
        url = phone.create(finding_id, PHOTO).headers["Location"]
        with change(SYSTEM, None) as ageing:
            ageing.session.execute(update(Upload).values(expires_at=now() + timedelta(minutes=5)))
        phone.go_on(url, 0, PHOTO[:HALF])
        left = session().scalars(select(Upload.expires_at)).one() - now()
        assert left > LIFE - timedelta(minutes=5)

    def test_where_parts_are_lost_the_phone_begins_anew(self, phone: Phone, finding_id: UUID) -> None:
        url = phone.create(finding_id, PHOTO, first=PHOTO[:HALF]).headers["Location"]
        files().delete_parts(UUID(url.rsplit("/", 1)[1]))
        assert code_of(phone.go_on(url, HALF, PHOTO[HALF:])) == (404, "not_found")
        assert phone.send("HEAD", url).status_code == 404
        assert phone.create(finding_id, PHOTO, first=PHOTO).headers["Upload-Complete"] == "?1"


class TestDiscovery:
    def test_anybody_may_ask_what_is_spoken(self, client: FlaskClient) -> None:
        for address in (UPLOADS, f"{UPLOADS}/{uuid4()}"):
            answer = client.options(address)
            assert answer.status_code == 204
            assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
            assert answer.headers["Tus-Max-Size"] == str(30 * 1024**2)
            said = "creation,creation-with-upload,termination,expiration"
            assert answer.headers["Tus-Extension"] == said

    def test_a_page_of_somebody_else_cannot_use_the_session(
        self,
        client: FlaskClient,
        field: Actor,
        finding_id: UUID,
        sign_in: Callable[[FlaskClient, Actor], None],
    ) -> None:
        sign_in(client, field)
        phone = Phone(client, field)
        del phone.headers["Authorization"]
        assert phone.create(finding_id, PHOTO, first=PHOTO).status_code == 201
        phone.headers["Sec-Fetch-Site"] = "cross-site"
        assert code_of(phone.create(finding_id, PHOTO, first=PHOTO)) == (403, "foreign_origin")
