"""The start page: the places for everybody, "to do" for those signed in."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.services import to_do
from app.services.letter_troubles import troubles
from app.services.public_sites import list_public_sites
from app.services.resident_reports import count_waiting
from app.services.survey_duties import duties
from app.services.survey_pages import list_open_surveys
from app.views.access import actor, public
from app.views.finding_words import Titles
from app.views.survey_words import duty_words
from app.words import TASK_WORDS

blueprint = Blueprint("start", __name__)


@blueprint.get("/")
@public
def index() -> ResponseReturnValue:
    """Show what is to do, or to a visitor the places and the way in."""
    if not current_user.is_authenticated:
        return render_template("start/visitor.html", sites=list_public_sites(), surveys=list_open_surveys())
    return render_template(
        "start/to_do.html",
        tasks=to_do.tasks(actor()),
        walks=to_do.my_walks(actor()),
        reports=count_waiting(actor()),
        troubles=troubles(actor()),
        duties=duties(actor()),
        duty_words=duty_words,
        task_words=TASK_WORDS,
        title=Titles(),
    )
