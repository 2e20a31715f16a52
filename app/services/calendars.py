"""A person's calendar to subscribe to: the walks of their sites, and the days by which findings are to be fixed.

It lies on other people's servers, so it holds number, category and site only, and nothing protected.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from flask_babel import gettext as _
from icalendar import Calendar, Event
from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from app.db import change, now, session
from app.errors import NotFoundError
from app.i18n import language, local, today
from app.models.accounts import User
from app.models.audit import AuditEvent
from app.models.calendars import CalendarFeed
from app.models.findings import SETTLED, Finding, Level
from app.models.walks import Walk
from app.permissions import Actor, Permission, visible
from app.services.accounts import actor_of
from app.services.checklists import latest
from app.services.findings import seen_by
from app.services.walks import load_walk, walked
from config import settings

BACK, AHEAD = timedelta(days=30), timedelta(days=180)
MOST = 500
"""Events of a kind; the nearest days come first."""
_WALK_TAKES = timedelta(hours=2)


def feed_address(actor: Actor) -> str | None:
    """The address of the actor's calendar, if there is one."""
    feed = session().scalar(select(CalendarFeed).where(CalendarFeed.user_id == actor.user_id))
    return _address(feed.id) if feed else None


def open_feed(actor: Actor) -> str:
    """Give the actor a calendar at a new secret address, which ends the one before."""
    assert actor.user_id is not None
    with change(actor, "calendar.opened", actor.user_id) as opening:
        opening.session.execute(delete(CalendarFeed).where(CalendarFeed.user_id == actor.user_id))
        feed = CalendarFeed(id=uuid4(), user_id=actor.user_id)
        feed.secret_hash = _hash(_token(feed.id))
        opening.session.add(feed)
    return _address(feed.id)


def end_feed(actor: Actor) -> None:
    """End the actor's calendar; its address opens nothing any more."""
    with change(actor, "calendar.ended", actor.user_id) as ending:
        ending.session.execute(delete(CalendarFeed).where(CalendarFeed.user_id == actor.user_id))


def find_reader(token: str) -> User:
    """Whose calendar has this token; raises NotFoundError, also for somebody who may not sign in any more."""
    feed = session().scalar(select(CalendarFeed).where(CalendarFeed.secret_hash == _hash(token)))
    if feed is None or not feed.user.active:
        raise NotFoundError
    return feed.user


def write_calendar(reader: User) -> bytes:
    """The calendar of a person as iCalendar (RFC 5545), in the language in force."""
    actor = actor_of(reader)
    return _calendar([*_walks(actor), *_due(actor)])


def write_walk(actor: Actor, walk_id: UUID) -> bytes:
    """One walk as iCalendar."""
    walk = load_walk(actor, walk_id)
    return _calendar([_walk(walk, _changed([walk.id]))])


def _walks(actor: Actor) -> Iterable[Event]:
    moment = now()
    query = (
        select(Walk)
        .where(
            walked(),
            Walk.planned_at.between(moment - BACK, moment + AHEAD),
            visible(actor, Permission.VIEW_SITE, site=Walk.site_id),
        )
        .order_by(Walk.planned_at)
        .limit(MOST)
    )
    found = session().scalars(query).all()
    changed = _changed([walk.id for walk in found])
    return [_walk(walk, changed) for walk in found]


def _walk(walk: Walk, changed: Mapping[UUID, datetime]) -> Event:
    starts = walk.started_at or walk.planned_at
    event = _event("walk", walk.id, walk.version, changed.get(walk.id, walk.created_at))
    event.add("summary", _("Safety walk in %(site)s", site=walk.site.name))
    event.add("location", walk.site.name)
    event.add("dtstart", local(starts))
    event.add("dtend", local(max(walk.finished_at or starts + _WALK_TAKES, starts + timedelta(minutes=15))))
    event.add("url", f"{settings().base_url}/vandringar/{walk.id}")
    return event


def _due(actor: Actor) -> Iterable[Event]:
    day = today()
    query = (
        select(Finding)
        .where(
            Finding.due_on.between(day - BACK, day + AHEAD),
            Finding.status.not_in(SETTLED),
            Finding.positive.is_(False),
            Finding.level != Level.PROTECTED,
            seen_by(actor),
        )
        .order_by(Finding.due_on, Finding.id)
        .limit(MOST)
        .options(joinedload(Finding.site))
    )
    found = session().scalars(query).all()
    if not found:
        return []
    checklist, spoken = latest(), language()
    return [_due_day(finding, checklist.name(finding.category, spoken)) for finding in found]


def _due_day(finding: Finding, what: str) -> Event:
    assert finding.due_on is not None
    event = _event("finding", finding.id, finding.version, finding.updated_at)
    event.add("summary", _("To be fixed: %(number)s %(what)s", number=finding.number, what=what))
    event.add("location", finding.site.name)
    event.add("dtstart", finding.due_on)
    event.add("dtend", finding.due_on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("url", f"{settings().base_url}/brister/{finding.number}")
    return event


def _event(kind: str, key: UUID, version: int, changed: datetime) -> Event:
    """What every event has: an id that stays, and a version by which a calendar knows a newer one."""
    event = Event()
    event.add("uid", f"{kind}-{key}@{urlsplit(settings().base_url).hostname}")
    event.add("sequence", version)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    return event


def _calendar(events: Iterable[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Platskollen//SV")
    calendar.add("version", "2.0")
    calendar.add("name", "Platskollen")
    calendar.add("x-wr-calname", "Platskollen")
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _changed(walk_ids: list[UUID]) -> Mapping[UUID, datetime]:
    """When each walk was last changed, as the audit trail has it."""
    query = (
        select(AuditEvent.subject_id, func.max(AuditEvent.at))
        .where(AuditEvent.subject_id.in_(walk_ids))
        .group_by(AuditEvent.subject_id)
    )
    return {key: at for key, at in session().execute(query) if key is not None}


def _address(feed_id: UUID) -> str:
    return f"{settings().base_url}/kalender/{_token(feed_id)}.ics"


def _token(feed_id: UUID) -> str:
    digest = hmac.digest(settings().secret.encode(), b"calendar " + feed_id.bytes, "sha256")
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
