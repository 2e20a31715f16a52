"""What is said, and what is not, when something goes wrong."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import bindparam, select
from sqlalchemy.exc import StatementError

from app.db import UTCDateTime, session
from app.views import start
from tests.views.pages import page


def test_the_log_says_where_but_not_what_somebody_wrote(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    written = "Anna Svensson såg det"

    def fail() -> None:
        raise RuntimeError(written)

    monkeypatch.setattr(start, "list_public_sites", fail)

    page(client.get("/"), 500)

    assert "RuntimeError in start.index" in caplog.text
    assert "in fail" in caplog.text
    assert "Anna" not in caplog.text


@pytest.mark.usefixtures("app")
def test_an_error_of_the_database_does_not_quote_the_values() -> None:
    with pytest.raises(StatementError) as caught:
        session().execute(select(bindparam("at", type_=UTCDateTime()), bindparam("words")), {"words": "Anna"})

    assert "Anna" not in str(caught.value)
