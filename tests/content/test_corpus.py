"""What a published edition means never changes: trees with their parsed form, written down once.

A newer reader that changes one of these needs a new format version, not a new file here. To add an
edition: `python -m tests.content.test_corpus NAME`.
"""

import sys
from pathlib import Path
from pprint import pformat

import pytest

from lms.content.archive import from_folder
from lms.content.check import read_course

pytestmark = pytest.mark.once

DATA = Path(__file__).parent.parent / "data"
EDITIONS = sorted(path.stem for path in (DATA / "editions").glob("*.txt"))


def meaning(name: str) -> str:
    """The tree's digest and everything that the reader understands of it."""
    tree = from_folder(DATA / "courses" / name)
    text, _problems = read_course(tree)
    return f"{tree.digest}\n{pformat(text, width=110)}\n"


def test_there_is_a_corpus() -> None:
    assert EDITIONS


@pytest.mark.parametrize("name", EDITIONS)
def test_an_edition_means_what_it_meant_when_it_was_published(name: str) -> None:
    assert meaning(name) == (DATA / "editions" / f"{name}.txt").read_text("utf-8")


if __name__ == "__main__":
    (DATA / "editions" / f"{sys.argv[1]}.txt").write_text(meaning(sys.argv[1]), "utf-8")
