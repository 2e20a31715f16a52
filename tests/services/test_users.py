from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from app import jobs
from app.db import change, session
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.models.accounts import ApiToken, Membership, Organisation, Role, SignInLink, User
from app.models.audit import AuditEvent
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from app.services import users
from app.services.accounts import actor_of
from app.services.roles import RoleScope
from app.services.sign_in import SignInError, find_session, follow_link, print_link
from app.services.tokens import create_token, find_token
from tests.builders import email_of, make_user


def person(who: Actor) -> User:
    session().rollback()
    return session().get_one(User, who.user_id)


def roles(who: Actor) -> set[RoleScope]:
    return {RoleScope.of(held) for held in person(who).memberships}


def membership(who: Actor) -> UUID:
    return person(who).memberships[0].id


def mailed_token(folder: Path) -> str:
    (mail,) = (folder / "mail").glob("*.eml")
    body = message_from_bytes(mail.read_bytes()).get_payload(decode=True)
    assert isinstance(body, bytes)
    return body.decode().split("/logga-in/")[1].split()[0]


def test_somebody_new_is_mailed_a_way_in(admin: Actor, site: Site, tmp_path: Path) -> None:
    user = users.add_person(
        admin, email="Ny@Example.se", name=" Nytt Namn ", scope=RoleScope(Role.FIELD, site_id=site.id)
    )
    assert (user.email, user.name) == ("ny@example.se", "Nytt Namn")
    assert roles(actor_of(user)) == {RoleScope(Role.FIELD, site_id=site.id)}
    user_id = user.id
    jobs.run_due()
    assert follow_link(mailed_token(tmp_path)).actor.user_id == user_id


def test_a_known_address_is_not_added_twice(admin: Actor, field: Actor) -> None:
    with pytest.raises(InvalidInputError):
        users.add_person(admin, email=email_of(field).upper(), name="N", scope=RoleScope(Role.FIELD))


@pytest.mark.parametrize(
    "make_scope",
    [
        lambda s, o: RoleScope(Role.OWNER),
        lambda s, o: RoleScope(Role.OWNER, s.id, o.id),
        lambda s, o: RoleScope(Role.ADMIN, site_id=s.id),
        lambda s, o: RoleScope(Role.FIELD, site_id=uuid4()),
        lambda s, o: RoleScope(Role.FIELD, organisation_id=uuid4()),
    ],
)
def test_a_role_is_held_only_where_it_can_be(
    admin: Actor,
    field: Actor,
    site: Site,
    organisation: Organisation,
    make_scope: Callable[[Site, Organisation], RoleScope],
) -> None:
    before = roles(field)
    with pytest.raises(InvalidInputError):
        users.give_role(admin, person(field).id, make_scope(site, organisation))
    assert roles(field) == before


def test_roles_are_given_once_and_taken(admin: Actor, field: Actor, organisation: Organisation) -> None:
    scope = RoleScope(Role.OWNER, organisation_id=organisation.id)
    for _twice in range(2):
        users.give_role(admin, person(field).id, scope)
    assert roles(field) == {RoleScope(Role.FIELD), scope}
    owner = next(held for held in person(field).memberships if held.role is Role.OWNER)
    users.take_role(admin, person(field).id, owner.id)
    assert roles(field) == {RoleScope(Role.FIELD)}


def test_the_last_administrator_stays_one(admin: Actor) -> None:
    tries: list[Callable[[], None]] = [
        lambda: users.take_role(admin, person(admin).id, membership(admin)),
        lambda: users.deactivate(admin, person(admin).id),
    ]
    for last in tries:
        with pytest.raises(InvalidInputError):
            last()
        session().rollback()
        assert person(admin).active
        assert roles(admin) == {RoleScope(Role.ADMIN)}


def test_an_administrator_may_go_when_another_can_sign_in(admin: Actor) -> None:
    other = make_user(Role.ADMIN)
    users.deactivate(admin, person(other).id)
    with pytest.raises(InvalidInputError):  # the other one is shut out, and counts no more
        users.take_role(admin, person(admin).id, membership(admin))
    users.reactivate(admin, person(other).id)
    users.take_role(admin, person(admin).id, membership(admin))
    assert roles(admin) == set()


def test_shutting_out_ends_every_way_in_at_once(admin: Actor, field: Actor) -> None:
    printed, unused = (print_link(email_of(field)).rsplit("/", 1)[1] for _ in range(2))
    here = follow_link(printed).session_id
    token = create_token(email_of(field))
    users.deactivate(admin, person(field).id)
    assert find_session(here) is None
    assert find_token(token) is None
    users.reactivate(admin, person(field).id)
    assert find_session(here) is None
    assert find_token(token) is None
    with pytest.raises(SignInError):
        follow_link(unused)


def test_devices_and_tokens_of_one_person_end_and_no_other(
    admin: Actor, field: Actor, coordinator: Actor
) -> None:
    mine, theirs = (
        follow_link(print_link(email_of(who)).rsplit("/", 1)[1]).session_id for who in (field, coordinator)
    )
    tokens = [create_token(email_of(who)) for who in (field, coordinator)]
    users.end_devices(admin, person(field).id)
    users.end_tokens(admin, person(field).id)
    assert (find_session(mine), find_token(tokens[0])) == (None, None)
    assert find_session(theirs) is not None
    assert find_token(tokens[1]) is not None


def test_a_role_of_the_directory_is_not_taken_by_hand_but_can_be_kept(admin: Actor, field: Actor) -> None:
    with change(SYSTEM, None) as marking:
        marking.session.execute(
            update(Membership).where(Membership.user_id == field.user_id).values(from_group=True)
        )
    with pytest.raises(InvalidInputError):
        users.take_role(admin, person(field).id, membership(field))
    users.give_role(admin, person(field).id, RoleScope(Role.FIELD))
    assert not person(field).memberships[0].from_group


def test_only_administrators_of_everything_administer(
    coordinator: Actor, field: Actor, outsider: Actor, owner: Actor, analyst: Actor, site: Site
) -> None:
    of_one_site = make_user(Role.ADMIN, site_id=site.id)
    target = person(field).id
    for who in (coordinator, field, outsider, owner, analyst, of_one_site):
        for attempt in (
            lambda who: users.list_users(who),
            lambda who: users.load_user(who, target),
            lambda who: users.add_person(who, email="x@example.se", name="X", scope=RoleScope(Role.ADMIN)),
            lambda who: users.give_role(who, target, RoleScope(Role.ADMIN)),
            lambda who: users.take_role(who, target, membership(field)),
            lambda who: users.deactivate(who, target),
            lambda who: users.reactivate(who, target),
            lambda who: users.end_devices(who, target),
            lambda who: users.end_tokens(who, target),
            lambda who: users.send_invitation(who, target),
        ):
            with pytest.raises(ForbiddenError):
                attempt(who)
    assert session().scalar(select(User.id).where(User.email == "x@example.se")) is None


def test_a_membership_of_somebody_else_is_not_found(admin: Actor, field: Actor, coordinator: Actor) -> None:
    with pytest.raises(NotFoundError):
        users.take_role(admin, person(field).id, membership(coordinator))


def test_the_trail_holds_ids_and_never_names(admin: Actor, site: Site) -> None:
    user = users.add_person(admin, email="marker@example.se", name="Marker", scope=RoleScope(Role.ANALYST))
    users.give_role(admin, user.id, RoleScope(Role.FIELD, site_id=site.id))
    users.deactivate(admin, user.id)
    events = session().scalars(select(AuditEvent).where(AuditEvent.subject_id == user.id)).all()
    assert [event.name for event in events] == ["user.added", "user.role_given", "user.deactivated"]
    assert not any("arker" in (event.payload or "") for event in events)
    assert {event.actor_id for event in events} == {admin.user_id}


def test_search_finds_names_and_addresses_as_they_are_written(admin: Actor, field: Actor) -> None:
    user = users.add_person(admin, email="x_y@example.se", name="100% Åsa", scope=RoleScope(Role.FIELD))

    def found(words: str) -> set[UUID]:
        return {one.id for one in users.list_users(admin, words=words).users}

    assert found("100%") == found("X_Y") == {user.id}
    assert found("%") == {user.id}
    assert user.id in found("")
    assert found("'; drop table users --") == set()


def test_pages_of_users_follow_each_other(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {make_user(Role.FIELD).user_id for _ in range(7)} | {admin.user_id}
    for gone in list(made - {admin.user_id})[:2]:
        assert gone is not None
        users.deactivate(admin, gone)
    monkeypatch.setattr(users, "PAGE", 3)
    seen: list[UUID] = []
    after = None
    while True:
        found = users.list_users(admin, after=after)
        seen += [one.id for one in found.users]
        after = found.more_after
        if after is None:
            break
    assert len(seen) == len(set(seen))
    assert set(seen) == made


def test_an_old_invitation_does_not_let_anybody_in(admin: Actor, tmp_path: Path) -> None:
    users.add_person(admin, email="ny@example.se", name="Ny", scope=RoleScope(Role.FIELD))
    jobs.run_due()
    token = mailed_token(tmp_path)
    with change(SYSTEM, None) as ageing:
        link = ageing.session.scalars(select(SignInLink)).one()
        link.expires_at -= timedelta(days=8)
    with pytest.raises(SignInError):
        follow_link(token)
    assert session().scalars(select(ApiToken)).all() == []
