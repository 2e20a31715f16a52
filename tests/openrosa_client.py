"""An OpenRosa client written against https://docs.getodk.org/openrosa/ and the ODK XForms specification.

It knows nothing of ours: it lists forms, fetches one and its manifest, fills in the primary instance where binds say
that there is something to fill in, asks by HEAD and sends by POST, in several requests where the server wants that.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4
from xml.etree import ElementTree

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
RESPONSE = "{http://openrosa.org/http/response}"
XFORMS = "{http://www.w3.org/2002/xforms}"
XML = "text/xml; charset=utf-8"


@dataclass(frozen=True)
class Listed:
    """A form as the server lists it."""

    form_id: str
    name: str
    version: str
    hash: str
    download_url: str
    manifest_url: str | None


@dataclass(frozen=True)
class Sent:
    """What the server answered to one request of a submission."""

    status: int
    message: str


class OpenRosaClient:
    """One phone with the address of a server, e.g. `/openrosa`, and perhaps the password it was told."""

    def __init__(self, http: FlaskClient, server: str = "/openrosa", password: str | None = None) -> None:
        self.http, self.server = http, server
        self.auth = ("falt", password) if password is not None else None
        self.most_bytes = 10_000_000

    def list_forms(self, **query: str) -> list[Listed]:
        """The forms that the server has for us."""
        answer = self._ask("GET", f"{self.server}/formList", query_string=query)
        assert (answer.status_code, answer.content_type) == (200, XML), answer.text
        root = ElementTree.fromstring(answer.data)
        assert root.tag == f"{LIST}xforms"
        forms = []
        for form in root:
            assert form.tag == f"{LIST}xform"
            said = {inner.tag.removeprefix(LIST): inner.text or "" for inner in form}
            assert len(said) == len(form), "an element stands there twice"
            forms.append(
                Listed(
                    said["formID"],
                    said["name"],
                    said["version"],
                    said["hash"],
                    said["downloadUrl"],
                    said.get("manifestUrl"),
                )
            )
        return forms

    def download(self, listed: Listed) -> ElementTree.Element:
        """Fetch a form, hold it against its hash, and fetch the files it needs."""
        answer = self._ask("GET", listed.download_url)
        assert (answer.status_code, answer.content_type) == (200, XML), answer.text
        assert listed.hash == f"md5:{hashlib.md5(answer.data, usedforsecurity=False).hexdigest()}"
        if listed.manifest_url:
            manifest = self._ask("GET", listed.manifest_url)
            assert manifest.status_code == 200
            root = ElementTree.fromstring(manifest.data)
            assert root.tag == f"{MANIFEST}manifest"
            for file in root:
                names = {inner.tag for inner in file}
                assert names == {f"{MANIFEST}filename", f"{MANIFEST}hash", f"{MANIFEST}downloadUrl"}
        form = ElementTree.fromstring(answer.data)
        instance = self.instance_of(form)
        assert (instance.get("id"), instance.get("version")) == (listed.form_id, listed.version)
        return form

    @staticmethod
    def instance_of(form: ElementTree.Element) -> ElementTree.Element:
        """The primary instance: the first one."""
        instance = form.find(f".//{XFORMS}model/{XFORMS}instance")
        assert instance is not None
        return instance[0]

    def fill_in(self, form: ElementTree.Element, answers: Mapping[str, str], instance_id: str = "") -> bytes:
        """The instance with answers at their paths, e.g. `/data/group/name`, each of which must have a bind."""
        instance = self.instance_of(form)
        bound = {bind.get("nodeset") for bind in form.iter(f"{XFORMS}bind")}
        for path, answer in answers.items():
            assert path in bound, f"no bind for {path}"
            self._node(instance, path).text = answer
        preloads = [bind for bind in form.iter(f"{XFORMS}bind") if _preload(bind) == "uid"]
        (id_bind,) = preloads
        self._node(instance, str(id_bind.get("nodeset"))).text = instance_id or f"uuid:{uuid4()}"
        return bytes(ElementTree.tostring(instance, encoding="utf-8", xml_declaration=True))

    def send(self, xml: bytes, photos: Mapping[str, bytes] | None = None) -> list[Sent]:
        """Ask first, then send: as few requests as the server's size allows, each with the whole form."""
        before = self._ask("HEAD", f"{self.server}/submission")
        assert before.status_code == 204, before.status
        self.most_bytes = int(before.headers["X-OpenRosa-Accept-Content-Length"])
        where = urlsplit(before.headers["Location"]).path
        pieces: list[dict[str, bytes]] = [{}]
        size = len(xml)
        for name, data in (photos or {}).items():
            if pieces[-1] and size + len(data) > self.most_bytes:
                pieces.append({})
                size = len(xml)
            pieces[-1][name] = data
            size += len(data)
        return [self.send_piece(where, xml, piece) for piece in pieces]

    def send_piece(self, where: str, xml: bytes, photos: Mapping[str, bytes]) -> Sent:
        """One POST."""
        parts: dict[str, Any] = {"xml_submission_file": (io.BytesIO(xml), "submission.xml", "text/xml")}
        parts |= {name: (io.BytesIO(data), name, "image/jpeg") for name, data in photos.items()}
        answer = self._ask("POST", where, data=parts, content_type="multipart/form-data")
        return Sent(answer.status_code, message_of(answer))

    def _ask(self, method: str, address: str, **options: Any) -> TestResponse:
        headers = {"X-OpenRosa-Version": "1.0", "Date": format_datetime(datetime.now(UTC), usegmt=True)}
        path = urlsplit(address)._replace(scheme="", netloc="").geturl()
        answer = self.http.open(path, method=method, headers=headers, auth=self.auth, **options)
        assert answer.headers["X-OpenRosa-Version"] == "1.0"
        assert "Date" in answer.headers
        return answer

    @staticmethod
    def _node(instance: ElementTree.Element, path: str) -> ElementTree.Element:
        node = instance
        for name in path.split("/")[2:]:
            node = next(inner for inner in node if inner.tag.rpartition("}")[2] == name)
        return node


def message_of(answer: TestResponse) -> str:
    """The message in the envelope of an answer."""
    assert answer.content_type == XML, answer.text
    root = ElementTree.fromstring(answer.data)
    assert root.tag == f"{RESPONSE}OpenRosaResponse"
    message = root.find(f"{RESPONSE}message")
    assert message is not None
    return message.text or ""


def _preload(bind: ElementTree.Element) -> str | None:
    return bind.get("{http://openrosa.org/javarosa}preload")
