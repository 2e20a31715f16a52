"""What a finding is called where there is room for one line."""

from __future__ import annotations

from app.i18n import language
from app.models.findings import Finding
from app.services.checklists import latest


def finding_title(finding: Finding) -> str:
    """The title that somebody wrote, else the point of the checklist, else its category."""
    if finding.title.strip():
        return finding.title
    if finding.item:
        return latest().item_name(finding.category, finding.item, language())
    return latest().name(finding.category, language())
