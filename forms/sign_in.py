"""The forms for signing in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import Email, InputRequired, Length


class AskForm(FlaskForm):
    """Ask for a link and a code by mail."""

    email = StringField(
        _l("E-mail address"),
        validators=[
            InputRequired(_l("Write your e-mail address.")),
            Length(max=254, message=_l("The address is too long.")),
            Email(_l("Write an e-mail address like name@example.se.")),
        ],
        render_kw={"autocomplete": "email", "inputmode": "email", "type": "email"},
    )
    next = HiddenField()


class CodeForm(FlaskForm):
    """Type the code from the mail."""

    code = StringField(
        _l("Code from the mail"),
        description=_l("Six digits."),
        validators=[InputRequired(_l("Write the six digits of the mail.")), Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class ConfirmForm(FlaskForm):
    """A single button."""
