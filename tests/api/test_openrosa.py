"""OpenRosa: a client of the specification fetches a wave's form and sends what was answered."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from PIL import Image
from pyxform.xls2xform import convert
from sqlalchemy import func, select

from app.db import change, session
from app.i18n import today
from app.models.accounts import Role
from app.models.audit import AuditEvent
from app.models.responses import Response, ResponseFile, ResponseText
from app.models.sites import Site
from app.models.surveys import Channel, Wave
from app.permissions import SYSTEM, Actor
from app.services.tokens import create_token
from app.services.waves import LATE
from app.storage import files
from forms.questionnaire.definition import Choice, Definition, Group, Kind, Question
from tests.builders import email_of, make_site, make_user
from tests.openrosa_client import OpenRosaClient, Sent, message_of
from tests.questionnaires import make_wave

TITLE = {"sv": "Enkät & mer"}
YES_NO = (Choice(name="yes", label={"sv": "Ja"}), Choice(name="no", label={"sv": "Nej"}))
DEFINITION = Definition(
    name="platsenkat",
    version="3",
    title=TITLE,
    languages=("sv",),
    items=(
        Question(name="safe", path="/data/safe", kind=Kind.SELECT_ONE, choices=YES_NO, required="true()"),
        Question(name="many", path="/data/many", kind=Kind.SELECT_MULTIPLE, choices=YES_NO),
        Group(
            name="more",
            path="/data/more",
            items=(
                Question(name="years", path="/data/more/years", kind=Kind.INTEGER, constraint=". < 120"),
                Question(name="words", path="/data/more/words", kind=Kind.TEXT),
            ),
        ),
        Group(
            name="spots",
            path="/data/spots",
            repeat=True,
            items=(Question(name="spot", path="/data/spots/spot", kind=Kind.GEOPOINT),),
        ),
        Question(name="photo", path="/data/photo", kind=Kind.IMAGE, relevant="/data/safe = 'no'"),
        Question(name="photo_two", path="/data/photo_two", kind=Kind.IMAGE),
    ),
)
SHEETS: dict[str, list[dict[str, str]]] = {
    "survey": [
        {"type": "select_one yn", "name": "safe", "label": "Trygg?", "required": "true()"},
        {"type": "select_multiple yn", "name": "many", "label": "Flera?"},
        {"type": "begin group", "name": "more", "label": "Mer"},
        {"type": "integer", "name": "years", "label": "År?", "constraint": ". < 120"},
        {"type": "text", "name": "words", "label": "Ord?"},
        {"type": "end group", "name": "more"},
        {"type": "begin repeat", "name": "spots", "label": "Platser"},
        {"type": "geopoint", "name": "spot", "label": "Var?"},
        {"type": "end repeat", "name": "spots"},
        {"type": "image", "name": "photo", "label": "Foto", "relevant": "${safe} = 'no'"},
        {"type": "image", "name": "photo_two", "label": "Foto till"},
    ],
    "choices": [{"list_name": "yn", "name": one.name, "label": one.label["sv"]} for one in YES_NO],
    "settings": [{"form_id": "platsenkat", "form_title": TITLE["sv"], "version": "3"}],
}
NEW = "uuid:6a1b7e0e-9d5c-4a53-8d8d-0f2d3f6c0001"


@pytest.fixture(scope="module")
def xform() -> str:
    made = convert(SHEETS, validate=False).xform
    assert isinstance(made, str)
    return made


@pytest.fixture
def wave(site: Site, xform: str) -> Wave:
    return make_wave(site, slug="kista-enkat", definition=DEFINITION, xform=xform)


@pytest.fixture
def interviewer(client: FlaskClient, field: Actor) -> OpenRosaClient:
    return OpenRosaClient(client, password=create_token(email_of(field)))


def jpeg(colour: str = "teal") -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Kamera AB"
    target = io.BytesIO()
    Image.new("RGB", (2000, 100), colour).save(target, "JPEG", exif=exif)
    return target.getvalue()


def filled(phone: OpenRosaClient, answers: dict[str, str], instance_id: str = "") -> bytes:
    (listed,) = phone.list_forms()
    return phone.fill_in(phone.download(listed), answers, instance_id)


def kept() -> list[Response]:
    return list(session().scalars(select(Response)))


def photos() -> dict[str, str | None]:
    return {row.name: row.sha256 for row in session().scalars(select(ResponseFile))}


def send_raw(phone: OpenRosaClient, xml: bytes | str) -> Sent:
    return phone.send_piece("/openrosa/submission", xml if isinstance(xml, bytes) else xml.encode(), {})


def instance(inner: str, *, form: str = "kista-enkat-1", version: str = "3", meta: str | None = None) -> str:
    said = f"<meta><instanceID>{NEW if meta is None else meta}</instanceID></meta>"
    return f'<data id="{form}" version="{version}">{inner}{said}</data>'


def test_an_interviewer_collects_an_answer_with_a_photo(wave: Wave, interviewer: OpenRosaClient) -> None:
    xml = filled(
        interviewer,
        {
            "/data/safe": "no",
            "/data/many": "no yes",
            "/data/more/years": "7",
            "/data/more/words": "Prata med Anna i kiosken",
            "/data/spots/spot": "59.4037 17.9421 0 4.5",
            "/data/photo": "1732281060.jpg",
        },
    )
    assert interviewer.send(xml, {"1732281060.jpg": jpeg()}) == [
        Sent(201, "The answers are kept. Thank you!")
    ]
    (response,) = kept()
    assert (response.wave_id, response.channel, response.test) == (wave.id, Channel.OPENROSA, False)
    assert response.answers == {
        "safe": "no",
        "many": ["yes", "no"],
        "years": 7,
        "spots": [{"spot": "59.40370 17.94210"}],
        "photo": "1732281060.jpg",
    }
    (words,) = session().scalars(select(ResponseText))
    assert (words.item, words.words) == ("words", "Prata med [namn] i kiosken")
    sha256 = photos()["1732281060.jpg"]
    assert sha256
    with Image.open(io.BytesIO(files().get(sha256))) as picture:
        assert picture.size == (1600, 80)
        assert not picture.getexif(), "the photo tells of its camera"
    assert session().scalar(select(func.count()).where(AuditEvent.name.contains("respon"))) == 0


def test_a_form_is_listed_with_what_a_client_needs(wave: Wave, interviewer: OpenRosaClient) -> None:
    (listed,) = interviewer.list_forms()
    assert (listed.form_id, listed.name, listed.version) == (
        "kista-enkat-1",
        "Kista centrum: Enkät & mer",
        "3",
    )
    assert interviewer.list_forms(formID="kista-enkat-1") == [listed]
    assert interviewer.list_forms(formID="other-1") == []
    title = interviewer.download(listed).find(".//{http://www.w3.org/1999/xhtml}title")
    assert title is not None
    assert title.text == listed.name


def test_a_token_in_the_address_opens_the_same(wave: Wave, client: FlaskClient, field: Actor) -> None:
    phone = OpenRosaClient(client, f"/openrosa/t/{create_token(email_of(field))}")
    (listed,) = phone.list_forms()
    assert f"{phone.server}/" in listed.download_url
    assert phone.send(filled(phone, {"/data/safe": "yes"}))[0].status == 201
    assert len(kept()) == 1


def test_two_photos_come_in_two_requests(wave: Wave, interviewer: OpenRosaClient) -> None:
    answers = {"/data/safe": "no", "/data/photo": "a.jpg", "/data/photo_two": "b.jpg"}
    xml = filled(interviewer, answers)
    where = "/openrosa/submission"
    first = interviewer.send_piece(where, xml, {"a.jpg": jpeg()})
    assert first == Sent(202, "The answers are kept. 1 photo is still to come.")
    assert photos()["b.jpg"] is None
    assert interviewer.send_piece(where, xml, {"b.jpg": jpeg("red"), "c.jpg": jpeg()}).status == 201
    assert set(photos()) == {"a.jpg", "b.jpg"}
    assert all(photos().values())
    assert len(kept()) == 1


def test_a_form_sent_twice_is_one_answer(wave: Wave, interviewer: OpenRosaClient) -> None:
    xml = filled(interviewer, {"/data/safe": "yes", "/data/more/words": "Mer ljus"})
    assert [interviewer.send(xml)[0].status for _ in range(3)] == [201, 201, 201]
    assert len(kept()) == 1
    assert session().scalar(select(func.count()).select_from(ResponseText)) == 1


def test_what_was_filled_in_is_taken_for_a_week_after_the_end(
    wave: Wave, interviewer: OpenRosaClient
) -> None:
    xml = filled(interviewer, {"/data/safe": "yes"})
    with change(SYSTEM, None):
        wave.opens_on, wave.closes_on = today() - timedelta(days=30), today() - LATE
    assert interviewer.list_forms() == []
    assert send_raw(interviewer, xml).status == 201
    assert [one.day for one in kept()] == [wave.closes_on]


def test_what_was_kept_is_confirmed_once_the_results_are_told(
    wave: Wave, interviewer: OpenRosaClient
) -> None:
    xml = filled(interviewer, {"/data/safe": "yes", "/data/photo_two": "b.jpg"})
    assert send_raw(interviewer, xml).status == 202
    with change(SYSTEM, None):
        wave.opens_on, wave.closes_on = today() - timedelta(days=30), today() - timedelta(days=8)
    assert interviewer.send_piece("/openrosa/submission", xml, {"b.jpg": jpeg()}).status == 201
    assert all(photos().values())
    assert interviewer.list_forms() == []
    late = send_raw(interviewer, instance("<safe>yes</safe>", meta=f"uuid:{uuid4()}"))
    assert (late.status, "closed" in late.message) == (409, True)
    assert len(kept()) == 1


@pytest.mark.parametrize(
    ("xml", "status", "said"),
    [
        ("", 400, "filled-in form"),
        ("no xml", 400, "filled-in form"),
        ("<data id='kista-enkat-1' version='3'><safe>yes</safe></data>", 400, "instanceID"),
        (instance("<safe>yes</safe>", meta="uuid:1"), 400, "instanceID"),
        (instance("<safe>yes</safe>", meta=""), 400, "instanceID"),
        ("<data><safe>yes</safe></data>", 400, "filled-in form"),
        (f'<!DOCTYPE data [<!ENTITY a "yes">]>{instance("<safe>&a;</safe>")}', 400, "filled-in form"),
        (f'<!DOCTYPE data SYSTEM "http://localhost/x">{instance("<safe>yes</safe>")}', 400, "filled-in form"),
        (instance("<safe>&#0;</safe>"), 400, "filled-in form"),
        (instance("<a>" * 100 + "</a>" * 100), 413, "too long"),
        (instance(f"<more><words>{'x' * 300_000}</words></more>"), 413, "too long"),
        (instance("<a/>" * 30_000), 413, "too long"),
        (instance("<safe>yes</safe>", version="2"), 409, "version"),
        (instance("<safe>yes</safe>", form="kista-enkat-2"), 404, ""),
        (instance("<safe>yes</safe>", form="kista-enkat-1\0".replace("\0", "&#10;")), 404, ""),
        (instance("<safe>maybe</safe>"), 422, "safe"),
        (instance(""), 422, "safe"),
        (instance("<safe>yes</safe><more><years>120</years></more>"), 422, "years"),
        (instance("<safe>yes</safe><secret>x</secret>"), 422, "secret"),
        (instance(f"<safe>yes</safe><more><words>{'x' * 5000}</words></more>"), 422, "words"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(
    wave: Wave, interviewer: OpenRosaClient, xml: str, status: int, said: str
) -> None:
    answer = send_raw(interviewer, xml)
    assert answer.status == status, answer
    assert said in answer.message
    assert len(answer.message) > 20
    assert kept() == []


def test_a_photo_that_is_none_is_refused_and_nothing_is_kept(wave: Wave, interviewer: OpenRosaClient) -> None:
    xml = filled(interviewer, {"/data/safe": "yes", "/data/photo_two": "b.jpg"})
    answer = interviewer.send_piece("/openrosa/submission", xml, {"b.jpg": b"GIF89a" + bytes(100)})
    assert answer.status == 422
    assert kept() == []


def test_the_photo_of_a_skipped_question_is_dropped(wave: Wave, interviewer: OpenRosaClient) -> None:
    xml = filled(interviewer, {"/data/safe": "yes", "/data/photo": "a.jpg"})
    assert interviewer.send(xml, {"a.jpg": jpeg()})[0].status == 201
    assert photos() == {}
    assert kept()[0].answers == {"safe": "yes"}


# werkzeug leaves the temporary file of a body that breaks off to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_body_in_chunks_is_taken(wave: Wave, client: FlaskClient, field: Actor) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="s.xml"\r\n\r\n'
        + instance("<safe>yes</safe>").encode()
        + b"\r\n--x--\r\n"
    )

    def post(data: bytes) -> int:
        return client.post(
            f"/openrosa/t/{create_token(email_of(field))}/submission",
            input_stream=io.BytesIO(data),
            headers={"Transfer-Encoding": "chunked", "Content-Type": "multipart/form-data; boundary=x"},
        ).status_code

    assert post(body[:-20]) == 400
    assert kept() == []
    assert post(body) == 201


@pytest.mark.parametrize(
    "meta", ["uuid:2f1c2a6e-8f0b-11ef-9d0a-0242ac120002", "00000000-0000-0000-0000-000000000007"]
)
def test_an_id_that_tells_an_order_is_not_kept(wave: Wave, interviewer: OpenRosaClient, meta: str) -> None:
    for _ in range(2):
        assert send_raw(interviewer, instance("<safe>yes</safe>", meta=meta)).status == 201
    (response,) = kept()
    assert response.id.version == 4
    assert response.id != UUID(meta.removeprefix("uuid:"))


def test_without_a_token_a_client_is_asked_for_one(wave: Wave, client: FlaskClient) -> None:
    for path in ("/openrosa/formList", "/openrosa/t/wrong/formList", "/openrosa/forms/kista-enkat-1.xml"):
        answer = client.get(path)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        assert message_of(answer)
    assert client.open("/openrosa/submission", method="HEAD").status_code == 401
    assert client.post("/openrosa/submission", data={"xml_submission_file": "x"}).status_code == 401


@pytest.mark.parametrize(
    ("role", "there", "listed", "status"),
    [
        (Role.COORDINATOR, True, 1, 201),
        (Role.ANALYST, True, 0, 403),
        (Role.FIELD, False, 0, 404),
        (Role.OWNER, False, 0, 404),
    ],
)
def test_only_who_interviews_at_the_site_may_send(
    wave: Wave, client: FlaskClient, role: Role, there: bool, listed: int, status: int
) -> None:
    where: dict[str, Any] = {} if there else {"site_id": make_site("bortom", lon=18.3).id}
    phone = OpenRosaClient(client, password=create_token(email_of(make_user(role, **where))))
    assert len(phone.list_forms()) == listed
    assert send_raw(phone, instance("<safe>yes</safe>")).status == status
    assert len(kept()) == (status == 201)


@pytest.mark.parametrize(
    ("channels", "status", "kept_as"),
    [
        (["interview"], 201, ["interview"]),
        (["interview", "openrosa"], 201, ["openrosa"]),
        (["link"], 409, []),
    ],
)
def test_the_wave_says_whether_it_is_asked_this_way(
    wave: Wave, interviewer: OpenRosaClient, channels: list[str], status: int, kept_as: list[str]
) -> None:
    with change(SYSTEM, None):
        wave.channels = channels
    assert len(interviewer.list_forms()) == (status == 201)
    assert send_raw(interviewer, instance("<safe>yes</safe>")).status == status
    assert [response.channel for response in kept()] == kept_as


def test_an_unknown_address_answers_in_the_protocol(client: FlaskClient) -> None:
    answer = client.get("/openrosa/nothing")
    assert answer.status_code == 404
    assert message_of(answer)
