"""The fields for where something is: a pin, its coordinates, or words."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, StringField, SubmitField
from wtforms.validators import Length

from forms.text import clean
from geo.crs import PositionError, parse_number, parse_position


class PositionForm(FlaskForm):
    """Longitude and latitude as people type them, the accuracy of the fix, and the place in words."""

    place_words = StringField(
        _l("The place in words"),
        description=_l("For example: by the north stairs of the library."),
        filters=[clean],
        validators=[Length(max=500, message=_l("At most 500 characters."))],
    )
    lat = StringField(_l("Latitude"), filters=[clean], validators=[Length(max=40)])
    lon = StringField(_l("Longitude"), filters=[clean], validators=[Length(max=40)])
    accuracy_m = StringField(_l("Accuracy, metres"), filters=[clean], validators=[Length(max=40)])
    exchange = SubmitField(_l("Exchange latitude and longitude"))

    swapped = False
    """Whether the pair makes sense only when exchanged; the page then offers that."""

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields and the pair; exchanges it first where that button was pressed."""
        if self.exchange.data:
            self.lon.data, self.lat.data = self.lat.data, self.lon.data
        sound: bool = super().validate(extra_validators)
        self.position, self.accuracy = None, None
        if not (self.lon.errors or self.lat.errors):
            self.position = self._read_position()
        if not self.accuracy_m.errors and self.accuracy_m.data:
            self.accuracy = _number(self.accuracy_m)
        return sound and not self.errors

    position: tuple[float, float] | None = None
    """Longitude and latitude in degrees, once validated."""
    accuracy: float | None = None

    def _read_position(self) -> tuple[float, float] | None:
        typed = [field for field in (self.lon, self.lat) if (field.data or "").strip()]
        if not typed:
            return None
        if len(typed) == 1:
            missing = self.lat if typed[0] is self.lon else self.lon
            missing.errors = [gettext("A position needs both latitude and longitude.")]
            return None
        lon, lat = _number(self.lon), _number(self.lat)
        if lon is None or lat is None:
            return None
        try:
            parse_position(lon, lat)
        except PositionError as error:
            self.lat.errors = [gettext(error.message, **error.details)]
            self.swapped = error.exchanged is not None
            return None
        return lon, lat


def _number(field: Field) -> float | None:
    try:
        return parse_number(field.data)
    except PositionError as error:
        field.errors = [gettext(error.message, **error.details)]
        return None
