"""People and organisations: adding them, and the actor somebody acts as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select

from app.db import change, session
from app.errors import N_, invalid
from app.models.accounts import GroupRole, Membership, Organisation, Role, User
from app.models.sites import Site
from app.permissions import Actor, Grant, Permission, require
from app.services.roles import RoleScope


def actor_of(user: User) -> Actor:
    """The actor that `user` acts as, with every role held."""
    return Actor(
        user.id,
        tuple(Grant(held.role, held.site_id, held.organisation_id) for held in user.memberships),
    )


def roles_of(actor: Actor) -> list[Role]:
    """The roles that the actor holds anywhere, each once, in the order of the enumeration."""
    held = {grant.role for grant in actor.grants}
    return [role for role in Role if role in held]


@dataclass(frozen=True)
class HeldRole:
    """A role as its holder reads it."""

    role: Role
    place: str
    """Site and organisation that it is for; empty: everywhere."""
    membership: Membership


@dataclass(frozen=True)
class Account:
    """A user with the roles held."""

    user: User
    roles: list[HeldRole]


def account_of(actor: Actor) -> Account:
    """One's own account."""
    return read_account(session().get_one(User, actor.user_id))


def read_account(user: User) -> Account:
    """A user's account with the names of the places of the roles."""
    return read_accounts([user])[0]


def read_accounts(users: Sequence[User]) -> list[Account]:
    """The accounts of users, in their order; two queries however many they are."""
    every = [held for user in users for held in user.memberships]
    order = list(Role)
    roles = [HeldRole(held.role, place, held) for held, place in zip(every, place_names(every), strict=True)]
    roles.sort(key=lambda held: (order.index(held.role), held.place))
    return [Account(user, [one for one in roles if one.membership.user_id == user.id]) for user in users]


def place_names(rows: Sequence[Membership] | Sequence[GroupRole]) -> list[str]:
    """For each role held, the names of its site and organisation; empty: everywhere."""
    sites = select(Site.id, Site.name).where(Site.id.in_({row.site_id for row in rows if row.site_id}))
    ids = {row.organisation_id for row in rows if row.organisation_id}
    organisations = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    names = {row.id: row.name for query in (sites, organisations) for row in session().execute(query)}
    return [
        ", ".join(
            names[one] for one in (row.site_id, row.organisation_id) if one is not None and one in names
        )
        for row in rows
    ]


def normal_email(address: str) -> str:
    """The address in the one form it is stored in; raises InvalidInputError when it is none."""
    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise invalid(
            "email", "not_an_address", N_("Write an e-mail address like name@example.se.")
        ) from error


def find_user(email: str) -> User | None:
    """The active user with this address."""
    found = session().scalar(select(User).where(User.email == normal_email(email)))
    return found if found is not None and found.active else None


def add_user(
    actor: Actor,
    *,
    email: str,
    name: str,
    role: Role,
    organisation: str | None = None,
    site: str | None = None,
) -> User:
    """Add a user, or a further role to one who is there; organisation by name, site by slug."""
    require(actor, Permission.ADMINISTER, None)
    if role is Role.OWNER and not organisation:
        raise invalid("organisation", "missing", N_("An owner belongs to an organisation: name it."))
    scope = RoleScope(
        role,
        _site_named(site).id if site else None,
        find_organisation(organisation).id if organisation else None,
    )
    email = normal_email(email)
    with change(actor, "user.added", role=role) as adding:
        user = adding.session.scalar(select(User).where(User.email == email))
        if user is None:
            user = User(email=email, name=name)
            adding.session.add(user)
        if scope not in [RoleScope.of(held) for held in user.memberships]:
            user.memberships.append(Membership(**scope.columns()))
    return user


def find_organisation(name: str) -> Organisation:
    """The organisation of this name; raises InvalidInputError when there is none."""
    found = session().scalar(select(Organisation).where(func.lower(Organisation.name) == name.lower()))
    if found is None:
        raise invalid("organisation", "unknown", N_("There is no organisation called %(name)s."), name=name)
    return found


def list_organisations() -> Sequence[Organisation]:
    """Every organisation, by name."""
    return session().scalars(select(Organisation).order_by(Organisation.name)).all()


def _site_named(slug: str) -> Site:
    found = session().scalar(select(Site).where(Site.slug == slug))
    if found is None:
        raise invalid("site", "unknown", N_("There is no site called %(name)s."), name=slug)
    return found
