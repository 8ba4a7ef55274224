"""Courses in and out of folders and ZIP files; what could do harm is refused with a sentence."""

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lms.content.tree import (
    MOST_BYTES,
    MOST_FILE_BYTES,
    MOST_FILES,
    CourseTree,
    TreeError,
    _,
    check_size,
    clean_path,
    is_left_out,
)

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same moment for every file, so that equal courses make equal ZIP files."""


def from_folder(folder: Path) -> CourseTree:
    """Every file below the folder; links and devices are refused."""
    files: dict[str, bytes] = {}
    total = 0
    for path, name in _walk(folder):
        if len(files) >= MOST_FILES:
            raise TreeError(_("A course has at most %(most)s files."), most=f"{MOST_FILES:,}")
        check_size(name, path.stat().st_size)
        files[name] = path.read_bytes()
        total += len(files[name])
        if total > MOST_BYTES:
            raise TreeError(_("A course has at most %(most)s MB in all."), most=MOST_BYTES >> 20)
    return CourseTree.of(files)


def left_out(folder: Path) -> list[str]:
    """What lies in the folder and is no part of the course: dot-files, leftovers of systems."""
    found = []
    for here, folders, names in os.walk(folder):
        inside = Path(here).relative_to(folder)
        gone = [name for name in [*folders, *names] if is_left_out(name)]
        found += [(inside / name).as_posix() for name in gone]
        folders[:] = [name for name in folders if name not in gone]
    return sorted(found)


def from_zip(source: Path | BinaryIO) -> CourseTree:
    """Every file in the archive; one folder around everything is taken off."""
    try:
        with zipfile.ZipFile(source) as archive:
            files = _unpacked(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        if isinstance(error, TreeError):
            raise
        raise TreeError(_("This is not a ZIP file that can be read.")) from error
    return CourseTree.of(_without_top(files))


def to_folder(tree: CourseTree, folder: Path) -> None:
    """Write the files, byte for byte, into a folder that is new or empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TreeError(_("“%(folder)s” is not empty. Choose a new folder."), folder=folder)
    for path in tree.paths:
        target = folder / clean_path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(tree[path])


def to_zip(tree: CourseTree) -> bytes:
    """The files as an archive; equal trees give equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in tree.paths:
            archive.writestr(zipfile.ZipInfo(path, EPOCH), tree[path], zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _walk(folder: Path) -> Iterator[tuple[Path, str]]:
    """(file, its path in the course), without what is left out."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_left_out(name))
        for name in [*folders, *sorted(names)]:
            path = Path(here) / name
            inside = path.relative_to(folder).as_posix()
            if is_left_out(inside):
                continue
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                raise TreeError(_("“%(path)s” is a link. Put the file itself there."), path=inside)
            if stat.S_ISREG(mode):
                yield path, inside
            elif not stat.S_ISDIR(mode):
                raise TreeError(_("“%(path)s” is not a file but a device."), path=inside)


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > 4 * MOST_FILES:  # with what is left out
        raise TreeError(_("A course has at most %(most)s files."), most=f"{MOST_FILES:,}")
    files: dict[str, bytes] = {}
    total = 0
    for entry in entries:
        name = clean_path(entry.filename)
        if is_left_out(name):
            continue
        _refuse_special(entry, name)
        if name in files:
            raise TreeError(_("“%(path)s” stands twice in the ZIP file."), path=name)
        files[name] = _bounded(archive, entry, name, MOST_BYTES - total)
        total += len(files[name])
    return files


def _refuse_special(entry: zipfile.ZipInfo, name: str) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.flag_bits & 1:
        raise TreeError(_("“%(path)s” is encrypted. Pack it without a password."), path=name)
    if kind == stat.S_IFLNK:
        raise TreeError(_("“%(path)s” is a link. Put the file itself there."), path=name)
    if kind not in {0, stat.S_IFREG}:
        raise TreeError(_("“%(path)s” is not a file but a device."), path=name)


def _bounded(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, left: int) -> bytes:
    """The content; what the archive says of its size is not believed."""
    most = min(MOST_FILE_BYTES, left)
    with archive.open(entry) as packed:
        data = packed.read(most + 1)
    if len(data) > left:
        raise TreeError(_("A course has at most %(most)s MB in all."), most=MOST_BYTES >> 20)
    check_size(name, len(data))
    return data


def _without_top(files: dict[str, bytes]) -> dict[str, bytes]:
    """``course/course.md`` → ``course.md`` when everything lies in one folder."""
    tops = {name.partition("/")[0] for name in files}
    if len(tops) == 1 and all("/" in name for name in files):
        return {name.partition("/")[2]: data for name, data in files.items()}
    return files
