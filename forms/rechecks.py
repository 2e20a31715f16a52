"""The form for looking at an earlier finding again."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from forms.choices import Choices, options
from forms.photos import PhotosForm
from forms.text import clean


class RecheckForm(PhotosForm):
    """What it looks like now."""

    result = RadioField(
        _l("How is it now?"), validators=[InputRequired(_l("Choose how it is now."))], choices=[]
    )
    note = TextAreaField(
        _l("What you see"),
        description=_l("Write no names, nothing of persons."),
        filters=[clean],
        validators=[Length(max=5000, message=_l("At most 5,000 characters."))],
    )

    def offer(self, results: Choices) -> None:
        """Fill in what one may choose from, as pairs of value and word."""
        self.result.choices = options(results)
