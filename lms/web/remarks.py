"""What is to say about a lesson where it is listed or opened: each rule that matters now, in words."""

from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.content.outline import CourseText, LessonText, ModuleText, Requirement, Requires
from lms.domain import journal
from lms.domain.learning import attempts, rules
from lms.domain.learning.progress import Progress, RequirementState
from lms.domain.learning.states import LessonState
from lms.web import theme
from lms.web.moments import moment


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence; whether what it says stands in the way of beginning, and whether for good.

    topic: "new" or "best" where a page may say that in its own way.
    """

    words: str
    topic: str = ""
    in_the_way: bool = False
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """What earns the certificate, in words; for a learner whether it holds, how far, and what is missing."""

    words: str
    holds: bool = False
    so_far: str = ""
    missing: tuple[LessonState, ...] = ()


def init_app(app: Flask) -> None:
    """Templates ask for them by name."""
    app.jinja_env.globals.update(
        remarks=remarks, may_be_marked=may_be_marked, module_minutes=module_minutes
    )


def remarks(text: CourseText, lesson: LessonText, state: LessonState | None) -> list[Remark]:
    """All of them, the most important first; for a visitor (no state) what holds for everybody."""
    now = journal.now()
    if state is None:
        return _shut(rules.closed(lesson, text, (), now)) + _dates(lesson, None, now)
    if state.done_at is not None:
        return []
    said = [Remark(_("New since you finished."), topic="new")] if state.is_new else []
    return said + _shut(state.closed) + _tries(state, now) + _dates(lesson, state, now)


def may_be_marked(text: CourseText, lesson: LessonText, progress: Progress | None) -> bool:
    """Whether this browser may remember the lesson as done: for visitors, who have no progress."""
    return progress is None and rules.open_to_visitors(lesson, text, journal.now())


def refusal(state: LessonState) -> str:
    """Why no attempt may be begun now, also where the lesson is done; empty when one may."""
    now = journal.now()
    why = attempts.why_not(state, now)
    if why is None:
        return ""
    shut = state.closed or rules.closed_by_date(state.lesson, now)
    if shut is not None:
        return theme.reason(shut)
    if state.attempts_left != 0 and state.free_at is not None:
        return str(_("The next attempt may begin on %(moment)s.", moment=moment(state.free_at)))
    return str(_(why.sentence))


def conditions(text: CourseText, progress: Progress | None) -> list[Condition]:
    """What earns the certificate; nothing for a course without one."""
    if text.certificate is None:
        return []
    if progress is None:
        return [Condition(_requirement(one)) for one in text.complete]
    return [_condition(one, progress) for one in progress.requirements]


def module_minutes(module: ModuleText) -> int:
    """How long a module takes: as it says, else what its lessons say if each of them does; 0: unknown."""
    each = [lesson.minutes for lesson in module.lessons]
    return module.minutes or (sum(filter(None, each)) if all(each) else 0)


# --- lessons ------------------------------------------------------------------------------------


def _shut(closed: rules.Closed | None) -> list[Remark]:
    if closed is None:
        return []
    return [Remark(theme.reason(closed), in_the_way=True, for_good=closed.is_over)]


def _tries(state: LessonState, now: datetime) -> list[Remark]:
    """What is left, and what was reached."""
    said = []
    if state.open_attempt:
        said.append(Remark(_("You have begun an attempt; your answers are saved.")))
    elif state.waiting and state.last_submitted:
        day = theme.day(state.last_submitted)
        said.append(Remark(_("Handed in on %(day)s; waits for a trainer.", day=day)))
    elif state.attempts_left == 0:
        said.append(Remark(_("All attempts are used."), in_the_way=True, for_good=True))
    elif state.free_at is not None and now < state.free_at:
        words = _("The next attempt may begin on %(moment)s.", moment=moment(state.free_at))
        said.append(Remark(words, in_the_way=True))
    if state.best is not None:
        mark = theme.share(state.lesson.rules.pass_mark)
        best = theme.percent(state.best)
        words = _("Best so far %(best)s, needs %(mark)s.", best=best, mark=mark)
        said.append(Remark(words, topic="best"))
    if state.attempts_left:
        left = ngettext("%(num)d attempt left.", "%(num)d attempts left.", state.attempts_left)
        said.append(Remark(left))
    return said


def _dates(lesson: LessonText, state: LessonState | None, now: datetime) -> list[Remark]:
    """When it is due (that never closes it), and when it will close."""
    said = []
    due = state.due if state else rules.due_at(lesson, None)
    if due is not None:
        said.append(Remark(_due(due, lesson, now)))
    closes = lesson.rules.closes
    if closes is not None and now < closes:
        said.append(Remark(_("Closes on %(moment)s.", moment=moment(closes))))
    return said


def _due(due: datetime, lesson: LessonText, now: datetime) -> str:
    if now < due:
        return str(_("Due on %(moment)s.", moment=moment(due)))
    if rules.closed_by_date(lesson, now) is not None:
        return str(_("Was due on %(moment)s.", moment=moment(due)))
    return str(_("Was due on %(moment)s (you can still do it).", moment=moment(due)))


# --- the certificate ----------------------------------------------------------------------------


def _condition(one: RequirementState, progress: Progress) -> Condition:
    so_far = ""
    if one.missing and one.requirement.kind is Requires.ALL_LESSONS:
        so_far = _("%(done)s of %(all)s done", done=progress.done, all=progress.required)
    elif one.missing and one.requirement.kind is Requires.EXAM:
        best = [state.best for state in one.missing if state.best is not None]
        so_far = _("best so far %(best)s", best=theme.percent(min(best))) if best else ""
    return Condition(_requirement(one.requirement), not one.missing, str(so_far), one.missing)


def _requirement(one: Requirement) -> str:
    """A condition of the certificate in words."""
    sentences = {
        Requires.ALL_LESSONS: _("all required lessons done"),
        Requires.ASSIGNMENT: _("assignment reviewed"),
        Requires.EXAM: _("final exam passed"),
    }
    if one.score is not None:
        return str(_("final exam with at least %(percent)s", percent=theme.share(one.score)))
    return str(sentences[one.kind])
