import struct

import pytest

from lms.content.pictures import harmless_svg, media_type, size_of, svg_problem

pytestmark = pytest.mark.once

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 3, 4)
GIF = b"GIF89a" + struct.pack("<HH", 3, 4)
JPEG = (
    b"\xff\xd8\xff\xe0" + struct.pack(">H", 4) + b"ab"
    b"\xff\xc4" + struct.pack(">H", 3) + b"a"
    b"\xff\xc0" + struct.pack(">HBHH", 8, 8, 4, 3)
)  # fmt: skip
WEBP = b"RIFF\0\0\0\0WEBP"
LOSSY = WEBP + b"VP8 " + b"\0" * 10 + struct.pack("<HH", 3, 4)
LOSSLESS = WEBP + b"VP8L" + b"\0" * 5 + struct.pack("<I", 2 | 3 << 14)
EXTENDED = WEBP + b"VP8X" + b"\0" * 8 + b"\2\0\0" + b"\3\0\0"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 4">%s</svg>'


@pytest.mark.parametrize(
    ("data", "kind", "size"),
    [
        (PNG, "image/png", (3, 4)),
        (GIF, "image/gif", (3, 4)),
        (JPEG, "image/jpeg", (3, 4)),
        (LOSSY, "image/webp", (3, 4)),
        (LOSSLESS, "image/webp", (3, 4)),
        (EXTENDED, "image/webp", (3, 4)),
        (SVG % b"", "image/svg+xml", (3, 4)),
        (b'<?xml version="1.0"?><svg width="3" height="4px"/>', "image/svg+xml", (3, 4)),
        (b"<svg/>", "image/svg+xml", None),
        (b'<svg viewBox="none"/>', "image/svg+xml", None),
        (b"\xff\xd8\xff\xd9", "image/jpeg", None),
        (b"\xff\xd8\xff\xe0\0\4ab\0\0", "image/jpeg", None),
        (b"\x89PNG\r\n\x1a\n", "image/png", None),
        (b"%PDF-1.7", "application/pdf", None),
        (b"text", "text/plain", None),
        (b"te\0xt", "application/octet-stream", None),
        (b"\xff\xfe", "application/octet-stream", None),
        (b"<html><svg/></html>", "text/plain", None),
    ],
)
def test_what_it_is_is_told_from_the_bytes(
    data: bytes, kind: str, size: tuple[int, int] | None
) -> None:
    assert (media_type(data), size_of(data)) == (kind, size)


@pytest.mark.parametrize(
    "inside",
    [
        b"",
        b"<style>.a{fill:#fff}@media(prefers-color-scheme:dark){.a{fill:url(#g)}}</style>",
        b'<use href="#a"/>',
        b'<rect fill="url(#g)" width="3"/>',
    ],
)
def test_a_harmless_drawing_is_allowed(inside: bytes) -> None:
    assert svg_problem(SVG % inside) == ""


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (SVG % b"<script/>", "contains <script>"),
        (SVG % b"<foreignObject/>", "contains <foreignobject>"),
        (SVG % b"<animate/>", "contains <animate>"),
        (SVG % b'<rect onload="x"/>', "contains onload="),
        (SVG % b'<image href="https://a.example/x.png"/>', "something outside"),
        (
            (
                b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:l="http://www.w3.org/1999/xlink">'
                b'<use l:href="data:x"/></svg>'
            ),
            "something outside",
        ),
        (SVG % b"<style>@import 'x';</style>", "the style in this SVG loads something"),
        (SVG % b"<style>a{b:u/**/rl(x)}</style>", "the style in this SVG loads something"),
        (SVG % b'<rect style="fill:url(https://a.example)"/>', "this SVG loads something"),
        (b"no svg", "no SVG that can be read"),
        (b"<html/>", "no SVG that can be read"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><svg>&b;</svg>', "no SVG that can be read"),
    ],
)
def test_a_drawing_that_runs_or_loads_is_refused_with_a_sentence(
    data: bytes, sentence: str
) -> None:
    assert sentence in svg_problem(data)
    freed = harmless_svg(data)
    assert freed == data if "read" in sentence else not svg_problem(freed)


def test_what_runs_or_loads_is_taken_out_of_a_drawing_and_all_else_stays() -> None:
    kept = b'<g fill="url(#g)"><rect width="3" /><text>Hi &amp; \xd9\x86</text></g>'
    drawn = SVG % (
        b"<style>@import 'x';</style><script>x()</script>"
        + kept.replace(b"<rect", b"<set/><rect onload='x()'")
    )
    freed = harmless_svg(drawn)
    assert kept in freed
    assert media_type(freed) == "image/svg+xml"
    assert size_of(freed) == (3, 4)
    assert not any(gone in freed for gone in (b"import", b"script", b"onload", b"set"))
    assert harmless_svg(SVG % kept) == SVG % kept
