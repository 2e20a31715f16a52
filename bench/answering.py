"""The residents' questionnaire: bytes that a phone takes, and answers a second, page by page and sent whole.

The shipped instrument with all its fourteen items (five rows of problems, no map). The rates come from 16 connections
of a load client on the same machine; each answer has an id and an address of its own, as residents have.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from playwright.sync_api import Browser, Page, sync_playwright

from app import db
from app.db import change, now
from app.i18n import today
from app.models.questionnaires import Questionnaire, QuestionnaireVersion
from app.models.sites import Site
from app.models.surveys import Channel, Survey, Wave
from app.permissions import SYSTEM
from bench import Row, report
from bench.load_client import Request, postgresql, timed
from bench.open_arrivals import cpu_seconds
from config import Settings
from forms.questionnaire.definition import Definition, Kind, Question
from forms.questionnaire.filling import Filling
from forms.questionnaire.pages import asked_on
from forms.questionnaire.sheets import read_sheets
from forms.questionnaire.shipped import Instrument
from forms.questionnaire.xlsform import convert
from tools.chromium import FLAGS, find_chromium
from tools.serving import Server

ADDRESS = "/enkat/bench"
CONNECTIONS = 16
FIRST_KB, WHOLE_KB = 20.0, 60.0
PAGED, WHOLE = 25.0, 200.0
_IDS = [str(uuid4()) for _ in range(260)]
_WAVE = uuid4()
_ROWS = ("sightlines", "drugs", "drunkenness", "harassment", "traffic", "premises", "snow")
_LEFT_OUT = ("map", *(f"problem_{row}" for row in _ROWS))


def measure() -> list[Row]:
    """Measure sizes on SQLite, and rates on SQLite and PostgreSQL."""
    definition = convert(
        read_sheets(Instrument.RESIDENT.path.read_bytes(), "resident.csv"), left_out=_LEFT_OUT
    ).definition
    rows = []
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder), definition) as server:
        rows += _sizes(server)
        rows += _rates("SQLite", server, definition)
    with (
        postgresql() as url,
        tempfile.TemporaryDirectory() as folder,
        _served(Path(folder), definition, PLATSKOLLEN_DATABASE_URL=url) as server,
    ):
        rows += _rates("PostgreSQL", server, definition)
    return rows


@contextmanager
def _served(folder: Path, definition: Definition, **settings: str) -> Iterator[Server]:
    server = Server(folder, "--workers", "2", PLATSKOLLEN_TRUSTED_PROXIES="1", **settings)
    server.start()
    db.connect(Settings(data_dir=folder, database_url=settings.get("PLATSKOLLEN_DATABASE_URL", "")).database)
    content = definition.model_dump(mode="json")
    with change(SYSTEM, None) as filling:
        instrument = Questionnaire(slug="bench", title="Bänk")
        version = QuestionnaireVersion(questionnaire=instrument, number=1, sheets={}, definition=content)
        survey = Survey(
            slug="bench",
            site=Site(slug="bench", name="Bänken", code="B", polygon=b""),
            questionnaire=instrument,
        )
        filling.session.add(
            Wave(
                id=_WAVE,
                survey=survey,
                number=1,
                name="Bänk",
                opens_on=today(),
                closes_on=today(),
                version=version,
                channels=[Channel.LINK.value],
                definition=content,
                opened_at=now(),
            )
        )
    db.dispose()
    try:
        yield server
    finally:
        server.stop()


def _sizes(server: Server) -> list[Row]:
    """Bytes over the wire, headers too, of the first question and of the whole, with an empty cache."""
    path = find_chromium()
    if path is None:
        print("questionnaire: no Chromium on this system, no sizes measured")
        return []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        rows = [row for script in (True, False) for row in _sizes_in(browser, server, script=script)]
        browser.close()
    return rows


def _sizes_in(browser: Browser, server: Server, *, script: bool) -> list[Row]:
    context = browser.new_context(locale="sv-SE", java_script_enabled=script)
    page = context.new_page()
    taken: list[float] = []
    watcher = context.new_cdp_session(page)
    watcher.on("Network.loadingFinished", lambda event: taken.append(event["encodedDataLength"]))
    watcher.send("Network.enable")
    page.goto(f"http://localhost:{server.port}{ADDRESS}")
    page.wait_for_load_state("networkidle")
    page.locator(".ways button").last.click()
    page.get_by_text("Sida 1 av").wait_for()
    page.wait_for_load_state("networkidle")
    first = sum(taken) / 1000
    _answer(page)
    whole = sum(taken) / 1000
    context.close()
    how = "with its script" if script else "without a script"
    return [
        Row(f"questionnaire {how}: first question (at most {FIRST_KB:g} kB)", first, FIRST_KB, 1, "kB"),
        Row(f"questionnaire {how}: all fourteen items (at most {WHOLE_KB:g} kB)", whole, WHOLE_KB, 1, "kB"),
    ]


def _answer(page: Page) -> None:
    heading = page.get_by_role("heading", level=1)
    while not page.locator("button[value=send]").count():
        before = heading.inner_text()
        for row in range(page.locator("fieldset").count()):
            page.locator("fieldset").nth(row).locator("label").first.click()
        page.locator(".ways button").last.click()
        page.wait_for_function("(before) => document.querySelector('h1').innerText !== before", arg=before)
    page.locator("button[value=send]").last.click()
    page.get_by_text("Tack för dina svar").first.wait_for()
    page.wait_for_load_state("networkidle")


def _rates(name: str, server: Server, definition: Definition) -> list[Row]:
    steps = _steps(definition)
    paged = [
        [_get(ADDRESS, number), *(_form(step, number) for step in steps), _get(f"{ADDRESS}/tack", number)]
        for number in range(260)
    ]
    whole = [[_json(steps[-1], number)] for number in range(2600)]
    timed(server.port, CONNECTIONS, paged[:40])  # each process makes its forms
    rows = []
    for what, answers, least in (("page by page", paged[40:], PAGED), ("sent whole", whole, WHOLE)):
        before = cpu_seconds(server.group)
        taken = timed(server.port, CONNECTIONS, answers)
        requests = sum(map(len, answers))
        cpu = (cpu_seconds(server.group) - before) / requests * 1000
        rate = len(answers) / taken
        print(
            f"{name}, {what}: {rate:.0f} answers/s of {len(answers[0])} requests, {cpu:.2f} ms of the server's CPU a "
            f"request; load {os.getloadavg()[0]:.1f}"
        )
        rows.append(Row(f"{name}: an answer {what}", 1 / rate, 1 / least, 1))
    return rows


def _steps(definition: Definition) -> list[dict[str, object]]:
    """The forms that somebody sends who answers the first choice of each question, without id.

    Each carries what its page gave it, the wave as well from the first question on.
    """
    answers: dict[str, object] = {}
    steps: list[dict[str, object]] = [{"go": "next"}]
    for page in Filling(definition, {}).pages():
        found = {place.key: _first(place.question) for place in asked_on(page.item)}
        carried = {"at": page.name, "wave": _WAVE, "answers": json.dumps(answers)}
        steps.append({**carried, **{f"q-{key}": value for key, value in found.items()}, "go": "next"})
        answers |= {key: [value] if _many(definition, key) else value for key, value in found.items()}
    return [*steps, {"at": "/send", "wave": _WAVE, "answers": json.dumps(answers), "go": "send"}]


def _first(question: Question) -> str:
    return question.choices[0].name if question.choices else "Mer ljus vid torget"


def _many(definition: Definition, name: str) -> bool:
    return any(one.name == name and one.kind is Kind.SELECT_MULTIPLE for one in definition.questions())


def _head(number: int) -> str:
    return f"Host: localhost\r\nAccept-Encoding: gzip\r\nX-Forwarded-For: 10.{number >> 8 & 255}.{number & 255}.7\r\n"


def _get(path: str, number: int) -> Request:
    return Request(f"GET {path} HTTP/1.1\r\n{_head(number)}\r\n".encode(), 200)


def _form(step: dict[str, object], number: int) -> Request:
    body = urlencode({"id": _IDS[number], "lang": "sv", **step}).encode()
    status = 303 if step["go"] == "send" else 200
    return _post(ADDRESS, body, "application/x-www-form-urlencoded", number, status)


def _json(step: dict[str, object], number: int) -> Request:
    body = {"id": str(uuid4()), "language": "sv", "answers": json.loads(str(step["answers"]))}
    return _post(f"{ADDRESS}/svar", json.dumps(body).encode(), "application/json", number, 200)


def _post(path: str, body: bytes, kind: str, number: int, status: int) -> Request:
    head = (
        f"POST {path} HTTP/1.1\r\n{_head(number)}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return Request(head.encode() + body, status)


if __name__ == "__main__":
    sys.exit(report(measure()))
