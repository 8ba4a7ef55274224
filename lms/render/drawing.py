"""Pictures of a certificate as the PDF says them: WeasyPrint reads and draws an SVG anew for every page.

What is here stands among the pictures that a page is made with, where WeasyPrint looks first.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

Size = tuple[float | None, float | None, float | None]
"""Width, height, and their ratio."""


class Code(NamedTuple):
    """A square code: how many cells a side, and the runs of dark cells: column, row, length."""

    cells: int
    runs: Sequence[tuple[int, int, int]]

    def get_intrinsic_size(self, _resolution: float, _font_size: float) -> Size:
        """The style sheet says how large it is."""
        return None, None, 1

    def draw(self, stream: Any, width: float, height: float, _style: object) -> None:
        """All runs are one shape, filled black."""
        shape = " ".join(f"{column} {row} {length} 1 re" for column, row, length in self.runs)
        with stream.stacked():
            stream.transform(a=width / self.cells, d=height / self.cells)
            stream.stream.append(f"0 g {shape} f".encode())


class Picture:
    """An SVG that is the same on every page: drawn once, and then said again."""

    def __init__(self, path: Path) -> None:
        from weasyprint.images import SVGImage
        from weasyprint.pdf.stream import Stream

        svg = SVGImage(ElementTree.parse(path).getroot(), "", None, None)  # noqa: S314 (it is ours)
        self._size: tuple[float, float, float] = svg.get_intrinsic_size(1, 16)
        width, height, _ratio = self._size
        stream = Stream(None, (0, 0, width, height), {"ExtGState": {}}, {}, None, {}, None)
        svg.draw(stream, width, height, None)
        # Nothing in it lets through what is behind, and a page need not know how that would be said.
        self._said = [line for line in stream.stream if not line.endswith(b" gs")]

    def get_intrinsic_size(self, _resolution: float, _font_size: float) -> Size:
        """As the SVG says."""
        return self._size

    def draw(self, stream: Any, width: float, height: float, _style: object) -> None:
        """In any size."""
        with stream.stacked():
            stream.transform(a=width / self._size[0], d=height / self._size[1])
            stream.stream.extend(self._said)
