"""The catalogues: Arabic and French are complete; the others may fall back to English."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale, gettext, ngettext

from lms.web.language import LANGUAGES

FOLDER = Path(__file__).parent.parent / "lms" / "translations"
COMPLETE = ["ar", "fr"]
PLACE = re.compile(r"%\(\w+\)[sd]|ANSWERED|ALL\b|NUMBER")


def catalogue(code: str) -> list[tuple[list[str], list[str]]]:
    """(forms in English, forms in this language) for each text."""
    with (FOLDER / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        messages = read_po(file, locale=code)
    return [
        ([one.id] if isinstance(one.id, str) else list(one.id),
         [one.string] if isinstance(one.string, str) else list(one.string or ()))
        for one in messages
        if one.id
    ]  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_every_language_has_its_catalogue(code: str) -> None:
    assert len(catalogue(code)) > 300


@pytest.mark.once
@pytest.mark.parametrize("code", COMPLETE)
def test_a_complete_language_has_every_text_and_every_plural(code: str) -> None:
    missing = [english for english, ours in catalogue(code) if not ours or not all(ours)]
    assert missing == []


@pytest.mark.once
@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_a_translation_keeps_the_places_of_its_values(code: str) -> None:
    for english, ours in catalogue(code):
        for form in filter(None, ours):
            unknown = set(PLACE.findall(form)) - set(PLACE.findall(english[-1]))
            assert not unknown, form
            if len(ours) == 1:
                assert set(PLACE.findall(form)) == set(PLACE.findall(english[0])), form


def test_the_pages_speak_arabic_and_french_and_fall_back_to_english(app: Flask) -> None:
    with force_locale("ar"):
        assert gettext("Courses") == "الدورات"
        assert ngettext("%(num)d question", "%(num)d questions", 11) == "11 سؤالًا"
        assert ngettext("%(num)d question", "%(num)d questions", 3) == "3 أسئلة"
    with force_locale("fr"):
        assert gettext("Courses") == "Cours"
        assert gettext(": ") == "\u00a0: "
        assert ngettext("%(num)d lesson", "%(num)d lessons", 0) == "0 leçon"
        assert ngettext("%(num)d lesson", "%(num)d lessons", 2) == "2 leçons"
    with force_locale("es"):
        assert gettext("Courses") == "Courses"
        assert ngettext("%(num)d lesson", "%(num)d lessons", 2) == "2 lessons"


@pytest.mark.once
def test_french_keeps_its_marks_on_the_line_of_their_word() -> None:
    loose = re.compile(r"[ \u00a0][;!?»]|[ \u202f]:|«[^\u202f]|[^\u202f]»|\w'\w")
    for _english, ours in catalogue("fr"):
        assert [form for form in ours if loose.search(form)] == []
