"""Thirty learners go through five editions of a course, and nothing of theirs is lost or doubled.

The test keeps a ledger of its own: what each learner did, when, and in which edition. At the end every
completion, attempt and certificate in the database must be in the ledger, and the other way round.
"""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import catalogue, certification
from lms.domain.errors import Denied
from lms.domain.learning import attempts, completion, earning, marking, papers, rechecking
from lms.domain.learning.progress import progress_of
from lms.models import Attempt, Certificate, Completion, Course, Edition, Enrolment, Lesson, User
from tests.conftest import Clock, Publish, person

HEAD = "---\ntitle: Growing\nlanguage: en\ncertificate: yes\ncomplete: all lessons\n---\n"


def page(title: str, *more: str) -> str:
    return "\n".join(["---", f"title: {title}", *more, "---", "", f"The text of {title}.", ""])


def quiz(title: str, answers: str, *more: str) -> str:
    """A question for each letter; the letter is the right answer."""
    asked = "".join(
        f"\n## ? Question {at}? {{#q{at}}}\n\n- = {answer}\n" for at, answer in enumerate(answers)
    )
    return "\n".join(["---", f"title: {title}", "pass: 50", *more, "---", asked])


FIRST = {
    "course.md": HEAD,
    "one/01-welcome.md": page("Welcome"),
    "one/02-names.md": page("Names"),
    "one/03-extra.md": page("Extra", "required: no"),
    "one/quiz.md": quiz("Quiz", "abcd"),
    "two/01-zones.md": page("Zones", "after: one/quiz"),
    "two/exam.md": quiz("Exam", "wxyz", "attempts: 2"),
}
SECOND = {  # a lesson is added, one is renamed, the questions of the quiz change
    **{path: text for path, text in FIRST.items() if path != "one/02-names.md"},
    "one/02-labels.md": page("Labels", "was: names"),
    "one/04-roots.md": page("Roots"),
    "one/quiz.md": quiz("Quiz", "efgh"),
}
THIRD = {  # one moves to another module, the renamed one is renamed again, rules change
    **{p: t for p, t in SECOND.items() if p not in {"one/04-roots.md", "one/02-labels.md"}},
    "one/02-trees.md": page("Trees", "was: labels, names"),
    "two/02-roots.md": page("Roots", "was: one/roots"),
    "two/exam.md": quiz("Exam", "wxyz", "attempts: 3", "wait: 1 day"),
}
FOURTH = {  # a lesson is dropped, the quiz moves and grows
    **{p: t for p, t in THIRD.items() if p not in {"one/01-welcome.md", "one/quiz.md"}},
    "two/00-quiz.md": quiz("Quiz", "efghij", "kind: quiz", "was: one/quiz"),
    "two/01-zones.md": page("Zones", "after: two/quiz"),
}
FIFTH = {  # the dropped lesson comes back, a new one stands in an old one's name
    **FOURTH,
    "one/01-welcome.md": page("Welcome back"),
    "one/02-trees.md": page("Trees"),
    "one/05-names.md": page("Names again"),
}
EDITIONS = (FIRST, SECOND, THIRD, FOURTH, FIFTH)
ALIASES = {
    "one/names": "trees", "one/labels": "trees", "one/trees": "trees",
    "one/roots": "roots", "two/roots": "roots", "one/quiz": "quiz", "two/quiz": "quiz",
    "one/welcome": "welcome", "one/extra": "extra", "two/zones": "zones", "two/exam": "exam",
}  # fmt: skip
"""What the test calls a lesson, whatever an edition calls it; ``one/names`` is another in the fifth."""


@dataclass
class Ledger:
    """What the test saw happen. Learners by id, lessons by the names above."""

    done: dict[tuple[int, str], tuple[datetime, int]] = field(default_factory=dict)
    tried: dict[int, list[tuple[int, str, int, int | None]]] = field(default_factory=dict)
    """Learner → (attempt, lesson, edition it began in, percent or None while it is open)."""
    certificates: dict[int, int] = field(default_factory=dict)

    def write_done(self, me: User, lesson: str, at: datetime, edition: int) -> None:
        self.done.setdefault((me.id, lesson), (at, edition))


class Crowd:
    """The learners, each with habits of their own, and the ledger."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.ledger, self.random = clock, Ledger(), Random(20270301)  # noqa: S311
        self.people = [person(f"Learner{number}") for number in range(30)]
        self.diligence = {me.id: self.random.choice([0.3, 0.6, 0.95]) for me in self.people}
        self.edition = 0
        self.course: Course

    def name(self, slug: str) -> str:
        return "names again" if self.edition == 5 and slug == "one/names" else ALIASES[slug]

    def publish(self, publish: Publish, files: dict[str, str]) -> None:
        self.edition = publish("grow", files).number
        self.course = catalogue.find_course("grow")

    def learn(self) -> None:
        """A day: each looks at every lesson in the order of the course, and does some of it."""
        text = catalogue.text_of(catalogue.current_edition(self.course))
        for me in self.people:
            for lesson in text.lessons:
                self.clock.forward(seconds=self.random.randint(5, 90))
                if self.random.random() < self.diligence[me.id]:
                    if lesson.is_asked:
                        self.try_quiz(me, lesson.slug)
                    else:
                        self.read(me, lesson.slug)
            db.session.commit()

    def read(self, me: User, slug: str) -> None:
        try:
            completion.complete_lesson(me, self.course, slug)
        except Denied:
            return
        self.ledger.write_done(me, self.name(slug), self.clock.moment, self.edition)

    def try_quiz(self, me: User, slug: str) -> None:
        """Begin or go on; often it stays open over a publication."""
        try:
            attempt = attempts.start_attempt(me, self.course, slug)
        except Denied:
            return
        mine = self.ledger.tried.setdefault(me.id, [])
        if attempt.id not in {row[0] for row in mine}:
            mine.append((attempt.id, self.name(slug), self.edition, None))
        if self.random.random() < 0.6:
            self.hand_in(me, attempt)

    def hand_in(self, me: User, attempt: Attempt) -> None:
        """So many right answers by the questions that this attempt shows."""
        paper = papers.paper_of(attempt)
        right = self.random.randint(0, len(paper))
        given = {q.position: [q.text.accepted[0]] for q in paper[:right]}
        attempts.submit_attempt(me, attempt, counter=1, responses=given)
        percent = 100 * right // len(paper)
        mine = self.ledger.tried[me.id]
        at = next(at for at, row in enumerate(mine) if row[0] == attempt.id)
        mine[at] = (*mine[at][:3], percent)
        if percent >= 50:
            self.ledger.write_done(me, mine[at][1], self.clock.moment, mine[at][2])

    def note_certificates(self) -> None:
        """Once earned, kept: the edition of the first day is the edition of every later day."""
        for one in db.session.scalars(select(Certificate)):
            assert one.holder_id is not None
            assert self.ledger.certificates.setdefault(one.holder_id, one.edition_number) == (
                one.edition_number
            )


@pytest.fixture
def crowd(clock: Clock, app: object) -> Crowd:
    return Crowd(clock)


def test_five_editions_and_thirty_learners_lose_nothing(
    crowd: Crowd, clock: Clock, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rechecking, "BATCH", 7)
    for files in EDITIONS:
        crowd.publish(publish, files)
        while earning.recheck_next_edition():
            db.session.commit()
        crowd.note_certificates()
        crowd.learn()
        crowd.note_certificates()
        clock.forward(days=2)
    marking.close_overdue()

    lessons = {lesson.id: crowd.name(lesson.slug) for lesson in db.session.scalars(select(Lesson))}
    assert sorted(lessons.values()) == sorted({*ALIASES.values(), "names again"})
    completions_are_as_written(crowd, lessons)
    attempts_are_as_written(crowd, lessons)
    certificates_are_as_written(crowd)


def completions_are_as_written(crowd: Crowd, lessons: dict[int, str]) -> None:
    numbers = edition_numbers()
    rows = db.session.scalars(select(Completion)).all()
    found = {
        (row.user_id, lessons[row.lesson_id]): (row.at, numbers[row.edition_id]) for row in rows
    }
    assert len(rows) == len(found) > 100
    assert found == crowd.ledger.done


def attempts_are_as_written(crowd: Crowd, lessons: dict[int, str]) -> None:
    numbers = edition_numbers()
    rows = db.session.scalars(select(Attempt).order_by(Attempt.id)).all()
    found: dict[int, list[tuple[int, str, int, int | None]]] = {}
    for row in rows:
        entry = (row.id, lessons[row.lesson_id], numbers[row.edition_id], row.percent)
        found.setdefault(row.user_id, []).append(entry)
        assert (row.percent is None) is (row.submitted_at is None)
    written = {me: sorted(entries) for me, entries in crowd.ledger.tried.items()}
    assert found == written
    begun = {entry[2] for entries in found.values() for entry in entries}
    assert begun == {1, 2, 3, 4, 5}


def certificates_are_as_written(crowd: Crowd) -> None:
    """One for each who earned one; who holds one is completed, whatever came later."""
    rows = db.session.scalars(select(Certificate)).all()
    assert len(rows) == len({row.holder_id for row in rows}) > 5
    assert {row.holder_id: row.edition_number for row in rows} == crowd.ledger.certificates
    assert len({row.edition_number for row in rows}) > 2
    text = catalogue.text_of(catalogue.current_edition(crowd.course))
    enrolled = set(db.session.scalars(select(Enrolment.user_id)))
    for me in crowd.people:
        progress = progress_of(me, crowd.course, text)
        holds = me.id in crowd.ledger.certificates
        assert progress.is_complete is holds
        assert (me.id in enrolled) is (progress.is_begun or holds)
        if holds:
            assert (progress.percent, progress.missing) == (100, ())
            new = {crowd.name(state.lesson.slug) for state in progress.new}
            assert new == expected_new(crowd, me)
        assert [one.id for one in certification.certificates_of(me)] == [
            row.id for row in rows if row.holder_id == me.id
        ]


def expected_new(crowd: Crowd, me: User) -> set[str]:
    """Required lessons of the fifth edition that were not in the one they finished, and are not done."""
    had = {
        1: {"welcome", "trees", "quiz", "zones", "exam"},
        2: {"welcome", "trees", "roots", "quiz", "zones", "exam"},
        3: {"welcome", "trees", "roots", "quiz", "zones", "exam"},
        4: {"trees", "roots", "quiz", "zones", "exam"},
        5: {"welcome", "trees", "roots", "quiz", "zones", "exam", "names again"},
    }
    return {
        lesson
        for lesson in had[5] - had[crowd.ledger.certificates[me.id]]
        if (me.id, lesson) not in crowd.ledger.done
    }


def edition_numbers() -> dict[int, int]:
    return {one.id: one.number for one in db.session.scalars(select(Edition))}
