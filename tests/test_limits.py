"""How often something may be done, in SQLite and in Redis."""

import multiprocessing
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
import redis
from flask import Flask

from lms import limits
from lms.domain.errors import TooMany
from tests import servers

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis for this file's tests."""
    with servers.redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(params=["sqlite", "redis"])
def counting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application that counts in one of the two places."""
    url = request.getfixturevalue("redis_url") if request.param == "redis" else None
    yield from application(tmp_path, url)
    if url is not None:
        with redis.Redis.from_url(url) as client:
            client.flushall()


def application(folder: Path, url: str | None) -> Iterator[Flask]:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="only the tests know", INSTANCE_FOLDER=folder, REDIS_URL=url)
    limits.init_app(app)
    with app.app_context():
        yield app
    if url is not None:
        app.extensions["limits"].close()


def times(count: int, *, name: str = "sign-in", key: str = "amina", most: int = 3) -> int:
    """How many of so many tries are allowed."""
    allowed = 0
    for _ in range(count):
        try:
            limits.hit(name, key, most=most, seconds=90)
        except TooMany:
            continue
        allowed += 1
    return allowed


def test_so_many_are_allowed_and_no_more(counting: Flask) -> None:
    assert times(5) == 3
    assert times(2) == 0


def test_who_is_refused_learns_how_long_to_wait(counting: Flask) -> None:
    times(3)
    with pytest.raises(TooMany) as refused:
        limits.hit("sign-in", "amina", most=3, seconds=90)
    assert refused.value.seconds in {89, 90}
    assert str(refused.value) == "That was too often. Try again in 2 min."


def test_people_and_deeds_are_counted_apart(counting: Flask) -> None:
    assert times(5) == 3
    assert times(5, key="eve") == 3
    assert times(5, name="mail") == 3


def test_amounts_are_added_and_what_is_refused_does_not_count(counting: Flask) -> None:
    def spend(amount: int) -> None:
        limits.hit("upload", "amina", most=10, seconds=90, amount=amount)

    spend(4)
    for _ in range(3):
        with pytest.raises(TooMany):
            spend(7)
    spend(6)
    with pytest.raises(TooMany):
        spend(2)


def test_after_the_window_it_begins_again(counting: Flask, tmp_path: Path) -> None:
    times(4)
    if counting.config["REDIS_URL"]:
        client = counting.extensions["limits"]
        for key in client.scan_iter():
            client.pexpire(key, 0)
    else:
        with sqlite3.connect(tmp_path / "limits.sqlite") as database:
            database.execute("UPDATE hit SET ends = ends - 90")
        database.close()
    assert times(5) == 3


def test_no_address_lies_where_it_is_counted(counting: Flask, tmp_path: Path) -> None:
    limits.hit("mail", "amina@ngo.example", most=3, seconds=90)
    if counting.config["REDIS_URL"]:
        kept = b" ".join(counting.extensions["limits"].keys())
    else:
        kept = b" ".join(file.read_bytes() for file in tmp_path.glob("limits.sqlite*"))
    assert (b"amina" in kept, b"mail" in kept) == (False, False)


def test_two_processes_and_a_restart_count_together(counting: Flask) -> None:
    folder, url = counting.config["INSTANCE_FOLDER"], counting.config["REDIS_URL"]
    assert times(1, most=30) == 1
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as two:
        asked = [two.submit(begun_anew, folder, url) for _ in range(2)]
        assert sum(answer.result() for answer in asked) == 29
    assert times(1, most=30) == 0


def begun_anew(folder: Path, url: str | None) -> int:
    """How many of twenty a process allows that knows nothing yet."""
    (allowed,) = [times(20, most=30) for _app in application(folder, url)]
    return allowed


def test_when_redis_is_away_this_machine_counts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for _app in application(tmp_path, f"redis://127.0.0.1:{servers.closed_port()}/0"):
        assert times(5) == 3
    assert "Redis does not count" in caplog.text


def test_a_limit_that_cannot_be_counted_stops_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "limits.sqlite").mkdir()
    for _app in application(tmp_path, None):
        assert times(5) == 5
    assert "limit sign-in is not counted" in caplog.text


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "20010db800010002/64"),
        ("2001:db8:1:2:bbbb::2", "20010db800010002/64"),
        ("2001:db8:1:3::1", "20010db800010003/64"),
        (None, "unknown"),
        ("a socket", "unknown"),
    ],
)
def test_a_network_is_one_address_or_the_64_of_a_household(
    address: str | None, network: str
) -> None:
    assert limits.network(address) == network
