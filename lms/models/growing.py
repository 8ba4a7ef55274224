"""Tables that are only ever added to: the database itself refuses to change or delete their rows."""

from sqlalchemy import DDL, Table, event


def only_grow(table: Table, says: str) -> None:
    """Guard the table from the moment it is made; ``says`` is what the database answers."""
    for dialect, statements in guards(table.name, says).items():
        for statement in statements:
            guard = DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", guard)


def guards(name: str, says: str) -> dict[str, tuple[str, ...]]:
    """What each database refuses by itself, whatever code asks for it."""
    return {
        "sqlite": tuple(
            f"CREATE TRIGGER {name}_no_{deed} BEFORE {deed} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
            for deed in ("update", "delete")
        ),
        "postgresql": (
            (
                f"CREATE OR REPLACE FUNCTION {name}_stays() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{says}'; END $$"
            ),
            (
                f"CREATE TRIGGER {name}_stays BEFORE UPDATE OR DELETE ON {name} "
                f"FOR EACH ROW EXECUTE FUNCTION {name}_stays()"
            ),
        ),
    }
