"""The form for adding a follower on the page of a finding."""

from __future__ import annotations

from flask_wtf import FlaskForm

from app.i18n import LANGUAGES
from app.models.findings import Finding
from app.permissions import Permission
from app.views.access import actor
from forms.followers import FollowerForm


def follower_form(
    finding: Finding, *, sent: bool = False, failed: FlaskForm | None = None
) -> FollowerForm | None:
    """The form as it was `sent` or refused, or empty; None for whoever may not add one."""
    if isinstance(failed, FollowerForm):
        return failed
    if not actor().may(Permission.COORDINATE, finding):
        return None
    form = FollowerForm(prefix="follower") if sent else FollowerForm(formdata=None, prefix="follower")
    form.language.choices = list(LANGUAGES.items())
    return form
