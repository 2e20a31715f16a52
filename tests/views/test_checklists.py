from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app.models.accounts import Role
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from app.services.checklists import current_version, ensure_shipped, latest
from tests.builders import make_finding, make_user, make_walk
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]
HOME = "/installningar/checklistor"


@pytest.fixture
def at_work(client: FlaskClient, admin: Actor, sign_in: SignIn) -> FlaskClient:
    ensure_shipped(SYSTEM)
    sign_in(client, admin)
    return client


def sent(soup: BeautifulSoup) -> dict[str, str]:
    """What the form would send as it stands."""
    form = soup.select_one("#main form")
    assert form is not None
    values = {str(tag["name"]): str(tag.get("value", "")) for tag in form.select("input[name]")}
    for choice in form.select("select"):
        chosen = choice.select_one("option[selected]")
        assert chosen is not None
        values[str(choice["name"])] = str(chosen["value"])
    return values


def test_a_category_is_written_anew_and_read(at_work: FlaskClient) -> None:
    page(at_work.get(HOME))
    form = sent(page(at_work.get(f"{HOME}/kategori/belysning")))
    answer = at_work.post(f"{HOME}/kategori/belysning", data={**form, "item_slackt_sv": "Helt <b>mörk"})
    assert answer.status_code == 302
    shown = page(at_work.get(f"{answer.location}?lang=sv"))
    assert "Helt <b>mörk" in shown.get_text()
    assert len(page(at_work.get(HOME)).select("#main section")[1].select("li")) == 2


def test_a_form_as_it_stands_changes_nothing(at_work: FlaskClient) -> None:
    for category in latest().categories:
        address = f"{HOME}/kategori/{category.slug}"
        assert at_work.post(address, data=sent(page(at_work.get(address)))).status_code == 302
    assert current_version().number == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_high": "0"},
        {"due_high": "x"},
        {"due_high": ""},
        {"due_high": "9" * 5000},
        {"rule_low": "magic"},
        {"item_slackt_sv": ""},
        {"item_slackt_sv": "x" * 5000},
    ],
)
def test_what_cannot_be_taken_is_said(at_work: FlaskClient, wrong: dict[str, str]) -> None:
    form = sent(page(at_work.get(f"{HOME}/kategori/belysning")))
    shown = page(at_work.post(f"{HOME}/kategori/belysning", data={**form, **wrong}), 422)
    assert shown.select_one("[data-error-summary]") is not None
    assert current_version().number == 1


def test_an_old_page_is_told_and_then_saves(at_work: FlaskClient) -> None:
    form = sent(page(at_work.get(f"{HOME}/kategori/belysning")))
    other = sent(page(at_work.get(f"{HOME}/kategori/sikt")))
    at_work.post(f"{HOME}/kategori/sikt", data={**other, "due_low": "77"})
    again = page(at_work.post(f"{HOME}/kategori/belysning", data={**form, "due_low": "88"}), 409)
    assert at_work.post(f"{HOME}/kategori/belysning", data=sent(again)).status_code == 302
    assert [latest().categories[number].due_days["low"] for number in (0, 1)] == [88, 77]


def test_a_category_that_is_off_is_not_offered_but_kept(at_work: FlaskClient, site: Site) -> None:
    form = sent(page(at_work.get(f"{HOME}/kategori/sikt")))
    form.pop("active")
    at_work.post(f"{HOME}/kategori/sikt", data=form)
    walk = make_walk(site)
    noted = make_finding(walk, category="sikt")

    def offered(address: str) -> set[str]:
        return {str(tag["value"]) for tag in page(at_work.get(address)).select("input[name=category]")}

    new = offered(f"/vandringar/{walk.id}/ny-notering")
    assert "sikt" not in new
    assert "belysning" in new
    assert "sikt" in offered(f"/brister/{noted.number}/andra")
    bundle = at_work.get(f"/api/v1/walks/{walk.id}/bundle").json
    assert bundle is not None
    assert {one["slug"]: one["active"] for one in bundle["checklist"]["categories"]}["sikt"] is False


def test_only_administrators_see_it(client: FlaskClient, sign_in: SignIn) -> None:
    ensure_shipped(SYSTEM)
    for role in (Role.COORDINATOR, Role.FIELD, Role.ANALYST):
        sign_in(client, make_user(role))
        page(client.get(HOME), 403)
        page(client.get(f"{HOME}/{current_version().id}"), 403)
        page(client.post(f"{HOME}/kategori/belysning", data={}), 403)


def test_a_preview_shows_it_and_saves_nothing(at_work: FlaskClient) -> None:
    form = sent(page(at_work.get(f"{HOME}/kategori/belysning")))
    data = {**form, "item_slackt_en": "Pitch dark", "due_high": "6", "way": "preview"}
    shown = page(at_work.post(f"{HOME}/kategori/belysning", data=data))
    panel = shown.select_one("#main .panel")
    assert panel is not None
    assert "Pitch dark" in panel.get_text()
    assert "6 days" in panel.get_text()
    assert current_version().number == 1
    again = sent(shown)
    assert again["item_slackt_en"] == "Pitch dark"
    assert at_work.post(f"{HOME}/kategori/belysning", data=again).status_code == 302
    assert current_version().number == 2
