"""The chain between four people who sign in, an owner who has only a mail, and a resident: nobody is told by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from app.i18n import today
from tests.browser.accessibility import assert_accessible
from tests.browser.test_chain import choose_organisation, look_at_the_result, note_finding, open_step
from tests.mail_server import Server as MailServer
from tools.serving import Served, Server

AFTER = sorted((Path(__file__).resolve().parents[1] / "data" / "photos").rglob("*.jpg"))[1]
HUSBY = {"longitude": 17.9259, "latitude": 59.4100, "accuracy": 8}
OWNER = "bba@demo.example"
COLLEAGUE = "kontroll@husby.example"


@pytest.fixture(scope="module")
def post() -> Iterator[MailServer]:
    """A real mail server that keeps what it is given."""
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, post: MailServer) -> Iterator[Served]:
    """A server of its own, which mails by that server."""
    folder = tmp_path_factory.mktemp("everybody")
    server = Server(folder, "--demo", PLATSKOLLEN_SMTP_URL=f"smtp://127.0.0.1:{post.port}")
    server.start()
    yield server.served
    server.stop()


def test_everybody_does_their_part(visit: Callable[..., Page], served: Served, post: MailServer) -> None:
    let_in_a_colleague(visit("admin@demo.example", device=None))
    colleague = visit()
    colleague.goto(mailed_address(colleague, post, COLLEAGUE, "logga-in"))
    colleague.get_by_role("main").get_by_role("button", name="Logga in").click()
    colleague.wait_for_url(lambda address: "/logga-in" not in address)

    number = note_finding(visit("falt@demo.example", geolocation=HUSBY))
    coordinator = visit("samordnare@demo.example", device=None)
    send_as_acute(coordinator, served, number)

    owner = visit(device=None, viewport={"width": 320, "height": 640}, java_script_enabled=False)
    owner.goto(mailed_address(owner, post, OWNER, "agare"))
    plan_and_report_fixed(owner)

    verify(colleague, served, number)
    look_at_the_result(coordinator, number)
    publish(coordinator, served, number)

    resident = visit()
    resident.goto(f"{served.url}/plats/husby-centrum")
    expect(resident.get_by_role("main")).to_contain_text("Klart")
    assert_accessible(resident)
    for mail in post.mails:
        assert "Kollega" not in mail.as_string() or mail["To"] == COLLEAGUE  # functions, never names


def mailed_address(page: Page, post: MailServer, to: str, path: str) -> str:
    """The newest address below `path` mailed to `to`, once it has come."""
    until = monotonic() + 90
    while monotonic() < until:
        for mail in reversed(post.mails):
            body = mail.get_body(("plain",))
            found = re.search(rf"https?://\S+/{path}/\S+", body.get_content()) if body else None
            if mail["To"] == to and found:
                return found[0]
        page.wait_for_timeout(200)
    pytest.fail(f"no mail to {to}")


def let_in_a_colleague(admin: Page) -> None:
    home = admin.url.rstrip("/")
    admin.goto(f"{home}/installningar/anvandare/ny")
    admin.get_by_label("E-post").fill(COLLEAGUE)
    admin.get_by_label("Namn").fill("Kollega Kontroll")
    admin.get_by_label("Roll").select_option("field")
    assert_accessible(admin)
    admin.get_by_role("main").get_by_role("button").last.click()
    expect(admin.get_by_role("status").first).to_contain_text("på väg")


def send_as_acute(page: Page, served: Served, number: str) -> None:
    page.goto(f"{served.url}/brister/{number}")
    step = open_step(page, "Bedöm")
    step.get_by_label("Allvarlighetsgrad").select_option("acute")
    step.get_by_role("button", name="Bedöm").click()
    step = open_step(page, "Skicka till ansvarig")
    choose_organisation(step, "Bostadsbolag A")
    step.get_by_role("button", name="Skicka till ansvarig").click()
    expect(page.get_by_role("main")).to_contain_text("Bostadsbolag A")


def plan_and_report_fixed(page: Page) -> None:
    row = page.locator("article", has_text="Lampan vid trappan är släckt").first
    row.get_by_role("link", name="Vi åtgärdar").first.click()
    page.get_by_label("Planerat datum").fill((today() + timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Vi åtgärdar", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Planerad")
    page.locator("summary", has_text=re.compile("^Åtgärdat$")).click()
    step = page.locator("details", has=page.locator("form[action$=reported_fixed]"))
    step.locator("input[type=file]").set_input_files(AFTER)
    step.get_by_role("button", name="Åtgärdat").click()
    expect(page.get_by_role("main")).to_contain_text("Någon annan kontrollerar det")


def verify(page: Page, served: Served, number: str) -> None:
    page.goto(f"{served.url}/brister/{number}")
    step = open_step(page, "Markera som kontrollerad")
    step.get_by_label("på plats").check()
    step.locator("input[type=file]").set_input_files(AFTER)
    step.get_by_role("button", name="Markera som kontrollerad").click()
    expect(page.get_by_role("main")).to_contain_text("Kontrollerad på plats")


def publish(page: Page, served: Served, number: str) -> None:
    page.goto(f"{served.url}/brister/{number}/publicering")
    assert_accessible(page)
    page.locator("button[name=do][value=publish]").click()
    expect(page.get_by_role("status").first).to_contain_text("boende")
