"""What residents wrote in their own words, for coordinators: reading it, sorting it, taking it out."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import InvalidInputError
from app.services import survey_texts
from app.views.access import actor, signed_in
from app.views.confirming import confirmed
from app.views.results import blueprint
from app.views.tables import csv_file
from forms.survey_texts import ThemesForm


@blueprint.get("/<slug>/fritext")
@signed_in
def texts(slug: str) -> ResponseReturnValue:
    """List what was written, perhaps under one theme."""
    theme = request.args.get("tema", "")
    found = survey_texts.list_texts(actor(), slug, theme, request.args.get("efter", type=UUID))
    forms = {one.id: ThemesForm(formdata=None, themes=", ".join(one.themes)) for one in found.texts}
    return render_template("results/texts.html", found=found, forms=forms, theme=theme)


@blueprint.post("/<slug>/fritext/<uuid:text_id>")
@signed_in
def sort_text(slug: str, text_id: UUID) -> ResponseReturnValue:
    """Put a text under themes."""
    try:
        survey_texts.sort_text(actor(), text_id, ThemesForm().themes.data or "")
    except InvalidInputError as error:
        flash(" ".join(_(fault.message) for fault in error.errors), "error")
    else:
        flash(_("The themes are saved."), "success")
    back = url_for(".texts", slug=slug, tema=request.args.get("tema"), efter=request.args.get("efter"))
    return redirect(f"{back}#t-{text_id}", 303)


@blueprint.post("/<slug>/fritext.csv")
@signed_in
@confirmed
def export_texts(slug: str) -> Response:
    """Send everything that was written; a POST, since the trail then says that it was taken out."""
    found = survey_texts.take_texts(actor(), slug)
    return csv_file(
        f"fritext-{found.survey.slug}",
        (_("Wave"), _("Item"), _("Words"), _("Themes")),
        (
            (found.waves[one.wave_id].number, one.item, one.words, ", ".join(one.themes))
            for one in found.texts
        ),
    )
