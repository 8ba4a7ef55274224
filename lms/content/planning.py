"""What is done to the outline of a course: each deed gives another tree. TreeError says why one cannot be done."""

import re
from collections.abc import Collection

from lms.content import moves, splice
from lms.content.outline import LessonKind
from lms.content.plan import (
    LONGEST_NAME,
    PlanLesson,
    PlanModule,
    name_for,
    next_number,
    numbered,
    plan_of,
    translations_of,
)
from lms.content.reading.course import TRANSLATION
from lms.content.reading.lesson import kind_named
from lms.content.source import read_source
from lms.content.tree import CourseTree, TreeError, _

# --- adding -------------------------------------------------------------------------------------


def add_module(tree: CourseTree, title: str) -> tuple[CourseTree, str]:
    """A new folder at the end; the tree and the folder's name."""
    plan = plan_of(tree)
    taken = {one.slug for one in plan.modules}
    folder = (
        f"{next_number([one.folder for one in plan.modules])}-{name_for(title, 'module', taken)}"
    )
    data = splice.with_setting(b"", "title", title)
    return tree.with_file(f"{folder}/module.md", data), folder


def add_lesson(
    tree: CourseTree, folder: str, title: str, kind: LessonKind, body: str = ""
) -> tuple[CourseTree, str]:
    """A new file behind the numbered ones of the module; the tree and its path."""
    module = plan_of(tree).module(folder)
    taken = {one.slug.partition("/")[2] for one in module.lessons}
    name = name_for(title, kind.value, {*taken, "module"})
    number = next_number([one.path.rpartition("/")[2] for one in module.lessons])
    path = f"{folder}/{number}-{name}.md"
    data = splice.with_setting(body.encode(), "title", title)
    if kind_named(path) is not kind:
        data = splice.with_setting(data, "kind", kind.value)
    return tree.with_file(path, data), path


def add_translation(tree: CourseTree, path: str, language: str) -> tuple[CourseTree, str]:
    """A file for another language that holds the text of the original, to be written over."""
    target = f"{path.removesuffix('.md')}.{language}.md"
    if target in tree or path not in tree or TRANSLATION.match(path):
        raise TreeError(_("There is a file for this language already."))
    data = tree[path]
    for name in read_source(path, data).header:
        if name not in {"title", "summary", "goal"}:
            data = splice.with_setting(data, name, "")
    return tree.with_file(target, data), target


# --- renaming -----------------------------------------------------------------------------------


def rename_lesson(
    tree: CourseTree, path: str, title: str, name: str, published: Collection[str]
) -> tuple[CourseTree, str]:
    """Another title; another name in its address, which the old one leads to. The tree and its path.

    published: the lessons that learners may know, ``module/lesson``: only they need ``was:``.
    """
    module, lesson = plan_of(tree).lesson(path)
    tree = tree.with_file(path, splice.with_setting(tree[path], "title", title))
    return _moved_lesson(tree, lesson, module, _checked(name), published)


def rename_module(
    tree: CourseTree, folder: str, title: str, name: str, published: Collection[str]
) -> tuple[CourseTree, str]:
    """The same for a module: its folder, and all that is in it."""
    plan = plan_of(tree)
    module = plan.module(folder)
    path = f"{folder}/module.md"
    data = tree.get(path)
    tree = tree.with_file(path, splice.with_setting(data, "title", title))
    if name == module.slug:
        return tree, folder
    if any(one.slug == _checked(name) for one in plan.modules):
        raise TreeError(_("Another module has this name."))
    slugs = {one.slug: f"{name}/{one.slug.partition('/')[2]}" for one in module.lessons}
    if any(slug in published for slug in slugs):
        tree = _with_former(tree, path, module.slug, name)
    target = folder.removesuffix(module.slug) + name
    tree = moves.moved(tree, _inside(tree, folder, target))
    return moves.renamed_lessons(tree, slugs) if slugs else tree, target


# --- moving -------------------------------------------------------------------------------------


def move_lesson(
    tree: CourseTree, path: str, folder: str, position: int, published: Collection[str]
) -> CourseTree:
    """To this place (from 0) among the lessons of this module."""
    module, lesson = plan_of(tree).lesson(path)
    target = plan_of(tree).module(folder)
    if target != module:
        name = lesson.slug.partition("/")[2]
        tree, path = _moved_lesson(tree, lesson, target, name, published)
        target = plan_of(tree).module(folder)
    order = [one.path for one in target.lessons if one.path != path]
    order.insert(max(position, 0), path)
    kinds = {one.path: one.kind.value for one in target.lessons}
    names = numbered([one.rpartition("/")[2] for one in order], [kinds[one] for one in order])
    changes: dict[str, str] = {}
    for old, new in zip(order, names, strict=True):
        changes |= _with_translations(tree, old, f"{folder}/{new}")
    return moves.moved(tree, changes) if changes else tree


def move_module(tree: CourseTree, folder: str, position: int) -> CourseTree:
    """To this place (from 0) among the modules."""
    plan = plan_of(tree)
    order = [one.folder for one in plan.modules if one.folder != plan.module(folder).folder]
    order.insert(max(position, 0), folder)
    names = numbered(order, [""] * len(order))
    changes: dict[str, str] = {}
    for old, new in zip(order, names, strict=True):
        if new != old:
            changes |= _inside(tree, old, new)
    return moves.moved(tree, changes) if changes else tree


# --- removing -----------------------------------------------------------------------------------


def remove(tree: CourseTree, path: str) -> CourseTree:
    """Without this lesson and its translations, or without this folder and all that is in it."""
    plan = plan_of(tree)
    if path.endswith(".md"):
        gone = [plan.lesson(path)[1].path, *(one for _code, one in translations_of(tree, path))]
    else:
        gone = list(_inside(tree, plan.module(path).folder, path))
    for one in gone:
        tree = tree.without(one)
    return tree


# --- parts --------------------------------------------------------------------------------------


def _checked(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) or len(name) > LONGEST_NAME:
        raise TreeError(_("Write the letters a to z, digits, and hyphens between them."))
    return name


def _moved_lesson(
    tree: CourseTree,
    lesson: PlanLesson,
    target: PlanModule,
    name: str,
    published: Collection[str],
) -> tuple[CourseTree, str]:
    """The lesson in this module, by this name; the tree and its path."""
    old_module, _slash, old_name = lesson.slug.partition("/")
    slug = f"{target.slug}/{name}"
    if slug == lesson.slug:
        return tree, lesson.path
    if any(one.slug == slug for one in target.lessons):
        raise TreeError(_("Another lesson of the module has this name."))
    data = tree[lesson.path]
    said = "kind" in read_source(lesson.path, data).header
    if not said and kind_named(name) is not lesson.kind:  # the old name said it
        tree = tree.with_file(lesson.path, splice.with_setting(data, "kind", lesson.kind.value))
    stays = old_module == target.slug
    if not stays:
        data = tree[lesson.path]
        former = splice.names(data, "was")
        full = [one if "/" in one else f"{old_module}/{one}" for one in former]
        tree = tree.with_file(lesson.path, splice.with_names(data, "was", full))
    if lesson.slug in published:
        old, new = (old_name, name) if stays else (lesson.slug, slug)
        tree = _with_former(tree, lesson.path, old, new)
    number = lesson.path.rpartition("/")[2].removesuffix(f"{old_name}.md")
    path = f"{target.folder}/{number}{name}.md"
    tree = moves.moved(tree, _with_translations(tree, lesson.path, path))
    return moves.renamed_lessons(tree, {lesson.slug: slug}), path


def _with_former(tree: CourseTree, path: str, old: str, new: str) -> CourseTree:
    """The file says what it was called before, unless it is called so again."""
    data = tree[path]
    names = [one for one in (*splice.names(data, "was"), old) if one != new]
    return tree.with_file(path, splice.with_names(data, "was", names))


def _inside(tree: CourseTree, folder: str, target: str) -> dict[str, str]:
    """All that is in a folder, in another one."""
    return {
        path: target + path.removeprefix(folder)
        for path in tree.paths
        if path.startswith(f"{folder}/")
    }


def _with_translations(tree: CourseTree, path: str, target: str) -> dict[str, str]:
    """A file and its translations by other names."""
    if path == target:
        return {}
    stem = target.removesuffix(".md")
    others = {one: f"{stem}.{code}.md" for code, one in translations_of(tree, path)}
    return {path: target, **others}
