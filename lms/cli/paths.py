"""Paths between the folder ``courses/paths`` and the platform."""

from collections import defaultdict
from pathlib import Path

import click

from lms.cli.showing import show
from lms.content import archive
from lms.content.check import Severity
from lms.content.paths import name_of, read_path
from lms.content.tree import CourseTree
from lms.database import db
from lms.domain import paths
from lms.domain.permissions import System
from lms.domain.publishing import NotPublishable
from lms.models import Origin

NAME = "paths"


def is_folder_of_paths(folder: Path) -> bool:
    """``courses/paths``, unless a course of this name lies there."""
    return folder.resolve().name == NAME and not (folder / "course.md").exists()


def trees_in(folder: Path) -> dict[str, CourseTree]:
    """Short name of each path → its file and their translations."""
    tree = archive.from_folder(folder)
    found: dict[str, dict[str, bytes]] = defaultdict(dict)
    for file in tree.paths:
        if file.endswith(".md") and "/" not in file and file != "README.md":
            found[name_of(file)][file] = tree[file]
    return {slug: CourseTree.of(files) for slug, files in sorted(found.items())}


def check(folder: Path) -> int:
    """Say what is wrong in each path; 1 when there is an error. Courses are the folders beside it."""
    known = [file.parent.name for file in folder.resolve().parent.glob("*/course.md")]
    problems = [
        problem
        for slug, tree in trees_in(folder).items()
        for problem in read_path(slug, tree, known)[1]
    ]
    show(problems)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    click.echo(f"{errors} errors, {len(problems) - errors} remarks", err=True)
    return 1 if errors else 0


def publish(folder: Path) -> None:
    """Every path of the folder, all or none."""
    for slug, tree in trees_in(folder).items():
        try:
            edition = paths.publish_path(System(), slug, tree, origin=Origin.IMPORTED)
        except NotPublishable as error:
            show(error.problems)
            raise
        click.echo(f"{slug}: edition {edition.number}")
    db.session.commit()


def publish_shipped(folder: Path) -> None:
    """Every path of the folder that was never an edition; one refused stops no other."""
    for slug, tree in trees_in(folder).items() if folder.is_dir() else ():
        try:
            paths.publish_shipped(System(), slug, tree)
            db.session.commit()
        except NotPublishable as error:
            db.session.rollback()
            click.echo(f"{folder / slug}.md: {error}", err=True)
            show(error.problems)
