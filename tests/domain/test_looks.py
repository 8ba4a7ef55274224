"""What partners looked at stands in the log of the person, and nowhere else."""

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import looks
from lms.models import Look, LookKind, User
from tests.cohorts import cohort_of, partner_of
from tests.conftest import Clock, person


def test_many_looks_on_one_day_are_one_line_for_each_person(
    lin: User, amina: User, clock: Clock
) -> None:
    water = partner_of(lin)
    cohort = cohort_of(lin, water)
    zoe = person("Zoe")
    looks.record(lin, cohort, [amina.id, zoe.id, amina.id], LookKind.DESK)
    clock.forward(hours=1)
    looks.record(lin, cohort, [amina.id], LookKind.DESK)
    looks.record(lin, cohort, [amina.id], LookKind.CERTIFICATE)
    looks.record(lin, cohort, [], LookKind.REPORT)
    clock.forward(days=1)
    looks.record(lin, cohort, [amina.id], LookKind.DESK)
    lines, is_more = looks.lines(amina)
    assert [(one.look.kind, one.look.times, one.look.day) for one in lines] == [
        (LookKind.DESK, 1, "2027-03-02"),
        (LookKind.CERTIFICATE, 1, "2027-03-01"),
        (LookKind.DESK, 2, "2027-03-01"),
    ]
    assert not is_more
    assert {(one.by, one.organisation.id, one.cohort.id) for one in lines} == {
        ("Lin", water.id, cohort.id)
    }
    assert [one.look.times for one in looks.lines(zoe)[0]] == [1]


def test_ten_thousand_people_take_ten_statements(
    lin: User, amina: User, monkeypatch: pytest.MonkeyPatch, count_queries: list[str]
) -> None:
    cohort = cohort_of(lin, partner_of(lin))
    people = [amina.id, *(person(f"P{n}").id for n in range(5))]
    monkeypatch.setattr(looks, "AT_ONCE", 3)
    assert cohort.code
    count_queries.clear()
    looks.record(lin, cohort, people, LookKind.CERTIFICATES)
    assert len([one for one in count_queries if one.startswith("INSERT")]) == 2
    assert len(db.session.scalars(select(Look.id)).all()) == 6


def test_the_log_has_pages_and_outlives_the_account_of_who_looked(
    lin: User, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "PAGE", 1)
    cohort = cohort_of(lin, partner_of(lin))
    for kind in (LookKind.DESK, LookKind.TABLE):
        looks.record(lin, cohort, [amina.id], kind)
    db.session.execute(Look.__table__.update().values(by="0" * 32))  # type: ignore[attr-defined]
    assert [looks.lines(amina, page=page)[1] for page in (1, 2)] == [True, False]
    assert looks.lines(amina)[0][0].by is None
