"""What somebody else does at the same moment: in another thread, on a connection of its own."""

from threading import Thread

from sqlalchemy import Executable

from lms.database import db


def elsewhere(statement: Executable) -> None:
    """Write and commit, whatever this thread is in the middle of."""
    engine = db.engine

    def work() -> None:
        with engine.begin() as connection:
            connection.execute(statement)

    thread = Thread(target=work)
    thread.start()
    thread.join()
