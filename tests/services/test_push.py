"""Notices at once: encrypted for the device, to browser makers' hosts only, forgotten where the device is gone."""

from __future__ import annotations

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import http_ece
import pytest
from apiflask import APIFlask
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient
from sqlalchemy import select

from app import jobs
from app.db import change, session
from app.errors import InvalidInputError, NotFoundError
from app.i18n import today
from app.models.accounts import Organisation, PushSubscription, User
from app.models.comments import Audience
from app.models.findings import Finding, Level, Status
from app.models.jobs import Job, JobState
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from app.services import push
from app.services.comments import say
from app.services.needs import Given
from app.services.remedies import move
from config import Settings, settings, use_settings
from tests.builders import make_finding, make_walk

SECRET = bytes(range(16))


def encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class Service:
    """A browser maker's push service on this machine, and the browser that reads what comes by it."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.status = 201
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(service.status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_said: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)

    @property
    def point(self) -> str:
        return encode(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def read(self) -> list[dict[str, str]]:
        return [
            json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=SECRET, version="aes128gcm"))
            for _path, _headers, body in self.got
        ]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def service(app: APIFlask) -> Iterator[Service]:
    made = Service()
    use_settings(Settings(**{**settings().model_dump(), "push_hosts": f"{made.origin} *.push.example.com"}))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def finding(site: Site, organisation: Organisation) -> Finding:
    return make_finding(
        make_walk(site),
        status=Status.SENT,
        responsible_id=organisation.id,
        title="XMARKX",
        place_words="XMARKX",
    )


def subscribe(actor: Actor, service: Service, endpoint: str | None = None) -> None:
    push.subscribe(
        actor,
        endpoint=endpoint or f"{service.origin}/device/1",
        public_key=service.point,
        secret=encode(SECRET),
    )


def devices() -> list[PushSubscription]:
    session().rollback()
    return list(session().scalars(select(PushSubscription)))


def test_question_shows_on_the_coordinators_device_without_what_was_written(
    service: Service, finding: Finding, owner: Actor, coordinator: Actor, field: Actor
) -> None:
    number = finding.number
    subscribe(coordinator, service)
    subscribe(field, service, f"{service.origin}/device/2")  # no coordinator, so not told
    say(owner, number, Audience.OWNER, "XMARKX")
    jobs.run_due()

    [(path, headers, _body)] = service.got
    assert path == "/device/1"
    assert headers["content-encoding"] == "aes128gcm"
    assert headers["authorization"].startswith("vapid ")
    assert push.public_key() in headers["authorization"]
    assert service.read() == [
        {"title": "Platskollen", "body": f"{number}: en fråga från ansvarig", "url": f"/brister/{number}"}
    ]


def test_what_an_owner_does_shows_and_what_staff_do_does_not(
    service: Service, finding: Finding, owner: Actor, coordinator: Actor
) -> None:
    subscribe(coordinator, service)
    move(coordinator, finding.number, Status.PLANNED, Given(planned_on=today()))
    move(owner, finding.number, Status.NOT_OURS, Given(words="Gatans"))
    jobs.run_due()
    assert [one["body"].partition(": ")[2] for one in service.read()] == ["inte rätt ansvarig"]


def test_protected_finding_is_not_even_named(
    service: Service, finding: Finding, owner: Actor, coordinator: Actor
) -> None:
    subscribe(coordinator, service)
    say(owner, finding.number, Audience.OWNER, "Hej")
    with change(SYSTEM, None):
        finding.level = Level.PROTECTED
    jobs.run_due()
    assert service.read() == [{"title": "Platskollen", "body": "Något väntar på dig.", "url": "/"}]


@pytest.mark.parametrize("status", [404, 410])
def test_device_that_is_gone_is_forgotten(
    service: Service, finding: Finding, owner: Actor, coordinator: Actor, status: int
) -> None:
    service.status = status
    subscribe(coordinator, service)
    say(owner, finding.number, Audience.OWNER, "Hej")
    jobs.run_due()
    assert devices() == []


@pytest.mark.parametrize("status", [302, 307, 429, 500])
def test_service_that_is_down_is_tried_again_and_never_followed_elsewhere(
    service: Service, finding: Finding, owner: Actor, coordinator: Actor, status: int
) -> None:
    service.status = status
    subscribe(coordinator, service)
    say(owner, finding.number, Audience.OWNER, "Hej")
    jobs.run_due()
    assert [path for path, _headers, _body in service.got] == ["/device/1"]
    assert [job.state for job in session().scalars(select(Job))] == [JobState.WAITING]
    assert len(devices()) == 1


def test_whoever_may_no_longer_sign_in_is_told_nothing(
    service: Service, finding: Finding, owner: Actor, coordinator: Actor
) -> None:
    subscribe(coordinator, service)
    say(owner, finding.number, Audience.OWNER, "Hej")
    with change(SYSTEM, None) as leaving:
        leaving.session.get_one(User, coordinator.user_id).active = False
    jobs.run_due()
    assert service.got == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://a.push.example.com/x",
        "https://a.push.example.com:443/x",
    ],
)
def test_hosts_of_browser_makers_are_taken(service: Service, coordinator: Actor, endpoint: str) -> None:
    subscribe(coordinator, service, endpoint)
    assert len(devices()) == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://a.push.example.com/x",
        "https://push.example.com.evil.example/x",
        "https://evilpush.example.com/x",
        "https://a.push.example.com:8443/x",
        "https://user@a.push.example.com/x",
        "https://a.push.example.com@127.0.0.1/x",
        "https://127.0.0.1\\@a.push.example.com/x",
        "https://169.254.169.254/latest",
        "https://[::1]/x",
        "https://a.push.example.com\r\n.evil/x",
        "file:///etc/passwd",
        "https://a.push.example.com:99999/x",
        "https://a.push.example.com/" + "x" * 2000,
        "",
    ],
)
def test_every_other_address_is_refused(service: Service, coordinator: Actor, endpoint: str) -> None:
    with pytest.raises(InvalidInputError):
        push.subscribe(coordinator, endpoint=endpoint, public_key=service.point, secret=encode(SECRET))
    assert devices() == []


@pytest.mark.parametrize(
    ("point", "secret"),
    [
        ("", encode(SECRET)),
        ("AAAA", encode(SECRET)),
        (encode(b"\x04" + b"\x01" * 64), encode(SECRET)),
        (None, "kort"),
        (None, "å" * 16),
    ],
)
def test_keys_that_are_none_are_refused(
    service: Service, coordinator: Actor, point: str | None, secret: str
) -> None:
    with pytest.raises(InvalidInputError):
        push.subscribe(
            coordinator,
            endpoint=f"{service.origin}/x",
            public_key=service.point if point is None else point,
            secret=secret,
        )


def test_browser_is_whose_it_was_last_and_the_oldest_of_many_go(
    service: Service, coordinator: Actor, field: Actor
) -> None:
    subscribe(coordinator, service)
    subscribe(field, service)
    assert [one.user_id for one in devices()] == [field.user_id]
    for number in range(push.MOST_DEVICES + 3):
        subscribe(field, service, f"{service.origin}/device/{number}")
    assert len(devices()) == push.MOST_DEVICES


def test_person_ends_own_devices_only(
    client: FlaskClient, sign_in: object, service: Service, coordinator: Actor, field: Actor
) -> None:
    subscribe(coordinator, service)
    [device] = devices()
    with pytest.raises(NotFoundError):
        push.unsubscribe(field, device.id)
    assert callable(sign_in)
    sign_in(client, coordinator)
    shown = client.get("/konto/utskick").text
    assert f"/konto/utskick/aviseringar/{device.id}/avsluta" in shown
    assert push.public_key() in shown
    client.post(f"/konto/utskick/aviseringar/{device.id}/avsluta")
    assert devices() == []
    refused = client.post("/konto/utskick/aviseringar", data={"endpoint": "https://evil.example"})
    assert "cannot be used here" in client.get(refused.location).text
