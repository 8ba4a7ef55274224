"""One file of a course in the browser: its text, what the check says to it, and how it looks."""

from pathlib import PurePosixPath

from flask import Response, jsonify, make_response, redirect, render_template, request
from flask import url_for as address_of
from werkzeug.wrappers import Response as AnyResponse

from lms.content import editing, fix, pictures
from lms.content.tree import MOST_MARKDOWN_BYTES
from lms.database import begin_reading, db
from lms.domain.drafts import drafts
from lms.domain.drafts.rows import Overtaken
from lms.domain.errors import Invalid, Missing, _
from lms.domain.permissions import Action, may
from lms.models import Course
from lms.web import access, allowance, fields, headers, language
from lms.web.people_only import pages
from lms.web.studio import working
from lms.web.studio.shared import course_here, title_here
from lms.web.studio.working import Work

bp = pages("studio_editor", __name__)

Answer = AnyResponse | tuple[AnyResponse, int]
FRAMING = f"{headers.POLICY}; frame-src 'self'"
"""The preview is a page inside the page."""
TYPED = 4 * MOST_MARKDOWN_BYTES
"""Bytes of a form: in an address's signs, a text takes three times as many."""
ONWARD = {"question": "studio_asking.form", "picture": "studio_adding.form"}
"""Where the buttons lead that save first."""


@bp.get("/<slug>/files/<path:path>")
def file(slug: str, path: str) -> Response:
    """The file to be edited; one that is not there begins with what such files begin with."""
    me, course = access.user(), course_here(slug)
    data, version = working.seen(me, course, path)
    if data is None:
        return _page(course, path, _begun(course, path), version)
    text = editing.text_of(data)
    if text is None or not path.endswith((".md", ".txt")):
        return _bare_page(course, path, data, version)
    return _page(course, path, text, version)


@bp.post("/<slug>/files/<path:path>")
def save(slug: str, path: str) -> Answer:
    """Keep it in the draft; the button ``ids`` names headings, others go on to another page."""
    request.max_form_memory_size = TYPED
    me, course = access.user(), course_here(slug)
    text = request.form.get("text", "")
    before, _version_there = working.seen(me, course, path)
    data = editing.bytes_of(text, before or b"")
    then = request.form.get("then", "")
    if then == "ids":
        data = fix.with_ids(path, data)
    try:
        version = drafts.save_file(me, course, path, data, version=_sent_version())
    except Overtaken as other:
        return _overtaken(course, path, text, other)
    except Invalid as error:
        begin_reading()
        sentence = fields.sentence(error)
        if working.wants_json():
            return jsonify(error=sentence), 422
        return _page(course, path, text, _sent_version(), error=sentence), 422
    db.session.commit()
    if working.wants_json():
        return jsonify(version=version)
    endpoint = ONWARD.get(then, "studio_editor.file")
    more = {} if then in ONWARD else {"saved": 1}
    return redirect(address_of(endpoint, slug=slug, path=path, **more), 303)  # type: ignore[arg-type]


@bp.get("/<slug>/check/<path:path>")
def check(slug: str, path: str) -> str:
    """What stands beside the text, for the page that is open."""
    me, course = access.user(), course_here(slug)
    allowance.for_preview(me.public_id)
    return render_template(
        "studio/_check.html",
        looked=working.look(me, course, working.work_of(me, course), path),
        course=course,
        path=path,
        may_save=working.may_save(me, course, path),
    )


def _begun(course: Course, path: str) -> str:
    """Only files that could be part of a course can be begun."""
    me = access.user()
    if not path.endswith((".md", ".txt")) or not working.may_save(me, course, path):
        raise Missing(_("There is no such file."))
    original, _version_there = working.seen(me, course, editing.original_of(path)[0])
    return editing.new_file(path, original)


def _sent_version() -> int:
    """As the page had it; 0 for what is no number."""
    written = request.form.get("version", "")
    digits = written.removeprefix("-")
    return int(written) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0


def _overtaken(course: Course, path: str, text: str, other: Overtaken) -> Answer:
    """Another tab was faster: nothing of either text is lost."""
    begin_reading()
    theirs = (editing.text_of(other.data) or "") if other.data is not None else ""
    if working.wants_json():
        return jsonify(version=other.version, text=theirs), 409
    return _page(course, path, text, other.version, theirs=theirs), 409


def _page(
    course: Course,
    path: str,
    text: str,
    version: int,
    *,
    theirs: str | None = None,
    error: str = "",
) -> Response:
    me = access.user()
    work = working.work_of(me, course)
    response = make_response(
        render_template(
            "studio/editor.html",
            course=course,
            course_title=title_here(course),
            path=path,
            name=PurePosixPath(path).name,
            text=text,
            version=version,
            theirs=theirs,
            error=error,
            longest=MOST_MARKDOWN_BYTES,
            looked=working.look(me, course, work, path),
            spoken=_spoken(work, path),
            tongues=_tongues(work, path),
            may_save=working.may_save(me, course, path),
            may_draw=may(me, Action.EDIT_COURSE, course),
            saved="saved" in request.args,
        )
    )
    response.headers["Content-Security-Policy"] = FRAMING
    return response


def _bare_page(course: Course, path: str, data: bytes, version: int) -> Response:
    tree = drafts.working_tree(access.user(), course)
    return make_response(
        render_template(
            "studio/bare.html",
            course=course,
            course_title=title_here(course),
            path=path,
            digest=tree.digests[path],
            size=len(data),
            version=version,
            pixels=pictures.size_of(data),
            is_picture=pictures.media_type(data).startswith("image/"),
        )
    )


def _spoken(work: Work, path: str) -> str:
    """The language in which the preview begins: that of the file, if pages can be in it."""
    code = editing.original_of(path)[1] or _source_language(work)
    return code if code in language.LANGUAGES else language.current()


def _source_language(work: Work) -> str:
    text = work.text_if_any()
    return text.language if text else ""


def _tongues(work: Work, path: str) -> list[tuple[str, str, bool]]:
    """The file in each language: code, path, whether it is there; the original first."""
    if not path.endswith(".md") or path.count("/") > 1:
        return []
    original, own = editing.original_of(path)[0], _source_language(work)
    stem = original.removesuffix(".md")
    others = [(code, f"{stem}.{code}.md") for code in language.LANGUAGES if code != own]
    return [(code, one, one in work.tree) for code, one in ((own, original), *others)]
