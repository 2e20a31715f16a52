from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from shapely import to_wkb
from shapely.geometry import MultiPolygon, box
from sqlalchemy import Engine, delete

from app import db
from app.db import change, session
from app.i18n import today
from app.models.accounts import Organisation
from app.models.areas import Area
from app.models.sites import Property, Responsibility, Site
from app.permissions import SYSTEM
from app.services import places
from app.services.places import Candidate, Location, Right, candidates, locate
from tests.builders import make_organisation, make_site

LON, LAT = 17.9421, 59.4037
METRE_EAST = 1 / 56_800
TODAY = today()
DAY = timedelta(days=1)


def square(half: float = 0.001, east_m: float = 0.0) -> bytes:
    lon = LON + east_m * METRE_EAST
    return to_wkb(MultiPolygon([box(lon - half, LAT - half, lon + half, LAT + half)]))


def strip(east_m: float) -> bytes:
    """Ground whose western border lies that far east of the spot."""
    lon = LON + east_m * METRE_EAST
    return to_wkb(MultiPolygon([box(lon, LAT - 0.001, lon + 0.001, LAT + 0.001)]))


def add(row: Any) -> Any:
    with change(SYSTEM, None) as adding:
        adding.session.add(row)
    return row


def add_area(name: str, polygon: bytes, **values: Any) -> Area:
    area: Area = add(Area(name=name, kind="stadsdel", polygon=polygon, **values))
    return area


def add_ground(organisation: Organisation, name: str = "Torget", **values: Any) -> None:
    add(Responsibility(organisation_id=organisation.id, name=name, **{"polygon": square(), **values}))


def add_property(designation: str, **values: Any) -> None:
    add(Property(designation=designation, **{"polygon": square(), **values}))


def said(found: list[Candidate]) -> list[tuple[str, str]]:
    return [(candidate.organisation_name, candidate.right) for candidate in found]


def test_nothing_is_known_of_a_spot_without_polygons(database: Engine) -> None:
    assert locate(LON, LAT) == Location(None, None)
    assert candidates(LON, LAT, 10, "belysning") == []


def test_area_and_site_are_the_smallest_that_hold_the_spot(database: Engine) -> None:
    add_area("Järva", square(half=0.1))
    kista = add_area("Kista", square(half=0.01))
    add_area("Akalla", square(half=0.001, east_m=5000))
    site = make_site("kista-centrum", lon=LON, lat=LAT)
    make_site("akalla-centrum", lon=17.9130, lat=59.4152)
    assert locate(LON, LAT) == Location(kista.id, site.id)
    assert locate(0, 0) == Location(None, None)


def test_an_area_counts_on_its_first_and_last_day_only(database: Engine) -> None:
    add_area("Rinkeby-Kista", square(), valid_to=TODAY - DAY)
    add_area("Nya Järva", square(), valid_from=TODAY + DAY)
    assert locate(LON, LAT).area_id is None
    today_only = add_area("I dag", square(), valid_from=TODAY, valid_to=TODAY)
    assert locate(LON, LAT).area_id == today_only.id


def test_order_is_maintenance_then_leasehold_then_property(database: Engine) -> None:
    city, tenant, upkeep = map(
        make_organisation, ("Exploateringskontoret", "Centrumägare B", "Trafikkontoret")
    )
    add_property("Kista 1:1", owner_id=city.id, leaseholder_id=tenant.id)
    add_ground(upkeep, polygon=strip(east_m=4))
    found = candidates(LON, LAT, 10, "belysning")
    assert said(found) == [
        ("Trafikkontoret", "maintenance"),
        ("Centrumägare B", "leasehold"),
        ("Exploateringskontoret", "property"),
    ]
    assert [one.name for one in found] == ["Torget", "Kista 1:1", "Kista 1:1"]
    assert found[0].distance_m == pytest.approx(4, abs=0.1)
    assert [one.distance_m for one in found[1:]] == [0, 0]


def test_overlapping_properties_are_all_listed_the_smallest_first(database: Engine) -> None:
    centre, housing = map(make_organisation, ("Centrumägare B", "Bostadsbolag A"))
    add_property("Kista 1:2", owner_id=housing.id, polygon=square(half=0.002))
    add_property("Kista 1:1 (3D)", owner_id=centre.id, polygon=square(half=0.001))
    assert [one.name for one in candidates(LON, LAT, 10, "belysning")] == ["Kista 1:1 (3D)", "Kista 1:2"]


def test_a_property_without_an_owner_suggests_nobody(database: Engine) -> None:
    add_property("Kista 9:9")
    assert candidates(LON, LAT, 10, "belysning") == []


def test_ground_tended_for_another_category_is_left_out(database: Engine) -> None:
    lamps, all_else, cleaning = map(make_organisation, ("Belysningsbolaget", "Parkdrift", "Städbolaget"))
    add_ground(all_else)
    add_ground(lamps, category="belysning")
    add_ground(cleaning, category="skrap")
    assert said(candidates(LON, LAT, 10, "belysning")) == [
        ("Belysningsbolaget", "maintenance"),
        ("Parkdrift", "maintenance"),
    ]


@pytest.mark.parametrize(
    ("accuracy_m", "within"),
    [
        (None, [0, 4]),
        (0, [0, 4]),
        (8, [0, 4]),
        (25, [0, 4, 20]),
        (240, [0, 4, 20, 240]),
        (9000, [0, 4, 20, 240]),
    ],
)
def test_accuracy_sets_how_far_is_looked(
    database: Engine, accuracy_m: float | None, within: list[int]
) -> None:
    owner = make_organisation("Bostadsbolag A")
    for metres in (400, 20, 0, 240, 4):
        add_property(str(metres), owner_id=owner.id, polygon=strip(east_m=metres - 0.5))
    assert [one.name for one in candidates(LON, LAT, accuracy_m, "belysning")] == [str(m) for m in within]


def test_what_is_not_valid_today_is_left_out(database: Engine) -> None:
    owner = make_organisation("Bostadsbolag A")
    gone = make_organisation("Uppgånget bolag", valid_to=TODAY - DAY)
    add_property("Kista 1:1", owner_id=owner.id, valid_to=TODAY - DAY)
    add_property("Kista 1:2", owner_id=gone.id)
    add_ground(owner, valid_from=TODAY + DAY)
    assert candidates(LON, LAT, 10, "belysning") == []
    add_ground(owner, name="Parken", valid_from=TODAY, valid_to=TODAY)
    assert [one.name for one in candidates(LON, LAT, 10, "belysning")] == ["Parken"]


def move(row: Site) -> None:
    row.polygon = square(east_m=50_000)


def remove(row: Site) -> None:
    session().execute(delete(Site).where(Site.id == row.id))


@pytest.mark.parametrize("alter", [move, remove])
def test_a_change_of_the_table_is_seen_at_once(database: Engine, alter: Callable[[Site], None]) -> None:
    site = make_site("kista-centrum", lon=LON, lat=LAT)
    make_site("akalla-centrum", lon=17.9130, lat=59.4152)
    assert locate(LON, LAT).site_id == site.id
    with change(SYSTEM, None) as altering:
        alter(altering.session.get_one(Site, site.id))
    assert locate(LON, LAT).site_id is None


def test_what_was_rolled_back_is_forgotten(database: Engine) -> None:
    def fail() -> None:
        with change(SYSTEM, None) as adding:
            adding.session.add(Area(name="Kista", kind="stadsdel", polygon=square()))
            adding.session.flush()
            assert locate(LON, LAT).area_id is not None
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert locate(LON, LAT).area_id is None


def test_a_new_name_of_an_organisation_shows_at_once(database: Engine) -> None:
    owner = make_organisation("Bostadsbolag A")
    add_property("Kista 1:1", owner_id=owner.id)
    assert said(candidates(LON, LAT, 10, "belysning")) == [("Bostadsbolag A", Right.PROPERTY)]
    with change(SYSTEM, None) as renaming:
        renaming.session.get_one(Organisation, owner.id).name = "Bostadsbolag Ö"
    assert said(candidates(LON, LAT, 10, "belysning")) == [("Bostadsbolag Ö", Right.PROPERTY)]


def test_polygons_are_read_once_for_many_questions(database: Engine) -> None:
    owner = make_organisation("Bostadsbolag A")
    add_property("Kista 1:1", owner_id=owner.id)
    db.close_session()
    candidates(LON, LAT, 10, "belysning")
    kept = places._properties.index()
    db.close_session()
    candidates(LON, LAT, 10, "belysning")
    assert places._properties.index() is kept
