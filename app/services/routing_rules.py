"""Changing the rules of routing: adding one at the end, moving it up or down, ending it. None is ever removed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select

from app.db import Change, change, session
from app.errors import N_, ChangedMeanwhileError, NotFoundError, invalid
from app.i18n import today
from app.models.accounts import Organisation
from app.models.routing import RoutingRule
from app.models.sites import Site
from app.permissions import Actor
from app.services.checklists import latest
from app.services.register_access import fingerprint, require_changing
from app.services.routing import standing_rules


@dataclass(frozen=True)
class RuleValues:
    """What a rule says; category and site None: every one."""

    organisation_id: UUID | None
    category: str | None = None
    item: str = ""
    site_id: UUID | None = None
    words: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


_NAMES = ("organisation_id", "category", "item", "site_id", "words", "valid_from", "valid_to")


def load_rule(actor: Actor, rule_id: UUID) -> RoutingRule:
    """Load a rule for an actor who may change it; raises NotFoundError, ForbiddenError."""
    require_changing(actor)
    found = session().get(RoutingRule, rule_id)
    if found is None:
        raise NotFoundError
    return found


def version_of(rule: RoutingRule) -> int:
    """What a form for it is made from."""
    return fingerprint(rule, _NAMES)


def save_rule(
    actor: Actor, rule_id: UUID | None, values: RuleValues, *, version: int | None = None
) -> RoutingRule:
    """Add a rule at the end (id None) or change one; raises InvalidInputError, ChangedMeanwhileError."""
    require_changing(actor)
    _check(values)
    given = asdict(values)
    with change(actor, None) as running:
        last = _locked(running)
        found = load_rule(actor, rule_id) if rule_id else None
        if found is not None and version is not None and version_of(found) != version:
            raise ChangedMeanwhileError
        made = found or RoutingRule(id=uuid4(), position=last + 1)
        for name, value in given.items():
            setattr(made, name, value)
        running.session.add(made)
        said = {name: value for name, value in given.items() if name != "words"}
        running.record("routing_rule.updated" if found else "routing_rule.added", made.id, **said)
    return made


def move_rule(actor: Actor, rule_id: UUID, steps: int) -> None:
    """Let a rule change places with its neighbour: up (-1) or down (1); at an end nothing happens."""
    load_rule(actor, rule_id)
    with change(actor, None) as running:
        _locked(running)
        rules = list(standing_rules())
        here = next((n for n, rule in enumerate(rules) if rule.id == rule_id), None)
        if here is None or not 0 <= here + steps < len(rules):
            return
        one, other = rules[here], rules[here + steps]
        places = other.position, one.position
        one.position = 0  # free for a moment: no two may have the same
        running.session.flush()
        other.position = places[1]
        running.session.flush()
        one.position = places[0]
        running.record("routing_rule.moved", rule_id, number=here + steps + 1)


def end_rule(actor: Actor, rule_id: UUID) -> RoutingRule:
    """End a rule now: yesterday was its last day."""
    load_rule(actor, rule_id)
    with change(actor, "routing_rule.ended", rule_id):
        rule = load_rule(actor, rule_id)
        rule.valid_to = today() - timedelta(days=1)
    return rule


def _locked(running: Change) -> int:
    """Hold the rules against everybody else until the change ends; returns the last place that is taken."""
    running.session.scalars(select(RoutingRule.id).with_for_update()).all()
    return running.session.scalar(select(func.max(RoutingRule.position))) or 0


def _check(values: RuleValues) -> None:
    if values.organisation_id is None or session().get(Organisation, values.organisation_id) is None:
        raise invalid("organisation_id", "missing", N_("Choose the responsible organisation."))
    if values.site_id is not None and session().get(Site, values.site_id) is None:
        raise invalid("site_id", "unknown", N_("There is no such site."))
    category = latest().category(values.category) if values.category else None
    if values.category and category is None:
        raise invalid("what", "unknown", N_("Choose what it is about."))
    if values.item and (category is None or category.item(values.item) is None):
        raise invalid("what", "unknown", N_("Choose one of the points of the category, or none."))
    if values.valid_from and values.valid_to and values.valid_to < values.valid_from:
        raise invalid("valid_to", "before_first", N_("The last day lies before the first."))
