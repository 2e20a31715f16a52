"""Administrators' pages of the checklist: its versions, how each reads, and writing a category anew."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import ChangedMeanwhileError, InvalidInputError
from app.models.findings import Severity, VerificationMethod
from app.services import checklist_editing
from app.services.checklist_editing import CategoryRules
from app.services.checklists import checklist_of, current_version
from app.views.access import actor, signed_in
from app.views.confirming import confirmed
from app.words import word
from forms.checklist_categories import LANGUAGES, CategoryForm, category_form
from forms.checklists import Category
from forms.choices import Choices
from forms.faults import show_faults

blueprint = Blueprint("checklists", __name__, url_prefix="/installningar/checklistor")


@blueprint.get("")
@signed_in
def list_versions() -> ResponseReturnValue:
    """List the versions, and the categories of the one in force."""
    versions = checklist_editing.list_versions(actor())
    return render_template(
        "checklists/list.html", versions=versions, checklist=checklist_of(current_version().id)
    )


@blueprint.get("/<uuid:version_id>")
@signed_in
def show(version_id: UUID) -> ResponseReturnValue:
    """Show a version as those on a walk read it, with its rules."""
    version = checklist_editing.load_version(actor(), version_id)
    return render_template(
        "checklists/show.html",
        version=version,
        in_force=version.id == current_version().id,
        checklist=checklist_of(version.id),
        **_rule_words(),
    )


@blueprint.route("/kategori/<category>", methods=["GET", "POST"])
@signed_in
@confirmed
def edit(category: str) -> ResponseReturnValue:
    """Write one category anew; saving puts a new version in force."""
    kept = checklist_editing.load_category(actor(), category)
    severities = [(one.value, word(one)) for one in Severity]
    form = category_form(kept, severities, [(one.value, word(one)) for one in VerificationMethod])
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            rules = CategoryRules(
                bool(form.active.data),
                form.words(kept),
                form.due_days(severities),
                form.verification(severities),
            )
            try:
                if request.form.get("way") == "preview":
                    preview = checklist_editing.preview_category(actor(), category, rules)
                    return _edit_page(form, kept, severities, preview), 200
                made = checklist_editing.write_category(
                    actor(), category, rules, version=form.based_on() or 0
                )
            except InvalidInputError as error:
                show_faults(form, error.errors)
            except ChangedMeanwhileError:
                status = 409
                form.tell_changed_meanwhile()
            else:
                flash(_("Version %(number)s is in force for new walks.", number=made.number), "success")
                return redirect(url_for("checklists.show", version_id=made.id))
    form.base_on(current_version().number)
    return _edit_page(form, kept, severities), status


def _edit_page(
    form: CategoryForm, kept: Category, severities: Choices, preview: Category | None = None
) -> str:
    return render_template(
        "checklists/edit.html",
        form=form,
        category=kept,
        severities=severities,
        languages=LANGUAGES,
        preview=preview,
        **_rule_words(),
    )


def _rule_words() -> dict[str, object]:
    return {
        "method_words": {method.value: word(method) for method in VerificationMethod},
        "severity_words": {severity.value: word(severity) for severity in Severity},
    }
