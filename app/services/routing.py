"""Where a finding should go, and why: the rules in their order, then whose ground it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.db import session
from app.errors import N_
from app.i18n import today
from app.models.accounts import Organisation
from app.models.findings import Finding, Status
from app.models.routing import RoutingRule
from app.services import places
from app.services.places import Right


class Basis(StrEnum):
    """On what a proposal rests, in the order they are tried."""

    RULE = auto()
    MAINTENANCE = auto()
    LEASEHOLD = auto()
    PROPERTY = auto()


@dataclass(frozen=True)
class Proposal:
    """An organisation that a finding may be sent to; a person decides."""

    organisation_id: UUID
    name: str
    why: str
    """A message id with places for `values`."""
    values: tuple[tuple[str, Any], ...]
    by: Basis
    rule: RoutingRule | None = None
    metres: int = 0
    """How far the ground lies from the spot."""


@dataclass(frozen=True)
class Spot:
    """What rules and ground are asked about."""

    category: str
    item: str = ""
    site_id: UUID | None = None
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None


_BY_RIGHT = {
    Right.MAINTENANCE: (Basis.MAINTENANCE, N_("tends the ground: %(name)s")),
    Right.LEASEHOLD: (Basis.LEASEHOLD, N_("leases %(name)s")),
    Right.PROPERTY: (Basis.PROPERTY, N_("owns %(name)s")),
}


def propose(finding: Finding) -> list[Proposal]:
    """Where a finding should go, the first first: every rule that fits in its order, then whose ground it is."""
    return propose_at(
        Spot(finding.category, finding.item, finding.site_id, finding.lon, finding.lat, finding.accuracy_m)
    )


def propose_at(spot: Spot) -> list[Proposal]:
    """The same for a spot where nothing has been noted."""
    found = [
        Proposal(
            rule.organisation_id,
            rule.organisation.name,
            N_("rule %(number)s"),
            (("number", number),),
            Basis.RULE,
            rule,
        )
        for number, rule in enumerate(standing_rules(), start=1)
        if fits(rule, spot)
    ]
    if spot.lon is None or spot.lat is None:
        return found
    for one in places.candidates(spot.lon, spot.lat, spot.accuracy_m, spot.category):
        by, why = _BY_RIGHT[one.right]
        found.append(
            Proposal(
                one.organisation_id,
                one.organisation_name,
                why,
                (("name", one.name),),
                by,
                metres=round(one.distance_m),
            )
        )
    return found


def fits(rule: RoutingRule, spot: Spot) -> bool:
    """Whether a rule holds today, for an organisation of today, and is about this spot."""
    return (
        _holds(rule)
        and _holds(rule.organisation)
        and rule.category in {None, spot.category}
        and rule.item in {"", spot.item}
        and rule.site_id in {None, spot.site_id}
    )


def standing_rules() -> Sequence[RoutingRule]:
    """The rules that have not ended, in the order in which they are tried: their place is their number."""
    return [rule for rule in _all_rules() if rule.valid_to is None or rule.valid_to >= today()]


def ended_rules() -> Sequence[RoutingRule]:
    """The rules that have ended, the latest first."""
    ended = [rule for rule in _all_rules() if rule.valid_to is not None and rule.valid_to < today()]
    return sorted(ended, key=lambda rule: (rule.valid_to or today(), -rule.position), reverse=True)


def said_not_theirs(finding: Finding) -> frozenset[UUID]:
    """The organisations that have handed this finding back, so that it is not sent to and fro."""
    return frozenset(
        step.organisation_id
        for step in finding.history
        if step.after is Status.NOT_OURS and step.organisation_id is not None
    )


def _all_rules() -> Sequence[RoutingRule]:
    return session().scalars(select(RoutingRule).order_by(RoutingRule.position)).all()


def _holds(thing: RoutingRule | Organisation) -> bool:
    day = today()
    return (thing.valid_from is None or thing.valid_from <= day) and (
        thing.valid_to is None or thing.valid_to >= day
    )
