"""What geometry code says when it must refuse something."""

from typing import Any


def N_(message: str) -> str:  # noqa: N802 -- the name that Babel's extractor looks for
    """Mark a message id for translation without translating it here: this package knows no language."""
    return message


class GeoError(ValueError):
    """A refusal with a stable `code`, an English message id with %(name)s fields, and the fields' values.

    `str(error)` is the English sentence; a page shows `gettext(error.message, **error.details)`.
    """

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message % details)
        self.code = code
        self.message = message
        self.details = details
