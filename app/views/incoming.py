"""What a browser sends, before any view reads it: nothing in it that UTF-8 or a database cannot hold."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from app.errors import NotFoundError
from forms.text import clean

_REPLACED = "\ufffd"
"""What stands in a path where its bytes were no UTF-8."""


class CleanValues(ImmutableMultiDict[str, Any]):
    """The values of a query or form as `clean` leaves them; files stay as they are."""

    def __init__(self, mapping: Any = None) -> None:
        pairs = MultiDict[str, Any](mapping).items(multi=True)
        super().__init__(
            [(clean(name), clean(value) if isinstance(value, str) else value) for name, value in pairs]
        )


class CleanRequest(Request):
    """A request whose query and form can be stored as they are read."""

    parameter_storage_class = CleanValues

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Bytes that are no UTF-8 and not even percent-encoded make reading the query fail, on the error page too.
        self.query_string = self.query_string.decode(errors="ignore").encode()


def init_app(app: Flask) -> None:
    """Clean what `app` takes in; an address that cannot be one of ours is not here."""
    app.request_class = CleanRequest

    @app.before_request
    def refuse_unreadable_path() -> None:
        if "\0" in request.path or _REPLACED in request.path:
            raise NotFoundError
