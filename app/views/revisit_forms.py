"""The form for asking for a revisit on the page of a finding."""

from __future__ import annotations

from flask_wtf import FlaskForm

from app.models.findings import Finding
from app.models.remedies import RevisitKind
from app.services import revisits
from app.views.access import actor
from app.words import word
from forms.revisits import RevisitForm


def revisit_form(
    finding: Finding, *, sent: bool = False, failed: FlaskForm | None = None
) -> RevisitForm | None:
    """The form as it was `sent` or refused, or empty; None for whoever may not ask."""
    if isinstance(failed, RevisitForm):
        return failed
    if not revisits.may_ask(actor(), finding):
        return None
    form = RevisitForm(prefix="revisit") if sent else RevisitForm(formdata=None, prefix="revisit")
    form.offer([(one.value, word(one)) for one in RevisitKind])
    if not sent:
        form.fresh()
    return form
