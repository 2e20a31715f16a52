"""The words for what code keeps of surveys, in the language in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.i18n import language, today
from app.models.surveys import Wave
from app.resident_words import language_name
from app.services.survey_counts import Count
from app.services.survey_duties import Duty, DutyKind
from app.services.waves import Phase, phase
from forms.questionnaire.definition import Definition, Group, Question, Text

MODULES = {
    "habits": _l("How often people are here"),
    "place": _l("Clean, pleasant, something to do"),
    "trust": _l("Who cares about the problems"),
    "reporting": _l("Whether people would report a fault"),
    "map": _l("Places on a map that feel safe or unsafe"),
    "words": _l("Words of their own"),
    "measures": _l("Measures they have noticed (from the second wave on)"),
    "background": _l("More about who answers"),
    "business": _l("More about the business"),
}
"""The modules of the shipped questionnaires; those of others go by their own names."""


def said(text: Text, definition: Definition) -> str:
    """The words of a questionnaire in the language in force, else in its own first one."""
    return text.get(language()) or text.get(definition.languages[0], "")


@dataclass(frozen=True)
class MeasureWords:
    """What is measured, in words: the question, and whose share is counted."""

    asks: str
    """What the matrix asks that it is a row of; empty for a question by itself."""
    row: str
    good: str

    @property
    def asked(self) -> str:
        """The whole question; a row of a matrix stands after what the matrix asks."""
        return f"{self.asks} – {self.row}" if self.asks else self.row


def measure_words(question: Question, definition: Definition) -> MeasureWords:
    """The words for a main measure."""
    group = next((one for one in definition.items if isinstance(one, Group) and question in one.items), None)
    asks = said(group.label, definition) if group is not None and group.label else ""
    good = [said(choice.label, definition) for choice in question.choices if choice.good]
    return MeasureWords(asks, said(question.label, definition), ", ".join(good))


def language_words(codes: Iterable[str]) -> str:
    """Languages by their own names."""
    return ", ".join(map(language_name, codes))


def module_words(module: str) -> str:
    """What a module is about."""
    return str(MODULES.get(module, module))


def duty_words(duty: Duty) -> str:
    """What a survey waits for."""
    match duty.kind:
        case DutyKind.OPEN:
            words = _("Open the wave in %(site)s", site=duty.site.name)
        case DutyKind.PLAN:
            words = _("Plan the next wave in %(site)s", site=duty.site.name)
        case DutyKind.BASELINE:
            words = _("Ask people in %(site)s before the measures begin", site=duty.site.name)
    return str(words)


def phase_words(wave: Wave) -> str:
    """Where a wave stands, for people."""
    return str(_PHASES[phase(wave, today())] if wave.opened_at or wave.closed_at else _("Not opened yet"))


def count_words(count: Count) -> str:
    """A number of answers in steps of five."""
    if count.is_few:
        return str(_("fewer than %(number)s", number=count.least))
    return str(_("at least %(number)s", number=count.at_least))


def phase_look(wave: Wave) -> tuple[str, str]:
    """Icon and colour of a wave's phase."""
    if wave.opened_at is None:
        return "calendar", "slate"
    return _LOOKS[phase(wave, today())]


_PHASES: Mapping[Phase, object] = {
    Phase.PLANNED: _l("Ready, opens by itself"),
    Phase.OPEN: _l("Open for answers"),
    Phase.CLOSED: _l("Closed for answers"),
}
_LOOKS = {
    Phase.PLANNED: ("clock", "blue"),
    Phase.OPEN: ("send", "green solid"),
    Phase.CLOSED: ("check", "grey"),
}
