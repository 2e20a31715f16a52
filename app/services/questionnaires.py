"""Questionnaires and their versions: how an XLSForm comes in, and what its editor has to say of what changed."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from sqlalchemy import select

from app.db import change, now, session
from app.errors import N_, FieldError, InvalidInputError
from app.models.questionnaires import Questionnaire, QuestionnaireVersion
from app.permissions import Actor
from app.services.users import require_administering
from forms.questionnaire.definition import Definition
from forms.questionnaire.differences import Change, ChangeClass, differences
from forms.questionnaire.sheet_faults import SheetFault, XLSFormError
from forms.questionnaire.sheets import Sheets, read_sheets
from forms.questionnaire.xlsform import Converted, convert

CHANGES = {
    Change.GONE: N_("%(item)s is no longer asked."),
    Change.KIND: N_("%(item)s is answered in another way."),
    Change.CHOICES: N_("%(item)s has other choices."),
    Change.WORDS: N_("%(item)s has other words."),
    Change.ASKED: N_("%(item)s is asked of others."),
}


class SheetsRefusedError(InvalidInputError):
    """An XLSForm that cannot be used; `faults` says where in its sheets."""

    code = "sheets_refused"

    def __init__(self, faults: tuple[SheetFault, ...]) -> None:
        super().__init__(
            *(
                FieldError(f"{one.sheet}:{one.row}:{one.column}", one.code, one.message, one.values)
                for one in faults
            )
        )
        self.faults = faults


class ChangesUnclassedError(InvalidInputError):
    """Items changed, and nobody said whether that is wording or meaning; `changes` says which and how."""

    code = "changes_unclassed"

    def __init__(self, changes: Mapping[str, Change]) -> None:
        super().__init__(
            *(FieldError(item, how.value, CHANGES[how], (("item", item),)) for item, how in changes.items())
        )
        self.changes = changes


def read_questionnaire(data: bytes, name: str) -> tuple[Sheets, Converted]:
    """What an XLSForm asks, by the bytes and name of its file; raises SheetsRefusedError."""
    try:
        sheets = read_sheets(data, name)
        return sheets, convert(sheets)
    except XLSFormError as error:
        raise SheetsRefusedError(error.faults) from error


def import_questionnaire(
    actor: Actor, data: bytes, name: str, changes: Mapping[str, str] | None = None
) -> QuestionnaireVersion:
    """Read an XLSForm and add it as a version: `read_questionnaire`, then `add_version`."""
    require_administering(actor)
    return add_version(actor, *read_questionnaire(data, name), changes)


def add_version(
    actor: Actor, sheets: Sheets, converted: Converted, changes: Mapping[str, str] | None = None
) -> QuestionnaireVersion:
    """Add a version of the questionnaire with the sheets' form_id, made where there is none yet.

    `changes` says of each item that differs from before "wording" or "meaning". Sheets that ask the same as the newest
    version give that one. No version is ever altered. For administrators. Raises ChangesUnclassedError, and
    InvalidInputError for a class of what did not change.
    """
    require_administering(actor)
    definition, given = converted.definition, dict(changes or {})
    with change(actor, None) as importing:
        questionnaire = session().scalar(select(Questionnaire).where(Questionnaire.slug == definition.name))
        versions = questionnaire.versions if questionnaire else []
        before = [Definition.model_validate(one.definition) for one in versions]
        if before and before[-1] == definition and not given:
            return versions[-1]
        _check_classes(given, differences(before, definition))
        if questionnaire is None:
            questionnaire = Questionnaire(id=uuid4(), slug=definition.name, title="")
            importing.session.add(questionnaire)
        questionnaire.title = definition.title[definition.languages[0]]
        questionnaire.changed_at = now()
        version = QuestionnaireVersion(
            id=uuid4(),
            number=len(before) + 1,
            sheets=sheets.model_dump(mode="json"),
            definition=definition.model_dump(mode="json"),
            changes=given,
        )
        questionnaire.versions.append(version)
        importing.record(
            "questionnaire.imported", questionnaire.id, slug=questionnaire.slug, version=version.number
        )
    return version


def _check_classes(given: Mapping[str, str], found: Mapping[str, Change]) -> None:
    faults = [
        FieldError(item, "not_a_class", N_("%(item)s: write wording or meaning."), (("item", item),))
        for item, said in given.items()
        if said not in list(ChangeClass)
    ]
    faults += [
        FieldError(item, "not_changed", N_("%(item)s did not change."), (("item", item),))
        for item in given
        if item not in found
    ]
    if faults:
        raise InvalidInputError(*faults)
    if missing := {item: how for item, how in found.items() if item not in given}:
        raise ChangesUnclassedError(missing)
