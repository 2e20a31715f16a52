"""The form for looking at an earlier finding again."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from forms.choices import Choices, options
from forms.keys import client_key
from forms.photos import PhotosForm
from forms.text import clean


class RecheckForm(PhotosForm):
    """What it looks like now."""

    recheck_id = HiddenField()
    result = RadioField(
        _l("How is it now?"), validators=[InputRequired(_l("Choose how it is now."))], choices=[]
    )
    note = TextAreaField(
        _l("What you see"),
        description=_l("Write no names, nothing of persons."),
        filters=[clean],
        validators=[Length(max=5000, message=_l("At most 5,000 characters."))],
    )

    def key(self) -> UUID:
        """The id that the page was given, so that the same form sent twice makes one re-check."""
        return client_key(self.recheck_id.data)

    def offer(self, results: Choices) -> None:
        """Fill in what one may choose from, as pairs of value and word."""
        self.result.choices = options(results)
