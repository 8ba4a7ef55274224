"""The outline in the studio: files get other names, and progress, links and settings go with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content import planning
from lms.content.check import check_tree
from lms.content.outline import LessonKind
from lms.content.plan import plan_of
from lms.content.source import Severity
from lms.content.tree import CourseTree, TreeError

FILES = {
    "course.md": "---\ntitle: C\nlanguage: en\n---\n\n[First](01-names/01-first.md#top)\n",
    "glossary.md": "zone {#zone}\n: A part.\n",
    "01-names/module.md": "---\ntitle: Names\n---\n",
    "01-names/01-first.md": "---\ntitle: First\nwas: oldest\n---\n\n![x](img/a.svg \"t\") `[no](02-second.md)`\n",
    "01-names/01-first.fr.md": "---\ntitle: Premier\n---\n\n![x](<img/a.svg>) ![x](img/a%20%281%29.svg)\n",
    "01-names/02-second.md": (
        "---\ntitle: Second\nafter: names/first, names/first-aid\n---\r\n\n"
        "[a](01-first.md), [b](../02-mail/01-third.md?x#y), [c](https://x.org/01-first.md) [d](#e)\n"
        "```\n[f](01-first.md)\n```\n"
    ),
    "01-names/03-first-aid.md": "---\ntitle: Aid\n---\n\nHelp.\n",
    "01-names/quiz.md": "---\ntitle: Quiz\n---\n\n## ? Is it? {#is}\n\n- true\n",
    "01-names/img/a (1).svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "01-names/img/a.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "02-mail/01-third.md": "---\ntitle: Third\n---\n\n[a](../01-names/01-first.md)\n",
    "02-mail/exam.md": "---\ntitle: Exam\nfrom: names/quiz 1\n---\n",
    "03-empty/module.md": "---\ntitle: Nothing yet\n---\n",
}  # fmt: skip
PUBLISHED = {"names/first", "names/second", "names/quiz", "mail/third", "mail/exam"}


@pytest.fixture
def tree() -> CourseTree:
    """Three modules, one of them empty."""
    return CourseTree.of({path: text.encode() for path, text in FILES.items()})


def changed(before: CourseTree, after: CourseTree) -> set[str]:
    """The paths in which they differ."""
    return {path for path, _digest in before.digests.items() ^ after.digests.items()}


def errors(tree: CourseTree) -> list[str]:
    """What would stop publication."""
    return [str(one) for one in check_tree(tree) if one.severity is Severity.ERROR]


def order(tree: CourseTree) -> list[str]:
    """The lessons in reading order."""
    return [lesson.slug for module in plan_of(tree).modules for lesson in module.lessons]


def test_the_outline_shows_empty_modules_too(tree: CourseTree) -> None:
    assert errors(tree) == []
    shown = plan_of(tree)
    assert [(one.title, len(one.lessons)) for one in shown.modules] == [
        ("Names", 4),
        ("Mail", 2),
        ("Nothing yet", 0),
    ]
    first = shown.modules[0].lessons[0]
    assert (first.slug, first.title, first.languages) == ("names/first", "First", ("fr",))
    assert plan_of(CourseTree.of({})).modules == ()


def test_modules_and_lessons_are_added_at_the_end(tree: CourseTree) -> None:
    added, folder = planning.add_module(tree, "Ü & Co")
    assert (folder, added["04-u-co/module.md"]) == (
        "04-u-co",
        "---\ntitle: Ü & Co\n---\n\n".encode(),
    )
    added, path = planning.add_lesson(added, folder, "الأسماء", LessonKind.PAGE)
    assert (path, added[path]) == (
        "04-u-co/01-page.md",
        "---\ntitle: الأسماء\n---\n\n".encode(),
    )
    body = "## ? Is it? {#is}\n\n- true\n"
    added, path = planning.add_lesson(tree, "01-names", "First", LessonKind.QUIZ, body)
    assert path == "01-names/04-first-2.md"
    assert added[path] == f"---\ntitle: First\nkind: quiz\n---\n\n{body}".encode()
    assert order(added)[3:5] == ["names/first-2", "names/quiz"]
    assert errors(added) == []


def test_a_translation_begins_with_the_text_of_the_original(tree: CourseTree) -> None:
    added, path = planning.add_translation(tree, "01-names/02-second.md", "ar")
    assert path == "01-names/02-second.ar.md"
    assert added[path] == tree["01-names/02-second.md"].replace(
        b"after: names/first, names/first-aid\n", b""
    )
    for wrong in ("01-names/01-first.fr.md", "nothing.md"):
        with pytest.raises(TreeError):
            planning.add_translation(tree, wrong, "ar")
    with pytest.raises(TreeError):
        planning.add_translation(tree, "01-names/01-first.md", "fr")


def test_a_renamed_lesson_says_what_it_was_and_all_that_named_it_follows(tree: CourseTree) -> None:
    after, path = planning.rename_lesson(tree, "01-names/01-first.md", "One", "one", PUBLISHED)
    assert path == "01-names/01-one.md"
    assert after[path].startswith(b"---\ntitle: One\nwas: oldest, first\n---\n")
    assert "01-names/01-one.fr.md" in after
    assert after["course.md"].endswith(b"[First](01-names/01-one.md#top)\n")
    second = after["01-names/02-second.md"].decode()
    assert "after: names/one, names/first-aid\n---\r\n" in second
    assert (
        "[a](01-one.md), [b](../02-mail/01-third.md?x#y), [c](https://x.org/01-first.md)" in second
    )
    assert "[f](01-first.md)" in second
    assert changed(tree, after) == {
        *(f"01-names/01-{name}{end}" for name in ("first", "one") for end in (".md", ".fr.md")),
        "course.md", "01-names/02-second.md", "02-mail/01-third.md",
    }  # fmt: skip
    assert errors(after) == []
    back, path = planning.rename_lesson(after, path, "First", "first", {*PUBLISHED, "names/one"})
    assert b"was: oldest, one\n" in back[path]


def test_only_what_was_published_needs_was_and_a_title_alone_moves_nothing(
    tree: CourseTree,
) -> None:
    after, path = planning.rename_lesson(tree, "01-names/03-first-aid.md", "Aid", "help", PUBLISHED)
    assert b"was" not in after[path]
    same, path = planning.rename_lesson(tree, "01-names/quiz.md", "Check", "quiz", PUBLISHED)
    assert changed(tree, same) == {path}
    for name in ("second", "Not this", "x" * 61, ""):
        with pytest.raises(TreeError):
            planning.rename_lesson(tree, "01-names/01-first.md", "First", name, PUBLISHED)
    with pytest.raises(TreeError):
        planning.rename_lesson(tree, "01-names/nothing.md", "First", "x", PUBLISHED)


def test_a_quiz_that_is_called_otherwise_stays_a_quiz(tree: CourseTree) -> None:
    after, path = planning.rename_lesson(tree, "01-names/quiz.md", "Check", "check", PUBLISHED)
    assert (path, after[path][:52]) == (
        "01-names/check.md",
        b"---\ntitle: Check\nkind: quiz\nwas: quiz\n---\n\n## ? Is i",
    )
    assert b"from: names/check 1" in after["02-mail/exam.md"]
    assert errors(after) == []


def test_a_renamed_module_takes_its_pictures_along(tree: CourseTree) -> None:
    after, folder = planning.rename_module(tree, "01-names", "Zones", "zones", PUBLISHED)
    assert folder == "01-zones"
    assert after["01-zones/module.md"] == b"---\ntitle: Zones\nwas: names\n---\n"
    assert "01-zones/img/a.svg" in after
    assert after["02-mail/01-third.md"].endswith(b"[a](../01-zones/01-first.md)\n")
    assert after["01-zones/01-first.md"] == tree["01-names/01-first.md"]
    assert b"from: zones/quiz 1" in after["02-mail/exam.md"]
    assert errors(after) == []
    mail, _folder = planning.rename_module(tree, "02-mail", "Post", "mail", PUBLISHED)
    assert mail["02-mail/module.md"] == b"---\ntitle: Post\n---\n\n"
    empty, folder = planning.rename_module(tree, "03-empty", "Later", "later", PUBLISHED)
    assert (folder, empty["03-later/module.md"]) == ("03-later", b"---\ntitle: Later\n---\n")
    with pytest.raises(TreeError):
        planning.rename_module(tree, "01-names", "Mail", "mail", PUBLISHED)
    with pytest.raises(TreeError):
        planning.rename_module(tree, "09-gone", "Mail", "x", PUBLISHED)


def test_moving_within_a_module_changes_two_numbers(tree: CourseTree) -> None:
    after = planning.move_lesson(tree, "01-names/02-second.md", "01-names", 0, PUBLISHED)
    assert order(after)[:4] == ["names/second", "names/first", "names/first-aid", "names/quiz"]
    assert {path for path in after.paths if path.startswith("01-names/0")} == {
        "01-names/01-second.md", "01-names/02-first.md", "01-names/02-first.fr.md",
        "01-names/03-first-aid.md",
    }  # fmt: skip
    assert b"was" not in after["01-names/01-second.md"]
    assert errors(after) == []
    up = planning.move_lesson(tree, "01-names/quiz.md", "01-names", 0, PUBLISHED)
    assert order(up)[:4] == ["names/quiz", "names/first", "names/second", "names/first-aid"]
    assert "01-names/01-quiz.md" in up
    assert planning.move_lesson(tree, "01-names/quiz.md", "01-names", 9, PUBLISHED) == tree


def test_a_lesson_in_another_module_keeps_its_progress_and_its_pictures(tree: CourseTree) -> None:
    after = planning.move_lesson(tree, "01-names/01-first.md", "02-mail", 0, PUBLISHED)
    assert order(after)[-3:] == ["mail/first", "mail/third", "mail/exam"]
    text = after["02-mail/01-first.md"].decode()
    assert "was: names/oldest, names/first\n" in text
    assert '![x](../01-names/img/a.svg "t") `[no](02-second.md)`' in text
    assert after["02-mail/01-first.fr.md"].endswith(
        b"![x](<../01-names/img/a.svg>) ![x](../01-names/img/a%20%281%29.svg)\n"
    )
    assert after["02-mail/02-third.md"].endswith(b"[a](01-first.md)\n")
    assert errors(after) == []
    empty = planning.move_lesson(tree, "01-names/quiz.md", "03-empty", 0, set())
    assert order(empty)[-1] == "empty/quiz"
    taken, _path = planning.add_lesson(tree, "02-mail", "First", LessonKind.PAGE)
    with pytest.raises(TreeError):
        planning.move_lesson(taken, "01-names/01-first.md", "02-mail", 0, PUBLISHED)


def test_modules_change_places(tree: CourseTree) -> None:
    after = planning.move_module(tree, "02-mail", 0)
    assert [one.folder for one in plan_of(after).modules] == ["01-mail", "02-names", "03-empty"]
    assert after["01-mail/01-third.md"].endswith(b"[a](../02-names/01-first.md)\n")
    assert errors(after) == []
    assert planning.move_module(tree, "02-mail", 1) == tree


def test_what_is_removed_goes_with_its_translations(tree: CourseTree) -> None:
    after = planning.remove(tree, "01-names/01-first.md")
    assert changed(tree, after) == {"01-names/01-first.md", "01-names/01-first.fr.md"}
    assert {path.partition("/")[0] for path in planning.remove(tree, "01-names").paths} == {
        "course.md", "glossary.md", "02-mail", "03-empty",
    }  # fmt: skip
    for wrong in ("course.md", "09-gone"):
        with pytest.raises(TreeError):
            planning.remove(tree, wrong)


def test_no_file_is_overwritten_and_bytes_that_are_no_text_stay(tree: CourseTree) -> None:
    odd = tree.with_file("01-names/01-one.fr.md", b"x")
    with pytest.raises(TreeError):
        planning.rename_lesson(odd, "01-names/01-first.md", "One", "one", PUBLISHED)
    odd = tree.with_file("01-names/02-second.md", b"\xff [a](01-first.md)\n[a](01-first.md)")
    after, _path = planning.rename_lesson(odd, "01-names/01-first.md", "One", "one", PUBLISHED)
    assert after["01-names/02-second.md"] == b"\xff [a](01-first.md)\n[a](01-one.md)"


@given(st.data())
def test_whatever_is_moved_nothing_breaks(data: st.DataObject) -> None:
    """Lessons and modules in any order: as many lessons as before, and no error."""
    tree = CourseTree.of({path: text.encode() for path, text in FILES.items()})
    for _turn in range(3):
        shown = plan_of(tree)
        lessons = [lesson for module in shown.modules for lesson in module.lessons]
        module = data.draw(st.sampled_from(shown.modules))
        at = data.draw(st.integers(0, 4))
        if data.draw(st.booleans()):
            tree = planning.move_module(tree, module.folder, at)
            slugs = [one.slug for one in plan_of(tree).modules]  # one without lessons may be gone
            assert slugs.index(module.slug) == min(at, len(slugs) - 1)
        else:
            lesson = data.draw(st.sampled_from(lessons))
            tree = planning.move_lesson(tree, lesson.path, module.folder, at, PUBLISHED)
            names = [
                one.slug.partition("/")[2] for one in plan_of(tree).module(module.folder).lessons
            ]
            assert names.index(lesson.slug.partition("/")[2]) == min(at, len(names) - 1)
        assert len(order(tree)) == 6
        assert errors(tree) == []
