"""Style, scripts and pictures of the pages: fingerprinted, kept for ever, sent compressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

from flask import Blueprint, Flask, Response, abort

from lms.web import caching

FOLDER = Path(__file__).parent.parent / "static"
SCRIPTS = {
    "js/lesson.js": ("js/marks.js", "js/practice.js"),
    "js/studio.js": ("js/editor.js", "js/tools.js", "js/helper.js"),
}
"""One script on the pages of courses, and in the editor: a visit needs fewer requests."""

bp = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    name: str
    media_type: str
    data: bytes
    packed: Mapping[str, bytes]

    @property
    def address(self) -> str:
        """Changes with every byte, so browsers may keep it for ever."""
        stem, dot, ending = self.name.rpartition(".")
        return f"/static/{stem}.{sha256(self.data).hexdigest()[:12]}{dot}{ending}"


def init_app(app: Flask) -> None:
    """Templates write ``asset('site.css')``."""
    app.register_blueprint(bp)
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """The address of a file; ``site.css`` is all style sheets in one, so that a page needs one."""
    return _assets()[name].address


@bp.get("/static/<path:path>")
def send(path: str) -> Response:
    """One file, immutable."""
    found = _by_address().get(f"/static/{path}")
    if found is None:
        abort(404)
    how = caching.coding()
    response = Response(found.packed[how], mimetype=found.media_type)
    if how:
        response.headers["Content-Encoding"] = how
    response.headers["Vary"] = "Accept-Encoding"
    caching.keep_for_ever(response)
    return response


@cache
def _by_address() -> dict[str, Asset]:
    return {found.address: found for found in _assets().values()}


@cache
def _assets() -> dict[str, Asset]:
    files = {
        path.relative_to(FOLDER).as_posix(): path.read_bytes()
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file() and path.suffix != ".txt"
    }
    style = b"\n".join(data for name, data in files.items() if name.startswith("css/"))
    scripts = {name: b"\n".join(files[part] for part in parts) for name, parts in SCRIPTS.items()}
    every = {**files, "site.css": style, **scripts}
    return {name: _made(name, data) for name, data in every.items()}


def _made(name: str, data: bytes) -> Asset:
    media_type = guess_type(name)[0] or "application/octet-stream"
    packed = {how: caching.packed(data, how) for how in ("br", "gzip", "")}
    return Asset(name, media_type, data, packed)
