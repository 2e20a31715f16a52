"""What waits for a coordinator: each heading counts what its list shows, and what is acute stands first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.i18n import today
from app.models.accounts import Organisation
from app.models.findings import Severity, Status
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import Actor
from app.services.finding_lists import FindingFilter, list_findings
from app.services.to_do import Task, tasks
from tests.builders import NOON, make_finding, make_walk


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


def named(actor: Actor) -> dict[str, Task]:
    return {task.name: task for task in tasks(actor)}


def test_each_heading_counts_what_its_list_shows(
    walk: Walk, coordinator: Actor, organisation: Organisation
) -> None:
    late = {"responsible_id": organisation.id, "due_on": today() - timedelta(days=1)}
    for number, status in enumerate((Status.NEW, Status.REOPENED, Status.TRIAGED, Status.SENT), start=1):
        for _ in range(number):
            make_finding(walk, status=status, **late)
        make_finding(walk, status=status, positive=True)
    found = tasks(coordinator)
    assert {task.name: task.count for task in found} == {"triage": 1, "reopened": 2, "send": 3, "overdue": 10}
    for task in found:
        wanted = FindingFilter(
            status=task.filter.get("status", "open"), overdue=task.filter.get("overdue") == "1"
        )
        assert list_findings(coordinator, wanted).count == task.count, task.name


def test_acute_finding_is_among_the_first_shown(walk: Walk, coordinator: Actor) -> None:
    for day in range(4):
        make_finding(walk, reported_at=NOON + timedelta(days=day), severity=Severity.HIGH if day else None)
    acute = make_finding(walk, reported_at=NOON + timedelta(days=9), severity=Severity.ACUTE)
    assert named(coordinator)["triage"].first[0].number == acute.number


def test_field_staff_have_nothing_to_send(walk: Walk, field: Actor) -> None:
    make_finding(walk, status=Status.REOPENED)
    make_finding(walk, status=Status.TRIAGED)
    assert named(field).keys().isdisjoint({"reopened", "send"})
