"""The filters of the list of findings, as they stand in its address."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SearchField, SelectField

from forms.text import clean

Choices = Sequence[tuple[str, str]]


class FilterForm(FlaskForm):
    """Which findings to show; sent with GET, so that the address can be kept and passed on."""

    class Meta:
        """Looking changes nothing."""

        csrf = False

    text = SearchField(_l("Number, place or words"), filters=[clean], render_kw={"maxlength": 200})
    status = SelectField(_l("Status"), default="open")
    site = SelectField(_l("Site"), default="")
    owner = SelectField(_l("Responsible"), default="")
    category = SelectField(_l("Category"), default="")
    severity = SelectField(_l("Severity"), default="")
    sort = SelectField(_l("Order"), default="newest")
    overdue = BooleanField(_l("Overdue only"))

    def offer(
        self,
        *,
        statuses: Choices,
        sites: Choices,
        owners: Choices,
        categories: Choices,
        severities: Choices,
        sorts: Choices,
    ) -> None:
        """Fill in what one may choose from, as pairs of value and word; what narrows may also be left open."""
        self.status.choices = list(statuses)
        self.sort.choices = list(sorts)
        anything: list[tuple[str, str]] = [("", str(_l("Any")))]
        self.site.choices = anything + list(sites)
        self.owner.choices = anything + list(owners)
        self.category.choices = anything + list(categories)
        self.severity.choices = anything + list(severities)

    def settle(self) -> None:
        """Put what the address asks for and nobody offers back to its default: an old link still shows a list."""
        for name in ("status", "site", "owner", "category", "severity", "sort"):
            field = self[name]
            if field.data not in {value for value, _ in field.choices}:
                field.data = field.default
