"""The demo cast: four people to play with, in development only."""

from dataclasses import dataclass

import click
from flask import current_app

from lms.database import db
from lms.domain import accounts, addresses, catalogue, organisations, roles
from lms.domain.permissions import System
from lms.models import CourseRole, Origin, SiteRole


@dataclass(frozen=True)
class Actor:
    """One of the cast; the passwords are no secret."""

    name: str
    what: str
    email: str
    password: str
    role: SiteRole | None = None
    manages: str = ""
    teaches: bool = False


CAST = (
    Actor("Amina Diallo", "learner", "amina@learn.example", "amina learns"),
    Actor(
        "Tomás Rivera",
        "trainer",
        "tomas@learn.example",
        "tomas teaches",
        role=SiteRole.TRAINER,
        teaches=True,
    ),
    Actor("Lin Mei", "partner manager", "lin@learn.example", "lin manages", manages="Open Harbour"),
    Actor(
        "Ada Okafor",
        "administrator",
        "ada@learn.example",
        "ada administers",
        role=SiteRole.ADMINISTRATOR,
    ),
)


def ensure_cast() -> None:
    """Make those who are not there; nobody in production, where everybody would know them."""
    if current_app.config["ENVIRONMENT"] == "production":
        return
    for actor in CAST:
        if accounts.owner_of(addresses.read(actor.email).key) is None:
            make(actor)
        if actor.teaches:
            teach(actor)
    db.session.commit()
    click.echo("Sign in as:")
    for actor in CAST:
        click.echo(f"  {actor.what:16} {actor.email:21} password: {actor.password}")


def make(actor: Actor) -> None:
    """An account like any other, and for a manager the organisation."""
    person = accounts.add_person(
        System(), name=actor.name, email=actor.email, password=actor.password, role=actor.role
    )
    if actor.manages:
        slug = actor.manages.lower().replace(" ", "-")
        organisations.make_manager(System(), person, slug=slug, name=actor.manages)


def teach(actor: Actor) -> None:
    """A trainer of every course that ships: somebody must mark what is handed in there."""
    person = accounts.owner_of(addresses.read(actor.email).key)
    assert person is not None  # noqa: S101 (made a moment ago)
    for course, edition in catalogue.current_editions():
        if edition.origin is Origin.SHIPPED:
            roles.give_in_course(System(), person, course, CourseRole.TRAINER)
