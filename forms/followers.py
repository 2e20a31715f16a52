"""Forms for those who asked to hear of a finding."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from forms.text import clean


class FollowerForm(FlaskForm):
    """Put somebody in who asked to hear."""

    email = StringField(
        _l("E-mail address"),
        filters=[clean],
        validators=[
            InputRequired(_l("Write an e-mail address like name@example.se.")),
            Length(max=254, message=_l("At most 254 characters.")),
        ],
        render_kw={"type": "email", "autocomplete": "off", "inputmode": "email"},
    )
    wish = StringField(
        _l("How they asked for it"),
        description=_l("For example: trader, asked on the walk."),
        filters=[clean],
        validators=[
            InputRequired(_l("Write how the person asked for it.")),
            Length(max=300, message=_l("At most 300 characters.")),
        ],
    )
    language = SelectField(_l("Language of the mail"))
