"""Files of learners as they are sent: to be kept by the reader, never to be run or remembered."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import Response

from lms import files

POLICY = "default-src 'none'; sandbox"
"""Opened by itself, a file can run nothing and load nothing."""


def attachment(file: Mapping[str, Any]) -> Response:
    """A file as an answer holds it (see Answer), of the type that its content told."""
    response = Response(files.pieces(file["digest"]), mimetype=file["type"])
    response.content_length = file["size"]
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file['name'])}"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response
