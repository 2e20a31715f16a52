"""What groups of the organisation's directory are here; readable in words, for administrators."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import InvalidInputError
from app.services import directory
from app.services.accounts import place_names
from app.views.access import actor, signed_in
from app.views.confirming import confirmed
from app.views.users import offered, scope_of
from config import settings
from forms.faults import show_faults
from forms.users import GroupForm

blueprint = Blueprint("group_roles", __name__, url_prefix="/installningar/grupper")


@blueprint.get("")
@signed_in
def list_group_roles() -> ResponseReturnValue:
    """List what groups are, and offer to add one."""
    return _page(GroupForm(formdata=None))


@blueprint.post("")
@signed_in
@confirmed
def add() -> ResponseReturnValue:
    """Let a group have a role."""
    directory.list_group_roles(actor())
    form = offered(GroupForm())
    if form.validate():
        try:
            directory.map_group(actor(), form.group.data or "", scope_of(form))
        except InvalidInputError as error:
            show_faults(form, error.errors)
        else:
            flash(_("Members get the role when they next sign in."), "success")
            return redirect(url_for("group_roles.list_group_roles"))
    return _page(form), 422


@blueprint.post("/<uuid:group_role_id>/ta-bort")
@signed_in
@confirmed
def remove(group_role_id: UUID) -> ResponseReturnValue:
    """Take the role from the group."""
    directory.unmap_group(actor(), group_role_id)
    flash(_("Members lose the role when they next sign in."), "success")
    return redirect(url_for("group_roles.list_group_roles"))


def _page(form: GroupForm) -> str:
    rows = directory.list_group_roles(actor())
    return render_template(
        "group_roles/list.html",
        rows=list(zip(rows, place_names(rows), strict=True)),
        form=offered(form),
        issuer=settings().oidc_issuer,
    )
