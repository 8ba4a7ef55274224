"""The public pages: catalogue, course, lesson, and what changed; and the Done button."""

import re
from pathlib import Path

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.content.outline import CourseText
from lms.database import db
from lms.domain import catalogue, paths
from lms.domain.learning import completion
from lms.domain.learning.progress import Progress, progress_in, progress_of
from lms.models import Course, Edition, Lesson
from lms.web import access, course_page, lesson_page, places, quiz_start, rendering
from lms.web.shelf import take
from lms.web.theme import LEVELS
from lms.web.versions import languages_of_all, versions

bp = Blueprint("learn", __name__)
bp.before_request(take)

CHANGES = Path(__file__).parent.parent / "CHANGELOG.md"


@bp.get("/", endpoint="catalogue")
def courses() -> str:
    """Every course, or those in one language or of one level."""
    rows = [
        (course, catalogue.text_of(edition)) for course, edition in catalogue.current_editions()
    ]
    languages = languages_of_all(text for _course, text in rows)
    levels = [level for level in LEVELS if any(level == text.level for _course, text in rows)]
    wanted = {
        "language": _choice("language", languages),
        "level": _choice("level", levels),
    }
    me = access.me()
    return render_template(
        "learn/catalogue.html",
        courses=[row for row in rows if _fits(row[1], **wanted)],
        progress=progress_in(me, rows) if me else {},
        paths=paths.every(),
        wanted=wanted,
        languages_here=languages,
        levels_here=levels,
        versions=versions("learn.catalogue", languages),
    )


@bp.get("/courses/")
def shelf() -> Response:
    """Who shortens the address of a course finds all courses."""
    return redirect(url_for("learn.catalogue"), 301)


@bp.get("/courses/<slug>/")
def course(slug: str) -> str:
    """What one will be able to do, what is inside, and what earns the certificate."""
    found = catalogue.find_course(slug)
    edition = catalogue.current_edition(found)
    return course_page.page(found, edition, catalogue.text_of(edition), _progress(found, edition))


@bp.get("/courses/<slug>/<module>/<name>")
def lesson(slug: str, module: str, name: str) -> Response | str | tuple[str, int]:
    """One lesson; an earlier name of it leads to where it is now."""
    place = places.find(slug, f"{module}/{name}")
    if place is None:
        found = catalogue.find_course(slug)
        return redirect(_address(found, catalogue.find_lesson(found, f"{module}/{name}").slug), 301)
    said = place.text.lesson(place.lesson)
    if said is None:
        return render_template("learn/retired.html", course=place.course, text=place.text), 410
    me = access.me()
    progress = progress_of(me, place.course, place.text) if me else None
    if said.is_asked:
        return quiz_start.page(place, said, progress)
    return lesson_page.page(place, said, progress)


@bp.post("/courses/<slug>/<module>/<name>/completion")
def done(slug: str, module: str, name: str) -> Response:
    """Done, and on to the next lesson; after the last one back to the course."""
    found, row = _current(slug, f"{module}/{name}")
    completion.complete_lesson(access.user(), found, row.slug)
    db.session.commit()
    place = lesson_page.place_of(catalogue.text_of(catalogue.current_edition(found)), row.slug)
    if place.after is None:
        return redirect(url_for("learn.course", slug=slug), 303)
    return redirect(_address(found, place.after.slug), 303)


@bp.post("/courses/<slug>/<module>/<name>/completion/undo")
def reopen(slug: str, module: str, name: str) -> Response:
    """Not done after all."""
    found, row = _current(slug, f"{module}/{name}")
    completion.reopen_lesson(access.user(), found, row.slug)
    db.session.commit()
    return redirect(_address(found, row.slug), 303)


@bp.get("/about/changes")
def changes() -> str:
    """What is new, for the people who use the platform."""
    head, *releases = re.split(r"^## ", CHANGES.read_text("utf-8"), flags=re.MULTILINE)
    return render_template(
        "learn/changes.html",
        intro=rendering.plain(head.partition("\n")[2]),
        releases=[
            (title, rendering.plain(body))
            for title, body in (release.split("\n", 1) for release in releases)
        ],
        versions=versions("learn.changes", ["en"]),
    )


def _fits(text: CourseText, language: str, level: str) -> bool:
    return language in {"", *text.languages} and level in {"", text.level}


def _choice(name: str, choices: list[str]) -> str:
    value = request.args.get(name, "")
    return value if value in choices else ""


def _progress(found: Course, edition: Edition) -> Progress | None:
    me = access.me()
    return progress_of(me, found, catalogue.text_of(edition)) if me else None


def _current(slug: str, lesson_slug: str) -> tuple[Course, Lesson]:
    found = catalogue.find_course(slug)
    return found, catalogue.find_lesson(found, lesson_slug)


def _address(found: Course, lesson_slug: str) -> str:
    module, name = lesson_slug.split("/")
    return url_for("learn.lesson", slug=found.slug, module=module, name=name)
