from datetime import datetime

import pytest

from lms.domain import journal
from lms.domain.permissions import POLICY, VISITORS, Action, System, actor_id, may
from lms.models import User
from lms.models.base import Moment


def test_every_action_stands_in_the_table() -> None:
    assert set(POLICY) == set(Action)


@pytest.mark.parametrize("action", Action)
def test_nobody_may_do_what_needs_an_account_and_somebody_suspended_nothing(
    eve: User, action: Action
) -> None:
    assert may(System(), action)
    assert may(None, action) == (action in VISITORS)
    eve.suspended_at = journal.now()
    assert not may(eve, action)


def test_the_journal_names_everybody(eve: User) -> None:
    assert [actor_id(actor) for actor in (None, System(), eve)] == [
        "visitor",
        "system",
        eve.public_id,
    ]


def test_a_time_without_a_zone_is_never_stored() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        Moment().process_bind_param(datetime(2026, 1, 1), None)  # type: ignore[arg-type]  # noqa: DTZ001


def test_keys_are_changed_at_the_machine_only(ada: User) -> None:
    assert not may(ada, Action.CHANGE_KEYS)
    assert may(System(), Action.CHANGE_KEYS)
