import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app import metrics
from app.metrics import RequestCounts
from config import Settings, settings, use_settings
from tests.databases import ROOT


@pytest.fixture
def token(client: FlaskClient) -> str:
    use_settings(Settings(**{**settings().model_dump(), "metrics_token": "let-me-read"}))
    return "let-me-read"


LINE = re.compile(r'([a-z_]+)(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? (-?[0-9.e+-]+)')


def figures(text: str) -> dict[str, float]:
    """Each line of the format as its name and labels, and its number."""
    assert text.endswith("\n")
    found = [LINE.fullmatch(line) for line in text.splitlines() if not line.startswith("# ")]
    assert all(found)
    return {f"{one[1]}{one[2] or ''}": float(one[4]) for one in found if one}


def test_jobs_and_letters_are_there(client: FlaskClient) -> None:
    answer = client.get("/metrics")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    said = figures(answer.text)
    assert said['platskollen_jobs{state="failed"}'] == 0
    assert said["platskollen_jobs_stuck"] == 0
    assert said['platskollen_letters{state="refused"}'] == 0


def test_requests_are_counted_by_template_never_by_what_was_asked_for(client: FlaskClient) -> None:
    series = 'platskollen_request_seconds_count{method="GET",route="/agare/<token>",status="404"}'
    before = figures(client.get("/metrics").text).get(series, 0)
    client.get("/agare/XSECRETX?q=XSECRETX")
    client.get("/XSECRETX")
    client.open("/healthz", method="XSECRETX")
    after = client.get("/metrics").text
    assert figures(after)[series] == before + 1
    assert "XSECRETX" not in after


def test_buckets_rise_to_the_count(client: FlaskClient) -> None:
    client.get("/healthz")
    said = figures(client.get("/metrics").text)
    name, labels = "platskollen_request_seconds", 'method="GET",route="/healthz",status="200"'
    buckets = [said[f'{name}_bucket{{{labels},le="{bound}"}}'] for bound in (*metrics.BOUNDS_S, "+Inf")]
    assert buckets == sorted(buckets)
    assert buckets[-1] == said[f"{name}_count{{{labels}}}"] > 0
    assert said[f"{name}_sum{{{labels}}}"] > 0


@pytest.mark.parametrize(
    ("caller", "headers"),
    [
        ("192.0.2.1", {}),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.1"}),
        ("", {}),
    ],
)
def test_nobody_elsewhere_reads_it(client: FlaskClient, caller: str, headers: dict[str, str]) -> None:
    answer = client.get("/metrics", environ_overrides={"REMOTE_ADDR": caller}, headers=headers)
    assert answer.status_code == 401
    assert "platskollen_" not in answer.text


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer let-me-rea", "Basic let-me-read", "Bearer å"])
def test_with_a_token_nothing_else_opens_it(client: FlaskClient, token: str, said: str) -> None:
    assert client.get("/metrics", headers={"Authorization": said}).status_code == 401


def test_token_opens_it_from_anywhere(client: FlaskClient, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    assert answer.status_code == 200


def test_processes_count_together_and_what_ended_ones_counted_stays(tmp_path: Path) -> None:
    series = ("GET", "/healthz", "200")
    for _ in range(3):
        told = "from app.metrics import RequestCounts; from pathlib import Path; "
        told += f"RequestCounts(Path({str(tmp_path)!r})).count({series}, 0.02)"
        subprocess.run([sys.executable, "-c", told], cwd=ROOT, check=True)
    counts = RequestCounts(tmp_path)
    counts.count(series, 20)
    [numbers] = counts.read().values()
    assert numbers[2] == 3
    assert numbers[-2] == 1
    assert numbers[-1] == pytest.approx(20.06)
    assert len(list(tmp_path.glob("*.names"))) == 2


def test_what_cannot_be_counted_any_more_is_passed_over(tmp_path: Path) -> None:
    counts = RequestCounts(tmp_path)
    for n in range(4001):
        counts.count(("GET", f"/{n}", "200"), 0.1)
    assert len(counts.read()) == 4000
