"""Why something was refused, in one line beside what it was."""

from __future__ import annotations

from flask_babel import gettext

from app.errors import InvalidInputError, PlatskollenError


def why(error: PlatskollenError) -> str:
    """What an error says, or what it says of each field."""
    if isinstance(error, InvalidInputError):
        return " ".join(str(gettext(fault.message, **dict(fault.values))) for fault in error.errors)
    return str(gettext(error.message))
