"""Why something was refused: in one line beside what it was, or at the field where it was the same for all."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext
from flask_wtf import FlaskForm

from app.errors import InvalidInputError, PlatskollenError
from app.services.remedies import Outcome
from forms.faults import show_faults


def why(error: PlatskollenError) -> str:
    """What an error says, or what it says of each field."""
    if isinstance(error, InvalidInputError):
        return " ".join(str(gettext(fault.message, **dict(fault.values))) for fault in error.errors)
    return str(gettext(error.message))


def show_shared_faults(form: FlaskForm, failed: Sequence[Outcome]) -> None:
    """Put at its field, once, what was wrong for every finding that failed."""
    faults = [set(one.error.errors) for one in failed if isinstance(one.error, InvalidInputError)]
    if faults and len(faults) == len(failed):
        show_faults(form, [fault for fault in set.intersection(*faults) if fault.field in form])
