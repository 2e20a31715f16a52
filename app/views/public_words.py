"""What the public reads of a finding's way, as one sentence of coded values; nothing that staff wrote is in it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from app.i18n import show_day
from app.models.publications import ReportKind
from app.services.public_findings import PublicFinding
from app.services.public_rules import Counted
from app.views.where_words import where_words
from app.words import word

_AT_M = 20
"""So near a name a finding is at it."""


def heading(finding: PublicFinding) -> str:
    """What kind of thing it is: its category and the point of the checklist."""
    if not finding.category:
        return str(_("Something that was noted"))
    return f"{finding.category}: {finding.item.lower()}" if finding.item else finding.category


def status_word(finding: PublicFinding) -> str:
    """Its one public word; with the reason where it will not be fixed."""
    if finding.positive:
        return str(_("Worth keeping"))
    said = str(_(finding.status))
    if finding.reason is not None:
        return str(_("%(status)s – reason: %(reason)s", status=said, reason=word(finding.reason)))
    return said


def sentence(finding: PublicFinding) -> str:
    """What has been done or will be done, and when; nothing where the word says it all."""
    if finding.verified_on is not None:
        return str(
            _(
                "Checked %(how)s %(day)s, by somebody other than whoever fixed it.",
                how=word(finding.verified_how),
                day=show_day(finding.verified_on),
            )
        )
    if finding.fixed_on is not None:
        return str(_("Fixed %(day)s, the responsible says.", day=show_day(finding.fixed_on)))
    if finding.planned_on is not None:
        return str(_("It is planned for %(day)s.", day=show_day(finding.planned_on)))
    return ""


def place(finding: PublicFinding) -> str:
    """Where it is, in words: how far from the nearest name on the map."""
    if not finding.near:
        return ""
    return where_words(finding.near, 0 if finding.near_m < _AT_M else finding.near_m, finding.near_octant)


def counted(heading: Counted, number: int) -> str:
    """How many there are that are no points, and of what kind."""
    match heading:
        case Counted.DISORDER:
            said = ngettext("1 finding about disorder", "%(num)s findings about disorder", number)
        case Counted.HATE:
            said = ngettext(
                "1 finding about graffiti with hate", "%(num)s findings about graffiti with hate", number
            )
        case Counted.DARK:
            said = ngettext(
                "1 dark, hidden or unlocked spot that is not fixed yet",
                "%(num)s dark, hidden or unlocked spots that are not fixed yet",
                number,
            )
    return str(said)


def report_choices() -> list[tuple[str, str]]:
    """In what ways a fix may not hold."""
    return [(one.value, word(one)) for one in ReportKind]
