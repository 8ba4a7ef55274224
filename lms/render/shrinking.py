"""Pictures that people bring, as small as a slow line needs them: WebP without what cameras note down."""

from collections.abc import Sequence
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING

from lms.content import pictures

if TYPE_CHECKING:
    from PIL.Image import Image

MOST = 120_000
"""Bytes of what comes out."""
WIDEST, HIGHEST = 1_280, 2_560
"""Pixels: twice as many as a lesson is wide, for sharp screens."""
MOST_PIXELS, MOST_PIXELS_OF_A_PHOTO = 25_000_000, 100_000_000
"""A photo is read at a fraction of its size."""
QUALITIES = (84, 72, 58, 44)
KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}


class Reason(StrEnum):
    """Why a picture cannot be used."""

    UNKNOWN = "unknown"
    BROKEN = "broken"
    HUGE = "huge"
    MOVING = "moving"


class Unfit(ValueError):
    """A picture that cannot be used."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def shrunk(data: bytes) -> bytes:
    """The picture as WebP of at most MOST bytes; raises Unfit."""
    kind = pictures.media_type(data)
    if kind not in KINDS:
        raise Unfit(Reason.UNKNOWN)
    width, height = pictures.size_of(data) or (0, 0)
    most = MOST_PIXELS_OF_A_PHOTO if kind == "image/jpeg" else MOST_PIXELS
    if width * height > most:
        raise Unfit(Reason.HUGE)
    return _packed(_read(data, kind), is_drawn=kind in {"image/png", "image/gif"})


def _read(data: bytes, kind: str) -> "Image":
    """Its pixels, upright."""
    from PIL import Image, ImageFile, ImageOps  # 10 MB, which only those need who write courses

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # where WeasyPrint is loaded, it is content with half
    try:
        with Image.open(BytesIO(data), formats=[KINDS[kind]]) as found:
            if getattr(found, "is_animated", False):
                raise Unfit(Reason.MOVING)
            found.draft("RGB", (WIDEST, WIDEST))
            upright = ImageOps.exif_transpose(found)
            return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except Unfit:
        raise
    except Exception:  # whatever a damaged file makes its reader raise
        raise Unfit(Reason.BROKEN) from None


def _packed(image: "Image", *, is_drawn: bool) -> bytes:
    """As good as fits; a drawing without any loss, if that fits."""
    width, height = WIDEST, HIGHEST
    ways: Sequence[int] = (100, *QUALITIES) if is_drawn else QUALITIES
    while True:
        image.thumbnail((width, height))
        for quality in ways:
            packed = _webp(image, quality)
            if len(packed) <= MOST:
                return packed
        width, height, ways = width * 3 // 4, height * 3 // 4, QUALITIES


def _webp(image: "Image", quality: int) -> bytes:
    """Without place, camera, and moment."""
    file = BytesIO()
    image.save(
        file, "WEBP", quality=quality, lossless=quality == 100, exif=b"", xmp=b"", icc_profile=b""
    )
    return file.getvalue()
