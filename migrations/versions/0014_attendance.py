"""Codes with which people confirm that they were there."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attendance_code",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_attendance_code_lesson_id_lesson")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_attendance_code")),
        sa.UniqueConstraint("lesson_id", "by", name=op.f("uq_attendance_code_lesson_id_by")),
    )
    op.create_index(op.f("ix_attendance_code_ends_at"), "attendance_code", ["ends_at"])


def downgrade() -> None:
    op.drop_table("attendance_code")
