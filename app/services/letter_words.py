"""What stands in a letter: an organisation reads what it is to do, a follower only what is for everybody to know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import N_
from app.i18n import language, show_day
from app.models.findings import Finding, Severity
from app.models.letters import Notice, Reason
from app.services.checklists import latest
from app.services.transitions import public_word
from app.words import TASK_WORDS

MOST_NAMED = 40
"""Findings named under one heading; the others are counted, and the link shows them all."""
_HEADINGS = {
    Reason.SENT: N_("New for you to answer"),
    Reason.ESCALATED: N_("Long overdue"),
    Reason.OVERDUE: N_("Overdue"),
    Reason.DUE: N_("Due now"),
    Reason.SOON_DUE: N_("Due soon"),
    Reason.ANSWERED: N_("You have an answer"),
}
"""In the order of the letter; a finding stands under the first that fits it."""


@dataclass(frozen=True)
class ForOrganisation:
    """What an organisation is told, and the address at which it answers."""

    name: str
    address: str
    notices: Sequence[Notice]


@dataclass(frozen=True)
class ForStaff:
    """What a person of the staff is told: what was asked, and on Mondays what waits; `address` is the start page."""

    notices: Sequence[Notice]
    waits: Sequence[tuple[str, int]]
    """Task of app.services.to_do and how many findings it has."""
    address: str
    language: str


def write(
    parts: Sequence[ForOrganisation], staff: ForStaff | None, followed: Sequence[Notice], stop_at: str
) -> tuple[str, str]:
    """Subject and body of a letter in the language in force; `stop_at`: where a follower ends it."""
    blocks = [block for part in parts for block in _for_organisation(part)]
    if staff:
        blocks += _for_staff(staff)
    if followed:
        blocks += _for_follower(followed, stop_at)
    return _subject(parts, staff, followed), "\n\n".join(blocks) + "\n"


def _subject(parts: Sequence[ForOrganisation], staff: ForStaff | None, followed: Sequence[Notice]) -> str:
    if not parts and staff:
        return str(_("Questions for you") if staff.notices else _("Your week: what waits for you"))
    if not parts:
        count = len({notice.finding_id for notice in followed})
        return str(
            ngettext("News of a finding that you follow", "News of %(num)s findings that you follow", count)
        )
    name = ", ".join(part.name for part in parts)
    notices = [notice for part in parts for notice in part.notices]
    count = len({notice.finding_id for notice in notices})
    subject = str(
        ngettext("%(name)s: 1 finding to look at", "%(name)s: %(num)s findings to look at", count, name=name)
    )
    if any(notice.reason is Reason.SENT and _acute(notice.finding) for notice in notices):
        return str(_("Acute! %(subject)s", subject=subject))
    return subject


def _for_organisation(part: ForOrganisation) -> Iterable[str]:
    yield _line(part.name)
    named: set[object] = set()
    for reason, heading in _HEADINGS.items():
        found = {notice.finding_id: notice.finding for notice in part.notices if notice.reason is reason}
        rows = [finding for key, finding in found.items() if key not in named]
        named |= found.keys()
        if rows:
            rows.sort(key=lambda finding: (not _acute(finding), str(finding.due_on or "~"), finding.number))
            yield "\n".join([_(heading), *_some([for_doing(finding) for finding in rows])])
    yield _("Look at your findings and answer them here:") + "\n\n" + part.address
    yield _(
        "The link works for 30 days and needs no password. Whoever has it can answer for %(name)s.",
        name=_line(part.name),
    )


def for_doing(finding: Finding) -> str:
    """One line for whoever is to do something: what and where it is, and by when."""
    checklist, words = latest(), finding.title.strip()
    if not words:
        words = checklist.name(finding.category, language())
        if finding.item:
            words += ": " + checklist.item_name(finding.category, finding.item, language()).lower()
    parts = [f"{finding.number} {words}", finding.site.name, finding.place_words]
    if finding.due_on:
        parts.append(_("to be fixed by %(day)s", day=show_day(finding.due_on)))
    line = ", ".join(_line(part) for part in parts if part.strip())
    return _("Acute! %(subject)s", subject=line) if _acute(finding) else line


def _for_staff(staff: ForStaff) -> Iterable[str]:
    if staff.notices:
        asked = {notice.finding_id: notice.finding for notice in staff.notices}
        yield "\n".join(
            [_("Somebody waits for your answer:"), *_some([for_doing(one) for one in asked.values()])]
        )
    if staff.waits:
        # Counts alone: what is protected counts too, and is in no mail.
        lines = [f"- {TASK_WORDS[name]}: {count}" for name, count in staff.waits]
        yield "\n".join([_("This waits for you:"), *lines])
    yield _("Look at it here:") + "\n\n" + staff.address
    yield _("What you are mailed you choose here:") + f" {staff.address}konto/utskick"


def _for_follower(notices: Sequence[Notice], stop_at: str) -> Iterable[str]:
    found = {notice.finding_id: notice.finding for notice in notices}
    yield "\n".join(
        [
            _("You asked to hear what happens with:"),
            *_some([_for_everybody(one) for one in found.values()]),
        ]
    )
    yield _("No more of this? Stop here, and your address is forgotten:") + "\n\n" + stop_at


def _for_everybody(finding: Finding) -> str:
    """Public fields only: what somebody wrote in words is not among them."""
    what = latest().name(finding.category, language())
    return _line(f"{finding.number} {what}, {finding.site.name}: {_(public_word(finding))}")


def _some(rows: list[str]) -> list[str]:
    lines = [f"- {row}" for row in rows[:MOST_NAMED]]
    if len(rows) > MOST_NAMED:
        more = len(rows) - MOST_NAMED
        lines.append("- " + ngettext("and 1 more", "and %(num)s more", more))
    return lines


def _acute(finding: Finding) -> bool:
    return finding.severity is Severity.ACUTE


def _line(words: str) -> str:
    """On one line: what somebody wrote does not begin another one of the letter."""
    return " ".join(words.split())
