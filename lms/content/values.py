"""Values as people write them: numbers, lengths of time, dates, percentages, lists."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from lms.content.questions import NumberRange, Wait

UNITS = {
    "second": 1,
    "minute": 60,
    "hour": 3_600,
    "day": 86_400,
    "week": 7 * 86_400,
    "month": 30 * 86_400,
    "year": 365 * 86_400,
}
LATEST_ZONE = timedelta(hours=12)
"""A day ends last at UTC-12: "the end of that day anywhere on Earth"."""


def yes_or_no(text: str) -> bool:
    """``yes`` or ``no``; ValueError says so."""
    if text.casefold() not in {"yes", "no"}:
        raise ValueError("write yes or no")
    return text.casefold() == "yes"


def whole(text: str) -> int:
    """A number of minutes, attempts, questions."""
    text = unicodedata.normalize("NFKC", text)
    digits = "".join(str(unicodedata.digit(sign, -1)) if sign.isdigit() else sign for sign in text)
    if not re.fullmatch(r"\d{1,6}", digits):
        raise ValueError("write a whole number, such as 3")
    return int(digits)


def attempts(text: str) -> int | None:
    """A number, or ``unlimited`` (None)."""
    return None if text.casefold() == "unlimited" else whole(text)


def percentage(text: str) -> Fraction:
    """``70``, ``70%``, ``62.5 %`` → a share of 1."""
    found = re.fullmatch(r"(\d{1,3}(?:[.,]\d{1,3})?)\s*[%٪]?", unicodedata.normalize("NFKC", text))
    share = Fraction(found[1].replace(",", ".")) / 100 if found else None
    if share is None or share > 1:
        raise ValueError("write a percentage from 0 to 100, such as 70")
    return share


def wait(text: str) -> Wait:
    """``10 minutes``, ``1 day``, ``6 months``, ``3 years``."""
    found = re.fullmatch(r"(\d{1,4})\s*([a-z]+?)s?", text.casefold().strip())
    if found is None or found[2] not in UNITS:
        raise ValueError("write a length of time, such as 10 minutes, 1 day or 3 years")
    return Wait(text.strip(), timedelta(seconds=int(found[1]) * UNITS[found[2]]))


def day(text: str) -> date:
    """``2026-11-24``."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("write a date as year-month-day, such as 2026-11-24") from None


def opening(text: str) -> datetime:
    """A moment; a date alone is its beginning, in UTC."""
    return _moment(text) or datetime.combine(day(text), time(), UTC)


def closing(text: str) -> datetime:
    """A moment; a date alone is the end of that day anywhere on Earth."""
    moment = _moment(text)
    if moment is not None:
        return moment
    return datetime.combine(day(text), time(), UTC) + timedelta(days=1) + LATEST_ZONE


def due(text: str) -> Wait | datetime:
    """``14 days after start``, or a moment."""
    if text.casefold().endswith("after start"):
        return wait(text.casefold().removesuffix("after start"))
    try:
        return closing(text)
    except ValueError:
        raise ValueError("write 14 days after start, or a date such as 2026-11-24") from None


def listed(text: str, separators: str = ",،、，") -> tuple[str, ...]:
    """A list with commas of any script."""
    return tuple(part.strip() for part in re.split(f"[{separators}]", text) if part.strip())


def numbers_of(text: str) -> frozenset[Decimal]:
    """Every reading of a number as people write it: ``٥٣``, ``3 600``, ``0,5``; empty for no number.

    One separator before exactly three digits may part thousands or decimals: both readings.
    """
    text = unicodedata.normalize("NFKC", text).strip().rstrip("%٪").strip()
    text = "".join(_digit(sign) for sign in text)
    text = text.replace("−", "-").replace("٫", ".").replace("٬", ",")
    text = re.sub(r"(?<=\d)[ _'’](?=\d)", "", text)
    if len(text) > 60 or not re.fullmatch(r"[+-]?\d[\d.,]*", text):
        return frozenset()
    return frozenset(_readings(text))


def ranges_of(text: str) -> tuple[NumberRange, ...]:
    """``3600 ± 60``, ``10 ± 5%``, ``10..20``, ``53``: accepted numbers in every reading; () for none."""
    for sign, read in (("±", _around), ("..", _between)):
        left, found, right = text.partition(sign)
        if found:
            return read(left, right)
    return tuple(NumberRange(n, n) for n in sorted(numbers_of(text)))


def _around(middle: str, width: str) -> tuple[NumberRange, ...]:
    ranges = []
    for number in sorted(numbers_of(middle)):
        for distance in sorted(numbers_of(width)):
            reach = abs(number) * distance / 100 if width.strip().endswith(("%", "٪")) else distance
            ranges.append(NumberRange(number - abs(reach), number + abs(reach)))
    return tuple(ranges)


def _between(low: str, high: str) -> tuple[NumberRange, ...]:
    return tuple(
        NumberRange(a, b)
        for a in sorted(numbers_of(low))
        for b in sorted(numbers_of(high))
        if a <= b
    )


def _moment(text: str) -> datetime | None:
    """A date with a time; UTC where it names no zone; None for a date alone."""
    text = text.strip().removesuffix("UTC").strip()
    if not re.search(r"\d[T ]\d", text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("write a moment such as 2026-11-24 18:00") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _digit(sign: str) -> str:
    value = unicodedata.digit(sign, None)
    return sign if value is None else str(value)


def _readings(text: str) -> set[Decimal]:
    separators = [sign for sign in text if sign in ".,"]
    if len(set(separators)) == 2:  # the last one parts the decimals
        last = max(text.rfind("."), text.rfind(","))
        whole_part = re.sub("[.,]", "", text[:last])
        return {Decimal(f"{whole_part}.{text[last + 1 :]}")}
    if len(separators) > 1:
        return {Decimal(re.sub("[.,]", "", text))}
    plain = {Decimal(text.replace(",", "."))}
    if re.search(r"[.,]\d{3}$", text):
        return plain | {Decimal(re.sub("[.,]", "", text))}
    return plain
