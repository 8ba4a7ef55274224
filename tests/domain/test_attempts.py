from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms.database import db
from lms.domain import catalogue, journal
from lms.domain.errors import Conflict, Denied, Missing
from lms.domain.learning import attempts, marking, papers
from lms.domain.learning.progress import progress_of
from lms.domain.permissions import System
from lms.models import Answer, Attempt, Completion, Course, Edition, Event, User, Verb
from tests.conftest import SMALL, Publish

Answers = Mapping[str, Sequence[object]]
QUIZ = "names/quiz"
RIGHT: Answers = {"runs": [0], "which": [0, 1], "letters": ["63"], "soa": ["soa"]}
WRONG: Answers = {"runs": [1], "which": [2], "letters": ["12"], "soa": ["mx"]}


def responses(attempt: Attempt, answers: Answers) -> dict[int, Sequence[object]]:
    """Answers by question id → by position on this paper."""
    return {
        q.position: answers[q.text.id] for q in papers.paper_of(attempt) if q.text.id in answers
    }


def handed_in(me: User, course: Course, answers: Answers) -> Attempt:
    attempt = attempts.start_attempt(me, course, QUIZ)
    given = responses(attempt, answers)
    attempts.submit_attempt(me, attempt, counter=1, responses=given)
    db.session.commit()
    return attempt


def quiz(rules: str) -> dict[str, str]:
    """The small course with more rules for its quiz."""
    path = "01-names/quiz.md"
    return {**SMALL, path: SMALL[path].replace("pass: 50\n", f"pass: 50\n{rules}")}


def test_all_right_passes_with_every_point(amina: User, small: Course) -> None:
    attempt = handed_in(amina, small, RIGHT)

    assert (attempt.passed, attempt.percent, attempt.earned, attempt.possible) == (True, 100, 4, 4)


def test_all_wrong_fails_and_completes_nothing(amina: User, small: Course) -> None:
    attempt = handed_in(amina, small, WRONG)

    assert (attempt.passed, attempt.percent) == (False, 0)
    assert db.session.scalars(select(Completion)).all() == []


def test_what_was_not_answered_earns_nothing(amina: User, small: Course) -> None:
    attempt = handed_in(amina, small, {"runs": [0], "which": []})

    assert (attempt.percent, attempt.passed) == (25, False)


def test_the_percentage_is_rounded_down_and_the_mark_is_compared_exactly(
    amina: User, publish: Publish
) -> None:
    path = "01-names/quiz.md"
    publish("small", {**SMALL, path: SMALL[path].replace("pass: 50", "pass: 62.5")})
    course = db.session.scalars(select(Course)).one()

    attempt = handed_in(amina, course, {"runs": [0], "which": [0], "letters": ["63"]})

    assert (attempt.score, attempt.percent, attempt.passed) == (0.625, 62, True)


def test_starting_again_gives_the_open_attempt(amina: User, small: Course) -> None:
    first = attempts.start_attempt(amina, small, QUIZ)

    assert attempts.start_attempt(amina, small, QUIZ) is first


def test_the_paper_keeps_its_order(amina: User, small: Course) -> None:
    attempt = attempts.start_attempt(amina, small, QUIZ)
    db.session.commit()

    first = [(q.name, q.order) for q in papers.paper_of(attempt)]
    db.session.expire_all()

    assert [(q.name, q.order) for q in papers.paper_of(attempt)] == first
    assert {name for name, _ in first} == {f"{QUIZ}#{name}" for name in RIGHT}


def test_saved_answers_are_there_when_the_learner_comes_back(amina: User, small: Course) -> None:
    attempt = attempts.start_attempt(amina, small, QUIZ)
    attempts.save_answers(amina, attempt, counter=1, responses=responses(attempt, {"soa": ["so"]}))
    attempts.save_answers(amina, attempt, counter=2, responses=responses(attempt, {"soa": ["soa"]}))

    assert [a.response for a in papers.answers_of(attempt).values()] == [["soa"]]


def test_an_older_save_never_overwrites_a_newer(amina: User, small: Course) -> None:
    attempt = attempts.start_attempt(amina, small, QUIZ)
    attempts.save_answers(amina, attempt, counter=5, responses=responses(attempt, {"soa": ["new"]}))
    attempts.save_answers(amina, attempt, counter=4, responses=responses(attempt, {"soa": ["old"]}))

    assert [a.response for a in papers.answers_of(attempt).values()] == [["new"]]


def test_saving_the_same_again_keeps_the_first_moment(amina: User, small: Course) -> None:
    attempt = attempts.start_attempt(amina, small, QUIZ)
    given = responses(attempt, {"soa": ["soa"]})
    attempts.save_answers(amina, attempt, counter=1, responses=given)
    before = [a.saved_at for a in papers.answers_of(attempt).values()]
    attempts.save_answers(amina, attempt, counter=2, responses=given)

    assert [a.saved_at for a in papers.answers_of(attempt).values()] == before


def test_submitting_twice_changes_nothing(amina: User, small: Course) -> None:
    attempt = handed_in(amina, small, RIGHT)
    moment = attempt.submitted_at

    attempts.submit_attempt(amina, attempt, counter=9, responses=responses(attempt, WRONG))

    assert (attempt.percent, attempt.submitted_at) == (100, moment)
    verbs = db.session.scalars(select(Event.verb).order_by(Event.id)).all()
    assert verbs.count(Verb.SUBMITTED) == 1


def test_a_save_after_submission_is_a_conflict(amina: User, small: Course) -> None:
    attempt = handed_in(amina, small, RIGHT)

    with pytest.raises(Conflict):
        attempts.save_answers(amina, attempt, counter=9, responses={})


def test_an_attempt_is_graded_by_the_edition_it_was_started_on(
    amina: User, small: Course, publish: Publish
) -> None:
    attempt = attempts.start_attempt(amina, small, QUIZ)
    db.session.commit()
    path = "01-names/quiz.md"
    changed = SMALL[path].replace("- = 63", "- = 255").replace("(x) A reg", "( ) A reg")
    publish("small", {**SMALL, path: changed.replace("( ) A registrar", "(x) A registrar")})

    attempts.submit_attempt(amina, attempt, counter=1, responses=responses(attempt, RIGHT))

    assert attempt.percent == 100


def test_a_renamed_quiz_keeps_its_open_attempt(
    amina: User, small: Course, publish: Publish
) -> None:
    attempt = attempts.start_attempt(amina, small, QUIZ)
    db.session.commit()
    files = dict(SMALL)
    text = files.pop("01-names/quiz.md").replace("title: Quiz", "title: Quiz\nwas: names/quiz")
    publish("small", {**files, "01-names/quiz-names.md": text})

    attempts.submit_attempt(amina, attempt, counter=1, responses=responses(attempt, RIGHT))
    db.session.commit()

    edition = db.session.scalars(select(Edition).order_by(Edition.number.desc())).first()
    assert edition is not None
    assert papers.lesson_of(attempt)[2].slug == QUIZ
    progress = progress_of(amina, small, catalogue.text_of(edition))
    assert progress.states["names/quiz-names"].done_at is not None


def test_attempts_run_out(amina: User, publish: Publish) -> None:
    course_id = publish("small", quiz("attempts: 1\n")).course_id
    course = db.session.get_one(Course, course_id)
    handed_in(amina, course, WRONG)

    with pytest.raises(Denied, match="All attempts are used"):
        attempts.start_attempt(amina, course, QUIZ)


def test_the_waiting_time_runs_from_the_last_submission(amina: User, publish: Publish) -> None:
    course = db.session.get_one(Course, publish("small", quiz("wait: 10 minutes\n")).course_id)
    attempt = handed_in(amina, course, WRONG)

    with pytest.raises(Denied, match="waiting time"):
        attempts.start_attempt(amina, course, QUIZ)

    earlier = journal.now() - timedelta(minutes=11)
    db.session.execute(update(Attempt).values(submitted_at=earlier))
    db.session.commit()
    assert attempts.start_attempt(amina, course, QUIZ).number == attempt.number + 1


def test_a_closed_quiz_cannot_be_started(amina: User, publish: Publish) -> None:
    course = db.session.get_one(
        Course, publish("small", quiz("after: names/what-is-a-name\n")).course_id
    )

    with pytest.raises(Denied, match="not open"):
        attempts.start_attempt(amina, course, QUIZ)


def timed(amina: User, publish: Publish, minutes_ago: int) -> Attempt:
    """An attempt of a quiz with ten minutes, begun so long ago, with one saved answer."""
    course = db.session.get_one(Course, publish("small", quiz("time: 10 minutes\n")).course_id)
    attempt = attempts.start_attempt(amina, course, QUIZ)
    attempts.save_answers(amina, attempt, counter=1, responses=responses(attempt, {"soa": ["soa"]}))
    attempt.started_at -= timedelta(minutes=minutes_ago)
    assert attempt.closes_at is not None
    attempt.closes_at -= timedelta(minutes=minutes_ago)
    db.session.commit()
    return attempt


def test_the_grace_of_a_minute_counts(amina: User, publish: Publish) -> None:
    attempt = timed(amina, publish, 10)

    attempts.submit_attempt(amina, attempt, counter=2, responses=responses(attempt, RIGHT))

    assert attempt.percent == 100
    assert attempt.submitted_at == attempt.closes_at


def test_after_the_time_only_what_was_saved_counts(amina: User, publish: Publish) -> None:
    attempt = timed(amina, publish, 12)

    attempts.submit_attempt(amina, attempt, counter=2, responses=responses(attempt, RIGHT))

    assert attempt.percent == 25


def test_saving_after_the_time_is_a_conflict(amina: User, publish: Publish) -> None:
    attempt = timed(amina, publish, 12)

    with pytest.raises(Conflict):
        attempts.save_answers(amina, attempt, counter=2, responses=responses(attempt, RIGHT))


def test_the_worker_hands_in_what_is_overdue(amina: User, publish: Publish) -> None:
    attempt = timed(amina, publish, 12)

    assert (marking.close_overdue(), marking.close_overdue()) == (1, 0)
    assert attempt.percent == 25


def test_a_new_attempt_closes_one_whose_time_is_over(amina: User, publish: Publish) -> None:
    old = timed(amina, publish, 12)
    course = db.session.scalars(select(Course)).one()

    new = attempts.start_attempt(amina, course, QUIZ)

    assert (old.percent, new.number) == (25, 2)


def test_a_stranger_learns_nothing_of_an_attempt(amina: User, eve: User, small: Course) -> None:
    attempt = attempts.start_attempt(amina, small, QUIZ)

    with pytest.raises(Missing):
        papers.find_attempt(eve, attempt.id)
    with pytest.raises(Denied):
        attempts.save_answers(eve, attempt, counter=1, responses={})
    assert papers.find_attempt(System(), attempt.id) is attempt


def test_answers_are_stored_by_source_position(amina: User, small: Course) -> None:
    attempt = handed_in(amina, small, RIGHT)

    stored = {
        answer.question: answer.response
        for answer in db.session.scalars(select(Answer).where(Answer.attempt_id == attempt.id))
    }
    assert stored == {f"{QUIZ}#{name}": response for name, response in RIGHT.items()}


def test_a_survey_is_done_when_it_is_sent_and_only_once(amina: User, publish: Publish) -> None:
    survey = "---\ntitle: Survey\nkind: survey\n---\n\n## ? How was it? {#how}\n\n- ( ) Good\n- ( ) Bad\n"
    course = db.session.get_one(
        Course, publish("small", {**SMALL, "01-names/feedback.md": survey}).course_id
    )
    attempt = attempts.start_attempt(amina, course, "names/feedback")
    attempts.submit_attempt(amina, attempt, counter=1, responses={0: [1]})
    db.session.commit()

    assert (attempt.passed, attempt.score) == (True, None)
    assert len(db.session.scalars(select(Completion)).all()) == 1
    with pytest.raises(Denied, match="answered this survey"):
        attempts.start_attempt(amina, course, "names/feedback")


# --- exactly as the rules say -------------------------------------------------------------------


def test_refusals_say_why(amina: User, eve: User, small: Course) -> None:
    attempt = handed_in(amina, small, RIGHT)
    with pytest.raises(Conflict) as late:
        attempts.save_answers(amina, attempt, counter=2, responses={})
    with pytest.raises(Missing) as foreign:
        papers.find_attempt(eve, attempt.id)

    assert late.value.sentence == "This attempt was handed in."
    assert foreign.value.sentence == "There is no such attempt."


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ("attempts: 1\n", "All attempts are used."),
        ("wait: 1 hour\n", "The next attempt may begin after the waiting time."),
        ("closes: 2020-01-01\n", "This quiz is not open."),
    ],
)
def test_a_start_that_is_refused_says_why(
    amina: User, publish: Publish, rules: str, sentence: str
) -> None:
    publish("small", quiz("" if "closes" in rules else rules))
    course = catalogue.find_course("small")
    handed_in(amina, course, WRONG)
    publish("small", quiz(rules))
    with pytest.raises(Denied) as refused:
        attempts.start_attempt(amina, course, QUIZ)

    assert refused.value.sentence == sentence


def test_what_one_handed_in_is_listed_the_newest_first(
    amina: User, eve: User, small: Course, publish: Publish
) -> None:
    publish("other", SMALL)
    other = catalogue.find_course("other")
    mine = [handed_in(amina, small, WRONG) for _ in range(3)]
    elsewhere, hers = handed_in(amina, other, WRONG), handed_in(eve, small, WRONG)
    attempts.start_attempt(amina, small, QUIZ)

    assert papers.attempts_at(amina, small, QUIZ) == mine[::-1]
    assert papers.attempts_at(amina, other, QUIZ) == [elsewhere]
    assert papers.attempts_at(eve, small, QUIZ) == [hers]
    assert papers.attempts_at(amina, small, "names/what-is-a-name") == []


def test_only_what_is_overdue_by_more_than_the_grace_is_handed_in(
    amina: User, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("small", quiz("time: 10 minutes\n"))
    attempt = attempts.start_attempt(amina, catalogue.find_course("small"), QUIZ)
    assert attempt.closes_at is not None
    end = attempt.closes_at + papers.GRACE
    later = timedelta(microseconds=1)
    for now, expected in ((end - later, 0), (end, 0), (end + later, 1), (end + later, 0)):
        monkeypatch.setattr(journal, "now", lambda now=now: now)
        assert papers.is_overdue(attempt) is bool(expected)
        assert marking.close_overdue() == expected
    assert attempt.submitted_at == attempt.closes_at


def test_an_attempt_without_a_limit_is_never_overdue(amina: User, small: Course) -> None:
    attempt = attempts.start_attempt(amina, small, QUIZ)

    assert (papers.is_overdue(attempt), marking.close_overdue()) == (False, 0)


def test_each_answer_keeps_its_share(amina: User, small: Course) -> None:
    attempt = handed_in(amina, small, {**RIGHT, "which": [0], "runs": [1]})
    shares = {answer.question: answer.share for answer in papers.answers_of(attempt).values()}

    assert shares == {
        "names/quiz#runs": 0.0,
        "names/quiz#which": 0.5,
        "names/quiz#letters": 1.0,
        "names/quiz#soa": 1.0,
    }
    assert (attempt.score, attempt.percent, attempt.earned, attempt.possible) == (0.625, 62, 2.5, 4)


def test_an_answer_says_what_was_asked_and_when_it_was_given(amina: User, small: Course) -> None:
    attempt = handed_in(amina, small, RIGHT)

    for question in papers.paper_of(attempt):
        answer = papers.answers_of(attempt)[question.position]
        assert (answer.question, answer.kind) == (question.name, question.text.kind)
        assert attempt.started_at <= answer.saved_at <= journal.now()


def test_attempts_are_numbered_and_noted(amina: User, eve: User, small: Course) -> None:
    mine = [handed_in(amina, small, WRONG), handed_in(amina, small, RIGHT)]
    hers = attempts.start_attempt(eve, small, QUIZ)

    assert ([one.number for one in mine], hers.number) == ([1, 2], 1)
    events = db.session.scalars(
        select(Event).where(
            Event.verb.in_([Verb.ATTEMPTED, Verb.SUBMITTED, Verb.FAILED, Verb.PASSED])
        )
    ).all()
    said = [(one.actor, one.verb, one.object, one.course_id, one.details) for one in events]
    first, second = (f"attempt:{one.id}" for one in mine)
    me, course = amina.public_id, small.id
    assert said == [
        (me, Verb.ATTEMPTED, first, course, {}),
        (me, Verb.SUBMITTED, first, course, {}),
        (me, Verb.FAILED, first, course, {"percent": 0}),
        (me, Verb.ATTEMPTED, second, course, {}),
        (me, Verb.SUBMITTED, second, course, {}),
        (me, Verb.PASSED, second, course, {"percent": 100}),
        (eve.public_id, Verb.ATTEMPTED, f"attempt:{hers.id}", course, {}),
    ]


def test_one_finds_ones_own_attempt_unless_suspended(amina: User, small: Course) -> None:
    attempt = attempts.start_attempt(amina, small, QUIZ)

    assert papers.find_attempt(amina, attempt.id) is attempt
    assert papers.find_attempt(System(), attempt.id) is attempt
    amina.suspended_at = journal.now()
    with pytest.raises(Denied):
        papers.find_attempt(amina, attempt.id)


def test_a_save_with_the_same_number_changes_nothing_and_others_are_not_touched(
    amina: User, eve: User, small: Course
) -> None:
    mine, hers = (attempts.start_attempt(one, small, QUIZ) for one in (amina, eve))
    attempts.save_answers(amina, mine, counter=3, responses=responses(mine, RIGHT))
    attempts.save_answers(amina, mine, counter=3, responses=responses(mine, WRONG))
    db.session.commit()

    assert (mine.counter, hers.counter) == (3, 0)
    assert papers.answers_of(hers) == {}
    assert attempts.submit_attempt(amina, mine, counter=3, responses={}).percent == 100
    assert attempts._claim_counter(mine, 4) is False  # it was handed in


def test_an_attempt_without_questions_has_earned_nothing(amina: User, publish: Publish) -> None:
    """The check refuses such a quiz today, but an edition may hold one."""
    publish("small", SMALL)
    attempt = attempts.start_attempt(amina, catalogue.find_course("small"), QUIZ)
    attempt.paper = []
    attempts.submit_attempt(amina, attempt, counter=1, responses={})

    assert (attempt.score, attempt.percent, attempt.possible, attempt.passed) == (0, 0, 0, False)
