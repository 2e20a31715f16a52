"""Versions of questionnaires: what comes in, what has to be said of changes, and that nothing old is altered."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import change, now, session
from app.errors import ForbiddenError, InvalidInputError
from app.models.audit import AuditEvent
from app.models.questionnaires import FrozenVersionError, Questionnaire, QuestionnaireVersion
from app.permissions import SYSTEM, Actor
from app.services.questionnaires import ChangesUnclassedError, SheetsRefusedError, import_questionnaire
from forms.questionnaire.definition import Definition
from forms.questionnaire.differences import Change
from forms.questionnaire.sheets import Sheets
from forms.questionnaire.xlsform import convert
from tests.forms.questionnaire.test_xlsform import YES_NO, Rows, asked, sheet_bytes

pytestmark = pytest.mark.usefixtures("database")


def brought(survey: Rows, choices: Rows | None = None, **changes: str) -> QuestionnaireVersion:
    return import_questionnaire(SYSTEM, sheet_bytes(survey, choices), "form.csv", changes)


def unclassed(survey: Rows, choices: Rows | None = None) -> dict[str, Change]:
    with pytest.raises(ChangesUnclassedError) as raised:
        brought(survey, choices)
    return dict(raised.value.changes)


FIRST = [asked("select_one yn", "safe"), asked("text", "words", relevant="${safe} = 'no'")]


def test_first_import_makes_version_1_with_sheets_and_definition() -> None:
    version = brought(FIRST)
    assert (version.number, version.questionnaire.slug, version.questionnaire.title) == (1, "prov", "Provet")
    assert version.frozen_at is None
    definition = Definition.model_validate(version.definition)
    assert [one.name for one in definition.questions()] == ["safe", "words"]
    assert convert(Sheets.model_validate(version.sheets)).definition == definition


def test_the_same_content_is_no_new_version() -> None:
    first = brought(FIRST)
    assert brought(FIRST).id == first.id
    assert session().scalars(select(QuestionnaireVersion.number)).all() == [1]
    assert session().scalars(select(AuditEvent.name)).all().count("questionnaire.imported") == 1


def test_changed_words_are_asked_about_and_the_answer_is_kept() -> None:
    brought(FIRST)
    reworded = [{**FIRST[0], "label::Svenska (sv)": "Trygg?"}, FIRST[1]]
    assert unclassed(reworded) == {"safe": Change.WORDS}
    version = brought(reworded, safe="wording")
    assert (version.number, version.changes) == (2, {"safe": "wording"})


def test_what_counts_as_a_change() -> None:
    brought(FIRST)
    assert unclassed([FIRST[0]]) == {"words": Change.GONE}
    assert unclassed([{**FIRST[0], "type": "select_multiple yn"}, FIRST[1]]) == {"safe": Change.KIND}
    assert unclassed([FIRST[0], {**FIRST[1], "relevant": ""}]) == {"words": Change.ASKED}
    assert unclassed(FIRST, [*YES_NO, {**YES_NO[0], "name": "maybe"}]) == {"safe": Change.CHOICES}
    assert unclassed(FIRST, [YES_NO[0], {**YES_NO[1], "label::Svenska (sv)": "Nä"}]) == {"safe": Change.WORDS}


def test_a_new_question_and_a_new_translation_are_no_change_of_an_old_one() -> None:
    brought(FIRST)
    english = {"label::English (en)": "Safe?"}
    choices = [{**row, "label::English (en)": row["name"]} for row in YES_NO]
    version = brought([{**FIRST[0], **english}, FIRST[1], asked("text", "more")], choices)
    assert (version.number, version.changes) == (2, {})


def test_an_item_that_comes_back_is_held_against_when_it_was_last_asked() -> None:
    brought(FIRST)
    brought([FIRST[0]], words="meaning")
    assert unclassed([FIRST[0], {**asked("integer", "words")}]) == {"words": Change.KIND}


@pytest.mark.parametrize("changes", [{"safe": "wording"}, {"nobody": "meaning"}, {"safe": "maybe"}])
def test_a_class_of_what_did_not_change_is_refused(changes: dict[str, str]) -> None:
    brought(FIRST)
    with pytest.raises(InvalidInputError):
        import_questionnaire(SYSTEM, sheet_bytes(FIRST), "form.csv", changes)
    assert session().scalars(select(QuestionnaireVersion.number)).all() == [1]


def test_a_refused_file_leaves_nothing() -> None:
    with pytest.raises(SheetsRefusedError) as raised:
        brought([asked("select_one nope", "safe")])
    assert [(one.row, one.column, one.code) for one in raised.value.faults] == [(3, "type", "no_list")]
    assert session().scalars(select(Questionnaire)).all() == []


def test_a_frozen_version_is_never_altered() -> None:
    version = brought(FIRST)
    with change(SYSTEM, None):
        version.frozen_at = now()
    with pytest.raises(FrozenVersionError), change(SYSTEM, None):
        version.definition = {}
    with pytest.raises(FrozenVersionError), change(SYSTEM, None):
        version.frozen_at = None
    with pytest.raises(FrozenVersionError), change(SYSTEM, None) as running:
        running.session.delete(version)
    assert brought([*FIRST, asked("text", "more")]).number == 2
    session().expire_all()
    versions = [Definition.model_validate(one.definition) for one in version.questionnaire.versions]
    assert [len(list(one.questions())) for one in versions] == [2, 3]


def test_only_administrators_bring_questionnaires() -> None:
    with pytest.raises(ForbiddenError):
        import_questionnaire(Actor(None), sheet_bytes(FIRST), "form.csv")
