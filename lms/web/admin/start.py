"""Where an administrator begins: what needs attention, and the way to everything else."""

from flask import render_template

from lms.domain import catalogue, jobs, reports, undelivered
from lms.domain.jobs import State
from lms.web import access, language
from lms.web.admin.shared import pages

bp = pages("admin", __name__)


@bp.get("/")
def start() -> str:
    """Failed jobs, refused mails, open reports."""
    me = access.user()
    editions = catalogue.current_editions()
    titles = {
        course.id: (course.slug, catalogue.text_of(edition).say(language.current()))
        for course, edition in editions
    }
    opened = reports.count_open(titles.keys())
    return render_template(
        "admin/start.html",
        failed=jobs.counts(me)[State.FAILED],
        refused=undelivered.count(me),
        reports=[(*titles[course_id], count) for course_id, count in sorted(opened.items())],
    )
