"""Photos: taken in, attached, made small, and shown through their finding."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from app import jobs
from app.db import change, session
from app.errors import InvalidInputError, NotFoundError
from app.models.audit import AuditEvent
from app.models.findings import Level
from app.models.photos import Photo
from app.models.sites import Site
from app.permissions import Actor
from app.services.findings import FindingDetails, add_photos, report_finding
from app.services.photos import attach, keep, kept, make_derivatives, open_photo, take_in
from app.storage import files
from tests.builders import make_finding, make_walk

PHOTOS = Path(__file__).parent.parent / "data" / "photos"
UPRIGHT = (PHOTOS / "Landscape_1.jpg").read_bytes()
TURNED = (PHOTOS / "Portrait_6.jpg").read_bytes()
BEHIND_THE_LIBRARY = FindingDetails(category="skrap", place_words="Bakom biblioteket")


def located(lon: float, lat: float) -> bytes:
    """A small JPEG whose EXIF says where it was taken."""
    exif = Image.Exif()
    gps = exif.get_ifd(0x8825)
    gps.update({1: "N", 2: (int(lat), (lat % 1) * 60, 0.0), 3: "E", 4: (int(lon), (lon % 1) * 60, 0.0)})
    target = io.BytesIO()
    Image.new("RGB", (32, 24), "teal").save(target, "JPEG", exif=exif)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "empty"), (b"not a photo at all", "not_an_image"), (UPRIGHT[: len(UPRIGHT) // 2], "broken")],
)
@pytest.mark.usefixtures("app")
def test_what_is_no_photo_is_refused_at_the_field(data: bytes, code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        take_in(data)
    (fault,) = caught.value.errors
    assert (fault.field, fault.code) == ("photos", code)
    assert not files().exists(hashlib.sha256(data).hexdigest())


def test_a_report_keeps_the_original_and_has_the_sizes_made(field: Actor, site: Site) -> None:
    finding = report_finding(field, make_walk(site).id, BEHIND_THE_LIBRARY, photos=[take_in(TURNED)])
    (photo,) = finding.photos
    assert files().get(photo.sha256) == TURNED
    assert photo.sizes == {}
    number, photo_id = finding.number, photo.id
    assert jobs.run_due() == 1
    assert set(session().get_one(Photo, photo_id).sizes) == {"2048", "1600", "400"}
    small = open_photo(field, number.lower(), photo_id, 400)
    picture = Image.open(io.BytesIO(b"".join(small.file.chunks)))
    assert picture.format == "JPEG"
    assert picture.height > picture.width
    assert not picture.getexif()


def test_the_sizes_are_made_once(field: Actor, site: Site) -> None:
    finding = report_finding(field, make_walk(site).id, BEHIND_THE_LIBRARY, photos=[take_in(UPRIGHT)])
    photo_id = finding.photos[0].id
    jobs.run_due()
    photo = session().get_one(Photo, photo_id)
    version = dict(photo.sizes)
    make_derivatives(str(photo_id))
    assert session().get_one(Photo, photo_id).sizes == version
    events = select(func.count()).select_from(AuditEvent).where(AuditEvent.subject_id == photo_id)
    assert session().scalar(events) == 1


def test_a_photo_that_is_there_is_not_added_again(field: Actor, site: Site) -> None:
    finding = report_finding(
        field, make_walk(site).id, BEHIND_THE_LIBRARY, photos=[take_in(UPRIGHT), take_in(UPRIGHT)]
    )
    assert len(add_photos(field, finding.number, [take_in(UPRIGHT), take_in(TURNED)]).photos) == 2


def test_a_finding_without_a_pin_takes_its_photos_position(field: Actor, site: Site) -> None:
    photos = [take_in(UPRIGHT), take_in(located(17.9425, 59.4041))]
    finding = report_finding(field, make_walk(site).id, FindingDetails(category="skrap"), photos=photos)
    assert (finding.lon, finding.lat) == pytest.approx((17.9425, 59.4041), abs=1e-6)


def test_a_pin_beats_the_photos_position(field: Actor, site: Site) -> None:
    details = FindingDetails(category="skrap", lon=17.9421, lat=59.4037)
    photos = [take_in(located(17.9425, 59.4041))]
    assert report_finding(field, make_walk(site).id, details, photos=photos).lon == 17.9421


def test_photos_are_seen_by_those_who_see_their_finding(
    field: Actor, coordinator: Actor, outsider: Actor, owner: Actor, site: Site
) -> None:
    finding = make_finding(make_walk(site), level=Level.PROTECTED)
    with change(coordinator, None) as adding:
        (photo_id,) = attach(adding, finding, [take_in(UPRIGHT)])
    number = finding.number
    jobs.run_due()
    sizes = session().get_one(Photo, photo_id).sizes
    assert open_photo(coordinator, number, photo_id, 400).sha256 == sizes["400"]
    for persona in (field, outsider, owner):
        with pytest.raises(NotFoundError):
            open_photo(persona, number, photo_id, 400)


def test_a_photo_answers_to_its_own_finding_and_sizes_only(field: Actor, site: Site) -> None:
    walk = make_walk(site)
    finding = report_finding(field, walk.id, BEHIND_THE_LIBRARY, photos=[take_in(UPRIGHT)])
    number, other, photo_id = finding.number, make_finding(walk).number, finding.photos[0].id
    with pytest.raises(NotFoundError):
        open_photo(field, number, photo_id, 400)  # still being made
    jobs.run_due()
    for wrong_number, wrong_edge in ((other, 400), (number, 401)):
        with pytest.raises(NotFoundError):
            open_photo(field, wrong_number, photo_id, wrong_edge)


def test_a_kept_photo_is_the_keepers_alone(field: Actor, coordinator: Actor) -> None:
    upload = take_in(located(17.9425, 59.4041))
    note = keep(field, upload)
    assert kept(field, note) == upload
    assert kept(coordinator, note) is None
    assert kept(field, ("A" if note[0] != "A" else "B") + note[1:]) is None


def test_a_form_brings_its_photos_for_a_week_only(field: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    note = keep(field, take_in(UPRIGHT))
    monkeypatch.setattr("app.services.photos.NOTE_LIFE", timedelta(seconds=-1))
    assert kept(field, note) is None
