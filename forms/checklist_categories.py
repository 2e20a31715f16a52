"""The form of one category of the checklist: whether it is there, its words, and the rules of each severity."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from forms.checklists import Category
from forms.choices import Choices, options
from forms.text import clean
from forms.versions import VersionForm

LANGUAGES = {"sv": _l("In Swedish"), "en": _l("In English")}


def _stripped(text: str | None) -> str:
    return clean(text).strip()


class CategoryForm(VersionForm):
    """What may be said of any category; `category_form` adds the fields of one."""

    active = BooleanField(
        _l("New findings may be of this category"),
        description=_l(
            "What was noted before keeps it. A phone learns of it when it next takes a place along."
        ),
    )

    def words(self, category: Category) -> dict[str, dict[str, str]]:
        """Sub-item → language → what it is called."""
        return {
            item.slug: {code: str(self[f"item_{item.slug}_{code}"].data or "") for code in LANGUAGES}
            for item in category.items
        }

    def due_days(self, severities: Choices) -> dict[str, int]:
        """Severity → days."""
        return {value: int(self[f"due_{value}"].data or 0) for value, _word in severities}

    def verification(self, severities: Choices) -> dict[str, str]:
        """Severity → how a fix is checked."""
        return {value: str(self[f"rule_{value}"].data) for value, _word in severities}


def category_form(category: Category, severities: Choices, methods: Choices) -> CategoryForm:
    """The form of a category as it stands, or as it was sent."""
    fields: dict[str, object] = {}
    for item in category.items:
        for code, language in LANGUAGES.items():
            fields[f"item_{item.slug}_{code}"] = StringField(
                language,
                default=item.names[code],
                filters=[_stripped],
                validators=[
                    InputRequired(_l("Write 1 to 120 letters.")),
                    Length(max=120, message=_l("Write 1 to 120 letters.")),
                ],
            )
    days = dict(category.due_days)
    rules = dict(category.verification)
    for value, word in severities:
        fields[f"due_{value}"] = IntegerField(
            _l("Days until it is due: %(severity)s", severity=word),
            default=days[value],  # type: ignore[index]  # the severities are those of the checklist
            validators=[
                InputRequired(_l("Write a number of days from 1 to 3650.")),
                NumberRange(1, 3650, _l("Write a number of days from 1 to 3650.")),
            ],
            render_kw={"inputmode": "numeric"},
        )
        fields[f"rule_{value}"] = SelectField(
            _l("How a fix is checked: %(severity)s", severity=word),
            choices=options(methods),
            default=rules[value],  # type: ignore[index]
        )
    kind = type("FormOfCategory", (CategoryForm,), fields)
    form: CategoryForm = kind()
    if not form.is_submitted():
        form.active.data = category.active
    return form
