"""Words that are the same, however they are written."""

import pytest

from lms.domain.search import folding

pytestmark = pytest.mark.once


def tokens(text: str) -> list[str]:
    return [word.token for word in folding.words_of(text)]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Domain", "dOMAIN"),
        ("École", "ecole"),
        ("e\u0301cole", "école"),
        ("cœur", "coeur"),
        ("Straße", "STRASSE"),
        ("Łódź", "lodz"),
        ("educação", "educacao"),
        ("señal", "senal"),
        ("ＤＮＳ", "dns"),
        ("реестр учёта", "реестр учета"),
        ("ЁЛКА", "елка"),
        ("المُسجِّل", "مسجل"),
        ("النطاقات", "نطاقات"),
        ("والنطاق", "نطاق"),
        ("بالنطاق", "نطاق"),
        ("للنطاق", "نطاق"),
        ("أسماء", "اسماء"),
        ("الأسماء", "اسماء"),
        ("إدارة", "ادارة"),
        ("مدرسة", "مدرسه"),
        ("مستوى", "مستوي"),
        ("ٱسم", "اسم"),
        ("مســؤول", "مسوول"),
        ("قراءة", "قراة"),
        ("کی", "كي"),
        ("ﻧﻄﺎﻕ", "نطاق"),
        ("٥٣", "53"),
        ("l’école", "école"),
        ("d'enregistrement", "enregistrement"),
        ("qu'une", "une"),
        ("do\u00admain", "domain"),
        ("نطاق\u200f", "نطاق"),
    ],
)
def test_these_are_the_same_words(written: str, asked: str) -> None:
    assert tokens(written) == tokens(asked)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("www.ngo.example", ["www", "ngo", "example"]),
        ("e-mail, web", ["e", "mail", "web"]),
        ("it's l", ["it", "s", "l"]),
        ("d' accord", ["d", "accord"]),
        ("الله", ["الله"]),
        ("注册域名", ["注册", "册域", "域名", "名"]),
        ("名", ["名"]),
        ("用DNS的", ["用", "dns", "的"]),
        ("½", ["1", "2"]),
        ("snake_case", ["snake", "case"]),
        ("\u3099ー", ["ー", "ー"]),
        ("\u3099", []),
        ('" * : ^ ( ) - \0 \t', []),
        ("w" * 70, ["w" * 64]),
    ],
)
def test_a_text_is_cut_into_words(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_a_question_holds_each_word_once_and_not_too_many() -> None:
    assert folding.asked_for("Name a NAME", 24) == ["name", "a"]
    assert folding.asked_for("注册域名", 24) == ["注册", "册域", "域名"]
    assert folding.asked_for("名", 24) == ["名"]
    assert folding.asked_for("one two three", 2) == ["one", "two"]


def test_words_know_where_they_stand() -> None:
    assert [word[:2] for word in folding.words_of("اَلنِّطاق 域名")] == [(0, 9), (10, 12), (11, 12)]


@pytest.mark.parametrize(
    ("language", "ordered"),
    [
        ("fr", ["DNS", "école", "Été", "registre"]),
        ("ar", ["DNS", "الإدارة", "بيانات", "السجل"]),
        ("zh", ["DNS", "根", "域名", "注册"]),
    ],
)
def test_lists_are_ordered_as_people_look_things_up(language: str, ordered: list[str]) -> None:
    mixed = sorted(ordered, key=lambda text: (len(text), text))
    assert sorted(mixed, key=lambda text: folding.sort_key(text, language)) == ordered
