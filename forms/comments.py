"""The form of the conversation at a finding."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from forms.keys import client_key
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

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Put in whom it may be said to; one alone is not asked for."""
        self.audience.choices = list(choices)
        if len(choices) == 1:
            del self.audience
