"""Texts about the site that are written in the browser: every saving is kept, the newest counts."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select

from lms.content import markdown
from lms.database import db
from lms.domain import audit, journal, site
from lms.domain.errors import Conflict, Invalid, Missing, _
from lms.domain.permissions import Action, Actor, actor_id, require
from lms.models import SiteText, Verb

TITLES: Mapping[str, str] = {
    "privacy": _("Privacy"),
    "terms": _("Terms of use"),
    "contact": _("Contact"),
    "accessibility": _("Accessibility"),
}
"""Name in the address → what the foot of a page calls it."""
LONGEST = 50_000
PAGE = 20


def history(
    actor: Actor, name: str, language: str, *, page: int = 1
) -> tuple[Sequence[SiteText], bool]:
    """What was saved, the newest first, and whether there is more."""
    require(actor, Action.ADMINISTER)
    rows = db.session.scalars(
        _saved(name, language).limit(PAGE + 1).offset(PAGE * (page - 1))
    ).all()
    return rows[:PAGE], len(rows) > PAGE


def find(actor: Actor, name: str, language: str, number: int) -> SiteText:
    """One saving, or Missing."""
    require(actor, Action.ADMINISTER)
    row = db.session.get(SiteText, number)
    if row is None or (row.name, row.language) != (name, language):
        raise Missing(_("There is no such text."))
    return row


def newest(name: str, language: str) -> SiteText | None:
    """What was saved last."""
    return db.session.scalar(_saved(name, language).limit(1))


def write(actor: Actor, name: str, language: str, text: str, *, after: int) -> None:
    """Save it; "" takes it back. Conflict when somebody saved since ``after`` (0 for never).

    The same text as before changes nothing.
    """
    require(actor, Action.MANAGE_SITE)
    text = clean(text)
    site.changed()
    last = newest(name, language)
    number, before = (last.id, last.text) if last else (0, "")
    if number != after:
        raise Conflict(
            _("Somebody else saved this text a moment before you. Look at theirs first.")
        )
    if text != before:
        _keep(actor, name, language, text, before=before)


def restore(actor: Actor, name: str, language: str, number: int) -> None:
    """Save an earlier text again: what came after it stays in the history."""
    require(actor, Action.MANAGE_SITE)
    text = find(actor, name, language, number).text
    site.changed()
    last = newest(name, language)
    if last is not None and last.text != text:
        _keep(actor, name, language, text, before=last.text)


def clean(text: str) -> str:
    """Lines end in one way; Invalid for a text that is too long, or has no title."""
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if len(text) > LONGEST:
        raise Invalid(_("Use at most %(count)s characters."), count=LONGEST, field="text")
    if text and not text.startswith("# "):
        raise Invalid(_("Begin with a title: a line such as “# Privacy”."), field="text")
    if markdown.fault_of(text):
        raise Invalid(_("This text cannot be shown: it is nested too deeply."), field="text")
    return text


def _keep(actor: Actor, name: str, language: str, text: str, *, before: str) -> None:
    """The log says how long the texts are; they themselves stand in the history."""
    row = SiteText(name=name, language=language, text=text, at=journal.now(), by=actor_id(actor))
    db.session.add(row)
    db.session.flush()
    audit.record(
        actor,
        Verb.CHANGED,
        f"text:{name}.{language}",
        changes={"characters": (len(before), len(text)), "saving": (None, row.id)},
    )


def _saved(name: str, language: str) -> Select[SiteText]:
    return (
        select(SiteText)
        .where(SiteText.name == name, SiteText.language == language)
        .order_by(SiteText.id.desc())
    )
