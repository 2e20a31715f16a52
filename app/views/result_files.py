"""Results as files: one row per count that is told or hidden, a codebook, and a program for SPSS."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from app.services.result_counts import countable
from app.services.result_tables import Row, channel_rows, item_tables, map_tables
from app.services.results import SurveyResults, WaveResults
from app.views.result_words import answer_words, full_words, kind_words
from app.views.tables import Cell

_ROUNDED = 4
"""Decimals of a share: more would say nothing more, since shares come from the counts beside them."""
_COLUMNS = (
    ("wave", "F4.0"),
    ("item", "A64"),
    ("kind", "A16"),
    ("answer", "A64"),
    ("breakdown", "A64"),
    ("group_of", "A64"),
    ("n", "F8.0"),
    ("base_min", "F8.0"),
    ("base_max", "F8.0"),
    ("share", "F8.4"),
    ("low", "F8.4"),
    ("high", "F8.4"),
    ("wshare", "F8.2"),
    ("wlow", "F8.2"),
    ("whigh", "F8.2"),
)
"""Names and formats of the same columns in SPSS."""


def head() -> tuple[str, ...]:
    """The head of the table."""
    return (
        _("Wave"),
        _("Item"),
        _("Question"),
        _("Kind"),
        _("Code"),
        _("Answer"),
        _("Breakdown"),
        _("Group"),
        _("Count"),
        _("Base, at least"),
        _("Base, at most"),
        _("Share"),
        _("From"),
        _("To"),
        _("Weighted share"),
        _("Weighted, from"),
        _("Weighted, to"),
        _("Remark"),
    )


def rows(results: SurveyResults) -> Iterator[tuple[Cell, ...]]:
    """The rows of all closed waves."""
    for wave in results.waves:
        for row in _all(wave):
            yield (
                wave.number,
                row.item,
                full_words(wave, row.item),
                kind_words(row),
                row.answer or "",
                answer_words(wave, row.item, row.answer),
                row.breakdown or "",
                row.group and row.breakdown and answer_words(wave, row.breakdown, row.group),
                *_numbers(row),
                _remark(row),
            )


def codebook_head() -> tuple[str, ...]:
    """The head of the codebook."""
    return (_("Wave"), _("Item"), _("Question"), _("Code"), _("Answer"), _("Good answer"))


def codebook_rows(results: SurveyResults) -> Iterator[tuple[Cell, ...]]:
    """Each question of each wave with its answers."""
    for wave in results.waves:
        for question in countable(wave.definition):
            for choice in question.choices:
                yield (
                    wave.number,
                    question.name,
                    full_words(wave, question.name),
                    choice.name,
                    answer_words(wave, question.name, choice.name),
                    _("yes") if choice.good else "",
                )
        for table in map_tables(wave):
            for row in table.answers:
                yield (
                    wave.number,
                    row.item,
                    full_words(wave, row.item),
                    row.answer,
                    answer_words(wave, row.item, row.answer),
                    "",
                )


def spss(results: SurveyResults) -> str:
    """A program that reads its own data, names every column and value, and weighs by the counts."""
    lines = [
        "* Encoding: UTF-8.",
        "SET DECIMAL=DOT.",
        'DATA LIST LIST (";") / ' + " ".join(f"{name} ({form})" for name, form in _COLUMNS) + ".",
        "BEGIN DATA",
    ]
    labels: dict[str, dict[str, str]] = {"item": {}, "answer": {}, "group_of": {}}
    for wave in results.waves:
        for row in _all(wave):
            labels["item"][row.item] = full_words(wave, row.item)
            if row.answer is not None:
                labels["answer"][row.answer] = answer_words(wave, row.item, row.answer)
            if row.breakdown is not None and row.group is not None:
                labels["group_of"][row.group] = answer_words(wave, row.breakdown, row.group)
            cells: tuple[Cell, ...] = (
                wave.number,
                row.item,
                row.kind.value,
                row.answer,
                row.breakdown,
                row.group,
                *_numbers(row),
            )
            lines.append(";".join(_datum(cell) for cell in cells))
    lines += ["END DATA.", "VARIABLE LABELS"]
    lines += [f"  {name} {_quoted(label)}" for (name, _form), label in zip(_COLUMNS, _labels(), strict=True)]
    lines[-1] += "."
    for name, values in labels.items():
        if values:
            lines.append(f"VALUE LABELS {name}")
            lines += [f"  {_quoted(value)} {_quoted(label)}" for value, label in values.items()]
            lines[-1] += "."
    lines += ["WEIGHT BY n.", "EXECUTE.", ""]
    return "\r\n".join(lines)


def _all(wave: WaveResults) -> Iterator[Row]:
    yield from channel_rows(wave)
    for table in (*item_tables(wave), *map_tables(wave)):
        yield from table.rows


def _numbers(row: Row) -> tuple[Cell, ...]:
    share, weighted = row.share, row.weighted
    return (
        row.count,
        row.least,
        row.most,
        *((round(one, _ROUNDED) for one in share) if share is not None else (None,) * 3),
        *((round(one, 2) for one in weighted) if weighted is not None else (None,) * 3),
    )


def _remark(row: Row) -> str:
    if row.count is None:
        return str(_("Hidden: a small group"))
    return str(_("Holds the few without an opinion")) if row.host else ""


def _labels() -> tuple[str, ...]:
    return (
        _("Wave"),
        _("Item"),
        _("Kind"),
        _("Answer"),
        _("Breakdown"),
        _("Group"),
        _("Count"),
        _("Base, at least"),
        _("Base, at most"),
        _("Share"),
        _("From"),
        _("To"),
        _("Weighted share"),
        _("Weighted, from"),
        _("Weighted, to"),
    )


def _datum(cell: Cell) -> str:
    """A value between semicolons; codes are letters, digits and underscores, so nothing needs quoting."""
    return "" if cell is None else str(cell)


def _quoted(words: str) -> str:
    """Words as SPSS reads them, on one line, at most as long as a label may be."""
    plain = " ".join(words.split())[:118].replace('"', '""')
    return f'"{plain}"'
