"""The whole API from its own document: whatever is sent, the answer is one that the document promises."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import schemathesis
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.api.operations import DATA
from app.api.upload_document import BYTES
from app.models.remedies import RecheckResult
from app.models.sites import Site
from app.permissions import Actor
from app.services.rechecks import recheck
from tests.api import tus
from tests.api.phones import Phone, edit, report
from tests.builders import make_walk
from tests.questionnaires import make_wave

EXAMPLES = {"POST /api/v1/sync": 50, "POST /api/v1/responses": 40}
"""More where more can be said."""
OPERATIONS = [
    "GET /api/v1/me",
    "GET /api/v1/surveys",
    "GET /api/v1/basemap.json",
    "GET /api/v1/basemap/{z}/{x}/{y}.mvt",
    "GET /api/v1/tiles/findings/{z}/{x}/{y}.json",
    "GET /api/v1/sites/{slug}/bundle",
    "GET /api/v1/walks/{walk_id}/bundle",
    "GET /api/v1/walks/{walk_id}/receipt",
    "POST /api/v1/sync",
    "POST /api/v1/responses",
    "POST /api/v1/uploads",
    "OPTIONS /api/v1/uploads",
    "OPTIONS /api/v1/uploads/{upload_id}",
    "HEAD /api/v1/uploads/{upload_id}",
    "PATCH /api/v1/uploads/{upload_id}",
    "DELETE /api/v1/uploads/{upload_id}",
]
SENT = {"/api/v1/sync": "operations", "/api/v1/responses": "responses"}
"""What is answered one by one, by path."""
NO_BASEMAP = {"GET /api/v1/basemap/{z}/{x}/{y}.mvt"}
"""Its tiles are tested with one: tests/api/test_basemaps.py."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


@pytest.fixture
def signed(client: FlaskClient, field: Actor) -> dict[str, str]:
    # The test client does not unpack what is compressed.
    return {**Phone(client, field).headers, "Accept-Encoding": "identity"}


@pytest.fixture
def document(app: APIFlask, client: FlaskClient, field: Actor, coordinator: Actor, site: Site) -> BaseSchema:
    """The document, with things that exist among what its addresses and bodies may name."""
    walk = make_walk(site)
    phone, other = Phone(client, field), Phone(client, coordinator)
    first = report(walk.id, title="Släckt", severity="high", photos=[tus.sha(tus.jpeg())])
    second = report(walk.id)
    phone.sync(first, second)
    other.one(edit(first["object_id"], 1, title="Mörkt"))
    assert phone.one(edit(first["object_id"], 1, title="Släckt lampa"))["outcome"] == "conflict"
    recheck(coordinator, walk.id, UUID(second["object_id"]), RecheckResult.REMAINS)
    upload = tus.Phone(client, field).create(UUID(first["object_id"]), tus.jpeg()).headers["Location"]

    spec = client.get("/api/openapi.json").json
    assert spec is not None
    known = {
        "walk_id": [str(walk.id)],
        "object_id": [first["object_id"], second["object_id"], str(walk.id)],
        "upload_id": [upload.rsplit("/", 1)[1]],
        "wave_id": [str(make_wave(site).id)],
        "actor": [str(field.user_id)],
        "slug": ["kista-centrum"],
        "site": ["kista-centrum"],
        "category": ["belysning"],
        "item": [""],
        "z": [0, 13],
        "x": [0, 4504],
        "y": [0, 2407],
        "Upload-Offset": ["0"],
        "Upload-Length": [str(len(tus.jpeg()))],
        "Upload-Metadata": [
            tus.metadata({"finding_id": first["object_id"], "sha256": tus.sha(tus.jpeg()), "lon": 17.9})
        ],
    }
    for operations in spec["paths"].values():
        for operation in operations.values():
            for parameter in operation["parameters"]:
                if parameter["name"] in known:
                    parameter["schema"] = {"enum": known[parameter["name"]]}
    for data in DATA.values():
        for schema_name in (data.__name__, f"{data.__name__}Operation"):
            properties = spec["components"]["schemas"][schema_name]["properties"]
            properties |= {name: {"enum": known[name]} for name in properties.keys() & known.keys()}
    asked = spec["components"]["schemas"]["InterviewMade"]["properties"]
    asked["wave_id"] = {"enum": known["wave_id"]}
    asked["answers"] = {"enum": [{}, {"safe_day": "safe"}, {"years": [{}], "": 7}]}
    spec["components"]["schemas"]["SyncRequest"]["properties"]["operations"]["minItems"] = 1
    loaded = schemathesis.openapi.from_dict(spec)
    loaded.app = app
    return loaded


def test_every_operation_is_fuzzed(document: BaseSchema) -> None:
    found = [f"{method.upper()} {path}" for path, methods in document.items() for method in methods]
    assert sorted(found) == sorted(OPERATIONS)


@schemathesis.serializer(BYTES)
def _send_bytes(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    # What is no bytes is sent as its text: another wrong body.
    return value if isinstance(value, bytes) else bytes(getattr(value, "data", str(value).encode()))


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_one_of_those_promised(
    label: str, mode: GenerationMode, document: BaseSchema, client: FlaskClient, signed: dict[str, str]
) -> None:
    if (label, mode) == ("OPTIONS /api/v1/uploads", GenerationMode.NEGATIVE):
        pytest.skip("there is nothing in it that could be wrong")
    method, path = label.split()
    statuses: set[int] = set()
    outcomes: set[str] = set()

    @settings(
        max_examples=EXAMPLES.get(label, 25),
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(document[path][method].as_strategy(generation_mode=mode))
    def fuzz(case: Any) -> None:
        answer = case.call_and_validate(session=client, headers=signed, checks=CHECKS)
        statuses.add(answer.status_code)
        if path in SENT and answer.status_code == 200:
            results = answer.json()["results"]
            outcomes.update(one["outcome"] for one in results)
            assert len(results) == len(case.body[SENT[path]])

    fuzz()
    if mode is GenerationMode.POSITIVE:
        # Else only the refusals would have been looked at.
        assert label in NO_BASEMAP or statuses & {200, 201, 204}
        assert not path.endswith("/sync") or {"applied", "rejected"} <= outcomes
        assert not path.endswith("/responses") or {"taken", "rejected"} <= outcomes
