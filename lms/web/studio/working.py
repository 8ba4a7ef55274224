"""What the pages about one file share: the course as this person is writing it, and what the check says."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import request, url_for
from flask_babel import gettext, ngettext

from lms.content import editing, understanding
from lms.content.check import read_course
from lms.content.outline import CourseText, LessonKind, LessonText
from lms.content.reading.sections import NO_ID
from lms.content.source import Problem, Severity
from lms.content.tree import CourseTree
from lms.domain.drafts import drafts, rows
from lms.domain.errors import Missing, _
from lms.domain.permissions import Action, may
from lms.models import Course, User

MOST_OTHERS = 10
"""How many other files with errors are named."""
_NO_ID = tuple(NO_ID.format(thing=thing) for thing in ("heading", "question", "entry"))


@dataclass(frozen=True, slots=True)
class Work:
    """The course as somebody is writing it: what texts of a draft may show and lead to."""

    slug: str
    tree: CourseTree
    by: str = ""
    """The public id of whoever writes it, if that is not the reader."""

    @property
    def digest(self) -> str:
        """Of its tree."""
        return self.tree.digest

    def text(self) -> CourseText:
        """What it says; Missing as long as there is no course.md."""
        text = self.text_if_any()
        if text is None:
            raise Missing(_("The course has no file course.md yet, so nothing can be shown."))
        return text

    def text_if_any(self) -> CourseText | None:
        """The same, None without a course.md."""
        return _read(self.tree)[0]

    def problems(self) -> Sequence[Problem]:
        """What the check says to all its files."""
        return _read(self.tree)[1]

    def digests(self) -> Mapping[str, str]:
        """Its files."""
        return self.tree.digests

    def address_of(self, path: str, digest: str) -> str:
        """For those who write it, and nobody else."""
        return self._address("studio_preview.file", digest=digest, path=path)

    def lesson_address(self, lesson: LessonText, language: str) -> str:
        """Its preview."""
        return self._address("studio_preview.page", lang=language, path=lesson.path)

    def course_address(self, language: str) -> str:
        """Likewise."""
        return self._address("studio_preview.page", lang=language, path="course.md")

    def _address(self, endpoint: str, **places: str) -> str:
        return url_for(endpoint, slug=self.slug, by=self.by or None, **places)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Remark:
    """What the check says to a line: the line itself beside it."""

    line: int
    severity: Severity
    message: str
    row: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question in this line was understood as."""

    line: int
    prompt: str
    facts: str


@dataclass(frozen=True, slots=True)
class Looked:
    """All that is said beside a file. nameless: headings without an id; elsewhere: errors in other files."""

    remarks: Sequence[Remark]
    understood: Sequence[Understood]
    nameless: int
    elsewhere: Sequence[tuple[str, int]]
    others: Sequence[User]

    def count(self, severity: str) -> int:
        """How many are as bad as this."""
        return sum(remark.severity == severity for remark in self.remarks)


def work_of(me: User, course: Course, by: str = "") -> Work:
    """The course as this person is writing it, or as somebody else is."""
    if by:
        return Work(course.slug, drafts.tree_of(drafts.find_by(me, course, by).draft), by)
    return Work(course.slug, drafts.working_tree(me, course))


def may_save(me: User, course: Course, path: str) -> bool:
    """Translators may change the files of their languages only."""
    is_theirs = drafts.is_translation(path)
    return may(me, Action.TRANSLATE_COURSE if is_theirs else Action.EDIT_COURSE, course)


def seen(me: User, course: Course, path: str) -> tuple[bytes | None, int]:
    """The file and its version; None for one that is not there (yet, or any more)."""
    try:
        found = drafts.file_of(me, course, path)
    except Missing:
        draft = drafts.find_draft(course, me)
        row = rows.find(draft, path) if draft else None
        return None, row.version if row else 0
    return found.data, found.version


def text_of(me: User, course: Course, path: str) -> str:
    """The text of a file that this person may change; Missing for any other."""
    data, _version_there = seen(me, course, path)
    text = editing.text_of(data) if data is not None and path.endswith(".md") else None
    if text is None or not may_save(me, course, path):
        raise Missing(_("There is no such file."))
    return text


def write_into(me: User, course: Course, path: str, piece: str, line: int) -> None:
    """Put a piece before the heading in this line, or at the end of the file as it is now."""
    data, version = seen(me, course, path)
    before = data or b""
    text = editing.inserted(editing.text_of(before) or "", piece, line)
    drafts.save_file(me, course, path, editing.bytes_of(text, before), version=version)


def look(me: User, course: Course, work: Work, path: str) -> Looked:
    """The check of the whole course, as far as it is about this file."""
    problems = work.problems()
    here = [problem for problem in problems if problem.file == path]
    named = [problem for problem in here if problem.message not in _NO_ID]
    text = editing.text_of(work.tree[path]) if path in work.tree else None
    lines = (text or "").split("\n")
    errors = Counter(one.file for one in problems if one.severity is Severity.ERROR)
    return Looked(
        remarks=[_remark(problem, lines) for problem in named],
        understood=_understood(work, path),
        nameless=len(here) - len(named),
        elsewhere=[one for one in errors.most_common(MOST_OTHERS + 1) if one[0] != path],
        others=drafts.others_editing(course, path, me),
    )


def is_survey(work: Work, path: str) -> bool:
    """Whether the questions of this file have no right answers."""
    text = work.text_if_any()
    lessons = text.lessons if text else ()
    return any(one.kind is LessonKind.SURVEY for one in lessons if one.path == path)


def wants_json() -> bool:
    """Whether a script asks, which goes on with what it gets."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def _remark(problem: Problem, lines: Sequence[str]) -> Remark:
    row = lines[problem.line - 1] if 0 < problem.line <= len(lines) else ""
    return Remark(problem.line, problem.severity, problem.message, row.strip()[:120])


def _understood(work: Work, path: str) -> list[Understood]:
    text = work.text_if_any()
    return [
        Understood(
            question.line,
            question.words[question.language].prompt,
            _said(understanding.facts(question)),
        )
        for lesson in (text.lessons if text else ())
        for question in lesson.questions
        if question.path == path
    ]


def _said(facts: Sequence[understanding.Fact]) -> str:
    return str(gettext(", ")).join(
        str(gettext(one.one) if one.one == one.many else ngettext(one.one, one.many, one.num))
        for one in facts
    )


@lru_cache(maxsize=4)
def _read(tree: CourseTree) -> tuple[CourseText | None, Sequence[Problem]]:
    """Parsed once for the messages and the preview that follow each save."""
    return read_course(tree)
