"""The filter of a site's page; map and list obey it together."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

STATUSES = [
    ("open", _l("Open")),
    ("overdue", _l("Overdue")),
    ("reported_fixed", _l("Reported fixed, not checked")),
    ("fixed", _l("Verified")),
    ("unfixed", _l("Closed unfixed")),
    ("all", _l("All")),
    ("positive", _l("Worth keeping")),
]


class SiteFilterForm(FlaskForm):
    """Which findings of a site to show; what makes no sense in the address counts as not said."""

    class Meta:
        """It changes nothing, so it needs no token."""

        csrf = False

    status = SelectField(_l("Status"), choices=STATUSES, default="open", validate_choice=False)
    category = SelectField(_l("Category"), validate_choice=False)

    def offer(self, categories: Iterable[tuple[str, str]]) -> None:
        """Offer these categories (slug, name), and put aside what is not offered."""
        offered = [("", str(_l("All categories"))), *categories]
        self.category.choices = offered
        if self.category.data not in dict(offered):
            self.category.data = ""
        if self.status.data not in dict(STATUSES):
            self.status.data = "open"
