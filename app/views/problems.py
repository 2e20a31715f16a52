"""What people and machines see when something goes wrong: one page, RFC 9457 JSON under /api, XML for OpenRosa."""

from __future__ import annotations

import logging
import traceback

from flask import Flask, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from app.errors import (
    N_,
    P_,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    PlatskollenError,
    SignedOutError,
    TooManyRequestsError,
)
from app.i18n import BY_ADDRESS, LANGUAGES, gettext_plain, language
from app.outages import outage_of
from app.views import openrosa_words

_log = logging.getLogger(__name__)


class StaleFormError(PlatskollenError):
    """The form was open too long, or came from another site."""

    code = "stale_form"
    status = 400
    title = N_("The form was open too long")
    message = N_(
        "Nothing was saved yet. Go back: what you wrote is still there. Reload the page and save again."
    )


class TooLargeError(PlatskollenError):
    """The request is larger than the server takes."""

    code = "too_large"
    status = 413
    title = P_("That was too much at once")
    message = P_("Nothing was saved. Send fewer or smaller photos at a time; each may be at most 30 MB.")


class UnexpectedError(PlatskollenError):
    """A fault of ours."""

    code = "unexpected"
    status = 500
    title = P_("Something went wrong with us")
    message = P_("Nothing of the last step was saved; what was saved before is safe. Try again in a while.")


def init_app(app: Flask) -> None:
    """Answer every error with a page that says what happened, what is kept and what to do."""
    app.register_error_handler(PlatskollenError, show)
    app.register_error_handler(RateLimitExceeded, lambda _error: show(TooManyRequestsError()))
    app.register_error_handler(CSRFError, lambda _error: show(_unsafe_form()))
    app.register_error_handler(RequestEntityTooLarge, lambda _error: show(TooLargeError()))
    app.register_error_handler(HTTPException, _show_http)
    app.register_error_handler(Exception, _show_unexpected)


def show(error: PlatskollenError, status: int | None = None) -> ResponseReturnValue:
    """Render one error of the catalogue; `status` where it stands for another than its own."""
    status = status or error.status
    if request.path.startswith("/api/"):
        body = {
            "type": f"urn:platskollen:{error.code}",
            "title": gettext(error.title),
            "status": status,
            "detail": gettext(error.message),
        }
        if isinstance(error, InvalidInputError):
            body["errors"] = [
                {
                    "field": fault.field,
                    "code": fault.code,
                    "message": gettext_plain(fault.message, dict(fault.values)),
                }
                for fault in error.errors
            ]
        response = jsonify(body)
        response.content_type = "application/problem+json"
        return response, status
    if request.path.startswith(f"{openrosa_words.PREFIX}/"):
        return openrosa_words.refusal(error), status, {"Content-Type": openrosa_words.XML}
    for_residents = request.blueprint == BY_ADDRESS or language() not in LANGUAGES
    return render_template("public/problem.html" if for_residents else "problem.html", error=error), status


def _unsafe_form() -> PlatskollenError:
    """A form without a token of the session: often since there is no session any more."""
    view = current_app.view_functions.get(request.endpoint or "")
    needs_one = getattr(view, "access", None) == "signed_in"
    return SignedOutError() if needs_one and not current_user.is_authenticated else StaleFormError()


def _show_http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status in {301, 302, 303, 304, 307, 308}:
        return error.get_response()
    if status == 404:
        return show(NotFoundError())
    if status == 403:
        return show(ForbiddenError())
    answer = make_response(show(PlatskollenError(), status))
    if isinstance(error, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(error.valid_methods or ())
    return answer


def _show_unexpected(error: Exception) -> ResponseReturnValue:
    known = outage_of(error)
    # The words of an error may quote what somebody wrote; the route, the kind and the lines of code tell enough.
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s in %s\n%s", type(error).__name__, request.endpoint, where)
    return show(known or UnexpectedError())
