"""The pages that a questionnaire has where it asks nothing: why, and what one can do."""

from __future__ import annotations

from enum import StrEnum, auto

from app.resident_words import R_


class State(StrEnum):
    """Why no questions are shown."""

    PLANNED = auto()
    CLOSED = auto()
    HALF_WAY = auto()
    """It closed while somebody was answering."""
    ANSWERED = auto()
    """This device has sent an answer."""
    BY_LETTER = auto()
    UNKNOWN = auto()


HEADINGS = {
    State.PLANNED: R_("The questionnaire is not open yet"),
    State.CLOSED: R_("The questionnaire is closed"),
    State.HALF_WAY: R_("The questionnaire has closed"),
    State.ANSWERED: R_("This device has answered already"),
    State.UNKNOWN: R_("There is no questionnaire at this address"),
}
SENTENCES = {
    State.PLANNED: (R_("It opens on %(opens_on)s. You are welcome back then."),),
    State.CLOSED: (R_("It closed on %(closed_on)s. Thank you for wanting to answer."),),
    State.HALF_WAY: (
        R_(
            "It closed on %(closed_on)s, while you were answering. "
            "Your answers were not sent, and nobody has seen them."
        ),
        R_("You are welcome to answer the next time we ask."),
    ),
    State.ANSWERED: (
        R_(
            "Thank you! Everybody answers once, so this device cannot answer again until the next time we ask."
        ),
        R_("Somebody else who wants to answer can use a phone or computer of their own."),
    ),
    State.UNKNOWN: (R_("Look whether the address is whole, or scan the code on the poster again."),),
}
