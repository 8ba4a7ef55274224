"""The application factory: the one place where the parts are put together."""

from collections.abc import Mapping

from flask import Flask

from lms import database, files, limits, openid, waking
from lms.web import (
    about,
    access,
    account,
    address,
    assets,
    attend,
    attendance,
    badges,
    caching,
    certificates,
    course_changes,
    csrf,
    dev_mail,
    errors,
    exports,
    factors,
    glossary,
    headers,
    identity,
    join,
    language,
    learn,
    leaving,
    links,
    mails,
    marking,
    me,
    media,
    metrics,
    monitors,
    my_cohorts,
    new_app,
    numbers,
    outlines,
    parts,
    paths,
    places,
    practice,
    proof,
    provider_sign_in,
    quiz,
    record,
    recovery_codes,
    remarks,
    reports,
    search,
    second_step,
    shelf,
    sign_in,
    sign_up,
    site,
    theme,
    tracing,
    transparency,
    uploads,
    well_known,
)
from lms.web.admin import (
    announcements,
    audit,
    courses,
    organisations,
    people,
    roles,
    start,
    texts,
)
from lms.web.admin import certificates as endings
from lms.web.admin import jobs as background
from lms.web.admin import mails as refused_mails
from lms.web.admin import site as presentation
from lms.web.partners import cohorts, invitations, messages, terms
from lms.web.partners import desk as cohort_desk
from lms.web.partners import downloads as cohort_files
from lms.web.partners import organisation as profile
from lms.web.partners import people as requests
from lms.web.partners import shared as partners
from lms.web.studio import (
    adding,
    asking,
    editor,
    learners,
    preview,
    publication,
    questions,
    studio,
    upkeep,
)
from lms.web.studio import changes as draft_changes
from lms.web.studio import history as course_history
from lms.web.studio import learner as one_learner
from lms.web.studio import outline as course_outline
from lms.web.studio import people as course_people

PUBLIC = (
    learn,
    course_changes,
    paths,
    search,
    glossary,
    about,
    practice,
    reports,
    certificates,
    transparency,
    join,
)
OWN = (
    quiz,
    marking,
    attend,
    attendance,
    me,
    my_cohorts,
    sign_up,
    sign_in,
    links,
    account,
    address,
    mails,
    exports,
    leaving,
    record,
)
DESK = (start, people, roles, organisations, courses, endings, audit)
HOUSE = (presentation, texts, announcements, background, refused_mails)
SAFER = (second_step, proof, factors, new_app, recovery_codes, provider_sign_in)
COHORTS = (
    cohorts,
    cohort_desk,
    cohort_files,
    terms,
    requests,
    invitations,
    messages,
    profile,
)
FARE = (course_people, learners, one_learner, questions, upkeep)
STUDIO = (
    studio,
    course_outline,
    editor,
    preview,
    asking,
    adding,
    draft_changes,
    publication,
    course_history,
)


def create_app(settings: Mapping[str, object]) -> Flask:
    """The web application with these settings (see config.py for their names)."""
    app = Flask(__name__, static_folder=None, instance_path=str(settings["INSTANCE_FOLDER"]))
    app.config.from_mapping(settings)
    app.jinja_environment = theme.Environment

    database.init_app(app)
    files.init_app(app)
    limits.init_app(app)
    waking.init_app(app)
    openid.init_app(app)

    shelf.init_app(app)  # first: it keeps answers to which everything was done
    metrics.init_app(app)
    tracing.init_app(app)
    headers.init_app(app)
    language.init_app(app)
    numbers.init_app(app)
    access.init_app(app)
    csrf.init_app(app)
    uploads.init_app(app)
    outlines.init_app(app)
    places.init_app(app)
    parts.init_app(app)
    assets.init_app(app)
    theme.init_app(app)
    identity.init_app(app)
    partners.init_app(app)
    remarks.init_app(app)
    errors.init_app(app)
    caching.init_app(app)

    for page in (*PUBLIC, *OWN, *SAFER):
        app.register_blueprint(page.bp, url_prefix="/<lang:lang>")
    for subject in (*DESK, *HOUSE):
        app.register_blueprint(subject.bp, url_prefix="/<lang:lang>/admin")
    for matter in COHORTS:
        app.register_blueprint(matter.bp, url_prefix="/<lang:lang>/partners")
    for room in (*STUDIO, *FARE):
        app.register_blueprint(room.bp, url_prefix="/<lang:lang>/studio")
    for service in (site, media, badges, well_known, dev_mail, monitors):
        app.register_blueprint(service.bp)
    return app
