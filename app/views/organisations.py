"""Pages of the register: the organisations, one of them, its contacts."""

from __future__ import annotations

from uuid import UUID

import shapely
from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from app.errors import ChangedMeanwhileError, InvalidInputError
from app.models.accounts import Contact, Organisation, OrganisationKind
from app.permissions import Permission
from app.services import contacts, organisations
from app.services.checklists import latest
from app.services.contacts import ContactValues
from app.services.letter_troubles import returned_from
from app.services.organisations import Ground, OrganisationValues
from app.services.register_access import may_change, reads_all, require_changing
from app.views.access import actor, signed_in
from app.views.rule_words import category_choices
from app.words import word
from forms.faults import show_faults
from forms.organisations import ContactForm, OrganisationForm
from forms.versions import VersionForm
from geo.svg import SvgPin, SvgWords, svg_map

blueprint = Blueprint("organisations", __name__, url_prefix="/organisationer")

NUMBERED = 40
"""Pieces of ground that have a number on the map; more would hide each other."""


@blueprint.get("")
@signed_in
def list_organisations() -> ResponseReturnValue:
    """List the register."""
    found = organisations.list_register(actor())
    return render_template(
        "organisations/list.html",
        now=[pair for pair in found if not organisations.is_over(pair[0])],
        over=[pair for pair in found if organisations.is_over(pair[0])],
        changes=may_change(actor()),
        reads_rules=reads_all(actor()),
    )


@blueprint.get("/<uuid:organisation_id>")
@signed_in
def show(organisation_id: UUID) -> ResponseReturnValue:
    """Show one organisation: how to reach it, what it answers for, how its findings stand."""
    organisation = organisations.load_organisation(actor(), organisation_id)
    grounds = organisations.grounds_of(organisation)
    known = contacts.contacts_of(organisation)
    sends_links = actor().may_somewhere(Permission.COORDINATE)
    addresses = [organisation.email or "", *(one.email for one in known)] if sends_links else []
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        over=organisations.is_over(organisation),
        standing=organisations.standing_of(actor(), organisation),
        contacts=known,
        returned=returned_from(addresses),
        grounds=grounds,
        map=_map(grounds),
        numbered=NUMBERED,
        most_shown=organisations.MOST_SHOWN,
        checklist=latest(),
        changes=may_change(actor()),
        sends_links=sends_links,
    )


@blueprint.route("/ny", methods=["GET", "POST"], defaults={"organisation_id": None})
@blueprint.route("/<uuid:organisation_id>/andra", methods=["GET", "POST"])
@signed_in
def edit(organisation_id: UUID | None) -> ResponseReturnValue:
    """Add an organisation, or change one."""
    organisation = organisations.load_organisation(actor(), organisation_id) if organisation_id else None
    require_changing(actor())
    form = OrganisationForm(obj=organisation)
    form.offer([(kind.value, word(kind)) for kind in OrganisationKind])
    if not form.is_submitted():
        form.kind.data = (organisation.kind if organisation else OrganisationKind.OTHER).value
        if organisation:
            form.base_on(organisations.version_of(organisation))
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate() and _is_based(form, organisation):
            try:
                saved = organisations.save_organisation(
                    actor(), organisation_id, _values(form), version=form.based_on()
                )
            except InvalidInputError as error:
                show_faults(form, error.errors)
            except ChangedMeanwhileError:
                status = _changed_meanwhile(form)
            else:
                flash(_("Saved."), "success")
                return redirect(url_for("organisations.show", organisation_id=saved.id))
        if organisation and organisation_id:
            form.base_on(organisations.version_of(organisations.load_organisation(actor(), organisation_id)))
    return render_template("organisations/edit.html", form=form, organisation=organisation), status


@blueprint.route(
    "/<uuid:organisation_id>/kontakter/ny", methods=["GET", "POST"], defaults={"contact_id": None}
)
@blueprint.route("/<uuid:organisation_id>/kontakter/<uuid:contact_id>", methods=["GET", "POST"])
@signed_in
def contact(organisation_id: UUID, contact_id: UUID | None) -> ResponseReturnValue:
    """Add a contact, or change one."""
    organisation = organisations.load_organisation(actor(), organisation_id)
    require_changing(actor())
    kept = contacts.load_contact(organisation, contact_id) if contact_id else None
    form = ContactForm(obj=kept)
    form.offer(category_choices(latest()))
    if kept and not form.is_submitted():
        form.category.data = kept.category or ""
        form.base_on(contacts.version_of(kept))
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate() and _is_based(form, kept):
            values = ContactValues(
                form.function.data or "",
                form.email.data or "",
                form.phone.data or "",
                form.category.data or None,
                bool(form.escalation.data),
            )
            try:
                contacts.save_contact(actor(), organisation, contact_id, values, version=form.based_on())
            except InvalidInputError as error:
                show_faults(form, error.errors)
            except ChangedMeanwhileError:
                status = _changed_meanwhile(form)
            else:
                flash(_("Saved."), "success")
                return redirect(url_for("organisations.show", organisation_id=organisation_id))
            organisation = organisations.load_organisation(actor(), organisation_id)
        if contact_id:
            kept = contacts.load_contact(organisation, contact_id)
            form.base_on(contacts.version_of(kept))
    return render_template(
        "organisations/contact.html", form=form, organisation=organisation, contact=kept
    ), status


@blueprint.post("/<uuid:organisation_id>/kontakter/<uuid:contact_id>/ta-bort")
@signed_in
def remove_contact(organisation_id: UUID, contact_id: UUID) -> ResponseReturnValue:
    """Take a contact away."""
    organisation = organisations.load_organisation(actor(), organisation_id)
    contacts.remove_contact(actor(), organisation, contact_id)
    flash(_("The contact is gone."), "success")
    return redirect(url_for("organisations.show", organisation_id=organisation_id))


def _values(form: OrganisationForm) -> OrganisationValues:
    return OrganisationValues(
        form.name.data or "",
        OrganisationKind(form.kind.data),
        form.email.data or None,
        form.fault_line.data or None,
        form.valid_from.data,
        form.valid_to.data,
    )


def _is_based(form: VersionForm, kept: Organisation | Contact | None) -> bool:
    """A form that says no version might overwrite what somebody just did."""
    if kept is None or form.based_on() is not None:
        return True
    form.form_errors.append(
        _("The form does not say what it was made from. Look at how it stands now, then save again.")
    )
    return False


def _changed_meanwhile(form: VersionForm) -> int:
    form.tell_changed_meanwhile()
    return 409


def _map(grounds: list[Ground]) -> Markup | None:
    if not grounds:
        return None
    polygons: list[BaseGeometry] = [shapely.from_wkb(ground.polygon) for ground in grounds]
    spots = [polygon.representative_point() for polygon in polygons[:NUMBERED]]
    return svg_map(
        element_id="ground-map",
        words=SvgWords(_("What it answers for"), _("The grounds, each with its number in the list."), _("N")),
        site=shapely.union_all(polygons),
        properties=polygons,
        pins=[SvgPin(spot.x, spot.y, str(number)) for number, spot in enumerate(spots, start=1)],
        width=400,
        height=320,
    )
