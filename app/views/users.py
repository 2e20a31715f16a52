"""Administrators' pages of people: who there is, what they may do, letting in and shutting out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import InvalidInputError
from app.i18n import gettext_plain
from app.models.accounts import Role
from app.permissions import ROLES, Actor
from app.services import devices, passkeys, users
from app.services.accounts import list_organisations, read_account, read_accounts
from app.services.roles import RoleScope
from app.services.sites import list_sites
from app.views.access import actor, signed_in
from app.views.confirming import confirmed
from app.views.role_words import PERMISSION_WORDS, PLACE_WORDS
from app.words import word
from forms.faults import show_faults
from forms.users import PersonForm, RoleForm

Form = TypeVar("Form", bound=RoleForm)

blueprint = Blueprint("users", __name__, url_prefix="/installningar/anvandare")


@blueprint.get("")
@signed_in
def list_users() -> ResponseReturnValue:
    """List people, or search for some."""
    words = request.args.get("q", "")[:300]
    after = request.args.get("efter", type=UUID)
    found = users.list_users(actor(), words=words, after=after)
    return render_template(
        "users/list.html",
        accounts=read_accounts(found.users),
        more_after=found.more_after,
        words=words,
        begins=after is None,
    )


@blueprint.route("/ny", methods=["GET", "POST"])
@signed_in
@confirmed
def add() -> ResponseReturnValue:
    """Add somebody; a way in is mailed."""
    users.require_administering(actor())
    form = offered(PersonForm())
    if form.validate_on_submit():
        try:
            user = users.add_person(
                actor(), email=form.email.data or "", name=form.name.data or "", scope=scope_of(form)
            )
        except InvalidInputError as error:
            show_faults(form, error.errors)
        else:
            flash(_("Added. A link to sign in is on its way by mail."), "success")
            return redirect(url_for("users.show", user_id=user.id))
    return render_template("users/add.html", form=form), 422 if form.is_submitted() else 200


@blueprint.get("/<uuid:user_id>")
@signed_in
def show(user_id: UUID) -> ResponseReturnValue:
    """Show one person: roles, where they are signed in, keys and tokens."""
    return _page(user_id, offered(RoleForm(formdata=None)))


@blueprint.post("/<uuid:user_id>/roller")
@signed_in
@confirmed
def give_role(user_id: UUID) -> ResponseReturnValue:
    """Give a role."""
    users.load_user(actor(), user_id)
    form = offered(RoleForm())
    if form.validate():
        try:
            users.give_role(actor(), user_id, scope_of(form))
        except InvalidInputError as error:
            show_faults(form, error.errors)
        else:
            flash(_("The role is given."), "success")
            return redirect(url_for("users.show", user_id=user_id))
    return _page(user_id, form), 422


@blueprint.post("/<uuid:user_id>/roller/<uuid:membership_id>/ta-bort")
@signed_in
@confirmed
def take_role(user_id: UUID, membership_id: UUID) -> ResponseReturnValue:
    """Take a role away."""
    return _done(
        user_id, lambda who: users.take_role(who, user_id, membership_id), _("The role is taken away.")
    )


@blueprint.post("/<uuid:user_id>/stang-av")
@signed_in
@confirmed
def deactivate(user_id: UUID) -> ResponseReturnValue:
    """Shut somebody out."""
    return _done(
        user_id,
        lambda who: users.deactivate(who, user_id),
        _("Shut out. Sessions, keys and tokens have ended."),
    )


@blueprint.post("/<uuid:user_id>/slapp-in")
@signed_in
@confirmed
def reactivate(user_id: UUID) -> ResponseReturnValue:
    """Let somebody in again."""
    return _done(user_id, lambda who: users.reactivate(who, user_id), _("The person may sign in again."))


@blueprint.post("/<uuid:user_id>/logga-ut")
@signed_in
@confirmed
def end_devices(user_id: UUID) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    return _done(user_id, lambda who: users.end_devices(who, user_id), _("Signed out everywhere."))


@blueprint.post("/<uuid:user_id>/nycklar/avsluta")
@signed_in
@confirmed
def end_tokens(user_id: UUID) -> ResponseReturnValue:
    """End somebody's API tokens."""
    return _done(user_id, lambda who: users.end_tokens(who, user_id), _("The tokens have ended."))


@blueprint.post("/<uuid:user_id>/bjud-in")
@signed_in
@confirmed
def send_invitation(user_id: UUID) -> ResponseReturnValue:
    """Mail a new way in."""
    return _done(
        user_id, lambda who: users.send_invitation(who, user_id), _("A new link is on its way by mail.")
    )


@blueprint.get("/roller")
@signed_in
def roles() -> ResponseReturnValue:
    """Show what each role may do, as the code reads it."""
    users.require_administering(actor())
    return render_template(
        "users/roles.html", roles=ROLES, permission_words=PERMISSION_WORDS, place_words=PLACE_WORDS
    )


def _done(user_id: UUID, what: Callable[[Actor], None], words: str) -> ResponseReturnValue:
    try:
        what(actor())
    except InvalidInputError as error:
        for fault in error.errors:
            flash(gettext_plain(fault.message, dict(fault.values)), "error")
    else:
        flash(words, "success")
    return redirect(url_for("users.show", user_id=user_id))


def _page(user_id: UUID, form: RoleForm) -> str:
    user = users.load_user(actor(), user_id)
    return render_template(
        "users/show.html",
        account=read_account(user),
        form=form,
        devices=devices.devices_of(user.id),
        passkeys=passkeys.keys_of(Actor(user.id)),
        tokens=users.count_tokens(user.id),
        myself=user.id == actor().user_id,
    )


def scope_of(form: RoleForm) -> RoleScope:
    """The role that a valid form gives."""
    return RoleScope(Role(form.role.data), **form.place())


def offered(form: Form) -> Form:
    """The form with what one may choose from."""
    form.offer(
        [(role.value, word(role)) for role in Role],
        [(str(site.id), site.name) for site in list_sites(actor())],
        [(str(one.id), one.name) for one in list_organisations()],
    )
    return form
