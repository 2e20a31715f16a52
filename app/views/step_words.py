"""What a step is called on its button, what follows from it, and what its words are asked for as."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.models.findings import Status


@dataclass(frozen=True)
class StepWords:
    """The words of one step."""

    verb: LazyString
    follows: LazyString
    """Said before the button is pressed."""
    words: LazyString | None = None
    """What the text of the step is asked for as; None: a comment, if any."""


_S = Status
STEP_WORDS: dict[Status, StepWords] = {
    _S.TRIAGED: StepWords(_l("Triage"), _l("It is then ready to be sent to whoever is responsible.")),
    _S.DUPLICATE: StepWords(
        _l("Mark as a duplicate"),
        _l("It then shows as the one it repeats, and only that one is followed up."),
    ),
    _S.WITHDRAWN: StepWords(
        _l("Take back"), _l("For a pin set by mistake. It leaves every list; its history stays.")
    ),
    _S.SENT: StepWords(
        _l("Send to the responsible"),
        _l("The responsible then sees it in their list, with the date."),
        _l("Answer to the responsible"),
    ),
    _S.ACKNOWLEDGED: StepWords(_l("Acknowledge"), _l("Says that the responsible has taken it on.")),
    _S.NOT_OURS: StepWords(
        _l("Not our responsibility"),
        _l("It goes back to the coordinator and leaves your list."),
        _l("Why is it not yours?"),
    ),
    _S.PLANNED: StepWords(_l("Plan a date"), _l("Those who follow the finding see the date.")),
    _S.IN_PROGRESS: StepWords(_l("Start the work"), _l("Shows as under way.")),
    _S.ON_HOLD: StepWords(
        _l("Put on hold"),
        _l("It waits, for example for the season, and stays with the responsible."),
        _l("Why?"),
    ),
    _S.NEEDS_INVESTMENT: StepWords(
        _l("Say that it needs investment"),
        _l("It stays with the responsible until money is decided."),
        _l("What is needed, and why?"),
    ),
    _S.REPORTED_FIXED: StepWords(
        _l("Report fixed"), _l("Somebody else then checks it. Until then it is not counted as done.")
    ),
    _S.DECLINED_PROPOSED: StepWords(
        _l("Propose not to fix it"), _l("The coordinator decides and answers you."), _l("Why not?")
    ),
    _S.WONT_FIX: StepWords(
        _l("Decide not to fix it"),
        _l("The reason is shown together with the finding."),
        _l("The reason in words"),
    ),
    _S.VERIFIED: StepWords(
        _l("Mark as verified"), _l("It is then done. How it was checked is always shown.")
    ),
    _S.CLOSED: StepWords(_l("Close"), _l("Nothing more is to be done. It can be reopened.")),
    _S.REOPENED: StepWords(
        _l("Reopen"), _l("It goes back to the coordinator, who sends it anew."), _l("What was seen?")
    ),
}
