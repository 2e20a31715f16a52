"""`platskollen serve`: the web server, which holds nothing of the application itself, and a worker beside it."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import click
from granian.constants import Interfaces
from granian.server import Server

from app.intake import WAITING

ROOT = Path(__file__).resolve().parent.parent


@click.command()
@click.option("--demo", "with_demo", is_flag=True, help="Fill an empty database with the Järva demo first.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Web processes.")
def serve(with_demo: bool, host: str, port: int, workers: int) -> None:
    """Migrate, then run web and worker until SIGTERM; requests in flight are finished."""
    _refuse_taken_port(host, port)
    # For the links that are printed and mailed, where nobody has said by what address people come.
    os.environ.setdefault("PLATSKOLLEN_BASE_URL", f"http://localhost:{port}")
    # It warns of many threads: most of ours only wait for slow phones.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.getMessage())
    # In processes of their own: the web server starts its workers from this one, which must hold nothing open.
    subprocess.run(
        [sys.executable, "-m", "app.cli", "demo" if with_demo else "migrate"], cwd=ROOT, check=True
    )
    worker = subprocess.Popen([sys.executable, "-m", "app.cli", "worker"], cwd=ROOT)
    try:
        Server(
            "app:create_app",
            factory=True,
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=WAITING,
            websockets=False,
            workers_kill_timeout=20,
        ).serve()
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=30)


def _refuse_taken_port(host: str, port: int) -> None:
    # The server shares its port with whoever holds it, so an older one would go on answering half of the requests.
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise click.ClickException(
            f"{host}:{port} cannot be used ({error.strerror}). Is Platskollen running already? "
            "Stop it, or choose another port with --port."
        ) from error
