from datetime import timedelta
from typing import Any

import pytest

from app.db import now
from app.i18n import today
from app.models.accounts import Organisation
from app.models.findings import OPEN, ClosedReason, Level, Status
from app.models.sites import Site
from app.models.walks import WalkState
from app.permissions import Actor
from app.services.site_figures import (
    OwnerFigures,
    SiteFigures,
    figures,
    median_days,
    owner_figures,
    unfixed_reasons,
)
from tests.builders import make_finding, make_organisation, make_site, make_walk

TODAY = today()
DAY = timedelta(days=1)


def verified_after(days: float, status: Status = Status.VERIFIED) -> dict[str, Any]:
    return {"status": status, "reported_at": now() - days * DAY, "verified_at": now()}


def test_a_site_without_findings_has_no_figures(site: Site, coordinator: Actor) -> None:
    assert figures(coordinator, [site]) == {site.id: SiteFigures()}
    assert median_days(coordinator, site) is None


def test_reported_fixed_verified_and_closed_unfixed_are_counted_apart(site: Site, coordinator: Actor) -> None:
    walk = make_walk(site)
    for status in Status:
        make_finding(walk, status=status)
    found = figures(coordinator, [site])[site.id]
    assert found.open == len(OPEN)
    assert (found.reported_fixed, found.verified, found.closed_unfixed) == (1, 2, 1)


def test_only_what_is_open_and_was_due_before_today_is_overdue(site: Site, coordinator: Actor) -> None:
    walk = make_walk(site)
    make_finding(walk, status=Status.SENT, due_on=TODAY - DAY)
    make_finding(walk, status=Status.SENT, due_on=TODAY)
    make_finding(walk, status=Status.SENT)
    make_finding(walk, status=Status.VERIFIED, due_on=TODAY - DAY)
    assert figures(coordinator, [site])[site.id].overdue == 1


@pytest.mark.parametrize(
    ("days", "median"), [([3], 3), ([1, 10], 5.5), ([1, 2, 100], 2), ([4, 4, 4, 9], 4), ([0.5, 2.9], 1)]
)
def test_median_days_run_from_seen_to_verified(
    site: Site, coordinator: Actor, days: list[float], median: float
) -> None:
    walk = make_walk(site)
    for each in days:
        make_finding(walk, **verified_after(each))
    # What was verified once and has come back is not verified.
    make_finding(walk, **verified_after(500, Status.REOPENED))
    assert median_days(coordinator, site) == median


def test_positives_are_no_faults(site: Site, coordinator: Actor) -> None:
    make_finding(make_walk(site), positive=True)
    assert figures(coordinator, [site])[site.id].open == 0


def test_each_site_has_its_own_figures(site: Site, coordinator: Actor) -> None:
    other = make_site("akalla-centrum", lon=17.913, lat=59.4152)
    make_finding(make_walk(site, state=WalkState.FINISHED))
    make_walk(other, state=WalkState.FINISHED)
    make_finding(make_walk(other), **verified_after(7))
    found = figures(coordinator, [site, other])
    assert (found[site.id].open, found[site.id].verified, found[site.id].walks) == (1, 0, 1)
    assert (found[other.id].open, found[other.id].verified, found[other.id].walks) == (0, 1, 1)
    assert (median_days(coordinator, site), median_days(coordinator, other)) == (None, 7)


def test_protected_findings_count_only_for_those_who_may_see_them(
    site: Site, coordinator: Actor, analyst: Actor
) -> None:
    make_finding(make_walk(site), level=Level.PROTECTED)
    assert figures(coordinator, [site])[site.id].open == 1
    assert figures(analyst, [site])[site.id].open == 0


def test_what_waits_is_told_per_organisation(
    site: Site, coordinator: Actor, organisation: Organisation
) -> None:
    busy = make_organisation("Trafikkontoret")
    walk = make_walk(site)
    make_finding(walk)
    make_finding(walk, responsible_id=organisation.id, status=Status.SENT, due_on=TODAY - DAY)
    make_finding(walk, responsible_id=busy.id, status=Status.REPORTED_FIXED)
    make_finding(walk, responsible_id=busy.id, status=Status.PLANNED)
    make_finding(walk, responsible_id=busy.id, status=Status.VERIFIED)
    assert owner_figures(coordinator, site) == [
        OwnerFigures(busy.id, "Trafikkontoret", open=2, overdue=0, reported_fixed=1),
        OwnerFigures(organisation.id, "Bostadsbolag A", open=1, overdue=1, reported_fixed=0),
        OwnerFigures(None, None, open=1, overdue=0, reported_fixed=0),
    ]


def test_closed_unfixed_comes_with_its_reasons(site: Site, coordinator: Actor) -> None:
    walk = make_walk(site)
    for reason in (ClosedReason.COST, ClosedReason.NO_FAULT, ClosedReason.COST):
        make_finding(walk, status=Status.WONT_FIX, closed_reason=reason)
    assert unfixed_reasons(coordinator, site) == [(ClosedReason.COST, 2), (ClosedReason.NO_FAULT, 1)]
