"""The gradebook: who is where in a course, attempts and results; and as a file for a spreadsheet."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from flask import Response, current_app, render_template
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from lms.content.outline import CourseText, LessonText
from lms.database import begin_reading, begin_writing, db
from lms.domain import catalogue, journal
from lms.domain.learning import gradebook
from lms.domain.learning.gradebook import Learner, Places
from lms.domain.learning.standings import EPOCH
from lms.models import Course, User
from lms.render import sheet
from lms.web import access, charts, language, rosters
from lms.web.admin.shared import page_number
from lms.web.people_only import pages
from lms.web.store import Store

bp = pages("studio_learners", __name__)

FRESH = timedelta(minutes=1)
Numbers = tuple[Places, Sequence[tuple[int, int]]]


@bp.record_once
def keep_numbers(state: BlueprintSetupState) -> None:
    """Each process keeps the numbers of so many courses for a minute; they name nobody."""
    state.app.extensions["gradebooks"] = Store(1_000_000)


@bp.get("/<slug>/learners")
def book(slug: str) -> str:
    """Everybody in the course, a page at a time."""
    me, course, text = _here(slug)
    wanted = rosters.wanted()
    rows, goes_on = gradebook.learners(me, course, wanted, page=page_number())
    places, weeks = _numbers(course)
    members = places.figures.members
    going_on = [lesson for lesson in text.lessons if places.here.get(lesson.slug)]
    shares = [(lesson, places.here[lesson.slug]) for lesson in going_on]
    return render_template(
        "studio/learners.html",
        course=course,
        text=text,
        said=text.say(language.current()),
        figures=places.figures,
        chart=charts.chart(members, weeks, journal.now()),
        here=_bars(shares),
        going_on=[(lesson, count) for lesson, count in shares],
        here_words={"": _("All"), **{one.slug: _title(one) for one in text.lessons}},
        graded=graded_of(text),
        rows=list(zip(rows, rosters.shown([one.row for one in rows], text), strict=True)),
        state_words=rosters.STATE_WORDS,
        order_words=rosters.ORDER_WORDS,
        wanted=wanted,
        kept=rosters.kept(wanted),
        page=page_number(),
        goes_on=goes_on,
    )


@bp.get("/<slug>/learners.csv")
def table(slug: str) -> Response:
    """The same as a file, all pages; the audit log says who took it along."""
    begin_writing()
    me, course, text = _here(slug)
    gradebook.take_along(me, course)
    db.session.commit()
    begin_reading()  # a long list must not keep others from writing
    me, course, text = _here(slug)
    rows = gradebook.every_learner(me, course, rosters.wanted())
    answer = Response("".join(sheet.csv_of(_table(rows, text))), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{course.slug}.csv"'
    return answer


def graded_of(text: CourseText) -> list[LessonText]:
    """The lessons that have results."""
    return [lesson for lesson in text.lessons if lesson.is_graded]


def _here(slug: str) -> tuple[User, Course, CourseText]:
    me, course = access.user(), catalogue.find_course(slug)
    return me, course, catalogue.text_of(catalogue.current_edition(course))


def _numbers(course: Course) -> Numbers:
    """How many are where, and finished when; they may be a minute old."""
    store: Store = current_app.extensions["gradebooks"]
    now, known = journal.now(), store.get(course.id)
    if known is None or not timedelta() <= now - known[0] < FRESH:
        numbers = gradebook.places(course), gradebook.finished_by_week(course)
        known = now, numbers
        store.put(course.id, known, 4000)
    found: Numbers = known[1]
    return found


def _bars(shares: Sequence[tuple[LessonText, int]]) -> charts.Bars:
    most = max((count for _lesson, count in shares), default=1)
    return charts.bars(
        [(str(at), str(count), count / most) for at, (_lesson, count) in enumerate(shares, start=1)]
    )


def _title(lesson: LessonText) -> str:
    return lesson.say(language.current()).title


def _table(rows: Iterator[Learner], text: CourseText) -> Iterator[tuple[object, ...]]:
    graded = graded_of(text)
    titles = {lesson.slug: _title(lesson) for lesson in text.lessons}
    yield (
        _("Name"),
        _("State"),
        _("Lessons done"),
        _("Lessons in all"),
        _("Goes on with"),
        _("Last active"),
        *(
            head
            for one in graded
            for head in (
                _("%(lesson)s: best, in per cent", lesson=titles[one.slug]),
                _("%(lesson)s: attempts", lesson=titles[one.slug]),
            )
        ),
    )
    for learner in rows:
        row = learner.row
        yield (
            row.name,
            _(rosters.STATES[row.state]),
            row.done,
            row.required,
            titles.get(row.here, ""),
            None if row.last_day is None else EPOCH + timedelta(days=row.last_day),
            *(cell for one in graded for cell in _cells(learner, one.slug)),
        )


def _cells(learner: Learner, slug: str) -> tuple[object, object]:
    result = learner.results.get(slug)
    return (result.best, result.attempts) if result else (None, None)
