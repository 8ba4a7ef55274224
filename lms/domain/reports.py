"""Reports of mistakes: anybody says what is wrong in a lesson; the course's trainers settle it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select, update

from lms.content.outline import CourseText, LessonText
from lms.database import db
from lms.domain import audit, catalogue, journal, mail
from lms.domain.errors import Invalid, Missing, _
from lms.domain.permissions import Action, Actor, actor_id, require
from lms.models import (
    Course,
    CourseRole,
    CourseRoleGrant,
    Lesson,
    MailKind,
    Report,
    SiteRole,
    SiteRoleGrant,
    User,
    Verb,
)

LONGEST = 2_000
LONGEST_QUOTE = 500
PAGE = 20
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""What no database keeps, or nobody can see. Lines stay."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A report with what a trainer must know about it. reporter: None for a visitor."""

    report: Report
    lesson: Lesson
    reporter: User | None


def clean_text(text: str) -> str:
    """What is wrong, in plain words; Invalid when there are none, or too many."""
    clean = _clean(text)
    if not clean:
        raise Invalid(_("Say in a few words what is wrong."), field="text")
    if len(clean) > LONGEST:
        raise Invalid(
            _("This is %(count)s characters long; %(most)s fit."),
            field="text",
            count=len(clean),
            most=LONGEST,
        )
    return clean


def clean_quote(quote: str) -> str:
    """The sentence in question, or nothing; Invalid when it is more than that."""
    clean = " ".join(_clean(quote).split())
    if len(clean) > LONGEST_QUOTE:
        raise Invalid(
            _("This is %(count)s characters long; %(most)s fit."),
            field="quote",
            count=len(clean),
            most=LONGEST_QUOTE,
        )
    return clean


def report_mistake(
    actor: Actor, course: Course, slug: str, *, language: str, text: str, quote: str = ""
) -> Report:
    """Keep it, and tell the trainers by mail; the administrators where a course has none.

    The same words about the same lesson twice are one report.
    """
    require(actor, Action.REPORT_MISTAKE, course)
    text, quote = clean_text(text), clean_quote(quote)
    edition = catalogue.current_edition(course)
    lesson = catalogue.find_lesson(course, slug)
    said = catalogue.lesson_text(edition, lesson.slug)
    reporter = actor.id if isinstance(actor, User) else None
    twin = db.session.scalar(
        _open(course).where(
            Report.lesson_id == lesson.id,
            Report.text == text,
            Report.quote == quote,
            Report.reporter_id.is_not_distinct_from(reporter),
        )
    )
    if twin is not None:
        return twin
    report = Report(
        course_id=course.id,
        lesson_id=lesson.id,
        edition_id=edition.id,
        language=language,
        text=text,
        quote=quote,
        reporter_id=reporter,
        at=journal.now(),
    )
    db.session.add(report)
    db.session.flush()
    journal.record(actor, Verb.REPORTED, f"report:{report.id}", course_id=course.id)
    for person in _trainers(course) or _administrators():
        _tell(person, course, catalogue.text_of(edition), said, report)
    return report


def open_reports(
    actor: Actor, course: Course, *, before: int | None = None
) -> tuple[Sequence[Reported], bool]:
    """What is not settled, the newest first, a page of it, and whether there is more.

    ``before`` continues below the report with this id.
    """
    require(actor, Action.SEE_REPORTS, course)
    query = _open(course).order_by(Report.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(Report.id < before)
    rows = db.session.execute(
        query.add_columns(Lesson, User)
        .join(Lesson, Lesson.id == Report.lesson_id)
        .outerjoin(User, User.id == Report.reporter_id)
    ).all()
    return [Reported(*row) for row in rows[:PAGE]], len(rows) > PAGE


def settle_report(actor: Actor, course: Course, number: int) -> None:
    """Say that it is dealt with; a second time changes nothing. Missing for another course's."""
    require(actor, Action.SEE_REPORTS, course)
    mine = Report.id == number, Report.course_id == course.id
    if db.session.scalar(select(Report.id).where(*mine)) is None:
        raise Missing(_("There is no such report."))
    claimed = db.session.scalar(
        update(Report)
        .where(*mine, Report.resolved_at.is_(None))
        .values(resolved_at=journal.now(), resolved_by=actor_id(actor))
        .returning(Report.id)
    )
    if claimed is not None:
        audit.record(
            actor,
            Verb.SETTLED,
            f"report:{number}",
            course_id=course.id,
            changes={"open": (True, False)},
        )


def count_open(ids: Collection[int]) -> dict[int, int]:
    """Course id → how many reports are open there, of the courses where there are any."""
    found = db.session.execute(
        select(Report.course_id, func.count())
        .where(Report.course_id.in_(ids), Report.resolved_at.is_(None))
        .group_by(Report.course_id)
    )
    return dict(found.all())


def _open(course: Course) -> Select[Report]:
    return select(Report).where(Report.course_id == course.id, Report.resolved_at.is_(None))


def _clean(text: str) -> str:
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n")).strip()


def _tell(
    person: User, course: Course, text: CourseText, lesson: LessonText, report: Report
) -> None:
    mail.enqueue(
        MailKind.REPORT,
        to=person.email,
        language=person.language,
        name=person.name,
        course=text.say(person.language).title,
        lesson=lesson.say(person.language).title,
        course_at=f"courses/{course.slug}",
        lesson_at=lesson.slug,
        text=report.text,
        quote=report.quote,
    )


def _trainers(course: Course) -> Sequence[User]:
    teaching = select(CourseRoleGrant.user_id).where(
        CourseRoleGrant.course_id == course.id,
        CourseRoleGrant.role.in_([CourseRole.OWNER, CourseRole.TRAINER]),
    )
    return _reachable(teaching)


def _administrators() -> Sequence[User]:
    return _reachable(
        select(SiteRoleGrant.user_id).where(SiteRoleGrant.role == SiteRole.ADMINISTRATOR)
    )


def _reachable(ids: Select[int]) -> Sequence[User]:
    """Of these people, those whose address is theirs and who are not suspended."""
    reachable = (
        select(User)
        .where(User.id.in_(ids), User.confirmed_at.is_not(None), User.suspended_at.is_(None))
        .order_by(User.id)
    )
    return db.session.scalars(reachable).all()
