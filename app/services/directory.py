"""Signing in by the organisation's directory (OpenID Connect): who it says somebody is, and what its groups are here.

Roles that come with groups follow the claim at each sign-in; what a person was given by hand is never touched. An
address counts only where the directory says that it is verified, and only until the person is known by subject.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.db import Change, change, session
from app.errors import N_, InvalidInputError, NotFoundError, PlatskollenError, invalid
from app.models.accounts import GroupRole, Identity, Membership, User
from app.permissions import SYSTEM, Actor
from app.services import devices
from app.services.accounts import normal_email
from app.services.devices import Device
from app.services.roles import RoleScope, check_scope
from app.services.sign_in import SignedIn, signed_in
from app.services.users import require_administering


class DirectoryRefusedError(PlatskollenError):
    """The directory knows the person; nobody here has let them in."""

    code = "directory_refused"
    status = 403
    title = N_("You are not let in here yet")
    message = N_(
        "Your organisation's account works, but has no role in Platskollen. Ask whoever keeps Platskollen for you."
    )


@dataclass(frozen=True)
class Claims:
    """What a directory says of somebody."""

    issuer: str
    subject: str
    email: str | None
    """Only a verified one."""
    name: str
    groups: frozenset[str]


def read_claims(said: Mapping[str, Any], groups_claim: str) -> Claims:
    """What an ID token says, whatever shape it comes in."""
    groups = said.get(groups_claim)
    listed = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    email = said.get("email") if said.get("email_verified") is True else None
    try:
        known = normal_email(str(email)) if email else None
    except InvalidInputError:
        known = None
    return Claims(
        issuer=str(said["iss"]),
        subject=str(said["sub"]),
        email=known,
        name=str(said.get("name") or "").strip()[:300],
        groups=frozenset(one for one in listed if isinstance(one, str)),
    )


def enter(claims: Claims, device: Device) -> SignedIn:
    """Sign somebody in whom the directory has proved; raises DirectoryRefusedError.

    That does not count as a fresh proof: the directory may have asked them days ago.
    """
    with change(SYSTEM, None) as entering:
        given = [
            RoleScope.of(row)
            for row in entering.session.scalars(
                select(GroupRole).where(GroupRole.group.in_(sorted(claims.groups)))
            )
        ]
        user = _known(claims) or _added(entering, claims, given)
        if not user.active:
            raise DirectoryRefusedError
        _follow(entering, user, given)
        if not user.memberships:
            raise DirectoryRefusedError
        row = devices.open_session(user, device)
        row.confirmed_at = None
        entering.record("sign_in.done", user.id, by="directory")
    return signed_in(row)


def _known(claims: Claims) -> User | None:
    database = session()
    mine = select(Identity).where(Identity.issuer == claims.issuer, Identity.subject == claims.subject)
    identity = database.scalar(mine)
    if identity is not None:
        return identity.user
    user = database.scalar(select(User).where(User.email == claims.email)) if claims.email else None
    if user is None:
        return None
    others = select(Identity.id).where(Identity.user_id == user.id, Identity.issuer == claims.issuer)
    if database.scalar(others) is not None:
        raise DirectoryRefusedError  # the address was given to somebody new: not to be taken for the one who had it
    database.add(Identity(user_id=user.id, issuer=claims.issuer, subject=claims.subject))
    return user


def _added(entering: Change, claims: Claims, given: list[RoleScope]) -> User:
    if not given or claims.email is None:
        raise DirectoryRefusedError
    user = User(email=claims.email, name=claims.name or claims.email.split("@")[0])
    entering.session.add(user)
    entering.session.flush()
    entering.session.add(Identity(user_id=user.id, issuer=claims.issuer, subject=claims.subject))
    entering.record("user.added", user.id, by="directory")
    return user


def _follow(entering: Change, user: User, given: list[RoleScope]) -> None:
    for held in list(user.memberships):
        if held.from_group and RoleScope.of(held) not in given:
            user.memberships.remove(held)
            entering.record("user.role_taken", user.id, by="directory", **RoleScope.of(held).payload())
    for scope in dict.fromkeys(given):
        if scope not in [RoleScope.of(held) for held in user.memberships]:
            user.memberships.append(Membership(from_group=True, **scope.columns()))
            entering.record("user.role_given", user.id, by="directory", **scope.payload())
    entering.session.flush()


def list_group_roles(actor: Actor) -> list[GroupRole]:
    """What groups are here, by group; for administrators."""
    require_administering(actor)
    return list(session().scalars(select(GroupRole).order_by(GroupRole.group, GroupRole.role)))


def map_group(actor: Actor, group: str, scope: RoleScope) -> None:
    """Let members of a group have a role from their next sign-in on; raises InvalidInputError."""
    require_administering(actor)
    if not group.strip():
        raise invalid("group", "missing", N_("Write the group as the directory writes it."))
    check_scope(scope)
    with change(actor, "group_role.added", None, **scope.payload()) as mapping:
        held = mapping.session.scalars(select(GroupRole).where(GroupRole.group == group.strip()))
        if scope not in [RoleScope.of(one) for one in held]:
            mapping.session.add(GroupRole(group=group.strip(), **scope.columns()))


def unmap_group(actor: Actor, group_role_id: UUID) -> None:
    """Take the role from the group; its members lose it at their next sign-in. Raises NotFoundError."""
    require_administering(actor)
    with change(actor, "group_role.removed", group_role_id) as unmapping:
        row = unmapping.session.get(GroupRole, group_role_id)
        if row is None:
            raise NotFoundError
        unmapping.session.delete(row)
