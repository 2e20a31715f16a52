"""How results are said: shares, intervals, differences, and the words of what was asked."""

from __future__ import annotations

from flask_babel import format_decimal
from flask_babel import gettext as _
from markupsafe import Markup

from app.i18n import DEFAULT, language
from app.models.surveys import Channel
from app.resident_words import direction
from app.services.result_changes import Change, Share, Verdict
from app.services.result_counts import CHANNEL
from app.services.result_map import ELSEWHERE
from app.services.result_tables import Row, RowKind, choice_of
from app.services.results import WaveResults
from app.statistics.proportions import Estimate
from app.views.page_language import Foreign, alike, swedish
from app.views.where_words import where_words
from app.words import word
from forms.questionnaire.definition import UNANSWERED, Kind, Text


def said(text: Text) -> str:
    """Words of the questionnaire in the language of the page, else in Swedish, else in its own first language."""
    own = text.get(language())
    if own:
        return own
    spoken = next((one for one in (DEFAULT, *text) if text.get(one)), DEFAULT)
    return Foreign(text.get(spoken, ""), spoken)


def question_words(wave: WaveResults, item: str) -> str:
    """What a question asks; a row of a matrix is named by the row."""
    if item == CHANNEL:
        return str(_("Channel"))
    question = wave.repeats.get(item) or wave.questions.get(item)
    return said(question.label) if question is not None else item


def matrix_words(wave: WaveResults, item: str) -> str:
    """The question that the rows of a matrix share; empty for any other question."""
    matrix = wave.matrices.get(item)
    return said(matrix.label) if matrix is not None else ""


def full_words(wave: WaveResults, item: str) -> str:
    """What a question asks, with what the rows of its matrix share."""
    asked, within = question_words(wave, item), matrix_words(wave, item)
    return alike(asked, f"{within} {asked}") if within else asked


def answer_words(wave: WaveResults, item: str, name: str | None) -> str:
    """What an answer says; None: all good answers together."""
    if name is None:
        return good_words(wave, item)
    if name == UNANSWERED:
        return str(_("No answer"))
    if item == CHANNEL:
        return word(Channel(name))
    if item in wave.questions and wave.questions[item].kind is Kind.GEOPOINT:
        return square_words(wave, name)
    choice = choice_of(wave, item, name)
    return said(choice.label) if choice is not None else name


def square_words(wave: WaveResults, code: str) -> str:
    """Where a square of the map lies, in words."""
    if code == ELSEWHERE:
        return str(_("Farther away from the place"))
    square = (wave.told.squares or {})[code]
    near = _("the middle of the place") if square.near is None else square.near
    return where_words(str(near), square.metres, square.octant)


def good_words(wave: WaveResults, item: str) -> str:
    """The good answers of a question, e.g. "Very safe or fairly safe"."""
    question = wave.questions.get(item)
    names = [said(one.label) for one in question.choices if one.good] if question else []
    words = _(" or ").join(_("“%(words)s”", words=name) for name in names)
    return alike(names[0], words) if names else ""


def per_cent(share: float) -> str:
    """A share in whole per cent."""
    return str(_("%(share)s %%", share=round(100 * share)))


def interval(estimate: Estimate) -> str:
    """The ends of a share's interval."""
    return str(_("%(low)s–%(high)s %%", low=round(100 * estimate.low), high=round(100 * estimate.high)))


def base_of(row: Row | Share) -> str:
    """The denominator, which may be a range."""
    if row.least is None or row.most is None:
        return ""
    return str(row.most) if row.least == row.most else f"{row.least}–{row.most}"


def points(difference: Estimate, *, whole: bool = False) -> str:
    """A difference in percentage points, with its interval; `whole`: without decimals, as weighted figures are told."""
    value, low, high = (_signed(100 * one, whole) for one in difference)
    return str(_("%(value)s percentage points (%(low)s to %(high)s)", value=value, low=low, high=high))


def change_words(change: Change) -> Markup:
    """What is said of a difference between two waves."""
    since = swedish(change.since.name)
    if change.difference is None:
        words = _("Not comparable with %(wave)s: the meaning of the question has changed.")
        return Markup.escape(words) % {"wave": since}
    words = {
        Verdict.CHANGE: _("Change since %(wave)s: %(points)s."),
        Verdict.NO_SURE_CHANGE: _("No certain change since %(wave)s: %(points)s."),
    }.get(change.verdict, _("Difference from %(wave)s: %(points)s."))
    told = points(change.difference, whole=change.weighted)
    return Markup.escape(words) % {"wave": since, "points": told}


def margin_words(wave: WaveResults) -> str:
    """The questions whose shares in the population were known."""
    return ", ".join(_("“%(words)s”", words=question_words(wave, item)) for item in wave.margins)


def decimal(value: float) -> str:
    """A number with two decimals."""
    return str(format_decimal(value, format="0.00"))


def kind_words(row: Row) -> str:
    """What a row of the table counts."""
    words = {
        RowKind.GOOD: _("Good answers"),
        RowKind.ANSWER: _("Answer"),
        RowKind.NO_OPINION: _("No opinion"),
    }
    return str(words[row.kind])


def _signed(value: float, whole: bool) -> str:
    rounded = round(value, 0 if whole else 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    # Among words that are written from the right the sign would go behind its number.
    turned = "\u200e" if direction(language()) == "rtl" else ""
    return f"{turned}{sign}{format_decimal(abs(rounded))}"
