"""The forms of the register: an organisation, and a function of it that can be reached."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from forms.choices import Choices, chosen, options
from forms.remedies import DayField
from forms.text import clean
from forms.versions import VersionForm

_SHORT = Length(max=300, message=_l("At most 300 characters."))


def _stripped(text: str | None) -> str:
    return clean(text).strip()


class OrganisationForm(VersionForm):
    """What is said of an organisation."""

    name = StringField(
        _l("Name"), filters=[_stripped], validators=[InputRequired(_l("Write a name.")), _SHORT]
    )
    kind = SelectField(_l("Kind"), validators=[InputRequired()])
    email = StringField(
        _l("Registered e-mail address"),
        description=_l("A function's mailbox: findings and links are sent there."),
        filters=[_stripped],
        validators=[_SHORT],
        render_kw={"type": "email", "autocomplete": "off"},
    )
    fault_line = StringField(
        _l("Fault line"),
        description=_l("Telephone for acute faults; shown to whoever notes one."),
        filters=[_stripped],
        validators=[_SHORT],
        render_kw={"type": "tel", "autocomplete": "off"},
    )
    valid_from = DayField(_l("First day"), validators=[Optional()])
    valid_to = DayField(
        _l("Last day"),
        description=_l("After it nothing new is sent there. What is open stays until it is sent elsewhere."),
        validators=[Optional()],
    )

    def offer(self, kinds: Choices) -> None:
        """Fill in what one may choose from."""
        self.kind.choices = options(kinds)


class ContactForm(VersionForm):
    """A function that can be reached."""

    function = StringField(
        _l("Function"),
        description=_l("For example Förvaltare or Driftledare; never a name."),
        filters=[_stripped],
        validators=[InputRequired(_l("Write the function, e.g. Förvaltare.")), _SHORT],
    )
    email = StringField(
        _l("E-mail address"),
        filters=[_stripped],
        validators=[InputRequired(_l("Write an e-mail address like name@example.se.")), _SHORT],
        render_kw={"type": "email", "autocomplete": "off"},
    )
    phone = StringField(
        _l("Telephone"),
        filters=[_stripped],
        validators=[_SHORT],
        render_kw={"type": "tel", "autocomplete": "off"},
    )
    category = SelectField(_l("Answers for"), filters=[chosen], validators=[Optional()])
    escalation = BooleanField(_l("Hears only of what is long overdue"))

    def offer(self, categories: Choices) -> None:
        """Fill in what one may choose from."""
        self.category.choices = options(categories, _l("Every category"))
