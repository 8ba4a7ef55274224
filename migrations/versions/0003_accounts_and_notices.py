"""New addresses to confirm, reminders before an account goes, kinds of mail that are switched off."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("user") as batch_op:
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_user_unconfirmed",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("confirmed_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NULL"),
        )
    with op.batch_alter_table("mail_link") as batch_op:
        batch_op.add_column(sa.Column("address", sa.String(length=320), nullable=True))

    op.create_table(
        "mail_refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_mail_refusal_user_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_refusal")),
        sa.UniqueConstraint("user_id", "kind", name=op.f("uq_mail_refusal_user_id_kind")),
    )


def downgrade() -> None:
    op.drop_table("mail_refusal")
    # Without copying the tables: people cannot be taken away from under what refers to them.
    with op.batch_alter_table("mail_link", recreate="never") as batch_op:
        batch_op.drop_column("address")
    with op.batch_alter_table("user", recreate="never") as batch_op:
        batch_op.drop_index(
            "ix_user_unconfirmed",
            sqlite_where=sa.text("confirmed_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NULL"),
        )
        batch_op.drop_column("reminded_at")
