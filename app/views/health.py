"""Probes for those who operate the service: is the process up, can it do its work."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.services import readiness
from app.views.access import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Say that the process is up; phones probe this too."""
    response = jsonify({"status": "ok", "service": "platskollen"})
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Say whether database, storage and jobs work; 503 names what does not."""
    faults = readiness.faults()
    body = {"status": "failing" if faults else "ok", "failing": faults}
    return jsonify(body), 503 if faults else 200
