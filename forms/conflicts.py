"""The form by which somebody chooses between the versions of a part of a finding."""

from __future__ import annotations

from uuid import UUID

from wtforms import StringField

from forms.versions import VersionForm

STANDS = "stands"


class ChoiceForm(VersionForm):
    """Which version shall stand; each has a button of its own."""

    choice = StringField()

    def chosen(self) -> UUID | None:
        """The conflict whose value shall stand; None for what stands. Raises ValueError where nothing was chosen."""
        return None if self.choice.data == STANDS else UUID(self.choice.data or "")
