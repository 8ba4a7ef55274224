"""What a new lesson begins with, in the language of its course: something to write over."""

from flask_babel import force_locale
from flask_babel import gettext as _

from lms.content.outline import LessonKind
from lms.web import language

KINDS = (
    LessonKind.PAGE,
    LessonKind.QUIZ,
    LessonKind.EXAM,
    LessonKind.ASSIGNMENT,
    LessonKind.SURVEY,
    LessonKind.ATTENDANCE,
)
"""What can be begun here."""


def body_of(kind: LessonKind, spoken: str) -> str:
    """The Markdown below the settings."""
    with force_locale(spoken if spoken in language.LANGUAGES else "en"):
        if kind in {LessonKind.QUIZ, LessonKind.EXAM}:
            question, right, wrong = _("Write a question"), _("The right answer"), _("Another one")
            return f"## ? {question} {{#q1}}\n\n- (x) {right}\n- ( ) {wrong}\n"
        if kind is LessonKind.SURVEY:
            question, one, other = _("Write a question"), _("One answer"), _("Another one")
            return f"## ? {question} {{#q1}}\n\n- ( ) {one}\n- ( ) {other}\n"
        if kind is LessonKind.ASSIGNMENT:
            task, clear, says = _("Say what is to be written"), _("Clear"), _("what earns points")
            return f"## ? {task} {{#q1}}\n\n- ____ 50-300 words\n\n### Rubric\n\n- {clear} (0-4): {says}\n"
        return f"{_('Write here what people should know.')}\n"
