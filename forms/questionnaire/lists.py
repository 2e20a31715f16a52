"""The lists of choices of a form."""

from __future__ import annotations

import re
from collections.abc import Sequence

from forms.questionnaire.definition import MEASURES, UNANSWERED, Choice
from forms.questionnaire.languages import Languages
from forms.questionnaire.outline import NAME, OTHER
from forms.questionnaire.sheet_faults import Faults
from forms.questionnaire.sheets import COLUMNS, UNSUPPORTED, Row, Sheets

Lists = dict[str, tuple[Choice, ...]]
_CHOICE = re.compile(r"[\w.+-]{1,64}")
"""Nothing that ends a cell or a text in a file of results."""
OTHER_CHOICE = {"sv": "Annat", "sv-latt": "Något annat", "en": "Other", "ar": "غير ذلك", "so": "Wax kale"}
"""What or_other adds; its words in ar, so and easy Swedish are marked as unreviewed."""
WHAT_OTHER = {
    "sv": "Vilket annat?",
    "sv-latt": "Skriv vad.",
    "en": "What else?",
    "ar": "ما هو؟",
    "so": "Waa maxay?",
}
REVIEWED = frozenset({"sv", "en"})


def read_lists(sheets: Sheets, languages: Languages, measures: Sequence[Choice], faults: Faults) -> Lists:
    """The choices of each list in order; `measures` stand before what the sheet has in the list of that name."""
    extra = [
        column
        for column in sheets.headings.get("choices", ())
        if column.partition("::")[0] not in COLUMNS["choices"] | UNSUPPORTED
    ]
    for column in extra:
        if not NAME.fullmatch(column):
            faults.add("choices", sheets.heading_rows.get("choices", 1), column, "bad_name", what=column[:60])
    found: dict[str, dict[str, Choice]] = {}
    rows: dict[tuple[str, str], int] = {}
    for row in sheets.choices:
        choice = _choice(row, extra, languages, faults)
        key = row.cells.get("list_name", ""), choice.name
        if not key[0]:
            faults.add("choices", row.number, "list_name", "no_list_named")
        elif key in rows:
            faults.add("choices", row.number, "name", "second_name", what=choice.name, before=rows[key])
        rows.setdefault(key, row.number)
        found.setdefault(key[0], {})[choice.name] = choice
    lists = {name: tuple(choices.values()) for name, choices in found.items()}
    if measures:
        own = {choice.name for choice in measures}
        lists[MEASURES] = (*measures, *(one for one in lists.get(MEASURES, ()) if one.name not in own))
    return lists


def _choice(row: Row, extra: list[str], languages: Languages, faults: Faults) -> Choice:
    cells = row.cells
    name = cells.get("name", "")
    if not name:
        faults.add("choices", row.number, "name", "no_name")
    elif not _CHOICE.fullmatch(name):
        faults.add("choices", row.number, "name", "bad_choice", what=name[:60])
    elif name == UNANSWERED:
        faults.add("choices", row.number, "name", "own_choice", what=name)
    label = languages.words(row, "label")
    if languages.default not in label:
        column = languages.column("label", languages.default)
        faults.add("choices", row.number, column, "no_label", what=languages.default)
    for column in ("good", *(languages.column("reviewed", code) for code in languages.names)):
        if (said := cells.get(column, "no").lower()) not in ("yes", "no"):
            faults.add("choices", row.number, column, "bad_yes_no", what=said[:20])
    for column in cells:
        if column.partition("::")[0] in UNSUPPORTED:
            faults.add("choices", row.number, column, "unsupported_column", what=column[:60])
    return Choice(
        name=name,
        label=label,
        good=cells.get("good", "").lower() == "yes",
        fields={column: cells[column] for column in extra if column in cells},
        unreviewed=languages.unreviewed(row, "label"),
    )


def with_other(choices: tuple[Choice, ...], languages: Languages) -> tuple[Choice, ...]:
    """The list with a choice `other` at its end, unless it has one."""
    if any(choice.name == OTHER for choice in choices):
        return choices
    return (
        *choices,
        Choice(name=OTHER, label=ours(OTHER_CHOICE, languages), unreviewed=unreviewed(languages)),
    )


def ours(words: dict[str, str], languages: Languages) -> dict[str, str]:
    """Our own words in a form's languages, English where we have none."""
    return {code: words.get(code, words["en"]) for code in languages.names}


def unreviewed(languages: Languages) -> tuple[str, ...]:
    """Those languages where no human has reviewed our own words."""
    return tuple(code for code in languages.names if code not in REVIEWED)
