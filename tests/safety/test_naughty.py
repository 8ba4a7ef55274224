"""Whatever is typed into whatever field: no fault of ours, and nothing becomes markup."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any, cast
from urllib.parse import parse_qsl, quote, quote_from_bytes, urlencode, urlsplit

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lms import files
from lms.content.archive import from_folder
from lms.database import begin_writing, db
from lms.domain import (
    address_change,
    announcements,
    attendance,
    catalogue,
    certification,
    failures,
    journal,
    links,
    mail,
    membership,
    organisations,
    partners,
    passwords,
    people,
    publishing,
    roles,
    site_texts,
)
from lms.domain.cohorts import inviting, lists
from lms.domain.drafts import drafts, publication
from lms.domain.learning import attempts, completion, papers
from lms.domain.permissions import System
from lms.models import (
    Certificate,
    Course,
    CourseRole,
    Level,
    MailKind,
    MembershipRole,
    OutgoingMail,
    SiteRole,
    User,
)
from tests import meetings, postgres
from tests.cohorts import cohort_of, joined, partner_of
from tests.conftest import EXAMPLE, SMALL, Browser, Publish, SignIn, person
from tests.content.test_pictures import SVG
from tests.safety.forms import Field, Form, Page
from tests.safety.installation import CHAOS
from tests.safety.naughty import HUGE, MARK, RAW, STRINGS, some_of

pytestmark = [
    pytest.mark.timeout(3600),
    pytest.mark.skipif(
        not (CHAOS or postgres.wanted()), reason="PostgreSQL refuses more; in full, both are asked"
    ),
]
PART = 80
"""The short run takes a third of the core and every 80th string beside it, others for each form."""
RIGHT = {"name": "Bo Li", "email": "bo@ngo.example", "password": "seven green boats", "sure": ""}
"""What makes the other fields of a form acceptable, so that one alone is judged. Nobody is sure that
they want to leave: nobody would be left for the other forms."""


def test_there_are_enough_strings() -> None:
    assert len(STRINGS) >= 300
    assert len(set(STRINGS)) == len(STRINGS)


@dataclass
class Reader:
    """Somebody who visits every page there is for them."""

    app: Flask
    browser: Browser
    user: User | None
    networks: Iterator[int]
    forms: dict[tuple[object, ...], Form] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    """Endpoints that a form was sent to."""

    def open(self, method: str, address: str, what: object, **more: Any) -> TestResponse:
        """Ask, from a network of one's own (the limits are somebody else's test), and judge."""
        number = next(self.networks)
        more["environ_base"] = {
            "REMOTE_ADDR": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        }
        answer = cast(TestResponse, self.browser.open(address, method=method, **more))
        shown = str(what)[:200]
        is_fault = answer.status_code >= 500 and not address.startswith("/ready")  # no worker here
        assert not is_fault, f"{answer.status_code} {method} {address} {shown!r}"
        assert MARK not in " ".join(answer.headers.keys()).lower(), shown
        assert MARK not in " ".join(answer.headers.getlist("Set-Cookie")), shown
        if (where := answer.headers.get("Location")) is not None:
            host = urlsplit(where).netloc
            assert host in {"", "localhost"}, f"{where} {shown!r}"
        if answer.mimetype == "text/html":
            page = answer.text
            if MARK in page.casefold():  # whatever would become markup carries it
                foul = Page(page).foul
                assert not foul, f"{foul} {method} {address} {shown!r}"
            texts = [what] if isinstance(what, str) else what if isinstance(what, list) else []
            for text in texts:
                if "<" in text and MARK in text:
                    assert text.strip() not in page, f"{method} {address} {text!r}"
        if answer.headers.getlist("Set-Cookie"):
            self.look_around(what)
        return answer

    def look_around(self, what: object) -> None:
        """Signed in or out by what was sent: see how one is called now, then go back."""
        cookie = self.browser.get_cookie("session", domain="localhost")
        for page in ("/en/account", "/en/my-learning") if cookie and cookie.value else ():
            self.open("GET", page, what)
        self.stay()

    def stay(self) -> None:
        """Be signed in, whatever was pressed before."""
        self.browser.delete_cookie("session", domain="localhost")
        if self.user is not None:
            self.browser.sign_in(self.user)

    def visit(self, *addresses: str) -> None:
        """These pages and all that they lead to; forms that are new are sent once as they are."""
        self.stay()
        waiting = list(addresses)
        for address in waiting:  # which grows
            answer = self.open("GET", address, address)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                page = Page(answer.text)
                waiting += self.new(*page.links, page=address)
                page.forms += [form for one in page.links if (form := as_form(one))]
                waiting += [own for form in page.forms for own in self.meet(form, address)]
            waiting += self.new(answer.headers.get("Location", ""), page=address)

    def new(self, *links: str, page: str) -> list[str]:
        """Those that lead to a page of ours that was not visited yet."""
        found = [own for one in links if (own := self.ours(one, page)) and own not in self.pages]
        self.pages.update(found)
        return found

    def meet(self, form: Form, address: str) -> list[str]:
        """A form on a page: note it; where it leads, for it may look different now."""
        form.action = form.action or address
        endpoint = self.endpoint(form.action, form.method)
        key = (endpoint, form.method, *sorted(shape(name) for name in form.fields))
        if endpoint is None or key in self.forms:
            return []
        self.forms[key] = form
        answer = self.send(form, form.filled(), "as it is")
        where = answer.headers.get("Location")
        own = self.ours(where, address) if where else None
        return [own] if own else []

    def send(self, form: Form, values: dict[str, Any], what: object) -> TestResponse:
        """Send it; who was signed in stays so."""
        endpoint = self.endpoint(form.action, form.method)
        assert endpoint is not None, form
        if form.method == "get":
            path = urlsplit(form.action).path
            return self.open("GET", f"{path}?{urlencode(values, errors='surrogatepass')}", what)
        self.sent.add(endpoint)
        if values.get("sure") == "yes":
            values = {**values, "sure": RIGHT["sure"]}
        return self.open("POST", form.action, what, data=values)

    def endpoint(self, address: str, method: str) -> str | None:
        """Which of our routes that is."""
        adapter = self.app.url_map.bind("localhost")
        try:
            found, _values = adapter.match(urlsplit(address).path, method=method.upper())
        except HTTPException:
            return None
        return str(found)

    def ours(self, address: str, page: str) -> str | None:
        """The address of an English page of ours; None for others."""
        parts = urlsplit(address)
        path = parts.path or urlsplit(page).path
        if parts.netloc not in {"", "localhost"} or not path.startswith(("/en/", "/dev/")):
            return None
        return path + (f"?{parts.query}" if parts.query else "")


def as_form(link: str) -> Form | None:
    """A link with a query is a form that was filled in already."""
    parts = urlsplit(link)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    fields = {name: Field(name, "text", [value]) for name, value in pairs}
    return Form(parts.path, "get", fields) if fields else None


def shape(name: str) -> str:
    """``q12`` and ``q3-1`` are the same kind of field."""
    return "".join("0" if sign.isdigit() else sign for sign in name)


def strings(part: int, *, whole: bool = CHAOS) -> list[str]:
    """All of them, or a sample that differs from form to form."""
    return list(STRINGS) if whole else list(some_of(part, PART))


def fuzz(reader: Reader, form: Form, part: int, *, whole: bool) -> None:
    """Every string through every field: all fields at once, then a third of them alone among good ones."""
    reader.stay()
    texts, names = strings(part, whole=whole), form.typed
    for place in range(0, len(texts), 1 if whole else max(1, len(names))):
        values = {name: texts[(place + n) % len(texts)] for n, name in enumerate(names)}
        reader.send(form, values, list(values.values()))
    usual = {name: RIGHT.get(name, value) for name, value in form.filled().items()}
    alone = texts[part % 3 :: 3] if whole else texts[part % len(texts) :: len(texts)]
    for name in one_of_each(form):
        for text in alone:
            reader.send(form, {**usual, name: text}, text)
        for raw in RAW if whole else RAW[part % 15 :: 15]:
            send_raw(reader, form, usual, name, raw)
    if names and (whole or part % 12 == 0):
        reader.send(form, {**usual, names[part % len(names)]: HUGE}, "ten million signs")
    for button in form.buttons:
        for text in texts[:: 4 if whole else max(1, len(texts) // 2)]:
            reader.send(form, {**usual, button: text}, text)


def one_of_each(form: Form) -> list[str]:
    """Of fields that differ by their number only, the first."""
    kinds = {(shape(name), form.fields[name].kind): name for name in reversed(form.typed)}
    return list(kinds.values())


def send_raw(reader: Reader, form: Form, usual: dict[str, str], name: str, raw: bytes) -> None:
    """Bytes that no browser sends, as they are."""
    rest = urlencode({key: value for key, value in usual.items() if key != name}).encode()
    body = rest + b"&" + quote(name).encode() + b"=" + raw
    if form.method == "get":
        query = quote_from_bytes(body, safe="%&=+;")
        reader.open("GET", f"{urlsplit(form.action).path}?{query}", raw)
        return
    kind = "application/x-www-form-urlencoded"
    reader.open("POST", form.action, raw, data=body, content_type=kind)


# --- the scene ----------------------------------------------------------------------------------


def addresses(app: Flask) -> list[str]:
    """Every page without a place to fill in."""
    return [
        rule.rule.replace("<lang:lang>", "en")
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and set(rule.arguments) <= {"lang"}
    ]


def link_of(user: User, deed: Callable[[str, str], None]) -> str:
    """The address in a mail that this deed sends."""
    begin_writing()
    deed(user.email, "en")
    db.session.commit()
    row = db.session.query(OutgoingMail).order_by(OutgoingMail.id.desc()).first()
    assert row is not None
    where = "address" if row.kind is MailKind.CHANGE_ADDRESS else "links"
    return f"/en/{where}/{row.facts['token']}"


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands are hashed: with parameters that take no time."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    nobody = hasher.hash("nobody's password")
    monkeypatch.setattr(passwords, "hasher", hasher)
    monkeypatch.setattr(passwords, "_nobody", lambda: nobody)


@pytest.fixture
def scene(
    app: Flask,
    keys: None,
    cheap_passwords: None,
    publish: Publish,
    small: Course,
    amina: User,
    tomas: User,
    ada: User,
) -> list[str]:
    """Courses with every kind of lesson, a certificate, and links from mails; where to begin."""
    publish("dns-essentials", from_folder(EXAMPLE))
    begin_writing()
    completion.complete_lesson(amina, small, "names/what-is-a-name")
    attempt = attempts.start_attempt(amina, small, "names/quiz")
    given = {q.position: ANSWERS[q.text.id] for q in papers.paper_of(attempt)}
    attempts.submit_attempt(amina, attempt, counter=1, responses=given)
    number = db.session.execute(db.text("SELECT number FROM certificate")).scalar_one()
    publish("writing", {**SMALL, "01-names/assignment.md": TASK})
    begin_writing()
    task = attempts.start_attempt(amina, catalogue.find_course("writing"), "names/assignment")
    attempts.submit_attempt(amina, task, counter=1, responses={0: ["Because it is so."]})
    webinar = meetings.held(publish, ada, amina)
    code = attendance.show_code(ada, webinar).code
    to_administer()
    db.session.commit()
    return [
        f"/en/attend/{code}",
        WEBINAR,
        *to_run_cohorts(tomas, amina),
        *to_write(tomas, publish),
        *to_hold(amina, publish),
        f"/en/certificates/{number}/withdrawal",
        f"/en/c/{number}",
        link_of(amina, links.send_sign_in),
        link_of(amina, links.send_reset),
        link_of(tomas, lambda _email, _language: _move(tomas)),
    ]


def _move(person: User) -> None:
    """They ask for another address, as somebody with this password."""
    address_change.ask(person, "t@ngo.example", proven=person.password_hash)


def to_hold(amina: User, publish: Publish) -> list[str]:
    """A certificate that runs out, of a course without tests, with a name that is not Amina's any more."""
    publish("plain", {path: text for path, text in SMALL.items() if "quiz" not in path})
    course = catalogue.find_course("plain")
    begin_writing()
    completion.complete_lesson(amina, course, "names/what-is-a-name")
    held = db.session.scalars(select(Certificate).where(Certificate.course_id == course.id)).one()
    held.valid_until, held.pdf_digest = journal.now() + timedelta(days=9), files.put(b"%PDF-1.7")
    certification.set_certificate_name(amina, "Amina Diallo")
    db.session.commit()
    under = f"/en/certificates/{held.number}"
    return [f"/en/c/{held.number}", f"{under}/name", f"{under}/renewal"]


def to_administer() -> None:
    """Something of everything that an administrator can undo, retry or end."""
    zoe = person("Zoe")
    people.suspend(System(), zoe, "Sold links.")
    water = organisations.make(System(), slug="water", name="Water")
    organisations.set_member(System(), water, zoe, MembershipRole.MEMBER)
    roles.give(System(), zoe, SiteRole.TRAINER)
    roles.give_in_course(System(), zoe, catalogue.find_course("small"), CourseRole.OWNER)
    publishing.retire(System(), catalogue.find_course("writing"))
    site_texts.write(System(), "terms", "en", "# Terms", after=0)
    announcements.announce(
        System(), level=Level.INFO, words={"en": "Hello"}, starts_at=None, ends_at=None
    )
    failures.note("certificates", "certificate:1", "broken", pause=timedelta(hours=1))
    for _number in range(2):
        refused = mail.enqueue(MailKind.NO_ACCOUNT, to="zoe@ngo.example", language="en")
        refused.last_error = "550 no such user"


def to_run_cohorts(tomas: User, amina: User) -> list[str]:
    """A partner that Tomás manages, and something of everything that he can do there."""
    lake = partner_of(tomas, "lake", "Lake")
    partners.set_picture(tomas, lake, partners.Picture.LOGO, SVG % b"")
    river, delta = (
        cohort_of(tomas, lake, "small", needs_approval=number > 0) for number in range(2)
    )
    for cohort in (river, delta):
        joined(amina, cohort, lake)
    empty = cohort_of(tomas, lake, "small")
    joined(person("Kim"), delta, lake)  # who still asks when Amina has left everything
    tried = inviting.keep_list(tomas, lake, river, lists.parse("zoe@ngo.example\nbad"))
    membership.invite(tomas, lake, "zoe@ngo.example", MembershipRole.MANAGER, language="en")
    membership.invite(tomas, lake, tomas.email, MembershipRole.MEMBER, language="en")
    db.session.commit()
    under = f"/en/partners/lake/cohorts/{river.id}"
    return [
        f"/en/join/{river.code}",
        f"{under}/lists/{tried.id}",
        f"/en/partners/lake/cohorts/{delta.id}/asking",
        f"/en/partners/lake/cohorts/{empty.id}/removal",
        "/en/partners/invitations/2",
    ]


def to_write(tomas: User, publish: Publish) -> list[str]:
    """Courses of Tomás: one that he writes, one that waits to be published, one that somebody overtook."""
    page = "01-names/01-what-is-a-name.md"
    old = {
        **SMALL,
        "course.md": SMALL["course.md"].replace(
            "hours:", "checked: 2020-01-01\nreview: 1 year\nhours:"
        ),
    }
    for slug in ("east", "west", "north"):
        publish(slug, old)
        begin_writing()
        course = catalogue.find_course(slug)
        roles.give_in_course(System(), tomas, course, CourseRole.OWNER)
        roles.give_in_course(System(), person(slug), course, CourseRole.TRAINER)
        drafts.save_file(
            tomas, course, page, SMALL[page].replace("A name", "Mine").encode(), version=-1
        )
        if slug == "west":
            publication.schedule(tomas, course, journal.now() + timedelta(days=9), "Soon.")
        db.session.commit()
    publish("north", {**old, page: SMALL[page].replace("A name", "Theirs")})
    begin_writing()
    return [
        "/en/studio/west/publication",
        f"/en/studio/north/changes/{page}",
        "/en/studio/north/history",
        *(f"/en/studio/east/{place}/{page}" for place in ("files", "new-question", "new-picture")),
        *(f"/en/studio/east/{place}" for place in ("people", "upkeep", "changes")),
    ]


TASK = "---\ntitle: Task\n---\n\n## ? Why? {#why}\n\n- ____ 1-90 words\n\n### Rubric\n- Clarity (0-3): plain\n"
BY_SCRIPTS = Form(
    "/en/my-learning/marks", "post", {"mark": Field("mark", "text", ["small/names/what-is-a-name"])}
)
"""What only a script sends, so that no page has a form for it."""
WEBINAR = f"/en/courses/met/{meetings.MEETING}/attendance"
LISTED = Form(
    f"{WEBINAR}/people", "post", {"address": Field("address", "hidden", ["amina@ngo.example"])}
)
"""Stands on the page that answers a list of addresses; pages that answer a POST are not read here."""
RIVER = "/en/partners/lake/cohorts/1"
CROWDED = [
    Form(f"{RIVER}/{place}", "post", {"course": Field("course", "hidden", ["small"])})
    for place in ("desk", "downloads/certificates")
]
"""They stand only where somebody is stuck, or finished and did not leave; learners here leave first."""
BY_DEVICES = {"factors", "new_app", "proof", "provider_sign_in", "recovery_codes", "second_step"}
"""Pages whose forms come only to who has a phone, a passkey or a provider: their addresses are asked
without a page."""
BY_DEVICE = ("code", "credential", "name", "password", "state", "next")
"""All that these forms send."""
ANSWERS: dict[str, list[object]] = {"runs": [0], "which": [0, 1], "letters": ["63"], "soa": ["soa"]}


@pytest.fixture
def readers(
    app: Flask, visitor: Browser, sign_in: SignIn, amina: User, tomas: User, ada: User
) -> list[Reader]:
    """A visitor, a learner, one whose address is not confirmed, a trainer, an administrator."""
    networks = count(1)
    umar = person("Umar", confirmed=False)
    everybody = (amina, umar, tomas, ada)
    for user in everybody:
        sign_in(user)  # in another browser, too
    people = [Reader(app, sign_in(user), user, networks) for user in everybody]
    return [Reader(app, visitor, None, networks), *people]


def test_no_field_of_any_form_breaks_or_becomes_markup(
    app: Flask, scene: list[str], readers: list[Reader]
) -> None:
    seen: set[tuple[object, ...]] = set()
    for part, reader in enumerate(readers):
        began = [*addresses(app), *scene]
        reader.pages.update(began)
        reader.visit(*began)
        reader.meet(BY_SCRIPTS, "/en/my-learning")
        for form in (LISTED, *CROWDED):
            reader.meet(form, form.action)
        for n, (key, form) in enumerate(reader.forms.items()):
            if key not in seen or CHAOS:
                fuzz(reader, form, part + n, whole=CHAOS and key not in seen)
            seen.add(key)
        for page in sorted(reader.pages)[:: 1 if CHAOS else 6]:  # what was entered is listed there
            reader.open("GET", page, list(STRINGS))

    posts = {r.endpoint: r for r in app.url_map.iter_rules() if "POST" in (r.methods or ())}
    met = {endpoint for reader in readers for endpoint in reader.sent}
    assert {one for one in posts if one not in met and one.split(".")[0] not in BY_DEVICES} == set()
    for part, rule in enumerate(rule for one, rule in posts.items() if one not in met):
        fields = {name: Field(name, "text", []) for name in BY_DEVICE}
        fuzz(readers[-1], Form(filled(rule, "1"), "post", fields), part, whole=CHAOS)


def test_no_address_breaks(app: Flask, scene: list[str], readers: list[Reader]) -> None:
    for part, rule in enumerate(app.url_map.iter_rules()):
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        texts = strings(part)[:: 1 if CHAOS and rule.arguments - {"lang"} else 12]
        for n, text in enumerate((*texts, *TOO_LARGE)):
            reader = readers[(part + n) % 2]
            reader.open(method, filled(rule, text), text)


TOO_LARGE = ("0", "9223372036854775807", "9223372036854775808", "9" * 40, "-1")


def filled(rule: Rule, text: str) -> str:
    """The address with this in each of its places; without places, in its query."""
    said = quote(text, safe="")
    english = rule.rule.replace("<lang:lang>", "en")
    address = "".join(said if part.startswith("<") else part for part in PLACES.split(english))
    return address if "<" in english else f"{address}?next={said}&q={said}&sent={said}"


PLACES = re.compile("(<[^<>]+>)")
