"""`/metrics` for Prometheus: jobs, letters and requests, as numbers about the service and nothing about people."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from time import perf_counter
from typing import ParamSpec, TypeVar

from flask import Blueprint, Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue

from app.metrics import RequestCounts, exposition, gauge
from app.services import jobs
from config import settings

P = ParamSpec("P")
R = TypeVar("R")

blueprint = Blueprint("metrics", __name__)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


def by_operator(view: Callable[P, R]) -> Callable[P, R | ResponseReturnValue]:
    """Whoever holds the token of the setting may call this route; without one, only this machine itself."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
        if not _may():
            return Response("not for you\n", 401, {"WWW-Authenticate": "Bearer"}, mimetype="text/plain")
        return view(*args, **kwargs)

    guarded.access = "by_operator"  # type: ignore[attr-defined]  # read by the test that walks the URL map
    return guarded


def _may() -> bool:
    wanted = settings().metrics_token
    if wanted:
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        return kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), wanted.encode())
    # A proxy on this machine is no reason to answer those who stand behind it.
    return _is_here(request.remote_addr or "") and not any(name in request.headers for name in _FORWARDED)


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


@blueprint.get("/metrics")
@by_operator
def show() -> Response:
    """Give the figures in Prometheus' text format."""
    figures = jobs.figures()
    lines = [
        *gauge(
            "platskollen_jobs",
            "Jobs by state, of those that are not over.",
            {f'{{state="{state}"}}': count for state, count in figures.by_state.items()},
        ),
        *gauge("platskollen_jobs_stuck", "Jobs that do not go on.", {"": figures.stuck}),
        *gauge(
            "platskollen_jobs_retrying", "Jobs that failed and will be tried again.", {"": figures.retrying}
        ),
        *gauge(
            "platskollen_jobs_oldest_due_seconds",
            "For how long the oldest job that could run has waited.",
            {"": figures.oldest_due_s},
        ),
        *gauge(
            "platskollen_letters",
            "Letters that wait to be sent, or were refused.",
            {f'{{state="{state}"}}': count for state, count in figures.letters.items()},
        ),
        *exposition(current_app.extensions["request_counts"].read()),
    ]
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def init_app(app: Flask) -> None:
    """Count every request of `app`."""
    counts = app.extensions["request_counts"] = RequestCounts(settings().data_dir / "metrics")

    @app.before_request
    def begin() -> None:
        g.began = perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        if "began" in g:
            # The template of the route, never the address: that may hold a token or somebody's words.
            route = request.url_rule.rule if request.url_rule else "none"
            method = request.method if request.method in _METHODS else "other"
            counts.count((method, route, str(response.status_code)), perf_counter() - g.began)
        return response
