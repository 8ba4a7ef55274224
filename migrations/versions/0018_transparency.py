"""The transparency log, versions of a certificate, diplomas, and kinds of awards."""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

AWARDS = ("completion", "achievement", "attendance", "diploma")
KINDS = ("issued", "withdrawn", "revoked", "superseded")
LOGS = ("log_entry", "log_day")
WHOSE = "fk_revocation_certificate_id_certificate"
UNLOGGED = sa.text("log_sequence IS NULL")
SAYS = "the transparency log is only ever added to"


def upgrade() -> None:
    _make_the_log()
    # SQLite makes a table anew to change it: meanwhile nothing may refer to its rows
    with op.batch_alter_table("revocation") as batch:
        batch.drop_constraint(WHOSE, type_="foreignkey")
        _add_to_log(batch, "revocation")
    with op.batch_alter_table("certificate") as batch:
        batch.alter_column("course_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("path_id", sa.Integer(), nullable=True))
        award = sa.Enum(*AWARDS, name="award", native_enum=False, length=32)
        batch.add_column(sa.Column("award", award, nullable=False, server_default="completion"))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("log_head", sa.String(length=64), nullable=True))
        _add_to_log(batch, "certificate")
        batch.drop_constraint("uq_certificate_holder_id_course_id_period", type_="unique")
        batch.create_unique_constraint(
            "uq_certificate_holder_id_course_id_period_version",
            ["holder_id", "course_id", "period", "version"],
        )
        batch.create_unique_constraint(
            "uq_certificate_holder_id_path_id_version", ["holder_id", "path_id", "version"]
        )
    op.create_index("ix_certificate_log_head", "certificate", ["log_head"])
    with op.batch_alter_table("revocation") as batch:
        batch.create_foreign_key(WHOSE, "certificate", ["certificate_id"], ["id"])
    for table, column in (("certificate", "id"), ("revocation", "certificate_id")):
        op.create_index(
            f"ix_{table}_unlogged",
            table,
            [column],
            sqlite_where=UNLOGGED,
            postgresql_where=UNLOGGED,
        )
    op.add_column(
        "path_edition", sa.Column("rechecked_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "path_edition",
        sa.Column("rechecked_to", sa.Integer(), nullable=False, server_default="0"),
    )


def _make_the_log() -> None:
    op.create_table(
        "log_entry",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="logkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_log_entry")),
        sa.UniqueConstraint("head", name=op.f("uq_log_entry_head")),
    )
    op.create_index("ix_log_entry_at", "log_entry", ["at", "sequence"])
    op.create_table(
        "log_day",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_log_day")),
        sa.UniqueConstraint("sequence", name=op.f("uq_log_day_sequence")),
    )
    for table in LOGS:
        for statement in GUARDS[op.get_bind().dialect.name]:
            op.execute(statement.format(table=table))


def _add_to_log(batch: BatchOperations, table: str) -> None:
    batch.add_column(sa.Column("log_digest", sa.String(length=64), nullable=True))
    batch.add_column(sa.Column("log_sequence", sa.Integer(), nullable=True))
    batch.create_unique_constraint(f"uq_{table}_log_sequence", ["log_sequence"])


GUARDS = {
    "sqlite": tuple(
        f"CREATE TRIGGER {{table}}_no_{deed} BEFORE {deed} ON {{table}} "
        f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        for deed in ("update", "delete")
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{SAYS}'; END $$"
        ),
        (
            "CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION {table}_stays()"
        ),
    ),
}


UNKNOWN = """
    DELETE FROM certificate WHERE path_id IS NOT NULL OR id IN
    (SELECT certificate_id FROM revocation WHERE kind = 'superseded' AND successor IS NOT NULL)
"""


def downgrade() -> None:
    op.drop_column("path_edition", "rechecked_to")
    op.drop_column("path_edition", "rechecked_at")
    for table in ("certificate", "revocation"):
        op.drop_index(f"ix_{table}_unlogged", table_name=table)
    with op.batch_alter_table("revocation") as batch:
        batch.drop_constraint(WHOSE, type_="foreignkey")
        batch.drop_constraint("uq_revocation_log_sequence", type_="unique")
        batch.drop_column("log_sequence")
        batch.drop_column("log_digest")
    # what the code of before does not know: diplomas, and versions that another one replaced
    op.execute(UNKNOWN)
    op.execute("DELETE FROM revocation WHERE certificate_id NOT IN (SELECT id FROM certificate)")
    with op.batch_alter_table("certificate") as batch:
        batch.drop_index("ix_certificate_log_head")
        batch.drop_constraint("uq_certificate_log_sequence", type_="unique")
        batch.drop_constraint("uq_certificate_holder_id_path_id_version", type_="unique")
        batch.drop_constraint("uq_certificate_holder_id_course_id_period_version", type_="unique")
        for column in ("log_sequence", "log_digest", "log_head", "version", "award", "path_id"):
            batch.drop_column(column)
        batch.alter_column("course_id", existing_type=sa.Integer(), nullable=False)
        batch.create_unique_constraint(
            "uq_certificate_holder_id_course_id_period", ["holder_id", "course_id", "period"]
        )
    with op.batch_alter_table("revocation") as batch:
        batch.create_foreign_key(WHOSE, "certificate", ["certificate_id"], ["id"])
    for table in LOGS:
        op.drop_table(table)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {table}_stays()")
