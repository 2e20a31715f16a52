"""Pages of walks: the list, planning and correcting one, the walk itself, its start and its end."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import ChangedMeanwhileError, InvalidInputError
from app.i18n import local
from app.models.publications import PublicWalk
from app.models.sites import Site
from app.models.walks import Ground, Light, Walk, WalkRole, WalkState, Weather
from app.permissions import At, Permission
from app.services import public_walks, walks
from app.services.accounts import list_organisations
from app.services.revisits import proposed_for, waiting_at
from app.services.sites import list_sites, load_site, place_names_near
from app.services.walk_findings import earlier, noted
from app.services.walk_maps import walk_map
from app.services.walk_summaries import summarise
from app.services.walks import Participant, RoutePoint, WalkPlan
from app.views.access import actor, signed_in
from app.views.finding_words import Titles
from app.views.hints import say_hints
from app.words import word
from forms.faults import show_faults
from forms.publishing import AnnounceForm
from forms.routes import write_route
from forms.walks import FinishForm, StartForm, WalkChoices, WalkForm

blueprint = Blueprint("walks", __name__, url_prefix="/vandringar")


@blueprint.get("")
@signed_in
def list_walks() -> ResponseReturnValue:
    """Show the walks: what is under way or planned first."""
    return render_template("walks/list.html", walks=walks.list_walks(actor()))


@blueprint.route("/ny", methods=["GET", "POST"])
@signed_in
def plan() -> ResponseReturnValue:
    """Plan a walk of the site that the address names; without one, ask which."""
    slug = request.args.get("plats")
    if slug is None:
        return render_template("walks/choose_site.html", sites=list_sites(actor()))
    site = load_site(actor(), slug, Permission.PLAN_WALK)
    form = WalkForm()
    form.offer(_choices(site), [(one.organisation_id, WalkRole.PARTICIPANT, None) for one in site.partners])
    taken = False
    if form.validate_on_submit():
        try:
            walk = walks.plan_walk(actor(), site_slug=slug, plan=_plan(form), walk_id=form.key())
        except InvalidInputError as error:
            show_faults(form, error.errors)
        except ChangedMeanwhileError:
            taken = True
            form.walk_id.data = str(uuid4())
            form.form_errors.append(
                _(
                    "This was saved before as a walk that says something else. "
                    "Save again to plan one more walk, or cancel and change the first."
                )
            )
        else:
            flash(_("The walk is planned."), "success")
            say_hints([walk.purpose, walk.meeting_point])
            return redirect(url_for("walks.show", walk_id=walk.id))
    elif not form.is_submitted():
        form.walk_id.data = str(uuid4())
    status = 409 if taken else 422 if form.errors else 200
    return render_template(
        "walks/plan.html",
        form=form,
        site=site,
        places=place_names_near(site),
        revisits=waiting_at(actor(), site),
        title=Titles(),
    ), status


@blueprint.route("/<uuid:walk_id>/andra", methods=["GET", "POST"])
@signed_in
def edit(walk_id: UUID) -> ResponseReturnValue:
    """Change what was decided of a walk, or correct its conditions."""
    walk = walks.load_walk(actor(), walk_id, Permission.PLAN_WALK)
    form = WalkForm(data=_shown(walk))
    form.offer(_choices(walk.site), _rows(walk))
    if form.validate_on_submit():
        try:
            walk = walks.update_walk(actor(), walk_id, form.based_on() or 0, _plan(form))
        except InvalidInputError as error:
            show_faults(form, error.errors)
        except ChangedMeanwhileError:
            form.form_errors.append(
                _("Somebody else changed the walk meanwhile. Look through what you wrote and save again.")
            )
            form.base_on(walk.version)
        else:
            flash(_("Saved."), "success")
            say_hints([walk.purpose, walk.meeting_point])
            return redirect(url_for("walks.show", walk_id=walk_id))
    status = 422 if form.errors else 200
    return render_template(
        "walks/plan.html", form=form, site=walk.site, walk=walk, places=place_names_near(walk.site)
    ), status


@blueprint.get("/<uuid:walk_id>")
@signed_in
def show(walk_id: UUID) -> ResponseReturnValue:
    """Show the walk as it is walked: map and list, what was noted, and what waits to be checked."""
    walk = walks.load_walk(actor(), walk_id)
    findings, before = noted(actor(), walk), earlier(actor(), walk)
    title = Titles()
    announced = public_walks.announced(walk)
    return render_template(
        "walks/show.html",
        walk=walk,
        noted=findings,
        earlier=before,
        revisits=proposed_for(actor(), walk) if walk.state is WalkState.PLANNED else (),
        context=walk_map(walk, findings, before, title, _finding_url),
        title=title,
        runs=actor().may(Permission.RUN_WALK, At(walk.site_id)),
        plans=actor().may(Permission.PLAN_WALK, At(walk.site_id)),
        announced=announced,
        announcing=_announcing(walk, announced),
    )


@blueprint.route("/<uuid:walk_id>/starta", methods=["GET", "POST"])
@signed_in
def start(walk_id: UUID) -> ResponseReturnValue:
    """Start a planned walk: the light is that of this moment until somebody says otherwise."""
    walk = walks.load_walk(actor(), walk_id, Permission.RUN_WALK)
    form = StartForm(light=walks.light_at(walk.site))
    form.offer(_choices(walk.site))
    if form.validate_on_submit():
        walks.start_walk(
            actor(),
            walk_id,
            light=Light(form.light.data),
            weather=Weather(form.weather.data) if form.weather.data else None,
            ground=Ground(form.ground.data) if form.ground.data else None,
        )
        return redirect(url_for("walks.show", walk_id=walk_id))
    return render_template("walks/start.html", form=form, walk=walk), 422 if form.errors else 200


@blueprint.route("/<uuid:walk_id>/avsluta", methods=["GET", "POST"])
@signed_in
def finish(walk_id: UUID) -> ResponseReturnValue:
    """Finish a walk: its numbers, what is missing, who came, and a note."""
    walk = walks.load_walk(actor(), walk_id, Permission.RUN_WALK)
    form = FinishForm(note=walk.note)
    form.offer_participants(_choices(walk.site), _rows(walk))
    taken = False
    if form.validate_on_submit():
        try:
            walks.finish_walk(actor(), walk_id, note=form.note.data or "", participants=_participants(form))
        except InvalidInputError as error:
            show_faults(form, error.errors)
        except ChangedMeanwhileError:
            taken = True
            form.form_errors.append(
                _(
                    "The walk was finished before, with another note or other participants. "
                    "Nothing of this was saved; what you wrote is still here."
                )
            )
        else:
            flash(_("The walk is finished."), "success")
            say_hints([form.note.data or ""])
            return redirect(url_for("walks.show", walk_id=walk_id))
    status = 409 if taken else 422 if form.errors else 200
    return render_template(
        "walks/finish.html", form=form, walk=walk, summary=summarise(actor(), walk)
    ), status


def _choices(site: Site) -> WalkChoices:
    def words(kind: Any) -> list[tuple[str, str]]:
        return [(member.value, word(member)) for member in kind]

    return WalkChoices(
        light=words(Light),
        weather=words(Weather),
        ground=words(Ground),
        roles=words(WalkRole),
        organisations=[(str(one.id), one.name) for one in list_organisations()],
        places={place.name: (place.lon, place.lat) for place in place_names_near(site)},
    )


def _plan(form: WalkForm) -> WalkPlan:
    values = form.values()
    for name, kind in (("light", Light), ("weather", Weather), ("ground", Ground)):
        values[name] = kind(values[name]) if values[name] else None
    route = tuple(RoutePoint(lon, lat, name) for lon, lat, name in form.points)
    return WalkPlan(**values, route=route, participants=_participants(form))


def _participants(form: WalkForm | FinishForm) -> tuple[Participant, ...]:
    return tuple(Participant(who, WalkRole(role), people) for who, role, people in form.came())


def _rows(walk: Walk) -> list[tuple[UUID, str, int | None]]:
    return [(one.organisation_id, one.role, one.people) for one in walk.participants]


def _shown(walk: Walk) -> dict[str, Any]:
    by_the_sun = walk.light == walks.light_at(walk.site, walk.started_at or walk.planned_at)
    return {
        "version": walk.version,
        "planned_at": local(walk.planned_at).replace(tzinfo=None),
        "purpose": walk.purpose,
        "meeting_point": walk.meeting_point,
        "light": None if by_the_sun else walk.light,
        "weather": walk.weather,
        "ground": walk.ground,
        "route": write_route((point.lon, point.lat, point.name) for point in walks.route_of(walk)),
    }


def _finding_url(finding: Any) -> str:
    return url_for("findings.show", number=finding.number)


def _announcing(walk: Walk, announced: PublicWalk | None) -> AnnounceForm | None:
    """The form for telling residents of a walk that is still to come."""
    if walk.state is not WalkState.PLANNED or not actor().may(Permission.COORDINATE, At(walk.site_id)):
        return None
    return AnnounceForm(formdata=None, prefix="announce", words=announced.words if announced else "")
