"""OpenRosa submissions of the shipped questionnaire, beside the bare writes that they cannot do without.

A real `platskollen serve` with two web processes and the worker on one machine with the load client. The floor writes
the same rows, an answer and a free text, to the same kind of database, each pair made durable.
"""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4
from xml.sax.saxutils import escape

from sqlalchemy import select

from app import db
from app.db import change, now, session
from app.i18n import today
from app.models.questionnaires import Questionnaire, QuestionnaireVersion
from app.models.sites import Site
from app.models.surveys import Channel, Survey, Wave
from app.permissions import SYSTEM
from bench import Row
from bench.load_client import Request, postgresql, timed
from bench.sync import postgresql_floor, sqlite_floor
from config import Settings
from forms.questionnaire.definition import Definition, Group, Item, Kind, Question
from forms.questionnaire.sheets import read_sheets
from forms.questionnaire.shipped import Instrument
from forms.questionnaire.xlsform import convert
from tools.serving import Server

CONNECTIONS = 16
COUNT = 3000
LEAST = 250
"""Submissions a second."""
ROWS = 2
"""Of a submission: the answer and its free text."""


def measure() -> list[Row]:
    """Measure on SQLite and on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        row = _measure("SQLite", Path(folder), {}, lambda: sqlite_floor(1, Path(folder), ROWS))
        rows = [row]
    with postgresql() as url, tempfile.TemporaryDirectory() as folder:
        settings = {"PLATSKOLLEN_DATABASE_URL": url}
        rows.append(
            _measure("PostgreSQL", Path(folder), settings, lambda: postgresql_floor(settings, 1, ROWS))
        )
    return rows


def _measure(name: str, folder: Path, settings: dict[str, str], floor: Callable[[], float]) -> Row:
    server = Server(folder, "--demo", "--workers", "2", **settings)
    server.start()
    try:
        definition = _open_wave(folder, settings)
        token = server.served.token("falt@demo.example")
        xml = _filled_in(definition)
        timed(server.port, CONNECTIONS, [[_submission(token, xml)] for _ in range(200)])  # fills caches
        used = _cpu_of_others()
        seconds = timed(server.port, CONNECTIONS, [[_submission(token, xml)] for _ in range(COUNT)])
        client = _cpu_of_others() - used
    finally:
        server.stop()
    rate = COUNT / seconds
    print(
        f"{name}: {rate:.0f} submissions/s of {len(xml)} bytes; the client's own CPU {1000 * client / COUNT:.2f} ms "
        f"each; load {os.getloadavg()[0]:.1f}"
    )
    bare = floor()
    return Row(f"{name}: an OpenRosa submission", 1 / rate, bare, (1 / LEAST) / bare)


def _cpu_of_others() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _open_wave(folder: Path, settings: dict[str, str]) -> Definition:
    """An open wave of the questionnaire for residents, written beside the running server."""
    path = Instrument.RESIDENT.path
    made = convert(read_sheets(path.read_bytes(), path.name))
    db.connect(Settings(data_dir=folder, database_url=settings.get("PLATSKOLLEN_DATABASE_URL", "")).database)
    content = made.definition.model_dump(mode="json")
    with change(SYSTEM, None) as making:
        site = session().scalars(select(Site).where(Site.slug == "kista-centrum")).one()
        questionnaire = Questionnaire(slug="bench", title="Enkät")
        version = QuestionnaireVersion(
            questionnaire=questionnaire, number=1, sheets={}, definition=content, frozen_at=now()
        )
        survey = Survey(slug="bench", site_id=site.id, questionnaire=questionnaire)
        making.session.add(
            Wave(
                survey=survey,
                number=1,
                name="Omgång",
                opens_on=today(),
                closes_on=today() + timedelta(days=30),
                version=version,
                channels=[Channel.OPENROSA],
                definition=content,
                xform=made.xform,
                opened_at=now(),
            )
        )
    db.dispose()
    return made.definition


def _filled_in(definition: Definition) -> str:
    """The instance with every question answered by its first choice, but for its id."""
    inner = "".join(map(_answered, definition.items))
    version = definition.version or "1"
    return (
        f'<data id="bench-1" version="{version}">{inner}<meta><instanceID>uuid:%s</instanceID></meta></data>'
    )


def _answered(item: Item) -> str:
    if isinstance(item, Group):
        inner = "" if item.repeat else "".join(map(_answered, item.items))
        return f"<{item.name}>{inner}</{item.name}>"
    return f"<{item.name}>{escape(_answer(item))}</{item.name}>"


def _answer(question: Question) -> str:
    if question.kind in {Kind.SELECT_ONE, Kind.SELECT_MULTIPLE} and question.choices:
        return question.choices[0].name
    return "Mer ljus på gångvägen mot centrum, tack." if question.kind is Kind.TEXT else ""


def _submission(token: str, xml: str) -> Request:
    body = (
        '--q\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="s.xml"\r\n'
        f"Content-Type: text/xml\r\n\r\n{xml % uuid4()}\r\n--q--\r\n"
    ).encode()
    head = (
        f"POST /openrosa/t/{token}/submission HTTP/1.1\r\nHost: localhost\r\nX-OpenRosa-Version: 1.0\r\n"
        f"Content-Type: multipart/form-data; boundary=q\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return Request(head.encode() + body, 201, b"submit_success")
