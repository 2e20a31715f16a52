"""What residents read at a question whose answer cannot be taken."""

from __future__ import annotations

from app.resident_words import R_

FAULTS = {
    "required": R_("Answer this question to go on."),
    "constraint": R_("This answer does not fit the question. Look at it again."),
    "choice": R_("Choose one of the answers that are shown."),
    "length": R_("Write at most %(most)s characters."),
    "number": R_("Write a number, with figures."),
    "integer": R_("Write a whole number, with figures."),
    "range": R_("Write a number from %(least)s to %(most)s."),
    "step": R_("Choose one of the answers that are shown."),
    "date": R_("Write a day, as 2026-05-31."),
    "place": R_("Choose a place from the list, or leave it empty."),
    "photo": R_("This photo cannot be read. Choose another, or leave it out."),
    "type": R_("This answer does not fit the question. Look at it again."),
    "unknown": R_("This answer does not fit the question. Look at it again."),
    "turns": R_("At most %(most)s of these can be answered."),
}
"""By the code of `forms.questionnaire.cleaning.Fault`; the questionnaire's own words go before these."""
CODES = {
    "missing": R_("Write the code from the letter."),
    "survey_code_unknown": R_("This is no code for this questionnaire. Look at the letter again."),
    "survey_code_used": R_("This code has been used. Each code is for one answer."),
}
TOO_MANY = R_(
    "Very many answers came from your network in a short time. Yours has not been sent yet, but it is still here. "
    "Wait a while, then press Send again."
)
