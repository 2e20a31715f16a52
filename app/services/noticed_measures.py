"""What has been done at a site since its last wave, as choices of the question which of it somebody has noticed.

Built from the checklist's own words and the month: nothing that somebody wrote, no spot, and nothing that the public
may not know of.
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
from app.services.checklists import latest
from app.services.public_rules import counted_as, may_be_told
from forms.checklists import Checklist, parse_checklist, shipped_content
from forms.questionnaire.definition import Choice, Text

MOST = 12
"""More than this nobody reads in a street."""
_LOCALES = {"sv-latt": "sv"}
_ORIGINAL = "sv"


def measures_since(site_id: UUID, since: datetime, languages: tuple[str, ...]) -> list[Choice]:
    """The kinds of remedies verified at a site from a moment on, the most frequent ones, in the order of the checklist.

    A kind has words in the languages that the checklist has, and in Swedish at least.
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
        if may_be_told(finding) and counted_as(finding, checklist) is None and finding.verified_at:
            days = kinds.setdefault((finding.category, finding.item), [])
            days.append(local(finding.verified_at).date())
    often = sorted(kinds, key=lambda kind: (-len(kinds[kind]), kind))[:MOST]
    order = {category.slug: n for n, category in enumerate(checklist.categories)}
    often.sort(key=lambda kind: (order.get(kind[0], len(order)), kind))
    worded = _Words(checklist)
    return [_choice(worded, *kind, max(kinds[kind]), languages) for kind in often if worded.knows(kind[0])]


class _Words:
    """Names of the checklist in force, in further languages those of the shipped one."""

    def __init__(self, checklist: Checklist) -> None:
        self._sources = (checklist, parse_checklist(shipped_content()))

    def knows(self, category: str) -> bool:
        return any(source.category(category) for source in self._sources)

    def name(self, category: str, item: str, language: str) -> tuple[str, str] | None:
        """Category and point in a language; None where either has no words in it."""
        for source in self._sources:
            found = source.category(category)
            point = found.item(item) if found else None
            if found and (point is None) == (not item) and language in found.names:
                if point is None:
                    return found.names[language], ""
                if language in point.names:
                    return found.names[language], point.names[language]
        return None


def _choice(words: _Words, category: str, item: str, day: date, languages: tuple[str, ...]) -> Choice:
    label: Text = {}
    for language in languages:
        spoken = _LOCALES.get(language, language)
        named = words.name(category, item, spoken) or (
            words.name(category, "", spoken) if spoken == _ORIGINAL else None
        )
        if named is not None:
            what = f"{named[0]}: {named[1].lower()}" if named[1] else named[0]
            label[language] = f"{what} ({format_date(day, 'LLLL y', locale=spoken)})"
    return Choice(
        name=re.sub(r"[^a-z0-9_]", "_", f"{category}_{item}".strip("_")),
        label=label,
        unreviewed=tuple(language for language in label if language != _ORIGINAL),
    )
