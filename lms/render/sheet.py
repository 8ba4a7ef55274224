"""Tables for spreadsheets: CSV by RFC 4180 in UTF-8, in which no cell can become a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

MARK = "\ufeff"
"""Spreadsheets read UTF-8 only after this."""
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a formula of a cell; some programs skip blanks before it."""
PIECE = 64 * 1024


def csv_of(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file, piece by piece: however long it is, little of it is in memory."""
    buffer = io.StringIO()
    buffer.write(MARK)
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        if buffer.tell() > PIECE:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def harmless(cell: object) -> str:
    """As text; an apostrophe before what a spreadsheet would reckon with."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(STARTS) else text
