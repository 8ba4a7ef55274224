"""docs/asvs.md goes through every requirement, and names places that exist."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import Browser

ROOT = Path(__file__).parent.parent
VERDICTS = {"met", "partly", "not met", "does not apply"}
CHAPTERS = (27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7)
"""How many requirements of levels 1 and 2 each chapter has, V1 to V17."""


def rows() -> list[list[str]]:
    """The cells of each requirement."""
    text = (ROOT / "docs" / "asvs.md").read_text("utf-8")
    lines = re.findall(r"^\| (\d+\.\d+\.\d+ \|.*) \|$", text, re.MULTILINE)
    return [[cell.strip() for cell in line.split("|")] for line in lines]


@pytest.mark.once
def test_every_requirement_has_its_line() -> None:
    found = [row[0] for row in rows()]
    assert len(found) == len(set(found))
    chapters = Counter(int(number.split(".")[0]) for number in found)
    assert tuple(chapters[chapter] for chapter in range(1, 18)) == CHAPTERS


@pytest.mark.once
def test_the_sum_at_its_head_is_right() -> None:
    verdicts = Counter(row[2] for row in rows())
    assert set(verdicts) == VERDICTS
    said = (
        f"Of {sum(CHAPTERS)}: {verdicts['met']} met, {verdicts['partly']} partly, "
        f"{verdicts['not met']} not met, {verdicts['does not apply']} do not apply."
    )
    assert said in (ROOT / "docs" / "asvs.md").read_text("utf-8")


@pytest.mark.once
def test_every_place_exists() -> None:
    named = {place for row in rows() for place in re.findall(r"`([^`]+)`", row[4])}
    assert {place for place in named if not (ROOT / place).is_file()} == set()


@pytest.mark.once
def test_what_is_met_says_where_and_what_is_not_says_why() -> None:
    for number, level, verdict, words, where in rows():
        assert level in {"1", "2"}, number
        assert len(words) >= 5, number
        assert where or verdict in {"not met", "does not apply"}, number


def test_trace_is_refused(visitor: Browser) -> None:
    assert visitor.trace("/en/").status_code == 405
