"""The forms of routing: a rule, and trying where a finding would go."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from forms.choices import Choices, chosen, options
from forms.remedies import DayField
from forms.text import clean
from forms.versions import VersionForm
from geo.crs import PositionError, parse_position

_SHORT = Length(max=300, message=_l("At most 300 characters."))


class RuleForm(VersionForm):
    """A rule: what it is about, where, and who it goes to."""

    what = SelectField(_l("What"), filters=[chosen], validators=[Optional()])
    site_id = SelectField(_l("Where"), filters=[chosen], validators=[Optional()])
    organisation_id = SelectField(
        _l("Goes to"), validators=[InputRequired(_l("Choose the responsible organisation."))]
    )
    words = TextAreaField(
        _l("Why it is so"),
        description=_l("For example which agreement says it."),
        filters=[clean],
        validators=[_SHORT],
        render_kw={"rows": 2},
    )
    valid_from = DayField(_l("First day"), validators=[Optional()])
    valid_to = DayField(_l("Last day"), validators=[Optional()])

    def offer(self, what: Choices, sites: Choices, organisations: Choices) -> None:
        """Fill in what one may choose from; `what` is a category, or `category/item`."""
        self.what.choices = options(what, _l("Everything"))
        self.site_id.choices = options(sites, _l("Everywhere"))
        self.organisation_id.choices = options(organisations, _l("Choose …"))

    def about(self) -> tuple[str | None, str]:
        """Category and item."""
        category, _, item = (self.what.data or "").partition("/")
        return category or None, item


class TryForm(FlaskForm):
    """A finding, or what might be one: sent with GET, so that the answer has an address."""

    class Meta:
        """Trying changes nothing."""

        csrf = False

    number = StringField(
        _l("Number of a finding"),
        description=_l("Like KISTA-2026-0042. Then nothing else is needed."),
        filters=[clean],
        validators=[_SHORT],
    )
    what = SelectField(_l("What"), validate_choice=False)
    lat = StringField(_l("Latitude"), filters=[clean], validators=[Length(max=40)])
    lon = StringField(_l("Longitude"), filters=[clean], validators=[Length(max=40)])

    position: tuple[float, float] | None = None
    """Longitude and latitude, once validated."""

    def offer(self, what: Choices) -> None:
        """Fill in what one may choose from."""
        self.what.choices = options(what)
        if self.what.data not in {value for value, _ in what}:
            self.what.data = what[0][0]

    def validate(self, extra_validators: object = None) -> bool:
        """Read the position, where one is given."""
        sound: bool = super().validate(extra_validators)
        typed = [(field.data or "").strip() for field in (self.lon, self.lat)]
        if sound and any(typed):
            if not all(typed):
                self.lat.errors = [gettext("A position needs both latitude and longitude.")]
                return False
            try:
                place = parse_position(*typed)
            except PositionError as error:
                self.lat.errors = [gettext(error.message, **error.details)]
                return False
            self.position = (place.lon, place.lat)
        return sound
