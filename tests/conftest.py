"""What tests share: a fresh database each, the application, and four personas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import Context
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from app import create_app, db, jobs, storage
from app.models.accounts import Organisation, Role
from app.models.sites import Site
from app.permissions import Actor
from app.services.sign_in import follow_link, print_link
from app.views.limits import limiter
from config import Settings, use_settings
from tests import builders
from tests.databases import WANTED, PostgresTemplate, SqliteTemplate


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate | PostgresTemplate:
    folder = tmp_path_factory.mktemp("template")
    return PostgresTemplate(folder) if WANTED == "postgresql" else SqliteTemplate(folder)


class Browser(FlaskClient):
    """A browser whose requests each run in a context of their own, as on a server; the test then reads anew.

    It reads English, the language of the message ids, so that better Swedish breaks no test; `tests/browser` reads
    Swedish.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_cookie("language", "en")

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer: TestResponse = Context().run(super().open, *args, **kwargs)
        db.session().rollback()
        return answer


@pytest.fixture(scope="session")
def shared_app(
    template: SqliteTemplate | PostgresTemplate, tmp_path_factory: pytest.TempPathFactory
) -> APIFlask:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("app"), secret_key="for-tests-only", base_url="http://localhost"
    )
    app = create_app(settings)
    app.test_client_class = Browser
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    return app


def _hurry(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # no test outlives a power cut


@pytest.fixture
def database(template: SqliteTemplate | PostgresTemplate, tmp_path: Path) -> Iterator[Engine]:
    url = template.fresh()
    settings = Settings(
        data_dir=tmp_path, database_url=url, secret_key="for-tests-only", base_url="http://localhost"
    )
    use_settings(settings)
    storage.connect(settings.storage)
    engine = db.connect(settings.database)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _hurry)
    jobs.forget_queue()  # tests run jobs themselves, with jobs.run_due()
    yield engine
    db.dispose()
    template.drop(url)


@pytest.fixture
def app(shared_app: APIFlask, database: Engine) -> Iterator[APIFlask]:
    """The application on this test's database; services that translate need its context."""
    limiter.reset()  # what earlier tests asked for is not counted
    with shared_app.app_context():
        yield shared_app


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def site(app: APIFlask) -> Site:
    return builders.make_site("kista-centrum")


@pytest.fixture
def organisation(app: APIFlask) -> Organisation:
    return builders.make_organisation("Bostadsbolag A")


@pytest.fixture
def admin(app: APIFlask) -> Actor:
    return builders.make_user(Role.ADMIN)


@pytest.fixture
def coordinator(app: APIFlask) -> Actor:
    return builders.make_user(Role.COORDINATOR)


@pytest.fixture
def field(app: APIFlask) -> Actor:
    return builders.make_user(Role.FIELD)


@pytest.fixture
def analyst(app: APIFlask) -> Actor:
    return builders.make_user(Role.ANALYST)


@pytest.fixture
def owner(app: APIFlask, organisation: Organisation) -> Actor:
    return builders.make_user(Role.OWNER, organisation_id=organisation.id)


@pytest.fixture
def outsider(app: APIFlask) -> Actor:
    """Field staff of another site: signed in, but nothing here is theirs."""
    return builders.make_user(Role.FIELD, site_id=builders.make_site("bortom", lon=18.3).id)


@pytest.fixture
def sign_in(app: APIFlask) -> Callable[[FlaskClient, Actor], None]:
    def enter(client: FlaskClient, actor: Actor) -> None:
        signed = follow_link(print_link(builders.email_of(actor)).rsplit("/", 1)[1])
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = signed.get_id(), True

    return enter
