"""The site's own facts: name, logo, texts, announcements, and the version that tells of changes."""

import struct
import zlib
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms import files
from lms.database import db
from lms.domain import announcements, site, site_texts
from lms.domain.errors import Conflict, Denied, Invalid, Missing
from lms.domain.site import Facts
from lms.models import AuditEntry, Level, SiteText, User
from tests.conftest import Clock
from tests.content.test_pictures import SVG


def png(width: int = 3, height: int = 4, *, extra: bytes = b"") -> bytes:
    """A whole picture."""
    pixels = zlib.compress((b"\0" + b"\0" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"tEXt", extra), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        for kind, data in chunks
    )


def lines() -> int:
    db.session.flush()
    return len(db.session.scalars(select(AuditEntry.id)).all())


def test_a_new_site_has_no_facts_of_its_own(app: Flask) -> None:
    assert (site.version(), site.name(), site.logo()) == (0, None, None)
    assert site.facts(0) == Facts()


def test_the_name_is_one_line_and_can_be_taken_back(ada: User) -> None:
    site.rename(ada, "  Our\n school\u200b ")
    assert site.name() == "Our school"
    assert site.facts(site.version()).name == "Our school"
    first = site.version()
    site.rename(ada, "Our school")
    assert lines() == 1
    site.rename(ada, "")
    assert site.name() is None
    assert site.version() > first > 0
    with pytest.raises(Invalid):
        site.rename(ada, "x" * 61)


@pytest.mark.parametrize(("data", "kind"), [(png(), "image/png"), (SVG % b"", "image/svg+xml")])
def test_a_logo_is_kept_by_its_content_and_removed(ada: User, data: bytes, kind: str) -> None:
    site.set_logo(ada, data)
    found = site.logo()
    assert found is not None
    assert (files.get(found[0]), found[1]) == (data, kind)
    facts = site.facts(site.version())
    assert (facts.logo, facts.logo_type) == found
    for _turn in range(2):
        site.remove_logo(ada)
    assert site.logo() is None
    assert lines() == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "a PNG or an SVG"),
        (b"GIF89a", "a PNG or an SVG"),
        (SVG[:60], "cannot be read"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "at most 2000 pixels"),
        (png(2001, 1), "at most 2000 pixels"),
        (png()[:-20], "damaged"),
        (png().replace(b"IDAT", b"IDAX"), "damaged"),
        (png(extra=b"x" * 256 * 1024), "larger than 256 kB"),
    ],
)
def test_no_other_picture_becomes_the_logo(ada: User, data: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence) as refused:
        site.set_logo(ada, data)
    assert refused.value.field == "logo"
    assert site.logo() is None


# --- texts --------------------------------------------------------------------------------------


def test_what_an_svg_runs_or_loads_is_taken_out_of_the_logo(ada: User) -> None:
    site.set_logo(
        ada, SVG % b"<script>run()</script><image href='https://elsewhere.example/'/><g/>"
    )
    logo = site.logo()
    assert logo is not None
    assert files.get(logo[0]) == SVG % b"<image /><g />"


def test_a_text_is_saved_again_and_again_and_the_newest_counts(ada: User) -> None:
    site_texts.write(ada, "terms", "en", "# One\r\n\r\nText.\0 ", after=0)
    site_texts.write(ada, "terms", "en", "# One\n\nText.", after=1)  # changes nothing
    site_texts.write(ada, "terms", "ar", "# واحد", after=0)
    site_texts.write(ada, "terms", "en", "# Two", after=1)
    assert site.facts(0).texts == {"terms": {"en": "# Two", "ar": "# واحد"}}
    rows, is_more = site_texts.history(ada, "terms", "en")
    assert ([row.text for row in rows], is_more) == (["# Two", "# One\n\nText."], False)
    site_texts.write(ada, "terms", "en", "", after=3)
    assert site.facts(0).texts == {"terms": {"ar": "# واحد"}}
    assert lines() == 4


def test_an_earlier_text_counts_again(ada: User) -> None:
    site_texts.write(ada, "terms", "en", "# One", after=0)
    site_texts.write(ada, "terms", "en", "# Two", after=1)
    for _turn in range(2):
        site_texts.restore(ada, "terms", "en", 1)
    assert site.facts(0).texts == {"terms": {"en": "# One"}}
    assert len(db.session.scalars(select(SiteText)).all()) == 3
    with pytest.raises(Missing):
        site_texts.restore(ada, "terms", "fr", 1)
    with pytest.raises(Missing):
        site_texts.find(ada, "terms", "en", 99)


def test_who_saved_meanwhile_is_not_overwritten(ada: User) -> None:
    site_texts.write(ada, "terms", "en", "# One", after=0)
    with pytest.raises(Conflict):
        site_texts.write(ada, "terms", "en", "# Mine", after=0)


@pytest.mark.parametrize("text", ["No title", "# " + "x" * 50_000, "# T\n\n" + "> " * 300 + "x"])
def test_a_text_must_be_one_that_can_be_shown(ada: User, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        site_texts.write(ada, "terms", "en", text, after=0)
    assert refused.value.field == "text"


# --- announcements ------------------------------------------------------------------------------


def test_an_announcement_runs_from_one_moment_to_another(ada: User, clock: Clock) -> None:
    begins = clock.moment + timedelta(hours=1)
    row = announcements.announce(
        ada,
        level=Level.WARNING,
        words={"en": " Away\n soon ", "fr": ""},
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
    )
    (said,) = site.facts(1).announcements
    assert said.words == {"en": "Away soon"}
    assert [said.is_on(clock.moment + timedelta(hours=n)) for n in (0, 1, 2)] == [
        False,
        True,
        False,
    ]
    assert site.facts(1).moments == {begins, begins + timedelta(hours=1)}
    clock.forward(hours=3)
    assert site.facts(1).announcements == ()
    assert announcements.listed(ada) == ([row], False)


def test_an_announcement_without_moments_runs_until_it_is_ended(ada: User, clock: Clock) -> None:
    said = {"level": Level.INFO, "words": {"en": "Hello"}, "starts_at": None, "ends_at": None}
    row = announcements.announce(ada, **said)  # type: ignore[arg-type]
    assert site.facts(1).moments == {clock.moment}
    version = site.version()
    announcements.change(ada, row, **said)  # type: ignore[arg-type]
    assert (site.version(), lines()) == (version, 1)
    announcements.change(ada, row, **{**said, "level": Level.WARNING})  # type: ignore[arg-type]
    assert site.version() == version + 1
    clock.forward(hours=1)
    for _turn in range(2):
        announcements.end(ada, row)
    assert (row.ends_at, lines()) == (clock.moment, 3)
    assert not site.facts(1).announcements


def test_what_was_to_begin_later_can_be_ended_before(ada: User, clock: Clock) -> None:
    row = announcements.announce(
        ada,
        level=Level.INFO,
        words={"en": "Hello"},
        starts_at=clock.moment + timedelta(days=1),
        ends_at=None,
    )
    announcements.end(ada, row)
    assert row.starts_at == row.ends_at == clock.moment


@pytest.mark.parametrize(
    ("words", "length", "field"),
    [({"en": " "}, 1, "en"), ({"fr": "x" * 301}, 1, "fr"), ({"en": "Hello"}, 0, "ends")],
)
def test_an_announcement_that_says_nothing_too_much_or_never_is_refused(
    ada: User, clock: Clock, words: dict[str, str], length: int, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        announcements.announce(
            ada,
            level=Level.INFO,
            words=words,
            starts_at=None,
            ends_at=clock.moment + timedelta(hours=length),
        )
    assert refused.value.field == field


def test_lists_have_pages(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcements, "PAGE", 1)
    monkeypatch.setattr(site_texts, "PAGE", 1)
    for number in range(2):
        announcements.announce(
            ada, level=Level.INFO, words={"en": "Hello"}, starts_at=None, ends_at=None
        )
        site_texts.write(ada, "terms", "en", f"# {number}", after=number)
    for pages in (
        [announcements.listed(ada, page=page) for page in (1, 2)],
        [site_texts.history(ada, "terms", "en", page=page) for page in (1, 2)],
    ):
        assert [([row.id for row in rows], more) for rows, more in pages] == [
            ([2], True),
            ([1], False),
        ]
    with pytest.raises(Missing):
        announcements.find(ada, 99)


def test_others_change_nothing(tomas: User, ada: User) -> None:
    said = {"level": Level.INFO, "words": {"en": "Hello"}, "starts_at": None, "ends_at": None}
    row = announcements.announce(ada, **said)  # type: ignore[arg-type]
    for deed in (
        lambda: site.rename(tomas, "X"),
        lambda: site.set_logo(tomas, png()),
        lambda: site.remove_logo(tomas),
        lambda: site_texts.write(tomas, "terms", "en", "# X", after=0),
        lambda: site_texts.restore(tomas, "terms", "en", 1),
        lambda: site_texts.history(tomas, "terms", "en"),
        lambda: announcements.announce(tomas, **said),  # type: ignore[arg-type]
        lambda: announcements.change(tomas, row, **said),  # type: ignore[arg-type]
        lambda: announcements.end(tomas, row),
        lambda: announcements.listed(tomas),
    ):
        with pytest.raises(Denied):
            deed()
