"""Forms of the pages that responsible organisations open by a link."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from forms.comments import SayingForm
from forms.text import clean

_ADDRESS = {"type": "email", "autocomplete": "email", "inputmode": "email"}
_LONGEST = Length(max=254, message=_l("At most 254 characters."))


class AskLinkForm(FlaskForm):
    """Ask for a new link."""

    email = StringField(
        _l("Your organisation's e-mail address"),
        description=_l("The address that the findings are sent to."),
        filters=[clean],
        validators=[InputRequired(_l("Write an e-mail address like name@example.se.")), _LONGEST],
        render_kw=_ADDRESS,
    )


class PassOnForm(FlaskForm):
    """Pass a finding on to a contractor."""

    email = StringField(
        _l("The contractor's e-mail address"),
        filters=[clean],
        validators=[InputRequired(_l("Write an e-mail address like name@example.se.")), _LONGEST],
        render_kw=_ADDRESS,
    )


class QuestionForm(SayingForm):
    """Ask the coordinator."""

    words = TextAreaField(
        _l("Your question"),
        filters=[clean],
        validators=[
            InputRequired(_l("Write your question.")),
            Length(max=5000, message=_l("At most 5,000 characters.")),
        ],
        render_kw={"rows": 3},
    )


class SendLinkForm(FlaskForm):
    """Send a link to one of an organisation's registered addresses."""

    email = SelectField(_l("To"), validators=[InputRequired()])
