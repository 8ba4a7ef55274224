"""The course that is measured: one lesson of a thousand words of real prose, many lessons around it."""

import re
from collections.abc import Iterator
from pathlib import Path

SLUG = "bench"
MODULES = 5
PAGES = 7
"""Lessons that are read, in each module; a quiz of ten questions follows them."""
WORDS = 1000
SOURCES = Path(__file__).resolve().parent.parent.parent / "courses"

_COURSE = """\
---
title: A course to measure
summary: Five modules with seven lessons and a quiz each.
language: en
level: beginner
hours: 8
trainer: Nobody
license: CC BY 4.0
certificate: yes
complete: all lessons
---

For the machine, which reads it some thousand times.
"""
_GLOSSARY = """\
domain name {#domain-name}
: A name for people, such as ngo.example, behind which computers find each other.
"""
_PRACTICE = """\

## ? Which of these is a top-level domain? {#practice}

- (x) org >> Yes, and one of the oldest.
- ( ) www >> That is a host.
- ( ) ngo.example >> That is a name of two labels.

> The last label of a name is its top-level domain.
"""
_QUESTION = """\

## ? Who keeps the list of all names under ending {number}? {{#keeps-{number}}}

- (x) The registry, which serves just that ending >> Yes. There is one for each ending.
- ( ) The registrar, which also takes the orders >> It enters them at the registry.
- ( ) The registrant, who has to report each year >> The registrant is you.
- ( ) The reseller, who sells names with websites >> It sells for a registrar.

> One registry keeps the list, many registrars sell.
"""


def files() -> dict[str, str]:
    """Path → text, as a trainer would have written them."""
    prose = thousand_words()
    found = {"course.md": _COURSE, "glossary.md": _GLOSSARY}
    for module in range(1, MODULES + 1):
        folder = f"{module:02}-module-{module}"
        found[f"{folder}/module.md"] = f"---\ntitle: Part {module} of what there is to know\n---\n"
        for page in range(1, PAGES + 1):
            head = f"---\ntitle: What lesson {page} of part {module} tells\nminutes: 10\n---\n\n"
            term = "This is about a [[domain name]].\n\n"
            found[f"{folder}/{page:02}-lesson-{page}.md"] = head + term + prose + _PRACTICE
        quiz = "".join(_QUESTION.format(number=number) for number in range(1, 11))
        found[f"{folder}/quiz.md"] = f"---\ntitle: Quiz {module}\npass: 70\n---\n{quiz}"
    return found


def lessons() -> list[str]:
    """The slugs of all lessons in reading order."""
    return [
        f"module-{module}/{name}"
        for module in range(1, MODULES + 1)
        for name in (*(f"lesson-{page}" for page in range(1, PAGES + 1)), "quiz")
    ]


def thousand_words() -> str:
    """Whole paragraphs from the shipped lessons: invented words would not compress as prose does."""
    taken: list[str] = []
    for block in _blocks():
        size = len(block.split())
        if size <= WORDS - sum(len(one.split()) for one in taken):
            taken.append(block)
    return "\n\n".join(taken) + "\n"


def _blocks() -> Iterator[str]:
    """Paragraphs, lists and headings of lessons in English that need no other file."""
    for path in sorted(SOURCES.glob("*/*/[0-9]*.md")):
        if path.suffixes != [".md"]:
            continue
        body = path.read_text("utf-8").split("---\n", 2)[2].split("\n## ?")[0]
        for number, block in enumerate(re.split(r"\n\s*\n", body.strip())):
            if "](" in block or "[[" in block or "[^" in block:
                continue
            if block.startswith("#"):
                block = re.sub(r"\s*\{#.*?\}", "", block) + f" {{#{path.stem}-{number}}}"
            yield block
