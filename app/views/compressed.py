"""What is compressed on its way: pages, and data for our own scripts."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import secrets
from typing import Any

from flask import Flask, Response, request

_SMALL = 1024
_PADDING = 100
_LEVEL = 3
"""Costs a third of the usual level's time for a tenth more bytes."""


def init_app(app: Flask) -> None:
    """Compress the pages of `app` for browsers that take it."""

    @app.after_request
    def compress_page(response: Response) -> Response:
        if response.mimetype == "text/html" and not response.content_encoding and not response.is_streamed:
            response.vary.add("Accept-Encoding")
            plain = response.get_data()
            if len(plain) > _SMALL and request.accept_encodings["gzip"]:
                response.set_data(_gzip_of_chance_length(plain))
                response.content_encoding = "gzip"
        return response


def _gzip_of_chance_length(plain: bytes) -> bytes:
    """Gzip with a file name of chance length in its header.

    A page holds a form's secret; the padding keeps the size from telling of it ("Heal the BREACH", Palacios et al.,
    2022).
    """
    packed = io.BytesIO()
    name = "x" * (1 + secrets.randbelow(_PADDING))
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=_LEVEL, fileobj=packed, mtime=0) as file:
        file.write(plain)
    return packed.getvalue()


def compressed_json(data: Any, media_type: str = "application/json") -> Response:
    """Answer with JSON, gzipped where the browser takes it; 304 when it has the same already.

    Only for data without secrets: its size is not padded by chance.
    """
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    response = Response(plain, mimetype=media_type)
    # Weak: the same content in another coding is the same to a script.
    response.set_etag(hashlib.sha256(plain).hexdigest()[:32], weak=True)
    response.cache_control.private = True
    response.cache_control.no_cache = True
    response.vary.add("Accept-Encoding")
    response.vary.add("Cookie")
    if request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(plain, compresslevel=6, mtime=0))
        response.content_encoding = "gzip"
    response.make_conditional(request)
    return response
