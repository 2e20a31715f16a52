"""Two worlds side by side, ours and theirs: a site, an organisation and everything that hangs on them.

Every text of theirs holds a mark, whatever its column is called, so that a new column is covered by itself.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from PIL import Image
from sqlalchemy import Enum, String, Text, UniqueConstraint, func, inspect, select

from app.db import Base, change, now, session
from app.models.accounts import (
    ApiToken,
    Contact,
    GroupRole,
    Organisation,
    Passkey,
    PushSubscription,
    Role,
    SignInSession,
    User,
)
from app.models.comments import Audience, Comment
from app.models.findings import Finding, Status
from app.models.jobs import Job, JobState
from app.models.letters import Follower
from app.models.photos import Photo
from app.models.publications import PublicPhoto, ReportKind, ResidentReport
from app.models.remedies import Revisit, RevisitKind, StatusChange
from app.models.responses import ResponseText
from app.models.routing import RoutingRule
from app.models.sites import Site
from app.models.surveys import Channel, LocalEvent, Wave
from app.models.uploads import Upload
from app.permissions import SYSTEM, Actor
from app.services.owner_links import address_of, make_link
from app.storage import files
from tests.builders import make_finding, make_organisation, make_site, make_user, make_walk
from tests.questionnaires import make_wave

STRUCTURE = {
    "slug",
    "number",
    "category",
    "item",
    "quadkey",
    "language",
    "media_type",
    "place",
    "unit",
    "kind",
    "type",
}
"""Texts that the code reads: they stay as they are, and some stand in addresses."""
SHARED = {Organisation: {"name", "fault_line", "external_id"}}
"""What all staff may read of an organisation: whom one can send to, and whom to call."""


@dataclass
class World:
    """One site with what belongs to it; `ids` is what an address of it is made of, by the name of the argument."""

    mark: str
    site: Site
    organisation: Organisation
    finding: Finding
    contractor: str
    """Token of a link for this finding alone."""
    link: str
    """Token of the organisation's link."""
    people: dict[str, Actor]
    wave_id: UUID
    """Of an open wave, whose form is `form_id`."""
    ids: dict[str, Any] = field(default_factory=dict)


def make_world(name: str, mark: str, lon: float) -> World:
    """A world of its own; `name` stands in addresses, `mark` in every text."""
    site = make_site(name, lon=lon)
    organisation = make_organisation(f"Bolag {name}")
    walk = make_walk(site)
    finding = make_finding(
        walk, number=f"{name.upper()}-2026-0001", lon=lon, status=Status.SENT, responsible_id=organisation.id
    )
    people = {
        "field": make_user(Role.FIELD, site_id=site.id),
        "coordinator": make_user(Role.COORDINATOR, site_id=site.id),
        "admin of a site": make_user(Role.ADMIN, site_id=site.id),
        "analyst": make_user(Role.ANALYST, site_id=site.id),
        "owner": make_user(Role.OWNER, organisation_id=organisation.id),
    }
    who = people["field"].user_id
    assert who is not None
    wave = make_wave(site, slug=site.slug, xform=f"<instance><data id='x'>{mark}</data></instance>")
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(picture, "JPEG", comment=mark.encode())
    sha = files().put(picture.getvalue())
    photo = Photo(
        finding_id=finding.id,
        sha256=sha,
        media_type="image/jpeg",
        width=64,
        height=48,
        sizes={"400": sha, "1600": sha},
        received_from=who,
    )
    rows: dict[str, Any] = {
        "contact_id": Contact(organisation_id=organisation.id, function="F", email=f"{mark}@example.se"),
        "rule_id": RoutingRule(position=_next_position(), site_id=site.id, organisation_id=organisation.id),
        "upload_id": Upload(
            finding_id=finding.id, actor_id=who, sha256=sha, length=9, expires_at=now() + timedelta(days=1)
        ),
        "follower_id": Follower(finding_id=finding.id, email=f"f-{mark}@example.se", confirmed_at=now()),
        "report_id": ResidentReport(
            finding_id=finding.id, day=date(2026, 6, 1), kind=ReportKind.REMAINS, words=""
        ),
        "session_id": SignInSession(user_id=who, expires_at=now() + timedelta(days=1)),
        "passkey_id": Passkey(user_id=who, credential_id=uuid4().bytes, public_key=b"x", name=""),
        "group_role_id": GroupRole(group="", role=Role.FIELD, site_id=site.id),
        "comment_id": Comment(finding_id=finding.id, audience=Audience.INTERNAL, actor_id=who, words=""),
        "token_id": ApiToken(user_id=who, token_hash=uuid4().hex),
        "change_id": StatusChange(finding_id=finding.id, number=1, after=Status.SENT, actor_id=who),
        "revisit_id": Revisit(finding_id=finding.id, kind=RevisitKind.DARK, not_before=date(2026, 6, 1)),
        "photo_id": photo,
        "subscription_id": PushSubscription(
            user_id=who, endpoint=f"https://push.example/{uuid4().hex}", public_key="", secret=""
        ),
        "job_id": Job(kind="photo.derivatives", state=JobState.FAILED),
        "text_id": ResponseText(wave_id=wave.id, item="words", words=""),
        "event_id": LocalEvent(wave_id=wave.id, day=date(2026, 6, 1), words=""),
    }
    with change(SYSTEM, None) as making:
        wave.name = mark
        # By none of the ways that are open to everybody, so that no list of open questionnaires names its place.
        wave.channels = [Channel.LETTER, Channel.INTERVIEW, Channel.PAPER, Channel.OPENROSA]
        for row in rows.values():
            making.session.add(row)
        making.session.flush()
        making.session.add(PublicPhoto(photo_id=photo.id))
        link = make_link(making, organisation.id, f"l-{mark}@example.se")
        contractor = make_link(making, organisation.id, f"c-{mark}@example.se", finding.id)
        users = [making.session.get_one(User, one.user_id) for one in people.values()]
        for row in (site, walk, finding, organisation, link, contractor, *users, *rows.values()):
            _write_mark(row, mark)
        made = World(
            mark,
            site,
            organisation,
            finding,
            _token(address_of(contractor)),
            _token(address_of(link)),
            people,
            wave.id,
        )
        made.ids = {name: row.id for name, row in rows.items()} | {
            "link_id": contractor.id,
            "slug": site.slug,
            "number": finding.number,
            "finding_id": finding.id,
            "walk_id": walk.id,
            "wave_id": wave.id,
            "survey": wave.survey.slug,
            "form_id": f"{wave.survey.slug}-{wave.number}",
            "version_id": walk.checklist_id,
            "organisation_id": organisation.id,
            "user_id": who,
            "membership_id": users[0].memberships[0].id,
        }
    return made


def print_of(world: World) -> str:
    """A hash over every row of the world: whoever changed any of it, changed this."""
    session().rollback()
    parents: dict[str, set[Any]] = {
        "findings": {world.finding.id},
        "walks": {world.ids["walk_id"]},
        "sites": {world.site.id},
        "organisations": {world.organisation.id},
        "users": {one.user_id for one in world.people.values()},
        "photos": {world.ids["photo_id"]},
        "surveys": {session().get_one(Wave, world.wave_id).survey_id},
        "waves": {world.wave_id},
    }
    said: list[Any] = []
    for table in Base.metadata.sorted_tables:
        if table.name in {"audit_events", "audit_seals", "jobs", "sign_in_links"}:
            continue
        ways = [column.in_(parents[table.name]) for column in table.primary_key if table.name in parents]
        ways += [
            key.parent.in_(parents[key.column.table.name])
            for key in table.foreign_keys
            if key.column.table.name in parents
        ]
        for way in ways:
            said += sorted(str(tuple(row)) for row in session().execute(select(table).where(way)))
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _write_mark(row: Any, mark: str) -> None:
    kept = STRUCTURE | SHARED.get(type(row), set())
    unique = {
        column.name
        for rule in row.__table__.constraints
        if isinstance(rule, UniqueConstraint)
        for column in rule.columns
    }
    for column in inspect(type(row)).columns:
        free = isinstance(column.type, (String, Text)) and not isinstance(column.type, Enum)
        name = column.key
        if name == "email":
            setattr(row, name, f"{uuid4().hex[:8]}.{mark}@example.se")
        elif free and not (column.unique or column.foreign_keys or name in kept or name in unique):
            setattr(
                row, name, mark if not name.endswith(("_hash", "sha256", "digest")) else getattr(row, name)
            )


def _token(address: str) -> str:
    return address.rsplit("/", 1)[1]


def _next_position() -> int:
    return (session().scalar(select(func.max(RoutingRule.position))) or 0) + 1
