"""The forms of a walk: planning or correcting it, starting it, finishing it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from forms.choices import Choices, chosen, options
from forms.keys import client_key
from forms.routes import Point, RouteError, parse_route
from forms.text import clean
from forms.versions import VersionForm

FREE_ROWS = 3
MOST_ROWS = 100
_ZONE = ZoneInfo("Europe/Stockholm")
_SHORT = Length(max=300, message=_l("At most 300 characters."))
_LONG = Length(max=5000, message=_l("At most 5,000 characters."))


@dataclass(frozen=True)
class WalkChoices:
    """What one may choose from, each as pairs of value and word; place names with their lon and lat."""

    light: Choices
    weather: Choices
    ground: Choices
    roles: Choices
    organisations: Choices
    places: Mapping[str, tuple[float, float]]


class MomentField(DateTimeLocalField):
    """A day and a time by the clock on the wall in Stockholm; `moment` is that with its zone."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; says in our own words when it is no time."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(gettext("Write a day and a time, like 2026-11-13 18:00.")) from None

    @property
    def moment(self) -> datetime:
        """The moment, once validated."""
        assert self.data is not None
        return self.data.replace(tzinfo=_ZONE)


class ParticipantForm(Form):
    """One organisation on the walk; a row without one, or without people, says nothing."""

    organisation = SelectField(_l("Organisation"), filters=[chosen], validators=[Optional()])
    role = SelectField(_l("Role"), default="participant")
    people = IntegerField(
        _l("People"),
        validators=[Optional(), NumberRange(1, 500, message=_l("The number of people is from 1 to 500."))],
        render_kw={"inputmode": "numeric", "min": "1", "max": "500"},
    )


class RowList(FieldList):  # type: ignore[type-arg]  # generic in its stubs only
    """Rows by number; names with a number that no page of ours writes are passed over."""

    cut = False
    """Whether more rows said something than are taken."""

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Take the rows that fit, and note whether any that said something was left out."""
        super().process(formdata, *args, **kwargs)
        if formdata:
            beyond = sorted(set(self._extract_indices(self.name, formdata)))[self.max_entries :]
            self.cut = any(formdata.get(f"{self.name}-{number}-organisation") for number in beyond)

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        number = re.compile(re.escape(prefix) + r"-[0-9]{1,4}-")
        found: Iterator[int] = super()._extract_indices(  # type: ignore[misc]  # unknown to its stubs
            prefix, filter(number.match, formdata)
        )
        return found


class ParticipantsForm(FlaskForm):
    """The organisations on a walk."""

    participants = RowList(FormField(ParticipantForm), max_entries=MOST_ROWS)

    def validate_participants(self, field: RowList) -> None:
        """No row that says something is left out unseen."""
        if field.cut:
            raise ValidationError(
                gettext(
                    "There are too many rows: at most %(most)s organisations can come along. "
                    "The rest was left out.",
                    most=MOST_ROWS,
                )
            )

    def offer_participants(
        self, choices: WalkChoices, rows: Iterable[tuple[UUID, str, int | None]] = ()
    ) -> None:
        """Fill the choices in; where nothing was sent, one row for each of `rows` and a few free ones."""
        if not self.is_submitted():
            for organisation, role, people in rows:
                self.participants.append_entry(
                    {"organisation": str(organisation), "role": role, "people": people}
                )
            for _ in range(FREE_ROWS):
                self.participants.append_entry()
        for row in self.rows():
            row.organisation.choices = options(choices.organisations, empty="–")
            row.role.choices = options(choices.roles)

    def rows(self) -> list[ParticipantForm]:
        """The rows as forms of their own."""
        return [entry.form for entry in self.participants.entries]

    def came(self) -> list[tuple[UUID, str, int]]:
        """Organisation, role and number of people of every row that says so; only once validated."""
        rows = ((row.organisation.data, row.role.data, row.people.data) for row in self.rows())
        return [(UUID(who), role, people) for who, role, people in rows if who and people]


class WalkForm(ParticipantsForm, VersionForm):
    """Planning a walk, or correcting one; `weather` and `ground` are asked for once it has started."""

    walk_id = HiddenField()
    planned_at = MomentField(
        _l("Day and time"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H.%M"],
        validators=[InputRequired(_l("Write a day and a time, like 2026-11-13 18:00."))],
    )
    purpose = StringField(
        _l("Purpose"),
        description=_l("For example: the way home from the station in the dark."),
        filters=[clean],
        validators=[_SHORT],
    )
    meeting_point = StringField(_l("Meeting point"), filters=[clean], validators=[_SHORT])
    light = SelectField(_l("Light"), filters=[chosen], validators=[Optional()])
    weather = SelectField(_l("Weather"), filters=[chosen], validators=[Optional()])
    ground = SelectField(_l("Ground"), filters=[chosen], validators=[Optional()])
    route = TextAreaField(
        _l("Route and stops"),
        description=_l(
            "One point a line, in walking order: a place name of the list, or latitude, longitude and a name. "
            "Coordinates without a name are a bend of the way."
        ),
        filters=[clean],
        validators=[Length(max=20000)],
    )

    def offer(self, choices: WalkChoices, rows: Iterable[tuple[UUID, str, int | None]] = ()) -> None:
        """Fill in what one may choose from."""
        self.offer_participants(choices, rows)
        self.light.choices = options(choices.light, empty=_l("By the sun, from place and time"))
        self.weather.choices = options(choices.weather, empty="–")
        self.ground.choices = options(choices.ground, empty="–")
        self._places = choices.places

    _places: Mapping[str, tuple[float, float]] = {}
    points: Sequence[Point] = ()

    def validate_planned_at(self, field: MomentField) -> None:
        """A year that somebody can have meant."""
        if field.data is not None and not 2000 <= field.data.year <= 2100:
            raise ValidationError(gettext("The year is from 2000 to 2100."))

    def validate_route(self, field: TextAreaField) -> None:
        """Every line is a point."""
        try:
            self.points = parse_route(field.data or "", self._places)
        except RouteError as error:
            raise ValidationError(gettext(error.message, **error.details)) from error

    def key(self) -> UUID:
        """The id that the page was given, so that the same form sent twice makes one walk."""
        return client_key(self.walk_id.data)

    def values(self) -> dict[str, Any]:
        """What was decided, as plain values; only once validated."""
        return {
            "planned_at": self.planned_at.moment,
            "purpose": self.purpose.data or "",
            "meeting_point": self.meeting_point.data or "",
            "light": self.light.data or None,
            "weather": self.weather.data or None,
            "ground": self.ground.data or None,
        }


class StartForm(FlaskForm):
    """The conditions a walk starts in."""

    light = SelectField(_l("Light"), validators=[InputRequired(_l("Choose the light."))])
    weather = SelectField(_l("Weather"), filters=[chosen], validators=[Optional()])
    ground = SelectField(_l("Ground"), filters=[chosen], validators=[Optional()])

    def offer(self, choices: WalkChoices) -> None:
        """Fill in what one may choose from."""
        self.light.choices = options(choices.light)
        self.weather.choices = options(choices.weather, empty="–")
        self.ground.choices = options(choices.ground, empty="–")


class FinishForm(ParticipantsForm):
    """The end of a walk: who came, and a note."""

    note = TextAreaField(
        _l("Note for the protocol"),
        description=_l("Write no names, nothing of persons."),
        filters=[clean],
        validators=[_LONG],
    )
