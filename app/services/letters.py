"""Letters: what waits for an address becomes one mail a day, sent once or seen to wait.

Only an acute finding goes out at night, or after the letter of the day; it then takes the letter of a day to come.
"""

from __future__ import annotations

import smtplib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from flask_babel import force_locale
from sqlalchemy import and_, case, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from app.db import Change, change, now, session
from app.i18n import DEFAULT, LANGUAGES, PLACE_ZONE, local
from app.jobs import enqueue, job
from app.models.findings import Finding, Severity
from app.models.jobs import Job, JobState
from app.models.letters import Follower, Letter, LetterState, Notice, Reason
from app.models.owner_links import OwnerLink
from app.permissions import SYSTEM
from app.services import followers, mail, owner_links, staff_mail
from app.services.letter_words import ForOrganisation, ForStaff, write
from app.services.notices import stands
from config import settings

QUIET_FROM, QUIET_UNTIL = 20, 7
"""Hours on the wall between which nobody is written to, but for what is acute."""
DAYS_BORROWED = 3
"""How many letters of days to come acute findings may take."""
TRIED_FOR = timedelta(days=5)
"""As long as mail servers try; what then still waits is left to people, who see it."""
KIND = "letter.mail"
_MOST_WORDS = 500
_MOST_AT_ONCE = 200


def gather(moment: datetime | None = None) -> int:
    """Make a letter for each address that has something waiting and may be written to now; returns how many."""
    clock = local(moment or now())
    quiet = is_quiet(clock)
    acute = and_(Notice.reason == Reason.SENT, Finding.severity == Severity.ACUTE)
    at_once = func.max(case((acute, 1), else_=0))
    waiting = (
        select(Notice.email, at_once)
        .join(Finding, Finding.id == Notice.finding_id)
        .where(Notice.letter_id.is_(None))
        .group_by(Notice.email)
    )
    had = set(session().scalars(select(Letter.email).where(Letter.day == clock.date())))
    addresses = [
        (email, bool(urgent))
        for email, urgent in session().execute(waiting).all()
        if urgent or not (quiet or email in had)
    ]
    return sum(make_letter(email, clock.date(), urgent=urgent) for email, urgent in addresses[:_MOST_AT_ONCE])


def is_quiet(clock: datetime) -> bool:
    """Whether nobody is written to at this time on the wall."""
    return not QUIET_UNTIL <= clock.hour < QUIET_FROM


def retry() -> int:
    """Let letters whose job was given up be tried again for some days; returns how many."""
    lost = and_(Job.kind == KIND, Job.state == JobState.FAILED, Job.created_at > now() - TRIED_FOR)
    if session().scalar(select(Job.id).where(lost).limit(1)) is None:
        return 0
    with change(SYSTEM, None) as trying:
        # The same job again, not another one: two of them could send a letter twice.
        again = update(Job).where(lost).values(state=JobState.WAITING, attempts=0, not_before=now())
        return len(trying.session.scalars(again.returning(Job.id)).all())


def leave(letter_id: str) -> None:
    """Note within a change that somebody gave a letter up: it is never sent, and shown as one that did not arrive."""
    waiting = (Letter.id == UUID(letter_id)) & (Letter.state == LetterState.WAITING)
    session().execute(update(Letter).where(waiting).values(state=LetterState.REFUSED))


def goes_at(email: str, moment: datetime, *, urgent: bool = False) -> datetime:
    """When what waits for an address at this moment goes with a letter; the moment itself: with the next ones made."""
    clock = local(moment)
    if urgent and _free_day(email, clock.date(), urgent=True):
        return clock
    had = set(session().scalars(select(Letter.day).where(Letter.email == email, Letter.day >= clock.date())))
    day = clock.date()
    while day in had or (day == clock.date() and clock.hour >= QUIET_FROM):
        day += timedelta(days=1)
    return max(clock, datetime.combine(day, time(QUIET_UNTIL), PLACE_ZONE))


@job(KIND, in_turn=True)
def mail_letter(letter_id: str) -> None:
    """Mail a letter that waits; raises, so that it is tried again, unless the server took it or refused it for good."""
    letter = session().get(Letter, UUID(letter_id))
    if letter is None or letter.state is not LetterState.WAITING:
        return
    notices = [notice for notice in _load(letter) if stands(notice)]
    stop_at = followers.stop_address(letter.email)
    followed = [one for one in notices if not (one.organisation_id or one.user_id)] if stop_at else []
    staff = staff_mail.part_of(letter, notices)
    parts = _by_organisation(letter, notices)
    if not (parts or followed or staff):
        with change(SYSTEM, "letter.dropped", letter.id) as dropping:
            _forget(dropping, _load(letter))
            dropping.session.delete(letter)
        return
    with force_locale(_language(letter.email, parts, staff)):
        subject, body = write(parts, staff, followed, stop_at)
    key = letter.id
    headers = followers.stop_headers(stop_at) if followed else {}
    refusal = _send(letter.email, subject, body, key, headers)
    with change(SYSTEM, "letter.refused" if refusal else "letter.sent", key) as noting:
        letter = noting.session.get_one(Letter, key)
        letter.state = LetterState.REFUSED if refusal else LetterState.SENT
        letter.answer, letter.sent_at = refusal, None if refusal else now()


def make_letter(email: str, day: date, *, urgent: bool = False) -> bool:
    """Make the letter of an address; False where nothing stands any more, or another worker was first.

    That of a Monday carries the week of a person of the staff who wants it.
    """
    reader = staff_mail.reader_of_week(email, day)
    with suppress(IntegrityError), change(SYSTEM, None) as making:
        query = (
            select(Notice)
            .where(Notice.email == email, Notice.letter_id.is_(None))
            .order_by(Notice.created_at, Notice.id)
            .options(selectinload(Notice.finding))
            .with_for_update(of=Notice)
        )
        notices = making.session.scalars(query).all()
        standing = [notice for notice in notices if stands(notice)]
        _forget(making, [notice for notice in notices if not stands(notice)])
        free = _free_day(email, day, urgent)
        if free is None or not (standing or reader):
            return False
        organisations = sorted({one.organisation_id for one in standing if one.organisation_id})
        letter = Letter(
            email=email,
            day=free,
            organisation_id=organisations[0] if len(organisations) == 1 else None,
            digest_of=reader.id if reader else None,
        )
        making.session.add(letter)
        making.session.flush()
        for notice in standing:
            notice.letter_id = letter.id
        for organisation_id in organisations:
            owner_links.make_link(
                making, organisation_id, email, link_id=_link_id(letter.id, organisation_id)
            )
        making.record("letter.made", letter.id, notices=len(standing))
        enqueue(making, KIND, letter_id=str(letter.id))
        return True
    return False


def _free_day(email: str, day: date, urgent: bool) -> date | None:
    days = [day + timedelta(days=ahead) for ahead in range(1 + DAYS_BORROWED if urgent else 1)]
    had = set(session().scalars(select(Letter.day).where(Letter.email == email, Letter.day.in_(days))))
    return next((free for free in days if free not in had), None)


def _forget(running: Change, notices: Sequence[Notice]) -> None:
    """Drop what need not be told any more; should it come to be so again, it is told then."""
    for notice in notices:
        running.session.delete(notice)


def _load(letter: Letter) -> Sequence[Notice]:
    query = (
        select(Notice)
        .where(Notice.letter_id == letter.id)
        .order_by(Notice.created_at, Notice.id)
        .options(joinedload(Notice.finding).joinedload(Finding.site))
    )
    return session().scalars(query).all()


def _by_organisation(letter: Letter, notices: Sequence[Notice]) -> list[ForOrganisation]:
    found: dict[UUID, list[Notice]] = {}
    for notice in notices:
        if notice.organisation_id is not None:
            found.setdefault(notice.organisation_id, []).append(notice)
    parts = []
    for organisation_id, its_own in found.items():
        link = session().get_one(OwnerLink, _link_id(letter.id, organisation_id))
        parts.append(ForOrganisation(link.organisation.name, owner_links.address_of(link), its_own))
    return sorted(parts, key=lambda part: part.name)


def _link_id(letter_id: UUID, organisation_id: UUID) -> UUID:
    """The id of a letter's link, so that a letter sent again carries the same one."""
    return uuid5(letter_id, str(organisation_id))


def _language(email: str, parts: Sequence[ForOrganisation], staff: ForStaff | None) -> str:
    """Swedish to organisations, to staff and to followers the language that they chose."""
    if parts:
        return DEFAULT
    chosen = (
        staff.language
        if staff
        else session().scalar(select(Follower.language).where(Follower.email == email).limit(1))
    )
    return chosen if chosen in LANGUAGES else DEFAULT


def _send(email: str, subject: str, body: str, key: UUID, headers: Mapping[str, str]) -> str:
    """Send a mail; returns what the server said if it refused this one for good, else nothing.

    Raises smtplib.SMTPException or OSError for whatever may be otherwise later: a server that is down, asks to
    wait, or refuses us rather than the address.
    """
    try:
        mail.send(settings(), to=email, subject=subject, body=body, key=key, headers=headers)
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        if code < 500:
            raise
        return _words(code, words)
    except smtplib.SMTPDataError as error:
        if error.smtp_code < 500:
            raise
        return _words(error.smtp_code, error.smtp_error)
    return ""


def _words(code: int, words: bytes | str) -> str:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(said.split())}"[:_MOST_WORDS]
