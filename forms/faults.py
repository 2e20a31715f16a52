"""Errors of a service put at the fields of the form they belong to, so that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from flask_babel import gettext
from flask_wtf import FlaskForm


class Fault(Protocol):
    """One field that could not be taken."""

    @property
    def field(self) -> str: ...  # noqa: D102
    @property
    def message(self) -> str: ...  # noqa: D102
    @property
    def values(self) -> Iterable[tuple[str, Any]]: ...  # noqa: D102


def show_faults(form: FlaskForm, faults: Iterable[Fault]) -> None:
    """Put each fault at its field, translated; one that has no field of that name stands at the form itself."""
    for fault in faults:
        words = gettext(fault.message, **dict(fault.values))
        field = form._fields.get(fault.field)
        if field is None:
            form.form_errors.append(words)
        else:
            field.errors = [*field.errors, words]
