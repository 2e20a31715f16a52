"""The forms of a survey: creating one, fixing what may be called a change, and what happens beside a wave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DecimalField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from forms.checkboxes import MultiCheckboxField
from forms.choices import Choices, chosen, options
from forms.remedies import DayField
from forms.text import clean

MOST_DAYS = 4
_POINTS = _l("Write a number from 1 to 50.")
_SHARE = _l("Write a number from 1 to 99.")
_DEFF = _l("Write a number from 1 to 5.")


def _key(text: str | None) -> UUID | None:
    """The id of what was chosen; None where it is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


class NewSurveyForm(FlaskForm):
    """Which questionnaire is asked where, and the address that goes on posters."""

    site = SelectField(_l("Site"), validators=[InputRequired(_l("Choose a site."))])
    questionnaire = SelectField(
        _l("Questionnaire"), validators=[InputRequired(_l("Choose a questionnaire."))]
    )
    address = StringField(
        _l("Address"),
        description=_l(
            "What follows /enkat/ on posters and letters. Left empty, it is made of the site's name."
        ),
        filters=[clean, str.strip],
        validators=[Length(max=60, message=_l("At most 60 characters."))],
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )

    def offer(self, sites: Choices, questionnaires: Choices) -> None:
        """Fill in what one may choose from."""
        self.site.choices = options(sites)
        self.questionnaire.choices = options(questionnaires)

    def questionnaire_id(self) -> UUID:
        """The questionnaire chosen; only once validated."""
        return UUID(self.questionnaire.data)


class FixForm(FlaskForm):
    """What is decided before the baseline."""

    measures = MultiCheckboxField(
        _l("Main measures, at most three"),
        description=_l(
            "Only these may be called a change. The others are shown with their uncertainty, "
            "and nothing is claimed of them."
        ),
    )
    channel = SelectField(
        _l("Channel"),
        description=_l(
            "The main measures are followed within one channel: letters reach others than a poster does."
        ),
        filters=[chosen],
        validators=[Optional()],
    )
    day_1 = DayField(_l("The baseline opens"), validators=[Optional()])
    day_2 = DayField(_l("The first follow-up opens"), validators=[Optional()])
    day_3 = DayField(_l("The second follow-up opens"), validators=[Optional()])
    day_4 = DayField(_l("The third follow-up opens"), validators=[Optional()])
    comparison = SelectField(
        _l("Compared with"),
        description=_l(
            "A place like this one where no measures are planned shows what would have changed anyway."
        ),
        filters=[chosen],
        validators=[Optional()],
    )

    def offer(self, measures: Choices, channels: Choices, surveys: Choices) -> None:
        """Fill in what one may choose from."""
        self.measures.choices = options(measures)
        self.channel.choices = options(channels, empty="–")
        self.comparison.choices = options(surveys, empty=_l("No comparison"))

    def days(self) -> tuple[date, ...]:
        """The days that were written."""
        return tuple(day.data for day in self._days() if day.data is not None)

    def show_days(self, days: Iterable[date]) -> None:
        """Fill the days in."""
        for field, day in zip(self._days(), days, strict=False):
            field.data = day

    def comparison_id(self) -> UUID | None:
        """The survey chosen, if any."""
        return _key(self.comparison.data)

    def _days(self) -> tuple[DayField, ...]:
        return self.day_1, self.day_2, self.day_3, self.day_4


class EventForm(FlaskForm):
    """Something that may colour the answers of a wave."""

    day = DayField(_l("Day"), validators=[InputRequired(_l("Choose a day."))])
    words = StringField(
        _l("What happened"),
        description=_l("For example a holiday, building works or an incident. Write no names."),
        filters=[clean],
        validators=[Length(max=300, message=_l("At most 300 characters."))],
    )


class NumberField(DecimalField):
    """A number with a decimal comma or point, as people write them."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata([text.replace(",", ".") for text in valuelist])
        except ValueError:
            raise ValueError(gettext("Write a number, like 1.5.")) from None


class SampleSizeForm(FlaskForm):
    """How many answers are needed to see a change."""

    class Meta:
        """It changes nothing, so it needs no token."""

        csrf = False

    change = NumberField(
        _l("Change to be seen, in percentage points"),
        default=Decimal(8),
        validators=[InputRequired(_POINTS), NumberRange(1, 50, message=_POINTS)],
        render_kw={"inputmode": "decimal"},
    )
    before = NumberField(
        _l("Share before, in per cent"),
        description=_l("Where you do not know, 50 is on the safe side."),
        default=Decimal(50),
        validators=[InputRequired(_SHARE), NumberRange(1, 99, message=_SHARE)],
        render_kw={"inputmode": "decimal"},
    )
    deff = NumberField(
        _l("Design effect"),
        description=_l("1.5 is usual where answers are weighted; 1 where they are not."),
        default=Decimal("1.5"),
        validators=[InputRequired(_DEFF), NumberRange(1, 5, message=_DEFF)],
        render_kw={"inputmode": "decimal"},
    )
