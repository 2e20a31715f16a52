"""Pages of routing: the rules as sentences in their order, and trying where a finding would go."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import ChangedMeanwhileError, InvalidInputError, NotFoundError
from app.models.routing import RoutingRule
from app.models.sites import Site
from app.services import places, routing, routing_rules
from app.services.checklists import latest
from app.services.findings import load_finding
from app.services.organisations import current_organisations
from app.services.register_access import may_change, require_changing, require_reading
from app.services.routing import Proposal, Spot
from app.services.routing_rules import RuleValues
from app.services.sites import list_sites
from app.views.access import actor, signed_in
from app.views.finding_words import finding_title
from app.views.rule_words import about_choices, proposal_why, rule_sentence
from forms.faults import show_faults
from forms.routing import RuleForm, TryForm

blueprint = Blueprint("routing", __name__, url_prefix="/fordelning")


@blueprint.get("")
@signed_in
def list_rules() -> ResponseReturnValue:
    """List the rules in the order in which they are tried."""
    require_reading(actor())
    checklist = latest()
    return render_template(
        "routing/list.html",
        rules=routing.standing_rules(),
        ended=routing.ended_rules(),
        sentence=lambda rule: rule_sentence(rule, checklist),
        changes=may_change(actor()),
    )


@blueprint.route("/ny", methods=["GET", "POST"], defaults={"rule_id": None})
@blueprint.route("/<uuid:rule_id>", methods=["GET", "POST"])
@signed_in
def edit(rule_id: UUID | None) -> ResponseReturnValue:
    """Add a rule, or change one."""
    require_changing(actor())
    rule = routing_rules.load_rule(actor(), rule_id) if rule_id else None
    form = RuleForm(obj=rule)
    form.offer(about_choices(latest()), _sites(), _organisations(rule))
    if rule and not form.is_submitted():
        form.what.data = "/".join(part for part in (rule.category, rule.item) if part)
        form.site_id.data = str(rule.site_id or "")
        form.organisation_id.data = str(rule.organisation_id)
        form.base_on(routing_rules.version_of(rule))
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                routing_rules.save_rule(actor(), rule_id, _values(form), version=form.based_on())
            except InvalidInputError as error:
                show_faults(form, error.errors)
            except ChangedMeanwhileError:
                form.tell_changed_meanwhile()
                status = 409
            else:
                flash(_("Saved."), "success")
                return redirect(url_for("routing.list_rules"))
        if rule_id:
            form.base_on(routing_rules.version_of(routing_rules.load_rule(actor(), rule_id)))
    return render_template("routing/edit.html", form=form, rule_id=rule_id), status


@blueprint.post("/<uuid:rule_id>/flytta")
@signed_in
def move(rule_id: UUID) -> ResponseReturnValue:
    """Move a rule up or down."""
    routing_rules.move_rule(actor(), rule_id, -1 if request.form.get("to") == "up" else 1)
    return redirect(url_for("routing.list_rules") + f"#rule-{rule_id}")


@blueprint.post("/<uuid:rule_id>/avsluta")
@signed_in
def end(rule_id: UUID) -> ResponseReturnValue:
    """End a rule."""
    rule = routing_rules.end_rule(actor(), rule_id)
    flash(_("The rule has ended: %(rule)s", rule=rule_sentence(rule, latest())), "success")
    return redirect(url_for("routing.list_rules"))


@blueprint.get("/prova")
@signed_in
def test_run() -> ResponseReturnValue:
    """Try where a finding would go, and why."""
    require_reading(actor())
    form = TryForm(request.args)
    form.offer(about_choices(latest()))
    asked = bool(form.number.data or form.lat.data or form.lon.data or "what" in request.args)
    answer: tuple[str, Site | None, list[Proposal]] | None = None
    if asked and form.validate():
        try:
            answer = _answer(form)
        except NotFoundError:
            form.number.errors = [
                _(
                    "There is no finding numbered %(number)s. Write it like KISTA-2026-0042.",
                    number=form.number.data,
                )
            ]
    checklist = latest()
    return render_template(
        "routing/try.html",
        form=form,
        answer=answer,
        why=lambda proposal: proposal_why(proposal, checklist),
    )


def _answer(form: TryForm) -> tuple[str, Site | None, list[Proposal]]:
    """What was asked about in words, its site, and where it would go."""
    number = (form.number.data or "").strip()
    if number:
        finding = load_finding(actor(), number)
        return f"{finding.number} {finding_title(finding)}", finding.site, routing.propose(finding)
    category, _slash, item = form.what.data.partition("/")
    site: Site | None = None
    lon, lat = form.position or (None, None)
    if lon is not None and lat is not None:
        site_id = places.locate(lon, lat).site_id
        site = next((one for one in list_sites(actor()) if one.id == site_id), None)
    words = dict(about_choices(latest()))[form.what.data]
    return words, site, routing.propose_at(Spot(category, item, site.id if site else None, lon, lat))


def _values(form: RuleForm) -> RuleValues:
    category, item = form.about()
    return RuleValues(
        UUID(form.organisation_id.data),
        category,
        item,
        UUID(form.site_id.data) if form.site_id.data else None,
        (form.words.data or "").strip(),
        form.valid_from.data,
        form.valid_to.data,
    )


def _sites() -> list[tuple[str, str]]:
    return [(str(site.id), site.name) for site in list_sites(actor())]


def _organisations(rule: RoutingRule | None) -> list[tuple[str, str]]:
    """Those of today, and the one that the rule names even if it is over."""
    found = {str(key): name for key, name in current_organisations()}
    if rule is not None:
        found.setdefault(str(rule.organisation_id), rule.organisation.name)
    return list(found.items())
