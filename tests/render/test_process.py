"""The render process: a child for the first page, gone when idle, replaced when it dies."""

import multiprocessing
import signal
import time
from multiprocessing.connection import Connection
from threading import Thread
from typing import NoReturn

import pytest

from lms.render.process import NotRendered, RenderProcess, serve
from tests.orders import broken, made, order
from tests.render.test_pdf import FACTS

pytestmark = pytest.mark.once

ORDER, BROKEN = order(FACTS), broken(FACTS)


def test_a_child_makes_pages_while_it_is_needed_and_is_replaced_when_it_ends() -> None:
    process = RenderProcess(idle=2)
    states = [process.is_running]
    page = process.make(ORDER)
    with pytest.raises(NotRendered, match="TypeError"):
        process.make(BROKEN)
    states.append(process.is_running)
    assert page == made(FACTS)

    killer = Thread(target=kill_soon, args=(process,))
    killer.start()
    with pytest.raises(NotRendered, match="the render process ended"):
        make_for_ever(process)
    killer.join()
    states.append(process.is_running)
    assert process.make(ORDER) == page

    deadline = time.monotonic() + 30
    while process.is_running and time.monotonic() < deadline:
        time.sleep(0.1)
    states.append(process.is_running)
    assert process.make(ORDER) == page

    process.stop()
    states.append(process.is_running)
    assert states == [False, True, False, False, False]


def make_for_ever(process: RenderProcess) -> NoReturn:
    """Until something happens to the child."""
    while True:
        process.make(ORDER)


def kill_soon(process: RenderProcess) -> None:
    """As the system does when memory runs out."""
    time.sleep(0.2)
    assert process._child is not None
    process._child.kill()


def test_a_page_that_takes_too_long_is_given_up() -> None:
    process = RenderProcess(patience=0.001)

    with pytest.raises(NotRendered, match=r"no page within 0\.001 s"):
        process.make(ORDER)

    assert not process.is_running


def test_the_child_answers_until_its_parent_is_gone() -> None:
    ours, theirs = multiprocessing.Pipe()
    for facts in (BROKEN, ORDER):
        ours.send(facts)
    answers: list[object] = []
    parent = Thread(target=close_after_two, args=(ours, answers))
    parent.start()
    before = signal.getsignal(signal.SIGINT)
    try:
        serve(theirs, idle=30)
    finally:
        signal.signal(signal.SIGINT, before)
        theirs.close()
    parent.join()

    assert str(answers[0]).startswith("TypeError")
    assert answers[1] == made(FACTS)


def close_after_two(pipe: Connection, answers: list[object]) -> None:
    """A parent that ends."""
    answers += [pipe.recv(), pipe.recv()]
    pipe.close()


def test_a_child_that_is_not_needed_ends() -> None:
    ours, theirs = multiprocessing.Pipe()
    before = signal.getsignal(signal.SIGINT)
    serve(theirs, idle=0)
    signal.signal(signal.SIGINT, before)

    ours.close()
    theirs.close()
