"""Pictures for a lesson: uploaded or pasted, made small, with words for who cannot see them."""

import re
import unicodedata
from io import BytesIO
from pathlib import PurePosixPath

from flask import jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import StringField

from lms.content import editing, pictures
from lms.content.tree import CourseTree
from lms.database import begin_reading, begin_writing, db
from lms.domain.drafts import drafts
from lms.domain.errors import Invalid, _
from lms.domain.permissions import Action
from lms.models import Course
from lms.render import shrinking
from lms.render.shrinking import Reason
from lms.web import access, allowance, fields, numbers
from lms.web.forms import Form
from lms.web.people_only import pages
from lms.web.studio import working
from lms.web.studio.shared import course_here, title_here

bp = pages("studio_adding", __name__)

MOST = 20 * 1024 * 1024
"""Bytes of what is uploaded: photos of telephones have a few million."""
MOST_SVG = 256 * 1024
SENTENCES = {
    Reason.UNKNOWN: _("Choose a picture: PNG, JPEG, WebP, GIF or SVG."),
    Reason.BROKEN: _("This picture is damaged. Save it anew, and choose it again."),
    Reason.HUGE: _("This picture has too many pixels. Make it smaller, and choose it again."),
    Reason.MOVING: _(
        "This picture moves. Choose one that stands still, for many cannot read beside it."
    ),
}


class PictureForm(Form):
    """The words; the file comes beside them."""

    picture = StringField(lazy_gettext("Picture"), default="")
    alt = StringField(
        lazy_gettext("What it shows, for who cannot see it"),
        default="",
        render_kw={"maxlength": 300, "dir": "auto", "required": True},
    )
    caption = StringField(
        lazy_gettext("Caption, if it needs one"),
        default="",
        render_kw={"maxlength": 300, "dir": "auto"},
    )


@bp.get("/<slug>/new-picture/<path:path>")
def form(slug: str, path: str) -> Response:
    """Nothing chosen yet."""
    return _page(course_here(slug, Action.EDIT_COURSE), path, PictureForm())


@bp.post("/<slug>/new-picture/<path:path>")
def add(slug: str, path: str) -> Response | tuple[Response, int]:
    """Into the draft; a script gets the words for the text, and puts them where the writer is.

    The file is read and made small before the transaction that writes begins.
    """
    begin_reading()
    me, course = access.user(), course_here(slug, Action.EDIT_COURSE)
    working.text_of(me, course, path)
    request.max_content_length = MOST + 64 * 1024
    form = PictureForm.sent()
    try:
        data, ending = _small(me.public_id)
        alt = _alt(form)
    except Invalid as error:
        form.accept(error, fields.sentence(error))
        return _page(course, path, form), 422
    begin_writing()
    name = _free(drafts.working_tree(me, course), path, ending)
    drafts.save_file(me, course, name, data, version=0)
    target = PurePosixPath(name).relative_to(PurePosixPath(path).parent).as_posix()
    markdown = editing.picture(alt, target, form.caption.data or "")
    if not working.wants_json():
        place = numbers.read(request.form.get("place"), 0)
        working.write_into(me, course, path, markdown, place)
    db.session.commit()
    if working.wants_json():
        return jsonify(markdown=f"{markdown}\n")
    return redirect(url_for("studio_editor.file", slug=slug, path=path, saved=1), 303)


def _small(public_id: str) -> tuple[bytes, str]:
    """What was uploaded, as it is kept, and the ending of its name."""
    sent = request.files.get("picture")
    with sent.stream if sent is not None else BytesIO() as stream:
        data = stream.read(MOST + 1)
    if not data:
        raise Invalid(_("Choose a picture."), field="picture")
    if len(data) > MOST:
        raise Invalid(
            _("This picture is larger than %(most)s MB."), field="picture", most=MOST >> 20
        )
    allowance.for_upload(public_id, len(data))
    if pictures.media_type(data) == "image/svg+xml":
        return _drawing(data), "svg"
    try:
        return shrinking.shrunk(data), "webp"
    except shrinking.Unfit as unfit:
        raise Invalid(SENTENCES[unfit.reason], field="picture") from None


def _drawing(data: bytes) -> bytes:
    """Without what runs or loads: whoever draws cannot take it out by hand."""
    if len(data) > MOST_SVG:
        raise Invalid(
            _("This drawing is larger than %(most)s kB."), field="picture", most=MOST_SVG >> 10
        )
    data = pictures.harmless_svg(data)
    if fault := pictures.svg_problem(data):
        raise Invalid(_("This drawing cannot be used: %(why)s"), field="picture", why=fault)
    return data


def _alt(form: PictureForm) -> str:
    alt = (form.alt.data or "").strip()
    if not alt:
        raise Invalid(_("Say what the picture shows: who cannot see it hears this."), field="alt")
    return alt[:300]


def _free(tree: CourseTree, path: str, ending: str) -> str:
    """A path in ``img/`` beside the file, named after what was uploaded, that is not taken."""
    sent = request.files["picture"].filename or ""
    plain = unicodedata.normalize("NFKD", PurePosixPath(sent).stem).encode("ascii", "ignore")
    stem = "-".join(re.findall("[a-z0-9]+", plain.decode().lower()))[:40] or "picture"
    folder = PurePosixPath(path).parent / "img"
    taken = {one.casefold() for one in tree.paths}
    name, number = f"{folder}/{stem}.{ending}", 2
    while name.casefold() in taken:
        name, number = f"{folder}/{stem}-{number}.{ending}", number + 1
    return name.removeprefix("./")


def _page(course: Course, path: str, form: PictureForm) -> Response:
    text = working.text_of(access.user(), course, path)
    page = render_template(
        "studio/picture.html",
        course=course,
        course_title=title_here(course),
        path=path,
        form=form,
        places=editing.places(text),
        chosen=request.form.get("place", ""),
    )
    return make_response(page)
