"""The form by which somebody proves anew who they are; its names stand apart from those of the form it lets through."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length


class ConfirmingForm(FlaskForm):
    """A code, or the answer of a passkey."""

    confirm_code = StringField(
        _l("Code from the mail"),
        description=_l("Six digits."),
        validators=[InputRequired(), Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
    confirm_answer = HiddenField()
    confirm_way = HiddenField()
    confirm_target = HiddenField()
    confirm_repeats = HiddenField()

    def not_proved(self) -> str:
        """What is said where a passkey did not work."""
        return str(_("The passkey did not work. Try again, or have a code mailed."))
