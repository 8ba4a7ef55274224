import io
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content import archive, tree
from lms.content.archive import from_folder, from_zip, to_folder, to_zip
from lms.content.tree import CourseTree, TreeError, digest_of

pytestmark = pytest.mark.once

NAMES = st.text("abcé字", min_size=1, max_size=8)
FILES = st.dictionaries(
    st.lists(NAMES, min_size=1, max_size=3).map("/".join).map(lambda p: f"{p}.txt"),
    st.binary(max_size=100),
    max_size=6,
)


@given(FILES)
def test_a_course_leaves_as_it_came(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("out") / "course"
    course = CourseTree.of({"course.md": b"", **files})
    to_folder(course, folder)

    assert from_folder(folder) == course
    assert from_zip(io.BytesIO(to_zip(course))) == course
    assert {path: course[path] for path in course.paths} == {"course.md": b"", **files}


def test_equal_content_has_an_equal_digest_whatever_the_order() -> None:
    one = CourseTree.of({"a.md": b"1", "b.md": b"2"})
    other = CourseTree.of({"b.md": b"2", "a.md": b"1"})

    lines = f"{digest_of(b'1')} a.md\n{digest_of(b'2')} b.md\n"
    assert one.digest == other.digest == digest_of(lines.encode())
    assert hash(one) == hash(other)
    assert one != "a course"
    assert to_zip(one) == to_zip(other)


def test_a_file_can_be_changed_and_taken_out() -> None:
    course = CourseTree.of({"a.md": b"1", "b.md": b"2"})
    changed = course.with_file("a.md", b"3")

    assert (changed["a.md"], changed["b.md"], course["a.md"]) == (b"3", b"2", b"1")
    assert "b.md" not in changed.without("b.md")
    assert len(changed.without("b.md")) == 1


def test_what_systems_and_editors_leave_behind_is_left_out() -> None:
    files = {
        "a.md": b"1", ".git/x": b"", "__MACOSX/a.md": b"", "img/Thumbs.db": b"", "a.md~": b"",
        "01-a/.DS_Store": b"",
    }  # fmt: skip

    assert CourseTree.of(files).paths == ("a.md",)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../x.md", "a/../../x", "a\\b.md", "a//b", "a/./b", "a\0b", "", "a/\n"]
)
def test_a_path_that_could_leave_the_folder_is_refused(path: str) -> None:
    with pytest.raises(TreeError, match="no path inside a course"):
        CourseTree.of({path: b""})


def test_paths_that_differ_in_case_or_form_only_are_refused() -> None:
    with pytest.raises(TreeError, match="differ only in case"):
        CourseTree.of({"a.md": b"", "A.md": b""})
    with pytest.raises(TreeError, match="differ only in case"):
        CourseTree.of({"é.md": b"", "e\u0301.md": b""})


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"a.md": b"x" * (256 * 1024 + 1)}, "larger than 256 kB"),
        ({"a.bin": b"x" * (20 * 1024 * 1024 + 1)}, "larger than 20 MB"),
        ({f"{n}.txt": b"" for n in range(5_001)}, "at most 5,000 files"),
    ],
)
def test_too_much_is_refused_with_a_sentence(
    files: dict[str, bytes], sentence: str, tmp_path: Path
) -> None:
    for path, data in files.items():
        (tmp_path / path).write_bytes(data)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for path, data in files.items():
            made.writestr(path, data)

    deeds: list[Callable[[], object]] = [
        lambda: CourseTree.of(files),
        lambda: from_folder(tmp_path),
        lambda: from_zip(packed),
    ]
    for deed in deeds:
        with pytest.raises(TreeError, match=sentence):
            deed()


def test_more_than_200_mb_in_all_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (tree, archive):
        monkeypatch.setattr(module, "MOST_BYTES", 1024 * 1024)
    files = {f"{n}.bin": b"\0" * 600_000 for n in range(2)}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for path, data in files.items():
            (tmp_path / path).write_bytes(data)
            made.writestr(path, data)

    deeds: list[Callable[[], object]] = [
        lambda: CourseTree.of(files),
        lambda: from_folder(tmp_path),
        lambda: from_zip(packed),
    ]
    for deed in deeds:
        with pytest.raises(TreeError, match="at most 1 MB in all"):
            deed()


def test_links_and_devices_in_a_folder_are_refused(tmp_path: Path) -> None:
    link = tmp_path / "a.md"
    link.symlink_to("/etc/passwd")
    with pytest.raises(TreeError, match="is a link"):
        from_folder(tmp_path)
    link.unlink()
    folder = tmp_path / "folder"
    folder.symlink_to("/etc")
    with pytest.raises(TreeError, match="is a link"):
        from_folder(tmp_path)
    folder.unlink()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TreeError, match="a device"):
        from_folder(tmp_path)


def packed(*entries: tuple[str, int, bytes]) -> io.BytesIO:
    """A ZIP file of (name, mode, data)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name, mode, data in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            file.writestr(info, data)
    return made


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ([("../a.md", 0, b"")], "no path inside a course"),
        ([("a.md", stat.S_IFLNK | 0o777, b"/etc/passwd")], "is a link"),
        ([("a.md", stat.S_IFCHR, b"")], "a device"),
        ([("e\u0301.md", 0, b""), ("é.md", 0, b"")], "stands twice"),
        ([(f"{n}.txt", 0, b"") for n in range(20_001)], "at most 5,000 files"),
    ],
)
def test_a_hostile_zip_is_refused(entries: list[tuple[str, int, bytes]], sentence: str) -> None:
    with pytest.raises(TreeError, match=sentence):
        from_zip(packed(*entries))


def test_an_encrypted_zip_is_refused() -> None:
    data = bytearray(packed(("a.md", 0, b"x")).getvalue())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + at] |= 1

    with pytest.raises(TreeError, match="encrypted"):
        from_zip(io.BytesIO(bytes(data)))


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04" + b"\0" * 40])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    with pytest.raises(TreeError, match="not a ZIP file"):
        from_zip(io.BytesIO(data))


def test_one_folder_around_everything_is_taken_off_and_leftovers_stay_out() -> None:
    course = from_zip(
        packed(("c/", 0, b""), ("c/course.md", 0, b"1"), ("__MACOSX/c/x", 0, b""), ("c/.x", 0, b""))
    )

    assert course.paths == ("course.md",)


def test_a_folder_is_written_only_where_nothing_is(tmp_path: Path) -> None:
    course = CourseTree.of({"a.md": b"1"})
    (tmp_path / "x").write_text("mine")

    with pytest.raises(TreeError, match="is not empty"):
        to_folder(course, tmp_path)


def test_hidden_files_and_folders_are_not_read(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x").write_text("x")
    (tmp_path / ".x").write_text("x")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.md").write_text("b")

    assert from_folder(tmp_path).paths == ("a/b.md",)
