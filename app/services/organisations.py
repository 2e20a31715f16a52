"""The register of organisations: who they are, what they answer for, and how their findings stand."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.exc import IntegrityError

from app.db import change, session
from app.errors import N_, ChangedMeanwhileError, NotFoundError, invalid
from app.i18n import today
from app.models.accounts import Organisation, OrganisationKind
from app.models.findings import OPEN, Finding, Status
from app.models.routing import RoutingRule
from app.models.sites import Property, Responsibility, SitePartner
from app.permissions import Actor, Permission
from app.services.accounts import normal_email
from app.services.finding_lists import overdue
from app.services.findings import seen_by
from app.services.register_access import fingerprint, reads_all, require_changing

MOST_SHOWN = 200
"""Pieces of ground listed for one organisation; more are counted."""


@dataclass(frozen=True)
class OrganisationValues:
    """What is said of an organisation."""

    name: str
    kind: OrganisationKind
    email: str | None
    fault_line: str | None
    valid_from: date | None = None
    valid_to: date | None = None
    """Its last day."""


_NAMES = ("name", "kind", "email", "fault_line", "valid_from", "valid_to")


@dataclass(frozen=True)
class Standing:
    """How the findings of an organisation stand, as far as the actor may see them."""

    open: int = 0
    overdue: int = 0
    reported_fixed: int = 0


@dataclass(frozen=True)
class Ground:
    """A piece of ground that an organisation answers for, and by what right."""

    right: str
    """`maintenance`, `leasehold` or `property`."""
    name: str
    category: str | None
    polygon: bytes
    valid_from: date | None
    valid_to: date | None


def list_register(actor: Actor) -> list[tuple[Organisation, Standing]]:
    """Every organisation that the actor may see, by name, with how its findings stand.

    Raises NotFoundError for an owner.
    """
    if not actor.may_somewhere(Permission.VIEW_SITE):
        raise NotFoundError
    wanted = select(Organisation).where(_seen(actor)).order_by(Organisation.name)
    found = session().scalars(wanted).all()
    standings = _standings(actor)
    return [(one, standings.get(one.id, Standing())) for one in found]


def load_organisation(actor: Actor, organisation_id: UUID) -> Organisation:
    """Load an organisation that the actor may read of; raises NotFoundError."""
    found = session().scalar(select(Organisation).where(Organisation.id == organisation_id, _seen(actor)))
    if found is None or not actor.may_somewhere(Permission.VIEW_SITE):
        raise NotFoundError
    return found


def standing_of(actor: Actor, organisation: Organisation) -> Standing:
    """How the findings of one organisation stand."""
    return _standings(actor, Finding.responsible_id == organisation.id).get(organisation.id, Standing())


def grounds_of(organisation: Organisation) -> list[Ground]:
    """The ground it answers for today, by right, then name; at most MOST_SHOWN of each right."""
    tended = session().scalars(
        select(Responsibility)
        .where(Responsibility.organisation_id == organisation.id, _valid(Responsibility, today()))
        .order_by(Responsibility.name)
        .limit(MOST_SHOWN)
    )
    found = [
        Ground("maintenance", one.name, one.category, one.polygon, one.valid_from, one.valid_to)
        for one in tended
    ]
    for right, column in (("leasehold", Property.leaseholder_id), ("property", Property.owner_id)):
        held = session().scalars(
            select(Property)
            .where(column == organisation.id, _valid(Property, today()))
            .order_by(Property.designation)
            .limit(MOST_SHOWN)
        )
        found += [
            Ground(right, one.designation, None, one.polygon, one.valid_from, one.valid_to) for one in held
        ]
    return found


def is_over(organisation: Organisation) -> bool:
    """Whether it has ceased to be: its last day has passed."""
    return organisation.valid_to is not None and organisation.valid_to < today()


def current_organisations() -> list[tuple[UUID, str]]:
    """Id and name of every organisation of today, by name: what a finding may be sent to."""
    return [(key, name) for key, name in session().connection().execute(_current(today()))]


def version_of(organisation: Organisation) -> int:
    """What a form for it is made from."""
    return fingerprint(organisation, _NAMES)


def save_organisation(
    actor: Actor, organisation_id: UUID | None, values: OrganisationValues, *, version: int | None = None
) -> Organisation:
    """Add an organisation (id None) or change one.

    Raises InvalidInputError, ForbiddenError for who may only read, ChangedMeanwhileError for an old version.
    """
    require_changing(actor)
    given = asdict(values)
    given["email"] = normal_email(values.email) if values.email else None
    if not values.name:
        raise invalid("name", "missing", N_("Write a name."))
    if values.valid_from and values.valid_to and values.valid_to < values.valid_from:
        raise invalid("valid_to", "before_first", N_("The last day lies before the first."))
    taken = select(Organisation.id).where(
        func.lower(Organisation.name) == values.name.lower(),
        Organisation.id != (organisation_id or UUID(int=0)),
    )
    if session().scalar(taken):
        raise invalid("name", "taken", N_("“%(value)s” is taken by another one."), value=values.name)
    try:
        with change(actor, None) as running:
            found = running.session.get(Organisation, organisation_id) if organisation_id else None
            if organisation_id and found is None:
                raise NotFoundError
            if found is not None and version is not None and version_of(found) != version:
                raise ChangedMeanwhileError
            made = found or Organisation(id=uuid4())
            changed = [name for name in _NAMES if getattr(made, name) != given[name]]
            for name in changed:
                setattr(made, name, given[name])
            running.session.add(made)
            if changed:
                name = "organisation.updated" if found else "organisation.added"
                running.record(name, made.id, changed=changed)
    except IntegrityError as error:  # somebody took the name just now
        raise invalid(
            "name", "taken", N_("“%(value)s” is taken by another one."), value=values.name
        ) from error
    return made


def _seen(actor: Actor) -> ColumnElement[bool]:
    """The whole register, or for who works at some sites only what has to do with these."""
    if reads_all(actor):
        return Organisation.id.is_not(None)
    sites = [grant.site_id for grant in actor.grants_for(Permission.VIEW_SITE)]
    return or_(
        Organisation.id.in_(select(SitePartner.organisation_id).where(SitePartner.site_id.in_(sites))),
        Organisation.id.in_(select(RoutingRule.organisation_id).where(RoutingRule.site_id.in_(sites))),
        Organisation.id.in_(
            select(Finding.responsible_id).where(Finding.responsible_id.is_not(None), seen_by(actor))
        ),
    )


def _standings(actor: Actor, *more: ColumnElement[bool]) -> dict[UUID, Standing]:
    rows = session().execute(
        select(
            Finding.responsible_id,
            func.count(),
            func.sum(case((overdue(today()), 1), else_=0)),
            func.sum(case((Finding.status == Status.REPORTED_FIXED, 1), else_=0)),
        )
        .where(
            Finding.positive.is_(False),
            Finding.responsible_id.is_not(None),
            Finding.status.in_(OPEN),
            seen_by(actor),
            *more,
        )
        .group_by(Finding.responsible_id)
    )
    return {key: Standing(*counts) for key, *counts in rows}


@lru_cache(maxsize=2)
def _current(day: date) -> Select[UUID, str]:
    wanted = select(Organisation.id, Organisation.name).where(_valid(Organisation, day))
    return wanted.order_by(Organisation.name)


def _valid(table: type[Organisation | Property | Responsibility], on: date) -> ColumnElement[bool]:
    day: Any = on
    return or_(table.valid_from.is_(None), table.valid_from <= day) & or_(
        table.valid_to.is_(None), table.valid_to >= day
    )
