"""How often something may be done: counted in Redis, else in ``instance/limits.sqlite``.

Both are shared by all processes and outlive a restart; neither is part of the database's
transactions. What is counted lies there hashed: nobody can read addresses out of it.
"""

import hmac
import logging
import math
import sqlite3
import time
from contextlib import closing
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, current_app

from lms.domain.errors import TooMany, _

log = logging.getLogger(__name__)

TABLE = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS hit (key TEXT PRIMARY KEY, count INTEGER NOT NULL, ends REAL NOT NULL);
CREATE INDEX IF NOT EXISTS hit_ends ON hit (ends);
"""
COUNT = """
INSERT INTO hit VALUES (:key, :amount, :ends)
ON CONFLICT (key) DO UPDATE SET count = count + :amount RETURNING count, ends
"""


class Hits(NamedTuple):
    """How often within the window, and how many seconds of it are left."""

    times: int
    left: float


def init_app(app: Flask) -> None:
    """Redis when REDIS_URL is set; it connects at the first count."""
    if url := app.config["REDIS_URL"]:
        import redis  # 6 MB, which most installations do without

        app.extensions["limits"] = redis.Redis.from_url(
            url, socket_timeout=1, socket_connect_timeout=1
        )


def hit(name: str, key: str, *, most: int, seconds: int, amount: int = 1) -> None:
    """Count this; raise TooMany from the time after ``most`` on, until the window is over.

    The window begins with the first hit and lasts ``seconds``. ``amount``: of what is measured, such as
    bytes; what is refused then does not count, so that less may still be had. When nothing can be
    counted (a full disk), everything is allowed: a limit must not take the site down.
    """
    try:
        hits = _count(_hashed(name, key), seconds, amount)
        if hits.times > most and amount > 1:
            _count(_hashed(name, key), seconds, -amount)
    except (sqlite3.Error, OSError) as error:
        log.warning("limit %s is not counted: %s", name, error)
        return
    if hits.times > most:
        left = max(1, math.ceil(hits.left))
        raise TooMany(
            _("That was too often. Try again in %(minutes)s min."),
            seconds=left,
            minutes=math.ceil(left / 60),
        )


def network(address: str | None) -> str:
    """Where somebody comes from: an IPv4 address, or the /64 that one household has in IPv6."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or f"{int(ip) >> 64:016x}/64")
    return str(ip)


def _hashed(name: str, key: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(secret, f"limit {name} {key}".encode(), "sha256").hex()


def _count(key: str, seconds: int, amount: int) -> Hits:
    client = current_app.extensions.get("limits")
    if client is not None:
        import redis

        try:
            return _count_in_redis(client, key, seconds, amount)
        except redis.RedisError as error:
            log.warning("Redis does not count; this machine does: %s", error)
    return _count_in_sqlite(Path(current_app.config["INSTANCE_FOLDER"]), key, seconds, amount)


def _count_in_redis(client: Any, key: str, seconds: int, amount: int) -> Hits:
    with client.pipeline(transaction=True) as steps:
        steps.set(f"limit:{key}", 0, ex=seconds, nx=True)
        steps.incrby(f"limit:{key}", amount)
        steps.ttl(f"limit:{key}")
        _made, count, left = steps.execute()
    return Hits(count, left)


def _count_in_sqlite(folder: Path, key: str, seconds: int, amount: int) -> Hits:
    """A connection for each count: cheap here, and nothing to share between threads and forks."""
    folder.mkdir(parents=True, exist_ok=True)
    now = time.time()
    with closing(sqlite3.connect(folder / "limits.sqlite", timeout=5)) as database:
        database.executescript(TABLE)
        database.execute("PRAGMA synchronous = OFF")  # a count lost in a power cut does no harm
        with database:
            database.execute("DELETE FROM hit WHERE ends <= ?", (now,))
            given = {"key": key, "amount": amount, "ends": now + seconds}
            count, ends = database.execute(COUNT, given).fetchone()
    return Hits(count, ends - now)
