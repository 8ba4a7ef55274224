"""What a partner's desk needs: how far people are, files that the worker makes, logos on certificates."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

PICTURES = ("partner_logo", "partner_signature")
WAITS = sa.text("ready_at IS NULL")


def upgrade() -> None:
    kinds = sa.Enum(
        "record", "certificates", "report", name="downloadkind", native_enum=False, length=32
    )
    op.create_table(
        "download",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_download_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download")),
        sa.UniqueConstraint(
            "user_id", "kind", "subject", name=op.f("uq_download_user_id_kind_subject")
        ),
    )
    op.create_index(
        "ix_download_waiting",
        "download",
        ["asked_at"],
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
    op.create_index("ix_download_subject_kind", "download", ["subject", "kind"])
    op.create_index(op.f("ix_download_expires_at"), "download", ["expires_at"])
    op.create_index(op.f("ix_download_digest"), "download", ["digest"])
    op.create_table(
        "standing",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("quiet_since", sa.Integer(), nullable=False),
        sa.Column("finished_day", sa.Integer(), nullable=True),
        sa.Column("begun_day", sa.Integer(), nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("last_day", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("here", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_standing_course_id_course")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_standing_user_id_user")),
        sa.PrimaryKeyConstraint("course_id", "user_id", name=op.f("pk_standing")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_standing_user_id"), "standing", ["user_id"])
    op.create_index(
        "ix_standing_stale",
        "standing",
        ["course_id", "user_id"],
        sqlite_where=sa.text("stale"),
        postgresql_where=sa.text("stale"),
    )
    for column in PICTURES:
        op.add_column("certificate", sa.Column(column, sa.String(length=64), nullable=True))
        op.create_index(op.f(f"ix_certificate_{column}"), "certificate", [column])


def downgrade() -> None:
    for column in PICTURES:
        op.drop_index(op.f(f"ix_certificate_{column}"), table_name="certificate")
        op.drop_column("certificate", column)
    op.drop_table("standing")
    op.drop_table("download")
