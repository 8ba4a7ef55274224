"""The trainers' lists to the letter: which answers, whose, in which order, and when a page is full."""

from collections.abc import Callable

import pytest

from lms.domain import catalogue
from lms.domain.learning import desk, reviewing
from lms.domain.learning.desk import Piece
from lms.models import Attempt, Course, CourseRole, User
from tests.conftest import Clock, Publish, person
from tests.marked import FILES, handed_in, in_role, published, work


@pytest.fixture
def course(publish: Publish) -> Course:
    return published(publish)


@pytest.fixture
def other(publish: Publish) -> Course:
    """Another course with the same lessons."""
    publish("drawing", FILES)
    return catalogue.find_course("drawing")


@pytest.fixture
def marker(tomas: User, course: Course) -> User:
    return in_role(tomas, course, CourseRole.TRAINER)


Mark = Callable[..., None]


@pytest.fixture
def mark(course: Course, marker: User) -> Mark:
    """``mark(attempt, 0, [1], after=0)``."""

    def mark(attempt: Attempt, position: int, points: list[int], *, after: int = 0) -> None:
        comments = ["" for _ in points]
        reviewing.give_mark(
            marker,
            course,
            attempt.id,
            position,
            after=after,
            points=points,
            comments=comments,
            comment="",
        )

    return mark


def all_of(pieces: object) -> list[tuple[str, int]]:
    """Whose, and which answer of theirs."""
    assert isinstance(pieces, tuple)
    return [(piece.learner, piece.position) for piece in pieces[0]]


def points(course: Course, attempt: Attempt, position: int, marker: User) -> list[int]:
    """The most that each line of the rubric gives."""
    found = reviewing.find_work(marker, course, attempt.id, position)
    return [line.high for line in found.criteria]


def test_a_piece_says_all_that_the_list_shows(
    amina: User, course: Course, marker: User, mark: Mark, clock: Clock
) -> None:
    attempt = handed_in(amina, course, "quiz", {"path": [0], "why": ["It is so"]})
    at = clock.moment

    [waiting], goes_on = desk.waiting(marker, course, 1)
    clock.forward(hours=1)
    mark(attempt, 1, [50])
    [marked], ends = desk.marked(marker, course, 1)

    assert waiting == Piece(
        attempt_id=attempt.id,
        position=1,
        question="names/quiz#why",
        lesson="names/quiz",
        number=1,
        learner="Amina",
        at=at,
        share=None,
    )
    assert (marked.learner, marked.at, marked.share) == ("Amina", clock.moment, 0.5)
    assert marked.question == waiting.question
    assert (goes_on, ends) == (False, False)


def test_only_what_a_trainer_must_read_waits(
    amina: User, eve: User, course: Course, marker: User, mark: Mark
) -> None:
    first = handed_in(amina, course, "assignment", work())
    handed_in(eve, course, "quiz", {"path": [0]})  # nothing for a trainer
    mark(first, 0, points(course, first, 0, marker))

    assert all_of(desk.waiting(marker, course, 1)) == [("Amina", 1)]
    assert all_of(desk.marked(marker, course, 1)) == [("Amina", 0)]
    assert desk.count_waiting(marker, [course.id]) == {course.id: 1}


def test_each_course_has_lists_of_its_own(
    amina: User, ada: User, lin: User, course: Course, other: Course, marker: User, mark: Mark
) -> None:
    here = handed_in(amina, course, "quiz", {"why": ["It is so"]})
    handed_in(amina, other, "quiz", {"why": ["It is so"]})
    handed_in(lin, other, "quiz", {"why": ["It is so"]})

    assert all_of(desk.waiting(marker, course, 1)) == [("Amina", 1)]
    assert desk.courses_to_mark(marker) == {course.id: 1}
    assert desk.courses_to_mark(ada) == {course.id: 1, other.id: 2}
    assert desk.courses_to_mark(in_role(lin, other, CourseRole.REVIEWER)) == {other.id: 1}
    mark(here, 1, [50])
    assert all_of(desk.marked(ada, course, 1)) == [("Amina", 1)]
    assert all_of(desk.marked(ada, other, 1)) == []


@pytest.mark.parametrize(
    ("role", "marks"),
    [
        (CourseRole.OWNER, True),
        (CourseRole.TRAINER, True),
        (CourseRole.REVIEWER, True),
        (CourseRole.TRANSLATOR, False),
    ],
)
def test_roles_that_mark_have_a_desk(
    lin: User, course: Course, role: CourseRole, *, marks: bool
) -> None:
    assert desk.courses_to_mark(in_role(lin, course, role)) == ({course.id: 0} if marks else {})


def test_a_corrected_mark_is_listed_once_and_as_the_newest(
    amina: User, eve: User, course: Course, marker: User, mark: Mark, clock: Clock
) -> None:
    every = [handed_in(one, course, "quiz", {"why": ["It is so"]}) for one in (amina, eve)]
    for one in every:
        mark(one, 1, [50])
        clock.forward(minutes=1)
    assert all_of(desk.marked(marker, course, 1)) == [("Eve", 1), ("Amina", 1)]
    mark(every[0], 1, [70], after=1)

    pieces, _goes_on = desk.marked(marker, course, 1)
    assert [(piece.learner, piece.share) for piece in pieces] == [("Amina", 0.7), ("Eve", 0.5)]


def test_the_moment_of_a_mark_decides_not_its_row(
    amina: User, eve: User, course: Course, marker: User, mark: Mark, clock: Clock
) -> None:
    """A clock may be set back."""
    for one in (amina, eve):
        mark(handed_in(one, course, "quiz", {"why": ["It is so"]}), 1, [50])
        clock.forward(hours=-1)

    assert all_of(desk.marked(marker, course, 1)) == [("Amina", 1), ("Eve", 1)]


def test_of_marks_at_one_moment_the_last_given_stands_first(
    amina: User, course: Course, marker: User, mark: Mark, clock: Clock
) -> None:
    attempt = handed_in(amina, course, "assignment", work())
    for position in (1, 0):
        mark(attempt, position, points(course, attempt, position, marker))

    assert all_of(desk.marked(marker, course, 1)) == [("Amina", 0), ("Amina", 1)]


def test_a_page_is_full_and_the_next_begins_behind_it(
    course: Course, marker: User, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(desk, "PAGE", 2)
    for name in ("Ana", "Bo", "Chi", "Dee"):
        handed_in(person(name), course, "quiz", {"why": ["It is so"]})
        clock.forward(minutes=1)

    pages = [desk.waiting(marker, course, page) for page in (1, 2, 3)]

    assert [all_of(page) for page in pages] == [
        [("Ana", 1), ("Bo", 1)],
        [("Chi", 1), ("Dee", 1)],
        [],
    ]
    assert [goes_on for _pieces, goes_on in pages] == [True, False, False]


def test_after_an_attempt_its_rest_comes_then_what_is_later_then_the_oldest(
    course: Course, marker: User, mark: Mark, clock: Clock
) -> None:
    every = []
    for name in ("Ana", "Bo", "Chi"):
        every.append(handed_in(person(name), course, "assignment", work()))
        clock.forward(minutes=1)
    ana, bo, _chi = every
    passed = []
    for after in (bo, bo):
        found = desk.next_waiting(marker, course, after)
        assert found is not None
        passed.append((found.learner, found.position))
        attempt = next(one for one in every if one.id == found.attempt_id)
        mark(attempt, found.position, points(course, attempt, found.position, marker))
    for after in (bo, ana):
        found = desk.next_waiting(marker, course, after)
        assert found is not None
        passed.append((found.learner, found.position))
    for position in (0, 1):
        mark(every[2], position, points(course, every[2], position, marker))
    oldest = desk.next_waiting(marker, course, bo)

    assert passed == [("Bo", 0), ("Bo", 1), ("Chi", 0), ("Ana", 0)]
    assert oldest is not None
    assert (oldest.learner, oldest.position) == ("Ana", 0)


def test_what_was_handed_in_at_one_moment_has_an_order(
    course: Course, marker: User, clock: Clock
) -> None:
    ana, bo, chi = (
        handed_in(person(name), course, "assignment", work()) for name in ("Ana", "Bo", "Chi")
    )

    listed = all_of(desk.waiting(marker, course, 1))
    assert listed == [(name, at) for name in ("Ana", "Bo", "Chi") for at in (0, 1)]
    following = [desk.next_waiting(marker, course, one) for one in (ana, bo, chi)]
    assert [(piece.learner, piece.position) for piece in following if piece] == [
        ("Ana", 0),
        ("Bo", 0),
        ("Chi", 0),
    ]


def test_the_moment_of_handing_in_decides_not_the_row(
    amina: User, eve: User, lin: User, course: Course, marker: User, mark: Mark, clock: Clock
) -> None:
    """A clock may be set back."""
    every = []
    for one in (amina, eve, lin):
        every.append(handed_in(one, course, "quiz", {"why": ["It is so"]}))
        clock.forward(hours=-1)
    assert all_of(desk.waiting(marker, course, 1)) == [("Lin", 1), ("Eve", 1), ("Amina", 1)]

    mark(every[2], 1, [50])
    found = desk.next_waiting(marker, course, every[2])
    assert found is not None
    assert (found.learner, found.at) == ("Eve", every[1].submitted_at)
    for attempt in every[:2]:
        mark(attempt, 1, [50])
    assert desk.next_waiting(marker, course, every[2]) is None
