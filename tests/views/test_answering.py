"""The questionnaire without a script: pages, languages, going back, and why sometimes nothing is asked."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any
from uuid import uuid1, uuid4

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine, event, select

from app.db import change, now, session
from app.i18n import today
from app.models.areas import PlaceName
from app.models.responses import Response, ResponseFile, ResponseText
from app.models.sites import Site
from app.models.surveys import Channel, Wave
from app.permissions import SYSTEM, Actor
from app.services.survey_codes import make_codes
from app.services.survey_previews import preview_address
from app.views.limits import limiter
from forms.questionnaire.definition import Definition, Group, Kind, Question
from tests.questionnaires import make_wave, small_definition
from tests.views.answering import Resident
from tests.views.pages import page

ADDRESS = "/enkat/kista-centrum"


@pytest.fixture
def wave(site: Site) -> Wave:
    return make_wave(site, slug="kista-centrum")


@pytest.fixture
def resident(client: FlaskClient, wave: Wave) -> Resident:
    return Resident(client, ADDRESS)


def responses() -> list[Response]:
    return list(session().scalars(select(Response)))


def changed(wave: Wave, **values: Any) -> None:
    with change(SYSTEM, None):
        for name, value in values.items():
            setattr(wave, name, value)


def test_resident_answers_page_by_page_and_is_thanked(resident: Resident, wave: Wave) -> None:
    assert resident.heading == "Frågor om Kista centrum"
    assert "cirka 5 minuter" in resident.soup.get_text()
    assert resident.press().heading == "Hur trygg är du här på dagen?"
    assert "Sida 1 av 7" in resident.soup.get_text()
    resident.press(safe_day="very_safe").press(safe_evening="unsafe")
    assert resident.heading == "Problem"
    resident.press(problem_litter="big").press(years="3").press(next_step=["none", "small"])
    assert resident.press(words="Mer ljus").heading == "Skicka dina svar"
    assert responses() == []
    resident.press("send")
    assert resident.answer.status_code == 303
    thanks = page(resident.client.get(resident.answer.location))
    assert "Tack för dina svar" in thanks.get_text()
    assert thanks.select_one("a[href^='/plats/kista-centrum']")
    (kept,) = responses()
    assert kept.answers == {
        "safe_day": "very_safe",
        "safe_evening": "unsafe",
        "problem_litter": "big",
        "years": 3,
        "next_step": ["none", "small"],
    }
    assert (kept.channel, kept.language, kept.wave_id) == (Channel.LINK, "sv", wave.id)
    assert [text.words for text in session().scalars(select(ResponseText))] == ["Mer ljus"]


def test_required_question_says_so_at_the_field_and_above(resident: Resident) -> None:
    resident.press().press()
    assert resident.answer.status_code == 422
    soup = resident.soup
    link = soup.select_one(".faults a")
    assert link is not None
    target = soup.find(id=str(link["href"]).removeprefix("#"))
    assert target is not None
    assert "Svara på frågan" in soup.select_one("#q-safe_day-fault").get_text()  # type: ignore[union-attr]
    assert soup.title is not None
    assert soup.title.get_text().startswith("Fel:")
    assert resident.press(safe_day="safe").heading == "Hur trygg är du här på kvällen?"


def test_what_cannot_be_taken_stays_as_typed_with_the_questionnaires_own_words(resident: Resident) -> None:
    resident.press().press(safe_day="safe").press().press().press(years="130")
    assert resident.answer.status_code == 422
    assert "Skriv ett antal år." in resident.soup.get_text()
    assert resident.values()["q-years"] == ["130"]


def test_going_back_finds_every_answer_again(resident: Resident) -> None:
    resident.press().press(safe_day="very_safe").press("back", safe_evening="unsafe")
    assert resident.values()["q-safe_day"] == ["very_safe"]
    assert resident.press().values()["q-safe_evening"] == ["unsafe"]
    resident.press("back").press("back")
    assert resident.heading == "Frågor om Kista centrum"
    assert resident.press().values()["q-safe_day"] == ["very_safe"]


def test_language_is_changed_on_any_page_and_no_answer_is_lost(resident: Resident) -> None:
    resident.press().press(safe_day="safe").press("ar", safe_evening="very_unsafe")
    html = resident.soup.html
    assert html is not None
    assert (html["lang"], html["dir"]) == ("ar", "rtl")
    assert resident.heading == "مساء؟"
    assert resident.values()["q-safe_evening"] == ["very_unsafe"]
    assert "التالي" in resident.soup.get_text()
    resident.press().press().press().press().press()
    resident.press("send")
    assert responses()[0].language == "ar"
    assert responses()[0].answers == {"safe_day": "safe", "safe_evening": "very_unsafe"}


def test_words_that_are_not_translated_are_marked_as_swedish(client: FlaskClient, site: Site) -> None:
    asked = small_definition()
    first = asked.items[0].model_copy(update={"label": {"sv": "Bara på svenska"}})
    make_wave(
        site, slug="kista-centrum", definition=asked.model_copy(update={"items": (first, *asked.items[1:])})
    )
    legend = Resident(client, f"{ADDRESS}?lang=ar").press().soup.select_one("legend")
    assert legend is not None
    assert legend["lang"] == "sv"


def test_questions_in_a_language_that_our_own_words_lack_stand_in_a_swedish_frame(
    client: FlaskClient, site: Site
) -> None:
    asked = small_definition()
    first = asked.items[0].model_copy(update={"label": {"sv": "Är du trygg?", "fi": "Oletko turvassa?"}})
    definition = asked.model_copy(
        update={"items": (first, *asked.items[1:]), "languages": ("sv", "ar", "fi")}
    )
    make_wave(site, slug="kista-centrum", definition=definition)
    resident = Resident(client, ADDRESS, headers={"Accept-Language": "fi"}).press()
    html, legend = resident.soup.html, resident.soup.select_one("legend")
    assert html is not None
    assert legend is not None
    assert (html["lang"], html["dir"], legend["lang"]) == ("sv", "ltr", "fi")
    assert resident.heading == "Oletko turvassa?"
    assert [one.get_text() for one in resident.soup.select("nav [lang=fi]")] == ["suomi"]
    assert "Nästa" in resident.soup.get_text()
    assert resident.soup.select_one("legend + p[lang=fi]") is None
    choices = resident.soup.select(".choices span")
    assert not any(one.has_attr("lang") for one in choices), (
        "what is not translated is Swedish like the frame"
    )
    resident.press(safe_day="safe")
    finish(resident)
    assert responses()[0].language == "fi"


@pytest.mark.parametrize("language", ["zz", "<>", "fi", "sv-"])
def test_unheard_of_language_of_who_is_half_way_harms_nothing(
    resident: Resident, wave: Wave, language: str
) -> None:
    resident.press()
    changed(wave, closed_at=now())
    values = {**resident.values(), "lang": [language], "go": ["next"]}
    assert resident.client.post(ADDRESS, data=values).status_code in (200, 409, 410)


def test_page_speaks_the_language_of_the_browser_unless_the_address_says_another(
    client: FlaskClient, wave: Wave
) -> None:
    heard = {"Accept-Language": "ar-IQ,ar;q=0.9,en;q=0.5"}
    assert 'lang="ar" dir="rtl"' in client.get(ADDRESS, headers=heard).text
    assert '<html lang="sv"' in client.get(f"{ADDRESS}?lang=sv", headers=heard).text


def test_question_that_does_not_concern_somebody_is_passed_over(resident: Resident) -> None:
    resident.press().press(safe_day="safe").press(safe_evening="not_here").press()
    assert resident.heading == "Vad bör göras?"


def test_sending_twice_is_one_answer(resident: Resident) -> None:
    for _page in range(7):
        resident.press(**({"safe_day": "safe"} if "dagen" in resident.heading else {}))
    values = resident.values() | {"go": ["send"]}
    for _time in range(2):
        answer = resident.client.post(ADDRESS, data=values)
        assert answer.status_code == 303
    assert len(responses()) == 1


def finish(resident: Resident) -> Resident:
    for _page in range(20):
        if resident.soup.find("button", attrs={"value": "send"}):
            break
        resident.press(**({"safe_day": "safe"} if "dagen" in resident.heading else {}))
    return resident.press("send")


def test_device_answers_once_by_a_cookie_that_says_no_more(resident: Resident, wave: Wave) -> None:
    assert "Set-Cookie" not in resident.answer.headers
    finish(resident)
    cookie = resident.answer.headers["Set-Cookie"]
    assert cookie.startswith("enkat-1=1;")
    assert "Path=/enkat/kista-centrum" in cookie
    again = Resident(resident.client, ADDRESS)
    assert again.heading == "Den här enheten har redan svarat"
    changed(wave, number=2)
    assert Resident(resident.client, ADDRESS).heading == "Frågor om Kista centrum"


def test_second_window_of_a_device_that_has_answered_sends_nothing(resident: Resident) -> None:
    other = Resident(resident.client, ADDRESS)
    finish(resident)
    other.press()
    assert other.heading == "Den här enheten har redan svarat"
    assert len(responses()) == 1


def test_code_is_asked_for_checked_and_used_up(client: FlaskClient, wave: Wave, coordinator: Actor) -> None:
    (code,) = make_codes(coordinator, wave, 1)
    changed(wave, channels=["letter"])
    resident = Resident(client, ADDRESS)
    assert resident.press().answer.status_code == 422
    assert "Skriv koden från brevet" in resident.soup.get_text()
    assert "ingen kod" in resident.press(kod="AAAA-AAAA").soup.get_text()
    finish(resident.press(kod=code.lower()))
    assert responses()[0].channel is Channel.LETTER
    assert "Set-Cookie" not in resident.answer.headers
    used = Resident(client, ADDRESS).press(kod=code)
    assert "redan använd" in used.soup.get_text()


def test_enter_in_a_field_goes_on_and_changes_no_language(resident: Resident) -> None:
    for _page in range(3):
        pressed_by_enter = resident.soup.select_one("button[form=f], #f button:not([type=button])")
        assert pressed_by_enter is not None
        assert (pressed_by_enter["name"], pressed_by_enter["value"]) == ("go", "next")
        resident.press(relation="lives")


def test_code_used_up_meanwhile_brings_back_to_where_it_is_typed_with_all_answers(
    client: FlaskClient, wave: Wave, coordinator: Actor
) -> None:
    first, second = make_codes(coordinator, wave, 2)
    one, other = Resident(client, ADDRESS).press(kod=first), Resident(client, ADDRESS).press(kod=first)
    finish(one)
    assert finish(other).answer.status_code == 409
    assert "redan använd" in other.soup.get_text()
    finish(other.press(kod=second))
    assert len(responses()) == 2


def test_poster_is_told_from_link_by_its_address(client: FlaskClient, wave: Wave) -> None:
    finish(Resident(client, f"{ADDRESS}?via=affisch"))
    assert responses()[0].channel is Channel.POSTER


@pytest.mark.parametrize(
    ("values", "heading"),
    [
        ({"opened_at": None}, "Enkäten är inte öppen än"),
        ({"closed_at": now()}, "Enkäten är stängd"),
    ],
)
def test_page_says_when_it_asks_nothing(
    client: FlaskClient, wave: Wave, values: dict[str, Any], heading: str
) -> None:
    changed(wave, **values)
    assert Resident(client, ADDRESS).heading == heading


def test_who_is_half_way_when_it_closes_is_told_that_nothing_was_sent(resident: Resident, wave: Wave) -> None:
    resident.press().press(safe_day="safe")
    changed(wave, closed_at=now())
    finish(resident)
    assert responses() == []
    assert resident.heading == "Enkäten har stängt"
    assert "Dina svar skickades inte" in resident.soup.get_text()


def test_unknown_address_is_said_to_be_one(client: FlaskClient) -> None:
    resident = Resident(client, "/enkat/finns-inte?lang=so")
    assert resident.answer.status_code == 404
    assert resident.heading == "Cinwaankan su'aalo kuma jiraan"


def test_test_is_marked_on_every_page_and_as_an_answer(client: FlaskClient, wave: Wave) -> None:
    changed(wave, opens_on=today() - timedelta(days=9), closes_on=today() - timedelta(days=8))
    resident = Resident(client, preview_address(wave.survey))
    assert "Test:" in resident.soup.get_text()
    assert "Test:" in resident.press().soup.get_text()
    finish(resident)
    assert "Set-Cookie" not in resident.answer.headers
    assert [one.test for one in responses()] == [True]
    assert Resident(client, f"{ADDRESS}?prov=falskt").heading == "Enkäten är stängd"


def test_flood_is_stopped_and_what_was_answered_stays(resident: Resident) -> None:
    for _page in range(7):
        resident.press(**({"safe_day": "safe"} if "dagen" in resident.heading else {}))
    body = {"answers": {"safe_day": "safe"}, "language": "sv"}
    for _answer in range(120):
        sent = resident.client.application.test_client()
        assert sent.post(f"{ADDRESS}/svar", json=body | {"id": str(uuid4())}).status_code == 200
    resident.press("send")
    assert resident.answer.status_code == 429
    assert "finns kvar här" in resident.soup.get_text()
    limiter.reset()
    assert resident.press("send").answer.status_code == 303


def test_codes_are_guessed_no_faster_with_whole_answers_than_on_the_first_page(
    client: FlaskClient, wave: Wave, coordinator: Actor
) -> None:
    (code,) = make_codes(coordinator, wave, 1)
    sent = {"answers": {"safe_day": "safe"}, "language": "sv"}

    def send(kod: str) -> int:
        return client.post(f"{ADDRESS}/svar", json=sent | {"id": str(uuid4()), "kod": kod}).status_code

    assert [send(f"AAAA-{guess:04}") for guess in range(30)] == [422] * 30
    assert send(code) == 429
    assert responses() == []
    limiter.reset()
    assert send(code) == 200


def test_what_fills_in_the_empty_field_is_thanked_and_not_kept(resident: Resident) -> None:
    for _page in range(7):
        resident.press(**({"safe_day": "safe"} if "dagen" in resident.heading else {}))
    assert resident.press("send", website="https://spam.example").answer.status_code == 303
    assert responses() == []


def test_answers_are_sent_whole_and_twice_is_once(client: FlaskClient, wave: Wave) -> None:
    body = {
        "id": str(uuid4()),
        "language": "ar",
        "via": "affisch",
        "answers": {"safe_day": "safe", "next_step": ["none"], "years": 4},
    }
    assert client.post(f"{ADDRESS}/svar", json=body).json == {"outcome": "taken"}
    assert client.post(f"{ADDRESS}/svar", json=body).json == {"outcome": "already"}
    (kept,) = responses()
    assert (kept.answers, kept.language, kept.channel) == (body["answers"], "ar", Channel.POSTER)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ([], 422, "invalid_answers"),
        ({"answers": {"safe_day": "foreign"}}, 422, "invalid_answers"),
        ({"answers": {"safe_day": "safe"}, "kod": "K3FD-9XRA"}, 422, "survey_code_unknown"),
        ({"answers": {"safe_day": "foreign"}, "prov": "\ud800"}, 422, "invalid_answers"),
    ],
)
def test_whole_answers_that_cannot_be_taken_are_refused(
    client: FlaskClient, wave: Wave, body: Any, status: int, code: str
) -> None:
    answer = client.post(f"{ADDRESS}/svar", json=body)
    assert (answer.status_code, answer.json) == (status, {"code": code})
    assert responses() == []


@pytest.mark.parametrize("sent", ["{", "[1]", '{"safe_day": {"a": 1}}', "[" * 90_000, "\0", "null"])
def test_hidden_field_that_was_tampered_with_harms_nothing(resident: Resident, sent: str) -> None:
    values = resident.press().values() | {"answers": [sent], "at": ["safe_evening"], "go": ["next"]}
    answer = resident.client.post(ADDRESS, data=values)
    assert answer.status_code in (200, 422)


def every_kind() -> Definition:
    """Every kind of question, a group, a repeat, and places gathered by a repeat."""

    def ask(name: str, kind: Kind, at: str = "/data", **values: Any) -> Question:
        return Question(name=name, path=f"{at}/{name}", kind=kind, label={"sv": f"Fråga {name}"}, **values)

    return Definition(
        name="alla",
        title={"sv": "Alla slag"},
        languages=("sv",),
        items=(
            ask("hello", Kind.NOTE),
            ask("size", Kind.DECIMAL),
            ask("day", Kind.DATE),
            ask("scale", Kind.RANGE, parameters={"start": "1", "end": "5", "step": "1"}),
            ask("long", Kind.RANGE, parameters={"start": "0", "end": "100", "step": "1"}),
            ask("spot", Kind.GEOPOINT),
            ask("first", Kind.TEXT, default="'Förslag'"),
            Group(
                name="visits",
                path="/data/visits",
                label={"sv": "Besök"},
                repeat=True,
                items=(ask("what", Kind.TEXT, "/data/visits"), ask("many", Kind.INTEGER, "/data/visits")),
            ),
            Group(
                name="unsafe",
                path="/data/unsafe",
                label={"sv": "Otrygga ställen"},
                repeat=True,
                items=(ask("where", Kind.GEOPOINT, "/data/unsafe"),),
            ),
            ask("photo", Kind.IMAGE),
            ask("twice", Kind.CALCULATE, calculate="/data/size * 2"),
            ask("bye", Kind.NOTE),
        ),
    )


def test_every_kind_of_question_is_asked_and_answered(client: FlaskClient, site: Site) -> None:
    with change(SYSTEM, None) as naming:
        naming.session.add(PlaceName(name="Torget", lon=17.9421, lat=59.4037))
    make_wave(site, slug="kista-centrum", definition=every_kind())
    resident = Resident(client, ADDRESS).press()
    assert "Fråga hello" in resident.soup.get_text()
    assert resident.press(size="många").answer.status_code == 422
    resident.press(size="2,5").press(day="2026-05-31").press(scale="4")
    resident.press(long="70").press(spot="59.40370 17.94210")
    assert resident.values()["q-first"] == ["Förslag"]
    resident.press(first="Eget")
    resident.press("more", **{"visits/0/what": "Handla", "visits/0/many": "2"})
    resident.press(**{"visits/1/what": "Sitta"})
    assert resident.heading == "Otrygga ställen"
    assert "Torget" in resident.soup.get_text()
    resident.press(unsafe=["59.40370 17.94210", "59.40001 17.94000"])
    assert resident.press("back").values()["q-unsafe"] == ["59.40370 17.94210", "59.40001 17.94000"]
    resident.press()
    assert "Fråga bye" in resident.soup.get_text()
    resident.press()
    picture = io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(picture, "JPEG", comment=b"hemlig")
    values = resident.values() | {"go": ["send"]}
    bad = {**values, "q-photo": (io.BytesIO(b"no photo"), "a.jpg")}
    refused = client.post(ADDRESS, data=bad, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "Fotot går inte att läsa" in refused.text
    good = {**values, "q-photo": (io.BytesIO(picture.getvalue()), "a.jpg")}
    sent = client.post(ADDRESS, data=good, content_type="multipart/form-data")
    assert sent.status_code == 303, sent.text
    (kept,) = responses()
    assert kept.answers == {
        "size": 2.5,
        "day": "2026-05-31",
        "scale": 4,
        "long": 70,
        "spot": "59.40370 17.94210",
        "visits": [{"many": 2}, {}],
        "unsafe": [{"where": "59.40370 17.94210"}, {"where": "59.40001 17.94000"}],
        "photo": "photo.jpg",
        "twice": 5,
    }
    texts = session().execute(select(ResponseText.item, ResponseText.words)).all()
    assert sorted(map(tuple, texts)) == [("first", "Eget"), ("what", "Handla"), ("what", "Sitta")]
    assert session().scalars(select(ResponseFile)).one().item == "photo"


def test_words_that_name_an_answer_show_it_on_every_visit(client: FlaskClient, site: Site) -> None:
    def ask(name: str, label: str, at: str = "", **more: Any) -> Question:
        return Question(name=name, path=f"/data{at}/{name}", kind=Kind.INTEGER, label={"sv": label}, **more)

    items = (
        ask("age", "Ålder?"),
        ask("born", "", calculate="2026 - /data/age").model_copy(update={"kind": Kind.CALCULATE}),
        ask("hours", "Timmar, ${age} år?", hint={"sv": "Född ${born}."}, constraint=". < 9",
            constraint_message={"sv": "Inte vid ${age}."}),
        Group(name="kids", path="/data/kids", label={"sv": "Barn till ${hours}"}, repeat=True, items=(
            ask("kid", "Barnets ålder?", "/kids"), ask("school", "Skola för ${kid}?", "/kids"))),
    )  # fmt: skip
    make_wave(
        site,
        slug="kista-centrum",
        definition=Definition(name="namn", title={"sv": "Namn"}, languages=("sv",), items=items),
    )
    for age in ("33", "<b>4</b>", "4"):
        resident = Resident(client, ADDRESS).press().press(age=age)
        if age.isdecimal():
            assert resident.heading == f"Timmar, {age} år?"
            assert f"Född {2026 - int(age)}." in resident.soup.get_text()
    assert "Inte vid 4." in resident.press(hours="10").soup.get_text()
    resident.press(hours="2").press("more", **{"kids/0/kid": "7"})
    assert resident.heading == "Barn till 2"
    assert "Skola för 7?" in resident.soup.get_text()
    assert "${" not in resident.answer.text


def test_nasty_words_come_back_as_they_were_typed(resident: Resident) -> None:
    nasty = "<script>alert(1)</script>\"'&amp; \u202etest \U0001f468\u200d\U0001f469 \\ {{ 7*7 }} %s"
    resident.press().press(safe_day="safe").press().press().press().press(words=None)
    while "Något mer" not in resident.heading:
        resident.press()
    resident.press("ar", words=nasty)
    assert resident.values()["q-words"] == [nasty]
    assert json.loads(resident.values()["answers"][0])["words"] == nasty


def test_answers_to_an_earlier_round_are_none_to_the_next(resident: Resident, wave: Wave, site: Site) -> None:
    resident.press().press(safe_day="safe")
    changed(wave, closed_at=now())
    later = make_wave(site)
    changed(later, survey_id=wave.survey_id, number=2)
    finish(resident)
    assert resident.heading == "Enkäten har stängt"
    assert responses() == []


def test_steps_on_the_way_ask_the_database_nothing(resident: Resident, database: Engine) -> None:
    resident.press()
    values = resident.values() | {"q-safe_day": ["safe"], "go": ["next"]}
    resident.client.post(ADDRESS, data=values)  # a process meets each wave once
    asked: list[str] = []
    event.listen(database, "before_cursor_execute", lambda _c, _u, sql, *_more: asked.append(sql))
    resident.client.post(ADDRESS, data=values)
    assert asked == []


def test_start_page_lists_what_may_be_answered(client: FlaskClient, wave: Wave) -> None:
    link = page(client.get("/")).select_one(f"a[href^='{ADDRESS}']")
    assert link is not None
    changed(wave, closed_at=now())
    assert page(client.get("/")).select_one(f"a[href^='{ADDRESS}']") is None


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"answers":' * 50_000, b'{"answers": {"words": "\xff"}}'])
def test_json_that_nobody_writes_is_refused(client: FlaskClient, wave: Wave, body: bytes) -> None:
    answer = client.post(f"{ADDRESS}/svar", data=body, content_type="application/json")
    assert (answer.status_code, answer.json) == (422, {"code": "invalid_answers"})


@pytest.mark.parametrize(
    "carried",
    [
        {"words": "\ud800 ljus"},
        {"\ud800": "x"},
        {"words": [[]]},
        {"years": [{}, ["x"]]},
        {"next_step": ["\udfff"]},
    ],
)
@pytest.mark.parametrize("at", ["years", "words", "/send"])
def test_answers_so_far_may_be_any_json(
    client: FlaskClient, wave: Wave, carried: dict[str, Any], at: str
) -> None:
    """A browser sends them back as the page had them; whoever else writes them gets a page and no error."""
    fields = {"id": str(uuid4()), "wave": str(wave.id), "lang": "sv", "at": at}
    packed = json.dumps({"safe_day": "safe", **carried})
    for go in ("back", "next", "send"):
        answer = client.post(ADDRESS, data=fields | {"go": go, "answers": packed})
        assert answer.status_code < 500
        assert answer.data.decode()


def test_id_that_tells_an_order_is_kept_as_one_that_tells_none(client: FlaskClient, wave: Wave) -> None:
    sent = {"id": str(uuid1()), "answers": {"safe_day": "safe"}, "language": "sv"}
    assert client.post(f"{ADDRESS}/svar", json=sent).json == {"outcome": "taken"}
    assert client.post(f"{ADDRESS}/svar", json=sent).json == {"outcome": "already"}
    (kept,) = responses()
    assert (kept.id.version, str(kept.id) == sent["id"]) == (4, False)
