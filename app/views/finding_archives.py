"""The trail of one finding as a page, and everything about it as a ZIP for the archive."""

from __future__ import annotations

import json
from collections.abc import Iterable

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from app.i18n import DEFAULT, local
from app.models.photos import PhotoKind
from app.models.publications import ReportKind
from app.services.checklists import checklist_of
from app.services.finding_archives import Archive, original, take_out
from app.services.finding_audits import events_of
from app.services.findings import load_finding
from app.views.access import actor, signed_in
from app.views.audit_words import event_by, event_details, event_name
from app.views.conversation import said
from app.views.finding_page import history
from app.views.finding_words import finding_title
from app.words import word
from app.zips import stream_zip

blueprint = Blueprint("finding_archives", __name__)


@blueprint.get("/brister/<number>/logg")
@signed_in
def trail(number: str) -> ResponseReturnValue:
    """Show everything that was done with a finding."""
    finding = load_finding(actor(), number)
    return render_template(
        "findings/trail.html",
        finding=finding,
        title=finding_title(finding),
        events=_told(events_of(actor(), finding)),
    )


@blueprint.post("/brister/<number>/arkiv.zip")
@signed_in
def archive(number: str) -> ResponseReturnValue:
    """Send everything about a finding; a POST, since the trail then says that it was taken out."""
    taken = take_out(actor(), number)
    with force_locale(DEFAULT):
        page = _page(taken)
    record = json.dumps(taken.record, ensure_ascii=False, indent=2)
    name = f"{taken.finding.number}-{local(taken.at):%Y-%m-%d}"
    contents: list[tuple[str, bool, Iterable[bytes]]] = [
        (f"{name}/brist.json", True, [record.encode()]),
        (f"{name}/brist.html", True, [page.encode()]),
        *((f"{name}/{photo.name}", False, original(photo)) for photo in taken.photos if photo.there),
    ]
    response = Response(stream_zip(contents, local(taken.at)), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(taken: Archive) -> str:
    finding = taken.finding
    kept = list(zip(finding.photos, taken.photos, strict=True))
    return render_template(
        "findings/archive.html",
        finding=finding,
        title=finding_title(finding),
        checklist=checklist_of(finding.walk.checklist_id),
        history=history(actor(), finding),
        said=said(actor(), finding),
        told=taken.record["told_to_residents"],
        resident_reports=[
            {**one, "kind": word(ReportKind(one["kind"]))} for one in taken.record["resident_reports"]
        ],
        letters=taken.record["letters"],
        repeated_by=taken.record["repeated_by"],
        before=[(photo, one) for photo, one in kept if photo.kind is PhotoKind.FINDING],
        after=[(photo, one) for photo, one in kept if photo.kind is not PhotoKind.FINDING],
        events=_told(taken.events),
        taken_out=taken.at,
    )


def _told(events: Iterable[object]) -> list[tuple[object, str, str, str]]:
    return [(one, event_name(one), event_by(one), event_details(one)) for one in events]  # type: ignore[arg-type]
