import pytest
from apiflask import APIFlask

from app.db import change
from app.errors import ForbiddenError, NotFoundError
from app.models.accounts import Role
from app.models.areas import PlaceName
from app.models.sites import Site
from app.permissions import SYSTEM, Actor, Permission
from app.services.sites import list_sites, load_site, place_names_near, site_polygon
from tests.builders import make_site, make_user, square


def test_sites_are_listed_by_name(site: Site, coordinator: Actor) -> None:
    make_site("akalla-centrum", lon=17.9130, lat=59.4152)
    assert [one.slug for one in list_sites(coordinator)] == ["akalla-centrum", "kista-centrum"]


def test_only_own_sites_are_listed(site: Site, outsider: Actor, owner: Actor) -> None:
    assert [one.slug for one in list_sites(outsider)] == ["bortom"]
    assert list_sites(owner) == []


def test_a_site_is_found_by_its_slug_in_any_case(site: Site, field: Actor) -> None:
    assert load_site(field, "Kista-Centrum") is site


def test_outsider_and_owner_are_told_of_no_site(site: Site, outsider: Actor, owner: Actor) -> None:
    for actor in (outsider, owner):
        with pytest.raises(NotFoundError):
            load_site(actor, "kista-centrum")


def test_unknown_site_is_not_found(app: APIFlask, coordinator: Actor) -> None:
    with pytest.raises(NotFoundError):
        load_site(coordinator, "ingenstans")


def test_who_may_only_look_may_not_coordinate(site: Site, analyst: Actor) -> None:
    with pytest.raises(ForbiddenError):
        load_site(analyst, "kista-centrum", Permission.COORDINATE)


def test_a_role_at_one_site_opens_that_one(site: Site, app: APIFlask) -> None:
    here = make_user(Role.COORDINATOR, site_id=site.id)
    assert load_site(here, "kista-centrum", Permission.COORDINATE) is site


def test_the_polygon_comes_back_as_it_was_stored(site: Site) -> None:
    assert site_polygon(site).equals(square())


def test_names_in_and_just_outside_the_site_are_near(site: Site) -> None:
    names = {"Torget": 17.9421, "Intill": 17.9421 + 0.0055, "Långt bort": 17.95}
    with change(SYSTEM, None) as naming:
        naming.session.add_all(PlaceName(name=name, lon=lon, lat=59.4037) for name, lon in names.items())
    assert [place.name for place in place_names_near(site)] == ["Intill", "Torget"]
