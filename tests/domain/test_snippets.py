"""The sentence that is shown for a hit."""

import pytest

from lms.domain.search import folding
from lms.domain.search.snippets import marked, snippet

pytestmark = pytest.mark.once


def shown(body: str, question: str) -> str:
    """The snippet with its marks as brackets."""
    parts = snippet(body, folding.asked_for(question, 24))
    return "".join(f"[{part.text}]" if part.is_asked else part.text for part in parts)


@pytest.mark.parametrize(
    ("body", "question", "sentence"),
    [
        ("A name. A zone is a part of it.", "zone", "A [zone] is a part of it."),
        ("A name. Names in a zone. Zones.", "zone name", "[Names] in a [zone]."),
        ("The zone\nA zone is a part.", "zone", "A [zone] is a part."),
        ("The tree\nEvery label counts.", "zone", "Every label counts."),
        ("The tree", "zone", "The tree"),
        ("See www.ngo.example now! More.", "example", "See www.ngo.[example] now!"),
        ("إنّ النِّطاق اسم. وله مالك؟", "نطاق", "إنّ [النِّطاق] اسم."),
        ("域名要注册。注册商提交申请！", "注册商", "[注册商]提交申请！"),
        ("这里有名称。", "名", "这里有[名]称。"),
        ("Le nom d’une école.", "ecole", "Le nom d’une [école]."),
        ("Учёт имён ведёт реестр.", "учет", "[Учёт] имён ведёт реестр."),
        ("", "zone", ""),
    ],
)
def test_the_sentence_that_holds_the_words_is_shown(
    body: str, question: str, sentence: str
) -> None:
    assert shown(body, question) == sentence


def test_a_long_sentence_is_cut_around_its_first_word_found() -> None:
    body = "word " * 100 + "zone " + "more " * 100
    found = shown(body, "zone")

    assert found.startswith("… word")
    assert found.endswith("more …")
    assert "[zone]" in found
    assert len(found) <= 250


def test_a_long_sentence_without_spaces_is_cut_all_the_same() -> None:
    found = shown("长" * 300 + "名" + "长" * 300, "名")

    assert found.startswith("… 长")
    assert found.endswith("长 …")
    assert "[名]" in found


def test_a_word_at_the_end_of_a_long_sentence_is_shown_to_the_end() -> None:
    assert shown("word " * 100 + "zone.", "zone").endswith("word [zone].")
    assert shown("zone " + "word " * 100, "zone").startswith("[zone] word")


def test_titles_are_marked_whole() -> None:
    assert marked("Zones", ["name"]) == (("Zones", False),)
    assert marked("Zone of a zone", ["zone"]) == (
        ("Zone", True),
        (" of a ", False),
        ("zone", True),
    )
