"""A standing for everybody in a course, and what the worker found out about addresses in courses."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO standing (course_id, user_id, quiet_since, done, required, here, stale)"
        " SELECT enrolment.course_id, enrolment.user_id, 0, 0, 0, '', true FROM enrolment"
        " LEFT JOIN standing ON standing.course_id = enrolment.course_id"
        " AND standing.user_id = enrolment.user_id WHERE standing.user_id IS NULL"
    )
    op.create_table(
        "source_check",
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=32), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_source_check")),
    )
    op.create_index(op.f("ix_source_check_look_at"), "source_check", ["look_at"])


def downgrade() -> None:
    op.drop_table("source_check")
