"""Links that lead out of a course: whether they are written as addresses, and where they stand."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lms.content.outline import CourseText, SectionText
from lms.content.questions import QuestionText, QuestionWords
from lms.content.source import Problem, Severity, read_source
from lms.content.tree import CourseTree

LINK = re.compile(r"(?<!!)\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?((?:[^()\s<>]|\([^()\s<>]*\))+)")
BARE = re.compile(r"<([a-z][a-z0-9+.-]*:[^\s<>]+)>", re.IGNORECASE)
CODE = re.compile(r"(`+).*?\1")
SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):", re.IGNORECASE)
HOST = re.compile(r"^[^\s.-][^\s/]*\.[^\s.]+$")
ITEM = re.compile(r"^\s*([-*+]|\d+[.)])\s")
WEB = frozenset({"http", "https"})
OTHERS = frozenset({"mailto", "tel"})
LONGEST = 500
"""Signs of an address that the worker remembers."""


def check_links(tree: CourseTree) -> Iterator[Problem]:
    """Addresses that cannot be ones, and sources that stand twice in one list."""
    for path in tree.paths:
        if not path.endswith(".md") or path.count("/") > 1:
            continue
        listed: dict[str, int] = {}
        for line in read_source(path, tree[path]).lines:
            if line.heading:
                listed = {}
            if line.code:
                continue
            found = list(addresses_in(line.text))
            for address in found:
                if fault := fault_of(address):
                    yield Problem(path, line.number, Severity.WARNING, fault)
            for address in found if ITEM.match(line.text) else ():
                first = listed.setdefault(address.rstrip("/"), line.number)
                if first != line.number:
                    message = f"{address[:60]} stands already in line {first} of this list"
                    yield Problem(path, line.number, Severity.WARNING, message)


def addresses_in(markdown: str) -> Iterator[str]:
    """What leads elsewhere, in the order of the text; nothing inside code."""
    plain = CODE.sub("", markdown)
    found = [*LINK.finditer(plain), *BARE.finditer(plain)]
    for one in sorted(found, key=lambda match: match.start()):
        if SCHEME.match(one[1]):
            yield one[1]


def fault_of(address: str) -> str:
    """Why nobody can follow it, and what to write instead; "" for a good one."""
    shown, scheme = address[:60], address.partition(":")[0].lower()
    if scheme in OTHERS:
        return ""
    if scheme not in WEB:
        return f"{shown} leads nowhere in a browser. Begin it with https://"
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return f"{shown} is no address. Copy it once more from the browser"
    if not parts.netloc:
        return f"{shown} lacks a slash. Write two after the colon: {scheme}://"
    if "@" in parts.netloc:
        return f"{shown} holds a name or a password. Take out what stands before the @"
    if not HOST.match(host) and ":" not in host:
        return f"{shown} names no site. Copy it once more from the browser"
    return ""


def sources_of(text: CourseText) -> dict[str, list[str]]:
    """Every address of the web in a course → the lessons that name it, "" for the course itself."""
    found: dict[str, list[str]] = {}
    for slug, markdown in _texts(text):
        for address in addresses_in(markdown):
            is_web = address.partition(":")[0].lower() in WEB
            if is_web and len(address) <= LONGEST and not fault_of(address):
                homes = found.setdefault(address, [])
                if slug not in homes:
                    homes.append(slug)
    return found


def _texts(text: CourseText) -> Iterator[tuple[str, str]]:
    """All running text, with the slug of its lesson."""
    for section in text.parts:
        yield from (("", words.body) for words in section.words.values())
    for lesson in text.lessons:
        for part in lesson.parts:
            yield from ((lesson.slug, markdown) for markdown in _part(part))
    for term in text.glossary.values():
        yield from (("", words.meaning) for words in term.words.values())


def _part(part: SectionText | QuestionText) -> Iterator[str]:
    if isinstance(part, SectionText):
        yield from (words.body for words in part.words.values())
    else:
        for words in part.words.values():
            yield from _question(words)


def _question(words: QuestionWords) -> Iterator[str]:
    yield from (words.prompt, words.body, words.explanation, *words.hints)
    for option in words.options:
        yield from (option.text, option.feedback)
