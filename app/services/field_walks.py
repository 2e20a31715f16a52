"""Walks as phones run them: several people start, add to and finish the same one, in any order of arrival."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import shapely
from sqlalchemy import select

from app.db import Change, change
from app.errors import N_, invalid
from app.models.accounts import Organisation
from app.models.walks import Walk, WalkParticipant, WalkState
from app.permissions import Actor, Permission
from app.services.checklists import current_version
from app.services.sites import load_site
from app.services.walks import Participant, light_at, load_walk
from geo.crs import PositionError, parse_position

_CONDITIONS = ("light", "weather", "ground")
_TEN_METRES = 0.0001
"""In degrees: a track tells where the group went, not where somebody stood."""


def start_or_join(
    actor: Actor, walk_id: UUID, site_slug: str, said: Mapping[str, Any], *, at: datetime
) -> Walk:
    """Start a planned walk, or one that nobody planned; one under way is joined and keeps what it knows.

    `said`: light, weather, ground, participants, as far as given. Raises InvalidInputError.
    """
    site = load_site(actor, site_slug, Permission.RUN_WALK)
    with change(actor, None) as running:
        walk = running.session.get(Walk, walk_id, with_for_update={"of": Walk})
        if walk is None:
            walk = Walk(
                id=walk_id,
                site_id=site.id,
                checklist_id=current_version().id,
                created_by=actor.user_id,
                planned_at=at,
                state=WalkState.PLANNED,
            )
            running.session.add(walk)
            walk.site = site
        elif load_walk(actor, walk_id, Permission.RUN_WALK).site_id != site.id:
            raise invalid("site", "other_site", N_("This walk belongs to another site."))
        if walk.state is WalkState.PLANNED:
            walk.state, walk.started_at = WalkState.ONGOING, at
            for name in _CONDITIONS:
                setattr(walk, name, said.get(name) or getattr(walk, name))
            walk.light = said.get("light") or light_at(site, at)
            running.record("walk.started", walk_id)
        else:
            # Who joins fills in what nobody has said yet.
            for name in _CONDITIONS:
                setattr(walk, name, getattr(walk, name) or said.get(name))
        _add_participants(running, walk, said.get("participants", ()))
        running.session.flush()
    return walk


def add_to_walk(actor: Actor, walk_id: UUID, said: Mapping[str, Any], *, seen: bool) -> Walk:
    """Change conditions, note, participants or track of a walk, as far as given.

    `seen`: whether whoever says it knows the walk as it stands; else notes and participants are added to those
    of others instead of taking their place. Raises InvalidInputError.
    """
    with change(actor, None) as running:
        walk = _load(running, walk_id)
        changed = [name for name in said if name in (*_CONDITIONS, "note", "participants", "track")]
        for name in _CONDITIONS:
            if said.get(name) is not None:
                setattr(walk, name, said[name])
        if "note" in said:
            walk.note = said["note"] if seen else _both(walk.note, said["note"])
        if "participants" in said:
            if seen:
                walk.participants = []
                running.session.flush()
            _add_participants(running, walk, said["participants"])
        if said.get("track"):
            _keep_track(walk, said["track"])
        running.session.flush()
        running.record("walk.updated", walk_id, fields=sorted(changed))
    return walk


def load_version(running: Change, walk_id: UUID) -> int:
    """The version of a walk that the actor may run, held until the change ends."""
    return _load(running, walk_id).version


def finish(actor: Actor, walk_id: UUID, said: Mapping[str, Any], *, at: datetime) -> Walk:
    """Finish a walk; what is said of one that somebody finished already is added. Raises InvalidInputError."""
    with change(actor, None) as running:
        walk = _load(running, walk_id)
        if walk.state is WalkState.PLANNED:
            raise invalid("walk_id", "not_started", N_("The walk has not started. Start it first."))
        if walk.state is WalkState.ONGOING:
            walk.state = WalkState.FINISHED
            walk.finished_at = max(at, walk.started_at or at)
            running.record("walk.finished", walk_id)
        walk.note = _both(walk.note, said.get("note", ""))
        _add_participants(running, walk, said.get("participants", ()))
        running.session.flush()
    return walk


def _load(running: Change, walk_id: UUID) -> Walk:
    walk = load_walk(running.actor, walk_id, Permission.RUN_WALK)
    running.session.refresh(walk, with_for_update={"of": Walk})
    return walk


def _both(here: str, said: str) -> str:
    """Two people's notes, each once."""
    said = said.strip()
    return here if said in here else f"{here}\n{said}".strip()


def _add_participants(running: Change, walk: Walk, participants: Sequence[Participant]) -> None:
    """Add organisations; one that is there gets the role and the number last said."""
    ids = {one.organisation_id for one in participants}
    known = (
        set(running.session.scalars(select(Organisation.id).where(Organisation.id.in_(ids)))) if ids else ids
    )
    if ids - known:
        raise invalid("participants", "unknown", N_("There is no such organisation."))
    there = {one.organisation_id: one for one in walk.participants}
    for one in participants:
        row = there.get(one.organisation_id)
        if row is None:
            row = there[one.organisation_id] = WalkParticipant(organisation_id=one.organisation_id)
            walk.participants.append(row)
        row.role, row.people = one.role, one.people


def _keep_track(walk: Walk, points: Sequence[tuple[float, float]]) -> None:
    """Keep the longer of two phones' tracks, coarse and without times."""
    for lon, lat in points:
        try:
            parse_position(lon, lat)
        except PositionError as error:
            raise invalid("track", error.code, error.message, **error.details) from error
    coarse = [(round(lon, 4), round(lat, 4)) for lon, lat in points]
    steps = [point for point, before in zip(coarse, [None, *coarse], strict=False) if point != before]
    if len(steps) < 2:
        return
    line = shapely.LineString(steps).simplify(_TEN_METRES)
    if walk.track is None or line.length >= shapely.from_wkb(walk.track).length:
        walk.track = shapely.to_wkb(line)
