"""Marks by trainers, and which attempts wait for one."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WAITS = sa.text("submitted_at IS NOT NULL AND passed IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attempt_waiting",
            ["lesson_id", "submitted_at"],
            unique=False,
            sqlite_where=WAITS,
            postgresql_where=WAITS,
        )

    op.create_table(
        "mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("marker_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("comments", sa.JSON(), nullable=False),
        sa.Column("comment", sa.String(length=5000), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id", "position"],
            ["answer.attempt_id", "answer.position"],
            name=op.f("fk_mark_attempt_id_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_mark_course_id_course")
        ),
        sa.ForeignKeyConstraint(["marker_id"], ["user.id"], name=op.f("fk_mark_marker_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
        sa.UniqueConstraint(
            "attempt_id", "position", "number", name=op.f("uq_mark_attempt_id_position_number")
        ),
    )
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.create_index("ix_mark_course_id_at", ["course_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mark_marker_id"), ["marker_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mark_marker_id"))
        batch_op.drop_index("ix_mark_course_id_at")

    op.drop_table("mark")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_waiting", sqlite_where=WAITS, postgresql_where=WAITS)
