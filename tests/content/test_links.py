"""Links that lead out of a course are written as addresses; one list names a source once."""

import pytest

from lms.content.check import check_tree, read_course
from lms.content.links import addresses_in, fault_of, sources_of
from lms.content.source import Severity
from lms.content.tree import CourseTree

COURSE = "---\ntitle: T\nlanguage: en\n---\n\nSee [here](https://a.example/course).\n"
LESSON = """---
title: L
---

Read <https://a.example/x> and [the rules](https://b.example/r_(2)), `[not](https://no.example)`.

![a tree](img/t.png)

# Sources {#sources}

- [One](https://a.example/1)
- [One again](https://a.example/1/)
- [Slip](http:/a.example)

```
[code](htp://x)
```

# More {#more}

- [One](https://a.example/1)

## ? Is [this](https://q.example/) so? {#so}

Look [there](https://b.example/body).

- (x) [yes](https://o.example/) >> [why](https://f.example/)
- ( ) no

> ? [hint](https://h.example/)
> [because](https://e.example/)
"""
GLOSSARY = "---\ntitle: G\n---\n\nDNS {#dns}\n: [names](https://g.example/)\n"
FILES = {
    "course.md": COURSE,
    "glossary.md": GLOSSARY,
    "01-m/module.md": "---\ntitle: M\n---\n",
    "01-m/01-l.md": LESSON,
    "01-m/img/t.png": "x",
    "01-m/img/deep.md": "[x](htp://deep)",
}


def tree(**more: str) -> CourseTree:
    return CourseTree.of({path: text.encode() for path, text in {**FILES, **more}.items()})


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://icann.org/en?a=b#c", ""),
        ("https://例え.jp/", ""),
        ("http://[2001:db8::1]/", ""),
        ("mailto:us@ngo.example", ""),
        ("tel:+123", ""),
        ("htp://icann.org", "leads nowhere in a browser. Begin it with https://"),
        ("https:/icann.org", "lacks a slash"),
        ("https://icann.org:x/", "is no address"),
        ("https://[::1", "is no address"),
        ("https://me:secret@icann.org/", "holds a name or a password"),
        ("https://icann/", "names no site"),
        ("https://.icann.org/", "names no site"),
    ],
)
def test_an_address_that_cannot_be_one_is_told(address: str, fault: str) -> None:
    told = fault_of(address)
    assert fault in told
    assert bool(told) == bool(fault)


def test_the_check_warns_in_the_line_and_does_not_block() -> None:
    told = [one for one in check_tree(tree()) if one.severity is Severity.WARNING]
    assert [str(one) for one in told if "html" not in one.message] == [
        "01-m/01-l.md:12: warning: https://a.example/1/ stands already in line 11 of this list",
        "01-m/01-l.md:13: warning: http:/a.example lacks a slash. Write two after the colon: http://",
    ]


def test_every_address_of_the_web_is_found_with_where_it_stands() -> None:
    text, _problems = read_course(tree())
    assert text is not None
    found = sources_of(text)
    assert found["https://a.example/course"] == found["https://g.example/"] == [""]
    lessons = (
        "b.example/r_(2) a.example/1 q.example/ b.example/body o.example/ f.example/ h.example/"
    )
    for address in lessons.split():
        assert found[f"https://{address}"] == ["m/l"], address
    assert "https://no.example" not in found
    assert "http:/a.example" not in found
    assert list(addresses_in("[a](b.md) <https://x.example> [c](https://y.example)")) == [
        "https://x.example",
        "https://y.example",
    ]
