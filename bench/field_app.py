"""The field app on a slow phone and a slow link: size, opening without a network, saving, and sending a whole walk."""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path
from time import monotonic

from playwright.sync_api import sync_playwright

from bench import Row
from tests.faults.conftest import FIELD
from tests.faults.phones import Phone
from tools.proxy import Link, Proxy, faulty_proxy
from tools.serving import ROOT, Server

BUILD = ROOT / "app" / "static" / "build"
MOST_BYTES, MOST_BYTES_OF_INTERVIEWS = 150_000, 40_000
SLOW = Link(bits_per_s=1_600_000, round_trip_s=0.15)
FINDINGS, PHOTOS_EACH = 50, 2

_CAPTURE_BIG = """
async (walkId) => {
  const field = globalThis.platskollen;
  const canvas = new OffscreenCanvas(4000, 3000);
  const context = canvas.getContext('2d');
  for (let row = 0; row < 60; row += 1) {
    for (let column = 0; column < 80; column += 1) {
      context.fillStyle = `hsl(${(row * column) % 360} 60% ${30 + ((row + column) % 40)}%)`;
      context.fillRect(column * 50, row * 50, 50, 50);
    }
  }
  const photo = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
  const began = performance.now();
  const id = await field.newFinding(walkId, { category: 'belysning', place_words: 'Vid trappan' });
  await field.addPhoto(id, photo, {});
  await field.addPhoto(id, photo.slice(0, photo.size, photo.type), {});
  await field.closeFinding(id);
  return (performance.now() - began) / 1000;
}
"""
_CAPTURE_WALK = """
async ([walkId, findings, photos]) => {
  const field = globalThis.platskollen;
  for (let number = 0; number < findings; number += 1) {
    const id = await field.newFinding(walkId, { category: 'belysning', lon: 17.94 + number / 5000, lat: 59.4037 });
    for (let one = 0; one < photos; one += 1) {
      const canvas = new OffscreenCanvas(980, 735);
      const context = canvas.getContext('2d');
      const noise = context.createImageData(980, 735);
      for (let start = 0; start < noise.data.length; start += 65536) {
        crypto.getRandomValues(noise.data.subarray(start, start + 65536));
      }
      for (let start = 3; start < noise.data.length; start += 4) noise.data[start] = 255;
      context.putImageData(noise, 0, 0);
      await field.addPhoto(id, await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.6 }), {});
    }
    await field.closeFinding(id);
  }
}
"""
_PREPARED = """
async (walkId) => {
  const findings = await platskollen.findings(walkId);
  const photos = findings.flatMap((one) => one.photos);
  return photos.every((one) => one.sha256) ? photos.reduce((sum, one) => sum + one.bytes, 0) : 0;
}
"""


def measure() -> list[Row]:
    """Measure size in the build, and the rest in Chromium before a real server."""
    rows = [
        Row("JavaScript and CSS of the field app, gzipped", _code_bytes(), 1, MOST_BYTES, "bytes"),
        Row("the same of interviews on the spot", _interview_bytes(), 1, MOST_BYTES_OF_INTERVIEWS, "bytes"),
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        faulty_proxy(0) as proxy,
        sync_playwright() as playwright,
    ):
        server = Server(Path(folder), "--demo", base_url=proxy.url)
        proxy.target_port = server.port
        server.start()
        phone = Phone(playwright, Path(folder) / "phone", proxy.url)
        try:
            phone.open()
            phone.sign_in(server.served.link(FIELD))
            rows += [_opening(phone), _saving(phone), _sending(phone, proxy)]
        finally:
            phone.close()
            server.stop()
    return rows


def _code_bytes() -> int:
    """The app's scripts with all their pieces, its style sheet and its service worker, each gzipped by itself."""
    manifest = json.loads((BUILD / "manifest.json").read_text(encoding="utf-8"))
    names = [*manifest["field"], manifest["files"]["field.css"], manifest["files"]["field-worker.js"]]
    return _gzipped(names)


def _interview_bytes() -> int:
    """The page where people are asked on the spot, with its words in five languages; the worker is the app's own."""
    files = json.loads((BUILD / "manifest.json").read_text(encoding="utf-8"))["files"]
    return _gzipped([files["interview.js"], files["interview.css"]])


def _gzipped(names: list[str]) -> int:
    return sum(len(gzip.compress((BUILD / name).read_bytes(), 9)) for name in names)


def _opening(phone: Phone) -> Row:
    devtools = phone.page.context.new_cdp_session(phone.page)
    phone.set_offline(True)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    seconds = []
    for _ in range(5):
        phone.page.reload()
        phone.page.wait_for_function("() => performance.getEntriesByName('usable').length > 0")
        seconds.append(phone.run("() => performance.getEntriesByName('usable')[0].startTime") / 1000)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    phone.set_offline(False)
    return Row("opened from the cache, offline, at 1/4 CPU", min(seconds), 1, 1)


def _saving(phone: Phone) -> Row:
    phone.set_offline(True)
    walk = phone.start_walk()
    seconds = [float(phone.run(_CAPTURE_BIG, walk)) for _ in range(3)]
    phone.set_offline(False)
    phone.settle(120)
    return Row("a finding with two photos of 12 megapixels saved", min(seconds), 1, 0.3)


def _sending(phone: Phone, proxy: Proxy) -> Row:
    phone.set_offline(True)
    walk = phone.start_walk()
    phone.run(_CAPTURE_WALK, [walk, FINDINGS, PHOTOS_EACH])
    while not (photo_bytes := int(phone.run(_PREPARED, walk))):
        phone.page.wait_for_timeout(500)
    proxy.link = SLOW
    phone.set_offline(False)
    began = monotonic()
    phone.sync()
    while phone.unsent():
        phone.page.wait_for_timeout(200)
    seconds = monotonic() - began
    proxy.link = Link()
    floor = photo_bytes * 8 / SLOW.bits_per_s
    print(f"{FINDINGS} findings and {FINDINGS * PHOTOS_EACH} photos, {photo_bytes / 1e6:.1f} MB")
    return Row("a walk sent over 1.6 Mbit/s and 150 ms", seconds, floor, 1.10)
