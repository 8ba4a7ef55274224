"""How Alembic reaches the database: through the running application."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from lms.models import Base
from lms.models.base import Moment


def include(_thing: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
    """Tables that are not ours (an extension's, say) are left alone."""
    return kind != "table" or not reflected or name in Base.metadata.tables


def render(kind: str, thing: object, _context: object) -> str | bool:
    """Our moments are plain columns in the steps: these must still run when the models changed."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Moment) else False


def run(connection: Connection) -> None:
    """Run the steps; SQLite changes a table by copying it (batch)."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=include,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()


with current_app.extensions["migrate"].db.engine.connect() as connection:
    run(connection)
    connection.commit()
