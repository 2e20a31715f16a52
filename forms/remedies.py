"""Forms for the steps of a finding: one form holds every field a step can need, and keeps those of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from forms.choices import chosen
from forms.photos import PhotosForm
from forms.text import clean
from forms.versions import VersionForm

Choices = Sequence[tuple[str, str]]
OTHER = "other"
_NO_VALUES = {"version", "csrf_token", "photos", "kept_photos", "candidate", "responsible_id"}
_SHORT = Length(max=200, message=_l("At most 200 characters."))
_LONG = Length(max=5000, message=_l("At most 5,000 characters."))


@dataclass(frozen=True)
class StepChoices:
    """What one may choose from, as pairs of value and word; candidates are organisations with the reason why."""

    severities: Choices = ()
    remedy_types: Choices = ()
    candidates: Choices = ()
    organisations: Choices = ()
    methods: Choices = ()
    reasons: Choices = ()


class DayField(DateField):
    """A day; says in our own words when it is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(gettext("Write a date, like 2026-11-13.")) from None


class StepForm(PhotosForm, VersionForm):
    """A step of a finding. What is missing is the service's to say: it knows the rule of each finding."""

    severity = SelectField(_l("Severity"), filters=[chosen], validators=[Optional()])
    remedy_type = SelectField(_l("Type of remedy"), filters=[chosen], validators=[Optional()])
    duplicate_of = StringField(
        _l("Number of the finding it repeats"),
        description=_l("Like KISTA-2026-0042."),
        filters=[clean],
        validators=[_SHORT],
    )
    candidate = RadioField(_l("Whose is it?"), filters=[chosen], validators=[Optional()])
    responsible_id = SelectField(_l("Another organisation"), filters=[chosen], validators=[Optional()])
    due_on = DayField(_l("To be fixed by"), validators=[Optional()])
    suggestion = StringField(_l("Whose is it, if you know?"), filters=[clean], validators=[_SHORT])
    planned_on = DayField(_l("Planned date"), validators=[Optional()])
    hold_until = DayField(_l("Waits until"), validators=[Optional()])
    fixed_on = DayField(_l("When was it fixed?"), validators=[Optional()])
    work_order = StringField(_l("The responsible's work order"), filters=[clean], validators=[_SHORT])
    how = RadioField(_l("How was it checked?"), filters=[chosen], validators=[Optional()])
    reason = SelectField(_l("Reason"), filters=[chosen], validators=[Optional()])
    words = TextAreaField(_l("Comment"), filters=[clean], validators=[_LONG], render_kw={"rows": 3})

    def keep(self, names: Collection[str], choices: StepChoices) -> None:
        """Leave out the fields that this step has no use for, and fill in what one may choose from."""
        self.severity.choices = [("", gettext("Choose …")), *choices.severities]
        self.remedy_type.choices = [("", gettext("Not decided")), *choices.remedy_types]
        self.candidate.choices = [*choices.candidates, (OTHER, gettext("Another organisation"))]
        self.responsible_id.choices = [("", gettext("Choose …")), *choices.organisations]
        self.how.choices = list(choices.methods)
        self.reason.choices = [("", gettext("Choose …")), *choices.reasons]
        kept = {"version", "csrf_token", *names}
        if "responsible_id" in kept and choices.candidates:
            kept.add("candidate")
        elif "responsible_id" in kept:
            self.responsible_id.label.text = self.candidate.label.text
        if "photos" in kept:
            kept.add("kept_photos")
        for name in list(self._fields):
            if name not in kept:
                delattr(self, name)

    def require(self, names: Collection[str]) -> None:
        """Mark the fields without which the step is not taken, so that the others can say they are optional."""
        for name in names:
            # Where there are candidates one of them is chosen, and the list of all is for the rest.
            asked = "candidate" if name == "responsible_id" and "candidate" in self._fields else name
            if asked in self._fields:
                self._fields[asked].flags.required = True

    def proposes(self, organisation: str) -> bool:
        """Whether this organisation is among the candidates."""
        return any(value == organisation for value, *_more in self.candidate.iter_choices())

    def values(self) -> dict[str, Any]:
        """What was given, by field: dates as dates, an organisation as its id, the rest as typed; nothing if empty."""
        names = set(self._fields) - _NO_VALUES
        found = {name: self._fields[name].data for name in names}
        if "responsible_id" in self._fields:
            found["responsible_id"] = self._organisation()
        return {name: value for name, value in found.items() if value not in (None, "")}

    def written(self) -> list[tuple[str, str]]:
        """What was written or chosen, with its label, to be shown where the form itself no longer stands."""
        found = []
        for field in self:
            if field.short_name in {"version", "csrf_token", "photos", "kept_photos"}:
                continue
            text = str(field.data or "")
            if isinstance(field, DateField):  # as it was typed, a date or not
                text = " ".join(field.raw_data or [])
            elif isinstance(field, SelectField):
                text = next((str(word) for value, word, *_more in field.iter_choices() if value == text), "")
            if text and not (field.short_name == "candidate" and field.data == OTHER):
                found.append((str(field.label.text), text))
        return found

    def _organisation(self) -> UUID | None:
        who = self.candidate.data if "candidate" in self._fields else OTHER
        who = self.responsible_id.data if who in (None, "", OTHER) else who
        return UUID(who) if who else None


class CorrectionForm(VersionForm):
    """Take the last step back, saying why."""

    words = TextAreaField(
        _l("What was wrong?"), filters=[clean], validators=[_LONG], render_kw={"rows": 2, "required": True}
    )


class RecordForm(VersionForm):
    """Numbers in other systems, and what the office decides on a finding."""

    fault_number = StringField(_l("Fault number (Tyck till)"), filters=[clean], validators=[_SHORT])
    work_order = StringField(_l("The responsible's work order"), filters=[clean], validators=[_SHORT])
    case_number = StringField(_l("Case number"), filters=[clean], validators=[_SHORT])
    remedy_type = SelectField(_l("Type of remedy"), filters=[chosen], validators=[Optional()])
    level = SelectField(
        _l("Level"),
        validators=[InputRequired()],
        description=_l("Who may see it: everybody, staff and the responsible, or coordinators only."),
    )

    def keep(self, names: Collection[str], remedy_types: Choices, levels: Choices) -> None:
        """Leave out what is not this person's to change, and fill in what one may choose from."""
        self.remedy_type.choices = [("", gettext("Not decided")), *remedy_types]
        self.level.choices = list(levels)
        for name in list(self._fields):
            if name not in {"version", "csrf_token", *names}:
                delattr(self, name)
