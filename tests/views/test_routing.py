"""Routing: the rules as a coordinator reads them, where a finding would go, and what stands when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from shapely import to_wkb
from sqlalchemy import select

from app.db import change, session
from app.errors import InvalidInputError
from app.i18n import today
from app.models.accounts import Organisation, Role
from app.models.findings import Finding, Severity, Status
from app.models.routing import RoutingRule
from app.models.sites import Property, Site
from app.permissions import SYSTEM, Actor
from app.services import routing_rules
from app.services.checklists import ensure_shipped
from app.services.needs import Given
from app.services.remedies import move
from app.services.routing import Basis, propose
from app.services.routing_rules import RuleValues
from tests.builders import make_finding, make_organisation, make_site, make_user, make_walk, square
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]
RULES = "/fordelning"
YESTERDAY = today() - timedelta(days=1)


@pytest.fixture
def traffic(site: Site) -> Organisation:
    return make_organisation("Trafikkontoret")


@pytest.fixture
def finding(site: Site, organisation: Organisation) -> Finding:
    """A broken lamp on ground that Bostadsbolag A owns."""
    with change(SYSTEM, None) as adding:
        adding.session.add(
            Property(designation="Akalla 4:1", polygon=to_wkb(square()), owner_id=organisation.id)
        )
    return make_finding(make_walk(site), item="slackt", status=Status.TRIAGED, severity=Severity.LOW)


@pytest.fixture(autouse=True)
def checklist(app: APIFlask) -> None:
    ensure_shipped(SYSTEM)


def add_rule(who: Organisation, **values: Any) -> UUID:
    return routing_rules.save_rule(SYSTEM, None, RuleValues(who.id, **values)).id


def reread(finding: Finding) -> Finding:
    session().rollback()
    return session().scalars(select(Finding).where(Finding.number == finding.number)).one()


def sentences(client: FlaskClient) -> list[str]:
    return [one.get_text(strip=True) for one in page(client.get(RULES)).select("ol.rows strong")]


def test_without_rules_the_ground_decides(finding: Finding, organisation: Organisation) -> None:
    [only] = propose(finding)
    assert (only.organisation_id, only.by) == (organisation.id, Basis.PROPERTY)


def test_the_first_rule_that_fits_comes_before_the_ground(
    finding: Finding, site: Site, organisation: Organisation, traffic: Organisation
) -> None:
    elsewhere = make_site("akalla-centrum", lon=17.913)
    for values in (
        {"category": "skrap"},
        {"category": "belysning", "item": "svag"},
        {"site_id": elsewhere.id},
        {"valid_to": YESTERDAY},
        {"valid_from": today() + timedelta(days=1)},
    ):
        add_rule(make_organisation(f"Fel {values}"), **values)
    add_rule(make_organisation("Upphörd", valid_to=YESTERDAY))
    add_rule(traffic, category="belysning", site_id=site.id)
    add_rule(make_organisation("Sist"))
    found = propose(reread(finding))
    assert [(one.name, one.by) for one in found] == [
        ("Trafikkontoret", Basis.RULE),
        ("Sist", Basis.RULE),
        ("Bostadsbolag A", Basis.PROPERTY),
    ]


def test_rules_read_as_sentences_and_move(
    client: FlaskClient, sign_in: SignIn, site: Site, traffic: Organisation, coordinator: Actor
) -> None:
    first = add_rule(traffic, category="belysning", site_id=site.id)
    second = add_rule(traffic, category="klotter")
    third = add_rule(traffic)
    sign_in(client, coordinator)
    lamp, tag, rest = (
        "Lighting at Kista centrum → Trafikkontoret",
        "Graffiti everywhere → Trafikkontoret",
        "Everything everywhere → Trafikkontoret",
    )
    assert sentences(client) == [f"1. {lamp}", f"2. {tag}", f"3. {rest}"]
    client.post(f"{RULES}/{third}/flytta", data={"to": "up"})
    client.post(f"{RULES}/{first}/flytta", data={"to": "up"})  # it is the first already
    assert sentences(client) == [f"1. {lamp}", f"2. {rest}", f"3. {tag}"]
    client.post(f"{RULES}/{first}/flytta", data={"to": "down"})
    assert sentences(client) == [f"1. {rest}", f"2. {lamp}", f"3. {tag}"]
    assert client.post(f"{RULES}/{second}/avsluta").status_code == 302
    assert sentences(client) == [f"1. {rest}", f"2. {lamp}"]
    ended = page(client.get(RULES)).select_one("details")
    assert ended
    assert tag in ended.get_text()


def test_a_rule_is_added_and_changed_by_form(
    client: FlaskClient, sign_in: SignIn, site: Site, traffic: Organisation, coordinator: Actor
) -> None:
    sign_in(client, coordinator)
    page(client.post(f"{RULES}/ny", data={"what": "belysning"}), 422)
    values = {"what": "belysning/slackt", "site_id": str(site.id), "organisation_id": str(traffic.id)}
    assert client.post(f"{RULES}/ny", data={**values, "words": "Enligt avtal"}).status_code == 302
    rule = session().scalars(select(RoutingRule)).one()
    assert (rule.category, rule.item, rule.site_id, rule.words) == (
        "belysning",
        "slackt",
        site.id,
        "Enligt avtal",
    )
    where = f"{RULES}/{rule.id}"
    shown = page(client.get(where))
    seen = shown.select_one("input[name=version]")
    assert seen
    given = {**values, "version": str(seen["value"]), "site_id": ""}
    assert client.post(where, data=given).status_code == 302
    page(client.post(where, data=given), 409)
    session().rollback()
    assert session().scalars(select(RoutingRule.site_id)).one() is None


@pytest.mark.parametrize(
    "values", [{"category": "trolleri"}, {"category": "belysning", "item": "hal"}, {"item": "slackt"}]
)
def test_a_rule_about_nothing_in_the_checklist_is_refused(
    finding: Finding, traffic: Organisation, values: dict[str, str]
) -> None:
    with pytest.raises(InvalidInputError):
        add_rule(traffic, **values)


def test_trying_says_where_a_finding_would_go_why_and_who_else(
    client: FlaskClient, sign_in: SignIn, finding: Finding, traffic: Organisation, site: Site, field: Actor
) -> None:
    add_rule(traffic, category="belysning", site_id=site.id, words="Avtal 7")
    sign_in(client, field)
    for query in (f"number={finding.number.lower()}", "what=belysning/slackt&lat=59,4037&lon=17,9421"):
        answer = page(client.get(f"{RULES}/prova?{query}")).select_one("section.panel")
        assert answer
        words = " ".join(answer.get_text(" ").split())
        assert "It would go to Trafikkontoret" in words
        assert "rule 1: Lighting at Kista centrum → Trafikkontoret (Avtal 7)" in words
        assert "Bostadsbolag A – owns Akalla 4:1" in words
    nobody = page(client.get(f"{RULES}/prova?what=skrap&lat=59.0&lon=18.5"))
    assert nobody.select_one(".message.warning")
    for query in (
        "number=INGEN-1",
        "what=skrap&lat=59",
        "what=skrap&lat=x&lon=y",
        "what=skrap&lat=17.9&lon=59.4",
    ):
        assert page(client.get(f"{RULES}/prova?{query}")).select_one(".field-error")


def test_the_proposal_is_chosen_when_it_is_sent_and_whoever_handed_it_back_is_not(
    client: FlaskClient,
    sign_in: SignIn,
    finding: Finding,
    traffic: Organisation,
    organisation: Organisation,
    coordinator: Actor,
    owner: Actor,
) -> None:
    add_rule(organisation, category="belysning")
    add_rule(traffic, category="belysning")

    def chosen() -> str:
        found = page(client.get(f"/brister/{finding.number}")).select("input[name=sent-candidate][checked]")
        assert len(found) == 1
        return str(found[0]["value"])

    sign_in(client, coordinator)
    assert chosen() == str(organisation.id)
    move(coordinator, finding.number, Status.SENT, Given(responsible_id=organisation.id))
    move(owner, finding.number, Status.NOT_OURS, Given(words="Kommunens lampa"))
    assert chosen() == str(traffic.id)
    text = page(client.get(f"/brister/{finding.number}")).get_text()
    assert "Has said that it is not theirs." in text
    # Sending it on keeps what was: who had it, what they said, who has it now.
    move(coordinator, finding.number, Status.SENT, Given(responsible_id=traffic.id))
    history = reread(finding).history
    assert [(step.after, step.organisation_id) for step in history][-3:] == [
        (Status.SENT, organisation.id),
        (Status.NOT_OURS, organisation.id),
        (Status.SENT, traffic.id),
    ]
    shown = [
        " ".join(one.get_text(" ").split())
        for one in page(client.get(f"/brister/{finding.number}")).select("ol.history li")
    ]
    assert "Trafikkontoret" in shown[0]
    assert "Kommunens lampa" in shown[1]
    assert "Bostadsbolag A" in shown[2]


def test_readers_read_and_nobody_else(
    client: FlaskClient,
    sign_in: SignIn,
    traffic: Organisation,
    site: Site,
    field: Actor,
    owner: Actor,
    outsider: Actor,
) -> None:
    rule = add_rule(traffic)
    ways = [f"{RULES}/ny", f"{RULES}/{rule}", f"{RULES}/{rule}/flytta", f"{RULES}/{rule}/avsluta"]
    of_a_site = make_user(Role.COORDINATOR, site_id=site.id)
    for who, reads, writes in (
        (field, 200, 403),
        (of_a_site, 200, 403),
        (owner, 404, 404),
        (outsider, 404, 404),
    ):
        sign_in(client, who)
        assert [client.get(where).status_code for where in (RULES, f"{RULES}/prova")] == [reads, reads]
        assert [client.post(way, data={"to": "up"}).status_code for way in ways] == [writes] * len(ways)
        shown = page(client.get(RULES), reads)
        assert not shown.select(f"main form[action^='{RULES}']")


def test_trying_does_not_tell_of_findings_that_one_may_not_see(
    client: FlaskClient, sign_in: SignIn, finding: Finding
) -> None:
    elsewhere = make_user(Role.COORDINATOR, site_id=make_site("bortom", lon=18.3).id)
    sign_in(client, elsewhere)
    found = page(client.get(f"{RULES}/prova?number={finding.number}"))
    assert found.select_one(".field-error")
    assert not found.select_one("section.panel")
