"""What residents read of a site: its page, its feed, its photos, and the form that says that a fix does not hold.

Every page is the same for everybody: no cookie, its language by its address, so that caches may keep it for a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.i18n import BY_ADDRESS, language
from app.models.publications import ReportKind
from app.resident_words import LANGUAGES, html_language
from app.services import demo, resident_reports
from app.services.public_findings import Presenter, PublicFinding
from app.services.public_photos import EDGE, open_public
from app.services.public_sites import PublicPage, load_live, load_public_page
from app.services.results import list_published
from app.views import public_words
from app.views.access import public
from app.views.atom import Entry, feed
from app.views.headers import content_policy
from app.views.limits import limiter
from app.views.photos import jpeg
from config import settings
from forms.resident_reports import ResidentReportForm
from geo.svg import SvgPin, SvgWords, svg_map
from geo.symbols import STATUS_SYMBOLS, SYMBOLS, symbol_icon

blueprint = Blueprint(BY_ADDRESS, __name__, url_prefix="/plats")

_KEPT = 60
"""Seconds that a browser or a cache between may show a page before it asks again."""
_STATUS_OF = {symbol.key: status for status, symbol in reversed(list(STATUS_SYMBOLS.items()))}
"""A status for each symbol: the map draws by status."""
_CHANGE = "byt"
"""The field of a form that was sent for the sake of another language."""
SECTIONS = ("done", "doing", "refused", "good")


@blueprint.url_defaults
def keep_language(_endpoint: str, values: dict[str, Any]) -> None:
    """Keep the language of the running page in the addresses on it."""
    wish = request.args.get("lang") if request.blueprint == BY_ADDRESS else None
    if wish in LANGUAGES:
        values.setdefault("lang", wish)


@blueprint.after_request
def keep_public(response: Response) -> Response:
    """No script or style of the page's own; an error is never kept."""
    response.headers["Content-Security-Policy"] = response.headers.get(
        "Content-Security-Policy", content_policy()
    )
    if response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """Show what was found at a site and what became of it."""
    page = load_public_page(slug, language())
    sections = {name: [one for one in page.findings if _section(one) == name] for name in SECTIONS}
    in_order = [one for name in SECTIONS for one in sections[name]]
    numbers = {one.id: number for number, one in enumerate(in_order, start=1)}
    return _page(
        render_template(
            "public/site.html",
            page=page,
            sections=sections,
            numbers=numbers,
            map=_map(page, numbers),
            words=public_words,
            symbol=symbol_of,
            surveys=list_published(page.slug),
            channel=fault_channel(),
            channel_url=settings().fault_channel_url,
        ),
        "text/html",
    )


@blueprint.get("/<slug>/atom.xml")
@public
def atom(slug: str) -> ResponseReturnValue:
    """Give the feed of a site: an entry for each point, anew whenever its public word becomes another."""
    page = load_public_page(slug, language())
    base = settings().base_url
    address = base + url_for(".show", slug=page.slug)
    entries = [
        Entry(
            id=one.id,
            title=public_words.heading(one),
            address=f"{address}#b-{one.id}",
            published_at=one.published_at,
            updated_at=one.updated_at,
            words=" ".join(
                part
                for part in (
                    f"{public_words.status_word(one)}.",
                    public_words.sentence(one),
                    *(comment.words for comment in one.comments),
                )
                if part
            ),
        )
        for one in sorted(page.findings, key=lambda one: one.updated_at, reverse=True)
    ]
    text = feed(
        feed_id=page.id,
        title=_("What was found and fixed at %(site)s", site=page.name),
        language=html_language(language()),
        own_address=base + url_for(".atom", slug=page.slug),
        address=address,
        author="Platskollen",
        updated_at=page.updated_at,
        entries=entries,
    )
    return _page(text, "application/atom+xml")


@blueprint.get("/<slug>/foton/<uuid:photo_id>.jpg")
@public
def photo(slug: str, photo_id: UUID) -> ResponseReturnValue:
    """Send a photo that was approved for the public; asked for anew each time, so that one taken back is gone."""
    response = jpeg(open_public(slug, photo_id), EDGE)
    response.cache_control.public = True
    response.cache_control.no_cache = True
    return response.make_conditional(request)


@blueprint.route("/<slug>/<uuid:finding_id>/haller-inte", methods=["GET", "POST"])
@public
@limiter.limit("6 per hour;12 per day", methods=["POST"], exempt_when=lambda: _CHANGE in request.form)
def report(slug: str, finding_id: UUID) -> ResponseReturnValue:
    """Take in that a fix does not hold; a coordinator weighs it before anything happens.

    Sent by a button of another language, it is the same page with what was typed, and nothing is taken in.
    """
    publication = load_live(slug, finding_id)
    (finding,) = Presenter(language(), ()).present([(publication, publication.finding)])
    form = ResidentReportForm()
    form.kind.choices = public_words.report_choices()
    if _CHANGE not in request.form and form.validate_on_submit():
        # What fills in every field is a program; it is thanked like everybody, and nothing is kept.
        if not form.website.data:
            resident_reports.report(slug, finding_id, ReportKind(form.kind.data), form.words.data or "")
        return redirect(url_for(".thanks", slug=slug), 303)
    answer = render_template(
        "public/report.html",
        slug=slug,
        finding=finding,
        form=form,
        words=public_words,
        channel=fault_channel(),
        carries="report" if finding.is_fix else "",
    )
    return answer, 422 if form.errors else 200 if finding.is_fix else 404


@blueprint.get("/<slug>/tack")
@public
def thanks(slug: str) -> ResponseReturnValue:
    """Say what happens with a report, and what it held that had better not be sent."""
    page = load_public_page(slug, language())
    return render_template("public/thanks.html", page=page)


def fault_channel() -> str:
    """What the city's own channel for new faults is called; nothing where nobody has said."""
    return settings().fault_channel or (demo.FAULT_CHANNEL if demo.is_demo() else "")


def symbol_of(finding: PublicFinding) -> Markup:
    """The symbol of its status, drawn in the page itself."""
    return symbol_icon(SYMBOLS[finding.symbol])


@blueprint.app_template_global()
def tone_of(symbol: str) -> str:
    """The colour of a symbol, as its class in the style sheets."""
    return SYMBOLS[symbol].tone


@blueprint.app_template_global()
def picture_of(slug: str) -> Callable[[UUID], str]:
    """The way from a photo's id to its public address."""
    return lambda photo_id: url_for("public_pages.photo", slug=slug, photo_id=photo_id)


def _section(finding: PublicFinding) -> str:
    if finding.positive:
        return "good"
    if finding.reason is not None or finding.symbol == "wont_fix":
        return "refused"
    return "done" if finding.is_fix else "doing"


def _map(page: PublicPage, numbers: dict[UUID, int]) -> Markup:
    return svg_map(
        element_id="public-map",
        words=SvgWords(
            _("Map of %(site)s", site=page.name),
            _("Each number is that of the finding in the list below, where its place is said in words."),
            _("N"),
        ),
        site=page.ground,
        pins=[
            SvgPin(one.lon, one.lat, str(numbers[one.id]), _STATUS_OF[one.symbol])
            for one in page.findings
            if one.lon is not None and one.lat is not None
        ],
        width=420,
        height=330,
    )


def kept(response: Response) -> Response:
    """Let caches keep an answer for a while; what is known already is not sent again."""
    response.cache_control.public = True
    response.cache_control.max_age = _KEPT
    response.add_etag(weak=True)  # weak: compressed it is another file
    response.make_conditional(request)
    return response


def _page(text: str, media_type: str) -> Response:
    return kept(Response(text, mimetype=media_type))
