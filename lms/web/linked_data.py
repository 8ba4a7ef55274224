"""What search engines read about courses and lessons: schema.org as JSON-LD."""

from typing import Any

from lms.content.outline import CourseText, LessonText
from lms.models import Course, Edition
from lms.web import identity, language
from lms.web.licences import licence_url
from lms.web.theme import public_url_for

Data = dict[str, Any]


def of_course(edition: Edition, text: CourseText, address: str) -> Data:
    """https://schema.org/Course"""
    words = text.say(language.current())
    return _without_gaps(
        {
            "@context": "https://schema.org",
            "@type": "Course",
            "url": address,
            "name": words.title,
            "description": words.summary,
            "inLanguage": words.language,
            "availableLanguage": list(text.languages),
            "educationalLevel": text.level,
            "timeRequired": f"PT{text.hours}H" if text.hours.isdigit() else "",
            "isAccessibleForFree": True,
            "license": licence_url(text.license) or text.license,
            "version": edition.number,
            "dateModified": edition.published_at.date().isoformat(),
            "author": [{"@type": "Person", "name": name} for name in text.trainers],
            "provider": _provider(),
            "hasCourseInstance": {"@type": "CourseInstance", "courseMode": "Online"},
        }
    )


def of_lesson(
    course: Course, edition: Edition, text: CourseText, lesson: LessonText, address: str
) -> Data:
    """https://schema.org/LearningResource"""
    return _without_gaps(
        {
            "@context": "https://schema.org",
            "@type": "LearningResource",
            "url": address,
            "name": lesson.say(language.current()).title,
            "inLanguage": lesson.say(language.current()).language,
            "learningResourceType": lesson.kind.value,
            "timeRequired": f"PT{lesson.minutes}M" if lesson.minutes else "",
            "isAccessibleForFree": True,
            "license": licence_url(text.license) or text.license,
            "dateModified": edition.published_at.date().isoformat(),
            "isPartOf": {
                "@type": "Course",
                "name": text.say(language.current()).title,
                "url": public_url_for("learn.course", slug=course.slug),
            },
        }
    )


def _provider() -> Data:
    return {
        "@type": "Organization",
        "name": identity.name(),
        "url": public_url_for("learn.catalogue"),
    }


def _without_gaps(data: Data) -> Data:
    return {name: value for name, value in data.items() if value not in ("", [])}
