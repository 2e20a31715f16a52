from uuid import uuid4

import pytest
from sqlalchemy import select

from app.db import session
from app.errors import ForbiddenError, NotFoundError
from app.models.accounts import Role
from app.models.findings import Finding, Level
from app.permissions import Actor, At, Grant, Permission, require, visible
from tests.builders import make_finding, make_organisation, make_site, make_walk

HERE, THERE, US, THEM = uuid4(), uuid4(), uuid4(), uuid4()


def actor(role: Role, **place: object) -> Actor:
    return Actor(uuid4(), (Grant(role, **place),))  # type: ignore[arg-type]


def test_role_at_one_site_does_not_reach_another() -> None:
    field = actor(Role.FIELD, site_id=HERE)
    assert field.may(Permission.RUN_WALK, At(HERE))
    assert not field.may(Permission.RUN_WALK, At(THERE))


def test_owner_reaches_only_what_the_organisation_answers_for() -> None:
    owner = actor(Role.OWNER, organisation_id=US)
    assert owner.may(Permission.ANSWER, At(HERE, US))
    assert not owner.may(Permission.ANSWER, At(HERE, THEM))
    assert not owner.may(Permission.ANSWER, At(HERE, None))


def test_grant_for_one_finding_reaches_no_other() -> None:
    contractor = actor(Role.OWNER, organisation_id=US, finding_id=HERE)
    assert contractor.may(Permission.ANSWER, At(THERE, US, id=HERE))
    assert not contractor.may(Permission.ANSWER, At(THERE, US, id=THERE))
    assert not contractor.may(Permission.ANSWER, At(THERE, THEM, id=HERE))
    assert not contractor.may(Permission.REPRESENT, At(THERE, US, id=HERE))


def test_owner_without_an_organisation_reaches_nothing() -> None:
    assert not actor(Role.OWNER).may(Permission.ANSWER, At(HERE, None))


@pytest.mark.parametrize("role", [Role.FIELD, Role.OWNER, Role.ANALYST])
def test_protected_is_hidden_from_all_but_coordinators(role: Role) -> None:
    hidden = At(HERE, US, Level.PROTECTED)
    assert not actor(role, organisation_id=US).may(Permission.VIEW_FINDING, hidden)
    assert actor(Role.COORDINATOR).may(Permission.VIEW_FINDING, hidden)


def test_outsider_gets_not_found_and_reader_gets_forbidden() -> None:
    with pytest.raises(NotFoundError):
        require(
            actor(Role.FIELD, site_id=THERE), Permission.EDIT_FINDING, At(HERE), see=Permission.VIEW_FINDING
        )
    with pytest.raises(ForbiddenError):
        require(actor(Role.ANALYST), Permission.EDIT_FINDING, At(HERE), see=Permission.VIEW_FINDING)


@pytest.mark.usefixtures("app")
def test_query_condition_says_the_same_as_the_rule() -> None:
    sites = [make_site("kista-centrum"), make_site("akalla-centrum")]
    organisations = [make_organisation("A"), make_organisation("B")]
    findings = [
        make_finding(make_walk(site), level=level, responsible_id=organisation and organisation.id)
        for site in sites
        for level in Level
        for organisation in (None, *organisations)
    ]
    actors = [actor(role) for role in Role]
    actors += [actor(role, site_id=sites[0].id) for role in Role]
    actors += [actor(role, organisation_id=organisations[0].id) for role in Role]
    actors += [
        actor(Role.OWNER, organisation_id=organisations[0].id, finding_id=finding.id) for finding in findings
    ]
    for who in actors:
        condition = visible(
            who,
            Permission.VIEW_FINDING,
            site=Finding.site_id,
            responsible=Finding.responsible_id,
            level=Finding.level,
            finding=Finding.id,
        )
        found = {finding.id for finding in session().scalars(select(Finding).where(condition))}
        assert found == {f.id for f in findings if who.may(Permission.VIEW_FINDING, f)}, who
