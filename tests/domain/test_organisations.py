"""Organisations have names in several languages, may be partners, and have members."""

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import organisations
from lms.domain.errors import Conflict, Denied, Invalid, Missing
from lms.models import AuditEntry, Membership, MembershipRole, Organisation, OutgoingMail, User


@pytest.fixture
def water(ada: User) -> Organisation:
    return organisations.make(ada, slug=" Clean-Water ", name="Clean Water")


def test_a_short_name_has_one_owner_and_stands_in_addresses(ada: User, water: Organisation) -> None:
    assert organisations.find(ada, "clean-water") is water
    for slug in ("clean-water", "", "a b", "-a", "ä", "x" * 101):
        with pytest.raises(Invalid) as refused:
            organisations.make(ada, slug=slug, name="Another")
        assert refused.value.field == "slug"
    with pytest.raises(Invalid):
        organisations.make(ada, slug="another", name=" ")
    with pytest.raises(Missing):
        organisations.find(ada, "another")


def test_names_and_partnership_change_and_nothing_changes_twice(
    ada: User, water: Organisation
) -> None:
    for _turn in range(2):
        organisations.change(
            ada, water, name="Water", names={"fr": "Eau ", "ar": " "}, is_partner=True
        )
    since = water.partner_since
    assert (water.name, water.names, since is None) == ("Water", {"fr": "Eau"}, False)
    organisations.change(ada, water, name="Water", names={}, is_partner=True)
    assert water.partner_since == since
    organisations.change(ada, water, name="Water", names={}, is_partner=False)
    assert water.partner_since is None
    db.session.flush()
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [sorted(entry.changes) for entry in entries] == [
        ["name"],
        ["name", "names", "partner"],
        ["names"],
        ["partner"],
    ]
    assert organisations.name_in(water, "fr") == "Water"


def test_members_get_a_role_change_it_and_leave(
    ada: User, amina: User, water: Organisation
) -> None:
    for role in (MembershipRole.MEMBER, MembershipRole.MEMBER, MembershipRole.MANAGER):
        organisations.set_member(ada, water, amina, role)
    members, is_more = organisations.members_of(ada, water)
    assert [(one.person, one.membership.role) for one in members] == [
        (amina, MembershipRole.MANAGER)
    ]
    assert not is_more
    assert [(row.organisation, row.members) for row in organisations.listed(ada)[0]] == [(water, 1)]
    for _turn in range(2):
        organisations.remove_member(ada, water, amina)
    assert db.session.scalars(select(Membership)).all() == []
    facts = db.session.scalars(select(OutgoingMail.facts).order_by(OutgoingMail.id)).all()
    assert [(one["role"], one["given"], one["where"]) for one in facts] == [
        ("member", True, "Clean Water"),
        ("manager", True, "Clean Water"),
        ("manager", False, "Clean Water"),
    ]


def test_managers_remove_members_but_never_the_last_manager(
    ada: User, amina: User, tomas: User, water: Organisation
) -> None:
    organisations.set_member(ada, water, amina, MembershipRole.MANAGER)
    organisations.set_member(ada, water, tomas, MembershipRole.TRAINER)
    with pytest.raises(Denied):
        organisations.remove_member(tomas, water, amina)
    with pytest.raises(Conflict, match="Nobody else manages"):
        organisations.remove_member(amina, water, amina)
    organisations.remove_member(amina, water, tomas)
    with pytest.raises(Missing):
        organisations.find_member(amina, water, tomas.public_id)
    organisations.set_member(ada, water, tomas, MembershipRole.MANAGER)
    found = organisations.find_member(amina, water, tomas.public_id)
    assert (found.person, found.membership.role) == (tomas, MembershipRole.MANAGER)
    organisations.remove_member(tomas, water, amina)
    organisations.remove_member(ada, water, tomas)
    assert db.session.scalars(select(Membership)).all() == []


def test_of_two_who_add_a_person_at_once_the_second_is_told(
    ada: User, amina: User, water: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisations.set_member(ada, water, amina, MembershipRole.MEMBER)
    monkeypatch.setattr(
        organisations, "_membership", lambda *_which: None
    )  # as it was a moment ago
    with pytest.raises(Conflict):
        organisations.set_member(ada, water, amina, MembershipRole.MANAGER)


def test_lists_have_pages(
    ada: User, amina: User, water: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(organisations, "PAGE", 1)
    organisations.make(ada, slug="air", name="Air")
    for someone in (ada, amina):
        organisations.set_member(ada, water, someone, MembershipRole.MEMBER)
    for read, names in (
        (lambda page: organisations.listed(ada, page=page), ["Air", "Clean Water"]),
        (lambda page: organisations.members_of(ada, water, page=page), ["Ada", "Amina"]),
    ):
        pages = [read(page) for page in (1, 2)]
        assert [more for _rows, more in pages] == [True, False]
        shown = [getattr(rows[0], "organisation", None) or rows[0].person for rows, _ in pages]  # type: ignore[union-attr]
        assert [one.name for one in shown] == names


def test_others_do_nothing_of_it(tomas: User, water: Organisation) -> None:
    for deed in (
        lambda: organisations.make(tomas, slug="x", name="X"),
        lambda: organisations.change(tomas, water, name="X", names={}, is_partner=True),
        lambda: organisations.set_member(tomas, water, tomas, MembershipRole.MANAGER),
        lambda: organisations.remove_member(tomas, water, tomas),
        lambda: organisations.find(tomas, "clean-water"),
        lambda: organisations.listed(tomas),
        lambda: organisations.members_of(tomas, water),
    ):
        with pytest.raises(Denied):
            deed()
