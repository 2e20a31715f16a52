from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.permissions import Actor
from app.services.sign_in import print_link
from app.views.devices import device_words
from tests.builders import email_of
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0 Mobile Safari/537.36"
)
HOSTILE = "<script>alert(1)</script>" * 100


def enter(client: FlaskClient, actor: Actor, agent: str, **form: str) -> None:
    link = print_link(email_of(actor)).removeprefix("http://localhost")
    answer = client.post(link, data=form, headers={"User-Agent": agent})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PHONE, "Chrome, Android"),
        (PHONE.replace("Chrome/", "SamsungBrowser/23 Chrome/"), "Samsung Internet, Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox, Linux"),
        ("curl/8", ""),
        (HOSTILE, ""),
    ],
)
def test_browser_is_named_in_few_words(agent: str, words: str) -> None:
    assert device_words(agent) == words


def test_page_lists_my_devices_and_nobody_elses(
    app: APIFlask, client: FlaskClient, field: Actor, coordinator: Actor
) -> None:
    enter(app.test_client(), field, PHONE, stay="y")
    enter(app.test_client(), coordinator, "Mozilla/5.0 (Windows NT 10.0) Firefox/127.0")
    enter(client, field, "Mozilla/5.0 (X11; Linux x86_64) Firefox/127.0")
    rows = [row.get_text(" ", strip=True) for row in page(client.get("/konto")).select("#main .rows li")]
    assert len(rows) == 2
    assert any("Firefox, Linux" in row and "this one" in row for row in rows)
    assert any("Chrome, Android" in row and "stays signed in" in row for row in rows)


def test_a_device_is_signed_out_at_once(app: APIFlask, client: FlaskClient, field: Actor) -> None:
    lost = app.test_client()
    enter(lost, field, PHONE, stay="y")
    enter(client, field, "")
    for form in page(client.get("/konto")).select("#main .rows li"):
        if "Chrome" in form.get_text():
            assert form.form is not None
            assert client.post(str(form.form["action"])).status_code == 302
    assert lost.get("/konto").status_code == 302
    page(client.get("/konto"))


def test_signing_out_here_ends_the_session_of_the_browser(client: FlaskClient, field: Actor) -> None:
    enter(client, field, "")
    form = page(client.get("/konto")).select_one("#main .rows form")
    assert form is not None
    assert client.post(str(form["action"])).location == "/"
    assert client.get("/konto").status_code == 302


def test_somebody_elses_device_is_not_found(
    app: APIFlask, client: FlaskClient, field: Actor, outsider: Actor
) -> None:
    theirs = app.test_client()
    enter(theirs, field, PHONE)
    form = page(theirs.get("/konto")).select_one("#main .rows form")
    assert form is not None
    enter(client, outsider, "")
    assert client.post(str(form["action"])).status_code == 404
    page(theirs.get("/konto"))


def test_account_names_the_place_of_each_role(client: FlaskClient, owner: Actor, sign_in: SignIn) -> None:
    sign_in(client, owner)
    assert "(Bostadsbolag A)" in page(client.get("/konto")).get_text()
