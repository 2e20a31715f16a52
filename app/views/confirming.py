"""Proving anew who one is before what only administrators do; what one was doing goes on afterwards, nothing is lost.

A form that came too late is carried on the page. Once the proof is there, the browser is told to send the same form to
the same address again (307).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.errors import InvalidInputError
from app.services import confirmations, passkeys
from app.services.passkeys import PasskeyError, Purpose
from app.views.access import actor, person, safe_next, signed_in
from app.views.limits import limiter
from forms.confirming import ConfirmingForm
from forms.faults import show_faults

blueprint = Blueprint("confirming", __name__, url_prefix="/bekrafta")

P = ParamSpec("P")


def confirmed(view: Callable[P, Any]) -> Callable[P, Any]:
    """Whoever is signed in must have proved it within the last minutes; stands below `@signed_in`."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        if confirmations.is_fresh(person().confirmed_at):
            return view(*args, **kwargs)
        if request.method in {"GET", "HEAD"}:
            return redirect(url_for("confirming.prove", next=request.full_path))
        return _page(ConfirmingForm(formdata=None), request.full_path, repeats=True), 403

    guarded.confirmed = True  # type: ignore[attr-defined]  # read by a test
    return guarded


@blueprint.route("", methods=["GET", "POST"])
@signed_in
@limiter.limit("30 per hour", methods=["POST"])
def prove() -> ResponseReturnValue:
    """Ask for a proof, take it, and go on."""
    form = ConfirmingForm()
    target = safe_next(form.confirm_target.data or request.args.get("next"))
    repeats = form.confirm_repeats.data == "1"
    if not form.is_submitted():
        return _page(form, target, repeats=repeats)
    if form.confirm_way.data == "send":
        confirmations.send_code(actor(), person().session_id)
        return _page(form, target, repeats=repeats, sent=True)
    try:
        _take(form)
    except InvalidInputError as error:
        show_faults(form, error.errors)
        return _page(form, target, repeats=repeats, sent=True), 422
    # 307: the same form again, now that it may pass.
    return redirect(target, 307 if repeats else 303)


@blueprint.get("/nyckel")
@signed_in
def options() -> Response:
    """What the browser needs to prove it by passkey."""
    session["confirm_challenge"] = passkeys.new_challenge(Purpose.CONFIRM)
    return Response(passkeys.options_for_proving(session["confirm_challenge"]), mimetype="application/json")


def _take(form: ConfirmingForm) -> None:
    if form.confirm_answer.data:
        challenge = session.pop("confirm_challenge", "")
        try:
            confirmations.confirm_by_passkey(
                actor(), person().session_id, challenge, form.confirm_answer.data
            )
        except PasskeyError:
            form.form_errors.append(form.not_proved())
            raise InvalidInputError from None
    else:
        confirmations.confirm_by_code(actor(), person().session_id, form.confirm_code.data or "")


def _page(form: ConfirmingForm, target: str, *, repeats: bool, sent: bool = False) -> str:
    kept = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in form._fields and name != "csrf_token"
    ]
    return render_template(
        "confirming/prove.html",
        form=form,
        target=target,
        repeats=repeats,
        sent=sent,
        kept=kept if repeats else [],
        has_keys=bool(passkeys.keys_of(actor())),
    )
