"""What has been done at a site since its last wave, as choices of the question which of it somebody has noticed.

Built from words that stand beside the checklist, and the month: nothing that somebody wrote, no spot, and nothing that
the public may not know of.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from uuid import UUID

from babel.dates import format_date
from sqlalchemy import select

from app.db import session
from app.i18n import local
from app.models.findings import FIXED, Finding, Level
from app.resident_words import R_, for_residents
from app.services.checklists import latest
from app.services.public_rules import counted_as, may_be_told
from forms.checklist_measures import measures
from forms.checklists import Checklist
from forms.questionnaire.definition import Choice

MOST = 12
"""More than this nobody reads in a street."""
_ORIGINAL = "sv"
_SPOKEN = {"sv-latt": _ORIGINAL}
_FIXED = R_("Fixed: %(what)s")


def measures_since(site_id: UUID, since: datetime, languages: tuple[str, ...]) -> list[Choice]:
    """The kinds of remedies verified at a site from a moment on, the most frequent ones, in the order of the checklist.

    A kind that only an operator's own checklist knows goes by its names there, in the languages that they are in.
    """
    found = (
        session()
        .scalars(
            select(Finding).where(
                Finding.site_id == site_id,
                Finding.status.in_(FIXED),
                Finding.verified_at >= since,
                Finding.level != Level.PROTECTED,
                Finding.positive.is_(False),
            )
        )
        .all()
    )
    if not found:
        return []
    checklist = latest()
    kinds: dict[tuple[str, str], list[date]] = {}
    for finding in found:
        if finding.verified_at and may_be_told(finding) and counted_as(finding, checklist) is None:
            days = kinds.setdefault((finding.category, finding.item), [])
            days.append(local(finding.verified_at).date())
    worded = {kind: _words(checklist, *kind, languages) for kind in kinds}
    often = sorted((kind for kind in kinds if worded[kind]), key=lambda kind: (-len(kinds[kind]), kind))
    order = {category.slug: n for n, category in enumerate(checklist.categories)}
    shown = sorted(often[:MOST], key=lambda kind: (order.get(kind[0], len(order)), kind))
    return [_choice(kind, worded[kind], max(kinds[kind])) for kind in shown]


def _words(checklist: Checklist, category: str, item: str, languages: tuple[str, ...]) -> dict[str, str]:
    """What was done, by language; nothing where neither we nor the checklist know the kind."""
    ours = measures().get((category, item), {})
    found = {one: ours[spoken] for one in languages if (spoken := _SPOKEN.get(one, one)) in ours}
    known = checklist.category(category)
    if found or known is None:
        return found
    point = known.item(item)
    for language in languages:
        spoken = _SPOKEN.get(language, language)
        names = [one.names.get(spoken, "") for one in (known, point) if one is not None]
        if all(names):
            found[language] = for_residents(language)(_FIXED, what=", ".join(names).lower())
    return found


def _choice(kind: tuple[str, str], words: dict[str, str], day: date) -> Choice:
    return Choice(
        name=re.sub(r"[^a-z0-9_]", "_", "_".join(part for part in kind if part)),
        label={
            language: f"{what} ({format_date(day, 'LLLL y', locale=_SPOKEN.get(language, language))})"
            for language, what in words.items()
        },
        unreviewed=tuple(language for language in words if language != _ORIGINAL),
    )
