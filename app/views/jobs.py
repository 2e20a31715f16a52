"""Administrators' page of the work behind the pages: what is stuck, to be tried again or given up."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.jobs import LEASE, MOST_ATTEMPTS, SWEEP_SECONDS
from app.services import jobs
from app.views.access import actor, signed_in
from app.views.confirming import confirmed

blueprint = Blueprint("jobs", __name__, url_prefix="/installningar/jobb")

KIND_WORDS = {
    "letter.mail": _l("Letter to somebody who must act or asked to hear"),
    "sign_in.mail": _l("Mail with a way to sign in"),
    "invitation.mail": _l("Mail to somebody who was added"),
    "confirmation.mail": _l("Mail with a code"),
    "owner_link.mail": _l("Mail with an organisation's link"),
    "follower.ask": _l("Mail that asks whether somebody wants to hear"),
    "push.send": _l("Notice on somebody's device"),
    "photo.derivatives": _l("Making a photo smaller"),
    "public_photo.find_faces": _l("Looking for faces in a photo"),
}


@blueprint.get("")
@signed_in
def list_jobs() -> ResponseReturnValue:
    """Show what is stuck, and how many jobs stand where."""
    return render_template(
        "jobs/list.html",
        stuck=jobs.list_stuck(actor()),
        figures=jobs.figures(),
        kind_words=KIND_WORDS,
        shown=jobs.SHOWN,
        most=MOST_ATTEMPTS,
        sweep_s=SWEEP_SECONDS,
        lease_min=LEASE.seconds // 60,
    )


@blueprint.post("/<uuid:job_id>/forsok-igen")
@signed_in
@confirmed
def try_again(job_id: UUID) -> ResponseReturnValue:
    """Let a job run at once."""
    return _said(jobs.try_again(actor(), job_id), _("It is being tried again."))


@blueprint.post("/<uuid:job_id>/ge-upp")
@signed_in
@confirmed
def give_up(job_id: UUID) -> ResponseReturnValue:
    """Never run a job again."""
    return _said(jobs.give_up(actor(), job_id), _("Given up. It is not tried again."))


def _said(done: bool, words: str) -> ResponseReturnValue:
    if done:
        flash(words, "success")
    else:
        flash(_("Nothing was changed: the job is running, or it is over since."), "error")
    return redirect(url_for("jobs.list_jobs"))
