"""The demo: on real ground, consistent since it went through the services, and never in a used database."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest
import shapely
from apiflask import APIFlask
from PIL import Image
from shapely.geometry import Point
from sqlalchemy import func, select

from app import db, jobs, storage
from app.db import session
from app.errors import ForbiddenError
from app.i18n import today
from app.models.accounts import Membership, Organisation, Role, User
from app.models.areas import Area, PlaceName
from app.models.findings import OPEN, Finding, NumberSeries, Status
from app.models.responses import Response
from app.models.sites import Phase, Property, Responsibility, Site
from app.models.surveys import Wave
from app.models.walks import Walk, WalkState
from app.permissions import SYSTEM, Actor
from app.services import demo, places
from app.services import waves as waves_of
from app.services.demo import content
from app.services.demo.drawings import SCENES, SIZE, draw
from app.services.demo.ground import Ground
from app.services.demo.stories import STORIES
from app.services.public_photos import open_public
from app.services.public_sites import load_public_page
from app.services.result_counts import count_wave
from app.services.transitions import find_transition
from app.services.wave_openings import measures_asked
from config import Settings, use_settings
from forms.checklists import parse_checklist, shipped_content
from forms.questionnaire.filling import Filling
from geo.distances import distance_m
from tests.builders import make_organisation
from tests.databases import PostgresTemplate, SqliteTemplate


@pytest.fixture(scope="module")
def filled(
    template: SqliteTemplate | PostgresTemplate,
    shared_app: APIFlask,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """A database filled once for all tests here, since it takes seconds; none of them changes what it holds."""
    url = template.fresh("demo")
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("demo"), database_url=url, secret_key="for-tests-only"
    )
    use_settings(settings)
    storage.connect(settings.storage)
    db.connect(settings.database)
    jobs.forget_queue()
    with shared_app.app_context():
        assert demo.fill(SYSTEM)
        yield
    db.dispose()
    template.drop(url)


@pytest.mark.usefixtures("filled")
class TestFilled:
    def test_says_that_it_is_the_demo_and_is_filled_once(self) -> None:
        assert demo.is_demo()
        before = session().scalar(select(func.count()).select_from(Finding))
        assert not demo.fill(SYSTEM)
        assert session().scalar(select(func.count()).select_from(Finding)) == before

    def test_residents_of_kista_read_of_fixes_with_photos_and_of_what_is_only_counted(self) -> None:
        page = load_public_page("kista-centrum", "sv")
        assert len({one.symbol for one in page.findings}) >= 4
        assert sum(page.counts.values()) >= 2
        shown = [one for one in page.findings if one.before and one.after]
        assert len(shown) >= 1
        assert open_public("kista-centrum", shown[0].after[0].id).file.size > 10_000

    def test_seven_sites_lie_round_their_centres_and_husby_is_starting(self) -> None:
        sites = {site.slug: site for site in session().scalars(select(Site))}
        assert {slug: site.code for slug, site in sites.items()} == {
            "kista-centrum": "KISTA",
            "akalla-centrum": "AKALLA",
            "husby-centrum": "HUSBY",
            "rinkeby-torg": "RINKEBY",
            "tensta-centrum": "TENSTA",
            "spanga-centrum": "SPANGA",
            "bromstens-centrum": "BROMSTEN",
        }
        assert [site.slug for site in sites.values() if site.phase is Phase.STARTING] == ["husby-centrum"]
        for row in content.sites():
            polygon = shapely.from_wkb(sites[row["slug"]].polygon)
            assert polygon.is_valid
            assert polygon.contains(Point(row["lon"], row["lat"]))
            west, south, east, north = polygon.bounds
            assert 300 < distance_m(west, south, east, north) < 1300

    def test_areas_are_valid_in_their_time(self) -> None:
        areas = session().execute(select(Area.kind, Area.name, Area.valid_from, Area.valid_to)).all()
        assert sum(kind == "stadsdel" for kind, *_ in areas) == 11
        districts = {name: (str(start), str(end)) for kind, name, start, end in areas if kind != "stadsdel"}
        assert districts == {
            "Järva": ("2023-07-01", "None"),
            "Rinkeby-Kista": ("None", "2023-06-30"),
            "Spånga-Tensta": ("None", "2023-06-30"),
        }
        assert session().scalar(select(func.count()).select_from(PlaceName)) == 91

    def test_properties_and_tended_ground_say_that_they_are_made_up(self) -> None:
        sources = {
            *session().scalars(select(Property.source)),
            *session().scalars(select(Responsibility.source)),
        }
        assert sources == {"Påhittad för demon"}

    def test_everybody_is_a_role(self) -> None:
        users = session().execute(select(User.email, Membership.role).join(Membership)).all()
        assert {role for _, role in users} == set(Role)
        assert {email for email, _ in users} == set(demo.PEOPLE)
        assert all(email.endswith("@demo.example") for email, _ in users)

    def test_walks_are_finished_under_way_and_planned(self) -> None:
        walks = session().scalars(select(Walk)).all()
        states = Counter(walk.state for walk in walks)
        assert (states[WalkState.ONGOING], states[WalkState.PLANNED]) == (1, 1)
        for walk in walks:
            if walk.state is WalkState.FINISHED:
                assert walk.light
                assert walk.weather
                assert walk.ground
                assert walk.participants
                assert walk.stops
                assert walk.started_at is not None
                assert walk.finished_at is not None
                assert walk.started_at < walk.finished_at < db.now()

    def test_every_finding_of_the_table_is_there_within_its_site(self) -> None:
        findings = session().scalars(select(Finding)).all()
        assert 60 <= len(findings) == len(content.findings()) <= 90
        assert {finding.category for finding in findings} == {
            category.slug for category in parse_checklist(shipped_content()).categories
        }
        polygons = {site.id: shapely.from_wkb(site.polygon) for site in session().scalars(select(Site))}
        for finding in findings:
            assert finding.site_id == finding.walk.site_id
            assert finding.lon is not None
            assert finding.lat is not None
            assert polygons[finding.site_id].contains(Point(finding.lon, finding.lat))
            assert finding.area_id is not None

    def test_numbers_count_up_within_site_and_year(self) -> None:
        findings = session().scalars(select(Finding).order_by(Finding.reported_at)).all()
        per_series: dict[str, list[int]] = {}
        for finding in findings:
            series, number = finding.number.rsplit("-", 1)
            assert series == f"{finding.site.code}-{finding.reported_at.year}"
            per_series.setdefault(series, []).append(int(number))
        assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in per_series.values())
        assert sum(session().scalars(select(NumberSeries.last))) == len(findings)

    def test_most_statuses_are_there(self) -> None:
        statuses = set(session().scalars(select(Finding.status)))
        assert set(Status) - statuses == {Status.WITHDRAWN}  # a mistake is no story to show

    def test_histories_follow_the_table_and_end_where_the_finding_stands(self) -> None:
        for finding in session().scalars(select(Finding)):
            history = finding.history
            assert [step.number for step in history] == list(range(1, len(history) + 1))
            assert history[-1].after is finding.status
            for earlier, later in pairwise(history):
                assert later.before is earlier.after
                assert earlier.at <= later.at <= db.now()
                assert find_transition(earlier.after, later.after)
            assert finding.updated_at == history[-1].at

    def test_no_doer_has_verified_their_own_fix(self) -> None:
        for finding in session().scalars(select(Finding)):
            for earlier, later in pairwise(finding.history):
                if (earlier.after, later.after) == (Status.REPORTED_FIXED, Status.VERIFIED):
                    assert earlier.actor_id != later.actor_id or finding.fixed_by is None

    def test_some_are_overdue_and_the_owner_has_work(self) -> None:
        today = db.now().date()
        late = select(func.count()).where(Finding.due_on < today, Finding.status.in_(OPEN))
        assert (session().scalar(late) or 0) >= 3
        theirs = select(func.count()).select_from(Finding).join(Finding.responsible)
        mine = theirs.where(Organisation.name == "Bostadsbolag A", Finding.status.in_(OPEN))
        assert (session().scalar(mine) or 0) >= 3

    def test_whose_is_it_finds_several_candidates_in_order(self) -> None:
        kista = next(row for row in content.sites() if row["slug"] == "kista-centrum")
        found = places.candidates(kista["lon"], kista["lat"], 10, "belysning")
        assert len({one.organisation_name for one in found}) >= 2
        rights = [list(places.Right).index(one.right) for one in found]
        assert rights == sorted(rights)

    def test_photos_have_their_sizes_made_by_the_jobs_that_wait(self) -> None:
        waiting = jobs.due()
        assert len(waiting) > 40
        assert jobs.run(waiting[0])

    def test_residents_are_asked_at_two_sites_and_their_answers_hold_against_the_questionnaire(
        self,
    ) -> None:
        waves = {(wave.survey.slug, wave.number): wave for wave in session().scalars(select(Wave))}
        phases = {key: waves_of.phase(wave, today()) for key, wave in waves.items()}
        assert phases == {
            ("kista-centrum", 1): waves_of.Phase.CLOSED,
            ("kista-centrum", 2): waves_of.Phase.OPEN,
            ("akalla-centrum", 1): waves_of.Phase.CLOSED,
            ("akalla-centrum", 2): waves_of.Phase.OPEN,
            ("kista-centrum-verksamheter", 1): waves_of.Phase.CLOSED,
            ("kista-centrum-verksamheter", 2): waves_of.Phase.PLANNED,
        }
        for wave in waves.values():
            for response in session().scalars(select(Response).where(Response.wave_id == wave.id).limit(20)):
                assert wave.opens_on <= response.day <= min(wave.closes_on, today())
                checked = Filling(waves_of.definition_of(wave.id), response.answers).check()
                assert (checked.faults, checked.answers) == ({}, response.answers)
        counted = select(func.count()).select_from(Response)
        assert session().scalar(counted.where(Response.wave_id == waves["kista-centrum", 1].id)) == 320
        shown = count_wave(waves["kista-centrum", 1]).items
        assert all(len(shown[name].choices) > 4 for name in ("place_safe", "place_unsafe"))
        noticed = [one.name for one in measures_asked(waves_of.definition_of(waves["kista-centrum", 2].id))]
        assert noticed, "the demo has verified remedies since its baseline"


def test_used_database_is_left_alone(app: APIFlask) -> None:
    make_organisation("Någon")
    assert not demo.fill(SYSTEM)
    assert not demo.is_demo()
    assert list(session().scalars(select(Organisation.name))) == ["Någon"]


def test_demo_is_for_administrators(coordinator: Actor) -> None:
    with pytest.raises(ForbiddenError):
        demo.fill(coordinator)


@pytest.mark.parametrize("scene", SCENES)
def test_drawing_is_a_photo_and_the_same_each_time(scene: str) -> None:
    before = draw(scene, 1)
    picture = Image.open(io.BytesIO(before))
    assert (picture.format, picture.size) == ("JPEG", SIZE)
    assert draw(scene, 1) == before
    assert scene == "square" or draw(scene, 1, mended=True) != before


def test_ground_is_the_same_each_time() -> None:
    site = content.sites()[0]
    assert Ground(site).polygon.equals(Ground(site).polygon)
    assert [unit.polygon.wkb for unit in Ground(site).units()] == [
        unit.polygon.wkb for unit in Ground(site).units()
    ]


def test_rows_use_only_what_the_checklist_and_the_stories_know() -> None:
    checklist = parse_checklist(shipped_content())
    keys = {row["key"] for row in content.organisations()}
    for row in content.findings():
        category = checklist.category(row["category"])
        assert category is not None
        assert category.item(row["item"]) is not None, row["item"]
        assert row["story"] in STORIES
        assert row["owner"] in {"", *keys}
        assert row["scene"] in {"", *SCENES}


def test_table_of_findings_has_no_row_of_another_width() -> None:
    text = (content.FOLDER / "demo_findings.csv").read_text(encoding="utf-8")
    assert {len(row) for row in csv.reader(io.StringIO(text), delimiter=";")} == {13}
