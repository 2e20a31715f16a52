"""One-time codes of a wave, sent by letter: whether one was used is kept, which answer came with it is not.

The code stands in its letter alone. What is kept is a keyed hash: whoever has the database cannot work out the codes.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import case, func, insert, select, update

from app.db import Change, change, session
from app.errors import N_, PlatskollenError
from app.i18n import today
from app.models.responses import SurveyCode
from app.models.surveys import Channel, Wave
from app.permissions import Actor
from app.services.waves import Phase, phase
from config import settings

SIGNS = "34679ACDEFGHJKMNPQRTVWXY"
"""No two look alike, also in a hurry: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V."""
LENGTH = 8
"""24 ^ 8: of a thousand codes, one guess in a hundred million hits one."""
MOST_AT_ONCE = 5_000

_CODES = insert(SurveyCode)


class UnknownCodeError(PlatskollenError):
    """No such code was sent for this wave."""

    code = "survey_code_unknown"
    status = 422
    title = N_("The code is not right")
    message = N_("Look at the letter again: the code has eight letters and digits.")


class UsedCodeError(PlatskollenError):
    """Somebody has answered with this code."""

    code = "survey_code_used"
    status = 409
    title = N_("This code has been used")
    message = N_("Somebody has already answered with this code. Each code works once.")


class NoLettersError(PlatskollenError):
    """The wave does not ask by letter, or is over."""

    code = "survey_no_letters"
    status = 409
    title = N_("This wave takes no letters")
    message = N_("No codes were made. Letters must be one of the wave's channels, and the wave not over.")


@dataclass(frozen=True)
class CodeCount:
    """How many codes of a wave were sent, and with how many somebody has answered."""

    sent: int
    used: int


def make_codes(actor: Actor, wave: Wave, count: int) -> list[str]:
    """Make codes that nobody can read again, as people write them, e.g. `K3FD-9XRA`; raises NoLettersError.

    Whoever calls has asked whether the actor may.
    """
    codes = draw_codes(wave, count)
    keep_codes(actor, wave, codes)
    return codes


def draw_codes(wave: Wave, count: int) -> list[str]:
    """Codes that work once `keep_codes` has kept them; raises NoLettersError."""
    assert 0 < count <= MOST_AT_ONCE
    if Channel.LETTER not in wave.channels or phase(wave, today()) is Phase.CLOSED:
        raise NoLettersError
    codes: set[str] = set()
    while len(codes) < count:
        codes.add("".join(secrets.choice(SIGNS) for _ in range(LENGTH)))
    shuffled = list(codes)
    secrets.SystemRandom().shuffle(shuffled)
    return [f"{code[:4]}-{code[4:]}" for code in shuffled]


def keep_codes(actor: Actor, wave: Wave, codes: Sequence[str]) -> None:
    """Let drawn codes work. The event tells how many, and nothing that is kept of them is in order."""
    rows = [{"id": uuid4(), "wave_id": wave.id, "digest": _digest(wave.id, code)} for code in codes]
    with change(actor, "survey.codes_made", wave.id, count=len(rows)) as making:
        making.connection.execute(_CODES, sorted(rows, key=lambda row: str(row["id"])))


def check_code(wave_id: UUID, code: str) -> None:
    """Tell whoever types a code before they answer; raises UnknownCodeError or UsedCodeError."""
    used = session().scalar(
        select(SurveyCode.used).where(
            SurveyCode.wave_id == wave_id, SurveyCode.digest == _digest(wave_id, code)
        )
    )
    if used is None:
        raise UnknownCodeError
    if used:
        raise UsedCodeError


def use_code(running: Change, wave_id: UUID, code: str) -> None:
    """Use up a code within the change that keeps the answer; of two at once, one gets UsedCodeError."""
    one = (SurveyCode.wave_id == wave_id) & (SurveyCode.digest == _digest(wave_id, code))
    using = update(SurveyCode).where(one, SurveyCode.used.is_(False)).values(used=True)
    if not running.connection.execute(using.execution_options(synchronize_session=False)).rowcount:
        check_code(wave_id, code)
        raise UsedCodeError  # by somebody whose change has come in since


def count_codes(wave_id: UUID) -> CodeCount:
    """How many letters of a wave went out, and came to an answer."""
    used = func.coalesce(func.sum(case((SurveyCode.used, 1), else_=0)), 0)
    row = session().execute(select(func.count(), used).where(SurveyCode.wave_id == wave_id)).one()
    return CodeCount(*row)


def plain_code(typed: str) -> str:
    """A code as it was made, however it was typed: small letters, blanks, a hyphen, digits of an Arabic keyboard."""
    western = (str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in typed[:100])
    return "".join(sign for sign in "".join(western).upper() if sign in SIGNS)


def _digest(wave_id: UUID, code: str) -> bytes:
    return hmac.digest(
        settings().secret.encode(), f"survey-code:{wave_id}:{plain_code(code)}".encode(), "sha256"
    )
