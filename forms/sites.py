"""The filter of a site's page; map and list obey it together."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

from forms.choices import options

STATUSES = (
    ("open", _l("Open")),
    ("overdue", _l("Overdue")),
    ("reported_fixed", _l("Reported fixed, not checked")),
    ("fixed", _l("Verified fixes")),
    ("unfixed", _l("Closed unfixed")),
    ("all", _l("All")),
    ("positive", _l("Worth keeping")),
)


class SiteFilterForm(FlaskForm):
    """Which findings of a site to show; what makes no sense in the address counts as not said."""

    class Meta:
        """It changes nothing, so it needs no token."""

        csrf = False

    status = SelectField(_l("Status"), default="open", validate_choice=False)
    category = SelectField(_l("Category"), default="", validate_choice=False)

    def offer(self, categories: Iterable[tuple[str, str]]) -> None:
        """Offer these categories (slug, name), and put what is not offered back to its default."""
        offered = list(categories)
        self.status.choices = options(STATUSES)
        self.category.choices = options(offered, _l("All categories"))
        for field, values in ((self.status, dict(STATUSES)), (self.category, dict(offered))):
            if field.data not in values:
                field.data = field.default
