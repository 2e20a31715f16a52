"""Sorting what residents wrote."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length


class ThemesForm(FlaskForm):
    """The themes of one text."""

    themes = StringField(
        _l("Themes, with commas between"),
        validators=[
            Length(max=250, message=_l("At most five themes of 40 letters each, with commas between."))
        ],
    )
