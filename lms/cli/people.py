"""`lms people`: accounts made by whoever runs the platform."""

import click
from flask.cli import AppGroup

from lms.database import db
from lms.domain import accounts, addresses, catalogue, links, roles, second_step
from lms.domain.permissions import System
from lms.models import CourseRole, SiteRole

people = AppGroup("people", help="The people of this platform.")


@people.command()
@click.argument("name")
@click.argument("email")
@click.option(
    "--role", type=click.Choice([role.value for role in SiteRole]), help="More than a learner."
)
@click.option("--language", default="en", show_default=True, help="For mails and pages.")
@click.option("--send-link", is_flag=True, help="Mail a sign-in link, do not ask for a password.")
def add(name: str, email: str, role: str | None, language: str, *, send_link: bool) -> None:
    """Make an account for NAME with the address EMAIL, which counts as confirmed."""
    password = None if send_link else ask_password()
    person = accounts.add_person(
        System(),
        name=name,
        email=email,
        password=password,
        role=SiteRole(role) if role else None,
        language=language,
    )
    if send_link:
        links.send_sign_in(person.email, language)
    db.session.commit()
    click.echo(f"{person.name} <{person.email}> has an account.")


@people.command()
@click.argument("email")
@click.argument("course")
@click.argument("role", type=click.Choice([role.value for role in CourseRole]))
def grant(email: str, course: str, role: str) -> None:
    """Give whoever has the address EMAIL a ROLE in COURSE; trainers and reviewers mark there."""
    person = accounts.owner_of(addresses.read(email).key)
    if person is None:
        raise click.ClickException(f"Nobody has confirmed the address {email}.")
    found = catalogue.find_course(course)
    roles.give_in_course(System(), person, found, CourseRole(role))
    db.session.commit()
    click.echo(f"{person.name} is {role} of {found.slug}.")


@people.command()
@click.argument("email")
def reset_second_step(email: str) -> None:
    """For who lost phone, passkeys and codes: EMAIL signs in without a second step again."""
    person = accounts.owner_of(addresses.read(email).key)
    if person is None:
        raise click.ClickException(f"Nobody has confirmed the address {email}.")
    second_step.reset(System(), person)
    db.session.commit()
    click.echo(f"{person.name} has no second step any more, and is signed in nowhere.")


def ask_password() -> str:
    """Twice, unseen."""
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password
