"""What the tests of the foundation share: commands as an operator runs them."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from app import db
from app.cli import main
from config import settings


class Runner:
    """Runs commands against this test's database."""

    def __call__(self, *arguments: str) -> Result:
        """Run `platskollen` with these arguments, and come back to the test's own connection.

        What would be a traceback is raised.
        """
        result = CliRunner().invoke(main, arguments, catch_exceptions=False)
        db.connect(settings().database)
        return result


@pytest.fixture
def run(database: Engine) -> Runner:
    return Runner()
