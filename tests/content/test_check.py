"""The check: every rule of the format, by what it says about a broken course."""

import random
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.content.archive import from_folder
from lms.content.check import Severity, check_tree, describe, read_course, understood
from lms.content.outline import CourseText, LessonKind, Requires, SectionText, Show
from lms.content.questions import QuestionKind, QuestionText
from lms.content.tree import CourseTree

pytestmark = pytest.mark.once

EXAMPLE = Path(__file__).parent.parent / "data" / "courses" / "dns-essentials"
COURSE = "---\ntitle: C\nlanguage: en\n---\n"
PAGE = "---\ntitle: P\n---\n\nText.\n"


def read(**files: str) -> tuple[CourseText, list[str]]:
    """A course of these files (``/`` as ``__``, ending .md left out), and what is said about it."""
    tree = {"course": COURSE, **files}
    named = {f"{name.replace('__', '/')}.md": text.encode() for name, text in tree.items()}
    text, problems = read_course(CourseTree.of(named))
    assert text is not None
    return text, [str(problem) for problem in problems]


def quiz(body: str, header: str = "title: Q", **files: str) -> tuple[CourseText, list[str]]:
    """A course with one quiz."""
    return read(**{"01-m__quiz": f"---\n{header}\n---\n{body}", **files})


def asked(body: str) -> QuestionText:
    """The one question of a quiz that has no error."""
    text, problems = quiz(body)
    assert problems == []
    return text.lessons[0].questions[0]


def test_the_worked_example_has_no_error() -> None:
    assert [str(p) for p in check_tree(from_folder(EXAMPLE))] == []


def test_the_worked_example_is_understood_whole() -> None:
    text, _ = read_course(from_folder(EXAMPLE))
    assert text is not None

    assert [lesson.slug for lesson in text.lessons] == [
        "how-names-work/names-and-zones",
        "how-names-work/quiz",
        "mail-identity/walk",
        "mail-identity/lab-publish-dmarc",
        "having-a-voice/assignment-public-comment",
        "having-a-voice/exam",
        "having-a-voice/feedback",
    ]
    kinds = [question.kind for lesson in text.lessons for question in lesson.questions]
    assert set(kinds) == set(QuestionKind) - {QuestionKind.UPLOAD}
    assert text.languages == ("en", "ar")
    assert [one.kind for one in text.complete] == [
        Requires.ALL_LESSONS,
        Requires.EXAM,
        Requires.ASSIGNMENT,
    ]
    quiz_text = text.lesson("how-names-work/quiz")
    assert quiz_text is not None
    assert quiz_text.rules.pass_mark == Fraction(7, 10)
    assert [(pool.id, pool.draw) for pool in quiz_text.pools] == [("all", None), ("drawn", 2)]
    assert quiz_text.is_asked
    assert quiz_text.say("ar").title == "اختبر معلوماتك"
    assert quiz_text.say("fr").title == "Check what you know"
    first = quiz_text.questions[0]
    assert (first.say("ar").language, first.say("fr").language) == ("ar", "en")
    assert text.say("ar").language == "ar"
    assert text.modules[0].say("fr").goal.startswith("Follow a name")
    assert text.glossary["dns"].say("fr").long_form == "Domain Name System"
    assert text.parts[-1].say("fr").heading == "You will be able to"
    assert text.certificate is not None
    assert [one.name for one in text.certificate.words["en"].signatories] == [
        "Amina Diallo",
        "Carlos Rivera",
    ]
    assert text.lesson("nothing") is None


def test_the_check_says_what_it_understood_of_each_question() -> None:
    text, _ = read_course(from_folder(EXAMPLE))
    assert text is not None
    said = [problem.message for problem in understood(text)]

    for sentence in (
        "#tld: one right answer, 3 options, feedback on 3",
        "#own-zone: 2 right answers to tick, 4 options, feedback on one",
        "#cname-alone: true or false, false is right",
        "#soa: typed text, 3 accepted",
        "#port53: a number",
        "#types: 4 pairs, 1 distractor",
        "#steps: 5 steps to put in order",
        "#cloze: 3 blanks",
        "#comment: an essay for a person to mark",
        "#walk: a lab (walk)",
        "#hard: no right answer, 3 options",
    ):
        assert sentence in said
    assert describe(asked("## ? Q {#q}\n\n- (x) a\n- (x) b\n")).startswith("any of 2 right")
    none_right, _problems = quiz("## ? Q {#q}\n\n- ( ) a\n- ( ) b\n")
    assert describe(none_right.lessons[0].questions[0]).startswith("no right answer")


TWO = "## ? Q {#q}\n\n- (x) a\n- ( ) b\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("titel: x", "unknown setting 'titel'; did you mean 'title'?"),
        ("kind: quizz", "unknown kind 'quizz'; did you mean 'quiz'?"),
        ("kind: zzz", "unknown kind 'zzz'. Write one of page, quiz, exam, lab, assignment, survey"),
        ("attempts: many", "'attempts' cannot be 'many': write a whole number, such as 3"),
        ("show: all", f"'show' cannot be 'all': write one of: {'; '.join(Show)}"),
        (
            "time: 30 seconds",
            (
                "'30 seconds' for 1 questions is less than 90 seconds each. "
                "Give more time, or write strict: yes in course.md"
            ),
        ),
        (
            "after: m/quizz",
            "'after' names 'm/quizz', which is no lesson; did you mean 'm/quiz'?",
        ),
        ("after: zzzzzz", "'after' names 'zzzzzz', which is no lesson. Write module/lesson"),
    ],
)
def test_a_wrong_setting_is_answered_with_what_to_write(line: str, message: str) -> None:
    kind = "" if line.startswith("kind") else "kind: quiz\n"
    _, problems = quiz(TWO, f"title: Q\n{kind}{line}")

    assert any(message in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "## ? Q {#q}\n\n- (x) a\n- [ ] b\n",
            "6: error: two kinds of answers in one list (many, one)",
        ),
        (
            "## ? Q {#q}\n\n- ( ) a\n- ( ) b\n",
            "6: error: no option is marked right. Put an x in its brackets",
        ),
        (
            "## ? Q {#q}\n\n- A IPv4\n",
            (
                "6: error: I cannot tell what 'A IPv4' is. Begin it with (x) or ( ) for one answer, "
                "[x] or [ ] for several, = for a typed answer, A => B for a pair, or 1. 2. 3. for an order"
            ),
        ),
        ("## ? Q {#q}\n\n- (x) a\n", "one option is no choice. Write at least two"),
        ("## ? {#q}\n\n- = a\n", "the question has no text"),
        ("## ? Q {#q}\n", "the question has no answers. Write a list below it"),
        ("### ? Q {#q}\n\n- = a\n", "a question is a heading of level 2. Begin it with ## ?"),
        ("## ? Q\n\n- = a\n", "this question has no id. Run: lms courses check --fix"),
        (f"{TWO}\nmore text\n", "text after the answers. Begin a new ## section"),
        (f"{TWO}{TWO}", "#q stands already in line 4"),
        ("## ? Q {#q pionts=2}\n\n- = a\n", "unknown word 'pionts='"),
        ("## ? Q {#q points=x}\n\n- = a\n", "'points' cannot be 'x'"),
        ("## ? Q {#q}\n\n- true\n- false\n", "write either true or false, not both"),
        ("## ? Q {#q}\n\n- ____ long\n", "write an essay's length as ____ 150-400 words"),
        ("## ? Q {#q peers=x}\n\n- ____\n", "'peers' is a whole number, such as peers=3"),
        ("## ? Q {#q}\n\n- ^^^ anything\n", "write an upload as ^^^ pdf, odt up to 5 MB"),
        (
            "## ? Q {#q}\n\n- ^^^ pdf, odtt up to 5 MB\n",
            "a file 'odtt' cannot be told from its content; did you mean 'odt'?",
        ),
        (
            "## ? Q {#q}\n\n- ____\n\n### Rubric\n\n- Point (2-2): always\n",
            "in a rubric the second number is the higher one",
        ),
        (
            "## ? Q {#q}\n\n- ____\n\n### Rubric\n\n- nonsense\n",
            "a line of a rubric is '- Name (0-4): what earns it'",
        ),
        (
            "## ? Q {#q}\n\n- => a\n- => b\n",
            "6: error: nothing stands before =>. Write at least one pair, such as A => B",
        ),
        ("## ? Q {#q}\n\n1. a\n", "6: error: one step is no order. Write at least two"),
        (f"# P {{#p draw=2}}\n\n{TWO}", "draw=2, but the pool has 1 questions"),
        (f"# P {{#p drew=2}}\n\n{TWO}", "in the braces of a pool stand {#id draw=2}"),
        ("", "a quiz without questions cannot be passed"),
    ],
)
def test_a_wrong_question_is_answered_with_what_to_write(body: str, message: str) -> None:
    _, problems = quiz(body)

    assert any(f"01-m/quiz.md:{message}" in p or message in p for p in problems), problems


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ("* (x) a\n+ ( ) b", QuestionKind.ONE),
        ("- [X] a\n- [ ] b\n  more", QuestionKind.MANY),
        ("- صحيح", QuestionKind.TRUE_FALSE),
        ("- faux.", QuestionKind.TRUE_FALSE),
        ("- = SOA", QuestionKind.TEXT),
        ("- = 53", QuestionKind.NUMBER),
        ("- A => B\n- C => D\n- => E", QuestionKind.MATCH),
        ("1. a\n\n2. b", QuestionKind.ORDER),
        ("- ____ 10-20 words", QuestionKind.ESSAY),
        ("- ^^^ pdf, .odt up to 5 MB", QuestionKind.UPLOAD),
    ],
)
def test_the_bullet_says_the_type(answers: str, kind: QuestionKind) -> None:
    assert asked(f"## ? Q {{#q}}\n\n{answers}\n").kind is kind


def test_hints_feedback_and_explanations_are_told_apart() -> None:
    question = asked(
        "## ? Q [[x]] {#q}\n\nBody.\n\n- not the\n- answers\n\nBut:\n\n- (x) a \\>> b >> yes\n- ( ) c\n\n"
        "> ? one\n> ؟ two\n\n> because\n>\n> so\n".replace(" [[x]]", "")
    )
    words = question.words["en"]

    assert words.body == "Body.\n\n- not the\n- answers\n\nBut:"
    assert [(o.text, o.feedback) for o in words.options] == [("a \\>> b", "yes"), ("c", "")]
    assert words.hints == ("one", "two")
    assert words.explanation == "because\n\nso"


def test_blanks_are_typed_or_chosen_and_code_is_left_alone() -> None:
    question = asked(
        "## ? Fill in. {#q}\n\nA [[NS | ns]] and [[(DS) | MX]] and `[[no]]`.\n\n> why\n"
    )

    assert question.words["en"].body == "A \ue0000\ue001 and \ue0001\ue001 and `[[no]]`."
    assert [(b.accepted, b.right) for b in question.blanks] == [(("NS", "ns"), None), ((), 0)]
    assert question.words["en"].blanks == ((), ("DS", "MX"))
    assert question.words["en"].explanation == "why"


def test_an_essay_has_a_length_peers_and_a_rubric() -> None:
    question = asked(
        "## ? Write. {#q peers=3 give=2}\n\n- ____ 10-20 words\n\n### Rubric\n\n- Facts (0-4): right\n"
    )
    assert question.essay is not None
    assert (question.essay.least, question.essay.most) == (10, 20)
    assert (question.essay.peers, question.essay.give) == (3, 2)
    assert [(c.name, c.high, c.earns) for c in question.words["en"].rubric] == [
        ("Facts", 4, "right")
    ]


def test_a_lab_keeps_its_blocks_and_settings() -> None:
    question = asked(
        "## ? Lab {#q}\n\nDo.\n\n```zone\n@ A 192.0.2.1\n```\n\n```check\nzone is valid\n```\n\n> ? hint\n"
    )

    assert question.lab is not None
    assert question.lab.blocks == {"zone": "@ A 192.0.2.1", "check": "zone is valid"}
    assert question.words["en"].body == "Do."
    assert question.words["en"].hints == ("hint",)


def test_a_text_question_can_ask_for_digits() -> None:
    assert asked("## ? Q {#q text=yes}\n\n- = 53\n").kind is QuestionKind.TEXT
    assert asked("## ? Q {#q case=yes}\n\n- = SOA\n").minds_case


TRANSLATED = "---\ntitle: Q\n---\n## ? Q {#q}\n\n- (x) a\n- ( ) b\n"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("## ? Q {#q}\n\n- (x) a\n", "#q has 2 options in the original, 1 here"),
        ("## ? Q {#q}\n\n- ( ) a\n- (x) b\n", "#q has its right marks at other places"),
        ("## ? Q {#q}\n\n- = a\n", "#q is another type of question in the original"),
        ("## ? Q {#qq}\n\n- = a\n", "#qq is not in the original; did you mean 'q'?"),
        ("text\n", "this text has no counterpart in the original and is not shown"),
    ],
)
def test_a_translation_that_differs_is_reported_at_its_own_line(body: str, message: str) -> None:
    _, problems = read(**{"01-m__quiz": TRANSLATED, "01-m__quiz.fr": f"---\ntitle: Q\n---\n{body}"})

    assert any(p.startswith("01-m/quiz.fr.md:") and message in p for p in problems), problems


def test_a_translation_without_its_source_or_with_other_blanks_is_reported() -> None:
    _, problems = read(
        **{
            "01-m__page.fr": PAGE,
            "01-m__quiz": "---\ntitle: Q\n---\n## ? Q {#q}\n\nA [[b]].\n",
            "01-m__quiz.fr": "---\ntitle: Q\n---\n## ? Q {#q}\n\nA [[b]] [[c]].\n",
        }
    )

    assert any("01-m/page.md is missing: this is a translation of it" in p for p in problems)
    assert any("#q has 1 blanks in the original, 2 here" in p for p in problems)


@pytest.mark.parametrize(
    ("ours", "theirs", "message"),
    [
        ("A [[(b) | c]].", "A [[(b)]].", "blank 1 of #q has 2 choices in the original, 1 here"),
        ("A [[(b) | c]].", "A [[b]].", "blank 1 of #q has 2 choices in the original, 0 here"),
        (
            "A [[b]] or [[(b) | c]].",
            "A [[b]] or [[b | (c)]].",
            "blank 2 of #q has its right mark at another place in the original",
        ),
        ("- A => B\n- => C", "- A => B\n- C => D", "#q has 1 pairs in the original, 2 here"),
    ],
)
def test_a_translation_with_other_rows_is_reported_and_not_used(
    ours: str, theirs: str, message: str
) -> None:
    body = "---\ntitle: Q\n---\n## ? Q {{#q}}\n\n{}\n"
    text, problems = read(**{"01-m__quiz": body.format(ours), "01-m__quiz.fr": body.format(theirs)})

    assert problems == [f"01-m/quiz.fr.md:4: error: {message}"]
    assert text.lessons[0].questions[0].say("fr").language == "en"


def test_true_and_false_may_have_feedback_and_a_translation_none() -> None:
    body = "---\ntitle: Q\n---\n## ? Q {{#q}}\n\n- {}\n"
    text, problems = read(
        **{"01-m__quiz": body.format("false >> why"), "01-m__quiz.fr": body.format("faux")}
    )
    words = text.lessons[0].questions[0].words

    assert problems == []
    assert [(one.text, one.feedback) for one in words["en"].options] == [("", ""), ("", "why")]
    assert words["fr"].options == ()
    truth = asked("## ? Q {#q}\n\n- true >> why\n").words["en"].options
    assert [one.feedback for one in truth] == ["why", ""]


def test_feedback_behind_an_answer_to_type_is_noticed() -> None:
    text, problems = quiz("## ? Q {#q}\n\n- = SOA >> The first record.\n")

    assert len(problems) == 1
    assert ": warning: all of this is the answer to type" in problems[0]
    assert text.lessons[0].questions


def test_steps_and_partners_may_have_feedback() -> None:
    steps = asked("## ? Q {#q}\n\n1. a >> why\n2. b\n").words["en"].options
    pairs = asked("## ? Q {#q}\n\n- A => b >> why\n").words["en"].options

    assert [(one.text, one.feedback) for one in steps] == [("a", "why"), ("b", "")]
    assert [(one.text, one.feedback) for one in pairs] == [("b", "why")]


def test_typed_answers_of_all_languages_count_in_all() -> None:
    body = "---\ntitle: Q\n---\n## ? Q {#q}\n\n- = {}\n\n## ? N {{#n}}\n\n- = {}\n\n## ? B {{#b}}\n\nA [[{}]].\n"
    body = body.replace("{#q}", "{{#q}}")
    text, problems = read(
        **{
            "01-m__quiz": body.format("start", "1", "x"),
            "01-m__quiz.fr": body.format("début", "2", "y"),
        }
    )
    assert problems == []
    word, number, blank = text.lessons[0].questions

    assert word.accepted == ("start", "début")
    assert len(number.ranges) == 2
    assert blank.blanks[0].accepted == ("x", "y")


def test_a_section_pairs_up_by_its_id_and_a_title_falls_back() -> None:
    text, _ = read(
        **{
            "01-m__page": "---\ntitle: P\n---\nIntro.\n\n# A {#a}\n\nText.\n",
            "01-m__page.fr": "# Un {#a}\n\nTexte.\n",
        }
    )
    intro, section = text.lessons[0].parts
    assert isinstance(section, SectionText)
    assert isinstance(intro, SectionText)
    assert section.say("fr").body == "Texte."
    assert intro.say("fr").language == "en"
    assert text.lessons[0].say("fr").title == "P"


def test_a_question_and_a_heading_with_one_id_do_not_pair_up() -> None:
    text, problems = read(
        **{
            "01-m__quiz": f"---\ntitle: Q\n---\n{TWO}\n# S {{#s}}\n\nText.\n",
            "01-m__quiz.fr": "---\ntitle: Q\n---\n# Q {#q}\n\nTexte.\n\n## ? S {#s}\n\n- = a\n",
        }
    )
    assert problems == []
    assert all(set(part.words) == {"en"} for part in text.lessons[0].parts)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"01-m__a": "no top\n"}, "01-m/a.md:1: error: the lesson has no title"),
        ({"01-m__01-a": PAGE, "01-m__02-a": PAGE}, "01-m/01-a.md is the same lesson"),
        ({"01-m__a": PAGE, "02-m__a": PAGE}, "02-m and 01-m are the same module"),
        ({"course": "---\ntitle: C\n---\n"}, "course.md:4: warning: no language is set; I take en"),
        (
            {"course": f"{COURSE[:-4]}level: hard\n---\n"},
            "write one of beginner, intermediate, advanced",
        ),
        (
            {"course": f"{COURSE[:-4]}complete: luck\n---\n"},
            "all lessons, exam 70%, assignment reviewed",
        ),
        (
            {"course": f"{COURSE[:-4]}complete: exam\n---\n", "01-m__a": PAGE},
            "'complete' asks for an exam, but the course has none with questions",
        ),
        ({"01-m__a": "---\ntitle: P\n---\n# A\n"}, "note: this heading has no id"),
        ({"01-m__a": "---\ntitle: P\n---\n[x](y.txt)\n"}, "there is no file y.txt"),
        ({"01-m__a": "---\ntitle: P\n---\n![x](i.svg)\n"}, "there is no file i.svg"),
        ({"01-m__a": "---\ntitle: P\n---\n![](i.svg)\n"}, "the picture i.svg has no alt text"),
        (
            {"01-m__a": "---\ntitle: P\n---\n![x](https://a.example/i.png)\n"},
            "is not in the course folder. Put the picture there",
        ),
        (
            {"01-m__a": "---\ntitle: P\n---\n[[dms]]\n", "glossary": "DNS {#dns}\n: names\n"},
            "'dms' is not in the glossary; did you mean 'dns'?",
        ),
        ({"01-m__a": "---\ntitle: P\n---\n[[dns]]\n"}, "Add it to glossary.md"),
        ({"glossary": ": no term\n"}, "a meaning stands below its term"),
        ({"glossary": "\n: no term\n"}, "a meaning stands below its term"),
        ({"glossary": "A\n: no id\n"}, "this entry has no id"),
        ({"glossary": "A {#a}\n: 1\n\nB {#a}\n: 2\n"}, "#a stands already in this glossary"),
        (
            {"glossary": "A {#a}\n: 1\n", "glossary.fr": "B {#b}\n: 2\n"},
            "glossary.fr.md:1: error: #b is not in the original",
        ),
        (
            {"01-m__exam": f"---\ntitle: E\nfrom: nonsense\n---\n{TWO}"},
            "write from: module/quiz 6, this file all",
        ),
        (
            {"01-m__exam": f"---\ntitle: E\nfrom: m/quiz 2\n---\n{TWO}"},
            "'from' names 'm/quiz', which is no lesson",
        ),
        (
            {"01-m__exam": "---\ntitle: E\nfrom: m/quiz 2\n---\n", "01-m__quiz": TRANSLATED},
            "'from' draws 2 of m/quiz, which has 1 questions",
        ),
        (
            {"01-m__feedback": f"---\ntitle: F\nkind: survey\n---\n{TWO}"},
            "a survey has no right answers. Leave the brackets empty",
        ),
        (
            {"01-m__exam": f"---\ntitle: E\nfrom: this file 1\ntime: 1 minute\n---\n{TWO}"},
            "less than 90 seconds each",
        ),
        (
            {"01-m__quiz": f"---\ntitle: E\n---\n[x]\n{TWO}\n## S {{#s}}\n\n[[y]]\n"},
            "'y' is not in",
        ),
    ],
)
def test_what_does_not_fit_together_is_reported(files: dict[str, str], message: str) -> None:
    _, problems = read(**files)

    assert any(message in problem for problem in problems), problems


def test_a_course_without_course_md_is_no_course() -> None:
    text, problems = read_course(CourseTree.of({"a.md": b""}))

    assert text is None
    assert [p.severity for p in problems] == [Severity.ERROR]


def test_a_dangerous_svg_is_an_error() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'
    problems = check_tree(CourseTree.of({"course.md": COURSE.encode(), "img/a.svg": svg}))

    assert [p.file for p in problems] == ["img/a.svg"]


def test_lessons_stand_in_the_order_of_their_numbers_then_of_their_kinds() -> None:
    text, _ = read(
        **dict.fromkeys(
            ("10-b__x", "2-a__feedback-x", "2-a__zz", "2-a__10-c", "2-a__9-d", "z__x"), PAGE
        )
    )

    assert [lesson.slug for lesson in text.lessons] == [
        "a/d",
        "a/c",
        "a/feedback-x",
        "a/zz",
        "b/x",
        "z/x",
    ]


def test_a_kind_is_told_by_the_name_only_where_the_setting_is_silent() -> None:
    text, _ = read(
        **{"01-m__01-quiz-a": TRANSLATED, "01-m__quiz-b": PAGE.replace("P\n", "P\nkind: page\n")}
    )

    assert [lesson.kind for lesson in text.lessons] == [LessonKind.QUIZ, LessonKind.PAGE]


def test_names_of_the_past_are_found_in_lesson_and_module() -> None:
    text, _ = read(
        **{
            "01-new__module": "---\ntitle: M\nwas: old\n---\n",
            "01-new__b": PAGE.replace("P\n", "P\nwas: a, x/y\n"),
        }
    )

    assert text.lessons[0].was == ("new/a", "x/y", "old/b", "old/a")


def test_a_module_has_a_title_in_each_language_and_an_empty_one_is_left_out() -> None:
    text, problems = read(
        **{
            "01-m__module": "---\ntitle: M\n---\n",
            "01-m__module.fr": "---\ntitle: F\ngaol: x\n---\n",
            "01-m__page": PAGE
            + "\n[x](https://a.example) [y](#a) [z](../02-n/module.md) [[dns]]\n",
            "glossary": "DNS {#dns}\n: names\n",
            "02-n__module": "---\ntitle: N\n---\n",
            "03-no-title__page": PAGE,
        }
    )

    assert [module.say("fr").title for module in text.modules] == ["F", "No title"]
    assert problems == ["01-m/module.fr.md:3: error: unknown setting 'gaol'; did you mean 'goal'?"]


def test_strict_allows_a_short_time() -> None:
    _, problems = read(
        course=f"{COURSE[:-4]}strict: yes\n---\n",
        **{"01-m__quiz": f"---\ntitle: Q\ntime: 10 seconds\n---\n{TWO}"},
    )

    assert problems == []


def test_a_certificate_can_do_without_a_file_and_signatories_are_shared() -> None:
    asks = f"{COURSE[:-4]}certificate: yes\n---\n"
    plain, _ = read(course=asks)
    written, _ = read(
        course=asks,
        certificate="---\ntitle: T\nsigned_by: A, B; C\nvalid: 3 years\n---\nDone.\n",
        **{"certificate.fr": "---\ntitle: F\n---\nFait.\n"},
    )

    assert plain.certificate is not None
    assert plain.certificate.words == {}
    assert written.certificate is not None
    assert [(s.name, s.role) for s in written.certificate.words["fr"].signatories] == [
        ("A", "B"),
        ("C", ""),
    ]


def test_a_meaning_may_have_several_lines() -> None:
    text, problems = read(glossary="A (B) {#a}\n: one\n  two\n\nC {#c}\n: three\n")

    assert problems == []
    assert text.glossary["a"].words["en"].meaning == "one\ntwo"
    assert text.glossary["c"].words["en"].long_form == ""


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_text_becomes_a_course_or_a_sentence(text: str) -> None:
    read(**{"01-m__quiz": f"---\ntitle: Q\n---\n{text}", "glossary": text, "certificate": text})


def test_randomly_damaged_files_never_break_the_check() -> None:
    chance = random.Random(1)  # noqa: S311 (the same damage every time)
    tree = from_folder(EXAMPLE)
    paths = [path for path in tree.paths if path.endswith(".md")]
    signs = [b"-", b"(", b"[[", b"\n", b"## ? ", b"```", b"{#", b"|", b"\xff", b": ", b"=>", b"> "]
    for _ in range(300):
        path = chance.choice(paths)
        data = bytearray(tree[path])
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 9)] = chance.choice(signs)
        check_tree(tree.with_file(path, bytes(data)))


@pytest.mark.parametrize("sign", ["`", " ", "\t", "[", "[a](", "[[a|", "{", "(1-", " >>", "#"])
@pytest.mark.parametrize(
    "start", ["## ? ", "## ? a {#a}\n\n- (x) ", "## ? a\n\n- ____\n\n### Rubric\n\n- "]
)
@pytest.mark.timeout(20)  # seconds; it was hours
def test_no_line_keeps_the_check_busy(start: str, sign: str) -> None:
    line = sign * (60_000 // len(sign)) + "x"
    _text, problems = quiz(f"{start}{line}")
    assert any("this line has more than" in problem for problem in problems)


def test_a_text_that_no_page_would_show_is_an_error_where_it_begins() -> None:
    page = "---\ntitle: T\n---\n\nShort.\n\n## Long {#long}\n\n" + ("[^a]" * 300 + "\n") * 7
    french = "---\ntitle: T\n---\n\n" + "a *b* " * 600

    _text, messages = read(**{"01-a__01-b": page, "01-a__01-b.fr": french})

    assert [m for m in messages if "error" in m and "2,000 of the sign" in m] == [
        "01-a/01-b.md:7: error: This text has more than 2,000 of the sign [. Split it."
    ]


@pytest.mark.parametrize(
    ("award", "files", "said"),
    [
        ("yes", {}, []),
        ("Completion", {}, []),
        ("achievement", {}, ["exam"]),
        ("achievement", {"01-m__exam": "required: no"}, ["exam"]),
        ("achievement", {"01-m__exam": ""}, []),
        ("attendance", {"01-m__meet": ""}, ["attendance"]),
        ("attendance", {"01-m__meet": "kind: attendance"}, []),
        ("attendance", {"01-m__meet": "kind: attendance\nrequired: no"}, ["attendance"]),
    ],
)
def test_a_certificate_says_only_what_the_course_asked_for(
    award: str, files: dict[str, str], said: list[str]
) -> None:
    question = "\n\n## ? Is it? {#is}\n\n- true\n"
    lessons = {
        name: f"---\ntitle: L\n{header}\n---\n{question if 'exam' in name else 'Text.'}\n"
        for name, header in files.items()
    }

    text, problems = read(course=f"{COURSE[:-4]}certificate: {award}\n---\n", **lessons)

    assert text.certificate is not None
    assert text.certificate.award == ("completion" if award == "yes" else award.casefold())
    needs = f"needs a lesson of kind {said[0]} without which nobody finishes" if said else ""
    errors = [one for one in problems if "error" in one]
    assert [needs in error for error in errors] == [True] * len(said)


def test_an_exam_that_is_asked_for_by_name_counts_though_it_is_not_required() -> None:
    header = "certificate: achievement\ncomplete: exam 70%"
    exam = "---\ntitle: E\nrequired: no\n---\n\n## ? Is it? {#is}\n\n- true\n"

    _text, problems = read(course=f"{COURSE[:-4]}{header}\n---\n", **{"01-m__exam": exam})

    assert [one for one in problems if "error" in one] == []


def test_an_unknown_kind_of_certificate_is_no_certificate() -> None:
    text, problems = read(course=f"{COURSE[:-4]}certificate: medal\n---\n")

    assert text.certificate is None
    assert "write yes, no, or one of completion, achievement, attendance" in problems[0]
