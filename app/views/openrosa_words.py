"""What OpenRosa clients show their people: one message in the envelope of the protocol."""

from __future__ import annotations

from xml.sax.saxutils import escape

from app.errors import InvalidInputError, PlatskollenError
from app.i18n import gettext_plain
from app.services.responses import InvalidAnswersError

PREFIX = "/openrosa"
XML = "text/xml; charset=utf-8"
_MOST_FAULTS = 5


def envelope(words: str, nature: str) -> str:
    """An OpenRosaResponse with one message."""
    return (
        '<OpenRosaResponse xmlns="http://openrosa.org/http/response">'
        f'<message nature="{nature}">{escape(words)}</message></OpenRosaResponse>'
    )


def refusal(error: PlatskollenError) -> str:
    """An error of the catalogue as an OpenRosaResponse, with the first places that were at fault."""
    sentences = [f"{gettext_plain(error.title, {})}.", gettext_plain(error.message, {})]
    if isinstance(error, InvalidInputError):
        sentences += [gettext_plain(fault.message, dict(fault.values)) for fault in error.errors]
    elif isinstance(error, InvalidAnswersError):
        for place, fault in list(error.faults.items())[:_MOST_FAULTS]:
            sentences.append(f"{place}: {gettext_plain(fault.message, dict(fault.values))}")
    return envelope(" ".join(sentences), error.code)
