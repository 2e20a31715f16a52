"""The field app's screens with what really stands in them: drawn photos, refusals, conflicts, checks, the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible

PHOTO = Path(__file__).resolve().parents[1] / "data" / "photos" / "Landscape_1.jpg"
# Chromium's own setting: what somebody with large text has chosen for all pages. The page's own size is a part more.
LARGE_TEXT = "html { font-size: 212.5% !important; }"


def look_at(page: Page, address: str) -> None:
    page.evaluate("(hash) => { location.hash = hash; }", address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def note(page: Page, walk: str, **data: object) -> str:
    """A finding as the screens make it, its sheet still open."""
    about = {"category": "belysning", "lon": 17.9010, "lat": 59.3945, "accuracy_m": 8, **data}
    return str(page.evaluate("([walk, data]) => platskollen.newFinding(walk, data)", [walk, about]))


def draw_a_box(page: Page, finding: str) -> None:
    """Take a photo for a finding and draw a box over somebody on it; the drawing is open and not yet kept."""
    look_at(page, f"#/finding/{finding}")
    page.get_by_label("Ta foto").set_input_files(PHOTO)
    page.get_by_role("link", name="Foto 1").click()
    page.get_by_role("button", name="Dölj").click()
    page.locator("canvas").click()


def send(page: Page) -> None:
    """Have sent what stands ready, as a step on the way."""
    page.evaluate("async () => { await platskollen.prepared(); await platskollen.sync('test'); }")
    everything_sent(page)


def everything_sent(page: Page) -> None:
    expect(
        page.get_by_role("contentinfo").get_by_role("link", name=re.compile("^Allt skickat"))
    ).to_be_visible()


def test_a_photo_being_drawn_on_is_sent_only_once_the_drawing_is_kept(
    walking: Callable[..., tuple[Page, str]],
) -> None:
    page, walk = walking()
    send(page)
    finding = note(page, walk)
    draw_a_box(page, finding)
    assert_accessible(page)
    # The note is closed by another hand, or in another tab, while the drawing goes on.
    page.evaluate(
        "async (id) => { await platskollen.prepared(); await platskollen.closeFinding(id); }", finding
    )
    page.evaluate("platskollen.sync('test')")
    assert page.evaluate("async () => (await platskollen.summary()).unsent") == 2
    drawn = page.locator("canvas").evaluate("(canvas) => canvas.toDataURL()")
    page.get_by_role("button", name="Spara fotot").click()
    expect(page.get_by_role("link", name="Foto 1")).to_be_visible()
    everything_sent(page)
    page.get_by_role("link", name="Foto 1").click()
    expect(page.get_by_text("Fotot är skickat och går inte att ändra.")).to_be_visible()
    assert_accessible(page)
    kept = page.locator("img.whole-photo")
    assert kept.evaluate("(image) => [image.naturalWidth, image.naturalHeight]") == size_of(page, drawn)


def size_of(page: Page, picture: str) -> object:
    script = (
        "async (url) => { const i = new Image(); i.src = url; await i.decode(); return [i.width, i.height]; }"
    )
    return page.evaluate(script, picture)


def test_back_leads_out_of_a_finding_that_was_opened_by_its_address(
    walking: Callable[..., tuple[Page, str]],
) -> None:
    page, walk = walking()
    finding = note(page, walk)
    page.goto(f"{page.url.split('#')[0]}#/finding/{finding}")
    page.reload()
    page.get_by_role("button", name="Tillbaka", exact=True).click()
    expect(page).to_have_url(re.compile(f"#/walk/{walk}$"))

    # And to where one came from, past what one came through.
    look_at(page, "#/outbox")
    look_at(page, f"#/finding/{finding}")
    page.get_by_label("Ta foto").set_input_files(PHOTO)
    page.get_by_role("link", name="Foto 1").click()
    page.get_by_role("button", name="Till noteringen").click()
    page.get_by_role("button", name="Tillbaka", exact=True).click()
    expect(page).to_have_url(re.compile("#/outbox$"))


def test_a_conflict_is_shown_with_both_versions_and_settled(walking: Callable[..., tuple[Page, str]]) -> None:
    page, walk = walking(color_scheme="dark")
    # Somebody else: nobody is asked to choose between two edits of their own.
    other, _ = walking(email="samordnare@demo.example", viewport={"width": 320, "height": 640})
    send(page)
    finding = note(page, walk, title="Mörk gång")
    page.evaluate("(id) => platskollen.closeFinding(id)", finding)
    send(page)
    for phone in (page, other):
        phone.evaluate("async (id) => { await platskollen.takeAlong(id); }", walk)
    edit = "([id, title]) => platskollen.editFinding(id, { title, description: `${title} på kvällen` })"
    other.evaluate(edit, [finding, "Släckt stolpe"])
    send(other)
    page.evaluate(edit, [finding, "Trasig lampa"])
    page.get_by_role("link", name=re.compile("saker skiljer|sak skiljer")).click()
    expect(page.get_by_role("heading", name="Det som väntar")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Välj", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Släckt stolpe")
    expect(page.get_by_role("main")).to_contain_text("Trasig lampa")
    assert_accessible(page)
    page.get_by_role("listitem").filter(has_text="Rubrik").get_by_role("button", name="Behåll min").click()
    page.get_by_role("listitem").filter(has_text="Beskrivning").get_by_role(
        "button", name="Ta den andra"
    ).click()
    expect(page.get_by_text("Det finns inget att välja mellan.")).to_be_visible()
    send(page)
    other.evaluate("(id) => platskollen.refresh(id)", walk)
    look_at(other, f"#/finding/{finding}")
    data = other.evaluate("async (id) => (await platskollen.finding(id)).data", finding)
    assert (data["title"], data["description"]) == ("Trasig lampa", "Släckt stolpe på kvällen")


def test_what_the_server_refuses_stands_in_the_outbox_with_its_reason(
    walking: Callable[..., tuple[Page, str]],
) -> None:
    page, walk = walking(viewport={"width": 320, "height": 640})
    # The checklist of any place that was taken along will do.
    page.evaluate("async (id) => { await platskollen.takeAlong(id); }", walk_of(page, "tensta-centrum"))
    send(page)
    finding = note(page, walk, category="finns-inte", title="Lös sten")
    page.evaluate("(id) => platskollen.closeFinding(id)", finding)
    page.get_by_role("link", name=re.compile("1 sak togs inte emot")).click()
    line = page.get_by_role("listitem").filter(has_text="Inte mottagen")
    expect(line).to_contain_text("Ny notering · Lös sten")
    assert_accessible(page)
    line.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Ny notering")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Klotter", exact=True).click()
    page.get_by_role("button", name="Klart").click()
    everything_sent(page)


def test_a_changed_check_begins_with_what_was_said(walking: Callable[..., tuple[Page, str]]) -> None:
    page, walk = walking()
    page.evaluate("async (id) => { await platskollen.takeAlong(id); }", walk_of(page, "tensta-centrum"))
    walk = page.evaluate(
        "async (id) => platskollen.startWalk({ id, slug: 'tensta-centrum' })", walk_of(page, "tensta-centrum")
    )
    look_at(page, f"#/walk/{walk}/recheck")
    card = page.locator(".recheck-card").first
    card.get_by_role("button", name="Värre").click()
    card.get_by_label("Anteckning").fill("Nu är även stolpen trasig")
    card.get_by_label("Ta foto").set_input_files(PHOTO)
    # Looking at the photo loses nothing of what is not saved yet.
    card.get_by_role("link", name="Foto 1").click()
    page.get_by_role("button", name="Tillbaka", exact=True).click()
    expect(card.get_by_label("Anteckning")).to_have_value("Nu är även stolpen trasig")
    assert_accessible(page)
    card.get_by_role("button", name="Spara").click()
    expect(card).to_have_class(re.compile("done"))
    page.reload()
    card.get_by_role("button", name="Ändra").click()
    expect(card.get_by_role("button", name="Värre")).to_have_attribute("aria-pressed", "true")
    expect(card.get_by_label("Anteckning")).to_have_value("Nu är även stolpen trasig")
    expect(card.get_by_role("list", name="Foton").get_by_role("listitem")).to_have_count(1)


def walk_of(page: Page, slug: str) -> str:
    """The planned walk of a site."""
    script = (
        "async (slug) => (await platskollen.walks()).find((one) => one.slug === slug && one.planned_at).id"
    )
    return str(page.evaluate(script, slug))


def test_a_pin_of_the_map_leads_to_its_own_card(walking: Callable[..., tuple[Page, str]]) -> None:
    page, _ = walking()
    walk = walk_of(page, "husby-centrum")
    page.evaluate("async (id) => { await platskollen.takeAlong(id); }", walk)
    look_at(page, f"#/walk/{walk}/recheck")
    last = page.locator(".recheck-card").last
    finding = str(last.get_attribute("id")).removeprefix("check-")
    look_at(page, "#/")
    look_at(page, f"#/walk/{walk}/recheck?finding={finding}")
    expect(last.get_by_role("button", name="Åtgärdad")).to_be_focused()
    expect(last).to_be_in_viewport()


def test_two_taps_on_finish_do_not_finish_a_walk_with_a_gap(walking: Callable[..., tuple[Page, str]]) -> None:
    page, walk = walking()
    note(page, walk, category=None)
    look_at(page, f"#/walk/{walk}/finish")
    page.get_by_role("button", name="Avsluta", exact=True).dblclick()
    expect(page.get_by_role("button", name="Ny notering")).to_be_visible()
    page.get_by_role("link", name="Avsluta").click()
    page.get_by_role("button", name="Avsluta", exact=True).click()
    assert_accessible(page)
    page.get_by_role("button", name="Avsluta ändå").click()
    expect(page.get_by_role("heading", name="Mina vandringar")).to_be_visible()


def test_a_walk_that_is_not_in_the_phone_says_so(walking: Callable[..., tuple[Page, str]]) -> None:
    page, _ = walking()
    look_at(page, "#/walk/00000000-0000-4000-8000-000000000000")
    expect(page.get_by_text("Vandringen finns inte i telefonen.")).to_be_visible()
    expect(page.get_by_role("button", name="Ny notering")).to_have_count(0)
    assert_accessible(page)


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (320, "dark")])
def test_every_screen_stands_whole_with_large_text(
    walking: Callable[..., tuple[Page, str]], width: int, scheme: str
) -> None:
    page, _ = walking(device=None, viewport={"width": width, "height": 740}, color_scheme=scheme)
    walk = walk_of(page, "husby-centrum")
    page.evaluate("async (id) => { await platskollen.takeAlong(id); }", walk)
    finding = note(page, walk, severity="acute", accuracy_m=90)
    look_at(page, f"#/finding/{finding}")
    page.get_by_label("Ta foto").set_input_files(PHOTO)
    expect(page.get_by_role("link", name="Foto 1")).to_be_visible()
    photo = page.evaluate("async (id) => (await platskollen.finding(id)).photos[0].id", finding)
    page.evaluate(
        """(rules) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(rules);
          document.adoptedStyleSheets = [sheet];
        }""",
        LARGE_TEXT,
    )
    parts = ("", "/take", "/join", "/recheck", "/finish")
    screens = [f"#/walk/{walk}{part}" for part in parts]
    screens += [
        f"#/finding/{finding}",
        f"#/photo/{photo}",
        "#/",
        "#/start",
        "#/outbox",
        "#/conflicts",
        "#/storage",
    ]
    for screen in screens:
        look_at(page, screen)
        if screen == f"#/walk/{walk}":
            page.get_by_role("button", name="Visa listan").click()
        page.wait_for_timeout(150)  # what a screen reads, it draws a moment later
        page.evaluate("document.querySelectorAll('main [aria-expanded=false]').forEach((one) => one.click())")
        assert page.evaluate(FAULTS_OF_LAYOUT) == [], screen
        assert_accessible(page)


FAULTS_OF_LAYOUT = r"""() => {
  const faults = [];
  const shown = (element) => element.getClientRects().length > 0;
  if (document.scrollingElement.scrollWidth > innerWidth) faults.push('the page scrolls sideways');
  if (document.querySelector('main').scrollWidth > innerWidth) faults.push('the screen scrolls sideways');
  const targets = 'a, button, select, summary, textarea, input:not(.visually-hidden, [type=checkbox], [type=radio])';
  for (const target of document.querySelectorAll(targets)) {
    const { width, height } = target.getBoundingClientRect();
    const inMap = target.closest('.leaflet-marker-pane, .leaflet-control-attribution');
    if (shown(target) && !inMap && (width < 47.5 || height < 47.5)) {
      faults.push(`${Math.round(width)} × ${Math.round(height)} px: ${target.textContent.trim()}`);
    }
  }
  for (const button of document.querySelectorAll('button, .button')) {
    const symbols = [...button.querySelectorAll('svg')].filter(shown);
    if (shown(button) && !button.textContent.trim() && !symbols.length) faults.push(`empty: ${button.ariaLabel}`);
  }
  // A word that stands in two lines without a hyphen has been broken for want of room.
  const words = document.createTreeWalker(document.querySelector('#app'), NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (words.nextNode()) {
    const { data, parentElement } = words.currentNode;
    if (!shown(parentElement) || parentElement.closest('.visually-hidden, .address')) continue;
    for (const { index, 0: word } of data.matchAll(/[\p{L}\p{N}]+/gu)) {
      if (word.length >= 12) continue; // hyphenated, where the browser knows Swedish
      range.setStart(words.currentNode, index);
      range.setEnd(words.currentNode, index + word.length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (lines.size > 1) faults.push(`broken: ${word}`);
    }
  }
  return faults;
}"""
