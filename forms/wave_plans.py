"""The form of a wave: when, by which channels, what is asked, how many answers are wanted, and weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from forms.checkboxes import MultiCheckboxField
from forms.choices import Choices, options
from forms.keys import client_key
from forms.remedies import DayField
from forms.text import clean
from forms.versions import VersionForm

MOST_INTERVIEWS = 200
_TARGET = _l("Write a number from 1 to 100,000.")


@dataclass(frozen=True)
class Population:
    """A question about who answers, with the choices that shares of a population can be written for."""

    item: str
    label: str
    choices: Choices


class WaveForm(VersionForm):
    """Planning a wave; quotas and shares are fields by the name of their row, read by `quotas` and `margins`."""

    wave_id = HiddenField()
    name = StringField(
        _l("Name of the wave"),
        filters=[clean, str.strip],
        validators=[
            InputRequired(_l("Write a name for the wave.")),
            Length(max=80, message=_l("At most 80 characters.")),
        ],
    )
    opens_on = DayField(_l("First day"), validators=[InputRequired(_l("Choose a day."))])
    closes_on = DayField(_l("Last day"), validators=[InputRequired(_l("Choose a day."))])
    questionnaire = SelectField(
        _l("Version of the questionnaire"), validators=[InputRequired(_l("Choose a version."))]
    )
    channels = MultiCheckboxField(
        _l("Channels"), validators=[InputRequired(_l("Choose at least one channel."))]
    )
    rows = MultiCheckboxField(
        _l("Rows of the core"),
        description=_l("Choose the five that the site's situation report names."),
        validators=[InputRequired(_l("Choose at least one row."))],
    )
    modules = MultiCheckboxField(
        _l("Further questions"),
        description=_l("Each makes the questionnaire longer, and fewer people reach its end."),
    )
    target = IntegerField(
        _l("Answers wanted"),
        validators=[Optional(), NumberRange(1, 100_000, message=_TARGET)],
        render_kw={"inputmode": "numeric"},
    )

    populations: Sequence[Population] = ()
    slots: Sequence[str] = ()
    _rows: Sequence[str] = ()
    _modules: Sequence[str] = ()

    def offer(self, versions: Choices, channels: Choices, rows: Choices, modules: Choices) -> None:
        """Fill in what one may choose from."""
        self.questionnaire.choices = options(versions)
        self.channels.choices = options(channels)
        self.rows.choices = options(rows)
        if not rows:
            self.rows.validators = ()
        self.modules.choices = options(modules)
        self._rows, self._modules = [name for name, _ in rows], [name for name, _ in modules]

    def key(self) -> UUID:
        """The id that the page was given, so that the same form sent twice plans one wave."""
        return client_key(self.wave_id.data)

    def left_out(self) -> tuple[str, ...]:
        """The rows and modules that are offered and not chosen."""
        return tuple(
            offered
            for field, names in ((self.rows, self._rows), (self.modules, self._modules))
            for offered in names
            if offered not in (field.data or ())
        )

    def version_id(self) -> UUID:
        """The version chosen; only once validated."""
        return UUID(self.questionnaire.data)

    def quotas(self, typed: Mapping[str, str]) -> dict[tuple[int, str], int]:
        """Weekday (0: Monday) and slot → interviews wanted; a fault where something else than a number was typed."""
        found: dict[tuple[int, str], int] = {}
        for weekday in range(7):
            for slot in self.slots:
                text = typed.get(quota_name(weekday, slot), "").strip()
                if not text:
                    continue
                if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= MOST_INTERVIEWS):
                    self._fault(gettext("Write the interviews wanted as numbers, at most 200 a slot."))
                    return {}
                found[weekday, slot] = int(text)
        return found

    def margins(self, typed: Mapping[str, str]) -> dict[str, dict[str, float]]:
        """Item → choice → share; items for which nothing was typed are not weighted by."""
        found: dict[str, dict[str, float]] = {}
        for population in self.populations:
            texts = {
                choice: typed.get(margin_name(population.item, choice), "").strip().replace(",", ".")
                for choice, _ in population.choices
            }
            if not any(texts.values()):
                continue
            try:
                shares = {choice: float(text or 0) / 100 for choice, text in texts.items()}
            except ValueError:
                self._fault(gettext("Write the shares of the population in per cent, like 24.5."))
                continue
            found[population.item] = {choice: round(share, 5) for choice, share in shares.items()}
        return found

    def _fault(self, words: str) -> None:
        if words not in self.form_errors:
            self.form_errors.append(words)


def quota_name(weekday: int, slot: str) -> str:
    """The name of the field for interviews wanted."""
    return f"quota-{weekday}-{slot}"


def margin_name(item: str, choice: str) -> str:
    """The name of the field for a share of the population."""
    return f"margin-{item}-{choice}"


def typed_quotas(quotas: Iterable[tuple[int, str, int]]) -> dict[str, str]:
    """Quotas as they stand in their fields."""
    return {quota_name(weekday, slot): str(wanted) for weekday, slot, wanted in quotas}


def typed_margins(margins: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """Shares as they stand in their fields."""
    return {
        margin_name(item, choice): f"{100 * share:g}"
        for item, shares in margins.items()
        for choice, share in shares.items()
    }
