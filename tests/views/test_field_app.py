"""The field app's shell is the same for everybody; its service worker names all that the app needs to open."""

import io
import json
import re
from collections.abc import Callable

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from app.permissions import Actor


def fetch(client: FlaskClient, url: str) -> TestResponse:
    """The answer, read to its end and closed."""
    answer = client.get(url)
    answer.get_data()
    answer.close()
    assert answer.status_code == 200, url
    return answer


def told(client: FlaskClient) -> dict[str, object]:
    """What the server tells the service worker."""
    first = fetch(client, "/falt/arbetare.js").text.split("\n", 1)[0]
    content: dict[str, object] = json.loads(first.removeprefix("const FIELD = ").removesuffix(";"))
    return content


def test_the_shell_is_the_same_for_everybody_and_carries_no_nonce(
    client: FlaskClient, field: Actor, sign_in: Callable[[FlaskClient, Actor], None]
) -> None:
    before = fetch(client, "/falt")
    sign_in(client, field)
    after = fetch(client, "/falt?x=1")
    assert before.text == after.text
    assert "nonce" not in before.text
    assert "nonce" not in before.headers["Content-Security-Policy"]
    assert "script-src 'self';" in before.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in before.headers


def test_the_shell_speaks_for_itself(client: FlaskClient) -> None:
    soup = BeautifulSoup(fetch(client, "/falt").text, "html.parser")
    assert soup.html is not None
    assert soup.html["lang"] == "sv"
    assert soup.title is not None
    assert "Platskollen" in soup.title.text
    assert len(soup.select("meta[name=theme-color]")) == 2
    assert soup.select_one("noscript a[href='/vandringar']") is not None
    assert [script["type"] for script in soup.find_all("script")] == ["module"]
    assert not soup.find_all(style=True)


def test_the_shell_is_asked_for_each_time_and_sent_only_when_it_changed(client: FlaskClient) -> None:
    for address in ("/falt", "/falt/manifest.webmanifest", "/falt/arbetare.js"):
        first = fetch(client, address)
        assert first.cache_control.no_cache, address
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), address


def test_the_app_can_be_installed(client: FlaskClient) -> None:
    answer = fetch(client, "/falt/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    content = json.loads(answer.text)
    assert (content["start_url"], content["scope"], content["display"]) == ("/falt", "/falt", "standalone")
    sizes = {}
    for icon in content["icons"]:
        drawn = fetch(client, icon["src"])
        assert drawn.mimetype == icon["type"]
        if icon["type"] == "image/png":
            with Image.open(io.BytesIO(drawn.data)) as image:
                assert f"{image.width}x{image.height}" == icon["sizes"]
                sizes[icon["sizes"], icon["purpose"]] = image.convert("RGBA").getpixel((1, 1))
    # A maskable icon fills its square, the others leave their corners free.
    assert sizes == {
        ("192x192", "any"): (0, 0, 0, 0),
        ("512x512", "any"): (0, 0, 0, 0),
        ("512x512", "maskable"): (18, 20, 19, 255),
    }


def test_the_worker_may_serve_the_app_and_names_everything_it_needs(client: FlaskClient) -> None:
    answer = fetch(client, "/falt/arbetare.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/falt"
    content = told(client)
    files = content["files"]
    assert isinstance(files, list)
    for address in files:
        fetch(client, address)
    pages = content["pages"]
    assert isinstance(pages, dict)
    assert set(pages) == {"/falt", "/falt/enkat"}
    for path, page in pages.items():
        assert page == fetch(client, path).text
        scripts = re.findall(r'(?:src|href)="(/static/build/[^"]+\.(?:js|css))"', page)
        assert len(scripts) == 2
        assert set(scripts) < set(files)
    # Whatever a piece imports is kept too.
    for address in [file for file in files if file.endswith(".js")]:
        pieces = re.findall(r'"\./([\w.-]+\.js)"', fetch(client, address).text)
        assert {f"/static/build/{piece}" for piece in pieces} <= set(files), address


def test_a_new_policy_or_page_is_a_new_version(client: FlaskClient) -> None:
    content = told(client)
    headers = content["headers"]
    assert isinstance(headers, dict)
    assert headers["Content-Security-Policy"] == fetch(client, "/falt").headers["Content-Security-Policy"]
    assert re.fullmatch(r"[0-9a-f]{16}", str(content["version"]))


def test_the_worker_never_takes_over_from_a_running_version(client: FlaskClient) -> None:
    script = fetch(client, "/falt/arbetare.js").text
    assert "skipWaiting" not in script
    assert "indexedDB" not in script
