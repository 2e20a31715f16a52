"""What a finding is called where there is room for one line."""

from __future__ import annotations

from typing import Any

from app.i18n import language
from app.models.findings import Finding
from app.services.checklists import latest
from forms.checklists import Checklist


class Titles:
    """What the findings of a page are called: made once for the page, asked for every row.

    The words are those of the checklist in force unless another is given.
    """

    def __init__(self, checklist: Checklist | None = None) -> None:
        self._checklist, self._language = checklist, language()
        self._names: dict[tuple[str, str], str] = {}

    def __call__(self, finding: Any) -> str:
        """The title that somebody wrote, else its category with the point of the checklist.

        `finding` is whatever has `title`, `category` and `item`: a finding, or a row of a list.
        """
        return finding.title if finding.title.strip() else self._name(finding.category, finding.item)

    def _name(self, category: str, item: str) -> str:
        key = category, item
        if key not in self._names:
            checklist = self._checklist = self._checklist or latest()
            name = checklist.name(category, self._language)
            if item:
                name = f"{name}: {checklist.item_name(category, item, self._language).lower()}"
            self._names[key] = name
        return self._names[key]


def finding_title(finding: Finding) -> str:
    """What one finding is called."""
    return Titles()(finding)
