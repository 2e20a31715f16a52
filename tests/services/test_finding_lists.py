"""The list of findings: what a filter lets through, who sees what, and paging to the end and back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from app.db import change
from app.i18n import today
from app.models.accounts import Organisation, Role
from app.models.findings import OPEN, Finding, Level, Severity, Status
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import SYSTEM, Actor
from app.services.finding_lists import MOST_COUNTED, FindingFilter, Page, list_findings
from tests.builders import NOON, make_finding, make_site, make_user, make_walk

ALL = FindingFilter(status="all")


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


def numbers(page: Page) -> list[str]:
    return [row.number for row in page.rows]


def listed(actor: Actor, **wanted: object) -> set[str]:
    return set(numbers(list_findings(actor, FindingFilter(**{"status": "all", **wanted}))))  # type: ignore[arg-type]


class TestFilters:
    def test_row_says_all_that_the_list_shows(
        self, walk: Walk, organisation: Organisation, coordinator: Actor
    ) -> None:
        yesterday = today() - timedelta(days=1)
        finding = make_finding(
            walk,
            title="Släckt",
            item="slackt",
            place_words="Vid bron",
            severity=Severity.ACUTE,
            status=Status.SENT,
            responsible_id=organisation.id,
            due_on=yesterday,
            reported_at=NOON,
        )

        (row,) = list_findings(coordinator, FindingFilter()).rows

        assert row == (
            finding.number,
            "Släckt",
            "belysning",
            "slackt",
            "Vid bron",
            Severity.ACUTE,
            Status.SENT,
            "Kista centrum",
            "Bostadsbolag A",
            yesterday,
            NOON,
            True,
        )

    def test_groups_tell_reported_fixed_verified_and_unfixed_apart(
        self, walk: Walk, coordinator: Actor
    ) -> None:
        by_status = {status: make_finding(walk, status=status).number for status in Status}

        assert listed(coordinator, status="open") == {by_status[status] for status in OPEN}
        assert listed(coordinator, status="reported_fixed") == {by_status[Status.REPORTED_FIXED]}
        assert listed(coordinator, status="fixed") == {by_status[Status.VERIFIED], by_status[Status.CLOSED]}
        assert listed(coordinator, status="unfixed") == {by_status[Status.WONT_FIX]}
        assert listed(coordinator, status="not_ours") == {by_status[Status.NOT_OURS]}
        assert listed(coordinator, status="withdrawn") == {by_status.pop(Status.WITHDRAWN)}
        assert listed(coordinator, status="all") == set(by_status.values())

    def test_each_filter_narrows(self, walk: Walk, organisation: Organisation, coordinator: Actor) -> None:
        plain = make_finding(walk, severity=Severity.LOW).number
        theirs = make_finding(walk, responsible_id=organisation.id).number
        litter = make_finding(walk, category="skrap").number
        acute = make_finding(walk, severity=Severity.ACUTE).number
        elsewhere = make_finding(make_walk(make_site("akalla-centrum"))).number

        assert listed(coordinator, site="akalla-centrum") == {elsewhere}
        assert listed(coordinator, owner=organisation.id) == {theirs}
        assert listed(coordinator, category="skrap") == {litter}
        assert listed(coordinator, severity=Severity.ACUTE) == {acute}
        assert listed(coordinator, site="finns-inte") == set()
        assert listed(coordinator, status="nonsense") == set()
        assert plain in listed(coordinator)

    def test_overdue_is_open_and_past_its_date(self, walk: Walk, coordinator: Actor) -> None:
        day = today()
        late = make_finding(walk, status=Status.SENT, due_on=day - timedelta(days=1))
        make_finding(walk, status=Status.SENT, due_on=day)
        make_finding(walk, status=Status.CLOSED, due_on=day - timedelta(days=1))
        make_finding(walk, status=Status.SENT)

        assert listed(coordinator, overdue=True) == {late.number}

    def test_words_must_all_stand_somewhere_in_any_case(self, walk: Walk, coordinator: Actor) -> None:
        lamp = make_finding(walk, search_text="kista-2026-0042\nsläckt lampa\nvid bron 100%").number
        make_finding(walk, search_text="kista-2026-0043\nlampa\nvid torget")

        assert listed(coordinator, text="LAMPA bron") == {lamp}
        assert listed(coordinator, text="Kista-2026-0042") == {lamp}
        assert listed(coordinator, text="SLÄCKT") == {lamp}
        assert listed(coordinator, text="100%") == {lamp}
        assert listed(coordinator, text="_") == set()

    def test_soonest_due_comes_first(self, walk: Walk, coordinator: Actor) -> None:
        day = today()
        later, sooner = (make_finding(walk, due_on=day + timedelta(days=days)).number for days in (9, 2))
        make_finding(walk)

        page = list_findings(coordinator, FindingFilter(sort="due"))

        assert (numbers(page), page.count) == ([sooner, later], 2)


class TestWhoSeesWhat:
    def test_owner_sees_only_what_is_theirs(
        self, walk: Walk, organisation: Organisation, owner: Actor
    ) -> None:
        theirs = make_finding(walk, responsible_id=organisation.id)
        make_finding(walk)

        page = list_findings(owner, ALL)

        assert (numbers(page), page.count) == ([theirs.number], 1)

    def test_outsider_sees_nothing(self, walk: Walk, outsider: Actor) -> None:
        make_finding(walk)

        page = list_findings(outsider, ALL)

        assert (page.rows, page.count) == ([], 0)

    def test_protected_is_for_coordinators(self, walk: Walk, field: Actor, coordinator: Actor) -> None:
        make_finding(walk, level=Level.PROTECTED)

        assert list_findings(field, ALL).count == 0
        assert list_findings(coordinator, ALL).count == 1

    def test_staff_of_one_site_see_that_site(self, walk: Walk, site: Site) -> None:
        here = make_finding(walk)
        make_finding(make_walk(make_site("akalla-centrum")))

        assert listed(make_user(Role.ANALYST, site_id=site.id)) == {here.number}


class TestPaging:
    @pytest.fixture
    def in_order(self, walk: Walk) -> list[str]:
        """Numbers of 23 findings, newest first, many of them noted at the same moment."""
        made = [make_finding(walk, reported_at=NOON + timedelta(minutes=n // 5)) for n in range(23)]
        return [
            one.number for one in sorted(made, key=lambda one: (one.reported_at, one.id.hex), reverse=True)
        ]

    def test_every_row_comes_once_on_the_way_to_the_end_and_back(
        self, in_order: list[str], coordinator: Actor
    ) -> None:
        page = list_findings(coordinator, ALL, limit=5)
        assert page.newer is None
        seen = numbers(page)
        while page.older is not None:
            page = list_findings(coordinator, ALL, after=page.older, limit=5)
            assert page.newer is not None
            seen += numbers(page)
        assert seen == in_order

        back = numbers(page)
        while page.newer is not None:
            page = list_findings(coordinator, ALL, before=page.newer, limit=5)
            assert page.older is not None
            back = numbers(page) + back
        assert back == in_order

    def test_new_findings_do_not_shift_the_pages(
        self, in_order: list[str], walk: Walk, coordinator: Actor
    ) -> None:
        first = list_findings(coordinator, ALL, limit=5)
        make_finding(walk)

        second = list_findings(coordinator, ALL, after=first.older or "", limit=5)

        assert numbers(second) == in_order[5:10]

    def test_due_dates_page_both_ways(self, walk: Walk, coordinator: Actor) -> None:
        day = today()
        made = [make_finding(walk, due_on=day + timedelta(days=n // 3)) for n in range(8)]
        expected = [one.number for one in sorted(made, key=lambda one: (one.due_on or day, one.id.hex))]
        wanted = FindingFilter(sort="due")

        first = list_findings(coordinator, wanted, limit=5)
        second = list_findings(coordinator, wanted, after=first.older or "", limit=5)
        again = list_findings(coordinator, wanted, before=second.newer or "", limit=5)

        assert numbers(first) + numbers(second) == expected
        assert (numbers(again), second.older, again.newer) == (numbers(first), None, None)

    @pytest.mark.parametrize(
        "cursor",
        [
            "",
            "x",
            "~",
            "2026-06-01~x",
            "' OR 1=1 --",
            f"now~{UUID(int=1).hex}",
            "å" * 500,
            f"0001-01-01T00:00+14:00~{UUID(int=1)}",
        ],
    )
    def test_cursor_that_means_nothing_shows_the_first_page(
        self, cursor: str, in_order: list[str], coordinator: Actor
    ) -> None:
        assert numbers(list_findings(coordinator, ALL, after=cursor, limit=5)) == in_order[:5]
        assert numbers(list_findings(coordinator, ALL, before=cursor, limit=5)) == in_order[:5]

    def test_count_stops_where_it_tells_no_more(self, walk: Walk, coordinator: Actor) -> None:
        row = {"walk_id": walk.id, "site_id": walk.site_id, "place_words": "x", "category": "skrap"}
        with change(SYSTEM, None) as filling:
            filling.session.execute(
                insert(Finding),
                [{**row, "id": uuid4(), "number": f"N-{n}"} for n in range(MOST_COUNTED + 20)],
            )

        assert list_findings(coordinator, ALL).count == MOST_COUNTED + 1
