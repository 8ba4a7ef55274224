"""The application factory: the one place where the parts are put together."""

from collections.abc import Mapping

from flask import Flask

from lms import database, files, limits, waking
from lms.web import (
    about,
    access,
    account,
    address,
    assets,
    caching,
    certificates,
    csrf,
    dev_mail,
    errors,
    glossary,
    headers,
    language,
    learn,
    links,
    mails,
    marking,
    me,
    media,
    numbers,
    outlines,
    parts,
    practice,
    quiz,
    remarks,
    reports,
    search,
    shelf,
    sign_in,
    sign_up,
    site,
    theme,
    uploads,
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

    shelf.init_app(app)  # first: it keeps answers to which everything was done
    headers.init_app(app)
    language.init_app(app)
    numbers.init_app(app)
    access.init_app(app)
    csrf.init_app(app)
    uploads.init_app(app)
    outlines.init_app(app)
    parts.init_app(app)
    assets.init_app(app)
    theme.init_app(app)
    remarks.init_app(app)
    errors.init_app(app)
    caching.init_app(app)

    public = (learn, search, glossary, about, practice, reports, certificates)
    own = (quiz, marking, me, sign_up, sign_in, links, account, address, mails)
    for page in (*public, *own):
        app.register_blueprint(page.bp, url_prefix="/<lang:lang>")
    for service in (site, media, dev_mail):
        app.register_blueprint(service.bp)
    return app
