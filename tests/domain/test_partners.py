"""How an organisation presents itself: names, site, contact, pictures."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from lms import files
from lms.database import db
from lms.domain import discarded, partners
from lms.domain.errors import Denied, Invalid, Missing
from lms.domain.partners import Picture, Profile
from lms.models import AuditEntry, Organisation, User
from tests.cohorts import partner_of
from tests.content.test_pictures import SVG
from tests.domain.test_site import png


@pytest.fixture
def water(lin: User) -> Organisation:
    return partner_of(lin)


def test_a_manager_describes_it_and_twice_changes_nothing(lin: User, water: Organisation) -> None:
    said = Profile(
        name=" Clean  Water",
        names={"ar": "ماء", "fr": " "},
        site="water.example",
        contact=" hello@water.example\n",
        signatory_name="Noor",
        signatory_role="Director",
    )
    count = len(db.session.scalars(select(AuditEntry.id)).all())
    for _turn in range(2):
        partners.describe(lin, water, said)
        db.session.flush()
    assert (water.name, water.names, water.site) == (
        "Clean Water",
        {"ar": "ماء"},
        "https://water.example",
    )
    assert (water.contact, water.signatory_name) == ("hello@water.example", "Noor")
    entries = db.session.scalars(select(AuditEntry.changes).order_by(AuditEntry.id)).all()[count:]
    assert [sorted(one) for one in entries] == [
        ["contact", "names", "signatory_name", "signatory_role", "site"]
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "--"),
        ("site", "ftp://water.example"),
        ("site", "javascript://water.example/%0aalert(1)"),
        ("site", "water"),
        ("site", "https://water.example/" + "x" * 500),
        ("site", "https://water.example/\x01"),
        ("contact", "x" * 501),
        ("signatory_role", "x" * 201),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    lin: User, water: Organisation, field: str, value: str
) -> None:
    said: dict[str, object] = {"name": "Water", "names": {}, field: value}
    with pytest.raises(Invalid) as refused:
        partners.describe(lin, water, Profile(**said))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert water.name == "Clean Water"


def test_pictures_are_kept_shown_and_removed(lin: User, water: Organisation) -> None:
    partners.set_picture(lin, water, Picture.LOGO, png())
    partners.set_picture(lin, water, Picture.SIGNATURE, SVG % b"")
    digest = water.logo
    assert digest is not None
    for _turn in range(2):
        partners.set_picture(lin, water, Picture.LOGO, png())
    db.session.flush()
    assert partners.picture("water", digest) == "image/png"
    assert (files.get(digest), discarded.is_needed(digest)) == (png(), True)
    assert water.signature_type == "image/svg+xml"
    for slug, which in (("water", water.signature), ("air", digest)):
        with pytest.raises(Missing):
            partners.picture(slug, str(which))
    partners.set_picture(lin, water, Picture.SIGNATURE, SVG % b"<script>run()</script><g/>")
    assert b"run" not in files.get(str(water.signature))
    for data in (b"", b"text", SVG[:60]):
        with pytest.raises(Invalid) as refused:
            partners.set_picture(lin, water, Picture.SIGNATURE, data)
        assert refused.value.field == "signature"
    for _turn in range(2):
        partners.remove_picture(lin, water, Picture.LOGO)
    db.session.flush()
    assert (water.logo, water.logo_type, discarded.is_needed(digest)) == (None, None, False)


def test_others_change_nothing_of_it(amina: User, ada: User, water: Organisation) -> None:
    said = Profile(name="Mine", names={})
    deeds: tuple[Callable[[], None], ...] = (
        lambda: partners.describe(amina, water, said),
        lambda: partners.set_picture(amina, water, Picture.LOGO, png()),
        lambda: partners.remove_picture(amina, water, Picture.LOGO),
    )
    for deed in deeds:
        with pytest.raises(Denied):
            deed()
    partners.describe(ada, water, said)
    assert water.name == "Mine"
