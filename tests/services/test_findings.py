"""Reporting and editing findings."""

from __future__ import annotations

import threading
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app import db
from app.db import change, session
from app.errors import ChangedMeanwhileError, ForbiddenError, InvalidInputError, NotFoundError
from app.models.audit import AuditEvent
from app.models.findings import Finding, Level, Severity, Status
from app.models.sites import Site
from app.models.walks import WalkState
from app.permissions import SYSTEM, Actor
from app.services.findings import (
    FindingDetails,
    details_of,
    load_finding,
    report_finding,
    update_finding,
)
from tests.builders import make_finding, make_site, make_walk

LAMP = FindingDetails(category="belysning", item="slackt", lon=17.9421, lat=59.4037, accuracy_m=8.0)


def fault_of(caught: pytest.ExceptionInfo[InvalidInputError]) -> tuple[str, str]:
    (fault,) = caught.value.errors
    return fault.field, fault.code


def test_findings_are_numbered_per_site_and_year(field: Actor, site: Site) -> None:
    walk = make_walk(site)
    first, second = (report_finding(field, walk.id, LAMP) for _ in range(2))
    year = first.reported_at.year
    assert [first.number, second.number] == [f"KISTA-{year}-0001", f"KISTA-{year}-0002"]


def test_a_report_begins_the_history_and_the_audit_trail(field: Actor, site: Site) -> None:
    finding = report_finding(field, make_walk(site).id, replace(LAMP, title="Släckt lykta"))
    assert [(step.number, step.before, step.after) for step in finding.history] == [(1, None, Status.NEW)]
    event = session().scalars(select(AuditEvent).where(AuditEvent.subject_id == finding.id)).one()
    assert event.name == "finding.reported"
    assert "lykta" not in (event.payload or "")


def test_the_site_is_the_one_the_pin_stands_in(field: Actor, site: Site) -> None:
    neighbour = make_site("akalla-centrum", lon=17.98)
    walk = make_walk(site)
    finding = report_finding(field, walk.id, replace(LAMP, lon=17.98))
    assert (finding.site_id, finding.walk_id) == (neighbour.id, walk.id)
    assert finding.number.startswith("AKALLA-")


def test_a_pin_outside_every_site_stays_with_the_walk(field: Actor, site: Site) -> None:
    assert report_finding(field, make_walk(site).id, replace(LAMP, lon=17.0)).site_id == site.id


def test_the_same_id_twice_makes_one_finding(field: Actor, site: Site) -> None:
    walk, key = make_walk(site), uuid4()
    first = report_finding(field, walk.id, LAMP, finding_id=key)
    second = report_finding(field, walk.id, replace(LAMP, title="Annat"), finding_id=key)
    assert second.number == first.number
    assert second.title == ""
    assert session().scalar(select(func.count()).select_from(Finding)) == 1


def test_the_same_id_at_the_same_moment_makes_one_finding(field: Actor, site: Site) -> None:
    walk_id, key = make_walk(site).id, uuid4()
    db.close_session()
    start = threading.Barrier(4)
    numbers: list[str] = []

    def report() -> None:
        start.wait()
        try:
            numbers.append(report_finding(field, walk_id, LAMP, finding_id=key).number)
        finally:
            db.close_session()

    threads = [threading.Thread(target=report) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 4
    assert len(set(numbers)) == 1
    assert session().scalar(select(func.count()).select_from(Finding)) == 1


def test_an_id_of_another_walk_is_refused(field: Actor, site: Site) -> None:
    key = uuid4()
    report_finding(field, make_walk(site).id, LAMP, finding_id=key)
    with pytest.raises(ChangedMeanwhileError):
        report_finding(field, make_walk(site).id, LAMP, finding_id=key)


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"category": "finns-inte"}, ("category", "unknown")),
        ({"item": "buskar"}, ("item", "unknown")),  # a point of another category
        ({"lon": 59.4037, "lat": 17.9421}, ("lat", "swapped")),
        ({"lat": 91.0}, ("lat", "outside_world")),
        ({"lat": None}, ("lat", "half")),
        ({"lon": None, "lat": None, "place_words": " \n"}, ("place_words", "missing")),
        ({"accuracy_m": -1.0}, ("accuracy_m", "negative")),
        ({"unsafe_evening": 6}, ("unsafe_evening", "outside")),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    field: Actor, site: Site, wrong: dict[str, object], fault: tuple[str, str]
) -> None:
    walk = make_walk(site)
    with pytest.raises(InvalidInputError) as caught:
        report_finding(field, walk.id, replace(LAMP, **wrong))  # type: ignore[arg-type]
    assert fault_of(caught) == fault
    assert session().scalar(select(func.count()).select_from(Finding)) == 0


def test_words_are_place_enough(field: Actor, site: Site) -> None:
    finding = report_finding(
        field, make_walk(site).id, FindingDetails(category="skrap", place_words="Bakom biblioteket")
    )
    assert (finding.lon, finding.quadkey, finding.site_id) == (None, None, site.id)


def test_a_walk_that_has_not_started_takes_no_findings(field: Actor, site: Site) -> None:
    walk = make_walk(site, state=WalkState.PLANNED, started_at=None)
    with pytest.raises(InvalidInputError):
        report_finding(field, walk.id, LAMP)


def test_good_things_are_positive_by_their_category(field: Actor, site: Site) -> None:
    finding = report_finding(field, make_walk(site).id, replace(LAMP, category="positivt", item=""))
    assert finding.positive


def test_outsider_and_owner_cannot_report(outsider: Actor, owner: Actor, site: Site) -> None:
    walk = make_walk(site)
    for stranger in (outsider, owner):
        with pytest.raises(NotFoundError):
            report_finding(stranger, walk.id, LAMP)


def test_analyst_may_look_but_not_report(analyst: Actor, site: Site) -> None:
    walk = make_walk(site)
    with pytest.raises(ForbiddenError):
        report_finding(analyst, walk.id, LAMP)


def test_a_number_is_read_in_any_case(field: Actor, site: Site) -> None:
    finding = make_finding(make_walk(site), number="KISTA-2026-0042")
    assert load_finding(field, "kista-2026-0042").id == finding.id


def test_protected_findings_exist_for_coordinators_only(
    field: Actor, coordinator: Actor, owner: Actor, site: Site
) -> None:
    responsible = owner.grants[0].organisation_id
    number = make_finding(make_walk(site), level=Level.PROTECTED, responsible_id=responsible).number
    assert load_finding(coordinator, number).number == number
    for persona in (field, owner):
        with pytest.raises(NotFoundError):
            load_finding(persona, number)


def test_an_edit_changes_the_words_and_the_search(field: Actor, site: Site) -> None:
    finding = report_finding(field, make_walk(site).id, LAMP)
    updated = update_finding(
        field,
        finding.number,
        finding.version,
        replace(details_of(finding), title="LYKTA 7", severity=Severity.HIGH),
    )
    assert (updated.title, updated.severity) == ("LYKTA 7", Severity.HIGH)
    assert "lykta 7" in updated.search_text


def test_an_edit_on_an_older_version_is_refused(field: Actor, coordinator: Actor, site: Site) -> None:
    finding = report_finding(field, make_walk(site).id, LAMP)
    seen, mine = finding.version, replace(details_of(finding), title="Mitt")
    update_finding(coordinator, finding.number, seen, replace(details_of(finding), title="Deras"))
    with pytest.raises(ChangedMeanwhileError):
        update_finding(field, finding.number, seen, mine)
    assert load_finding(field, finding.number).title == "Deras"


def test_the_same_edit_twice_is_one(field: Actor, site: Site) -> None:
    finding = report_finding(field, make_walk(site).id, LAMP)
    seen, mine = finding.version, replace(details_of(finding), title="Mitt")
    once = update_finding(field, finding.number, seen, mine).version
    assert update_finding(field, finding.number, seen, mine).version == once


def test_a_database_refuses_half_a_position(site: Site) -> None:
    finding = make_finding(make_walk(site))
    with pytest.raises(IntegrityError), change(SYSTEM, None):
        finding.lat = None
