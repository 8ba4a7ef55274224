"""What trainers write before they publish it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("refusal", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_draft_course_id_course")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_draft_owner_id_user")),
        sa.ForeignKeyConstraint(["base_id"], ["edition.id"], name=op.f("fk_draft_base_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("course_id", "owner_id", name=op.f("uq_draft_course_id_owner_id")),
    )
    op.create_index(op.f("ix_draft_owner_id"), "draft", ["owner_id"])
    op.create_index(op.f("ix_draft_publish_at"), "draft", ["publish_at"])
    op.create_table(
        "draft_file",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("base_digest", sa.String(length=64), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_draft_file_draft_id_draft")
        ),
        sa.ForeignKeyConstraint(
            ["digest"], ["blob.digest"], name=op.f("fk_draft_file_digest_blob")
        ),
        sa.PrimaryKeyConstraint("draft_id", "path", name=op.f("pk_draft_file")),
    )
    op.create_index(op.f("ix_draft_file_digest"), "draft_file", ["digest"])


def downgrade() -> None:
    op.drop_table("draft_file")
    op.drop_table("draft")
