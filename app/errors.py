"""The catalogue of errors: each has a stable code, an HTTP status and a sentence saying what to do.

Messages are English message ids; `app.views.problems` translates and renders them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar


def N_(message: str) -> str:  # noqa: N802  the name gettext extraction knows
    """Mark a message for translation; the one who shows it translates."""
    return message


def P_(message: str) -> str:  # noqa: N802  as N_
    """Mark a message that residents read as well, in more languages (tools/messages.py)."""
    return message


@dataclass(frozen=True)
class FieldError:
    """One field that could not be taken: which, a stable code, and a sentence with its values."""

    field: str
    code: str
    message: str
    values: tuple[tuple[str, Any], ...] = ()


class PlatskollenError(Exception):
    """The base of every error that a person or machine is told of."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    title: ClassVar[str] = P_("Something went wrong")
    message: ClassVar[str] = P_("Nothing was changed. Go back and try again.")


class NotFoundError(PlatskollenError):
    """The object does not exist, or the actor may not know that it does."""

    code = "not_found"
    status = 404
    title = P_("The page is not here")
    message = P_(
        "It may have been moved, or you do not have access to it. Go to the start page and look from there."
    )


class SignedOutError(PlatskollenError):
    """Something was sent by somebody whose session has ended."""

    code = "signed_out"
    status = 401
    title = N_("You are signed out")
    message = N_(
        "Nothing was saved. What you wrote is still in the page before: go back, sign in in another tab, "
        "then save again."
    )


class ForbiddenError(PlatskollenError):
    """The actor may see the object but not do this to it."""

    code = "forbidden"
    status = 403
    title = N_("You may not do this")
    message = N_("Your role does not allow this step. Nothing was changed. Ask the coordinator of the site.")


class ChangedMeanwhileError(PlatskollenError):
    """Somebody else changed the same object first; nothing of this change was kept."""

    code = "changed_meanwhile"
    status = 409
    title = N_("Somebody else changed this first")
    message = N_("Your change was not saved. Open the page again to see what they did, then decide anew.")


class TooManyRequestsError(PlatskollenError):
    """The actor asked too often."""

    code = "too_many_requests"
    status = 429
    title = P_("Too many attempts")
    message = P_("Wait a few minutes, then try again.")


class TooMuchByLinkError(TooManyRequestsError):
    """More was sent by one owner's link than a link may send; it may again at `again_at`."""

    code = "too_much_by_link"
    title = N_("Very much was sent by this link in a short time")
    message = N_(
        "This was not saved; all that was saved before is kept. Copy what you wrote, and send it again later. "
        "Photos have to be chosen again."
    )

    def __init__(self, again_at: datetime) -> None:
        super().__init__()
        self.again_at = again_at


class InvalidInputError(PlatskollenError):
    """Some fields cannot be taken; nothing was saved, and each is named."""

    code = "invalid_input"
    status = 422
    title = N_("Some things need to be mended")
    message = N_("Nothing was saved yet. What you wrote is still here.")

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(", ".join(f"{error.field}: {error.code}" for error in errors))
        self.errors = errors


def invalid(field: str, code: str, message: str, **values: Any) -> InvalidInputError:
    """An InvalidInputError for one field; `message` is a message id with `%(name)s` places for `values`."""
    return InvalidInputError(FieldError(field, code, message, tuple(values.items())))
