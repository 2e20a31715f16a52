"""Photos sent with a form: taken in one by one, so that one that is refused costs none of the others."""

from __future__ import annotations

from flask_babel import gettext

from app.errors import InvalidInputError
from app.permissions import Actor
from app.services.photos import Upload, keep, kept, take_in
from forms.photos import MOST_PHOTOS, PhotosForm


def taken_photos(form: PhotosForm, actor: Actor) -> list[Upload]:
    """Take in the photos of a validated form, those it noted from before included.

    A refused one is named at the field. The form then notes all that were taken, so that it can be shown again.
    """
    uploads = [upload for note in form.notes() if (upload := kept(actor, note)) is not None]
    refused: list[str] = []
    files = form.photos.data or []
    for place, file in enumerate(files):
        if len(uploads) >= MOST_PHOTOS:
            left = len(files) - place
            refused.append(
                gettext(
                    "A form takes %(most)s photos at most; %(left)s were not taken. Save first, then send them.",
                    most=MOST_PHOTOS,
                    left=left,
                )
            )
            break
        try:
            uploads.append(take_in(file.read()))
        except InvalidInputError as error:
            (fault,) = error.errors
            why = gettext(fault.message, **dict(fault.values))
            refused.append(gettext("“%(name)s” was not taken. %(why)s", name=file.filename, why=why))
    form.photos.errors = [*form.photos.errors, *refused]
    form.kept_photos.data = " ".join(keep(actor, upload) for upload in uploads)
    return uploads
