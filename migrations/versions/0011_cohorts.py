"""Cohorts, whom partners invite to them, and what partners looked at; how organisations look."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NOT_DONE = sa.text("finished_at IS NULL")
NOT_SENT = sa.text("sent_at IS NULL")
ASKING = sa.text("approved_at IS NULL AND left_at IS NULL")
SEEN = sa.text("approved_at IS NOT NULL AND left_at IS NULL AND withdrawn_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "refused_address",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_refused_address")),
    )
    op.create_table(
        "cohort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_cohort_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("code", name=op.f("uq_cohort_code")),
    )
    op.create_index("ix_cohort_organisation_id", "cohort", ["organisation_id", "id"])
    op.create_table(
        "membership_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_invitation_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_invitation")),
        sa.UniqueConstraint(
            "organisation_id",
            "email_key",
            name=op.f("uq_membership_invitation_organisation_id_email_key"),
        ),
    )
    op.create_index(
        op.f("ix_membership_invitation_email_key"), "membership_invitation", ["email_key"]
    )
    op.create_index("ix_membership_invitation_expires_at", "membership_invitation", ["expires_at"])
    op.create_table(
        "cohort_course",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_course_cohort_id_cohort")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_cohort_course_course_id_course")
        ),
        sa.PrimaryKeyConstraint("cohort_id", "course_id", name=op.f("pk_cohort_course")),
    )
    op.create_index(op.f("ix_cohort_course_course_id"), "cohort_course", ["course_id"])
    op.create_index(op.f("ix_cohort_course_ends_at"), "cohort_course", ["ends_at"])
    op.create_table(
        "cohort_deadline",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_deadline_cohort_id_cohort")
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_cohort_deadline_lesson_id_lesson")
        ),
        sa.PrimaryKeyConstraint("cohort_id", "lesson_id", name=op.f("pk_cohort_deadline")),
    )
    op.create_index(op.f("ix_cohort_deadline_due_at"), "cohort_deadline", ["due_at"])
    op.create_index(op.f("ix_cohort_deadline_lesson_id"), "cohort_deadline", ["lesson_id"])
    op.create_table(
        "cohort_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_invitation_cohort_id_cohort")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_cohort_invitation_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_invitation")),
        sa.UniqueConstraint(
            "cohort_id", "email_key", name=op.f("uq_cohort_invitation_cohort_id_email_key")
        ),
    )
    op.create_index("ix_cohort_invitation_at", "cohort_invitation", ["at"])
    op.create_index("ix_cohort_invitation_cohort_id_id", "cohort_invitation", ["cohort_id", "id"])
    op.create_index(
        "ix_cohort_invitation_email_key_sent_at", "cohort_invitation", ["email_key", "sent_at"]
    )
    op.create_index(
        "ix_cohort_invitation_organisation_id_sent_at",
        "cohort_invitation",
        ["organisation_id", "sent_at"],
    )
    op.create_index(
        "ix_cohort_invitation_waiting",
        "cohort_invitation",
        ["not_before"],
        sqlite_where=NOT_SENT,
        postgresql_where=NOT_SENT,
    )
    op.create_table(
        "cohort_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consent_version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=32), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_member_cohort_id_cohort")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_cohort_member_user_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_member")),
        sa.UniqueConstraint(
            "cohort_id", "user_id", name=op.f("uq_cohort_member_cohort_id_user_id")
        ),
    )
    op.create_index(
        "ix_cohort_member_asking",
        "cohort_member",
        ["cohort_id", "id"],
        sqlite_where=ASKING,
        postgresql_where=ASKING,
    )
    op.create_index(
        "ix_cohort_member_seen",
        "cohort_member",
        ["cohort_id", "user_id"],
        sqlite_where=SEEN,
        postgresql_where=SEEN,
    )
    op.create_index(op.f("ix_cohort_member_user_id"), "cohort_member", ["user_id"])
    op.create_table(
        "cohort_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("sent_to", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_message_cohort_id_cohort")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_message")),
    )
    op.create_index("ix_cohort_message_cohort_id", "cohort_message", ["cohort_id", "id"])
    op.create_index(
        "ix_cohort_message_waiting",
        "cohort_message",
        ["id"],
        sqlite_where=NOT_DONE,
        postgresql_where=NOT_DONE,
    )
    op.create_table(
        "invitation_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_invitation_list_cohort_id_cohort")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_list")),
    )
    op.create_index("ix_invitation_list_at", "invitation_list", ["at"])
    op.create_index(op.f("ix_invitation_list_cohort_id"), "invitation_list", ["cohort_id"])
    op.create_index(
        "ix_invitation_list_waiting",
        "invitation_list",
        ["started_at"],
        sqlite_where=NOT_DONE,
        postgresql_where=NOT_DONE,
    )
    op.create_table(
        "look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_look_cohort_id_cohort")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_look_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
        sa.UniqueConstraint(
            "user_id",
            "day",
            "cohort_id",
            "by",
            "kind",
            name=op.f("uq_look_user_id_day_cohort_id_by_kind"),
        ),
    )
    op.create_index("ix_look_at", "look", ["at"])
    op.create_index("ix_look_user_id_at", "look", ["user_id", "at"])
    op.add_column("organisation", sa.Column("logo", sa.String(length=64), nullable=True))
    op.add_column("organisation", sa.Column("logo_type", sa.String(length=32), nullable=True))
    op.add_column(
        "organisation", sa.Column("site", sa.String(length=500), nullable=False, server_default="")
    )
    op.add_column(
        "organisation",
        sa.Column("contact", sa.String(length=500), nullable=False, server_default=""),
    )
    op.add_column(
        "organisation",
        sa.Column("signatory_name", sa.String(length=200), nullable=False, server_default=""),
    )
    op.add_column(
        "organisation",
        sa.Column("signatory_role", sa.String(length=200), nullable=False, server_default=""),
    )
    op.add_column("organisation", sa.Column("signature", sa.String(length=64), nullable=True))
    op.add_column("organisation", sa.Column("signature_type", sa.String(length=32), nullable=True))


def downgrade() -> None:
    op.drop_column("organisation", "signature_type")
    op.drop_column("organisation", "signature")
    op.drop_column("organisation", "signatory_role")
    op.drop_column("organisation", "signatory_name")
    op.drop_column("organisation", "contact")
    op.drop_column("organisation", "site")
    op.drop_column("organisation", "logo_type")
    op.drop_column("organisation", "logo")
    op.drop_table("look")
    op.drop_table("invitation_list")
    op.drop_table("cohort_message")
    op.drop_table("cohort_member")
    op.drop_table("cohort_invitation")
    op.drop_table("cohort_deadline")
    op.drop_table("cohort_course")
    op.drop_table("membership_invitation")
    op.drop_table("cohort")
    op.drop_table("refused_address")
