"""Paths: courses that belong together, in an order, with editions of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ORIGIN = sa.Enum("shipped", "imported", "studio", name="origin", native_enum=False, length=32)


def upgrade() -> None:
    op.create_table(
        "path",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_path")),
        sa.UniqueConstraint("slug", name=op.f("uq_path_slug")),
    )
    op.create_table(
        "path_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("format_version", sa.Integer(), nullable=False),
        sa.Column("origin", ORIGIN, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["path_id"], ["path.id"], name=op.f("fk_path_edition_path_id_path")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_path_edition")),
        sa.UniqueConstraint("path_id", "number", name=op.f("uq_path_edition_path_id_number")),
    )
    op.create_table(
        "path_file",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["blob.digest"], name=op.f("fk_path_file_digest_blob")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["path_edition.id"], name=op.f("fk_path_file_edition_id_path_edition")
        ),
        sa.PrimaryKeyConstraint("edition_id", "path", name=op.f("pk_path_file")),
    )
    op.create_index(op.f("ix_path_file_digest"), "path_file", ["digest"])


def downgrade() -> None:
    op.drop_table("path_file")
    op.drop_table("path_edition")
    op.drop_table("path")
