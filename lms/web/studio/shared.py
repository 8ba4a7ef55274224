"""What the pages of the studio share: which course, whose draft, and what was done."""

from collections.abc import Mapping

from flask import render_template

from lms.content.source import read_source
from lms.content.tree import CourseTree
from lms.domain import catalogue
from lms.domain.drafts import drafts
from lms.domain.drafts.drafts import Listed
from lms.domain.errors import _
from lms.domain.permissions import Action, require
from lms.models import Course
from lms.web import access

DONE: Mapping[str, str] = {
    "begun": _("The course is there. Nobody else sees it until you publish it."),
    "added": _("It is in the outline now."),
    "renamed": _("It is called so now."),
    "moved": _("It is at its new place."),
    "removed": _("It is out of your draft. Learners see it until you publish."),
    "taken-back": _("This file is again as it is published."),
    "chosen": _("Your choice is kept."),
    "discarded": _("Your draft is gone."),
    "published": _("It is published. Learners see it from now on."),
    "scheduled": _("It will be published at that time."),
    "cancelled": _("It will not be published at that time."),
    "restored": _("Your draft says now what that edition said. Nothing is published yet."),
    "uploaded": _("Your draft says now what the file says. Nothing is published yet."),
}


def course_here(slug: str, action: Action = Action.SEE_STUDIO) -> Course:
    """The course in the address; 404, or 403 for who may not do this there."""
    me = access.user()
    course = catalogue.find_course(slug)
    require(me, action, course)
    return course


def draft_here(course: Course, public_id: str) -> Listed | None:
    """The draft of this person; mine when there is no number, None when I have none."""
    me = access.user()
    if public_id:
        return drafts.find_by(me, course, public_id)
    mine = [one for one in drafts.listed(me, course) if one.owner.id == me.id]
    return mine[0] if mine else None


def title_here(course: Course) -> str:
    """What the course is called in my draft."""
    return drafts.title_of(course, drafts.working_tree(access.user(), course))


def tree_here(course: Course) -> CourseTree:
    """The course as I am writing it."""
    return drafts.working_tree(access.user(), course)


def written_in(tree: CourseTree) -> str:
    """The language of the course's own texts."""
    said = read_source("course.md", tree.get("course.md")).header.get("language")
    return said.text if said else "en"


def confirm(course: Course, **said: object) -> str:
    """One page, one question, one button. said: title, intro, sentences, button, back, is_grave."""
    return render_template(
        "studio/confirm.html", course=course, course_title=title_here(course), **said
    )
