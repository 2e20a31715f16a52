"""The field for photos, in forms that may be shown again without losing them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField

MOST_PHOTOS = 20
"""As many as one form takes; more come with another."""


class PhotosForm(FlaskForm):
    """New photos, and signed notes of those that were sent before and are stored already.

    A browser never fills a file field again, so what was sent with a form that had a fault is noted here.
    """

    photos = MultipleFileField(
        _l("Photos"),
        description=_l("JPEG, PNG, WebP or HEIC, at most 30 MB each. Avoid faces and number plates."),
    )
    kept_photos = HiddenField()

    def notes(self) -> list[str]:
        """The notes of photos sent before."""
        return (self.kept_photos.data or "").split()[:MOST_PHOTOS]
