"""The pages of one course in the studio, as far as the reader may open them: for the line of tabs."""

from collections.abc import Set
from dataclasses import dataclass

from flask.blueprints import BlueprintSetupState

from lms.domain import teaching
from lms.domain.errors import _
from lms.domain.permissions import MARKERS, OWNING
from lms.models import Course, CourseRole
from lms.web import access

ANYBODY = frozenset(CourseRole)


@dataclass(frozen=True, slots=True)
class Way:
    """here: its key; whose: the roles that may open it; is_of_editions: it needs a published course."""

    here: str
    endpoint: str
    label: str
    whose: Set[CourseRole] = ANYBODY
    is_of_editions: bool = False


WAYS = (
    Way("outline", "studio_outline.outline", _("Outline")),
    Way("changes", "studio_changes.changes", _("Changes")),
    Way("publication", "studio_publication.publication", _("Publish")),
    Way("history", "studio_history.history", _("Editions")),
    Way("learners", "studio_learners.book", _("Learners"), MARKERS, is_of_editions=True),
    Way("questions", "studio_questions.shares_of", _("Questions"), MARKERS, is_of_editions=True),
    Way("upkeep", "studio_upkeep.page", _("Upkeep"), is_of_editions=True),
    Way("people", "studio_people.holders", _("People"), OWNING),
)


def init_app(state: BlueprintSetupState) -> None:
    """Templates of the studio call ``ways(course)``."""
    state.app.jinja_env.globals["ways"] = ways


def ways(course: Course) -> list[Way]:
    """Those of this reader, in their order (one statement)."""
    held, is_published = teaching.my_roles(access.user(), course)
    return [way for way in WAYS if way.whose & held and (is_published or not way.is_of_editions)]
