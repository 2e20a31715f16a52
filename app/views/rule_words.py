"""Rules of routing as sentences, and what may be chosen for them."""

from __future__ import annotations

from flask_babel import gettext as _

from app.i18n import gettext_plain, language
from app.models.routing import RoutingRule
from app.services.routing import Proposal
from forms.checklists import Checklist, in_language
from forms.choices import Choices


def rule_sentence(rule: RoutingRule, checklist: Checklist) -> str:
    """A rule as people say it: "Belysning i Kista centrum → Trafikkontoret"."""
    what = _("Everything")
    if rule.category:
        what = checklist.name(rule.category, language())
    if rule.category and rule.item:
        what += ": " + checklist.item_name(rule.category, rule.item, language())
    if rule.site is not None:
        return str(
            _("%(what)s at %(site)s → %(who)s", what=what, site=rule.site.name, who=rule.organisation.name)
        )
    return str(_("%(what)s everywhere → %(who)s", what=what, who=rule.organisation.name))


def proposal_why(proposal: Proposal, checklist: Checklist) -> str:
    """Why an organisation is proposed: the right and its ground, or the rule in full."""
    why = gettext_plain(proposal.why, dict(proposal.values))
    if proposal.rule is not None:
        why += f": {rule_sentence(proposal.rule, checklist)}"
        return f"{why} ({proposal.rule.words})" if proposal.rule.words else why
    if proposal.metres >= 1:
        why += " " + _("(%(metres)s m away)", metres=proposal.metres)
    return why


def about_choices(checklist: Checklist) -> Choices:
    """Every category and every point of it: `category`, `category/item`."""
    found: list[tuple[str, str]] = []
    for category in checklist.categories:
        if category.positive:
            continue
        name = in_language(category.names, language())
        found.append((category.slug, name))
        found += [
            (f"{category.slug}/{item.slug}", f"{name}: {in_language(item.names, language())}")
            for item in category.items
        ]
    return found


def category_choices(checklist: Checklist) -> Choices:
    """Every category that somebody may have to remedy."""
    return [
        (category.slug, in_language(category.names, language()))
        for category in checklist.categories
        if not category.positive
    ]
