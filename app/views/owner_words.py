"""What the answers are called on an owner's page, and what follows from each; said before it is given."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.models.findings import Status
from app.views.step_words import StepWords

_S = Status
ANSWERS: dict[Status, StepWords] = {
    _S.PLANNED: StepWords(
        _l("We will fix it"),
        _l("The coordinator, and those who follow the finding, see your date. You can change it later."),
    ),
    _S.REPORTED_FIXED: StepWords(
        _l("It is fixed"),
        _l("Somebody else then checks it. Until then it stands as fixed according to you."),
    ),
    _S.NOT_OURS: StepWords(
        _l("Not our responsibility"),
        _l("It goes back to the coordinator, who finds the right one, and leaves your list."),
    ),
    _S.DECLINED_PROPOSED: StepWords(
        _l("We will not fix it"),
        _l("This is a proposal: the coordinator decides and answers you."),
    ),
    _S.ACKNOWLEDGED: StepWords(
        _l("We have received it"), _l("The coordinator sees that you have it. You can give a date later.")
    ),
    _S.IN_PROGRESS: StepWords(_l("We have begun"), _l("It then shows as under way.")),
    _S.ON_HOLD: StepWords(
        _l("It must wait"), _l("It stays with you and waits, for example for the right season.")
    ),
    _S.NEEDS_INVESTMENT: StepWords(
        _l("It needs an investment"), _l("It stays with you until money is decided.")
    ),
}
"""In the order in which they are offered."""
ON_CARDS = (_S.PLANNED, _S.REPORTED_FIXED, _S.NOT_OURS, _S.DECLINED_PROPOSED)
SEVERAL = (_S.PLANNED, _S.ACKNOWLEDGED, _S.NOT_OURS, _S.DECLINED_PROPOSED)
"""What can be answered for several at once; a fix takes photos of each."""
