"""The form for a finding: what, where, photos, acute or not, and all that can wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from forms.checklists import Checklist, in_language
from forms.choices import Choices, chosen, options
from forms.keys import client_key
from forms.photos import PhotosForm
from forms.positions import PositionForm
from forms.text import clean
from forms.versions import VersionForm

_SHORT = Length(max=300, message=_l("At most 300 characters."))
_LONG = Length(max=5000, message=_l("At most 5,000 characters."))
_FELT = options(((str(step), str(step)) for step in range(1, 6)), empty="–")


class FindingForm(PositionForm, PhotosForm, VersionForm):
    """What is said of a finding. `finding_form` adds the categories and their points."""

    finding_id = HiddenField()
    category = RadioField(
        _l("What is it about?"), validators=[InputRequired(_l("Choose what it is about."))], choices=[]
    )
    acute = BooleanField(_l("Acute?"))
    title = StringField(_l("Title"), filters=[clean], validators=[_SHORT])
    description = TextAreaField(
        _l("Description"),
        description=_l("What you see. Write no names, nothing of persons."),
        filters=[clean],
        validators=[_LONG],
    )
    severity = SelectField(_l("Severity"), choices=[], filters=[chosen], validators=[Optional()])
    unsafe_day = SelectField(
        _l("Felt unsafe by day"),
        description=_l("1 = safe, 5 = very unsafe. Best as the participants' vote."),
        choices=_FELT,
        filters=[chosen],
        validators=[Optional()],
    )
    unsafe_evening = SelectField(
        _l("Felt unsafe in the evening"), choices=_FELT, filters=[chosen], validators=[Optional()]
    )
    size = StringField(
        _l("Size"), description=_l("For example: 3 m², 20 m of hedge."), filters=[clean], validators=[_SHORT]
    )
    asset_number = StringField(_l("Number on the lamp post or cabinet"), filters=[clean], validators=[_SHORT])
    proposal = TextAreaField(_l("Proposed remedy"), filters=[clean], validators=[_LONG])
    positive = BooleanField(_l("Something good, to be kept"))
    hate = BooleanField(_l("Graffiti with hate or threats"))

    points: Mapping[str, RadioField]
    """Category slug → the field with its points."""

    def key(self) -> UUID:
        """The id that the page was given, so that the same form sent twice makes one finding."""
        return client_key(self.finding_id.data)

    def texts(self) -> list[str]:
        """The free texts."""
        fields = (self.place_words, self.title, self.description, self.size, self.asset_number, self.proposal)
        return [field.data or "" for field in fields]

    def values(self) -> dict[str, Any]:
        """What was said, as plain values by the names of a finding; only once validated."""
        lon, lat = self.position or (None, None)
        category = str(self.category.data or "")
        texts = ("place_words", "asset_number", "title", "description", "size", "proposal")
        return {
            "category": category,
            "item": (self.points[category].data or "") if category in self.points else "",
            "lon": lon,
            "lat": lat,
            "accuracy_m": self.accuracy if self.position else None,
            **{name: self[name].data or "" for name in texts},
            "severity": "acute" if self.acute.data else self.severity.data or None,
            "unsafe_day": _step(self.unsafe_day.data),
            "unsafe_evening": _step(self.unsafe_evening.data),
            "positive": bool(self.positive.data),
            "hate": bool(self.hate.data),
        }

    def show(self, values: Mapping[str, Any]) -> None:
        """Fill the fields with values by the names of a finding."""
        for name, value in values.items():
            if name in self:
                self[name].data = "" if value is None else value if isinstance(value, bool) else str(value)
        self.acute.data = values["severity"] == "acute"
        if self.acute.data:
            self.severity.data = ""
        if values["category"] in self.points:
            self.points[values["category"]].data = values["item"]

    def more_is_used(self) -> bool:
        """Whether something under "More" was filled in or is at fault, so that it has to stand open."""
        more = ("title", "description", "severity", "unsafe_day", "unsafe_evening")
        rest = ("size", "asset_number", "proposal", "positive", "hate")
        return any(self[name].data or self[name].errors for name in (*more, *rest))

    def differences(self, other: FindingForm) -> list[tuple[str, str]]:
        """Label and the other form's value of every field that says something else there."""
        shown = (field for field in self if field.name not in _UNSHOWN)
        return [
            (str(field.label.text), _words(other[field.name]))
            for field in shown
            if (field.data or "") != (other[field.name].data or "")
        ]


_UNSHOWN = {"csrf_token", "finding_id", "version", "photos", "kept_photos", "exchange"}


def _words(field: Field) -> str:
    """What a field says, in the words that people see."""
    choices = {choice.value: choice.label for choice in getattr(field, "choices", None) or []}
    if isinstance(field.data, bool):
        return str(_l("yes") if field.data else _l("no"))
    return str(choices.get(field.data, field.data) or "–")


def finding_form(
    checklist: Checklist, language: str, severities: Choices, *, sent: bool = True, kept: str = ""
) -> FindingForm:
    """The form with the categories of a checklist, each with a field of its points, in a language.

    Every category has a field of its own, so that a point chosen before the category was changed does no harm.
    `sent` False leaves what the running request sent out of it. `kept` is the category that the finding has.
    """
    fields = {
        f"item_{category.slug}": RadioField(
            in_language(category.names, language),
            choices=options((item.slug, in_language(item.names, language)) for item in category.items),
            filters=[chosen],
            validators=[Optional()],
        )
        for category in checklist.categories
        if category.items
    }
    kind = type("FindingFormOfChecklist", (FindingForm,), fields)
    form: FindingForm = kind() if sent else kind(formdata=None)
    form.points = {name.removeprefix("item_"): form[name] for name in fields}
    form.category.choices = options(
        (category.slug, in_language(category.names, language))
        for category in checklist.categories
        if category.active or category.slug == kept
    )
    form.severity.choices = options(severities, empty="–")
    return form


def _step(text: str | None) -> int | None:
    return int(text) if text else None
