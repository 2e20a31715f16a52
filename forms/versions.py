"""The version that a page was made from, so that nobody's change is overwritten unseen."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField


def _digits(text: object) -> str:
    """What came back, where it can be a version, else nothing."""
    digits = str(text or "")
    return digits if digits.isascii() and digits.isdigit() and len(digits) < 10 else ""


class VersionForm(FlaskForm):
    """A form for changing what is there."""

    version = HiddenField(filters=[_digits])

    def based_on(self) -> int | None:
        """The version that the form was made from."""
        return int(self.version.data) if self.version.data else None

    def tell_changed_meanwhile(self) -> None:
        """Say that somebody else was first; what was typed stays."""
        self.form_errors.append(
            _(
                "Somebody else changed this meanwhile. What you wrote is still here: look at theirs, then save again."
            )
        )

    def base_on(self, version: int) -> None:
        """Let what is in the form hold for this version."""
        self.version.data = str(version)
