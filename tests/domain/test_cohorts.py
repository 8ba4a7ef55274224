"""A partner makes cohorts, chooses courses, and answers people who ask to join."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import catalogue, partners
from lms.domain.cohorts import (
    admission,
    finding,
    inviting,
    joining,
    lists,
    messages,
    running,
    taking,
)
from lms.domain.cohorts import dues as cohort_dues
from lms.domain.cohorts.running import Taken, Terms
from lms.domain.errors import Conflict, Denied, Invalid, Missing
from lms.domain.learning import completion, dues
from lms.domain.learning.progress import progress_of
from lms.models import (
    AuditEntry,
    Cohort,
    CohortDeadline,
    Course,
    Download,
    Enrolment,
    Look,
    LookKind,
    MembershipRole,
    OutgoingMail,
    User,
)
from tests.cohorts import cohort_of, insider, joined, partner_of
from tests.conftest import SMALL, Clock, Publish, person

DAY = datetime(2027, 5, 1, tzinfo=UTC)


def test_a_cohort_is_made_and_changed_and_says_so_in_the_audit_log(lin: User) -> None:
    water = partner_of(lin)
    terms = Terms(name=" River ", language="en")
    cohort = running.make(lin, water, terms)
    assert (cohort.name, len(cohort.code)) == ("River", running.LENGTH)
    assert set(cohort.code) <= set(running.LETTERS)
    running.change(lin, water, cohort, terms)
    running.change(lin, water, cohort, Terms(name="Lake", language="ar", seats=3, closes_at=DAY))
    db.session.flush()
    lines = db.session.scalars(
        select(AuditEntry.changes).where(AuditEntry.thing == f"cohort:{cohort.id}")
    ).all()
    assert lines == [
        {"name": [None, "River"]},
        {
            "name": ["River", "Lake"],
            "language": ["en", "ar"],
            "seats": [None, "3"],
            "closes_at": [None, DAY.isoformat()],
        },
    ]
    for wrong in ({"name": "--"}, {"seats": 0}, {"seats": running.MOST_SEATS + 1}):
        with pytest.raises(Invalid):
            running.make(lin, water, Terms(**{"name": "X", "language": "en", **wrong}))  # type: ignore[arg-type]


def test_a_cohort_in_which_nobody_ever_was_can_be_deleted(
    lin: User, amina: User, small: Course, clock: Clock
) -> None:
    water = partner_of(lin)
    cohort = cohort_of(lin, water, "small")
    running.set_deadlines(lin, water, cohort, small, {"names/quiz": DAY})
    made = inviting.keep_list(lin, water, cohort, lists.parse("zoe@ngo.example"))
    inviting.start_list(lin, water, cohort, made.id)
    inviting.take_next()
    inviting.send_next(per_day=10)
    messages.write(lin, water, cohort, subject="Hello", text="Soon.")
    taking.ask_for_report(lin, water, cohort, "en")
    db.session.flush()
    with pytest.raises(Conflict, match="tomorrow"):  # or the limits of a day would begin anew
        running.remove(lin, water, cohort)
    clock.forward(days=1, seconds=1)
    running.remove(lin, water, cohort)
    left = [len(db.session.scalars(select(one)).all()) for one in (*running.PLANS, Cohort)]
    assert left == [0] * 6
    assert db.session.scalars(select(Download)).all() == []
    line = db.session.scalars(select(AuditEntry)).all()[-1]
    assert line.changes == {"name": ["River", None]}

    cohort = cohort_of(lin, water, "small")
    assert running.why_not_removed(cohort) == ""
    with pytest.raises(Denied):
        running.remove(amina, water, cohort)
    joined(amina, cohort, water)
    joining.leave(amina, joining.find_place(amina, cohort.id))
    with pytest.raises(Conflict, match="cannot be deleted"):
        running.remove(lin, water, cohort)


def test_a_code_that_is_taken_is_drawn_again(lin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    water = partner_of(lin)
    drawn = iter("A" * 16 + "B" * 8)
    monkeypatch.setattr(secrets, "choice", lambda _letters: next(drawn))
    codes = [running.make(lin, water, Terms(name="X", language="en")).code for _n in range(2)]
    assert codes == ["A" * 8, "B" * 8]


def test_courses_come_with_days_and_take_their_deadlines_along(
    lin: User, amina: User, small: Course, publish: Publish
) -> None:
    publish("other", SMALL)
    water = partner_of(lin)
    cohort = cohort_of(lin, water, "small")
    joined(amina, cohort, water)
    page = {"names/what-is-a-name": DAY}
    running.set_deadlines(lin, water, cohort, small, page)
    running.set_deadlines(lin, water, cohort, small, page)
    later = {"names/what-is-a-name": DAY + timedelta(days=1), "names/quiz": None}
    running.set_deadlines(lin, water, cohort, small, later)
    assert finding.deadlines_of(cohort, small) == {"names/what-is-a-name": DAY + timedelta(days=1)}
    taken = [Taken("other", DAY, DAY + timedelta(days=9)), Taken("small")]
    running.set_courses(lin, water, cohort, taken)
    assert [(one.starts_at, course.slug) for one, course in finding.courses_of(cohort)] == [
        (DAY, "other"),
        (None, "small"),
    ]
    assert (
        len(db.session.scalars(select(Enrolment).where(Enrolment.user_id == amina.id)).all()) == 2
    )
    running.set_deadlines(lin, water, cohort, small, {"names/what-is-a-name": None})
    assert db.session.scalars(select(CohortDeadline)).all() == []
    running.set_deadlines(lin, water, cohort, small, page)
    running.set_courses(lin, water, cohort, taken[:1])
    assert db.session.scalars(select(CohortDeadline)).all() == []
    with pytest.raises(Conflict):
        running.set_deadlines(lin, water, cohort, small, page)
    with pytest.raises(Invalid) as refused:
        running.set_courses(lin, water, cohort, [Taken("small", DAY, DAY)])
    assert refused.value.field == "ends-small"
    with pytest.raises(Invalid):
        running.set_courses(lin, water, cohort, [Taken("small")] * 21)


def test_cohorts_are_found_by_their_own_partner_only_and_their_list_has_pages(
    lin: User, amina: User, eve: User, tomas: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    water, air = partner_of(lin), partner_of(tomas, "air", "Air")
    first, second = cohort_of(lin, water), cohort_of(lin, water)
    joined(amina, first, water)
    monkeypatch.setattr(finding, "PAGE", 1)
    pages = [finding.listed(lin, water, page=page) for page in (1, 2)]
    assert [([(r.cohort.id, r.members) for r in rows], more) for rows, more in pages] == [
        ([(second.id, 0)], True),
        ([(first.id, 1)], False),
    ]
    assert partners.mine(lin) == [(water, MembershipRole.MANAGER)]
    for partner, number in ((air, first.id), (air, 99)):
        with pytest.raises(Missing):
            finding.find(tomas, partner, number)
    with pytest.raises(Missing):
        partners.find(lin, "fire")
    with pytest.raises(Denied):
        finding.find(eve, water, first.id)
    insider(water, eve, MembershipRole.TRAINER)
    assert finding.find(eve, water, first.id) is first
    with pytest.raises(Denied):
        running.change(eve, water, first, Terms(name="X", language="en"))


# --- who asks to join ---------------------------------------------------------------------------


def mails() -> list[tuple[str, bool]]:
    rows = db.session.execute(
        select(OutgoingMail.recipient, OutgoingMail.facts)
        .where(OutgoingMail.kind == "admission")
        .order_by(OutgoingMail.id)
    )
    return [(to, facts["admitted"]) for to, facts in rows]


def test_a_partner_lets_people_in_and_that_it_saw_them_stands_in_their_logs(
    lin: User, amina: User, small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "PAGE", 1)
    water = partner_of(lin)
    cohort = cohort_of(lin, water, "small", needs_approval=True, seats=1)
    zoe, kim = person("Zoe"), person("Kim")
    for one in (amina, zoe, kim):
        joined(one, cohort, water)
    joining.withdraw(kim, joining.find_place(kim, cohort.id))
    rows, is_more = admission.asking(lin, water, cohort)
    assert ([one.person for one in rows], is_more) == ([amina], True)
    rows, is_more = admission.asking(lin, water, cohort, page=2)
    assert ([one.person for one in rows], is_more) == ([zoe], False)
    seen = db.session.execute(select(Look.user_id, Look.kind).order_by(Look.user_id))
    assert [tuple(row) for row in seen] == [
        (amina.id, LookKind.REQUEST),
        (zoe.id, LookKind.REQUEST),
    ]
    for _turn in range(2):
        admission.admit(lin, water, cohort, amina.public_id)
    assert db.session.scalars(select(Enrolment.user_id)).all() == [amina.id]
    with pytest.raises(Conflict):
        admission.admit(lin, water, cohort, zoe.public_id)
    with pytest.raises(Missing):
        admission.admit(lin, water, cohort, kim.public_id)
    assert mails() == [("amina@ngo.example", True)]


def test_who_was_sent_away_needs_a_yes_to_come_back(lin: User, amina: User, small: Course) -> None:
    water = partner_of(lin)
    cohort = cohort_of(lin, water, "small")
    joined(amina, cohort, water)
    assert admission.find_person(lin, water, cohort, amina.public_id).person is amina
    admission.send_away(lin, water, cohort, amina.public_id)
    with pytest.raises(Missing):
        joining.find_place(amina, cohort.id)
    again = joining.join(amina, cohort, water)
    assert (again.is_asking, again.is_in, again.is_seen) == (True, False, False)
    admission.send_away(lin, water, cohort, amina.public_id)
    db.session.flush()
    verbs = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id.desc()).limit(2))
    assert list(verbs) == ["declined", "removed"]
    assert mails() == [("amina@ngo.example", False)] * 2


# --- deadlines ----------------------------------------------------------------------------------

QUIZ = SMALL["01-names/quiz.md"]
DATED = {
    **SMALL,
    "01-names/02-free.md": "---\ntitle: Free\n---\n\nRead.\n",
    "01-names/quiz.md": QUIZ.replace("pass: 50", "pass: 50\ndue: 2027-03-20"),
}


def test_a_cohorts_deadline_wins_over_the_courses(
    lin: User, amina: User, eve: User, publish: Publish, clock: Clock
) -> None:

    publish("dated", DATED)
    course = catalogue.find_course("dated")
    text = catalogue.text_of(catalogue.current_edition(course))
    water = partner_of(lin)
    cohort, other = cohort_of(lin, water, "dated"), cohort_of(lin, water, "dated")

    def due(person: User) -> list[datetime | None]:
        states = progress_of(person, course, text).states
        return [states[f"names/{name}"].due for name in ("quiz", "free", "what-is-a-name")]

    course_says = due(eve)[0]
    assert course_says == datetime(2027, 3, 21, 12, tzinfo=UTC)
    joined(amina, cohort, water)
    joined(amina, other, water)
    assert due(amina) == [course_says, None, None]
    end = Taken("dated", None, DAY)
    running.set_courses(lin, water, cohort, [end])
    assert due(amina) == [DAY, None, None]
    running.set_deadlines(lin, water, cohort, course, {"names/free": DAY + timedelta(days=1)})
    running.set_deadlines(lin, water, other, course, {"names/free": DAY - timedelta(days=1)})
    assert due(amina) == [DAY, DAY - timedelta(days=1), None]
    clock.moment = DAY
    assert due(amina)[1] == DAY + timedelta(days=1)
    clock.moment = DAY + timedelta(days=9)
    assert due(amina)[1] == DAY + timedelta(days=1)
    joining.leave(amina, joining.find_place(amina, cohort.id))
    db.session.flush()
    assert due(amina) == [course_says, DAY - timedelta(days=1), None]
    assert due(eve) == [course_says, None, None]


def test_people_hear_of_their_cohorts_deadline_and_not_of_the_courses(
    lin: User, amina: User, publish: Publish, clock: Clock
) -> None:

    closing = QUIZ.replace("pass: 50", "due: 2027-03-20\ncloses: 2027-05-02")
    publish("dated", {**DATED, "01-names/quiz-closing.md": closing})
    course = catalogue.find_course("dated")
    water = partner_of(lin)
    cohort = cohort_of(lin, water, "dated")
    zoe = person("Zoe")
    for one in (amina, zoe):
        joined(one, cohort, water)
    running.set_courses(lin, water, cohort, [Taken("dated", None, DAY)])
    own = {"names/free": DAY - timedelta(days=1), "names/quiz": DAY + timedelta(days=30)}
    running.set_deadlines(lin, water, cohort, course, own)
    completion.complete_lesson(zoe, course, "names/free")
    clock.moment = datetime(2027, 3, 20, tzinfo=UTC)  # the course says: tomorrow
    assert (dues.tell_next(), cohort_dues.tell_next()) == (0, 0)
    clock.moment = DAY - timedelta(days=2)
    assert [cohort_dues.tell_next() for _turn in range(2)] == [3, 0]
    text, row = catalogue.text_of(catalogue.current_edition(course)), "names/free"
    lesson = text.lesson(row)
    assert lesson is not None
    again = (course, text, lesson, catalogue.find_lesson(course, row), clock.moment)
    dues.tell_once(amina, *again)  # as another worker might, at the same moment
    rows = db.session.execute(
        select(OutgoingMail.recipient, OutgoingMail.facts)
        .where(OutgoingMail.kind == "due")
        .order_by(OutgoingMail.id)
    )
    assert [(to, facts["path"], facts["moment"][:10]) for to, facts in rows] == [
        ("amina@ngo.example", "courses/dated/names/free", "2027-04-30"),
        ("amina@ngo.example", "courses/dated/names/quiz-closing", "2027-05-01"),
        ("zoe@ngo.example", "courses/dated/names/quiz-closing", "2027-05-01"),
    ]


def test_a_lesson_that_left_the_course_or_is_shut_is_due_for_nobody(
    lin: User, amina: User, publish: Publish, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:

    shut = QUIZ.replace("pass: 50", "closes: 2027-04-01")
    publish("dated", {**DATED, "01-names/quiz-shut.md": shut})
    course = catalogue.find_course("dated")
    water = partner_of(lin)
    cohort = cohort_of(lin, water, "dated")
    joined(amina, cohort, water)
    both = dict.fromkeys(
        ("names/free", "names/quiz-shut", "names/what-is-a-name", "names/quiz"), DAY
    )
    running.set_deadlines(lin, water, cohort, course, both)
    running.set_courses(lin, water, cohort, [Taken("dated", None, DAY)])
    rest = {path: text for path, text in DATED.items() if "free" not in path}
    publish("dated", {**rest, "01-names/quiz-shut.md": shut})
    clock.moment = DAY - timedelta(days=1)
    monkeypatch.setattr(dues, "MOST", 0)
    assert cohort_dues.tell_next() == 0
    monkeypatch.setattr(dues, "MOST", 9)
    assert [cohort_dues.tell_next() for _turn in range(2)] == [2, 0]
