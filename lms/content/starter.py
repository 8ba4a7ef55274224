"""The small course to begin with, in a folder or in the browser: every file that a course needs."""

from lms.content import splice
from lms.content.tree import CourseTree

_COURSE = """\
---
title: My first course
summary: One sentence that says what people will be able to do afterwards.
language: en
level: beginner
hours: 1
trainer: Your name
license: CC BY 4.0
certificate: yes
complete: all lessons
---

For whom this course is, in a sentence or two.

## You will be able to {#outcomes}

- do something that you could not do before;
- explain it to somebody else.
"""

_MODULE = """\
---
title: The first module
goal: What somebody can do after it.
---
"""

_LESSON = """\
---
title: The first lesson
minutes: 10
---

Write as you would explain it to a friend. A [[domain name]] in two square brackets is explained
where it stands, with the words of `glossary.md`.

> [!EXAMPLE]
> A box makes an example easy to find.

## ? May a lesson hold a question to practise? {#practice}

- (x) Yes >> And nobody counts how often you try.
- ( ) No >> Look: this is one.

> The last list of a question is its answer; the bullets say which kind it is.
"""

_QUIZ = """\
---
title: Check what you know
pass: 70
---

## ? What is right about this quiz? {#about}

- [x] It has two questions >> This one and the next.
- [x] It can be taken again >> Unless the top of the file says `attempts:`.
- [ ] It counts how long you take >> Only with `time:` at the top of the file.

## ? How many questions does it have? {#how-many}

- = 2

> Numbers are understood as people write them: 2, ٢ or ２.
"""

_GLOSSARY = """\
domain name {#domain-name}
: A name for people, such as ngo.example, behind which computers find each other.
"""

STARTER = {
    "course.md": _COURSE.encode(),
    "glossary.md": _GLOSSARY.encode(),
    "01-first-module/module.md": _MODULE.encode(),
    "01-first-module/01-first-lesson.md": _LESSON.encode(),
    "01-first-module/quiz.md": _QUIZ.encode(),
}


def starter(title: str, *, language: str, trainer: str) -> CourseTree:
    """The same with these words at its top."""
    top = STARTER["course.md"]
    for name, value in (("title", title), ("language", language), ("trainer", trainer)):
        top = splice.with_setting(top, name, value)
    return CourseTree.of({**STARTER, "course.md": top})
