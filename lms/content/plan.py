"""The outline of a course as its writer sees it, with empty modules, and the names of its files."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lms.content.outline import LessonKind
from lms.content.reading import course as reading
from lms.content.reading.course import LAST, TRANSLATION
from lms.content.source import read_source
from lms.content.tree import CourseTree, TreeError, _

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class PlanLesson:
    """A lesson and its files; languages: of its translations."""

    path: str
    slug: str
    title: str
    kind: LessonKind
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanModule:
    """A folder, also one without lessons."""

    folder: str
    slug: str
    title: str
    lessons: tuple[PlanLesson, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is, in reading order."""

    modules: tuple[PlanModule, ...]

    def module(self, folder: str) -> PlanModule:
        """The module in this folder."""
        found = next((one for one in self.modules if one.folder == folder), None)
        if found is None:
            raise _gone()
        return found

    def lesson(self, path: str) -> tuple[PlanModule, PlanLesson]:
        """The lesson in this file, and where it is."""
        for module in self.modules:
            for lesson in module.lessons:
                if lesson.path == path:
                    return module, lesson
        raise _gone()


def plan_of(tree: CourseTree) -> Plan:
    """Modules by their numbers and names, lessons as learners see them."""
    text, _problems = reading.read(tree)
    known = {module.folder: module for module in text.modules} if text else {}
    folders = {path.partition("/")[0] for path in tree.paths if path.count("/") == 1}
    modules = []
    for folder in sorted(folders, key=reading.place):
        module = known.get(folder)
        lessons = [
            PlanLesson(
                one.path,
                one.slug,
                one.say(one.language).title,
                one.kind,
                tuple(sorted(code for code, _path in translations_of(tree, one.path))),
            )
            for one in (module.lessons if module else ())
        ]
        slug = reading.place(folder)[1]
        modules.append(PlanModule(folder, slug, _module_title(tree, folder), tuple(lessons)))
    return Plan(tuple(modules))


# --- parts --------------------------------------------------------------------------------------


def name_for(title: str, otherwise: str, taken: Collection[str]) -> str:
    """Words of the title in Latin letters where there are any; none that is taken."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    base = "-".join(words)[:LONGEST_NAME].strip("-") or otherwise
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def numbered(names: Sequence[str], kinds: Sequence[str]) -> list[str]:
    """Names that sort in this order; numbers that are there change hands.

    What has no number stays without one at the end, as long as it sorts there by itself.
    """
    parts = [reading.place(name) for name in names]
    cut = len(names)
    while cut and parts[cut - 1][0] == LAST and (cut == len(names) or _sorts(parts, kinds, cut)):
        cut -= 1
    numbers = sorted({reading.number_of(name) for name in names[:cut]}, key=int)
    if len(set(map(int, numbers))) < cut or str(LAST) in numbers:
        numbers = [f"{n:02}" for n in range(1, cut + 1)]
    head = [f"{numbers[n]}-{parts[n][1]}" for n in range(cut)]
    return [*head, *names[cut:]]


def _sorts(parts: Sequence[tuple[int, str]], kinds: Sequence[str], at: int) -> bool:
    """Whether the two around this place sort so without numbers."""
    ranks = [
        (reading.KIND_ORDER.index(kinds[n]) if kinds[n] else 0, parts[n][1]) for n in (at - 1, at)
    ]
    return ranks[0] < ranks[1]


def next_number(names: Sequence[str]) -> str:
    """The number behind all of them."""
    numbers = [number for number, _name in map(reading.place, names) if number != LAST]
    return f"{max(numbers, default=0) + 1:02}"


def translations_of(tree: CourseTree, path: str) -> list[tuple[str, str]]:
    """(language, file) of a source file."""
    stem = path.removesuffix(".md")
    found = [(TRANSLATION.match(one), one) for one in tree.paths]
    return [(match[2], one) for match, one in found if match and match[1] == stem]


def _module_title(tree: CourseTree, folder: str) -> str:
    path = f"{folder}/module.md"
    title = read_source(path, tree[path]).header.get("title") if path in tree else None
    return title.text if title else reading.place(folder)[1].replace("-", " ").capitalize()


def _gone() -> TreeError:
    return TreeError(_("The course has changed: this is no longer there."))
