"""Data for our own scripts: compressed, and sent again only when it has changed."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import Any

from flask import Response, request


def compressed_json(data: Any, media_type: str = "application/json") -> Response:
    """Answer with JSON, gzipped where the browser takes it; 304 when it has the same already.

    Only for data without secrets: beside a secret, the size of what is compressed would tell of it (BREACH).
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
