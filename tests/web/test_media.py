"""Pictures and files of courses: their own type, no power, kept for ever."""

import gzip
from hashlib import sha256
from urllib.parse import quote

import pytest

from lms.content.archive import from_folder
from lms.content.tree import CourseTree
from lms.domain import catalogue
from lms.models import Course
from tests.conftest import EXAMPLE, SMALL, Browser, Publish

SVG = "01-how-names-work/img/tree.svg"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


def test_a_picture_is_sent_as_what_it_is_and_kept_for_ever(
    visitor: Browser, example: Course
) -> None:
    data = (EXAMPLE / SVG).read_bytes()
    response = visitor.get(address(data, SVG))
    assert response.status_code == 200
    assert response.data == data
    assert response.mimetype == "image/svg+xml"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (
        response.headers["Content-Security-Policy"]
        == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    assert "Content-Disposition" not in response.headers


def test_a_drawing_is_sent_compressed(visitor: Browser, example: Course) -> None:
    data = (EXAMPLE / SVG).read_bytes()
    response = visitor.get(address(data, SVG), headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(response.data) == data


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("report.txt", b"<script>alert(1)</script>", "text/plain"),
        ("rules.pdf", PDF, "application/pdf"),
        ("سند.bin", b"\0\1\2", "application/octet-stream"),
    ],
)
def test_other_files_are_for_downloading(
    visitor: Browser, publish: Publish, name: str, data: bytes, media_type: str
) -> None:
    path = f"01-names/reading/{name}"
    publish("small", CourseTree.of({**as_bytes(SMALL), path: data}))
    response = visitor.get(address(data, path, slug="small"))
    assert response.data == data
    assert response.mimetype == media_type
    assert response.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote(name)}"


def test_the_type_comes_from_the_bytes_not_from_the_name(
    visitor: Browser, publish: Publish
) -> None:
    path = "01-names/img/photo.txt"
    data = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
    publish("small", CourseTree.of({**as_bytes(SMALL), path: data}))
    assert visitor.get(address(data, path, slug="small")).mimetype == "image/png"


@pytest.mark.parametrize(
    "wrong",
    [
        "/media/nothing/{digest}/{path}",
        "/media/dns-essentials/{other}/{path}",
        "/media/dns-essentials/{digest}/01-how-names-work/img/other.svg",
        "/media/dns-essentials/{quiz}/{path}",
    ],
    ids=["course", "digest", "path", "another file of the course"],
)
def test_only_what_a_course_published_under_this_path_is_sent(
    visitor: Browser, example: Course, wrong: str
) -> None:
    quiz = (EXAMPLE / "01-how-names-work/quiz.md").read_bytes()
    data = (EXAMPLE / SVG).read_bytes()
    values = {
        "digest": sha256(data).hexdigest(),
        "other": sha256(b"").hexdigest(),
        "quiz": sha256(quiz).hexdigest(),
        "path": SVG,
    }
    assert visitor.get(wrong.format(**values)).status_code == 404


def test_the_text_of_a_course_with_its_keys_is_not_sent(visitor: Browser, example: Course) -> None:
    """Markdown files hold the answers: they are read through pages only."""
    path = "01-how-names-work/quiz.md"
    data = (EXAMPLE / path).read_bytes()
    assert visitor.get(address(data, path)).status_code == 404


def test_a_picture_of_an_earlier_edition_stays(
    visitor: Browser, example: Course, publish: Publish
) -> None:
    old = (EXAMPLE / SVG).read_bytes()
    tree = from_folder(EXAMPLE)
    publish("dns-essentials", tree.with_file(SVG, old.replace(b"<svg", b"<svg id='new'", 1)))
    assert catalogue.current_edition(example).number == 2
    assert visitor.get(address(old, SVG)).data == old


def as_bytes(files: dict[str, str]) -> dict[str, bytes]:
    """The files of a small course."""
    return {path: text.encode() for path, text in files.items()}


def address(data: bytes, path: str, *, slug: str = "dns-essentials") -> str:
    """Where this file of a course is."""
    return f"/media/{slug}/{sha256(data).hexdigest()}/{quote(path)}"
