"""A whole course: which file is what, and all of them read."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from lms.content.outline import (
    AwardKind,
    CertificateText,
    CourseText,
    LessonKind,
    LessonText,
    ModuleText,
    Requirement,
    Requires,
    SectionText,
)
from lms.content.reading import settings
from lms.content.reading.glossary import read_certificate, read_glossary
from lms.content.reading.lesson import read_lesson, read_parts, read_titles
from lms.content.source import Problem, Severity, Source, read_source
from lms.content.tree import CourseTree
from lms.content.values import day, listed, percentage, wait, whole, yes_or_no

TRANSLATION = re.compile(r"^(.+)\.([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.md$")
NUMBER = re.compile(r"^(\d{1,6})[-_. ](.+)$")
LAST = 10**7
NEEDS = {
    AwardKind.ACHIEVEMENT: LessonKind.EXAM,
    AwardKind.ATTENDANCE: LessonKind.ATTENDANCE,
}
"""The kind of lesson that such a certificate tells of."""
KIND_ORDER = [
    kind.value
    for kind in (
        LessonKind.PAGE,
        LessonKind.ATTENDANCE,
        LessonKind.LAB,
        LessonKind.ASSIGNMENT,
        LessonKind.QUIZ,
        LessonKind.EXAM,
        LessonKind.SURVEY,
    )
]


@dataclass(slots=True)
class Files:
    """The Markdown files of a tree: source files and their translations, by path without ending."""

    sources: dict[str, Source] = field(default_factory=dict)
    translations: dict[str, dict[str, Source]] = field(default_factory=lambda: defaultdict(dict))

    def every(self) -> Iterable[Source]:
        """All files."""
        yield from self.sources.values()
        for files in self.translations.values():
            yield from files.values()


def read(tree: CourseTree) -> tuple[CourseText | None, tuple[Problem, ...]]:
    """The course, and all problems by file and line; None when there is no course.md."""
    files = _files(tree)
    if "course" not in files.sources:
        missing = "there is no course.md. Write one with title: and language: at the top"
        return None, (Problem("course.md", 1, Severity.ERROR, missing),)
    text = _course(files)
    _check_award(files.sources["course"], text)
    problems = [problem for file in files.every() for problem in file.report.problems]
    return text, tuple(sorted(problems))


def _files(tree: CourseTree) -> Files:
    files = Files()
    for path in tree.paths:
        if not path.endswith(".md") or path.count("/") > 1:
            continue
        source = read_source(path, tree[path])
        if found := TRANSLATION.match(path):
            files.translations[found[1]][found[2]] = source
        else:
            files.sources[path.removesuffix(".md")] = source
    for stem, others in files.translations.items():
        if stem not in files.sources:
            for source in others.values():
                source.report.error(1, f"{stem}.md is missing: this is a translation of it")
    return files


def _course(files: Files) -> CourseText:
    source = files.sources["course"]
    settings.check_names(source, settings.COURSE)
    others = files.translations["course"]
    for file in others.values():
        settings.check_names(file, {"title", "summary"})
    language = settings.text(source, "language", "en")
    if "language" not in source.header:
        source.report.warning(source.first_line, "no language is set; I take en")
    found = sorted({code for ones in files.translations.values() for code in ones} - {language})
    declared = settings.names(source, "translations")
    parts = read_parts(source, others, language=language, graded=False)
    course_pass = settings.get(source, "pass", percentage, Fraction(80, 100))
    return CourseText(
        language=language,
        languages=(language, *dict.fromkeys([*(one for one in declared if one in found), *found])),
        words=read_titles(source, others, language, "course"),
        parts=tuple(part for part in parts if isinstance(part, SectionText)),
        modules=tuple(_modules(files, language, course_pass)),
        glossary=read_glossary(
            files.sources.get("glossary"), files.translations["glossary"], language
        ),
        certificate=_certificate(files, language),
        complete=settings.get(
            source, "complete", _requirements, (Requirement(Requires.ALL_LESSONS),)
        ),
        level=settings.get(source, "level", settings.level, ""),
        hours=settings.text(source, "hours"),
        trainers=settings.names(source, "trainer"),
        partners=settings.names(source, "partners"),
        license=settings.text(source, "license"),
        pass_mark=course_pass,
        checked=settings.get(source, "checked", day, None),
        review=settings.get(source, "review", wait, None),
        was=settings.names(source, "was"),
    )


def _certificate(files: Files, language: str) -> CertificateText | None:
    award = settings.get(files.sources["course"], "certificate", settings.award, None)
    if award is None:
        return None
    own, others = files.sources.get("certificate"), files.translations["certificate"]
    return read_certificate(own, others, language, award)


def _check_award(source: Source, text: CourseText) -> None:
    """What it says must have been asked for: a result of an exam, or being there."""
    award = text.certificate.award if text.certificate else AwardKind.COMPLETION
    kind = NEEDS.get(award)
    if kind is not None and not any(_is_asked_for(lesson, kind, text) for lesson in text.lessons):
        source.report.error(
            source.header["certificate"].line,
            f"'{award}' needs a lesson of kind {kind} without which nobody finishes the course",
        )


def _is_asked_for(lesson: LessonText, kind: LessonKind, text: CourseText) -> bool:
    wanted = {requirement.kind for requirement in text.complete}
    by_name = kind is LessonKind.EXAM and Requires.EXAM in wanted
    return lesson.kind is kind and (by_name or (lesson.required and Requires.ALL_LESSONS in wanted))


def _requirements(text: str) -> tuple[Requirement, ...]:
    """``all lessons, exam 70%, assignment reviewed``."""
    wanted = []
    for part in listed(text.casefold()):
        word, _space, score = part.partition(" ")
        if part in {Requires.ALL_LESSONS, Requires.ASSIGNMENT}:
            wanted.append(Requirement(Requires(part)))
        elif word == "exam":
            wanted.append(Requirement(Requires.EXAM, percentage(score) if score else None))
        else:
            raise ValueError("write a list of: all lessons, exam 70%, assignment reviewed")
    return tuple(wanted)


def _modules(files: Files, language: str, course_pass: Fraction) -> list[ModuleText]:
    strict = settings.get(files.sources["course"], "strict", yes_or_no, False)
    folders: dict[str, list[str]] = defaultdict(list)
    for stem in files.sources:
        folder, slash, _name = stem.partition("/")
        if slash:
            folders[folder].append(stem)
    modules: dict[str, ModuleText] = {}
    for folder in sorted(folders, key=place):
        module = _module(folder, folders[folder], files, language, course_pass, strict=strict)
        if module.slug in modules:
            twin = modules[module.slug].folder
            first = files.sources[min(folders[folder])]
            first.report.error(1, f"{folder} and {twin} are the same module. Rename one folder")
        elif module.lessons:
            modules[module.slug] = module
    return list(modules.values())


def _module(
    folder: str,
    stems: list[str],
    files: Files,
    language: str,
    course_pass: Fraction,
    *,
    strict: bool,
) -> ModuleText:
    slug = place(folder)[1]
    source = files.sources.get(f"{folder}/module")
    others = files.translations.get(f"{folder}/module", {})
    for file in others.values():
        settings.check_names(file, {"title", "goal"})
    if source is None:  # module.md is optional: the folder's name is a title, too
        title = slug.replace("-", " ").capitalize()
        source = read_source(f"{folder}/module.md", f"---\ntitle: {title}\n---\n".encode())
    settings.check_names(source, settings.MODULE)
    was = settings.names(source, "was")
    own = [stem for stem in stems if stem != f"{folder}/module"]
    lessons = _lessons(slug, own, files, language, course_pass, strict=strict)
    return ModuleText(
        slug=slug,
        folder=folder,
        language=language,
        words=read_titles(source, others, language, "module"),
        lessons=tuple(replace(one, was=_former(one, was)) for one in lessons),
        minutes=settings.get(source, "minutes", whole, None),
        was=was,
    )


def _former(lesson: LessonText, modules: tuple[str, ...]) -> tuple[str, ...]:
    """Its earlier slugs in full: renamed itself, or in a renamed module, or both."""
    module, _slash, name = lesson.slug.partition("/")
    full = [was if "/" in was else f"{module}/{was}" for was in lesson.was]
    names = [name, *(was for was in lesson.was if "/" not in was)]
    return tuple(dict.fromkeys([*full, *(f"{old}/{one}" for old in modules for one in names)]))


def _lessons(
    module: str,
    stems: list[str],
    files: Files,
    language: str,
    course_pass: Fraction,
    *,
    strict: bool,
) -> list[LessonText]:
    lessons: dict[str, LessonText] = {}
    for stem in stems:
        source = files.sources[stem]
        slug = f"{module}/{place(stem.rpartition('/')[2])[1]}"
        lesson = read_lesson(
            slug,
            source,
            files.translations.get(stem, {}),
            language=language,
            course_pass=course_pass,
            strict=strict,
        )
        if slug in lessons:
            source.report.error(
                1, f"{lessons[slug].path} is the same lesson. Rename one of the two"
            )
        else:
            lessons[slug] = lesson
    return sorted(lessons.values(), key=_lesson_place)


def _lesson_place(lesson: LessonText) -> tuple[int, int, str]:
    """Numbered files first; then by kind; then by name."""
    number, name = place(lesson.path.rpartition("/")[2])
    return number, KIND_ORDER.index(lesson.kind.value) if number == LAST else 0, name


def number_of(name: str) -> str:
    """The number as it is written, with zeros before it."""
    found = NUMBER.match(name)
    return found[1] if found else str(LAST)


def place(name: str) -> tuple[int, str]:
    """``01-names`` → (1, "names"); unnumbered names come last."""
    found = NUMBER.match(name)
    return (int(found[1]), found[2]) if found else (LAST, name)
