"""Facts that age: when they were last checked, and by when they should be again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lms.content.outline import CourseText, LessonText


@dataclass(frozen=True, slots=True)
class Age:
    """Of a lesson, or of the course where its lessons say nothing of their own (lesson None).

    checked: None for never. due: None where nobody said how often.
    """

    lesson: LessonText | None
    checked: date | None
    due: date | None

    def is_overdue(self, today: date) -> bool:
        """Whether somebody should look again."""
        return self.due is not None and self.due <= today


def ages_of(text: CourseText) -> list[Age]:
    """What says that it ages, what is due first at the top."""
    return sorted(_ages(text), key=lambda age: (age.due or date.max, age.checked or date.min))


def _ages(text: CourseText) -> Iterator[Age]:
    if text.checked or text.review:
        yield _age(text, None)
    for lesson in text.lessons:
        if lesson.checked or lesson.review:
            yield _age(text, lesson)


def _age(text: CourseText, lesson: LessonText | None) -> Age:
    """A lesson that says only when, or only how often, takes the other from its course."""
    one = lesson or text
    checked, review = one.checked or text.checked, one.review or text.review
    due = None if review is None else checked + review.length if checked else date.min
    return Age(lesson, checked, due)
