"""Being there: codes, lists, and what follows from them."""

import pytest
from sqlalchemy import select

from lms.content.check import read_course
from lms.content.outline import LessonKind
from lms.content.tree import CourseTree
from lms.database import db
from lms.domain import attendance, attendance_lists, catalogue, journal
from lms.domain.attendance_lists import Checked
from lms.domain.cohorts import joining, lists
from lms.domain.errors import Denied, Invalid, Missing
from lms.domain.learning import adopting, completion, rules
from lms.domain.learning.progress import progress_of
from lms.domain.permissions import Action, may
from lms.models import (
    AttendanceCode,
    AuditEntry,
    Certificate,
    Completion,
    Course,
    CourseRole,
    Event,
    Look,
    MembershipRole,
    User,
    Verb,
)
from tests.cohorts import cohort_of, insider, joined, partner_of
from tests.conftest import Clock, Publish, person
from tests.domain.test_who_may import grant
from tests.meetings import FILES, MEETING, prepared, published, shown


@pytest.fixture
def course(publish: Publish) -> Course:
    return published(publish)


def done(user: User) -> list[str]:
    """What this person has done, by the journal."""
    verb = Event.verb.in_([Verb.COMPLETED, Verb.EARNED])
    mine = select(Event.verb).where(Event.actor == user.public_id, verb).order_by(Event.id)
    return [str(one) for one in db.session.scalars(mine)]


def checked(me: User, course: Course, text: str) -> Checked:
    meeting = attendance.find_meeting(me, course, MEETING)
    return attendance_lists.check(me, meeting, lists.parse(text))


def told(found: Checked) -> list[tuple[int, str, str]]:
    return [(one.line, one.text, one.sentence) for one in found.problems]


# --- the format ---------------------------------------------------------------------------------


def test_the_kind_is_named_by_its_setting_only_and_has_dates_but_no_attempts() -> None:
    files = {
        **FILES,
        "01-names/02-webinar.md": ("---\ntitle: Webinar\nkind: atendance\n---\n\nHere.\n"),
        "01-names/03-room.md": (
            "---\ntitle: Room\nkind: attendance\nopens: 2027-03-01 18:00\ncloses: 2027-03-02\n"
            "due: 2027-03-01\nattempts: 3\ndeu: 2027-03-01\n---\n\nHere.\n"
        ),
        "01-names/attendance-rules.md": "---\ntitle: Rules\n---\n\nHere.\n",
    }
    text, problems = read_course(CourseTree.of({k: v.encode() for k, v in files.items()}))

    assert text is not None
    assert [str(one) for one in problems] == [
        "01-names/02-webinar.md:3: error: unknown kind 'atendance'; did you mean 'attendance'?",
        "01-names/03-room.md:7: error: unknown setting 'attempts'",
        "01-names/03-room.md:8: error: unknown setting 'deu'; did you mean 'due'?",
    ]
    room, rules_page = text.lesson("names/room"), text.lesson("names/attendance-rules")
    assert room is not None
    assert rules_page is not None
    assert room.kind is LessonKind.ATTENDANCE
    assert (room.has_button, room.is_asked, room.required) == (False, False, True)
    assert rules_page.kind is LessonKind.PAGE  # it was one before this kind was there
    assert text.has_meetings


# --- who may ------------------------------------------------------------------------------------


def test_who_teaches_the_course_or_trains_for_a_partner_that_takes_it_counts(
    course: Course, amina: User, ada: User, eve: User, lin: User, tomas: User
) -> None:
    grant(tomas, course, CourseRole.TRAINER)
    reviewer = person("Rae")
    grant(reviewer, course, CourseRole.REVIEWER)
    water = partner_of(lin)
    insider(water, eve, MembershipRole.TRAINER)
    member = insider(water, person("Kim"), MembershipRole.MEMBER)
    asked = (ada, tomas, reviewer, lin, eve, member, amina)

    before = [may(one, Action.TAKE_ATTENDANCE, course) for one in asked]
    cohort_of(lin, water, "small")
    after = [may(one, Action.TAKE_ATTENDANCE, course) for one in asked]
    water.partner_since = None
    db.session.flush()

    assert before == [True, True, False, False, False, False, False]
    assert after == [True, True, False, True, True, False, False]
    assert not may(lin, Action.TAKE_ATTENDANCE, course)
    with pytest.raises(Denied):
        attendance.find_meeting(amina, course, MEETING)
    with pytest.raises(Missing, match="Nobody has to be anywhere"):
        attendance.find_meeting(ada, course, "names/what-is-a-name")


# --- codes --------------------------------------------------------------------------------------


def test_a_code_is_six_clear_signs_is_good_for_twenty_minutes_and_for_one_room(
    course: Course, amina: User, ada: User, lin: User, clock: Clock
) -> None:
    cohort_of(lin, partner_of(lin), "small")
    first, other = shown(ada, course).code, shown(lin, course).code
    second = shown(ada, course).code
    meeting = attendance.find_meeting(ada, course, MEETING)

    assert len(first) == 6
    assert set(first) <= set(attendance.LETTERS) == set("34679ACDEFGHJKMNPQRTVWXY")
    with pytest.raises(Missing):
        attendance.find_by_code(amina, first)
    for code in (second, other, f" {second[:3].lower()}-{second[3:]} "):
        assert attendance.find_by_code(amina, code).text.slug == MEETING
    clock.forward(minutes=19, seconds=59)
    assert attendance.find_code(ada, meeting)
    clock.forward(seconds=1)
    assert attendance.find_code(ada, meeting) is None
    with pytest.raises(Missing, match="it is over"):
        attendance.attend(prepared(amina, course), second)
    shown(ada, course)
    assert len(db.session.scalars(select(AttendanceCode)).all()) == 1  # what is over is gone


def test_codes_are_read_however_they_are_typed() -> None:
    assert attendance.cleaned(" ab2-c3d ") == "AB2C3D"
    assert attendance.cleaned("ＡＢ٢Ｃ۳D") == "AB2C3D"
    assert attendance.cleaned("AB2C3DEFGH") == "AB2C3D"
    assert attendance.cleaned("") == ""


def test_being_there_completes_the_lesson_once_and_earns_the_certificate(
    course: Course, amina: User, ada: User
) -> None:
    code = shown(ada, course)
    with pytest.raises(Denied, match="not open yet"):
        attendance.attend(amina, code.code)
    prepared(amina, course)
    for _twice in range(2):
        attendance.attend(amina, code.code)

    assert done(amina) == ["completed", "completed", "earned"]
    assert db.session.scalars(select(Certificate)).one().holder_id == amina.id
    meeting = attendance.find_meeting(ada, course, MEETING)
    assert attendance.count_since(ada, meeting, code) == 1
    with pytest.raises(Denied, match="Nobody confirms for themselves"):
        attendance.attend(prepared(ada, course), code.code)
    line = db.session.scalars(select(AuditEntry)).all()[-1]
    assert (line.actor, line.verb, line.course_id) == (ada.public_id, Verb.CREATED, course.id)
    assert code.code not in str(line.changes)


def test_no_button_does_what_a_code_does(course: Course, amina: User) -> None:
    prepared(amina, course)
    for deed in (completion.complete_lesson, completion.reopen_lesson):
        with pytest.raises(Invalid, match="with the code"):
            deed(amina, course, MEETING)
    assert adopting.adopt_done(amina, [f"small/{MEETING}"]) == 0
    text = catalogue.text_of(catalogue.current_edition(course))
    lesson = text.lesson(MEETING)
    assert lesson is not None
    assert not rules.open_to_visitors(lesson, text, journal.now())


def test_the_meeting_is_no_place_to_go_on_while_something_else_is_to_learn(
    publish: Publish, amina: User
) -> None:
    page = "---\ntitle: Later\n---\n\nMore.\n"
    course = published(publish, **{"01-names/03-later.md": page})
    text = catalogue.text_of(catalogue.current_edition(course))
    prepared(amina, course)
    assert progress_of(amina, course, text).next == text.lesson("names/later")
    completion.complete_lesson(amina, course, "names/later")
    assert progress_of(amina, course, text).next == text.lesson(MEETING)


# --- lists --------------------------------------------------------------------------------------


def test_a_list_counts_who_is_in_the_course_and_names_each_line_that_does_not(
    course: Course, amina: User, eve: User, tomas: User
) -> None:
    grant(tomas, course, CourseRole.TRAINER)
    prepared(amina, course)
    prepared(tomas, course)
    completion.enrol(eve, course)  # she has not read what comes before
    stranger = person("Zoe")
    text = f"\n{amina.email.upper()}\nno address\n{eve.email}\n{stranger.email}\n{tomas.email}\n"
    nobody = "Nobody whom you may count here has confirmed this address."

    found = checked(tomas, course, text)
    assert [one.id for one in found.people] == [amina.id]
    assert [(line, sentence) for line, _text, sentence in told(found)][1:] == [
        (4, "A lesson that comes before this one is not done yet."),
        (5, nobody),
        (6, "Nobody confirms for themselves that they were there."),
    ]
    assert told(found)[0][:2] == (3, "no address")
    assert not db.session.scalars(select(Completion).where(Completion.user_id == eve.id)).all()

    meeting = attendance.find_meeting(tomas, course, MEETING)
    assert attendance_lists.count(tomas, meeting, lists.parse(text)) == 1
    assert attendance_lists.count(tomas, meeting, lists.parse(text)) == 0
    again = checked(tomas, course, text)
    assert (again.people, again.before) == ([], 1)
    assert done(amina) == ["completed", "completed", "earned"]
    (line,) = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == Verb.ATTESTED))
    assert (line.actor, line.person, line.thing) == (
        tomas.public_id,
        amina.public_id,
        f"lesson:{meeting.lesson.id}",
    )


def test_a_partners_list_tells_nothing_of_others_people(
    course: Course, amina: User, eve: User, lin: User
) -> None:
    water = partner_of(lin)
    cohort = cohort_of(lin, water, "small")
    joined(prepared(amina, course), cohort, water)
    prepared(eve, course)  # learns here, but in no cohort
    text = f"{amina.email}\n{eve.email}\nnobody@ngo.example"

    found = checked(lin, course, text)
    assert [one.id for one in found.people] == [amina.id]
    (_line, _text, why), (_other, _nobody, same) = told(found)
    assert why == same  # whether somebody learns here, a list does not tell
    assert [(one.user_id, one.by) for one in db.session.scalars(select(Look))] == [
        (amina.id, lin.public_id)
    ]
    place = joining.place_of(amina, cohort, water)
    assert place is not None
    joining.withdraw(amina, place)
    assert checked(lin, course, text).people == []


def test_a_list_has_a_limit_and_forgets_the_dates_of_the_lesson(
    publish: Publish, amina: User, ada: User, clock: Clock
) -> None:
    late = FILES["01-names/02-webinar.md"].replace("minutes: 60", "closes: 2026-01-02")
    course = published(publish, **{"01-names/02-webinar.md": late})
    prepared(amina, course)
    assert [one.id for one in checked(ada, course, amina.email).people] == [amina.id]
    many = "\n".join(f"p{number}@ngo.example" for number in range(attendance_lists.MOST + 1))
    with pytest.raises(Invalid, match="at most 1000"):
        checked(ada, course, many)
