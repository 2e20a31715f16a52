"""Built files are found by name, sent compressed and kept for a year; templates stay within the policy."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import assets
from app.views.assets import blueprint

TEMPLATES = Path(assets.__file__).parent / "templates"
CREDITS = {"https://leafletjs.com", "https://protomaps.com", "https://openstreetmap.org/copyright"}


@pytest.fixture
def app() -> Flask:
    app = Flask("app")
    assets.init_app(app)
    app.register_blueprint(blueprint)
    return app


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_request_context():
        yield app.test_client()


def fetch(client: FlaskClient, url: str, encodings: str = "") -> TestResponse:
    """The answer, read to its end and closed."""
    answer = client.get(url, headers={"Accept-Encoding": encodings})
    answer.get_data()
    answer.close()
    return answer


def test_every_entry_of_the_manifest_is_served(client: FlaskClient) -> None:
    files = assets.manifest().files
    assert {"staff.css", "enhance.js", "position.js", "leaflet.js", "leaflet.css"} <= files.keys()
    for name in files:
        assert fetch(client, assets.asset(name)).status_code == 200, name


def test_a_file_is_compressed_where_the_browser_takes_it_and_plain_where_not(client: FlaskClient) -> None:
    url = assets.asset("staff.css")
    plain = fetch(client, url)
    small = fetch(client, url, "gzip")
    smallest = fetch(client, url, "gzip, deflate, br, zstd")
    encodings = [answer.headers.get("Content-Encoding") for answer in (plain, small, smallest)]
    assert encodings == [None, "gzip", "br"]
    assert gzip.decompress(small.data) == plain.data
    assert len(smallest.data) < len(small.data) < len(plain.data)
    assert {answer.mimetype for answer in (plain, small, smallest)} == {"text/css"}
    assert "Accept-Encoding" in small.vary


def test_a_hashed_name_may_be_kept_for_good(client: FlaskClient) -> None:
    cache = fetch(client, assets.asset("enhance.js")).cache_control
    assert cache.immutable
    assert cache.public
    assert cache.max_age == 365 * 24 * 3600


@pytest.mark.parametrize("name", ["nothing.css", "..%2f..%2fassets.py", ".."])
def test_nothing_but_built_files_is_served(client: FlaskClient, name: str) -> None:
    assert fetch(client, f"/static/build/{name}").status_code == 404


def test_an_icon_is_hidden_from_screen_readers_unless_it_has_a_label(client: FlaskClient) -> None:
    assert 'aria-hidden="true"' in assets.icon("camera")
    labelled = assets.icon("camera", 'Foto "nytt"')
    assert 'role="img" aria-label="Foto &#34;nytt&#34;"' in labelled
    assert "aria-hidden" not in labelled


def test_an_unknown_icon_or_file_is_refused_by_name(client: FlaskClient) -> None:
    with pytest.raises(assets.AssetMissingError, match="dragon"):
        assets.icon("dragon")
    with pytest.raises(assets.AssetMissingError, match=r"dragon\.css"):
        assets.asset("dragon.css")


def test_an_icon_that_data_names_falls_back_to_one_we_have(client: FlaskClient) -> None:
    assert assets.icon("dragon", otherwise="circle-dot") == assets.icon("circle-dot")
    assert assets.icon("camera", otherwise="circle-dot") == assets.icon("camera")


def test_a_new_build_is_seen_without_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    with pytest.raises(assets.AssetMissingError, match="make assets"):
        assets.manifest(tmp_path)
    path.write_text(json.dumps({"files": {"a.css": "a-1.css"}, "icons": [], "field": []}))
    assert assets.manifest(tmp_path).files["a.css"] == "a-1.css"
    path.write_text(json.dumps({"files": {"a.css": "a-2.css"}, "icons": [], "field": []}))
    assert assets.manifest(tmp_path).files["a.css"] == "a-2.css"


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    icons = assets.manifest().icons
    named = {
        (template.name, name)
        for template in TEMPLATES.rglob("*.html")
        for name in re.findall(r"\bicon\([\"']([\w-]+)[\"']", template.read_text(encoding="utf-8"))
    }
    assert named
    assert {(template, name) for template, name in named if name not in icons} == set()


def test_no_template_carries_a_style_attribute_or_an_inline_handler() -> None:
    forbidden = re.compile(r"""\s(?:style|on[a-z]+)=["']""")
    offenders = [
        f"{template.name}: {match[0].strip()}"
        for template in TEMPLATES.rglob("*.html")
        for match in forbidden.finditer(template.read_text(encoding="utf-8"))
    ]
    assert offenders == []


def test_no_built_file_asks_another_host() -> None:
    for file in (file for kind in ("js", "css", "svg") for file in assets.BUILD.glob(f"*.{kind}")):
        text = file.read_text(encoding="utf-8")
        addresses = set(
            re.findall(r"""(?:url\(|import\s*|src=|href=|fetch\()["']?(https?:[^"')\s]+)""", text)
        )
        # Credit lines link to the pages they name; a link is asked only when it is followed.
        assert addresses <= CREDITS, file.name
