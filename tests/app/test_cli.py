import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.cli import COMMANDS, main
from app.db import session
from app.models.accounts import User
from app.models.audit import AuditSeal
from app.services.checklists import latest
from app.services.sign_in import check_link
from tests.app.conftest import Runner
from tests.builders import make_organisation


def test_added_user_gets_a_link_and_nothing_else_on_stdout(run: Runner) -> None:
    assert run("user", "add", "Anna@Example.se", "--name", "Anna", "--role", "field").exit_code == 0
    printed = run("user", "link", "anna@example.se")
    assert printed.exit_code == 0
    lines = printed.stdout.splitlines()
    assert len(lines) == 1
    check_link(lines[0].rsplit("/", 1)[1])


def test_second_role_joins_the_same_user(run: Runner) -> None:
    run("user", "add", "anna@example.se", "--name", "Anna", "--role", "field")
    run("user", "add", "anna@example.se", "--name", "Anna", "--role", "analyst")
    run("user", "add", "anna@example.se", "--name", "Anna", "--role", "analyst")
    user = session().scalars(select(User)).one()
    assert sorted(held.role for held in user.memberships) == ["analyst", "field"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--role", "owner"], "organisation"),
        (["--role", "field", "--site", "nowhere"], "nowhere"),
        (["--role", "owner", "--organisation", "Ingen AB"], "Ingen AB"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(run: Runner, arguments: list[str], words: str) -> None:
    make_organisation("Bostadsbolag A")
    result = run("user", "add", "a@example.se", "--name", "A", *arguments)
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output
    assert session().scalars(select(User)).all() == []


def test_not_an_address_is_refused(run: Runner) -> None:
    assert run("user", "add", "anna", "--name", "A", "--role", "field").exit_code == 1


def test_link_for_somebody_unknown_is_refused(run: Runner) -> None:
    result = run("user", "link", "nobody@example.se")
    assert result.exit_code == 1
    assert result.stdout == ""


def test_audit_is_sealed_and_verified(run: Runner) -> None:
    run("user", "add", "anna@example.se", "--name", "Anna", "--role", "field")
    assert run("audit", "seal").stdout == "1\n"
    assert run("audit", "verify").stdout == "ok\n"
    assert session().scalars(select(AuditSeal)).one().events == 1


def test_unusable_setting_is_named(run: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import config

    monkeypatch.setattr(config, "_active", None)
    monkeypatch.setenv("PLATSKOLLEN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PLATSKOLLEN_DATABASE_URL", "mysql://localhost/x")
    result = CliRunner().invoke(main, ["audit", "verify"])
    assert result.exit_code == 1
    assert "PLATSKOLLEN_DATABASE_URL" in result.output


def test_fresh_database_has_the_checklist_that_pages_need(run: Runner) -> None:
    assert run("migrate").exit_code == 0
    assert latest().category("belysning") is not None


def test_port_that_is_taken_is_refused(run: Runner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert result.exit_code == 1
    assert "--port" in result.output


def test_every_command_is_told(run: Runner) -> None:
    told = run("--help").stdout
    for name in COMMANDS:
        assert f"\n  {name} " in told


def test_the_process_that_serves_loads_no_part_of_the_application() -> None:
    # Every web process starts from it: what it has loaded they would load as well, and carry with them.
    words = "import sys, app.cli, app.cli_serve; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", words], check=True, capture_output=True, text=True)
    assert {"sqlalchemy", "app.db", "app.services", "flask"}.isdisjoint(done.stdout.split())
