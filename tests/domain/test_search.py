"""Finding in seven languages: the suite runs on SQLite and on PostgreSQL, with the same tables here."""

import pytest
from sqlalchemy import text

from lms.database import db
from lms.domain import catalogue
from lms.domain.permissions import System
from lms.domain.search import finding, folding, indexing
from lms.models import Course, SearchEntry
from lms.models.search import WORDS
from tests.conftest import SMALL, Publish

PAGE = "01-names/01-what-is-a-name"
TONGUES = {
    "fr": ("Les noms en bref", "Qu’est-ce qu’un nom", "Un nom s’écrit à l’école d’enregistrement."),
    "es": ("Los nombres", "Qué es un nombre", "Una señal en la dirección."),
    "ar": ("الأسماء باختصار", "ما النطاق", "المُسجِّل يسجّل أسماء النطاقات للمدرسة."),
    "zh": ("域名简介", "什么是域名", "注册商向注册局提交域名注册申请。"),
    "ru": ("Имена вкратце", "Что такое имя", "Регистратор ведёт учёт имён."),
    "pt": ("Nomes em resumo", "O que é um nome", "A educação cria nomes."),
}
COURSE = {
    **SMALL,
    "course.md": SMALL["course.md"].replace(
        "language: en", f"language: en\ntranslations: {', '.join(TONGUES)}"
    ),
    f"{PAGE}.md": SMALL[f"{PAGE}.md"].replace("It is.", "ONLYEXPLAINED")
    + "\n# Zones {#zones}\n\n| Zonetable | cell |\n|---|---|\n| a | b |\n",
    "01-names/02-keys.md": "---\ntitle: Keys\n---\n\nA zone is signed. Naming is hard.\n",
    "glossary.md": (
        "---\ntitle: Glossary\n---\n\nDNS (Domain Name System) {#dns}\n: Turns names into data.\n\n"
        "zone {#zone}\n: A part of the tree.\n"
    ),
    "glossary.ar.md": "---\ntitle: المسرد\n---\n\nمنطقة {#zone}\n: جزء من الشجرة.\n",
    **{
        path: words
        for code, (course, title, body) in TONGUES.items()
        for path, words in {
            f"course.{code}.md": f"---\ntitle: {course}\n---\n",
            f"01-names/module.{code}.md": f"---\ntitle: {course}\n---\n",
            f"{PAGE}.{code}.md": f"---\ntitle: {title}\n---\n\n{body}\n",
        }.items()
    },
}
C, A, K, Q = "", "names/what-is-a-name", "names/keys", "names/quiz"


@pytest.fixture
def names(publish: Publish) -> Course:
    """A course in seven languages."""
    publish("names", COURSE)
    return catalogue.find_course("names")


def hits(question: str, language: str = "en") -> list[tuple[str, str]]:
    """What is found (slug, term or "" for the course) and in which language, in this order."""
    return [(hit.name, hit.language) for hit in finding.search(question, language).hits]


TABLE = [
    ("name", "en", [(C, "en"), (A, "en"), ("dns", "en")]),
    ("nam", "en", [(C, "en"), (A, "en"), ("dns", "en"), (K, "en")]),
    ("NAMES short", "en", [(C, "en")]),
    ("names shor", "en", [(C, "en")]),
    ("shor names", "en", []),
    ("zone", "en", [("zone", "en"), (A, "en"), (K, "en")]),
    ("zones", "en", [(A, "en")]),
    ("zonetable", "en", [(A, "en")]),
    ("domain system", "en", [("dns", "en")]),
    ("what is a name", "en", [(A, "en")]),
    ("zone", "ar", [("zone", "en"), (A, "en"), (K, "en")]),
    ("ecole", "fr", [(A, "fr")]),
    ("ÉCOLE enregistrement", "fr", [(A, "fr")]),
    ("l'école", "en", [(A, "fr")]),
    ("nom", "fr", [(C, "fr"), (A, "fr")]),
    ("nom", "pt", [(C, "pt"), (A, "pt")]),
    ("senal direccion", "es", [(A, "es")]),
    ("مسجل", "ar", [(A, "ar")]),
    ("المسجّل", "ar", [(A, "ar")]),
    ("نطاق", "ar", [(A, "ar")]),
    ("النطاقات", "ar", [(A, "ar")]),
    ("اسماء", "ar", [(C, "ar"), (A, "ar")]),
    ("مدرسه", "ar", [(A, "ar")]),
    ("شجره", "ar", [("zone", "ar")]),
    ("域名", "zh", [(C, "zh"), (A, "zh")]),
    ("注册商", "zh", [(A, "zh")]),
    ("注册域名", "zh", []),
    ("域名 注册", "zh", [(A, "zh")]),
    ("局", "zh", [(A, "zh")]),
    ("учет имен", "ru", [(A, "ru")]),
    ("УЧЁТ", "ru", [(A, "ru")]),
    ("educacao", "pt", [(A, "pt")]),
    ("ｎａｍｅ", "en", [(C, "en"), (A, "en"), ("dns", "en")]),
]
"""What is asked, in which language, and what is found."""
ODD = [
    *("", " ", '"', '""', "*", "a*", "*a", ":", "title:x", "NEAR", "NEAR(a b)", "AND", "a AND"),
    *("a OR b", "NOT a", "-a", "+a", "^a", "(", ")", "{a}", "a'b", "'", "''", "\\", "a\\", "&"),
    *("a & b", "a | b", "!a", "a:*", "<->", "a <-> b", "%", "_", ";", "--", "\0", "a\0b"),
    *("\ud800", "\U0010ffff", "\ufffe", "\u202e", "🦉", "x" * 100_000, "x " * 10_000),
    *("注" * 1000, "ﷺ" * 200, "\u0301", "½", "Ⅻ", "ｱ", "ก็", "हिन्दी"),
]
"""Signs that mean something to a database, or nothing to anybody."""


def test_the_same_hits_in_the_same_order_on_every_database(names: Course) -> None:
    found = {(question, language): hits(question, language) for question, language, _ in TABLE}

    assert found == {(question, language): expected for question, language, expected in TABLE}


def test_no_question_breaks_anything(names: Course) -> None:
    for question in ODD:
        found = finding.search(question, "en")
        assert len(found.hits) == min(found.total, finding.PAGE), question


def test_words_with_a_meaning_for_a_database_are_words(names: Course, publish: Publish) -> None:
    page = {"01-names/03-near.md": "---\ntitle: Near and not or title\n---\n\nText.\n"}
    publish("names", {**COURSE, **page})
    for question in ("NEAR", "AND", "NOT or", "title", '"near" * AND'):
        assert ("names/near", "en") in hits(question), question


SECRETS = ["registrar", "registries", "sells", "letters", "soa", "host", "onlyexplained", "is true"]
"""Words of questions, options, feedback, keys and explanations."""


def test_nothing_of_a_question_is_found(names: Course) -> None:
    assert [secret for secret in SECRETS if hits(secret)] == []
    bodies = " ".join(entry.body.casefold() for entry in db.session.query(SearchEntry))
    assert [secret for secret in SECRETS if secret in bodies] == []


def test_of_a_quiz_the_title_and_the_words_before_its_questions_are_found(
    publish: Publish,
) -> None:
    quiz = SMALL["01-names/quiz.md"].replace(
        "\n\n## ?", "\n\nTen minutes.\n\n# Pool {#p}\n\n## ?", 1
    )
    publish("names", {**SMALL, "01-names/quiz.md": quiz})

    assert hits("quiz")[0] == (Q, "en")
    assert hits("minutes") == [(Q, "en")]
    assert hits("pool") == []


def test_a_thing_is_found_once_and_in_the_readers_language_first(
    names: Course, publish: Publish
) -> None:
    files = {f"{PAGE}.{code}.md": f"---\ntitle: IETF {code}\n---\n\nIETF\n" for code in TONGUES}
    publish("names", {**COURSE, **files, "01-names/02-keys.md": "---\ntitle: IETF\n---\n\nx\n"})

    assert hits("ietf", "ru") == [(A, "ru"), (K, "en")]
    assert hits("ietf", "en") == [(K, "en"), (A, "ar")]


def test_titles_come_before_texts_in_the_readers_language_and_in_others(publish: Publish) -> None:
    for slug in ("first", "second"):
        publish(slug, COURSE)
    found = finding.search("zone", "ar").hits

    assert [(hit.course_id, hit.name) for hit in found] == [
        (course, name)
        for names in (["zone"], [A, K])
        for course in (1, 2)
        for name in names
    ]  # fmt: skip


def test_pages_hold_twenty_hits_and_a_page_too_far_is_the_last(publish: Publish) -> None:
    pages = {
        f"01-names/{number:02}-page-{number}.md": f"---\ntitle: Owl {number}\n---\n\nText.\n"
        for number in range(3, 44)
    }
    publish("names", {**SMALL, **pages})
    found = [finding.search("owl", "en", page) for page in (1, 2, 3, 4, -5, 10**30)]

    assert [(one.page, one.pages, one.total, len(one.hits)) for one in found] == [
        (1, 3, 41, 20),
        (2, 3, 41, 20),
        (3, 3, 41, 1),
        (3, 3, 41, 1),
        (1, 3, 41, 20),
        (3, 3, 41, 1),
    ]
    assert [hit.title for one in found[:3] for hit in one.hits] == [
        f"Owl {number}" for number in range(3, 44)
    ]


def test_what_was_dropped_or_changed_is_no_longer_found(names: Course, publish: Publish) -> None:
    changed = {path: words for path, words in COURSE.items() if "02-keys" not in path}
    changed[f"{PAGE}.md"] = changed[f"{PAGE}.md"].replace("*path*", "way")
    publish("names", changed)

    assert hits("keys") == []
    assert hits("path tree") == []
    assert hits("way tree") == [(A, "en")]
    assert orphans() == 0


def test_a_retired_course_is_not_found(names: Course) -> None:
    names.retired_at = names.created_at
    db.session.flush()

    assert hits("name") == []


def test_a_very_long_lesson_is_found_by_its_beginning(publish: Publish) -> None:
    long = "\n\n".join(f"word{number} 好{chr(0x4E00 + number % 20000)}" for number in range(2_000))
    page = f"---\ntitle: Long\n---\n\n{long}\n\n# More {{#more}}\n\n{('zzend ' * 1_000 + chr(10)) * 20}"
    publish("names", {**SMALL, "01-names/02-long.md": page})

    assert hits("word1999") == [("names/long", "en")]


def test_courses_published_before_this_code_are_taken_in_once(names: Course) -> None:
    assert indexing.rebuild_stale(System()) == 0
    db.session.execute(text(f"DELETE FROM {WORDS}"))  # noqa: S608 (our own name)
    db.session.query(SearchEntry).delete()
    assert hits("name") == []

    assert indexing.rebuild_stale(System()) == 1
    assert hits("name") == [(C, "en"), (A, "en"), ("dns", "en")]
    assert indexing.rebuild_stale(System()) == 0


def test_a_change_of_the_folding_makes_every_entry_anew(
    names: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "VERSION", 2)

    assert indexing.rebuild_stale(System()) == 1
    assert {entry.version for entry in db.session.query(SearchEntry)} == {2}
    assert orphans() == 0


def orphans() -> int:
    """Folded words of entries that are gone."""
    query = f"SELECT count(*) FROM {WORDS} WHERE rowid NOT IN (SELECT id FROM search_entry)"  # noqa: S608
    return db.session.scalar(text(query)) or 0
