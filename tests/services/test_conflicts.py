"""Two people say different things of one part of a finding: both are kept, one rule settles it for phone and desk."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import now, session
from app.errors import ChangedMeanwhileError, ForbiddenError, NotFoundError
from app.models.accounts import Role
from app.models.audit import AuditEvent
from app.models.findings import Finding, Severity, Status
from app.models.operations import Conflict
from app.models.sites import Site
from app.permissions import Actor
from app.services import to_do
from app.services.conflicts import choices_of, settle
from app.services.finding_details import details_of
from app.services.finding_lists import FindingFilter, list_findings
from app.services.findings import update_finding
from tests.api.phones import Phone, edit, operation, report
from tests.builders import make_site, make_user, make_walk


@pytest.fixture
def phones(client: FlaskClient, field: Actor, coordinator: Actor) -> tuple[Phone, Phone]:
    return Phone(client, field), Phone(client, coordinator)


@pytest.fixture
def number(phones: tuple[Phone, Phone], site: Site) -> str:
    """A finding of which two phones said different titles; what stands is "Mörkt"."""
    mine, other = phones
    said = mine.one(report(make_walk(site).id, title="Lampa", severity="low"))
    finding = session().scalars(select(Finding)).one()
    assert other.one(edit(finding.id, 1, title="Mörkt"))["outcome"] == "applied"
    assert mine.one(edit(finding.id, 1, title="Släckt", severity="high"))["outcome"] == "conflict"
    return str(said["current"]["number"])


def finding_of(number: str) -> Finding:
    return session().scalars(select(Finding).where(Finding.number == number)).one()


def waiting() -> list[Conflict]:
    return list(
        session().scalars(select(Conflict).where(Conflict.settled_at.is_(None)).order_by(Conflict.at))
    )


def events(name: str) -> int:
    return len(session().scalars(select(AuditEvent).where(AuditEvent.name == name)).all())


class TestOneself:
    """Somebody else changed another part between two edits of one person, who saw nothing of it."""

    @pytest.fixture
    def finding(self, phones: tuple[Phone, Phone], site: Site) -> Finding:
        mine, other = phones
        mine.one(report(make_walk(site).id, title="Lampa"))
        finding = session().scalars(select(Finding)).one()
        assert other.one(edit(finding.id, 1, description="Vid trappan"))["outcome"] == "applied"
        assert mine.one(edit(finding.id, 1, title="Släckt"))["outcome"] == "applied"
        return finding

    def test_later_words_of_one_phone_follow_its_earlier_ones(
        self, phones: tuple[Phone, Phone], finding: Finding
    ) -> None:
        result = phones[0].one(edit(finding.id, 1, title="Trasig", description="Vid bänken"))
        assert result["outcome"] == "conflict"
        session().refresh(finding)
        assert (finding.title, finding.description) == ("Trasig", "Vid trappan")
        assert [one.unit for one in waiting()] == ["description"]

    def test_edit_is_one_version_also_where_the_map_is_read_anew(
        self, phones: tuple[Phone, Phone], finding: Finding
    ) -> None:
        make_site(
            "tensta-centrum", lon=17.9043, lat=59.3939
        )  # what is kept of the map in memory is out of date now
        assert phones[0].one(edit(finding.id, 3, title="Trasig"))["version"] == 4

    def test_clock_decides_between_two_phones_of_one_person(
        self, client: FlaskClient, field: Actor, finding: Finding
    ) -> None:
        second = Phone(client, field)
        early = {**edit(finding.id, 1, title="Svag"), "at": (now() - timedelta(hours=1)).isoformat()}
        assert second.one(early)["outcome"] == "conflict"
        assert second.one(edit(finding.id, 1, title="Trasig"))["outcome"] == "applied"

    def test_what_somebody_else_said_later_is_still_asked_about(
        self, phones: tuple[Phone, Phone], finding: Finding
    ) -> None:
        mine, other = phones
        assert other.one(edit(finding.id, finding.version, title="Mörkt"))["outcome"] == "applied"
        assert mine.one(edit(finding.id, 1, title="Trasig"))["outcome"] == "conflict"


class TestMeeting:
    def test_what_meets_nobody_is_taken_and_the_rest_is_asked(
        self, number: str, field: Actor, coordinator: Actor
    ) -> None:
        finding = finding_of(number)
        assert (finding.title, finding.severity) == ("Mörkt", Severity.HIGH)
        [choice] = choices_of(finding)
        assert (choice.unit, choice.stands.values, choice.stands.role) == (
            "title",
            {"title": "Mörkt"},
            Role.COORDINATOR,
        )
        [other] = choice.others
        assert (other.values, other.role) == ({"title": "Släckt"}, Role.FIELD)

    def test_who_saw_an_earlier_version_has_not_seen_the_conflict(
        self, number: str, phones: tuple[Phone, Phone]
    ) -> None:
        mine, other = phones
        finding = finding_of(number)
        seen = finding.version
        assert mine.one(edit(finding.id, 1, title="Trasig"))["outcome"] == "conflict"
        first, second = waiting()
        assert (first.version, second.version) == (seen, seen + 1)
        assert other.one(edit(finding.id, seen, title="Helt mörkt"))["outcome"] == "applied"
        assert [one.mine for one in waiting()] == [{"title": "Trasig"}]

    def test_an_edit_of_the_version_in_force_settles_it(
        self, number: str, phones: tuple[Phone, Phone]
    ) -> None:
        finding = finding_of(number)
        phones[0].one(edit(finding.id, finding.version, title="Släckt"))
        assert finding_of(number).title == "Släckt"
        assert waiting() == []
        assert events("finding.conflict_settled") == 1

    def test_an_edit_of_another_part_settles_nothing(self, number: str, phones: tuple[Phone, Phone]) -> None:
        finding = finding_of(number)
        phones[0].one(edit(finding.id, finding.version, size="2 m"))
        assert len(waiting()) == 1

    def test_an_edit_at_the_desk_settles_it_as_well(self, number: str, coordinator: Actor) -> None:
        finding = finding_of(number)
        update_finding(coordinator, number, finding.version, replace(details_of(finding), title="Tredje"))
        assert waiting() == []

    def test_the_bundle_shows_what_stands_now(
        self, number: str, phones: tuple[Phone, Phone], client: FlaskClient
    ) -> None:
        finding = finding_of(number)
        phones[1].one(edit(finding.id, 2, title="Beckmörkt"))  # saw its own, not the conflict
        headers = {**phones[0].headers, "Accept-Encoding": "identity"}
        bundle = client.get(f"/api/v1/walks/{finding.walk_id}/bundle", headers=headers).json
        assert bundle is not None
        [told] = bundle["conflicts"]
        assert (told["mine"], told["theirs"]) == ({"title": "Släckt"}, {"title": "Beckmörkt"})
        assert told["version"] == finding_of(number).version


class TestSettling:
    def test_the_other_value_is_taken(self, number: str, coordinator: Actor) -> None:
        [conflict] = waiting()
        settle(coordinator, number, "title", conflict.id, version=finding_of(number).version)
        finding = finding_of(number)
        assert (finding.title, "släckt" in finding.search_text) == ("Släckt", True)
        assert waiting() == []
        session().refresh(conflict)
        assert (conflict.settled_by, conflict.mine) == (coordinator.user_id, {"title": "Släckt"})
        assert (events("finding.conflict_settled"), events("finding.updated")) == (1, 3)

    def test_what_stands_is_kept(self, number: str, field: Actor) -> None:
        settle(field, number, "title", None, version=finding_of(number).version)
        assert finding_of(number).title == "Mörkt"
        assert waiting() == []

    def test_a_double_click_is_one_choice(self, number: str, coordinator: Actor) -> None:
        [conflict] = waiting()
        version = finding_of(number).version
        settle(coordinator, number, "title", conflict.id, version=version)
        settle(coordinator, number, "title", conflict.id, version=version)
        assert finding_of(number).title == "Släckt"
        assert events("finding.conflict_settled") == 1

    def test_nobody_chooses_what_they_have_not_seen(
        self, number: str, phones: tuple[Phone, Phone], coordinator: Actor
    ) -> None:
        finding = finding_of(number)
        seen = finding.version
        [conflict] = waiting()
        phones[0].one(edit(finding.id, 1, title="Trasig"))
        for choice in (None, conflict.id):
            with pytest.raises(ChangedMeanwhileError):
                settle(coordinator, number, "title", choice, version=seen)
        assert (finding_of(number).title, len(waiting())) == ("Mörkt", 2)
        settle(coordinator, number, "title", conflict.id, version=finding_of(number).version)
        assert waiting() == []

    def test_a_change_of_another_part_does_not_stand_in_the_way(
        self, number: str, phones: tuple[Phone, Phone], coordinator: Actor
    ) -> None:
        finding = finding_of(number)
        seen = finding.version
        phones[1].one(edit(finding.id, seen, size="2 m"))
        settle(coordinator, number, "title", None, version=seen)
        assert waiting() == []

    def test_positions_are_chosen_whole(
        self, number: str, phones: tuple[Phone, Phone], coordinator: Actor
    ) -> None:
        finding = finding_of(number)
        first, second = (17.9422, 59.4038), (17.9423, 59.4039)
        phones[1].one(edit(finding.id, 1, lon=first[0], lat=first[1], accuracy_m=3.0))
        phones[0].one(edit(finding.id, 1, lon=second[0], lat=second[1]))
        conflict = next(one for one in waiting() if one.unit == "position")
        settle(coordinator, number, "position", conflict.id, version=finding_of(number).version)
        chosen = finding_of(number)
        assert (chosen.lon, chosen.lat) == second
        assert [one.unit for one in waiting()] == ["title"]

    def test_who_may(
        self, number: str, owner: Actor, outsider: Actor, analyst: Actor, coordinator: Actor
    ) -> None:
        finding = finding_of(number)
        version = finding.version
        for actor, error in ((analyst, ForbiddenError), (owner, NotFoundError), (outsider, NotFoundError)):
            with pytest.raises(error):
                settle(actor, number, "title", None, version=version)
        for unit, conflict_id in (("title", uuid4()), ("size", None), ("rymdskepp", None)):
            with pytest.raises(NotFoundError):
                settle(coordinator, number, unit, conflict_id, version=version)
        assert len(waiting()) == 1


class TestToDo:
    def counts(self, actor: Actor) -> dict[str, int]:
        return {task.name: task.count for task in to_do.tasks(actor)}

    def test_coordinators_are_told_until_somebody_has_chosen(
        self, number: str, coordinator: Actor, field: Actor
    ) -> None:
        elsewhere = make_user(Role.COORDINATOR, site_id=make_site("bortom", lon=18.3).id)
        assert self.counts(coordinator)["conflicts"] == 1
        assert "conflicts" not in self.counts(field) | self.counts(elsewhere)
        listed = list_findings(coordinator, FindingFilter(status="conflict"))
        assert [row.number for row in listed.rows] == [number]
        settle(coordinator, number, "title", None, version=finding_of(number).version)
        assert "conflicts" not in self.counts(coordinator)

    def test_what_was_taken_back_rests(
        self, number: str, phones: tuple[Phone, Phone], coordinator: Actor
    ) -> None:
        taken = phones[0].one(operation("finding.withdraw", finding_of(number).id, {}))
        assert (taken["outcome"], finding_of(number).status) == ("applied", Status.WITHDRAWN)
        assert "conflicts" not in self.counts(coordinator)

    def test_what_is_worth_keeping_is_told_of_too(
        self, phones: tuple[Phone, Phone], site: Site, coordinator: Actor
    ) -> None:
        sent: dict[str, Any] = report(make_walk(site).id, category="positivt", title="Fint")
        phones[0].one(sent)
        phones[1].one(edit(sent["object_id"], 1, title="Fin plats"))
        phones[0].one(edit(sent["object_id"], 1, title="Vackert"))
        assert session().get_one(Finding, UUID(sent["object_id"])).positive
        assert self.counts(coordinator)["conflicts"] == 1
