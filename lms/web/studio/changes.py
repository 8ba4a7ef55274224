"""What a draft changes: the files, one file beside what is published, conflicts, giving up."""

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.content import compare, editing
from lms.content.tree import CourseTree
from lms.database import db
from lms.domain.drafts import drafts, publication, rows
from lms.domain.drafts.drafts import Listed
from lms.domain.errors import Missing, _
from lms.domain.permissions import Action, may
from lms.models import Course, DraftFile
from lms.web import access, numbers
from lms.web.admin.shared import back
from lms.web.people_only import pages
from lms.web.studio import beside
from lms.web.studio.shared import DONE, confirm, course_here, draft_here, title_here, written_in

bp = pages("studio_changes", __name__)

MOST = 500
"""Files that are shown."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A file of the draft: what became of it, and whether a newer edition changed it, too.

    was: what it is called where it is published; "" for a file that is new.
    """

    path: str
    what: str
    was: str
    clashes: bool

    @property
    def is_text(self) -> bool:
        """Whether its lines can be compared."""
        return self.path.endswith((".md", ".txt"))


@bp.get("/<slug>/changes")
def changes(slug: str) -> str:
    """My draft, or that of somebody else in the course (``by``)."""
    me, course = access.user(), course_here(slug)
    found = draft_here(course, request.args.get("by", ""))
    state = publication.state_of(found.draft) if found else None
    files = _files(course, found) if found else []
    return render_template(
        "studio/changes.html",
        course=course,
        course_title=title_here(course),
        found=found,
        is_mine=found is not None and found.owner.id == me.id,
        state=state,
        files=files[:MOST],
        more=len(files) - MOST,
        others=[one for one in drafts.listed(me, course) if one.owner.id != me.id],
        edits=may(me, Action.TRANSLATE_COURSE, course),
        publishes=may(me, Action.PUBLISH, course),
        done=DONE.get(request.args.get("done", "")),
    )


@bp.get("/<slug>/changes/<path:path>")
def one(slug: str, path: str) -> str:
    """A file beside what is published now: as learners see it, and line by line."""
    me, course = access.user(), course_here(slug)
    found = draft_here(course, request.args.get("by", ""))
    file = next((one for one in _files(course, found) if one.path == path), None) if found else None
    if found is None or file is None:
        raise Missing(_("There is no such file."))
    published, tree = drafts.published_tree(course), drafts.tree_of(found.draft)
    before, after = published.get(file.was), tree.get(path)
    return render_template(
        "studio/change.html",
        course=course,
        course_title=title_here(course),
        found=found,
        is_mine=found.owner.id == me.id,
        file=file,
        rows=compare.rows(before, after) if file.is_text else [],
        pairs=beside.pairs(course, (published, file.was), (tree, path)),
        spoken=editing.original_of(path)[1] or written_in(tree),
        number=rows.number_of(rows.newest(course)),
        edits=may(me, Action.TRANSLATE_COURSE, course),
    )


@bp.post("/<slug>/changes/<path:path>")
def choose(slug: str, path: str) -> Response:
    """Give this change up; of two changes keep mine, or theirs."""
    me, course = access.user(), course_here(slug, Action.TRANSLATE_COURSE)
    number = numbers.read(request.form.get("number"), 0)
    match request.form.get("keep", ""):
        case "mine":
            publication.keep_mine(me, course, path, number=number)
        case "theirs":
            publication.keep_theirs(me, course, path, number=number)
        case _other:
            for one in _with_twin(course, path):
                drafts.take_back(me, course, one)
            db.session.commit()
            return back(".changes", "taken-back", slug=slug)
    db.session.commit()
    return back(".changes", "chosen", slug=slug)


@bp.get("/<slug>/discard")
def ask_to_discard(slug: str) -> str:
    """Before all of it is gone."""
    course = course_here(slug, Action.TRANSLATE_COURSE)
    found = draft_here(course, "")
    if found is None:
        raise Missing(_("There is no such draft."))
    return confirm(
        course,
        title=gettext("Give up my draft"),
        intro=title_here(course),
        sentences=[
            gettext("Everything that you changed since the last edition is gone, for ever."),
            gettext("What is published stays as it is."),
        ],
        button=gettext("Throw it away"),
        back=url_for(".changes", slug=slug),
        is_grave=True,
    )


@bp.post("/<slug>/discard")
def discard(slug: str) -> Response:
    """My draft only. A course that was never published goes on as an empty one."""
    course = course_here(slug, Action.TRANSLATE_COURSE)
    drafts.discard(access.user(), course)
    db.session.commit()
    return back(".changes", "discarded", slug=slug)


def _files(course: Course, found: Listed) -> list[Changed]:
    """Each file once: one that has another name now stands under this name."""
    clashes = {row.path for row in publication.clashes_of(found.draft)}
    published, tree = drafts.published_tree(course), drafts.tree_of(found.draft)
    was = compare.former(published, tree)
    hidden = set(was.values()) - clashes
    return [
        _changed(row, published, was.get(row.path, ""), clashes)
        for row in rows.of(found.draft)
        if row.path not in hidden
    ]


def _changed(row: DraftFile, published: CourseTree, was: str, clashes: set[str]) -> Changed:
    if was:
        same = published.digests[was] == row.digest
        what = "moved" if same else "moved and changed"
    elif row.digest is None:
        what = "removed"
    else:
        what = "changed" if row.path in published else "new"
    old = row.path if row.path in published else was
    return Changed(row.path, what, old, row.path in clashes)


def _with_twin(course: Course, path: str) -> tuple[str, ...]:
    """The file, and the one that went when it came: both are given up together."""
    found = draft_here(course, "")
    if found is None:
        return (path,)
    was = compare.former(drafts.published_tree(course), drafts.tree_of(found.draft)).get(path)
    return (path, was) if was else (path,)
