"""What people may ask for their data: exports, deletions and the files that go with them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WAITS = sa.text("ready_at IS NULL")
FORGOTTEN_BY = (
    ("event", "at"),
    ("outgoing_mail", "created_at"),
    ("sign_in", "created_at"),
    ("mail_link", "expires_at"),
)
"""The moments by which the worker finds what is old."""
UPLOADS = sa.text("kind = 'upload'")


def upgrade() -> None:
    op.create_table(
        "deletion",
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn", sa.JSON(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("public_id", name=op.f("pk_deletion")),
    )
    op.create_table(
        "discarded_file",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_discarded_file")),
    )
    op.create_table(
        "export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_export_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
        sa.UniqueConstraint("user_id", name=op.f("uq_export_user_id")),
    )
    op.create_index(
        "ix_export_waiting",
        "export",
        ["asked_at"],
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
    op.create_index(op.f("ix_export_expires_at"), "export", ["expires_at"])
    op.create_index(
        "ix_answer_upload",
        "answer",
        ["attempt_id"],
        sqlite_where=UPLOADS,
        postgresql_where=UPLOADS,
    )
    for table, column in FORGOTTEN_BY:
        op.create_index(f"ix_{table}_{column}", table, [column])
    # No other table refers to marks, so SQLite may make this one anew.
    with op.batch_alter_table("mark") as batch_op:
        batch_op.alter_column("marker_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    # A mark whose marker is gone stays: the learner's own number stands in for the missing one.
    op.execute(
        "UPDATE mark SET marker_id ="
        " (SELECT user_id FROM attempt WHERE attempt.id = mark.attempt_id) WHERE marker_id IS NULL"
    )
    with op.batch_alter_table("mark") as batch_op:
        batch_op.alter_column("marker_id", existing_type=sa.Integer(), nullable=False)
    for table, column in FORGOTTEN_BY:
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    op.drop_index("ix_answer_upload", table_name="answer")
    op.drop_table("export")
    op.drop_table("discarded_file")
    op.drop_table("deletion")
