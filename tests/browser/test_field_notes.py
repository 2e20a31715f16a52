"""What a note of the field app does with a pin, a drawing and words, as somebody new to it meets them."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.browser.test_field_screens import PHOTO, draw_a_box, look_at, note, send, walk_of

Walking = Callable[..., tuple[Page, str]]


def data_of(page: Page, finding: str) -> dict[str, float]:
    data: dict[str, float] = page.evaluate("async (id) => (await platskollen.finding(id)).data", finding)
    return data


def test_a_tap_on_the_small_map_sets_the_pin_where_it_fell(walking: Walking) -> None:
    page, _ = walking()
    walk = walk_of(page, "tensta-centrum")
    page.evaluate("async (id) => { await platskollen.takeAlong(id); }", walk)
    page.evaluate("(id) => platskollen.startWalk({ id, slug: 'tensta-centrum' })", walk)
    finding = note(page, walk)
    look_at(page, f"#/finding/{finding}")
    page.get_by_role("button", name="Flytta nålen").click()
    canvas = page.locator(".small-map")
    expect(canvas.locator(".site-border")).to_be_visible()
    expect(canvas.locator(".walk-route")).to_be_visible()
    expect(canvas).to_be_in_viewport(ratio=0.9)
    expect(canvas.get_by_role("button", name="Zooma in")).to_be_visible()
    pin = canvas.locator(".pin").bounding_box()
    box = canvas.bounding_box()
    assert pin
    assert box
    foot = (pin["x"] + 16, pin["y"] + 38)
    assert abs(foot[0] - box["x"] - box["width"] / 2) < 3, "the pin does not stand in the middle"
    # 50 px east and 50 px north of where it stood.
    scale = page.locator(".small-map .leaflet-control-scale-line")
    metres = float((scale.text_content() or "").split()[0])
    per_pixel = metres / float(scale.evaluate("(line) => line.offsetWidth"))
    page.mouse.click(foot[0] + 50, foot[1] - 50)
    expect(page.get_by_text("Nål satt för hand")).to_be_visible()
    data = data_of(page, finding)
    north, east = (data["lat"] - 59.3945) * 111_320, (data["lon"] - 17.9010) * 56_680
    assert abs(north - 50 * per_pixel) < 3
    assert abs(east - 50 * per_pixel) < 3


def test_a_box_that_hides_somebody_is_kept_when_one_goes_back(walking: Walking) -> None:
    page, walk = walking()
    draw_a_box(page, note(page, walk))
    photo = page.url.rpartition("/")[2]
    before = page.evaluate("async (id) => (await platskollen.photo(id)).revision", photo)
    page.get_by_role("button", name="Tillbaka", exact=True).click()
    expect(page.get_by_role("heading", name="Ny notering")).to_be_visible()
    page.wait_for_function(
        "async ([id, before]) => (await platskollen.photo(id)).revision > before", arg=[photo, before]
    )
    # Nothing was drawn the second time: the photo stays as it is.
    page.evaluate("platskollen.prepared()")
    page.get_by_role("link", name="Foto 1").click()
    expect(page.locator("canvas")).to_be_visible()
    page.get_by_role("button", name="Tillbaka", exact=True).click()
    expect(page.get_by_role("heading", name="Ny notering")).to_be_visible()
    assert page.evaluate("async (id) => (await platskollen.photo(id)).revision", photo) == before + 1
    page.get_by_role("button", name="Klart").click()
    send(page)
    expect(page).to_have_url(re.compile(f"#/walk/{walk}$"))


def test_a_walk_nobody_planned_has_its_categories_without_a_network(walking: Walking) -> None:
    page, _ = walking()
    page.context.set_offline(True)
    page.reload()
    page.get_by_role("link", name="Oplanerad vandring").click()
    # Where one stands is proposed, and nothing else.
    expect(page.get_by_label("Var?")).to_have_value("tensta-centrum")
    page.get_by_text("Mörker", exact=True).click()
    page.get_by_role("button", name="Starta vandringen").click()
    page.get_by_role("button", name="Ny notering").click()
    page.get_by_role("button", name="Elskåp").click()
    expect(page.get_by_role("switch", name="Akut?")).to_have_attribute("aria-checked", "false")
    page.get_by_role("button", name="Öppet eller trasigt skåp").click()
    acute = page.get_by_role("switch", name="Akut?")
    expect(acute).to_have_attribute("aria-checked", "true")
    expect(page.get_by_role("link", name=re.compile("^112"))).to_be_in_viewport()
    acute.click()
    expect(acute).to_have_attribute("aria-checked", "false")
    page.get_by_role("button", name="Ändra").click()
    page.get_by_role("button", name="Klotter", exact=True).click()
    page.get_by_label("Klotter med hat eller hot").check()
    finding = page.url.rpartition("/")[2]
    page.wait_for_function("async (id) => (await platskollen.finding(id)).data.hate === true", arg=finding)
    page.context.set_offline(False)
    page.reload()


def test_the_same_thing_noted_twice_is_one_note_with_both_photos(walking: Walking) -> None:
    page, walk = walking()
    first = note(page, walk)
    page.evaluate("(id) => platskollen.closeFinding(id)", first)
    second = note(page, walk, category=None)
    look_at(page, f"#/finding/{second}")
    page.get_by_label("Ta foto").set_input_files(PHOTO)
    photo = page.get_by_role("link", name="Foto 1")
    expect(photo).to_be_visible()
    # Photographed first: the photo stands above the question what it is.
    above, below = photo.bounding_box(), page.get_by_role("heading", name="Vad är det?").bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] < below["y"]
    page.get_by_role("button", name="Belysning", exact=True).click()
    page.get_by_role("button", name="Samma", exact=True).click()
    expect(page.get_by_text("Nu är det en notering")).to_be_visible()
    send(page)
    photos = page.evaluate("async (id) => (await platskollen.finding(id)).photos.length", first)
    assert (photos, page.evaluate("(id) => platskollen.finding(id)", second)) == (1, None)
    look_at(page, f"#/walk/{walk}/finish")
    expect(page.locator(".figures > div").first).to_contain_text("Brister noterade1")


def test_words_typed_right_before_the_app_is_closed_are_there_the_next_time(walking: Walking) -> None:
    page, walk = walking()
    finding = note(page, walk)
    look_at(page, f"#/finding/{finding}")
    page.get_by_label("Platsen i ord").press_sequentially("Vid trappan")
    page.close(run_before_unload=True)
    again = page.context.new_page()
    again.goto(page.url.split("#")[0])
    expect(again.get_by_role("heading", name="Mina vandringar")).to_be_visible()
    again.wait_for_function(
        "async (id) => (await platskollen.finding(id)).data.place_words === 'Vid trappan'", arg=finding
    )


def test_a_walk_that_is_over_shows_its_protocol_and_not_how_to_finish_it(walking: Walking) -> None:
    page, walk = walking()
    page.evaluate("(id) => platskollen.finishWalk(id, {})", walk)
    send(page)
    look_at(page, f"#/walk/{walk}")
    expect(page.get_by_role("link", name="Protokoll")).to_have_attribute(
        "href", f"/vandringar/{walk}/protokoll"
    )
    expect(page.get_by_role("link", name="Avsluta")).to_have_count(0)
    expect(page.get_by_role("button", name="Lägg till en notering")).to_be_visible()


def test_who_comes_along_by_a_code_need_not_open_the_page_again(walking: Walking, browser: Browser) -> None:
    page, walk = walking()
    send(page)
    fresh = browser.new_context(locale="sv-SE")
    try:
        other = fresh.new_page()
        other.goto(f"{page.url.split('#')[0]}#/join/{walk}/tensta-centrum")
        expect(other.get_by_role("link", name="Logga in")).to_have_count(1)
        expect(other.get_by_role("main")).not_to_contain_text("tensta-centrum")
        fresh.add_cookies(page.context.cookies())  # type: ignore[arg-type]  # read and written in one shape
        other.evaluate("platskollen.refreshMe()")
        expect(other.get_by_role("button", name="Följ med")).to_be_visible()
        expect(other.get_by_role("main")).to_contain_text("Tensta centrum")
    finally:
        fresh.close()
