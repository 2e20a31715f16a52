"""What people of the staff are told by mail: what somebody asked them, and on Mondays what waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from app.db import change, session
from app.models.accounts import User
from app.models.letters import Letter, Notice
from app.permissions import Actor
from app.services.accounts import actor_of
from app.services.letter_words import ForStaff
from app.services.survey_duties import duties
from app.services.to_do import tasks
from config import settings

_MONDAY = 0


def readers(day: date) -> Sequence[User]:
    """Who may get a weekly digest on this day: nobody but on Mondays, and nobody who had a letter that day."""
    if day.weekday() != _MONDAY:
        return ()
    had = select(Letter.email).where(Letter.day == day)
    return session().scalars(select(User).where(User.active, User.reminders, User.email.not_in(had))).all()


def reader_of_week(email: str, day: date) -> User | None:
    """The person at this address to whom the letter of this day brings the week; None where nothing waits."""
    if day.weekday() != _MONDAY:
        return None
    found = session().scalar(select(User).where(User.email == email, User.active, User.reminders))
    return found if found is not None and _waits(actor_of(found)) else None


def part_of(letter: Letter, notices: Sequence[Notice]) -> ForStaff | None:
    """What a letter tells a person of the staff, as it stands now; None where there is nothing."""
    asked = [notice for notice in notices if notice.user_id is not None]
    reader_id = letter.digest_of or next((notice.user_id for notice in asked), None)
    reader = session().get(User, reader_id) if reader_id else None
    if reader is None or not reader.active:
        return None
    digest = letter.digest_of is not None and reader.reminders
    waits = _waits(actor_of(reader)) if digest else []
    if not (asked or waits):
        return None
    return ForStaff(asked, waits, f"{settings().base_url}/", reader.language)


def choose_mail(actor: Actor, *, wanted: bool) -> None:
    """Choose for oneself whether to be mailed questions and the weekly digest."""
    with change(actor, "user.mail_chosen", actor.user_id, wanted=wanted) as choosing:
        choosing.session.get_one(User, actor.user_id).reminders = wanted


def _waits(actor: Actor) -> list[tuple[str, int]]:
    """What waits for somebody, and how much of it; a survey whose season has come is among it."""
    waits = [(task.name, task.count) for task in tasks(actor)]
    seasons = len(duties(actor))
    return [*waits, ("surveys", seasons)] if seasons else waits
