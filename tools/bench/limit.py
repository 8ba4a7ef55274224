"""The limit: what any page costs that reads one row, served as ours are. No page can cost less.

The same server with the same settings, threads, database session and transactions; one Flask view, one
SELECT by primary key, one small template.
"""

import os

from flask import Flask, render_template
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server
from jinja2 import DictLoader

import config
from lms import database
from lms.database import begin_reading, begin_writing, db
from lms.models import User
from lms.web.gateway import Gateway
from tools.bench.crowd import FIRST

PAGE = """<!doctype html>
<html lang="en"><head><title>{{ who.name }}</title></head>
<body><h1>{{ who.name }}</h1>{% for n in range(3) %}<p>{{ n }}</p>{% endfor %}</body></html>
"""


def create_app() -> Flask:
    """One page: ``/``."""
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(config.from_environment())
    app.jinja_loader = DictLoader({"page.html": PAGE})
    database.init_app(app)

    @app.before_request
    def _begin() -> None:
        begin_reading()

    @app.teardown_request
    def _restore(_error: BaseException | None) -> None:
        db.session.rollback()
        begin_writing()

    @app.get("/")
    def page() -> str:
        return render_template("page.html", who=db.session.get_one(User, FIRST))

    return app


def gateway() -> Gateway:
    """As `wsgi.py` makes ours."""
    return Gateway(create_app())


def main() -> None:
    """Serve as `lms serve` does."""
    settings = config.from_environment()
    Server(
        "tools.bench.limit:gateway",
        factory=True,
        address=str(settings["HOST"]),
        port=int(os.environ["PORT"]),
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=int(os.environ["WEB_WORKERS"]),
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main()
