"""The report about a cohort as the plain values that its page is made from: numbers, and no name."""

from collections import Counter

from lms import files, letterhead
from lms.database import db
from lms.domain import journal, organisations
from lms.domain.cohorts import desk
from lms.domain.learning import roster
from lms.domain.learning.standings import day_number
from lms.domain.permissions import System
from lms.models import Cohort, Organisation
from lms.render.report import CourseLine, ReportFacts


def report_facts(cohort_id: int, language: str) -> ReportFacts:
    """As of now."""
    cohort = db.session.get_one(Cohort, cohort_id)
    organisation = db.session.get_one(Organisation, cohort.organisation_id)
    now = journal.now()
    lines, weeks = [], Counter[int]()
    for taken in desk.open_desk(System(), organisation, cohort_id).courses:
        figures = desk.figures(cohort, taken.course)
        said = taken.text.say(language)
        lines.append(
            CourseLine(
                title=said.title,
                language=said.language,
                members=figures.members,
                new=figures.new,
                under_way=figures.under_way,
                stuck=figures.stuck,
                finished=figures.finished,
            )
        )
        weeks.update(dict(desk.finished_by_week(cohort, taken.course)))
    this = roster.week_of(day_number(now))
    first = min([*weeks, this - 1])
    return ReportFacts(
        language=language,
        site_name=letterhead.site_name(),
        logo=letterhead.logo(),
        partner=organisations.name_in(organisation, language),
        partner_logo=files.get(organisation.logo) if organisation.logo else b"",
        cohort=cohort.name,
        made_at=now,
        courses=tuple(lines),
        weeks=tuple(
            (roster.monday_of(week), sum(weeks[one] for one in range(first, week + 1)))
            for week in range(first, this + 1)
        ),
    )
