"""Pieces of a page, each packed on its own: joined, they are one page in gzip (RFC 1952).

What many pages share is packed once, and well.
"""

import zlib
from collections.abc import Iterable

HEAD, TAIL = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff", b"\x03\0"
"""What gzip begins with, and an empty last block."""
LEAST = 500
"""Bytes below which packing costs more than it saves."""


def packed(text: bytes, level: int = 9, window: int = 15, memory: int = 9) -> bytes:
    """Deflated up to a whole byte, so that another piece may follow."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -window, memory)
    return packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)


def packed_soon(text: bytes) -> bytes:
    """The same for what is sent once: little work, and none at all for a few words."""
    if len(text) >= LEAST:
        return packed(text, 4, 12, 5)
    size = len(text).to_bytes(2, "little")
    return b"\0" + size + bytes(255 - one for one in size) + text


def joined(plain: bytes, pieces: Iterable[bytes]) -> bytes:
    """The whole page. ``plain``: the same, not packed."""
    end = zlib.crc32(plain).to_bytes(4, "little") + len(plain).to_bytes(4, "little")
    return b"".join((HEAD, *pieces, TAIL, end))
