"""A coordinator tells residents of a finding: the words, what the public will see, and each photo."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import InvalidInputError
from app.i18n import language
from app.services import public_photos, public_walks, publications
from app.services.public_photos import EDGE
from app.views import public_words
from app.views.access import actor, signed_in
from app.views.hints import say_hints
from app.views.photos import jpeg
from app.views.public_pages import symbol_of
from forms.faults import show_faults
from forms.publishing import AnnounceForm, ApproveForm, PublishForm, read_boxes, typed_box

blueprint = Blueprint("publishing", __name__)

_EMPTY_ROWS = 2
"""Rows for more boxes, where no script adds them."""


@blueprint.route("/brister/<number>/publicering", methods=["GET", "POST"])
@signed_in
def show(number: str) -> ResponseReturnValue:
    """Show what residents would read; publish it when that is asked for."""
    finding, told = publications.told_of(actor(), number)
    form = PublishForm(data={"title": told.title, "words": told.words})
    sound = not form.is_submitted() or form.validate()
    if form.is_submitted() and sound and request.form.get("do") == "publish":
        title, words = form.title.data or "", form.words.data or ""
        try:
            publications.publish(actor(), number, title, words)
        except InvalidInputError as error:
            show_faults(form, error.errors)
            sound = False
        else:
            flash(_("Residents are told of it now."), "success")
            say_hints([title, words])
            return redirect(url_for(".show", number=finding.number))
    preview = publications.preview(finding, form.title.data or "", form.words.data or "", language())
    answer = render_template(
        "publishing/show.html",
        finding=finding,
        told=told,
        form=form,
        preview=preview,
        photos=public_photos.wanted_photos(actor(), number),
        words=public_words,
        symbol=symbol_of,
        picture=lambda photo_id: url_for(".blurred", number=finding.number, photo_id=photo_id),
    )
    return answer, 200 if sound else 422


@blueprint.post("/brister/<number>/publicering/ta-tillbaka")
@signed_in
def withdraw(number: str) -> ResponseReturnValue:
    """Take back what residents were told."""
    finding = publications.withdraw(actor(), number)
    flash(_("Residents are not told of it any more."), "success")
    return redirect(url_for(".show", number=finding.number))


@blueprint.post("/brister/<number>/foton/<uuid:photo_id>/publicering/gor-i-ordning")
@signed_in
def prepare(number: str, photo_id: UUID) -> ResponseReturnValue:
    """Have faces looked for in a photo."""
    try:
        public_photos.ask_for_photo(actor(), number, photo_id)
    except InvalidInputError as error:
        flash(_(error.errors[0].message), "warning")
        return redirect(url_for(".show", number=number))
    return redirect(url_for(".photo", number=number, photo_id=photo_id))


@blueprint.get("/brister/<number>/foton/<uuid:photo_id>/publicering")
@signed_in
def photo(number: str, photo_id: UUID) -> ResponseReturnValue:
    """Show a photo as the public would see it, and the boxes that make it so."""
    return _photo_page(number, photo_id)


@blueprint.post("/brister/<number>/foton/<uuid:photo_id>/publicering")
@signed_in
def blur(number: str, photo_id: UUID) -> ResponseReturnValue:
    """Make the photo anew with the boxes that were typed or drawn."""
    found = public_photos.load_wanted(actor(), number, photo_id)
    boxes, sound = read_boxes(request.form)
    kept = {text for text in request.form.getlist("face") if text.isascii() and text.isdigit()}
    faces = found.public.faces if found.public else []
    wanted = [(a, b, c, d) for index, (a, b, c, d) in enumerate(faces) if str(index) in kept]
    if not sound:
        return _photo_page(number, photo_id, faulty=True)
    try:
        public_photos.blur_boxes(actor(), number, photo_id, wanted, boxes)
    except InvalidInputError:
        return _photo_page(number, photo_id, faulty=True)
    flash(_("Blurred. Look at the photo below, then approve it."), "success")
    return redirect(url_for(".photo", number=number, photo_id=photo_id))


@blueprint.post("/brister/<number>/foton/<uuid:photo_id>/publicering/godkann")
@signed_in
def approve(number: str, photo_id: UUID) -> ResponseReturnValue:
    """Let the public see the photo as it was shown."""
    form = ApproveForm()
    if form.validate():
        public_photos.approve(actor(), number, photo_id, form.sha256.data or "")
        flash(_("The photo is approved."), "success")
    return redirect(url_for(".show", number=number))


@blueprint.post("/brister/<number>/foton/<uuid:photo_id>/publicering/ta-tillbaka")
@signed_in
def take_back(number: str, photo_id: UUID) -> ResponseReturnValue:
    """Take a photo back from the public."""
    public_photos.take_back(actor(), number, photo_id)
    flash(_("The photo is not shown to residents."), "success")
    return redirect(url_for(".show", number=number))


@blueprint.get("/brister/<number>/foton/<uuid:photo_id>/suddad.jpg")
@signed_in
def blurred(number: str, photo_id: UUID) -> Response:
    """Send the blurred file to whoever is to approve it."""
    response = jpeg(public_photos.open_blurred(actor(), number, photo_id), EDGE)
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


@blueprint.post("/vandringar/<uuid:walk_id>/annonsering")
@signed_in
def announce(walk_id: UUID) -> ResponseReturnValue:
    """Tell residents of a planned walk, or no longer."""
    form = AnnounceForm(prefix="announce")
    if request.form.get("do") == "take-back":
        public_walks.take_back(actor(), walk_id)
        flash(_("Residents are not told of the walk."), "success")
    elif form.validate():
        public_walks.announce(actor(), walk_id, form.words.data or "")
        flash(_("Residents are told of the walk on the page of the site."), "success")
        say_hints([form.words.data or ""])
    else:
        flash(" ".join(form.words.errors), "error")
    return redirect(url_for("walks.show", walk_id=walk_id))


def _photo_page(number: str, photo_id: UUID, *, faulty: bool = False) -> ResponseReturnValue:
    found = public_photos.load_wanted(actor(), number, photo_id)
    public = found.public
    boxes = [typed_box((a, b, c, d)) for a, b, c, d in public.boxes] if public else []
    if faulty:  # what was typed stays as it was typed
        boxes = _typed_rows()
    answer = render_template(
        "publishing/photo.html",
        finding=found.photo.finding,
        photo=found.photo,
        public=public,
        rows=[*boxes, *[{}] * _EMPTY_ROWS],
        faces=[typed_box((a, b, c, d)) for a, b, c, d in public.faces] if public else [],
        approve_form=ApproveForm(formdata=None, sha256=public.sha256 if public else ""),
        edge=EDGE,
        faulty=faulty,
    )
    return answer, 422 if faulty else 200


def _typed_rows() -> list[dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    for name, value in request.form.items():
        kind, _sep, rest = name.partition("-")
        place, _sep, side = rest.partition("-")
        if kind == "box" and value.strip():
            rows.setdefault(place, {})[side] = value[:12]
    return list(rows.values())
