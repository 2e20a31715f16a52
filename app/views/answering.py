"""The questionnaire as residents answer it: page by page without a script, or sent whole by one.

Nothing is kept before the last step: what was answered so far travels in the form. So going back, another language,
a reload or a lost connection lose nothing, nobody's half answers are stored, and no cookie is needed on the way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, Response, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import NotFoundError, PlatskollenError
from app.i18n import today
from app.models.surveys import Channel
from app.resident_words import LANGUAGES
from app.services.response_photos import PhotoRefusedError, keep_photo
from app.services.responses import (
    InvalidAnswersError,
    NotOpenError,
    Outcome,
    Taken,
    TakenFile,
    is_taken,
    take_response,
    unordered,
)
from app.services.survey_codes import UnknownCodeError, UsedCodeError, check_code
from app.services.survey_pages import Round, known_round, load_round
from app.services.survey_previews import is_preview
from app.services.waves import Phase, phase
from app.views.access import public
from app.views.answering_pages import show_page, show_send, show_start, show_state, show_thanks
from app.views.answering_state import SEND, START, Carried, channel_of, read_carried
from app.views.answering_states import State
from app.views.answering_visits import Visit
from app.views.headers import content_policy
from app.views.limits import (
    answered_too_often,
    count_wrong_code,
    guessed_too_often,
    sent_wrong_codes_too_often,
)
from config import settings
from forms.questionnaire.cleaning import Fault

blueprint = Blueprint("answering", __name__, url_prefix="/enkat")

OPEN = frozenset({Channel.LINK, Channel.POSTER})
"""Channels that ask for no code."""
_CODE_FAULTS = (UnknownCodeError, UsedCodeError)


@blueprint.after_request
def quiet(response: Response) -> Response:
    """No script or style in the page itself; kept for the browser's Back button, and by nothing between."""
    response.headers["Content-Security-Policy"] = content_policy()
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


@blueprint.errorhandler(NotFoundError)
def show_unknown(_error: NotFoundError) -> ResponseReturnValue:
    """Say in the frame of these pages that there is nothing at the address."""
    return show_state(State.UNKNOWN, None, _wished(tuple(LANGUAGES))), 404


@blueprint.get("/<slug>")
@public
def begin(slug: str) -> ResponseReturnValue:
    """Say who asks and why; or why nothing is asked now."""
    visit = _visit(slug, Carried(via=request.args.get("via", ""), trial=request.args.get("prov", "")))
    if isinstance(visit, Response):
        return visit
    if _has_answered(visit):
        return show_state(State.ANSWERED, visit.round, visit.language)
    return show_start(visit, _takes_open(visit))


@blueprint.post("/<slug>")
@public
def step(slug: str) -> ResponseReturnValue:
    """Take one page's answers along, and show the page that is wished for next."""
    visit = _visit(slug, read_carried(request.form))
    if isinstance(visit, Response):
        return visit
    wish = request.form.get("go", "next")
    other = request.form.get("byt", "")
    if other in visit.languages:
        visit = visit.speaking(other)
        wish = "stay"
    if visit.carried.at == START:
        return _from_start(visit, wish)
    if visit.carried.at == SEND:
        return _from_send(visit, wish)
    return _from_page(visit, wish)


@blueprint.post("/<slug>/svar")
@public
def whole(slug: str) -> ResponseReturnValue:
    """Take all answers at once, as the page's script and interviewers send them; safe to send twice.

    JSON `{"id", "answers", "language", "kod", "via", "prov"}`; answers `{"outcome": "taken" | "already"}`, or
    `{"code": …}` with 409 (not open, code used), 422 (answers, code) or 429.
    """
    try:
        sent = request.get_json(silent=True)
    except RecursionError:  # lists within lists without end
        sent = None
    if not isinstance(sent, dict) or not isinstance(sent.get("answers"), dict):
        return jsonify(code="invalid_answers"), 422
    plain = {name: value for name, value in sent.items() if isinstance(value, str)}
    carried = replace(read_carried(plain), language=plain.get("language", ""), answers=sent["answers"])
    visit = _visit(slug, carried)
    if isinstance(visit, Response):
        return jsonify(code="survey_not_open"), 409
    try:
        outcome = _take(visit, ())
    except _TooOftenError:
        return jsonify(code="too_many_requests"), 429
    except PlatskollenError as error:
        return jsonify(code=error.code), error.status
    return _answered(visit, jsonify(outcome=outcome))


@blueprint.get("/<slug>/tack")
@public
def thanks(slug: str) -> ResponseReturnValue:
    """Say thank you, and what happens next."""
    found = load_round(slug, today())
    return show_thanks(found, _wished(tuple(LANGUAGES)), test=is_preview(slug, request.args.get("prov", "")))


def _visit(slug: str, carried: Carried) -> Visit | Response:
    """The questionnaire that is asked now, or the page that says why none is."""
    half_way = carried.wave and carried.at not in (START, SEND)
    found = known_round(carried.wave) if half_way and carried.wave else None
    if found is None or found.slug != slug or found.opened_at is None:
        found = load_round(slug, today())
    test = bool(carried.trial) and is_preview(slug, carried.trial)
    where = phase(found, today())
    if carried.at == SEND and carried.wave not in (None, found.id):
        return make_response(show_state(State.HALF_WAY, known_round(carried.wave) or found, carried.language))
    if where is not Phase.OPEN and not test:
        closed = State.HALF_WAY if carried.answers else State.CLOSED
        state = State.PLANNED if where is Phase.PLANNED else closed
        return make_response(show_state(state, found, carried.language or _wished(tuple(LANGUAGES))))
    visit = Visit(found, replace(carried, wave=found.id), test)
    return visit if carried.language in visit.languages else visit.speaking(_wished(visit.languages))


def _wished(offered: tuple[str, ...]) -> str:
    """The language of the address, else the browser's, else the first."""
    wish = request.args.get("lang", "")
    return wish if wish in offered else request.accept_languages.best_match(offered) or offered[0]


def _takes_open(visit: Visit) -> bool:
    return visit.test or not OPEN.isdisjoint(visit.round.channels)


def _from_start(visit: Visit, wish: str) -> ResponseReturnValue:
    code, fault = visit.carried.code, ""
    if wish == "stay":
        return show_start(visit, _takes_open(visit))
    if code:
        if guessed_too_often():
            return show_start(visit, _takes_open(visit), "too_many"), 429
        try:
            check_code(visit.round.id, code)
        except _CODE_FAULTS as error:
            fault = error.code
    elif not _takes_open(visit):
        fault = "missing"
    if fault:
        return show_start(visit, _takes_open(visit), fault), 422
    if _has_answered(visit):
        return show_state(State.ANSWERED, visit.round, visit.language)
    return show_page(visit, visit.way.pages[0]) if visit.way.pages else show_send(visit)


def _from_page(visit: Visit, wish: str) -> ResponseReturnValue:
    item = visit.forms.item(visit.carried.at)
    if item is not None:
        visit = visit.answering(item, request.form)
    way = visit.way
    page = way.find(visit.carried.at)
    if page is None:  # it does not concern whoever answered so
        return show_page(visit, way.pages[0]) if way.pages else show_send(visit)
    if wish in ("stay", "more"):
        return show_page(visit, page, more=wish == "more")
    if wish == "back":
        before = way.before(page)
        return show_page(visit, before) if before else show_start(visit, _takes_open(visit))
    faults = way.faults_of(page)
    if faults:
        return show_page(visit, page, faults), 422
    after = way.after(page)
    return show_page(visit, after) if after else show_send(visit)


def _from_send(visit: Visit, wish: str) -> ResponseReturnValue:
    if wish == "back":
        return (
            show_page(visit, visit.way.pages[-1])
            if visit.way.pages
            else show_start(visit, _takes_open(visit))
        )
    if wish != "send":
        return show_send(visit)
    if request.form.get("website"):
        # What fills in every field is a program; it is thanked like everybody, and nothing is kept.
        return _thank(visit)
    photos: list[TakenFile] = []
    for question in visit.way.photos:
        sent = request.files.get(f"q-{question.name}")
        if sent is not None and sent.filename:
            try:
                photos.append(TakenFile(question.name, f"{question.name}.jpg", keep_photo(sent.read())))
            except PhotoRefusedError:
                return show_send(visit, {question.name: Fault("photo")}), 422
    try:
        _take(visit, tuple(photos))
    except InvalidAnswersError as error:
        page = visit.way.page_with(error.faults)
        if page is None:
            return show_send(visit, error.faults), 422
        return show_page(visit, page, visit.way.faults_of(page) or error.faults), 422
    except _CODE_FAULTS as error:
        return show_start(visit, _takes_open(visit), error.code), error.status
    except NotOpenError:
        return show_state(State.HALF_WAY, visit.round, visit.language)
    except _AnsweredError:
        return show_state(State.ANSWERED, visit.round, visit.language)
    except _TooOftenError:
        return show_send(visit, too_many=True), 429
    return _answered(visit, _thank(visit))


class _TooOftenError(Exception):
    """Very many answers came from one network."""


class _AnsweredError(PlatskollenError):
    """This device has answered, and came without a code."""

    code = "survey_answered"
    status = 409


def _take(visit: Visit, photos: tuple[TakenFile, ...]) -> str:
    """Hand the answers over; raises what `take_response` does, _AnsweredError and _TooOftenError."""
    carried = visit.carried
    if visit.test and visit.round.opened_at is None:
        return Outcome.TAKEN  # tried before it opens: what it asks may change still, so nothing is kept
    response_id = unordered(carried.id)
    if _has_answered(visit) and not is_taken(response_id):
        raise _AnsweredError
    if answered_too_often() or (carried.code and sent_wrong_codes_too_often()):
        raise _TooOftenError
    answers = dict(carried.answers) | {photo.item: photo.name for photo in photos}
    channel = channel_of(carried.via, carried.code, visit.round.channels)
    taken = Taken(
        id=response_id,
        answers=answers,
        channel=channel,
        language=visit.language,
        code=carried.code or None,
        test=visit.test,
        files=photos,
    )
    try:
        return take_response(visit.round, taken)
    except UnknownCodeError:
        count_wrong_code()
        raise


def _thank(visit: Visit) -> Response:
    return make_response(
        redirect(
            url_for(".thanks", slug=visit.round.slug, lang=visit.language, prov=visit.carried.trial or None),
            303,
        )
    )


# The one cookie: that this device has answered this wave. It names nobody and no answer.


def _cookie(found: Round) -> str:
    return f"enkat-{found.number}"


def _has_answered(visit: Visit) -> bool:
    return not visit.test and not visit.carried.code and _cookie(visit.round) in request.cookies


def _answered(visit: Visit, response: Response) -> Response:
    if not visit.test and not visit.carried.code:
        response.set_cookie(
            _cookie(visit.round),
            "1",
            max_age=visit.round.closes_on - today() + timedelta(days=1),
            path=url_for(".begin", slug=visit.round.slug),
            secure=settings().secure,
            httponly=True,
            samesite="Lax",
        )
    return response
