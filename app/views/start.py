"""The start page: the places for everybody, "to do" for those signed in."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.services import to_do
from app.services.letter_troubles import troubles
from app.services.sites import public_sites
from app.views.access import actor, public
from app.views.finding_words import Titles

blueprint = Blueprint("start", __name__)

TASK_WORDS = {
    "conflicts": _l("Two versions to choose between"),
    "triage": _l("New findings to triage"),
    "not_ours": _l("Not the right responsible"),
    "declined": _l("Proposed not to be fixed"),
    "verify": _l("Reported fixed, to verify"),
    "answer": _l("New findings to answer"),
    "overdue": _l("Overdue"),
}


@blueprint.get("/")
@public
def index() -> ResponseReturnValue:
    """Show what is to do, or to a visitor the places and the way in."""
    if not current_user.is_authenticated:
        return render_template("start/visitor.html", sites=public_sites())
    return render_template(
        "start/to_do.html",
        tasks=to_do.tasks(actor()),
        walks=to_do.my_walks(actor()),
        troubles=troubles(actor()),
        task_words=TASK_WORDS,
        title=Titles(),
    )
