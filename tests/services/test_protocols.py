from datetime import timedelta
from typing import Any

import pytest
from shapely import LineString, to_wkb

from app.db import change
from app.errors import NotFoundError
from app.models.accounts import Organisation
from app.models.findings import Finding, Level, Status
from app.models.photos import Photo, PhotoKind
from app.models.remedies import Recheck, RecheckResult
from app.models.sites import Site
from app.models.walks import Light, Walk, WalkParticipant, WalkState
from app.permissions import SYSTEM, Actor
from app.services.protocols import load_protocol
from app.services.walk_findings import noted
from app.services.walk_summaries import count_faults, summarise
from geo.distances import metres_per_degree
from tests.builders import NOON, make_finding, make_site, make_walk


def add(*rows: Any) -> None:
    with change(SYSTEM, None) as adding:
        adding.session.add_all(rows)


def earlier_walk(site: Site, days: int = 30, **values: Any) -> Walk:
    moment = NOON - timedelta(days=days)
    return make_walk(
        site, **{"state": WalkState.FINISHED, "planned_at": moment, "started_at": moment, **values}
    )


def route(metres: float | None, lat: float = 59.4037) -> dict[str, Any]:
    """A straight route from west to east with its middle at the site's."""
    if metres is None:
        return {}
    reach = metres / 2 / metres_per_degree(lat)[0]
    line = LineString([(17.9421 - reach, lat), (17.9421 + reach, lat)])
    return {"route": to_wkb(line), "route_m": metres}


def photo(finding: Finding, name: str, **values: Any) -> Photo:
    sizes = values.pop("sizes", {"400": name})
    return Photo(
        finding_id=finding.id, sha256=name, media_type="image/jpeg", width=4, height=3, sizes=sizes, **values
    )


def test_findings_and_positives_stand_apart_in_order_of_number(site: Site, coordinator: Actor) -> None:
    walk = make_walk(site)
    for number, positive in (("B-2", False), ("C-3", True), ("A-1", False)):
        make_finding(walk, number=number, positive=positive)
    protocol = load_protocol(coordinator, walk.id)
    assert [finding.number for finding in protocol.findings] == ["A-1", "B-2"]
    assert [finding.number for finding in protocol.positives] == ["C-3"]
    assert (protocol.numbers.findings, protocol.numbers.positives) == (2, 1)


def test_what_repeats_another_is_named_and_counted_nowhere(site: Site, coordinator: Actor) -> None:
    walk = make_walk(site)
    kept = make_finding(walk, number="A-1")
    make_finding(walk, number="B-2", status=Status.DUPLICATE, duplicate_of_id=kept.id)
    make_finding(walk, number="C-3", status=Status.WITHDRAWN)
    protocol = load_protocol(coordinator, walk.id)
    assert [finding.number for finding in protocol.findings] == ["A-1"]
    assert [finding.number for finding in protocol.repeats] == ["B-2"]
    assert (
        protocol.numbers.findings
        == summarise(coordinator, walk).findings
        == count_faults(coordinator, walk)
        == 1
    )
    assert [finding.number for finding in noted(coordinator, walk)] == ["A-1"]
    assert len(noted(coordinator, walk, repeats=True)) == 2


def test_outsider_and_owner_are_told_of_no_protocol(site: Site, outsider: Actor, owner: Actor) -> None:
    walk = make_walk(site)
    for actor in (outsider, owner):
        with pytest.raises(NotFoundError):
            load_protocol(actor, walk.id)


def test_protected_findings_are_left_out_for_who_may_not_see_them(
    site: Site, coordinator: Actor, analyst: Actor
) -> None:
    walk = make_walk(site)
    make_finding(walk, level=Level.PROTECTED)
    assert load_protocol(coordinator, walk.id).numbers.findings == 1
    assert load_protocol(analyst, walk.id).numbers.findings == 0


def test_two_photos_of_what_was_seen_that_can_be_shown(site: Site, coordinator: Actor) -> None:
    walk = make_walk(site)
    finding = make_finding(walk)
    add(
        photo(finding, "fix", kind=PhotoKind.FIX, received_at=NOON),
        photo(finding, "waiting", sizes={}, received_at=NOON),
        *(photo(finding, name, received_at=NOON + timedelta(hours=hour)) for hour, name in enumerate("abc")),
    )
    shown = load_protocol(coordinator, walk.id).photos[finding.id]
    assert [one.sha256 for one in shown] == ["a", "b"]


def test_the_last_word_on_each_earlier_finding_counts(site: Site, coordinator: Actor) -> None:
    before = earlier_walk(site)
    walk, other = make_walk(site), make_walk(site)
    bench, lamp = (make_finding(before, number=number) for number in ("A-2", "A-1"))
    add(
        Recheck(finding_id=bench.id, walk_id=walk.id, result=RecheckResult.FIXED, at=NOON),
        Recheck(
            finding_id=bench.id, walk_id=walk.id, result=RecheckResult.WORSE, at=NOON + timedelta(hours=1)
        ),
        Recheck(finding_id=lamp.id, walk_id=walk.id, result=RecheckResult.REMAINS, at=NOON),
        Recheck(finding_id=lamp.id, walk_id=other.id, result=RecheckResult.FIXED, at=NOON),
    )
    protocol = load_protocol(coordinator, walk.id)
    assert [(one.finding.number, one.result) for one in protocol.rechecks] == [
        ("A-1", RecheckResult.REMAINS),
        ("A-2", RecheckResult.WORSE),
    ]
    assert protocol.recheck_counts == {RecheckResult.REMAINS: 1, RecheckResult.WORSE: 1}


def test_it_is_compared_with_the_latest_finished_walk_of_the_same_site(
    site: Site, coordinator: Actor, organisation: Organisation
) -> None:
    earlier_walk(site, days=300)
    before = earlier_walk(site, days=30)
    earlier_walk(site, days=10, state=WalkState.PLANNED)
    earlier_walk(make_site("akalla-centrum", lon=17.913, lat=59.4152), days=5)
    earlier_walk(site, days=-20)
    make_finding(before)
    make_finding(before, positive=True)
    add(WalkParticipant(walk_id=before.id, organisation_id=organisation.id, people=15))
    previous = load_protocol(coordinator, make_walk(site).id).previous
    assert previous is not None
    assert (previous.walk.id, previous.findings, previous.positives, previous.people) == (before.id, 1, 1, 15)


def test_the_first_walk_of_a_site_is_compared_with_nothing(site: Site, coordinator: Actor) -> None:
    protocol = load_protocol(coordinator, make_walk(site).id)
    assert (protocol.previous, protocol.differences) == (None, [])


@pytest.mark.parametrize(
    ("before", "now", "differences"),
    [
        ((Light.DARK, 1000.0), (Light.DARK, 1150.0), []),
        ((Light.DARK, 1000.0), (Light.DAY, 1000.0), ["light"]),
        ((Light.DARK, 1000.0), (Light.DARK, 1600.0), ["route"]),
        ((None, None), (Light.DARK, 900.0), ["unknown_route"]),
        ((Light.DAY, 500.0), (Light.DARK, 900.0), ["light", "route"]),
    ],
)
def test_why_walks_cannot_be_compared_is_said(
    site: Site,
    coordinator: Actor,
    before: tuple[Light | None, float | None],
    now: tuple[Light | None, float | None],
    differences: list[str],
) -> None:
    earlier_walk(site, light=before[0], **route(before[1]))
    walk = make_walk(site, light=now[0], **route(now[1]))
    assert load_protocol(coordinator, walk.id).differences == differences


def test_routes_of_one_length_in_different_streets_are_not_alike(site: Site, coordinator: Actor) -> None:
    earlier_walk(site, **route(800.0))
    walk = make_walk(site, **route(800.0, lat=59.4060))
    assert load_protocol(coordinator, walk.id).differences == ["route"]
