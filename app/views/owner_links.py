"""Pages for coordinators: which links an organisation has, sending it one, ending one."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.services import owner_links
from app.services.letter_troubles import letters_to
from app.services.owner_renewals import registered_addresses, send_to_organisation
from app.services.register_access import may_change
from app.views.access import actor, signed_in
from forms.owner_portal import SendLinkForm

blueprint = Blueprint("owner_links", __name__)


@blueprint.route("/organisationer/<uuid:organisation_id>/lankar", methods=["GET", "POST"])
@signed_in
def show(organisation_id: UUID) -> ResponseReturnValue:
    """Show the open links of an organisation and the last letters to it, and send it a link."""
    links = owner_links.links_of(actor(), organisation_id)
    organisation = owner_links.load_organisation(organisation_id)
    addresses = registered_addresses(organisation)
    form = SendLinkForm()
    form.email.choices = [(address, address) for address in addresses]
    if form.validate_on_submit():
        link = send_to_organisation(actor(), organisation_id, form.email.data)
        flash(_("A link is on its way to %(email)s.", email=link.email), "success")
        return redirect(url_for("owner_links.show", organisation_id=organisation_id))
    return render_template(
        "owner_links/show.html",
        organisation=organisation,
        links=links,
        letters=letters_to(actor(), organisation_id),
        form=form,
        addresses=addresses,
        ends_all=may_change(actor()),
    ), 422 if form.errors else 200


@blueprint.post("/lankar/<uuid:link_id>/avsluta")
@signed_in
def end(link_id: UUID) -> ResponseReturnValue:
    """End one link."""
    link = owner_links.revoke_link(actor(), link_id)
    flash(_("The link of %(email)s has ended.", email=link.email), "success")
    return redirect(url_for("owner_links.show", organisation_id=link.organisation_id))
