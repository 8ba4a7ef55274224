"""Which questions an attempt gets, and in which order."""

from collections import Counter
from random import Random

from lms.content.check import read_course
from lms.content.outline import CourseText, LessonText
from lms.content.tree import CourseTree
from lms.domain.learning.drawing import draw_paper, option_order, paper_size, tells_all
from tests.conftest import SMALL

QUIZ = "names/quiz"


def course(quiz: str, **more: str) -> CourseText:
    """The small course with this quiz, and more files."""
    files = {**SMALL, "01-names/quiz.md": quiz, **more}
    text, problems = read_course(
        CourseTree.of({path: data.encode() for path, data in files.items()})
    )
    assert text is not None, problems
    return text


def seeded(seed: int) -> Random:
    """The same order each time."""
    return Random(seed)  # noqa: S311 (no secret)


def questions(*names: str) -> str:
    """Questions with three options each."""
    return "".join(
        f"## ? {name}? {{#{name}}}\n\n- (x) a >> Yes.\n- ( ) b >> No.\n- ( ) c >> No.\n\n"
        for name in names
    )


def lesson(text: CourseText) -> LessonText:
    """Its quiz."""
    found = text.lesson(QUIZ)
    assert found is not None
    return found


def drawn(text: CourseText, seed: int = 1) -> list[str]:
    """The names on a paper."""
    return [entry["id"] for entry in draw_paper(text, lesson(text), seeded(seed))]


PLAIN = "---\ntitle: Quiz\nshuffle: no\n---\n\n" + questions("one", "two", "three")
SHUFFLED = PLAIN.replace("shuffle: no\n", "")


def test_unshuffled_everything_stands_as_in_the_file() -> None:
    text = course(PLAIN)
    paper = draw_paper(text, lesson(text), seeded(1))

    assert paper == [
        {"lesson": QUIZ, "id": name, "order": [0, 1, 2]} for name in ("one", "two", "three")
    ]
    assert paper_size(text, lesson(text)) == 3


def test_shuffled_questions_and_options_come_in_every_order() -> None:
    text = course(SHUFFLED)
    papers = [draw_paper(text, lesson(text), seeded(seed)) for seed in range(200)]

    assert len({tuple(entry["id"] for entry in paper) for paper in papers}) == 6
    assert len({tuple(entry["order"]) for paper in papers for entry in paper}) == 6
    assert all(sorted(entry["order"]) == [0, 1, 2] for paper in papers for entry in paper)
    assert Counter(len(paper) for paper in papers) == {3: 200}


def test_without_a_seed_it_is_drawn_as_well() -> None:
    text = course(SHUFFLED)

    assert sorted(entry["id"] for entry in draw_paper(text, lesson(text))) == [
        "one",
        "three",
        "two",
    ]


def test_of_a_pool_some_are_drawn_and_what_stands_before_it_is_asked_always() -> None:
    pool = "# Pool {draw=2}\n\n" + questions("four", "five", "six")
    text = course(PLAIN + pool)
    papers = [drawn(text, seed) for seed in range(100)]

    assert paper_size(text, lesson(text)) == 5
    assert {len(set(paper)) for paper in papers} == {5}
    assert {tuple(paper[:3]) for paper in papers} == {("one", "two", "three")}
    assert {name for paper in papers for name in paper[3:]} == {"four", "five", "six"}


def test_an_exam_draws_from_other_lessons_and_from_its_own_file() -> None:
    exam = "---\ntitle: Exam\nshuffle: no\nfrom: names/quiz 2, this file {count}\n---\n\n"
    for count, size in (("all", 4), ("1", 3)):
        text = course(PLAIN, **{"01-names/exam.md": exam.format(count=count) + questions("x", "y")})
        one = text.lesson("names/exam")
        assert one is not None
        papers = [draw_paper(text, one, seeded(seed)) for seed in range(50)]
        assert paper_size(text, one) == size
        assert {len(paper) for paper in papers} == {size}
        assert {tuple(entry["lesson"] for entry in paper) for paper in papers} == {
            ("names/quiz", "names/quiz", *["names/exam"] * (size - 2))
        }
        assert {e["id"] for paper in papers for e in paper} == {"one", "two", "three", "x", "y"}


def test_true_and_false_keep_their_places() -> None:
    text = course(SHUFFLED + "## ? A truth? {#truth}\n\n- true\n")
    truth = next(q for q in lesson(text).questions if q.id == "truth")

    assert {tuple(option_order(truth, seeded(seed), shuffle=True)) for seed in range(20)} == {
        (0, 1)
    }
    assert option_order(truth, seeded(1), shuffle=False) == [0, 1]
    assert option_order(lesson(text).questions[0], seeded(1), shuffle=False) == [0, 1, 2]


def test_an_order_of_three_and_more_is_never_shown_as_it_belongs() -> None:
    steps = "1. first\n2. second\n3. third\n"
    text = course(f"---\ntitle: Quiz\n---\n\n## ? In which order? {{#order}}\n\n{steps}")
    [asked] = lesson(text).questions
    other = lesson(course(PLAIN)).questions[0]

    assert (tells_all(asked, [0, 1, 2]), tells_all(asked, [0, 2, 1])) == (True, False)
    assert (tells_all(asked, [0, 1]), tells_all(other, [0, 1, 2])) == (False, False)
    orders = {tuple(option_order(asked, seeded(seed), shuffle=False)) for seed in range(60)}
    assert len(orders) == 5
