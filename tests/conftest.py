"""The cast: Amina learns, Tomás teaches, Lin is a partner, Ada administers, Eve is a stranger."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import Phase
from hypothesis import settings as chance
from sqlalchemy import event, text

from lms import create_app, keyring
from lms.cli.keys import ensure_keys
from lms.content.archive import from_folder
from lms.content.tree import CourseTree
from lms.database import begin_writing, db
from lms.domain import accounts, catalogue, journal, publishing
from lms.domain.permissions import System
from lms.models import Course, Edition, Origin, SiteRole, SiteRoleGrant, User
from lms.web import access
from tests import postgres, quick

DATA = Path(__file__).parent / "data"
EXAMPLE = DATA / "courses" / "dns-essentials"


chance.register_profile("patient", deadline=None)  # a busy machine is no failure
chance.register_profile(  # whether a test fails is all that is asked, some thousand times
    "mutants",
    deadline=None,
    max_examples=20,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
chance.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    """One PostgreSQL for the whole run, when it is asked for; what is compiled once is kept."""
    postgres.pytest_configure(config)
    quick.remember()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for no database, and makes none of its own, needs one run."""
    for item in items:
        if (
            isinstance(item, pytest.Function)
            and "database_template" not in item.fixturenames
            and not hasattr(item.module, "postgres")
        ):
            item.add_marker("once")


@pytest.fixture(scope="session")
def database_template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with all tables and no rows: a file to copy, or a PostgreSQL address to empty."""
    if postgres.wanted():
        url = postgres.new_database()
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('database')}/template.sqlite"
    app = create_app(settings(tmp_path_factory.mktemp("template"), url))
    with app.app_context():
        db.create_all()
        dispose()
    return url


@pytest.fixture
def database_url(database_template: str, tmp_path: Path) -> str:
    """A database of this test's own."""
    if postgres.wanted():
        return database_template
    copy = tmp_path / "test.sqlite"
    shutil.copy(database_template.removeprefix("sqlite:///"), copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[Flask]:
    """The application on an empty database, inside an application context."""
    app = create_app(settings(tmp_path, database_url))
    with app.app_context():
        quick.share_statements(db.engine)
        begin_writing()
        yield app
        begin_writing()  # what a page read last must not hold for the next test
        db.session.remove()
        if postgres.wanted():
            empty_all_tables()
        dispose()


def settings(folder: Path, database_url: str) -> dict[str, object]:
    """What config.py would give a developer, in this folder."""
    return {
        "TESTING": True,
        "ENVIRONMENT": "development",
        "SECRET_KEY": "a secret that only the tests know",
        "PUBLIC_URL": "http://localhost",
        "TRUSTED_PROXIES": 0,
        "INSTANCE_FOLDER": folder,
        "DATABASE_URL": database_url,
        "SQLALCHEMY_DATABASE_URI": database_url,
        "REDIS_URL": None,
        "FILES_URL": f"file://{folder}/files",
        "BACKUP_PASSPHRASE": None,
        "PDF_CERTIFICATE": None,
        "PDF_KEY": None,
        "PDF_PASSWORD": None,
        "TIME_STAMP_URL": None,
        "MAIL_URL": None,
        "MAIL_FROM": "NPOC Learn <learn@npoc.example>",
        "SITE_NAME": "NPOC Learn",
        "HOST": "127.0.0.1",
        "PORT": 8000,
        "UNCONFIRMED_DAYS": 30,
        "EXPORT_DAYS": 7,
        "MAIL_DAYS": 30,
        "SIGN_IN_DAYS": 90,
        "REPORT_DAYS": 365,
        "JOURNAL_DAYS": 1095,
        "INVITATION_DAYS": 180,
        "INVITATIONS_PER_DAY": 1000,
        "UPLOAD_MB_PER_DAY": 200,
        "CHECK_LINKS": False,
        "STAFF_SECOND_STEP": False,
        "OPENID_PROVIDERS": None,
        "WEB_WORKERS": 1,
        "WEB_THREADS": 4,
        "METRICS_TOKEN": None,
        "LOG_LEVEL": "info",
    }


@pytest.fixture
def keys(app: Flask) -> None:
    """What `lms prepare` makes, for tests that sign."""
    ensure_keys(keyring.keys_folder())


def empty_all_tables() -> None:
    """Faster than making a database for each test."""
    begin_writing()
    db.session.execute(text("SELECT forget_all()"))
    db.session.commit()


def dispose() -> None:
    """Close every connection, so that no warning and no lock stays behind."""
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()


def person(name: str, *, confirmed: bool = True, language: str = "en") -> User:
    """Somebody with an address at ngo.example."""
    email = f"{name.lower()}@ngo.example"
    now = journal.now()
    user = User(
        name=name,
        email=email,
        email_key=email,
        created_at=now,
        language=language,
        confirmed_at=now if confirmed else None,
    )
    db.session.add(user)
    db.session.commit()
    return user


def with_role(user: User, role: SiteRole) -> User:
    """Give a role on the whole platform."""
    db.session.add(SiteRoleGrant(user_id=user.id, role=role, at=journal.now(), by="system"))
    db.session.commit()
    return user


@pytest.fixture
def amina(app: Flask) -> User:
    """A learner."""
    return person("Amina")


@pytest.fixture
def tomas(app: Flask) -> User:
    """A trainer."""
    return with_role(person("Tomas"), SiteRole.TRAINER)


@pytest.fixture
def lin(app: Flask) -> User:
    """A partner's manager."""
    return person("Lin")


@pytest.fixture
def ada(app: Flask) -> User:
    """An administrator."""
    return with_role(person("Ada"), SiteRole.ADMINISTRATOR)


@pytest.fixture
def eve(app: Flask) -> User:
    """A stranger with an account."""
    return person("Eve")


Publish = Callable[..., Edition]


@pytest.fixture
def publish(app: Flask) -> Publish:
    """``publish(slug, {path: text or bytes})`` or ``publish(slug, tree)``."""

    def publish(slug: str, files: "dict[str, str] | CourseTree") -> Edition:
        if isinstance(files, dict):
            files = CourseTree.of({path: data.encode() for path, data in files.items()})
        edition = publishing.publish_tree(System(), slug, files, origin=Origin.IMPORTED)
        db.session.commit()
        return edition

    return publish


@pytest.fixture
def example(publish: Publish) -> Course:
    """The worked example, published as dns-essentials."""
    publish("dns-essentials", from_folder(EXAMPLE))
    return catalogue.find_course("dns-essentials")


SMALL = {
    "course.md": (
        "---\ntitle: Names in short\nsummary: One page, one quiz.\nlanguage: en\nhours: 1\n"
        "level: beginner\ntrainer: Tomas\nlicense: CC BY 4.0\ncertificate: yes\n"
        "complete: all lessons\n---\n\nFor everybody.\n"
    ),
    "01-names/module.md": "---\ntitle: Names\n---\n",
    "01-names/01-what-is-a-name.md": (
        "---\ntitle: What is a name\nminutes: 5\n---\n\nA name is a *path* in a tree.\n\n"
        "## ? Is a name a path? {#path}\n\n- true\n\n> It is.\n"
    ),
    "01-names/quiz.md": (
        "---\ntitle: Quiz\npass: 50\n---\n\n"
        "## ? Who runs a top-level domain? {#runs}\n\n"
        "- (x) A registry >> Right, a registry.\n- ( ) A registrar >> No, it sells names.\n\n"
        "> Registries keep the list.\n\n"
        "## ? Which are top-level domains? {#which}\n\n"
        "- [x] org >> Yes.\n- [x] ngo >> Yes.\n- [ ] www >> A host.\n\n"
        "## ? How many letters may a label have? {#letters}\n\n- = 63\n\n"
        "## ? What is the record that starts a zone? {#soa}\n\n- = SOA\n"
    ),
}
"""A course of one page and one quiz: four questions of four types, pass mark 50 %."""


@pytest.fixture
def small(publish: Publish) -> Course:
    """The small course, published as ``small``."""
    publish("small", SMALL)
    return catalogue.find_course("small")


class Browser(FlaskClient):
    """A test client that says where its requests come from, as browsers do."""

    def open(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
        """Add Sec-Fetch-Site unless the test says otherwise; end the test's transaction."""
        headers = dict(kwargs.pop("headers", None) or {})  # type: ignore[call-overload]
        headers.setdefault("Sec-Fetch-Site", "same-origin")
        db.session.rollback()  # the test's own transaction would keep the view waiting
        for name in list(g):  # the test's context is open: nothing is known from the last request
            g.pop(name)
        return super().open(*args, headers=headers, **kwargs)  # type: ignore[arg-type]

    def sign_in(self, user: User) -> "Browser":
        """As if this person had signed in here before."""
        token = accounts.sign_in(user, browser="a test")
        db.session.commit()
        self.set_cookie(access.cookie_name(), token, domain="localhost")
        return self


@pytest.fixture
def visitor(app: Flask) -> Browser:
    """A browser in which nobody is signed in."""
    app.test_client_class = Browser
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return browser


SignIn = Callable[[User], Browser]


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """``sign_in(amina)``: a browser of its own in which she is signed in."""

    def sign_in(user: User) -> Browser:
        app.test_client_class = Browser
        browser = app.test_client()
        assert isinstance(browser, Browser)
        return browser.sign_in(user)

    return sign_in


@pytest.fixture
def count_queries(app: Flask) -> Iterator[list[str]]:
    """The SQL statements since the list was last cleared; transactions and pragmas do not count."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SET ")):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


class Clock:
    """The only clock of the application, in the hand of a test."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """What time it is."""
        return self.moment

    def forward(self, **length: float) -> None:
        """``clock.forward(days=2)``."""
        self.moment += timedelta(**length)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """It stands at noon of 1 March 2027 until the test moves it."""
    clock = Clock(datetime(2027, 3, 1, 12, tzinfo=UTC))
    monkeypatch.setattr(journal, "now", clock)
    return clock
