"""Any picture comes out small, upright, and without what a camera noted down."""

import os
from io import BytesIO

import pytest
from PIL import Image

from lms.content import pictures
from lms.render.shrinking import MOST, Reason, Unfit, shrunk

pytestmark = pytest.mark.once


def picture(kind: str, size: tuple[int, int], *, mode: str = "RGB", **more: object) -> bytes:
    """Noise, which nothing can pack well."""
    file = BytesIO()
    bands = len(Image.new(mode, (1, 1)).getbands())
    pixels = os.urandom(size[0] * size[1] * bands)
    Image.frombytes(mode, size, pixels).save(file, kind, **more)
    return file.getvalue()


def test_a_photo_becomes_small_upright_and_tells_no_place() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A camera of mine"  # on its side
    small = shrunk(picture("JPEG", (1500, 1000), quality=70, exif=exif))
    assert len(small) <= MOST
    width, height = pictures.size_of(small) or (0, 0)
    assert width < height
    assert b"camera" not in small
    assert pictures.media_type(small) == "image/webp"


def test_a_drawing_keeps_every_pixel_and_its_transparency() -> None:
    drawn = picture("PNG", (100, 80), mode="RGBA")
    small = Image.open(BytesIO(shrunk(drawn)))
    assert (small.size, small.mode) == ((100, 80), "RGBA")
    assert len(shrunk(picture("PNG", (500, 500)))) <= MOST  # too much for that


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7", Reason.UNKNOWN),
        (os.urandom(50), Reason.UNKNOWN),
        (picture("PNG", (50, 50))[:-60], Reason.BROKEN),
        (picture("PNG", (1, 1)).replace(b"\0\0\0\x01\0\0\0\x01", b"\0\1\0\0\0\1\0\0"), Reason.HUGE),
    ],
    ids=["another kind", "noise", "half of it", "too large"],
)
def test_what_cannot_be_used_says_why(data: bytes, reason: Reason) -> None:
    with pytest.raises(Unfit, match=reason):
        shrunk(data)


def test_pictures_do_not_move() -> None:
    file = BytesIO()
    frames = [Image.new("L", (9, 9), grey) for grey in (0, 200)]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(Unfit, match="moving"):
        shrunk(file.getvalue())
