"""What a resident says of a fix that does not hold, and what a coordinator makes of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_gettext as _pl  # what residents read too
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from forms.personal_data import hints
from forms.text import clean

_CHOOSE = _pl("Choose one of these.")
_PERSONAL = _pl("It seems to hold a telephone, personal identity or registration number. Take it out.")


class ResidentReportForm(FlaskForm):
    """One choice, and short words if one likes. Nobody is signed in, so it carries no token and begins no session."""

    class Meta:
        """Of this form alone."""

        csrf = False

    kind = RadioField(_pl("What does not hold?"), validators=[InputRequired(_CHOOSE)], validate_choice=False)
    words = TextAreaField(
        _pl("In your own words"),
        description=_pl("What do you see there? Write no names, telephone numbers or registration numbers."),
        filters=[clean],
        validators=[Length(max=300, message=_pl("At most 300 characters."))],
        render_kw={"rows": 3, "maxlength": 300},
    )
    website = StringField(
        _pl("Leave this empty"), filters=[clean], render_kw={"autocomplete": "off", "tabindex": "-1"}
    )

    def validate_kind(self, field: RadioField) -> None:
        """Refuse what is none of the choices, in the language of the page."""
        if field.data not in [one.data for one in field]:
            raise ValidationError(str(_CHOOSE))

    def validate_words(self, field: TextAreaField) -> None:
        """Refuse what looks like personal data: here, unlike in staff's words, nothing ever needs it."""
        if hints([field.data or ""]):
            raise ValidationError(str(_PERSONAL))


class AcceptForm(FlaskForm):
    """Believe a report, with what the history of the finding is to say."""

    words = TextAreaField(
        _l("Words for the finding's history"),
        filters=[clean],
        validators=[
            InputRequired(_l("Write what was seen.")),
            Length(max=1000, message=_l("At most 1,000 characters.")),
        ],
        render_kw={"rows": 2},
    )


class DismissForm(FlaskForm):
    """Let a report lead to nothing, and say why."""

    answer = TextAreaField(
        _l("Why it leads to nothing"),
        filters=[clean],
        validators=[
            InputRequired(_l("Write a reason.")),
            Length(max=1000, message=_l("At most 1,000 characters.")),
        ],
        render_kw={"rows": 2},
    )
