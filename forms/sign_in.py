"""The forms for signing in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField
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


class _StayForm(FlaskForm):
    """Enter on this device, for long or not."""

    stay = BooleanField(
        _l("Keep me signed in on this phone"),
        description=_l("For 90 days from the last use. Only on a phone that nobody else uses."),
    )


class CodeForm(_StayForm):
    """Type the code from the mail."""

    code = StringField(
        _l("Code from the mail"),
        description=_l("Six digits."),
        validators=[InputRequired(_l("Write the six digits of the mail.")), Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class ConfirmForm(_StayForm):
    """A single button."""


class PasskeyEnterForm(FlaskForm):
    """What a passkey answered on the sign-in page."""

    answer = HiddenField()
    next = HiddenField()
    stay = BooleanField(_l("Keep me signed in on this phone"))


class PasskeyAddForm(FlaskForm):
    """A name for a new passkey, and what the browser made."""

    name = StringField(
        _l("What do you call it?"),
        description=_l("For example My phone, so that you know it again."),
        validators=[
            InputRequired(_l("Give the passkey a name, e.g. My phone.")),
            Length(max=60, message=_l("At most 60 characters.")),
        ],
    )
    answer = HiddenField()
