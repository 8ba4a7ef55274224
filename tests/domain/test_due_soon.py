"""What is due within three days: people who have not done it are told, once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import catalogue
from lms.domain.learning import attempts, completion, dues
from lms.models import Course, Edition, MailKind, OutgoingMail, User
from tests.conftest import SMALL, Clock, Publish, person

PAGE = "names/what-is-a-name"


def publish_due(publish: Publish, *settings: str, slug: str = "small") -> Course:
    """The small course with an assignment that has these settings; a page of it is done at once."""
    head = "".join(f"{one}\n" for one in settings)
    lab = f"---\ntitle: Lab\nkind: lab\n{head}---\n\nTry.\n"
    words = "---\ntitle: الأسماء\n---\n"
    edition = publish(
        slug,
        {
            **SMALL,
            "course.ar.md": words,
            "01-names/lab.md": lab,
            "01-names/lab.ar.md": words.replace("الأسماء", "المختبر"),
        },
    )
    return db.session.get_one(Course, edition.course_id)


def begin(*people: User, course: Course) -> None:
    for one in people:
        completion.enrol(one, course)
    db.session.commit()


def told() -> list[tuple[str, dict[str, object]]]:
    """Who was told what, in order."""
    while dues.tell_next():
        db.session.commit()
    rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
    return [(row.recipient, dict(row.facts)) for row in rows if row.kind is MailKind.DUE]


def test_somebody_is_told_once_in_their_language(clock: Clock, publish: Publish) -> None:
    noor = person("Noor", language="ar")
    course = publish_due(publish, "due: 14 days after start")
    begin(noor, course=course)
    due = clock.moment + timedelta(days=14)

    clock.forward(days=10, hours=23)
    assert told() == []
    clock.forward(hours=1)
    said = told()
    clock.forward(days=1)

    assert said == told() == [
        (
            "noor@ngo.example",
            {
                "name": "Noor",
                "zone": "UTC",
                "person": noor.public_id,
                "course": "الأسماء",
                "lesson": "المختبر",
                "moment": due.isoformat(),
                "path": "courses/small/names/lab",
            },
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("setting", "who"),
    [
        ("due: 2027-03-04 11:59", ["amina", "eve"]),
        ("due: 2027-03-04 12:00", ["amina", "eve"]),
        ("due: 2027-03-04 12:01", []),
        ("due: 2027-03-01 12:00", []),
        ("due: 2027-02-20", []),
        ("due: 3 days after start", ["amina", "eve"]),
        ("due: 4 days after start", []),
        ("minutes: 5", []),
    ],
)
def test_only_what_is_due_within_three_days_counts(
    clock: Clock, amina: User, eve: User, publish: Publish, setting: str, who: list[str]
) -> None:
    begin(amina, eve, course=publish_due(publish, setting))

    assert [recipient.split("@")[0] for recipient, _facts in told()] == who


def test_who_waits_for_a_mark_is_not_told(clock: Clock, amina: User, publish: Publish) -> None:
    task = "---\ntitle: Task\ndue: 2027-03-03\n---\n\n## ? Why? {#why}\n\n- ____ 1-9 words\n"
    publish("small", {**SMALL, "01-names/assignment.md": task})
    course = catalogue.find_course("small")
    attempt = attempts.start_attempt(amina, course, "names/assignment")
    attempts.submit_attempt(amina, attempt, counter=1, responses={0: ["Because."]})
    db.session.commit()

    assert told() == []


def test_who_has_done_it_or_may_not_come_in_is_not_told(
    clock: Clock, amina: User, eve: User, lin: User, tomas: User, publish: Publish
) -> None:
    course = publish_due(publish, "due: 2027-03-03")
    begin(amina, eve, lin, course=course)
    completion.complete_lesson(amina, course, "names/lab")
    eve.suspended_at = clock.moment
    db.session.commit()

    assert [recipient for recipient, _facts in told()] == ["lin@ngo.example"]


def test_what_has_closed_is_not_announced(clock: Clock, amina: User, publish: Publish) -> None:
    begin(amina, course=publish_due(publish, "due: 2027-03-03", "closes: 2027-03-01 11:00"))

    assert told() == []


def test_many_are_told_in_pieces(
    clock: Clock, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dues, "MOST", 2)
    begin(*(person(name) for name in "abcde"), course=publish_due(publish, "due: 2027-03-03"))
    begin(
        *db.session.scalars(select(User)), course=publish_due(publish, "due: 2027-03-03", slug="b")
    )

    pieces = []
    while piece := dues.tell_next():
        db.session.commit()
        pieces.append(piece)

    assert pieces == [2, 2, 2, 2, 2]
    assert len(told()) == 10


def test_courses_without_due_dates_are_not_looked_into(
    clock: Clock, amina: User, publish: Publish, count_queries: list[str]
) -> None:
    publish("without", SMALL)
    course = publish_due(publish, "due: 2027-03-20")
    begin(amina, course=course)
    dues.tell_next()
    count_queries.clear()

    dues.tell_next()

    assert [one.has_due for one in db.session.scalars(select(Edition))] == [False, True]
    assert sum("enrolment" in one for one in count_queries) == 0
    assert catalogue.current_edition(course).has_due
