"""Who may do what where: permissions, the role table, and the two questions `require` and `visible`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from app.errors import ForbiddenError, NotFoundError
from app.models.accounts import Role
from app.models.findings import Level


class Permission(StrEnum):
    """One thing that somebody may do."""

    VIEW_SITE = auto()
    VIEW_FINDING = auto()
    VIEW_PROTECTED = auto()
    PLAN_WALK = auto()
    RUN_WALK = auto()
    REPORT_FINDING = auto()
    EDIT_FINDING = auto()
    COORDINATE = auto()
    """Triage, assign, close and correct."""
    ANSWER = auto()
    """Answer for the responsible organisation."""
    REPRESENT = auto()
    """Be that organisation: say "not ours" or "we will not" in its name, and pass a finding on to a contractor."""
    VERIFY = auto()
    REOPEN = auto()
    INTERVIEW = auto()
    """Ask people a survey's questions on the spot, and type in what came on paper."""
    VIEW_RESULTS = auto()
    """See what a survey found; free text takes COORDINATE."""
    ADMINISTER = auto()


_P = Permission
ROLES: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission) - {_P.ANSWER, _P.REPRESENT},
    Role.COORDINATOR: frozenset(Permission) - {_P.ADMINISTER, _P.ANSWER, _P.REPRESENT},
    Role.FIELD: frozenset(
        {
            _P.VIEW_SITE,
            _P.VIEW_FINDING,
            _P.PLAN_WALK,
            _P.RUN_WALK,
            _P.REPORT_FINDING,
            _P.EDIT_FINDING,
            _P.VERIFY,
            _P.REOPEN,
            _P.INTERVIEW,
        }
    ),
    Role.OWNER: frozenset({_P.VIEW_FINDING, _P.ANSWER, _P.REPRESENT}),
    Role.ANALYST: frozenset({_P.VIEW_SITE, _P.VIEW_FINDING, _P.VIEW_RESULTS}),
}
_NOT_PASSED_ON = frozenset({_P.REPRESENT})
"""What is not handed over together with one finding."""


@dataclass(frozen=True)
class Grant:
    """A role held at one site (or all, when None), for an organisation, perhaps for one finding alone."""

    role: Role
    site_id: UUID | None = None
    organisation_id: UUID | None = None
    finding_id: UUID | None = None
    """The one finding that an owner passed on, e.g. to a contractor."""

    @property
    def permissions(self) -> frozenset[Permission]:
        """What may be done where the grant reaches."""
        return ROLES[self.role] if self.finding_id is None else ROLES[self.role] - _NOT_PASSED_ON

    def reaches(self, thing: Placed | None) -> bool:
        """Whether the grant's place holds `thing`; an owner reaches what the organisation answers for."""
        if thing is None:
            return self.role is not Role.OWNER
        if self.finding_id is not None and thing.id != self.finding_id:
            return False
        if self.role is Role.OWNER:
            return self.organisation_id is not None and thing.responsible_id == self.organisation_id
        return self.site_id is None or thing.site_id == self.site_id


class Placed(Protocol):
    """Something at a site that an organisation may answer for."""

    @property
    def id(self) -> Any: ...  # noqa: D102
    @property
    def site_id(self) -> Any: ...  # noqa: D102
    @property
    def responsible_id(self) -> Any: ...  # noqa: D102
    @property
    def level(self) -> Any: ...  # noqa: D102


@dataclass(frozen=True)
class At:
    """A place given by plain values, for what has a site but no owner of its own (a walk, the site itself)."""

    site_id: UUID
    responsible_id: UUID | None = None
    level: Level = Level.INTERNAL
    id: UUID | None = None
    """Of a finding; nothing else is passed on by itself."""


@dataclass(frozen=True)
class Actor:
    """Who acts: a person by pseudonymous id with grants, or the system itself."""

    user_id: UUID | None
    grants: tuple[Grant, ...] = ()

    def grants_for(self, permission: Permission) -> list[Grant]:
        """The grants that carry `permission` somewhere."""
        return [grant for grant in self.grants if permission in grant.permissions]

    def may(self, permission: Permission, thing: Placed | None = None) -> bool:
        """Whether the actor may do this to `thing` (anywhere, when None)."""
        hidden = thing is not None and thing.level == Level.PROTECTED
        return any(
            grant.reaches(thing) and (not hidden or _P.VIEW_PROTECTED in ROLES[grant.role])
            for grant in self.grants_for(permission)
        )

    def may_somewhere(self, permission: Permission) -> bool:
        """Whether the actor holds the permission at any place, e.g. to show a menu entry."""
        return bool(self.grants_for(permission))

    def role_at(self, thing: Placed, permission: Permission) -> Role | None:
        """In which role the actor does this; what others see instead of a name."""
        return next((grant.role for grant in self.grants_for(permission) if grant.reaches(thing)), None)


SYSTEM = Actor(None, (Grant(Role.ADMIN),))
"""The product itself: jobs, imports and commands run by the operator."""


def require(
    actor: Actor, permission: Permission, thing: Placed | None, *, see: Permission | None = None
) -> None:
    """Let the actor pass or raise: NotFoundError for an outsider, ForbiddenError for one who may look only.

    `see` is the permission that lets somebody know the thing exists.
    """
    if actor.may(permission, thing):
        return
    if see is not None and actor.may(see, thing):
        raise ForbiddenError
    raise NotFoundError if thing is not None else ForbiddenError


def visible(
    actor: Actor,
    permission: Permission,
    *,
    site: InstrumentedAttribute[Any],
    responsible: InstrumentedAttribute[Any] | None = None,
    level: InstrumentedAttribute[Any] | None = None,
    finding: InstrumentedAttribute[Any] | None = None,
) -> ColumnElement[bool]:
    """The same rule as `Actor.may`, as a condition on the columns of a query; `finding`: that of a finding's id."""
    ways: list[ColumnElement[bool]] = []
    for grant in actor.grants_for(permission):
        if grant.finding_id is not None and finding is None:
            continue
        if grant.role is Role.OWNER:
            if responsible is None or grant.organisation_id is None:
                continue
            way: ColumnElement[bool] = responsible == grant.organisation_id
        else:
            way = true() if grant.site_id is None else site == grant.site_id
        if grant.finding_id is not None and finding is not None:
            way = way & (finding == grant.finding_id)
        if level is not None and _P.VIEW_PROTECTED not in ROLES[grant.role]:
            way = way & (level != Level.PROTECTED)
        ways.append(way)
    return or_(*ways) if ways else false()
