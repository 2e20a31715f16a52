"""The languages of a form's columns: `label::العربية (ar)` is Arabic, code `ar`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from forms.questionnaire.definition import Text
from forms.questionnaire.sheet_faults import Faults
from forms.questionnaire.sheets import Row, Sheets

TRANSLATED = {
    "survey": ("label", "hint", "constraint_message", "required_message"),
    "choices": ("label",),
    "settings": ("form_title",),
}
ONLY = "sv"
"""The language of a form that names none."""
MOST_LANGUAGES = 20
_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_NAMED = re.compile(rf".*\(\s*({_CODE.pattern})\s*\)")


def code_of(name: str) -> str | None:
    """The code of a language as a column names it: `Svenska (sv)` or plainly `sv`; None where there is none."""
    if match := _NAMED.fullmatch(name):
        return match[1]
    return name if _CODE.fullmatch(name) else None


@dataclass(frozen=True)
class Languages:
    """The languages of a form: code → the name that its columns have, the default first."""

    names: dict[str, str]
    """`{"sv": ""}` where the columns name no language."""

    @property
    def default(self) -> str:
        """The code of the default language."""
        return next(iter(self.names))

    def column(self, base: str, code: str) -> str:
        """The heading of a column in a language."""
        name = self.names[code]
        return f"{base}::{name}" if name else base

    def words(self, row: Row, base: str) -> Text:
        """What a row says in each language."""
        return {
            code: row.cells[column] for code in self.names if (column := self.column(base, code)) in row.cells
        }

    def unreviewed(self, row: Row, *bases: str) -> tuple[str, ...]:
        """The languages whose words no human has reviewed; the default language is taken to be."""
        return tuple(
            code
            for code in self.names
            if code != self.default
            and any(self.column(base, code) in row.cells for base in bases)
            and row.cells.get(self.column("reviewed", code), "").lower() != "yes"
        )


def read_languages(sheets: Sheets, default: str, faults: Faults) -> Languages:
    """The languages that the columns name; `default` is the name or code of the first one, else the first column's."""
    names: dict[str, str] = {}
    for sheet, bases in TRANSLATED.items():
        named: dict[str, set[str]] = {}
        row = sheets.heading_rows.get(sheet, 1)
        for column in sheets.headings.get(sheet, ()):
            base, mark, name = column.partition("::")
            if base not in (*bases, "reviewed"):
                continue
            code = code_of(name) if mark else ONLY
            if code is None:
                faults.add(sheet, row, column, "no_language_code")
                continue
            known = names.setdefault(code, name)
            if known != name and sheet != "settings":
                faults.add(
                    sheet, row, column, "second_language" if mark and known else "mixed_languages", what=code
                )
            named.setdefault(base, set()).add(code)
        if sheet == "choices" and not sheets.choices:
            continue
        labelled = named.get("label", set())
        spoken = labelled if sheet == "survey" else set(names)
        for base, codes in named.items():
            for code in sorted(codes - spoken):
                faults.add(sheet, row, f"{base}::{names[code]}", "unknown_language", what=names[code] or code)
        if sheet == "choices":
            for code in sorted(set(names) - labelled):
                faults.add(sheet, row, "label", "missing_language", what=names[code] or code)
    if len(names) > MOST_LANGUAGES:
        faults.add(
            "survey", sheets.heading_rows.get("survey", 1), "", "too_many_languages", most=MOST_LANGUAGES
        )
    if "" in names.values() and len(names) > 1:
        faults.add("survey", sheets.heading_rows.get("survey", 1), "label", "mixed_languages")
    first = next((code for code, name in names.items() if default in (code, name)), None)
    if default and first is None:
        faults.add(
            "settings",
            next((row.number for row in sheets.settings), 0),
            "default_language",
            "unknown_language",
            what=default,
        )
    order = sorted(names, key=lambda code: code != first)
    return Languages({code: names[code] for code in order} or {ONLY: ""})
