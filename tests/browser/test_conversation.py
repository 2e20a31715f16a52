"""Staff and the responsible talk, somebody follows, a device shows notices: on phones, 320 px too."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from email import message_from_bytes, policy
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible
from tools.serving import Served

NARROW = {"viewport": {"width": 320, "height": 700}}


def mailed(page: Page, served: Served, to: str, pattern: str) -> str:
    """The address of this kind in a mail to `to`, once the worker has sent it."""
    until = monotonic() + 60
    while monotonic() < until:
        for file in (served.folder / "mail").glob("*.eml"):
            mail = message_from_bytes(file.read_bytes(), policy=policy.default)
            found = re.search(pattern, mail.get_content())
            if mail["To"] == to and found:
                return found[0]
        page.wait_for_timeout(200)
    pytest.fail(f"no mail to {to}")


def test_talk_follow_revisit_and_take_out(visit: Callable[..., Page], served: Served) -> None:
    desk = visit("samordnare@demo.example", **NARROW)
    desk.goto(f"{served.url}/brister?status=sent")
    desk.locator("[data-row] a").first.click()
    number = desk.url.rsplit("/", 1)[1]
    desk.get_by_label("Det du vill säga").fill("När byter ni lampan?")
    desk.get_by_label(re.compile("och medarbetare$")).check()
    desk.locator("#conversation").get_by_role("button", name="Spara").click()
    expect(desk.locator("#conversation")).to_contain_text("När byter ni lampan?")
    expect(desk.locator("#conversation li")).to_contain_text("Samordnare")

    desk.get_by_text("Begär återbesök").click()
    desk.get_by_label("Efter mörkrets inbrott").check()
    desk.locator("#revisits").get_by_role("button", name="Spara").click()
    expect(desk.locator("#revisits li")).to_contain_text("Efter mörkrets inbrott")

    desk.get_by_text("Lägg till någon som bett om det").click()
    desk.get_by_label("E-postadress").fill("kiosken@example.se")
    desk.get_by_label("Hur de bad om det").fill("Handlare, bad om det på vandringen")
    desk.get_by_role("button", name="Fråga per mejl").click()
    expect(desk.locator("#followers li")).to_contain_text("har inte svarat")
    assert_accessible(desk)

    kiosk = visit(java_script_enabled=False, **NARROW)
    kiosk.goto(mailed(kiosk, served, "kiosken@example.se", r"https?://\S+/folj/\S+"))
    kiosk.get_by_role("button", name="Ja, mejla mig").click()
    expect(kiosk.get_by_role("main")).to_contain_text("Tack.")
    expect(kiosk.get_by_role("main")).to_contain_text(number)

    desk.reload()
    expect(desk.locator("#followers li")).to_contain_text("sa ja")
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Ladda ner för arkivet (ZIP)").click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
        names = [name.rpartition("/")[2] for name in archive.namelist()]
    assert {"brist.json", "brist.html", "manifest-sha256.txt"} <= set(names)
    desk.get_by_role("link", name="Hela loggen").click()
    expect(desk.get_by_role("row", name=re.compile("Uttagen för arkivet"))).to_be_visible()
    assert_accessible(desk)

    desk.goto(f"{served.url}/konto/utskick")
    desk.get_by_role("button", name="Gör en adress").click()
    expect(desk.get_by_label("Adressen till din kalender")).to_have_value(re.compile(r"/kalender/\S+\.ics$"))
    assert_accessible(desk)


def test_worker_shows_a_notice_that_opens_the_finding(visit: Callable[..., Page], served: Served) -> None:
    page = visit("samordnare@demo.example", permissions=["notifications"])
    page.goto(f"{served.url}/konto/utskick")
    expect(page.get_by_role("button", name="Visa aviseringar på den här enheten")).to_be_visible()
    form = page.locator("form[data-push-key]")
    worker, scope = form.get_attribute("data-worker"), form.get_attribute("data-scope")
    page.evaluate(
        """async ([worker, scope]) => {
          const registration = await navigator.serviceWorker.register(worker, { scope });
          while (!registration.active) await new Promise((done) => setTimeout(done, 50));
        }""",
        [worker, scope],
    )
    devtools = page.context.new_cdp_session(page)
    found: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(one["registrationId"] for one in told["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    page.wait_for_timeout(500)
    message = '{"title": "Platskollen", "body": "KISTA-2026-0001: en fråga", "url": "//evil.example/x"}'
    for words in (message, "not ours"):
        devtools.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": served.url, "registrationId": found[-1], "data": words},
        )
    shown: list[list[str]] = []
    until = monotonic() + 20
    while len(shown) < 1 and monotonic() < until:
        page.wait_for_timeout(200)
        shown = page.evaluate(
            """async (scope) => {
              const registration = await navigator.serviceWorker.getRegistration(scope);
              const all = await registration.getNotifications();
              return all.map((one) => [one.title, one.body, one.data]);
            }""",
            scope,
        )
    assert all(title == "Platskollen" for title, _body, _data in shown)
    assert all(address.startswith(served.url) for _title, _body, address in shown)
    assert shown
