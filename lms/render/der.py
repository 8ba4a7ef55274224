"""As much of DER (ITU-T X.690) as a signature needs: written from the inside out, read from the outside in."""

from collections.abc import Iterable
from typing import NamedTuple

SEQUENCE, SET, INTEGER, OCTETS, OID = 0x30, 0x31, 0x02, 0x04, 0x06
NULL, TRUE = b"\x05\x00", b"\x01\x01\xff"


def tagged(tag: int, *parts: bytes) -> bytes:
    """One value: its tag, its length, what is in it."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*parts: bytes) -> bytes:
    """Parts in their order."""
    return tagged(SEQUENCE, *parts)


def set_of(parts: Iterable[bytes]) -> bytes:
    """Parts in the order that DER gives them."""
    return tagged(SET, *sorted(parts))


def integer(value: int) -> bytes:
    """Not negative."""
    return tagged(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(value: bytes) -> bytes:
    """Bytes."""
    return tagged(OCTETS, value)


def oid(dotted: str) -> bytes:
    """The name of a kind: ``1.2.840.…``."""
    first, second, *rest = map(int, dotted.split("."))
    return tagged(OID, b"".join(map(_base128, (first * 40 + second, *rest))))


def _base128(value: int) -> bytes:
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(value & 0x7F | 0x80)
    return bytes(reversed(digits))


class Value(NamedTuple):
    """A value that was read; ``whole`` with tag and length."""

    tag: int
    content: bytes
    whole: bytes


def values(data: bytes) -> list[Value]:
    """All that stand side by side in these bytes. Raises ValueError when they are cut off."""
    found = []
    while data:
        value = first(data)
        found.append(value)
        data = data[len(value.whole) :]
    return found


def first(data: bytes) -> Value:
    """What these bytes begin with."""
    if len(data) < 2:
        raise ValueError("cut off")
    size, begin = data[1], 2
    if size & 0x80:
        begin += size & 0x7F
        size = int.from_bytes(data[2:begin], "big")
    end = begin + size
    if end > len(data):
        raise ValueError("cut off")
    return Value(data[0], data[begin:end], data[:end])
