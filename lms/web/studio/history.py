"""The editions of a course: who, when, what; an old one again; as a file; and a file as a draft."""

from io import BytesIO

from flask import render_template, request, send_file, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import FileField

from lms.content import archive
from lms.content.tree import CourseTree, TreeError
from lms.database import begin_writing, db
from lms.domain import blobs, catalogue, editions
from lms.domain.drafts import drafts, publication
from lms.domain.errors import Invalid, _
from lms.domain.permissions import Action, may
from lms.models import Course
from lms.web import access, allowance
from lms.web.admin.shared import Answer, back, page_number, refused
from lms.web.forms import Form
from lms.web.people_only import pages
from lms.web.studio.shared import DONE, confirm, course_here, title_here

bp = pages("studio_history", __name__)

LARGEST = 50 * 1024 * 1024
"""Bytes of a file that is uploaded."""


class UploadForm(Form):
    """A course as a ZIP file."""

    file = FileField(lazy_gettext("A ZIP file"), render_kw={"accept": ".zip", "required": True})


@bp.get("/<slug>/history")
def history(slug: str) -> str:
    """All editions, the newest first."""
    course = course_here(slug)
    return _page(course, UploadForm())


@bp.get("/<slug>/history/<int:edition_number>/again")
def ask_to_publish(slug: str, edition_number: int) -> str:
    """What it means to go back."""
    course = course_here(slug, Action.PUBLISH)
    edition = editions.find(course, edition_number)
    return confirm(
        course,
        title=gettext("Publish edition %(number)s again", number=edition.number),
        intro=title_here(course),
        sentences=[
            gettext(
                "It becomes the newest edition. What was published after it is undone for learners."
            ),
            gettext(
                "Nothing is lost: every edition stays in this list, and drafts stay as they are."
            ),
        ],
        button=gettext("Publish it again"),
        back=url_for(".history", slug=slug),
        is_grave=False,
    )


@bp.post("/<slug>/history/<int:edition_number>/again")
def publish_again(slug: str, edition_number: int) -> Response:
    """Undo by publishing what was there."""
    me, course = access.user(), course_here(slug, Action.PUBLISH)
    note = gettext("Edition %(number)s again", number=edition_number)
    publication.publish_again(me, course, edition_number, note)
    db.session.commit()
    return back(".history", "published", slug=slug)


@bp.post("/<slug>/history/<int:edition_number>/draft")
def restore(slug: str, edition_number: int) -> Response:
    """Its files into my draft, to go on from there."""
    me, course = access.user(), course_here(slug, Action.EDIT_COURSE)
    tree = catalogue.tree_of(editions.find(course, edition_number))
    drafts.change(me, course, tree)
    db.session.commit()
    return back("studio_changes.changes", "restored", slug=slug)


@bp.get("/<slug>/history/<int:edition_number>.zip")
def download(slug: str, edition_number: int) -> Response:
    """The folder, as one file."""
    me, course = access.user(), course_here(slug)
    edition = editions.take_along(me, course, edition_number)
    packed = archive.to_zip(catalogue.tree_of(edition))
    name = f"{course.slug}-{edition_number}.zip"
    return send_file(BytesIO(packed), "application/zip", as_attachment=True, download_name=name)


@bp.post("/<slug>/upload")
def upload(slug: str) -> Answer:
    """A folder that was changed elsewhere becomes my draft."""
    me, course = access.user(), course_here(slug, Action.EDIT_COURSE)
    public_id = me.public_id
    begin_writing()  # what was asked is answered: a slow line holds no lock
    request.max_content_length = LARGEST
    form = UploadForm()
    try:
        tree = _unpacked(public_id)
        course = course_here(slug, Action.EDIT_COURSE)
        drafts.change(access.user(), course, tree)
    except Invalid as error:
        refused(form, error)
        return _page(course_here(slug), form), 422
    db.session.commit()
    return back("studio_changes.changes", "uploaded", slug=slug)


def _unpacked(public_id: str) -> CourseTree:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid(_("Choose a file."), field="file")
    try:
        tree = archive.from_zip(sent.stream)  # type: ignore[arg-type]
    except TreeError as error:
        raise Invalid(error.message, field="file", **error.values) from error
    if "course.md" not in tree:
        raise Invalid(_("There is no course.md in this file."), field="file")
    allowance.for_upload(public_id, sum(len(tree[path]) for path in tree.paths))
    blobs.store(tree)
    return tree


def _page(course: Course, form: UploadForm) -> str:
    me = access.user()
    rows, is_more = editions.listed(course, page=page_number())
    return render_template(
        "studio/history.html",
        course=course,
        course_title=title_here(course),
        rows=rows,
        page=page_number(),
        goes_on=is_more,
        form=form,
        edits=may(me, Action.EDIT_COURSE, course),
        publishes=may(me, Action.PUBLISH, course),
        done=DONE.get(request.args.get("done", "")),
    )
