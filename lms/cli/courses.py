"""`lms courses`: courses between folders and the platform."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from lms.cli import paths
from lms.cli.showing import show
from lms.content import archive, fix
from lms.content.check import Severity, read_course, understood
from lms.content.starter import STARTER
from lms.content.tree import CourseTree
from lms.database import db
from lms.domain import catalogue, publishing
from lms.domain.errors import DomainError
from lms.domain.permissions import System
from lms.models import Origin

courses = AppGroup("courses", help="Courses: folders of Markdown files, and what is published.")


@courses.command(with_appcontext=False)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--fix", "write", is_flag=True, help="Write the ids that are missing into the files.")
def check(folder: Path, *, write: bool) -> None:
    """Say what is wrong in FOLDER, and what to write instead: FILE:LINE: level: message.

    A course, or courses/paths.
    """
    if paths.is_folder_of_paths(folder):
        sys.exit(paths.check(folder))
    if write:
        fix_folder(folder)
    for name in archive.left_out(folder):
        click.echo(f"{name}:1: note: left out, it is no part of a course", err=True)
    text, problems = read_course(archive.from_folder(folder))
    show([*problems, *(understood(text) if text else ())])
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    click.echo(f"{errors} errors, {len(problems) - errors} remarks", err=True)
    sys.exit(1 if errors else 0)


@courses.command("import")
@click.argument("source", type=click.Path(exists=True, path_type=Path), metavar="FOLDER|ZIP")
@click.option("--replace", is_flag=True, help="Even if the course was changed in the browser.")
def import_(source: Path, *, replace: bool) -> None:
    """Publish a folder or a ZIP file as the newest edition of the course of its name.

    courses/paths publishes all its paths.
    """
    if source.is_dir() and paths.is_folder_of_paths(source):
        paths.publish(source)
        return
    slug = source.resolve().stem if source.is_file() else source.resolve().name
    tree = archive.from_zip(source) if source.is_file() else archive.from_folder(source)
    try:
        if not replace:
            publishing.refuse_to_undo(slug, tree)
        edition = publishing.publish_tree(System(), slug, tree, origin=Origin.IMPORTED)
    except DomainError as error:
        show_reasons(error)
        raise
    db.session.commit()
    click.echo(f"{slug}: edition {edition.number}")


@courses.command()
@click.argument("slug")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(slug: str, folder: Path) -> None:
    """Write the newest edition of the course SLUG into FOLDER, byte for byte."""
    tree = catalogue.tree_of(catalogue.current_edition(catalogue.find_course(slug)))
    archive.to_folder(tree, folder)
    click.echo(f"{len(tree.paths)} files in {folder}")


@courses.command(with_appcontext=False)
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Write a small course into FOLDER, which must not be there yet, to start from."""
    if folder.exists():
        raise click.ClickException(f"{folder} is there already.")
    archive.to_folder(CourseTree.of(STARTER), folder)
    click.echo(f"Now write, and look with: lms courses check {folder}")


def publish_shipped_courses(folder: Path) -> None:
    """Publish every course of the folder that was never an edition; one refused stops no other."""
    sources = sorted(file.parent for file in folder.glob("*/course.md"))
    refused: list[tuple[Path, DomainError]] = []
    with click.progressbar(sources, label="Courses", file=sys.stderr) as bar:
        for source in bar:
            try:
                tree = archive.from_folder(source)
                publishing.publish_shipped(System(), source.name, tree)
                db.session.commit()
            except DomainError as error:
                db.session.rollback()
                refused.append((source, error))
    for source, reason in refused:
        click.echo(f"{source}: {reason}", err=True)
        show_reasons(reason)


def show_reasons(error: DomainError) -> None:
    """What is wrong line by line, or what differs file by file."""
    if isinstance(error, publishing.NotPublishable):
        show(error.problems)
    if isinstance(error, publishing.WrittenInBrowser):
        for path in error.both:
            click.echo(f"{path}: the browser and the folder differ", err=True)
        for path in error.only_browser:
            click.echo(f"{path}: only in the browser", err=True)
        for path in error.only_folder:
            click.echo(f"{path}: only in the folder", err=True)


def fix_folder(folder: Path) -> None:
    """Write the missing ids; touches no other byte, and no file that needs none."""
    tree = archive.from_folder(folder)
    fixed = fix.write_ids(tree)
    for path, digest in fixed.digests.items():
        if digest != tree.digests[path]:
            (folder / path).write_bytes(fixed[path])
            click.echo(f"{path}: ids written", err=True)
