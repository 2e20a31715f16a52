"""A page that only renders rows it already has, by the same server and template language: the floor of our lists."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from flask import Flask, render_template_string

_PAGE = """<!doctype html><html lang="sv"><title>Rader</title><h1>Rader</h1><ul>
{% for row in rows %}<li>{% for value in row %}<span>{{ value }}</span> {% endfor %}</li>
{% endfor %}</ul>"""


def create() -> Flask:
    """The application; PLATSKOLLEN_BENCH_ROWS names the JSON file of the rows."""
    app = Flask(__name__)
    rows: list[list[Any]] = json.loads(Path(os.environ["PLATSKOLLEN_BENCH_ROWS"]).read_text())

    @app.get("/")
    def show() -> str:
        return render_template_string(_PAGE, rows=rows)

    return app
