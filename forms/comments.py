"""The form of the conversation at a finding."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from forms.keys import client_key
from forms.personal_data import hints
from forms.text import clean


class SayingForm(FlaskForm):
    """A form whose words are said once, however often it is sent."""

    comment_id = HiddenField()

    def fresh(self) -> None:
        """Give a form that is shown at first its own id."""
        self.comment_id.data = str(uuid4())

    def key(self) -> UUID:
        """The id of what will be said."""
        return client_key(self.comment_id.data)


class CommentForm(SayingForm):
    """Say something about a finding."""

    audience = RadioField(_l("Who reads it"), validators=[InputRequired(_l("Choose who reads it."))])
    words = TextAreaField(
        _l("What you want to say"),
        filters=[clean],
        validators=[
            InputRequired(_l("Write what you want to say.")),
            Length(max=5000, message=_l("At most 5,000 characters.")),
        ],
        render_kw={"rows": 3},
    )

    sure = HiddenField(filters=[clean])
    """The words that somebody was asked about; sent once more, they are meant."""

    def asks(self) -> bool:
        """Whether to ask once before everybody can read words that look like personal data; says so at the words."""
        words = self.words.data or ""
        if not hints([words]) or self.sure.data == words:
            return False
        self.sure.data = words
        self.words.errors = [
            *self.words.errors,
            gettext(
                "It seems to hold a telephone, personal identity or registration number, and everybody can read it "
                "at once. Take it out, or save once more if it is meant so."
            ),
        ]
        return True

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Put in whom it may be said to; one alone is not asked for."""
        self.audience.choices = list(choices)
        if len(choices) == 1:
            del self.audience
