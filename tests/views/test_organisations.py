"""The register as each persona meets it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from shapely import to_wkb
from sqlalchemy import select

from app.db import change, session
from app.i18n import today
from app.models.accounts import Contact, Organisation, Role
from app.models.audit import AuditEvent
from app.models.findings import Status
from app.models.sites import Property, Responsibility, Site, SitePartner
from app.permissions import SYSTEM, Actor
from app.services.checklists import ensure_shipped
from tests.builders import make_finding, make_organisation, make_user, make_walk, square
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]
REGISTER = "/organisationer"
VALUES = {"name": "Bostadsbolag B", "kind": "housing", "email": "Drift@Example.se", "fault_line": "08-123 45"}


@pytest.fixture(autouse=True)
def checklist(app: APIFlask) -> None:
    ensure_shipped(SYSTEM)


def address(organisation: Organisation, more: str = "") -> str:
    return f"{REGISTER}/{organisation.id}{more}"


def add_contact(organisation: Organisation, **values: object) -> Contact:
    with change(SYSTEM, None) as adding:
        made = Contact(
            organisation_id=organisation.id,
            **{"function": "Förvaltare", "email": "f@example.se", **values},
        )
        adding.session.add(made)
    return made


def version(client: FlaskClient, where: str) -> str:
    found = page(client.get(where)).select_one("input[name=version]")
    assert found
    return str(found["value"])


def test_the_register_tells_how_findings_stand(
    client: FlaskClient, sign_in: SignIn, site: Site, organisation: Organisation, coordinator: Actor
) -> None:
    walk = make_walk(site)
    late = today() - timedelta(days=2)
    make_finding(walk, responsible_id=organisation.id, status=Status.SENT, due_on=late)
    make_finding(walk, responsible_id=organisation.id, status=Status.REPORTED_FIXED)
    make_finding(walk, responsible_id=organisation.id, status=Status.CLOSED)
    make_organisation("Förr i tiden", valid_to=late)
    sign_in(client, coordinator)
    found = page(client.get(REGISTER))
    rows = [
        [cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] for row in found.select("tbody tr")
    ]
    assert rows[0] == ["Bostadsbolag A", "Other", "", "2", "1", "1"]
    ended = found.select_one("details")
    assert ended
    assert "Förr i tiden" in ended.get_text()


def test_an_organisation_shows_what_it_answers_for_and_how_to_reach_it(
    client: FlaskClient, sign_in: SignIn, site: Site, organisation: Organisation, field: Actor
) -> None:
    ground = to_wkb(square(half=0.001))
    with change(SYSTEM, None) as adding:
        adding.session.add_all(
            [
                Property(designation="Akalla 4:1", polygon=ground, owner_id=organisation.id),
                Property(designation="Akalla 4:2", polygon=ground, leaseholder_id=organisation.id),
                Property(
                    designation="Gammal 1:1",
                    polygon=ground,
                    owner_id=organisation.id,
                    valid_to=today() - timedelta(days=1),
                ),
                Responsibility(
                    name="Torget", polygon=ground, organisation_id=organisation.id, category="belysning"
                ),
            ]
        )
    add_contact(organisation, category="belysning", escalation=True)
    sign_in(client, field)
    found = page(client.get(address(organisation)))
    grounds = [item.get_text(" ", strip=True) for item in found.select("section ol li")]
    assert grounds == ["Tends: Torget (Lighting)", "Leases: Akalla 4:2", "Owns: Akalla 4:1"]
    assert found.select_one("#ground-map, .svg-map svg")
    assert "Förvaltare" in found.get_text()
    assert not found.select("a[href$='/andra'], a[href*='/kontakter/']")


def test_a_coordinator_adds_and_changes(client: FlaskClient, sign_in: SignIn, coordinator: Actor) -> None:
    sign_in(client, coordinator)
    added = client.post(f"{REGISTER}/ny", data=VALUES)
    assert added.status_code == 302
    made = session().scalars(select(Organisation)).one()
    assert (made.name, made.email) == ("Bostadsbolag B", "drift@example.se")
    where = address(made, "/andra")
    changed = {**VALUES, "valid_to": "2030-01-01", "version": version(client, where)}
    assert client.post(where, data=changed).status_code == 302
    assert session().scalars(select(Organisation.valid_to)).one() == date(2030, 1, 1)
    assert "organisation.updated" in session().scalars(select(AuditEvent.name)).all()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Write a name."),
        ({"name": "bostadsbolag a"}, "is taken"),
        ({"email": "inte en adress"}, "Write an e-mail address"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "before the first"),
        ({"valid_to": "i morgon"}, "Write a date"),
    ],
)
def test_what_cannot_be_taken_is_said_at_the_field_and_kept(
    client: FlaskClient,
    sign_in: SignIn,
    organisation: Organisation,
    coordinator: Actor,
    wrong: dict[str, str],
    words: str,
) -> None:
    sign_in(client, coordinator)
    found = page(client.post(f"{REGISTER}/ny", data={**VALUES, **wrong}), 422)
    shown = found.select_one(".field.invalid .field-error")
    assert shown
    assert words in shown.get_text()
    kept = found.select_one("input[name=fault_line]")
    assert kept
    assert kept["value"] == "08-123 45"


def test_the_second_of_two_changes_is_told_and_keeps_what_was_typed(
    client: FlaskClient, sign_in: SignIn, organisation: Organisation, coordinator: Actor
) -> None:
    sign_in(client, coordinator)
    where = address(organisation, "/andra")
    seen = version(client, where)
    client.post(where, data={**VALUES, "name": "Första", "version": seen})
    found = page(client.post(where, data={**VALUES, "name": "Andra", "version": seen}), 409)
    kept = found.select_one("input[name=name]")
    assert kept
    assert kept["value"] == "Andra"
    assert session().scalars(select(Organisation.name)).one() == "Första"
    page(client.post(where, data={**VALUES, "name": "Utan version"}), 422)


def test_contacts_are_added_changed_and_taken_away(
    client: FlaskClient, sign_in: SignIn, organisation: Organisation, coordinator: Actor
) -> None:
    sign_in(client, coordinator)
    values = {"function": "Driftledare", "email": "d@example.se", "category": "belysning", "escalation": "y"}
    new = address(organisation, "/kontakter/ny")
    assert client.post(new, data=values).status_code == 302
    made = session().scalars(select(Contact)).one()
    assert (made.function, made.category, made.escalation) == ("Driftledare", "belysning", True)
    page(client.post(new, data=values), 422)  # the address is there already
    where = address(organisation, f"/kontakter/{made.id}")
    changed = {"function": "Förvaltare", "email": "d@example.se", "category": ""}
    changed["version"] = version(client, where)
    assert client.post(where, data=changed).status_code == 302
    session().rollback()
    made = session().scalars(select(Contact)).one()
    assert (made.function, made.category, made.escalation) == ("Förvaltare", None, False)
    other = make_organisation("Bostadsbolag C")
    assert client.post(address(other, f"/kontakter/{made.id}/ta-bort")).status_code == 404
    assert client.post(where + "/ta-bort").status_code == 302
    assert session().scalars(select(Contact)).all() == []


def test_readers_may_not_change_and_owners_see_nothing(
    client: FlaskClient, sign_in: SignIn, organisation: Organisation, site: Site, field: Actor, owner: Actor
) -> None:
    contact = add_contact(organisation)
    ways = [
        f"{REGISTER}/ny",
        address(organisation, "/andra"),
        address(organisation, "/kontakter/ny"),
        address(organisation, f"/kontakter/{contact.id}"),
        address(organisation, f"/kontakter/{contact.id}/ta-bort"),
    ]
    of_a_site = make_user(Role.COORDINATOR, site_id=site.id)
    for who, status in ((field, 403), (of_a_site, 403), (owner, 404)):
        sign_in(client, who)
        assert [client.post(way, data=VALUES).status_code for way in ways] == [status] * len(ways)
    assert client.get(REGISTER).status_code == 404
    assert client.get(address(organisation)).status_code == 404


def test_who_works_at_one_site_sees_what_has_to_do_with_it(
    client: FlaskClient, sign_in: SignIn, organisation: Organisation, site: Site, outsider: Actor
) -> None:
    here = make_user(Role.FIELD, site_id=site.id)
    with change(SYSTEM, None) as joining:
        joining.session.add(SitePartner(site_id=site.id, organisation_id=organisation.id))
    make_organisation("Någon annanstans")
    for who, status, names in ((here, 200, ["Bostadsbolag A"]), (outsider, 404, [])):
        sign_in(client, who)
        assert client.get(address(organisation)).status_code == status
        shown = [link.get_text() for link in page(client.get(REGISTER)).select("tbody th a")]
        assert shown == names


def test_an_ended_organisation_is_not_offered_and_says_that_findings_are_left(
    client: FlaskClient, sign_in: SignIn, organisation: Organisation, site: Site, coordinator: Actor
) -> None:
    walk = make_walk(site)
    make_finding(walk, responsible_id=organisation.id, status=Status.SENT)
    waiting = make_finding(walk, status=Status.TRIAGED, number="TEST-1")
    with change(SYSTEM, None) as ending:
        ending.session.get_one(Organisation, organisation.id).valid_to = today() - timedelta(days=1)
    make_organisation("Bostadsbolag B")
    sign_in(client, coordinator)
    assert page(client.get(address(organisation))).select_one(".message.warning")
    offered = page(client.get(f"/brister/{waiting.number}")).select("select[name=sent-responsible_id] option")
    assert [one.get_text() for one in offered][1:] == ["Bostadsbolag B"]


def test_words_of_people_stay_words(
    client: FlaskClient, sign_in: SignIn, site: Site, coordinator: Actor
) -> None:
    hostile = "<script>alert(1)</script>{{ 7*7 }}"
    organisation = make_organisation(hostile, fault_line=hostile)
    add_contact(organisation, function=hostile, phone=hostile)
    sign_in(client, coordinator)
    for where in (REGISTER, address(organisation), address(organisation, "/andra")):
        found = page(client.get(where))
        assert hostile in found.get_text() or found.select_one(f"input[value='{hostile}']")
