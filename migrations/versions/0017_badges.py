"""The badge of each certificate, and the certificates by which PDFs are signed."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("certificate") as batch_op:
        batch_op.add_column(sa.Column("badge_digest", sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f("ix_certificate_badge_digest"), ["badge_digest"])
    with op.batch_alter_table("signing_key") as batch_op:
        batch_op.add_column(sa.Column("certificate", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    # no batch: to make these tables anew would break what refers to them
    op.drop_column("signing_key", "certificate")
    op.drop_index(op.f("ix_certificate_badge_digest"), table_name="certificate")
    op.drop_column("certificate", "badge_digest")
