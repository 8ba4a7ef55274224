"""Pictures and other files of a course: what they are, how large, and whether an SVG is harmless."""

import re
import struct
import zlib
from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

SIGNS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
ACTIVE = frozenset(
    [
        "script",
        "foreignobject",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
        "handler",
        "listener",
        "set",
        "animate",
        "animatetransform",
        "animatemotion",
    ]
)
"""Elements that run, load, or bring HTML into a picture."""
SVG = "{http://www.w3.org/2000/svg}"


def media_type(data: bytes) -> str:
    """What the bytes are, told from the bytes; plain text or unknown bytes otherwise."""
    for sign, kind in SIGNS:
        if data.startswith(sign):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith((b"<?xml", b"<svg", b"<!--")) and b"<svg" in head:
        return "image/svg+xml"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if b"\0" in data else "text/plain"


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None where they cannot be told."""
    try:
        return SIZES[media_type(data)](data)
    except (KeyError, struct.error, ValueError, IndexError, TypeError):
        return None


def svg_problem(data: bytes) -> str:
    """Why this SVG may not be shown, as a sentence; "" when it is harmless."""
    root = _drawn(data)
    if root is None:
        return "this is no SVG that can be read. Save it as plain SVG"
    for element in root.iter():
        if fault := _fault(element):
            return fault
        for attribute, value in element.attrib.items():
            if fault := _fault_of_attribute(attribute, value):
                return fault
    return ""


def harmless_svg(data: bytes) -> bytes:
    """Without what runs or loads; byte for byte where there is no such thing, or it cannot be read."""
    root = _drawn(data)
    if root is None or not svg_problem(data):
        return data
    for element in list(root.iter()):
        for child in list(element):
            if _fault(child):
                element.remove(child)
        for attribute, value in list(element.attrib.items()):
            if _fault_of_attribute(attribute, value):
                del element.attrib[attribute]
    register_namespace("xlink", "http://www.w3.org/1999/xlink")
    register_namespace("", SVG[1:-1])  # just now: others name their own so, and <svg is looked for
    freed: bytes = tostring(root, encoding="utf-8")
    return freed


def is_whole_png(data: bytes) -> bool:
    """Whether every chunk is there and undamaged: a broken picture would stop what is printed."""
    at, kinds = 8, []
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        kind, end = data[at + 4 : at + 8], at + 8 + size
        if zlib.crc32(data[at + 4 : end]) != int.from_bytes(data[end : end + 4], "big"):
            return False
        kinds.append(kind)
        at = end + 4
    return kinds[:1] == [b"IHDR"] and b"IDAT" in kinds and kinds[-1] == b"IEND"


def _drawn(data: bytes) -> Element | None:
    """The outermost element of a drawing; None where it is no SVG that can be read."""
    try:
        root: Element = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    return root if root.tag == f"{SVG}svg" else None


def _fault(element: Element) -> str:
    name = str(element.tag).rpartition("}")[2].lower()
    if name in ACTIVE:
        return f"this SVG contains <{name}>. Take it out: pictures must not run or load anything"
    if name == "style" and _loads(element.text or ""):
        return "the style in this SVG loads something. Take url() and @import out"
    return ""


def _fault_of_attribute(attribute: str, value: str) -> str:
    short = attribute.rpartition("}")[2].lower()
    if short.startswith("on"):
        return f"this SVG contains {short}=. Take it out: pictures must not run anything"
    if short in {"href", "src"} and not value.strip().startswith("#"):
        return "this SVG points to something outside. Draw it into the picture"
    return "this SVG loads something. Take url() out" if _loads(value) else ""


def _loads(style: str) -> bool:
    """Whether a style fetches anything; ``url(#id)`` points into the picture itself."""
    bare = re.sub(r"/\*.*?\*/|\\", "", style, flags=re.DOTALL)
    return bool(re.search(r"@import|url\(\s*['\"]?(?!#)|expression\(", bare, re.IGNORECASE))


def _png(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _gif(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack("<HH", data[6:10])
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    at = 2
    while data[at] == 0xFF:
        kind, length = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if 0xC0 <= kind <= 0xCF and kind not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    raise ValueError


def _webp(data: bytes) -> tuple[int, int]:
    if data[12:16] == b"VP8X":
        return (
            1 + int.from_bytes(data[24:27], "little"),
            1 + int.from_bytes(data[27:30], "little"),
        )
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _svg(data: bytes) -> tuple[int, int]:
    """From the viewBox, else from width and height in pixels."""
    head = data[:4096].decode("utf-8", "replace")
    opening = re.search(r"<svg\b[^>]*>", head)
    tag = opening[0] if opening else ""
    if box := re.search(r"viewBox\s*=\s*[\"']([^\"']+)[\"']", tag):
        _x, _y, width, height = (float(part) for part in re.split(r"[\s,]+", box[1].strip()))
        return round(width), round(height)
    sides = [re.search(rf"\b{side}\s*=\s*[\"'](\d+)", tag) for side in ("width", "height")]
    return int(sides[0][1]), int(sides[1][1])  # type: ignore[index]


SIZES = {
    "image/png": _png,
    "image/gif": _gif,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
    "image/svg+xml": _svg,
}
