"""Bytes that no database and no UTF-8 can hold, in every place where a browser can put them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.models.sites import Site
from app.permissions import Actor
from tests.builders import make_finding, make_walk
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]


@pytest.mark.parametrize("bytes_", ["%00", "%FF", "%ED%A0%80"])
@pytest.mark.parametrize(
    "address", ["/platser/{}", "/platser/kista{}-centrum", "/brister/{}", "/static/build/{}", "/{}"]
)
def test_a_path_that_cannot_be_read_is_not_here(
    client: FlaskClient, sign_in: SignIn, site: Site, coordinator: Actor, address: str, bytes_: str
) -> None:
    sign_in(client, coordinator)
    page(client.get(address.format(bytes_)), 404)


@pytest.mark.parametrize("bytes_", ["%00", "%FF", "%ED%A0%80"])
def test_a_query_is_read_without_them(
    client: FlaskClient, sign_in: SignIn, site: Site, coordinator: Actor, bytes_: str
) -> None:
    number = make_finding(make_walk(site)).number
    sign_in(client, coordinator)
    page(client.get(f"/vandringar/ny?plats={bytes_}"), 404)
    page(client.get(f"/platser/kista-centrum?category={bytes_}&after={bytes_}"))
    for name in ("q", "text", "site", "status", "owner", "after", "lang", bytes_):
        page(client.get(f"/brister?{name}={bytes_}"))
    assert client.get(f"/brister/flera?to=triaged&number={number}{bytes_}&back=/{bytes_}").status_code < 500


def test_a_nul_in_a_number_is_passed_over(
    client: FlaskClient, sign_in: SignIn, site: Site, coordinator: Actor
) -> None:
    number = make_finding(make_walk(site)).number
    sign_in(client, coordinator)
    assert number in page(client.get(f"/brister/flera?to=triaged&number=%00{number}")).get_text()


def test_bytes_that_are_not_even_encoded_end_in_a_page(
    client: FlaskClient, sign_in: SignIn, site: Site, coordinator: Actor
) -> None:
    make_walk(site)
    sign_in(client, coordinator)
    raw = {"QUERY_STRING": "text=\xff\xfe&status=all"}
    page(client.get("/brister", environ_overrides=raw))
    page(client.get("/finns-inte", environ_overrides=raw), 404)


def test_a_form_is_read_without_them(client: FlaskClient) -> None:
    answer = client.post(
        "/sprak", data=b"lang=s%00v&next=/%00brister", content_type="application/x-www-form-urlencoded"
    )
    assert answer.location == "/brister"
    assert "language=sv" in answer.headers["Set-Cookie"]
