"""A cohort of ten thousand, of whom a third finished; whoever asks manages it."""

from collections.abc import Callable, Mapping

from tools.bench import course

MEMBERS = 10_000
LARGER = 2
"""The number of another cohort, in which all learners are."""
DESK = "the desk of a cohort of 10,000"
SLUG = "bench-partner"
PATH = f"/en/partners/{SLUG}/cohorts/1/desk"
_ORGANISATION = """
    INSERT INTO organisation (id, slug, name, created_at, names, partner_since, site, contact,
    signatory_name, signatory_role) VALUES (1, ?, 'Bench', '2026-01-01 00:00:00.000000', '{}',
    '2026-01-01 00:00:00.000000', '', '', '', '')"""
_COHORT = """
    INSERT INTO cohort (id, organisation_id, code, name, language, created_at, needs_approval)
    VALUES (?, 1, ?, 'Thousands', 'en', '2026-01-01 00:00:00.000000', 0)"""
_COURSE = """
    INSERT INTO cohort_course (cohort_id, course_id, position, starts_at, ends_at) VALUES (?, ?, 0,
    strftime('%Y-%m-%d %H:%M:%f000', 'now', '-50 days'),
    strftime('%Y-%m-%d %H:%M:%f000', 'now', '+50 days'))"""
TODAY = "cast(julianday('now') - julianday('1970-01-01') AS INTEGER)"


def add(
    fill: Callable[[str, Mapping[str, str], str], None],
    first: int,
    course_id: int,
    yesterday: str,
    once: Callable[[str, tuple[object, ...]], object],
) -> None:
    """Fill its tables; ``fill`` makes a row for each learner ``n``, ``once`` runs a statement."""
    once(_ORGANISATION, (SLUG,))
    for number in (1, LARGER):
        once(_COHORT, (number, f"BENCH{number}"))
        once(_COURSE, (number, course_id))
    manager = {"user_id": f"{first} + n", "organisation_id": "1", "role": "'manager'"}
    fill("membership", {**manager, "at": yesterday}, "(SELECT 1)")
    some = f"(SELECT 1) ON n < {MEMBERS}"
    member = {"cohort_id": "1", "user_id": f"{first} + n", "consent_version": "1"}
    moments = dict.fromkeys(("joined_at", "consent_at", "approved_at"), yesterday)
    fill("cohort_member", {**member, **moments}, some)
    fill("cohort_member", {**member, **moments, "cohort_id": str(LARGER)}, "(SELECT 1)")
    standing = {
        "course_id": str(course_id),
        "user_id": f"{first} + n",
        "done": "n % 41",
        "required": "40",
        "begun_day": f"{TODAY} - 50",
        "last_day": f"{TODAY} - n % 30",
        "quiet_since": f"{TODAY} - n % 30",
        "finished_day": f"CASE WHEN n % 3 = 0 THEN {TODAY} - n % 49 END",
        "here": f"'{course.lessons()[3]}'",
        "stale": "0",
    }
    fill("standing", standing, "(SELECT 1)")
