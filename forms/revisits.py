"""The form that asks for a finding to be looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from forms.keys import client_key
from forms.text import clean

_MONTHS = (
    _l("January"),
    _l("February"),
    _l("March"),
    _l("April"),
    _l("May"),
    _l("June"),
    _l("July"),
    _l("August"),
    _l("September"),
    _l("October"),
    _l("November"),
    _l("December"),
)


class RevisitForm(FlaskForm):
    """Ask for a revisit after dark or in season."""

    revisit_id = HiddenField()
    kind = RadioField(_l("When must it be looked at?"), validators=[InputRequired(_l("Choose when."))])
    first_month = SelectField(_l("Season from"), default="11")
    last_month = SelectField(_l("to"), default="3")
    words = StringField(
        _l("What to look for"),
        filters=[clean],
        validators=[Length(max=500, message=_l("At most 500 characters."))],
    )

    def offer(self, kinds: Sequence[tuple[str, str]]) -> None:
        """Put in what one may choose from."""
        self.kind.choices = list(kinds)
        months = [(str(number), name) for number, name in enumerate(_MONTHS, 1)]
        self.first_month.choices = self.last_month.choices = months

    def months(self) -> tuple[int, int]:
        """The first and the last month of the season."""
        return int(self.first_month.data), int(self.last_month.data)

    def fresh(self) -> None:
        """Give a form that is shown at first its own id."""
        self.revisit_id.data = str(uuid4())

    def key(self) -> UUID:
        """The id of what is asked."""
        return client_key(self.revisit_id.data)
