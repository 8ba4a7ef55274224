"""Drafts: only what was changed, over the newest edition; two tabs never overwrite each other in silence."""

import pytest
from flask import Flask
from sqlalchemy import select

from lms import files
from lms.content.tree import MOST_FILES, MOST_MARKDOWN_BYTES, CourseTree, digest_of
from lms.database import db
from lms.domain import blobs, catalogue, journal
from lms.domain.drafts import drafts, rows
from lms.domain.drafts.rows import Overtaken
from lms.domain.errors import Denied, Invalid, Missing
from lms.models import Blob, Course, CourseRole, Draft, DraftFile, User
from tests.conftest import SMALL, Publish, person
from tests.domain.test_who_may import grant

PAGE = "01-names/01-what-is-a-name.md"
NEW = "01-names/02-zones.md"
TEXT = b"---\ntitle: Zones\n---\n\nA zone.\n"


@pytest.fixture
def course(small: Course, tomas: User) -> Course:
    """Tomas trains it."""
    grant(tomas, small, CourseRole.TRAINER)
    return small


def contents() -> set[bytes]:
    """All texts that are kept."""
    return {data for data in db.session.scalars(select(Blob.data)) if data}


def test_a_draft_holds_only_what_was_changed_and_nothing_is_published(
    course: Course, tomas: User
) -> None:
    assert drafts.find_draft(course, tomas) is None
    assert drafts.file_of(tomas, course, PAGE).version == -1
    assert drafts.save_file(tomas, course, PAGE, TEXT, version=-1) == 1
    assert drafts.save_file(tomas, course, NEW, TEXT, version=0) == 1
    assert drafts.take_out(tomas, course, "01-names/quiz.md", version=-1) == 1

    draft = drafts.open_draft(tomas, course)
    assert [(row.path, row.digest is None) for row in rows.of(draft)] == [
        (PAGE, False),
        (NEW, False),
        ("01-names/quiz.md", True),
    ]
    published = catalogue.tree_of(catalogue.current_edition(course))
    expected = published.with_file(PAGE, TEXT).with_file(NEW, TEXT).without("01-names/quiz.md")
    assert drafts.tree_of(draft) == expected == drafts.working_tree(tomas, course)
    assert drafts.file_of(tomas, course, PAGE) == drafts.Seen(TEXT, 1)
    with pytest.raises(Missing):
        drafts.file_of(tomas, course, "01-names/quiz.md")


def test_two_tabs_never_overwrite_each_other_in_silence(course: Course, tomas: User) -> None:
    first = drafts.save_file(tomas, course, PAGE, b"one", version=-1)
    assert drafts.save_file(tomas, course, PAGE, b"one", version=-1) == first  # the same again
    second = drafts.save_file(tomas, course, PAGE, b"two", version=first)
    with pytest.raises(Overtaken) as late:
        drafts.save_file(tomas, course, PAGE, b"three", version=first)
    assert (late.value.data, late.value.version) == (b"two", second)
    drafts.take_out(tomas, course, PAGE, version=second)
    with pytest.raises(Overtaken) as gone:
        drafts.save_file(tomas, course, PAGE, b"three", version=second)
    assert (gone.value.data, gone.value.version) == (None, second + 1)
    drafts.discard(tomas, course)
    drafts.discard(tomas, course)  # twice is harmless
    with pytest.raises(Overtaken) as thrown:
        drafts.save_file(tomas, course, PAGE, b"three", version=second)
    assert thrown.value.version == -1


def test_what_is_replaced_is_kept_nowhere_and_what_is_published_stays(
    course: Course, tomas: User
) -> None:
    before = contents()
    version = drafts.save_file(tomas, course, PAGE, b"one", version=-1)
    version = drafts.save_file(tomas, course, PAGE, b"two", version=version)
    assert contents() - before == {b"two"}
    original = SMALL[PAGE].encode()
    assert drafts.save_file(tomas, course, PAGE, original, version=version) == -1
    assert contents() == before
    assert rows.of(drafts.open_draft(tomas, course)) == []
    drafts.save_file(tomas, course, NEW, b"three", version=0)
    drafts.take_back(tomas, course, NEW)
    drafts.take_back(tomas, course, NEW)  # twice is harmless
    assert contents() == before
    drafts.take_back(person_who_trains(course), course, NEW)


def person_who_trains(course: Course) -> User:
    """Another trainer of the course, who has no draft."""
    other = person("Noor")
    grant(other, course, CourseRole.TRAINER)
    return other


def test_many_files_change_at_once(course: Course, tomas: User) -> None:
    drafts.save_file(tomas, course, NEW, TEXT, version=0)
    before = drafts.working_tree(tomas, course)
    after = before.without(NEW).with_file("01-names/02-ZONES.md", TEXT).with_file(PAGE, b"page")
    assert drafts.change(tomas, course, after) == 3
    assert drafts.change(tomas, course, after) == 0
    tree = drafts.working_tree(tomas, course)
    assert tree[PAGE] == b"page"
    assert (NEW in tree, "01-names/02-ZONES.md" in tree) == (False, True)


def test_what_can_be_no_file_of_the_course_is_refused(course: Course, tomas: User) -> None:
    for path in ("../x.md", ".hidden.md", "a\\b.md", "x" * 200 + ".md", "e\u0301.md", "a\0.md"):
        with pytest.raises(Invalid, match="no path"):
            drafts.save_file(tomas, course, path, b"", version=0)
    with pytest.raises(Invalid, match="Split it"):
        drafts.save_file(tomas, course, NEW, b"x" * (MOST_MARKDOWN_BYTES + 1), version=0)
    with pytest.raises(Invalid, match="differ only in case"):
        drafts.save_file(tomas, course, "Course.md", b"", version=0)
    many = CourseTree({f"{n}.md": "" for n in range(MOST_FILES + 1)}, lambda _digest: b"")
    with pytest.raises(Invalid, match="5,000"):
        rows.check(many, [])


def test_who_may_write_what(course: Course, tomas: User, eve: User, app: Flask) -> None:
    translator, reviewer = person("Mei"), person("Rui")
    grant(translator, course, CourseRole.TRANSLATOR)
    grant(reviewer, course, CourseRole.REVIEWER)
    drafts.save_file(translator, course, "course.fr.md", b"---\ntitle: Les noms\n---\n", version=0)
    for one, path in ((translator, PAGE), (reviewer, "course.fr.md"), (eve, "course.fr.md")):
        with pytest.raises(Denied):
            drafts.save_file(one, course, path, b"x", version=-1)
    with pytest.raises(Denied):
        drafts.take_out(translator, course, PAGE, version=-1)
    assert [(one.owner.name, one.files) for one in drafts.listed(reviewer, course)] == [("Mei", 1)]
    assert drafts.find_by(tomas, course, translator.public_id).files == 1
    with pytest.raises(Missing):
        drafts.find_by(tomas, course, tomas.public_id)
    with pytest.raises(Denied):
        drafts.listed(eve, course)
    with pytest.raises(Denied):
        drafts.working_tree(eve, course)


def test_one_sees_who_else_writes_in_a_file(course: Course, tomas: User) -> None:
    noor = person_who_trains(course)
    drafts.save_file(noor, course, PAGE, b"hers", version=-1)
    drafts.save_file(tomas, course, PAGE, b"his", version=-1)
    assert drafts.others_editing(course, PAGE, tomas) == [noor]
    assert drafts.others_editing(course, NEW, tomas) == []


def test_a_version_says_which_edition_was_seen(
    course: Course, tomas: User, publish: Publish
) -> None:
    """Somebody published while the page was open: the draft remembers what its writer saw."""
    old = catalogue.tree_of(catalogue.current_edition(course)).digests[PAGE]
    publish("small", {**SMALL, PAGE: SMALL[PAGE].replace("*path*", "path")})
    drafts.save_file(tomas, course, PAGE, TEXT, version=-1)
    assert rows.of(drafts.open_draft(tomas, course))[0].base_digest == old


def test_what_somebody_begins_to_use_at_this_moment_stays(
    course: Course, tomas: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts.save_file(tomas, course, NEW, b"used", version=0)
    monkeypatch.setattr(blobs, "POINTERS", ())
    blobs.drop([digest_of(b"used")])
    assert b"used" in contents()


def test_pictures_lie_in_the_file_store(course: Course, tomas: User) -> None:
    drafts.save_file(tomas, course, "01-names/img/x.png", b"picture", version=0)
    assert drafts.file_of(tomas, course, "01-names/img/x.png").data == b"picture"
    assert files.get(digest_of(b"picture")) == b"picture"


def test_a_new_course_has_a_draft_and_no_edition(tomas: User, app: Flask) -> None:
    course = Course(slug="new", created_at=journal.now())
    db.session.add(course)
    db.session.flush()
    grant(tomas, course, CourseRole.OWNER)
    assert drafts.save_file(tomas, course, "course.md", b"---\ntitle: New\n---\n", version=0) == 1
    assert drafts.working_tree(tomas, course).paths == ("course.md",)
    assert db.session.scalars(select(Draft.base_id)).all() == [None]
    drafts.take_out(tomas, course, "course.md", version=1)
    assert db.session.scalars(select(DraftFile)).all() == []


def test_two_tabs_that_begin_at_once_have_one_draft(
    course: Course, tomas: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faster(row: Draft) -> bool:
        db.session.add(row)
        db.session.flush()
        return False

    monkeypatch.setattr(drafts, "add_once", faster)
    assert drafts.open_draft(tomas, course) == drafts.find_draft(course, tomas)
