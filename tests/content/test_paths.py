"""Path files: what they mean, and what is wrong with them."""

import pytest

from lms.content.paths import name_of, read_path
from lms.content.tree import CourseTree

GOOD = "---\ntitle: Two steps\nsummary: One after the other.\nlanguage: en\ncourses: one, two\n---\n\nFor all.\n"
FRENCH = "---\ntitle: Deux pas\nsummary: L'un après l'autre.\n---\n\nPour tous.\n"


def read(text: str, **others: str) -> tuple[object, list[str]]:
    files = {"steps.md": text, **{f"steps.{code}.md": other for code, other in others.items()}}
    tree = CourseTree.of({path: one.encode() for path, one in files.items()})
    said, problems = read_path("steps", tree, ["one", "two"])
    return said, [str(problem) for problem in problems]


def test_a_path_says_its_courses_in_order_and_speaks_its_languages() -> None:
    said, problems = read(GOOD, fr=FRENCH, ar="---\ntitle: خطوتان\n---\n")

    assert problems == []
    assert said is not None
    assert said.courses == ("one", "two")  # type: ignore[attr-defined]
    assert said.languages == ("en", "ar", "fr")  # type: ignore[attr-defined]
    assert [said.say(code).title for code in ("fr", "es")] == ["Deux pas", "Two steps"]  # type: ignore[attr-defined]
    assert [said.body(code) for code in ("fr", "ar")] == [("fr", "Pour tous."), ("en", "For all.")]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            GOOD.replace("title: Two steps\n", ""),
            "steps.md:6: error: the path has no title. Write title: … at the top",
        ),
        (
            GOOD.replace("summary:", "sumary:"),
            "steps.md:3: error: unknown setting 'sumary'; did you mean 'summary'?",
        ),
        (
            GOOD.replace("one, two", "one, tow"),
            "steps.md:5: error: there is no course 'tow'; did you mean 'two'?",
        ),
        (
            GOOD.replace("one, two", "one, one"),
            "steps.md:5: error: 'one' stands twice among the courses",
        ),
        (
            GOOD.replace("one, two", ""),
            "steps.md:5: error: the path has no courses. Write courses: first-course, second",
        ),
        (
            GOOD.replace("courses: one, two\n", ""),
            "steps.md:6: error: the path has no courses. Write courses: first-course, second",
        ),
        (
            GOOD + "\n## ? Why? {#why}\n\n- true\n",
            "steps.md:10: error: a path has no questions, and its headings begin with ##",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, problem: str) -> None:
    assert problem in read(text)[1]


def test_a_body_that_no_page_would_show_is_an_error() -> None:
    _said, problems = read(GOOD + "1. " * 3000)
    assert [one.partition(": ")[0] for one in problems] == ["steps.md:7"]


def test_a_path_without_its_own_file_or_with_a_name_for_no_address() -> None:
    text, problems = read_path("gone", CourseTree.of({"gone.fr.md": FRENCH.encode()}), [])
    assert text is None
    [problem] = problems
    assert str(problem).startswith("gone.md:1: error: gone.md is missing. Write one with title:")
    _text, problems = read_path("A b", CourseTree.of({"A b.md": GOOD.encode()}), ["one", "two"])
    assert "name the file with the letters a to z" in str(problems[0])


def test_a_file_belongs_to_the_path_of_its_name() -> None:
    assert [name_of(one) for one in ("steps.md", "steps.pt-BR.md")] == ["steps", "steps"]
