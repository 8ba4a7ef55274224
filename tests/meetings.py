"""A course with a meeting: a page, the meeting after it, and a certificate for both."""

from lms.database import db
from lms.domain import attendance, catalogue
from lms.domain.attendance import Meeting
from lms.domain.learning import completion
from lms.models import AttendanceCode, Course, User
from tests.conftest import SMALL, Publish

MEETING = "names/webinar"
FILES = {
    **{path: text for path, text in SMALL.items() if "quiz" not in path},
    "01-names/02-webinar.md": (
        "---\ntitle: Webinar\nkind: attendance\nminutes: 60\nafter: names/what-is-a-name\n---\n\n"
        "We meet in room 5.\n"
    ),
}


def held(publish: Publish, trainer: User, learner: User) -> Meeting:
    """In a course of its own, which this learner is in."""
    free = {path: text.replace("after: names/what-is-a-name\n", "") for path, text in FILES.items()}
    publish("met", free)
    course = catalogue.find_course("met")
    completion.enrol(learner, course)
    return attendance.find_meeting(trainer, course, MEETING)


def published(publish: Publish, **more: str) -> Course:
    """The course ``small`` with its webinar."""
    publish("small", {**FILES, **more})
    return catalogue.find_course("small")


def prepared(person: User, course: Course) -> User:
    """Has read what comes before the meeting."""
    completion.complete_lesson(person, course, "names/what-is-a-name")
    db.session.commit()
    return person


def shown(trainer: User, course: Course) -> AttendanceCode:
    """A code on the wall."""
    code = attendance.show_code(trainer, attendance.find_meeting(trainer, course, MEETING))
    db.session.commit()
    return code
