"""Pages of findings: the list with its filters, and one finding."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.i18n import language, show_days
from app.models.findings import Severity, Status
from app.permissions import Permission
from app.services.checklists import latest
from app.services.finding_lists import CONFLICT, MOST_COUNTED, QUESTIONS, REVISITS, FindingFilter
from app.services.finding_lists import list_findings as find
from app.services.findings import load_finding
from app.services.sites import site_names
from app.views.access import actor, signed_in
from app.views.finding_page import show_finding
from app.views.finding_words import Titles
from app.views.step_forms import organisation_choices
from app.views.step_words import STEP_WORDS
from app.words import word
from forms.checklists import in_language
from forms.finding_filters import FilterForm

blueprint = Blueprint("findings", __name__)

SEVERAL = (
    (Status.TRIAGED, Permission.COORDINATE),
    (Status.SENT, Permission.COORDINATE),
    (Status.ACKNOWLEDGED, Permission.ANSWER),
    (Status.PLANNED, Permission.ANSWER),
    (Status.PLANNED, Permission.COORDINATE),
    (Status.VERIFIED, Permission.VERIFY),
    (Status.CLOSED, Permission.COORDINATE),
    (Status.WONT_FIX, Permission.COORDINATE),
)
"""The steps that can be taken with several findings at once, and by whom."""


@blueprint.get("/brister")
@signed_in
def list_findings() -> ResponseReturnValue:
    """List the findings that the filter lets through; the address holds the filter."""
    form = _filter_form()
    wanted = _wanted(form)
    page = find(actor(), wanted, after=request.args.get("after", ""), before=request.args.get("before", ""))
    kept = {name: value for name, value in request.args.items() if name not in {"after", "before"} and value}
    return render_template(
        "findings/list.html",
        form=form,
        page=page,
        sentence=_sentence(form, wanted),
        count=_("more than %(number)s", number=f"{MOST_COUNTED:,}".replace(",", " "))
        if page.count > MOST_COUNTED
        else page.count,
        day=show_days(),
        title=Titles(),
        newer=_beside(kept, before=page.newer),
        older=_beside(kept, after=page.older),
        here=request.full_path.rstrip("?"),
        more_used=bool(kept.keys() & {"owner", "category", "severity", "sort", "overdue"}),
        filtered=bool(kept.keys() - {"sort"}),
        all_url=_address({**kept, "status": "all"}) if wanted.status != "all" else None,
        several=[
            (to, STEP_WORDS[to].verb)
            for to in dict.fromkeys(to for to, needed in SEVERAL if actor().may_somewhere(needed))
        ],
    )


@blueprint.get("/brister/<number>")
@signed_in
def show(number: str) -> ResponseReturnValue:
    """Show one finding."""
    return show_finding(load_finding(actor(), number))


def _filter_form() -> FilterForm:
    form = FilterForm(request.args)
    form.offer(
        statuses=[*_groups(), *((one.value, word(one)) for one in Status)],
        sites=site_names(actor()),
        owners=organisation_choices(),
        categories=[(one.slug, in_language(one.names, language())) for one in latest().categories],
        severities=[(one.value, word(one)) for one in Severity],
        sorts=[("newest", _("Newest first")), ("due", _("Soonest due (those with a date)"))],
    )
    form.settle()
    return form


def _groups() -> list[tuple[str, str]]:
    return [
        ("open", _("Open")),
        ("all", _("All")),
        ("reported_fixed", _("Fixed according to the responsible, not checked")),
        ("fixed", _("Checked and fixed")),
        ("unfixed", _("Closed without being fixed")),
        *(
            [(CONFLICT, _("Two versions to choose between"))]
            if actor().may_somewhere(Permission.EDIT_FINDING)
            else []
        ),
        *(
            [(QUESTIONS, _("Questions from the responsible"))]
            if actor().may_somewhere(Permission.COORDINATE)
            else []
        ),
        *(
            [(REVISITS, _("To look at again, after dark or in season"))]
            if actor().may_somewhere(Permission.PLAN_WALK)
            else []
        ),
    ]


def _wanted(form: FilterForm) -> FindingFilter:
    return FindingFilter(
        site=form.site.data,
        status=form.status.data,
        owner=UUID(form.owner.data) if form.owner.data else None,
        overdue=form.overdue.data,
        category=form.category.data,
        severity=Severity(form.severity.data) if form.severity.data else None,
        text=(form.text.data or "").strip()[:200],
        sort=form.sort.data,
    )


def _sentence(form: FilterForm, wanted: FindingFilter) -> str:
    """The filter as people say it: "Öppna i Kista centrum hos Trafikkontoret, försenade"."""
    said = {
        name: dict(form[name].choices).get(form[name].data, "")
        for name in ("status", "site", "owner", "category")
    }
    words = str(said["status"])
    if wanted.site:
        words += " " + _("in %(site)s", site=said["site"])
    if wanted.owner:
        words += " " + _("with %(organisation)s", organisation=said["owner"])
    more = [
        said["category"].lower() if wanted.category else "",
        word(wanted.severity).lower(),
        _("overdue") if wanted.overdue else "",
        _("with “%(words)s”", words=wanted.text) if wanted.text else "",
    ]
    return ", ".join([words, *filter(None, more)])


def _beside(kept: dict[str, str], **cursor: str | None) -> str | None:
    (place,) = cursor.values()
    return _address({**kept, **dict.fromkeys(cursor, place)}) if place else None


def _address(query: dict[str, str]) -> str:
    return f"{url_for('findings.list_findings')}?{urlencode(query)}"
