"""What is wrong with a sheet, and where: each fault names its sheet, row and column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geo.errors import N_

MESSAGES = {
    # The file
    "not_a_workbook": N_("This is no XLSX or CSV file that can be read. Save it as .xlsx and try again."),
    "old_workbook": N_("Old .xls files are not read. Save it as .xlsx or .csv and try again."),
    "too_big": N_("It is too big: at most %(most)s can be read."),
    "zip_bomb": N_("It unpacks to far more than it holds, so it is not opened."),
    "entities": N_("“%(what)s” inside the file declares entities, so it is not opened."),
    "not_utf8": N_("The text is not UTF-8. Save it as CSV UTF-8 and try again."),
    "no_sheet": N_("There is no sheet called “%(what)s”."),
    "second_sheet": N_("There are two sheets called “%(what)s”."),
    "no_column": N_("There is no column called “%(what)s”."),
    "second_column": N_("There are two columns called “%(what)s”."),
    "no_header": N_("The cell has no heading above it."),
    "unsupported_column": N_("The column “%(what)s” cannot be used here. Empty it."),
    "formula": N_("The cell holds a formula. Put its value there instead."),
    "error_cell": N_("The cell holds an error (%(what)s)."),
    "bad_character": N_("The cell holds a character that cannot be shown (%(what)s)."),
    "long_cell": N_("The text is too long: at most %(most)s characters."),
    "too_many_rows": N_("There are too many rows: at most %(most)s."),
    # The settings
    "no_form_id": N_("The questionnaire needs a form_id: letters a–z, figures, - and _."),
    "no_title": N_("The questionnaire needs a form_title."),
    "encrypted": N_("Encrypted answers cannot be taken. Leave out “%(what)s”."),
    # Languages
    "no_language_code": N_("Write the language with its code, like “Svenska (sv)”."),
    "second_language": N_("The language “%(what)s” has two names."),
    "mixed_languages": N_("Columns without a language cannot stand beside columns with one."),
    "unknown_language": N_("The sheet survey has no labels in the language “%(what)s”."),
    "missing_language": N_("The language “%(what)s” of the sheet survey has no labels here."),
    "too_many_languages": N_("There are too many languages: at most %(most)s."),
    # Questions
    "unknown_type": N_("There is no type called “%(what)s”."),
    "unsupported_type": N_("The type “%(what)s” cannot be used here."),
    "no_name": N_("It needs a name."),
    "bad_name": N_("“%(what)s” cannot be a name: letters a–z, figures, - and _, and a letter first."),
    "bad_choice": N_("“%(what)s” cannot name a choice: letters, figures, and - _ . +, at most 64."),
    "own_choice": N_("“%(what)s” is what results call no answer at all. Choose another name."),
    "second_name": N_("The name “%(what)s” is used before, in row %(before)s."),
    "no_label": N_("It needs a label in the language “%(what)s”."),
    "no_list": N_("There is no list of choices called “%(what)s”."),
    "no_list_named": N_("Write which list of choices it takes, like “select_one yes_no”."),
    "other_and_filter": N_("or_other cannot be used together with a choice_filter."),
    "not_closed": N_("This %(what)s is never ended."),
    "not_begun": N_("This ends a %(what)s that was not begun."),
    "repeat_in_repeat": N_("A repeat cannot stand inside another repeat."),
    "empty_group": N_("It holds no question."),
    "bad_matrix": N_("A table-list holds only select_one with one and the same list."),
    "bad_parameter": N_("“%(what)s” cannot be used as a parameter."),
    "bad_yes_no": N_("Write yes or no, not “%(what)s”."),
    "no_calculation": N_("It needs a calculation."),
    "no_questions": N_("The sheet asks nothing."),
    # Expressions
    "unknown_reference": N_("“%(what)s” is no question of this questionnaire."),
    "left_out_reference": N_("“%(what)s” is left out, and this depends on it."),
    "circle": N_("It goes round in a circle: %(what)s."),
    "too_long": N_("The expression is too long: at most %(what)s characters."),
    "too_deep": N_("The expression is nested too deep."),
    "unknown_function": N_("The function %(what)s() cannot be used here."),
    "wrong_arguments": N_("A function has too few or too many values: %(what)s"),
    "unsupported": N_("“%(what)s” cannot be used in an expression here."),
    "bad_pattern": N_("The regular expression cannot be used: %(what)s"),
    "bad_syntax": N_("The expression cannot be read: %(what)s"),
    # What pyxform says
    "pyxform": N_("It is no valid XLSForm: %(what)s"),
}
"""Code of a fault → its sentence, a message id."""
MOST_FAULTS = 50
_ORDER = {"survey": 1, "choices": 2, "settings": 3}


@dataclass(frozen=True)
class SheetFault:
    """One thing that is wrong: where (row 0: the sheet as a whole), a stable code, and the values of its sentence."""

    sheet: str
    row: int
    column: str
    code: str
    values: tuple[tuple[str, Any], ...] = ()

    @property
    def message(self) -> str:
        """A message id with places for `values`."""
        return MESSAGES[self.code]


class XLSFormError(Exception):
    """The sheets cannot be made a questionnaire; `faults` names every reason found."""

    def __init__(self, *faults: SheetFault) -> None:
        super().__init__("; ".join(f"{one.sheet} {one.row} {one.column}: {one.code}" for one in faults))
        self.faults = faults[:MOST_FAULTS]


class Faults:
    """Collects what is wrong, so that all of it can be told at once."""

    def __init__(self) -> None:
        self.found: list[SheetFault] = []

    def add(self, sheet: str, row: int, column: str, code: str, **values: Any) -> None:
        """Note a fault and go on."""
        self.found.append(SheetFault(sheet, row, column, code, tuple(values.items())))

    def stop(self) -> None:
        """Raise XLSFormError if anything was found, in the order of the sheets."""
        if self.found:
            raise XLSFormError(*sorted(self.found, key=lambda one: (_ORDER.get(one.sheet, 0), one.row)))
