"""OpenRosa 1.0, so that ODK Collect and other clients can fetch a wave's questionnaire and send what was answered.

See https://docs.getodk.org/openrosa/ and docs/questionnaire-channels.md. The server's address for a client is
`…/openrosa` with the API token as a password (HTTP basic, any user name), or `…/openrosa/t/<token>` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, ParamSpec
from xml.sax.saxutils import escape

from apiflask import APIBlueprint
from flask import Response, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.http import http_date

from app.api.access import api_actor
from app.errors import SignedOutError
from app.imaging import MAX_BYTES
from app.services.openrosa_forms import OpenForm, load_form
from app.services.openrosa_forms import list_forms as find_forms
from app.services.openrosa_submissions import BadSubmissionError, take_submission
from app.services.tokens import find_token
from app.views.openrosa_words import PREFIX, XML, envelope

VERSION = "1.0"
SUBMITTED = "xml_submission_file"
_LIST = "http://openrosa.org/xforms/xformsList"
_MANIFEST = "http://openrosa.org/xforms/xformsManifest"

P = ParamSpec("P")

# The document of our own API does not describe a protocol of somebody else's.
blueprint = APIBlueprint("openrosa", __name__, url_prefix=PREFIX, enable_openapi=False)


def by_device(view: Callable[P, Any]) -> Callable[..., Any]:
    """Whoever has an API token may call this route: in the address, as the password, or as a bearer token."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        caller = find_token(str(kwargs.pop("token", "")) or _sent_token())
        if caller is None:
            raise SignedOutError
        g._login_user = caller  # what flask-login gives as current_user, and so the language of messages
        return view(*args, **kwargs)

    guarded.access = "by_token"  # type: ignore[attr-defined]  # read by the test that walks the URL map
    return guarded


@blueprint.get("/formList")
@blueprint.get("/t/<token>/formList")
@by_device
def list_forms() -> ResponseReturnValue:
    """List the questionnaires that are open where the caller interviews."""
    forms = find_forms(api_actor(), request.args.get("formID"))
    verbose = request.args.get("verbose") == "true"
    return _xml(f'<xforms xmlns="{_LIST}">{"".join(_listed(form, verbose) for form in forms)}</xforms>')


@blueprint.get("/forms/<form_id>.xml")
@blueprint.get("/t/<token>/forms/<form_id>.xml")
@by_device
def show_form(form_id: str) -> ResponseReturnValue:
    """Give the XForm of one wave."""
    return Response(load_form(api_actor(), form_id).xml, content_type=XML)


@blueprint.get("/forms/<form_id>/manifest")
@blueprint.get("/t/<token>/forms/<form_id>/manifest")
@by_device
def show_manifest(form_id: str) -> ResponseReturnValue:
    """List the files that a form needs: none of ours needs any."""
    load_form(api_actor(), form_id)
    return _xml(f'<manifest xmlns="{_MANIFEST}"/>')


@blueprint.route("/submission", methods=["HEAD"])
@blueprint.route("/t/<token>/submission", methods=["HEAD"])
@by_device
def ask_before() -> ResponseReturnValue:
    """Let a client find out whether it may send, before it sends photos."""
    return "", 204, {"Location": request.base_url}


@blueprint.post("/submission")
@blueprint.post("/t/<token>/submission")
@by_device
def submit() -> ResponseReturnValue:
    """Keep a filled-in form with its photos; a large one may come in several requests."""
    if "Transfer-Encoding" in request.headers:
        # Such a body says no length. That nothing of it is missing, its closing boundary tells.
        request.environ["wsgi.input_terminated"] = True
    received = take_submission(api_actor(), _submitted(), dict(_photos()))
    if received.missing:
        words = ngettext(
            "The answers are kept. %(num)s photo is still to come.",
            "The answers are kept. %(num)s photos are still to come.",
            received.missing,
        )
        return envelope(words, "submit_incomplete"), 202, {"Content-Type": XML}
    return envelope(_("The answers are kept. Thank you!"), "submit_success"), 201, {"Content-Type": XML}


@blueprint.after_app_request
def speak_openrosa(response: Response) -> Response:
    """Say on every answer here which OpenRosa is spoken, when, and how much is taken at once."""
    if request.path.startswith(f"{PREFIX}/"):
        response.headers["X-OpenRosa-Version"] = VERSION
        response.headers["X-OpenRosa-Accept-Content-Length"] = str(MAX_BYTES)
        response.headers["Date"] = http_date()
        response.headers["Cache-Control"] = "no-store"
        if response.status_code == 401:
            response.headers["WWW-Authenticate"] = 'Basic realm="Platskollen", charset="UTF-8"'
    return response


def _sent_token() -> str:
    said = request.authorization
    if said is None:
        return ""
    return (said.password if said.type == "basic" else said.token) or ""


def _submitted() -> bytes:
    if SUBMITTED in request.files:
        return bytes(request.files[SUBMITTED].read())
    if SUBMITTED in request.form:  # a part without a name of a file
        return str(request.form[SUBMITTED]).encode()
    raise BadSubmissionError


def _photos() -> Iterator[tuple[str, bytes]]:
    """The further parts: a client names the part or its file as the answers name the photo."""
    for part, sent in request.files.items(multi=True):
        if part != SUBMITTED:
            data = sent.read()
            yield part, data
            if sent.filename:
                yield sent.filename, data


def _listed(form: OpenForm, verbose: bool) -> str:
    token = (request.view_args or {}).get("token")
    there: dict[str, Any] = {"form_id": form.form_id, "_external": True} | ({"token": token} if token else {})
    said = {
        "formID": form.form_id,
        "name": form.name,
        "version": form.version,
        "hash": f"md5:{form.md5}",
        **({"descriptionText": form.name} if verbose else {}),
        "downloadUrl": url_for("openrosa.show_form", **there),
        "manifestUrl": url_for("openrosa.show_manifest", **there),
    }
    return f"<xform>{''.join(f'<{tag}>{escape(words)}</{tag}>' for tag, words in said.items())}</xform>"


def _xml(words: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{words}', content_type=XML)
