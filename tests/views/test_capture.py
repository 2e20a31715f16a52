"""Noting findings in the browser: what is typed survives, what is sent twice is one."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from app import db
from app.db import session
from app.models.findings import Finding, Level, Severity
from app.models.remedies import Recheck, RecheckResult
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import Actor
from app.services.findings import FindingDetails, load_finding, report_finding, update_finding
from tests.builders import make_finding, make_organisation, make_walk
from tests.views.pages import page

DATA = Path(__file__).parent.parent / "data"
NAUGHTY: list[str] = json.loads((DATA / "hostile" / "blns.json").read_text(encoding="utf-8"))


def photo(colour: str) -> bytes:
    """A small photo: the test client leaves large bodies to the collector."""
    target = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(target, "JPEG")
    return target.getvalue()


PHOTO, OTHER_PHOTO = photo("teal"), photo("maroon")
TEXT_FIELDS = ("place_words", "title", "description", "size", "asset_number", "proposal")

SignIn = Callable[[FlaskClient, Actor], None]


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


@pytest.fixture
def phone(client: FlaskClient, field: Actor, walk: Walk, sign_in: SignIn) -> FlaskClient:
    """A browser of field staff."""
    sign_in(client, field)
    return client


def send(browser: FlaskClient, address: str, *files: tuple[bytes, str], **fields: Any) -> Any:
    data = {name: value for name, value in fields.items() if value is not None}
    if files:
        data["photos"] = [(io.BytesIO(content), name) for content, name in files]
    return browser.post(address, data=data, content_type="multipart/form-data")


def new_address(walk: Walk) -> str:
    return f"/vandringar/{walk.id}/ny-notering"


def value_of(soup: BeautifulSoup, name: str) -> str:
    control = soup.select_one(f"main [name={name}]")
    assert control is not None, name
    return (
        str(control.get("value", "")) if control.name == "input" else control.get_text().removeprefix("\r\n")
    )


def the_finding() -> Finding:
    return session().scalars(select(Finding)).one()


def test_the_page_offers_every_category_with_its_points(phone: FlaskClient, walk: Walk) -> None:
    soup = page(phone.get(new_address(walk)))
    assert len(soup.select("input[name=category]")) == 19
    assert soup.select_one("input[name=item_belysning][value=slackt]") is not None
    assert soup.select_one("[role=switch][name=acute]") is not None


@pytest.mark.parametrize(("lat", "lon", "far"), [("59.4037", "17.9421", False), ("48.85", "2.35", True)])
def test_a_pin_far_from_the_site_is_saved_and_said(
    phone: FlaskClient, walk: Walk, lat: str, lon: str, far: bool
) -> None:
    answer = send(phone, new_address(walk), finding_id=str(uuid4()), category="belysning", lat=lat, lon=lon)
    text = page(phone.get(answer.location)).get_text()
    assert ("km from Kista centrum" in text) is far
    assert the_finding().lat == float(lat)


def test_a_finding_is_saved_and_the_walk_says_its_number(phone: FlaskClient, walk: Walk) -> None:
    answer = send(
        phone,
        new_address(walk),
        (PHOTO, "lykta.jpg"),
        finding_id=str(uuid4()),
        category="belysning",
        item_belysning="slackt",
        item_klotter="fasad",  # chosen before the category was changed
        lat="59,4037",
        lon="17,9421",
        accuracy_m="7,5",
        acute="y",
    )
    assert answer.status_code == 302
    finding = the_finding()
    number = finding.number
    assert (finding.item, finding.lon, finding.lat, finding.accuracy_m) == ("slackt", 17.9421, 59.4037, 7.5)
    assert (finding.severity, len(finding.photos)) == (Severity.ACUTE, 1)
    text = page(phone.get(answer.location)).get_text()
    assert number in text
    assert "112" in text


def test_a_place_in_words_is_enough(phone: FlaskClient, walk: Walk) -> None:
    assert (
        send(phone, new_address(walk), category="skrap", place_words="Bakom biblioteket").status_code == 302
    )
    assert the_finding().lon is None


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"category": None}, "category"),
        ({"category": "finns-inte"}, "category"),
        ({"lat": "91", "lon": "17,9"}, "lat"),
        ({"lat": "norr", "lon": "17,9"}, "lat"),
        ({"lat": "59,4", "lon": ""}, "lon"),
        ({"accuracy_m": "-3", "lat": "59,4", "lon": "17,9"}, "accuracy_m"),
        ({"title": "x" * 301}, "title"),
        ({"unsafe_day": "7"}, "unsafe_day"),
        ({"severity": "acute!"}, "severity"),
        ({"item_belysning": "buskar"}, "item_belysning"),
        ({"place_words": " "}, "place_words"),
    ],
)
def test_a_fault_is_told_at_its_field_and_nothing_typed_is_lost(
    phone: FlaskClient, walk: Walk, wrong: dict[str, str | None], at: str
) -> None:
    key = str(uuid4())
    typed = {
        "description": "Mörkt & halt <här>",
        "proposal": "Ny lykta\nvid trappan",
        "place_words": "Norra trappan",
    }
    sent = {"finding_id": key, "category": "belysning", **typed, **wrong}
    soup = page(send(phone, new_address(walk), **sent), 422)
    assert soup.select_one("[data-error-summary]") is not None
    summary = soup.select_one(f"[data-error-summary] a[href^='#{at}']")
    assert summary is not None, soup.select_one("[data-error-summary]")
    assert value_of(soup, "finding_id") == key
    for name, words in {
        **typed,
        **{name: value or "" for name, value in wrong.items() if name in typed},
    }.items():
        assert value_of(soup, name) == words
    assert session().scalars(select(Finding)).all() == []


def test_swapped_coordinates_are_told_and_exchanged_on_request(phone: FlaskClient, walk: Walk) -> None:
    sent = {"category": "belysning", "lat": "17,9421", "lon": "59,4037"}
    soup = page(send(phone, new_address(walk), **sent), 422)
    assert "59.4037" in str(soup.select_one("#lat-error"))
    button = soup.select_one("[name=exchange]")
    assert button is not None
    assert send(phone, new_address(walk), **sent, exchange=str(button["value"])).status_code == 302
    assert (the_finding().lon, the_finding().lat) == (17.9421, 59.4037)


def test_photos_survive_a_fault_in_another_field(phone: FlaskClient, walk: Walk) -> None:
    sent = {"finding_id": str(uuid4()), "place_words": "Torget"}
    soup = page(send(phone, new_address(walk), (PHOTO, "a.jpg"), (OTHER_PHOTO, "b.jpg"), **sent), 422)
    notes = value_of(soup, "kept_photos")
    assert len(notes.split()) == 2
    assert "2" in soup.select_one("[name=kept_photos] ~ p[role=status]").get_text()  # type: ignore[union-attr]
    assert send(phone, new_address(walk), **sent, category="torg", kept_photos=notes).status_code == 302
    assert len(the_finding().photos) == 2


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "tom.jpg"),
        (b"Det h\xc3\xa4r \xc3\xa4r text.", "text.jpg"),
        (PHOTO[: len(PHOTO) - 200], "avhuggen.jpg"),
        # A PNG header of 20,000 × 15,000 pixels: refused before anything is decoded.
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0N \0\0:\x98\x08\x02\0\0\0\x9b\x95\x8d\x9c", "jatte.png"),
    ],
)
def test_a_photo_that_is_refused_is_named_and_costs_none_of_the_others(
    phone: FlaskClient, walk: Walk, content: bytes, name: str
) -> None:
    sent = {"category": "torg", "place_words": "Torget"}
    soup = page(send(phone, new_address(walk), (PHOTO, "bra.jpg"), (content, name), **sent), 422)
    error = soup.select_one("#photos-error")
    assert error is not None
    assert name in error.get_text()
    assert "bra.jpg" not in error.get_text()
    assert len(value_of(soup, "kept_photos").split()) == 1
    assert value_of(soup, "place_words") == "Torget"
    assert session().scalars(select(Finding)).all() == []


def test_somebody_elses_note_of_a_photo_gives_nothing(
    app: APIFlask, phone: FlaskClient, walk: Walk, coordinator: Actor, sign_in: SignIn
) -> None:
    notes = value_of(page(send(phone, new_address(walk), (PHOTO, "a.jpg")), 422), "kept_photos")
    thief = app.test_client()
    sign_in(thief, coordinator)
    send(thief, new_address(walk), category="torg", place_words="Torget", kept_photos=notes)
    assert the_finding().photos == []


def test_a_photo_without_a_pin_gives_its_place_and_says_so(phone: FlaskClient, walk: Walk) -> None:
    from tests.services.test_photos import located

    answer = send(phone, new_address(walk), (located(17.9425, 59.4041), "a.jpg"), category="torg")
    assert answer.status_code == 302
    assert the_finding().lon == pytest.approx(17.9425)
    assert page(phone.get(answer.location)).select_one(".message.warning") is not None


def test_a_double_click_makes_one_finding(phone: FlaskClient, walk: Walk) -> None:
    sent = {"finding_id": str(uuid4()), "category": "torg", "place_words": "Torget"}
    assert [send(phone, new_address(walk), **sent).status_code for _ in range(2)] == [302, 302]
    the_finding()


def test_two_sends_at_the_same_moment_make_one_finding(
    app: APIFlask, walk: Walk, field: Actor, sign_in: SignIn
) -> None:
    address = new_address(walk)
    sent = {"finding_id": str(uuid4()), "category": "torg", "place_words": "Torget"}
    start, statuses = threading.Barrier(2), []
    browsers = [app.test_client() for _ in range(2)]
    for browser in browsers:
        sign_in(browser, field)
    db.close_session()

    def press(browser: FlaskClient) -> None:
        start.wait()
        statuses.append(send(browser, address, (PHOTO, "a.jpg"), **sent).status_code)

    threads = [threading.Thread(target=press, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302, 302]
    assert len(the_finding().photos) == 1


def test_another_body_with_the_same_id_shows_the_saved_one(phone: FlaskClient, walk: Walk) -> None:
    key = str(uuid4())
    send(phone, new_address(walk), finding_id=key, category="torg", place_words="Torget")
    answer = send(phone, new_address(walk), finding_id=key, category="torg", place_words="Någon annanstans")
    assert answer.location == f"/brister/{the_finding().number}/andra"
    assert value_of(page(phone.get(answer.location)), "place_words") == "Torget"


def test_every_naughty_string_is_stored_and_shown_as_typed(phone: FlaskClient, walk: Walk) -> None:
    keys = {}
    for text in NAUGHTY:
        keys[text] = str(uuid4())
        sent = dict.fromkeys(TEXT_FIELDS, text) | {"lat": "59,4037", "lon": "17,9421"}
        answer = send(phone, new_address(walk), finding_id=keys[text], category="belysning", **sent)
        assert answer.status_code == 302, text
    stored = {str(finding.id): finding for finding in session().scalars(select(Finding))}
    for text, key in keys.items():
        assert {getattr(stored[key], name) for name in TEXT_FIELDS} == {text}
    numbers = {text: stored[key].number for text, key in keys.items()}
    listed = page(phone.get(f"/vandringar/{walk.id}"))
    titles = {link.get_text() for link in listed.select("ul.rows a")}
    assert {text for text in NAUGHTY if text.strip()} <= titles
    for text in NAUGHTY[::10]:
        soup = page(phone.get(f"/brister/{numbers[text]}/andra"))
        for name in TEXT_FIELDS:
            assert value_of(soup, name) == text


def test_what_no_database_holds_is_left_out(phone: FlaskClient, walk: Walk) -> None:
    assert send(phone, new_address(walk), category="torg", place_words="To\0rget").status_code == 302
    assert the_finding().place_words == "Torget"


@pytest.mark.parametrize(
    "text", ["Person 811218-9876 bor här", "Ring 070-123 45 67", "Bilen ABC 123 står kvar"]
)
def test_what_looks_like_personal_data_is_saved_with_a_word(
    phone: FlaskClient, walk: Walk, text: str
) -> None:
    answer = send(phone, new_address(walk), category="parkering", place_words="Torget", description=text)
    assert the_finding().description == text
    assert page(phone.get(answer.location)).select_one(".message.warning") is not None


def test_owners_fault_lines_stand_at_the_switch(phone: FlaskClient, walk: Walk) -> None:
    from app.db import change
    from app.models.sites import SitePartner
    from app.permissions import SYSTEM

    partner = make_organisation("Centrumägare B", fault_line="08-123 00 00")
    with change(SYSTEM, None) as adding:
        adding.session.add(SitePartner(site_id=walk.site_id, organisation_id=partner.id))
    assert page(phone.get(new_address(walk))).select_one("a[href='tel:08-1230000']") is not None


def test_an_edit_starts_from_what_is_saved(phone: FlaskClient, walk: Walk) -> None:
    details = FindingDetails(
        category="belysning", item="slackt", lon=17.9421, lat=59.4037, severity=Severity.HIGH, title="Lykta 3"
    )
    number = report_finding(_actor(phone), walk.id, details).number
    soup = page(phone.get(f"/brister/{number}/andra"))
    assert soup.select_one("[name=item_belysning][value=slackt][checked]") is not None
    fields = {name: value_of(soup, name) for name in ("version", "lat", "lon", "title")}
    answer = send(phone, f"/brister/{number}/andra", category="belysning", **fields | {"title": "Lykta 4"})
    assert answer.status_code == 302
    assert (the_finding().title, the_finding().lon) == ("Lykta 4", 17.9421)


def test_an_edit_that_met_another_shows_both(phone: FlaskClient, walk: Walk, coordinator: Actor) -> None:
    details = FindingDetails(category="torg", place_words="Torget", title="Först")
    finding = report_finding(_actor(phone), walk.id, details)
    number, seen = finding.number, finding.version
    update_finding(
        coordinator, number, seen, FindingDetails(category="torg", place_words="Torget", title="Deras")
    )
    mine = {"category": "torg", "place_words": "Torget", "title": "Mitt"}
    soup = page(send(phone, f"/brister/{number}/andra", version=str(seen), **mine), 409)
    assert value_of(soup, "title") == "Mitt"
    assert [cell.get_text() for cell in soup.select(".error-summary dd")] == ["Deras"]
    again = send(phone, f"/brister/{number}/andra", version=value_of(soup, "version"), **mine)
    assert again.status_code == 302
    assert load_finding(coordinator, number).title == "Mitt"


def test_photos_are_added_afterwards(phone: FlaskClient, walk: Walk) -> None:
    number = make_finding(walk).number
    page(send(phone, f"/brister/{number}/foton"), 422)
    assert (
        send(phone, f"/brister/{number}/foton", (PHOTO, "a.jpg"), (OTHER_PHOTO, "b.jpg")).status_code == 302
    )
    assert len(the_finding().photos) == 2


def test_an_earlier_finding_is_checked_again(phone: FlaskClient, walk: Walk, site: Site) -> None:
    number = make_finding(make_walk(site), title="Gammal").number
    address = f"/vandringar/{walk.id}/aterkontroll/{number}"
    assert address in str(page(phone.get(f"/vandringar/{walk.id}")))
    page(send(phone, address, note="Ingen ljuskälla"), 422)
    assert send(phone, address, (PHOTO, "nu.jpg"), result="remains", note="Lika mörkt").status_code == 302
    look = session().scalars(select(Recheck)).one()
    assert (look.result, look.note) == (RecheckResult.REMAINS, "Lika mörkt")
    assert address not in str(page(phone.get(f"/vandringar/{walk.id}")))


def test_fixed_asks_for_a_photo_of_how_it_looks_now(phone: FlaskClient, walk: Walk, site: Site) -> None:
    number = make_finding(make_walk(site)).number
    soup = page(
        send(phone, f"/vandringar/{walk.id}/aterkontroll/{number}", result="fixed", note="Lyser"), 422
    )
    assert soup.select_one("#photos-error") is not None
    assert value_of(soup, "note") == "Lyser"


def test_a_check_saved_before_with_another_answer_is_told_and_kept(
    phone: FlaskClient, walk: Walk, site: Site
) -> None:
    address = f"/vandringar/{walk.id}/aterkontroll/{make_finding(make_walk(site)).number}"
    key = str(uuid4())
    assert send(phone, address, recheck_id=key, result="remains", note="Släckt").status_code == 302
    soup = page(send(phone, address, (PHOTO, "nu.jpg"), recheck_id=key, result="worse", note="Två nu"), 409)
    assert value_of(soup, "note") == "Två nu"
    assert value_of(soup, "kept_photos")
    assert soup.select_one("[data-error-summary] li") is not None
    assert [one.note for one in session().scalars(select(Recheck))] == ["Släckt"]
    again = {"recheck_id": value_of(soup, "recheck_id"), "result": "worse", "note": "Två nu"}
    assert send(phone, address, **again).status_code == 302


def test_who_may_not_capture(
    client: FlaskClient, walk: Walk, outsider: Actor, owner: Actor, analyst: Actor, sign_in: SignIn
) -> None:
    number = make_finding(walk).number
    addresses = [
        new_address(walk),
        f"/brister/{number}/andra",
        f"/brister/{number}/foton",
        f"/vandringar/{walk.id}/aterkontroll/{number}",
    ]
    assert all(client.get(address).status_code == 302 for address in addresses)
    for persona, status in ((outsider, 404), (owner, 404), (analyst, 403)):
        sign_in(client, persona)
        assert {client.get(address).status_code for address in addresses} == {status}


def test_field_staff_never_meet_a_protected_finding(phone: FlaskClient, walk: Walk, site: Site) -> None:
    hidden = [
        make_finding(one, level=Level.PROTECTED, title="Skyddad sak").number
        for one in (walk, make_walk(site))
    ]
    assert "Skyddad sak" not in phone.get(f"/vandringar/{walk.id}").text
    assert "Skyddad sak" not in phone.get(new_address(walk)).text
    for number in hidden:
        assert phone.get(f"/brister/{number}/andra").status_code == 404
        assert phone.get(f"/vandringar/{walk.id}/aterkontroll/{number}").status_code == 404


def _actor(browser: FlaskClient) -> Actor:
    from uuid import UUID

    from app.services.sign_in import find_session

    with browser.session_transaction() as cookie:
        person = find_session(UUID(cookie["_user_id"]))
    assert person is not None
    return person.actor
