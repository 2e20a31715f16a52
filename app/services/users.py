"""Administering people: who there is, adding them, letting them in and shutting them out; for administrators only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_, update

from app.db import change, now, session
from app.errors import N_, ForbiddenError, NotFoundError, invalid
from app.models.accounts import ApiToken, Membership, Passkey, PushSubscription, SignInLink, User
from app.permissions import Actor, Permission
from app.services.accounts import normal_email
from app.services.devices import end_sessions
from app.services.invitations import invite
from app.services.roles import RoleScope, check_scope, require_another_admin

PAGE = 50


@dataclass(frozen=True)
class UserPage:
    """Some users by name, and after whom the next ones come."""

    users: Sequence[User]
    more_after: UUID | None


def administers(actor: Actor) -> bool:
    """Whether the actor is an administrator: people are one register, so of everything or not at all."""
    return any(grant.site_id is None for grant in actor.grants_for(Permission.ADMINISTER))


def require_administering(actor: Actor) -> None:
    """Raise ForbiddenError unless the actor is an administrator."""
    if not administers(actor):
        raise ForbiddenError


def list_users(actor: Actor, *, words: str = "", after: UUID | None = None) -> UserPage:
    """Users whose name or address holds the words, by name; those who are shut out stand last."""
    require_administering(actor)
    wanted = select(User).order_by(User.active.desc(), User.name, User.id).limit(PAGE + 1)
    if words.strip():
        part = words.strip().lower()
        wanted = wanted.where(
            or_(
                func.lower(User.name).contains(part, autoescape=True),
                User.email.contains(part, autoescape=True),
            )
        )
    last = session().get(User, after) if after else None
    if last is not None:
        later = tuple_(User.name, User.id) > tuple_(last.name, last.id)
        same = (User.active == last.active) & later
        wanted = wanted.where(or_(same, User.active.is_(False)) if last.active else same)
    found = session().scalars(wanted).all()
    return UserPage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def load_user(actor: Actor, user_id: UUID) -> User:
    """One user; raises ForbiddenError for who is no administrator, NotFoundError."""
    require_administering(actor)
    found = session().get(User, user_id)
    if found is None:
        raise NotFoundError
    return found


def add_person(actor: Actor, *, email: str, name: str, scope: RoleScope) -> User:
    """Add somebody with a first role, and mail a way in; raises InvalidInputError, also for a known address."""
    require_administering(actor)
    if not name.strip():
        raise invalid("name", "missing", N_("Write a name."))
    email = normal_email(email)
    check_scope(scope)
    if session().scalar(select(User.id).where(User.email == email)) is not None:
        raise invalid("email", "taken", N_("Somebody with this address is here already. Search for it."))
    with change(actor, None) as adding:
        user = User(email=email, name=name.strip())
        user.memberships.append(Membership(**scope.columns()))
        adding.session.add(user)
        adding.session.flush()
        adding.record("user.added", user.id, **scope.payload())
        invite(adding, user)
    return user


def send_invitation(actor: Actor, user_id: UUID) -> None:
    """Mail the user a new way in."""
    user = load_user(actor, user_id)
    with change(actor, "user.invited", user.id) as inviting:
        if user.active:
            invite(inviting, user)


def give_role(actor: Actor, user_id: UUID, scope: RoleScope) -> None:
    """Give a role; one that a group of the directory gave is then held by hand, and stays."""
    user = load_user(actor, user_id)
    check_scope(scope)
    with change(actor, "user.role_given", user.id, **scope.payload()) as giving:
        held = next((one for one in user.memberships if RoleScope.of(one) == scope), None)
        if held is None:
            giving.session.add(Membership(user_id=user.id, **scope.columns()))
        else:
            held.from_group = False


def take_role(actor: Actor, user_id: UUID, membership_id: UUID) -> None:
    """Take a role away; raises InvalidInputError for the last administrator's, and for what a directory gives."""
    user = load_user(actor, user_id)
    with change(actor, None) as taking:
        held = taking.session.get(Membership, membership_id)
        if held is None or held.user_id != user.id:
            raise NotFoundError
        if held.from_group:
            raise invalid(
                "role", "from_group", N_("The role comes with a group of the directory. Change it there.")
            )
        if RoleScope.of(held).administers:
            require_another_admin(user)
        taking.record("user.role_taken", user.id, **RoleScope.of(held).payload())
        user.memberships.remove(held)


def deactivate(actor: Actor, user_id: UUID) -> None:
    """Shut somebody out at once: sessions, tokens, links, passkeys and notices end; what they did stays."""
    user = load_user(actor, user_id)
    with change(actor, "user.deactivated", user.id) as ending:
        if any(RoleScope.of(held).administers for held in user.memberships):
            require_another_admin(user)
        user.active = False
        end_sessions(user.id)
        _end_tokens(user.id)
        ending.session.execute(
            update(SignInLink)
            .where(SignInLink.user_id == user.id, SignInLink.used_at.is_(None))
            .values(used_at=now())
        )
        for kind in (Passkey, PushSubscription):
            for row in ending.session.scalars(select(kind).where(kind.user_id == user.id)):
                ending.session.delete(row)


def reactivate(actor: Actor, user_id: UUID) -> None:
    """Let somebody in again, with the roles as they were."""
    user = load_user(actor, user_id)
    with change(actor, "user.reactivated", user.id):
        user.active = True


def end_devices(actor: Actor, user_id: UUID) -> None:
    """Sign the user out everywhere."""
    user = load_user(actor, user_id)
    with change(actor, "sign_in.ended_by_admin", user.id):
        end_sessions(user.id)


def count_tokens(user_id: UUID) -> int:
    """How many API tokens act as the user."""
    live = (ApiToken.user_id == user_id) & ApiToken.revoked_at.is_(None)
    return session().scalar(select(func.count()).select_from(ApiToken).where(live)) or 0


def end_tokens(actor: Actor, user_id: UUID) -> None:
    """End every API token that acts as the user."""
    user = load_user(actor, user_id)
    with change(actor, "token.revoked", user.id):
        _end_tokens(user.id)


def _end_tokens(user_id: UUID) -> None:
    live = (ApiToken.user_id == user_id) & ApiToken.revoked_at.is_(None)
    session().execute(update(ApiToken).where(live).values(revoked_at=now()))
