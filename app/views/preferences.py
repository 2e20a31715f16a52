"""What a person chooses for the pages themselves: the language."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from app.i18n import LANGUAGES
from app.views.access import public, safe_next
from config import settings

blueprint = Blueprint("preferences", __name__)


@blueprint.post("/sprak")
@public
def language() -> ResponseReturnValue:
    """Remember the language and go back to the page it was chosen on."""
    response = redirect(safe_next(request.form.get("next")))
    if (wish := request.form.get("lang")) in LANGUAGES:
        response.set_cookie(
            "language", str(wish), max_age=31536000, samesite="Lax", httponly=True, secure=settings().secure
        )
    return response
