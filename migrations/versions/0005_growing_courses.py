"""Growing courses: which lesson an edition meant, who was told of what, re-checks in pieces."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBER = re.compile(r"^\d{1,6}[-_. ](.+)$")
TRANSLATION = re.compile(r"\.[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\.md$")


def upgrade() -> None:
    op.create_table(
        "edition_lesson",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_edition_lesson_edition_id_edition")
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_edition_lesson_lesson_id_lesson")
        ),
        sa.PrimaryKeyConstraint("edition_id", "lesson_id", name=op.f("pk_edition_lesson")),
        sa.UniqueConstraint("edition_id", "slug", name=op.f("uq_edition_lesson_edition_id_slug")),
    )
    op.create_index(op.f("ix_edition_lesson_lesson_id"), "edition_lesson", ["lesson_id"])
    op.create_table(
        "due_notice",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_due_notice_user_id_user")),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_due_notice_lesson_id_lesson")
        ),
        sa.PrimaryKeyConstraint("user_id", "lesson_id", name=op.f("pk_due_notice")),
    )
    op.create_index(op.f("ix_due_notice_lesson_id"), "due_notice", ["lesson_id"])
    op.create_table(
        "change_notice",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("edition_number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_change_notice_user_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_change_notice_course_id_course")
        ),
        sa.PrimaryKeyConstraint("user_id", "course_id", name=op.f("pk_change_notice")),
    )
    op.create_index("ix_enrolment_course_id_started_at", "enrolment", ["course_id", "started_at"])
    # Not in a batch: SQLite would make the table anew and drop the old one, to which others point.
    op.add_column(
        "edition", sa.Column("rechecked_to", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "edition", sa.Column("has_due", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    _fill()


def downgrade() -> None:
    op.drop_column("edition", "has_due")
    op.drop_column("edition", "rechecked_to")
    op.drop_index("ix_enrolment_course_id_started_at", table_name="enrolment")
    op.drop_table("change_notice")
    op.drop_table("due_notice")
    op.drop_table("edition_lesson")


def _fill() -> None:
    """Which lessons the editions meant so far: a lesson's name is its path without the numbers."""
    connection = op.get_bind()
    lessons = {
        (course_id, slug): lesson_id
        for query in (
            "SELECT course_id, slug, lesson_id FROM lesson_alias",
            "SELECT course_id, slug, id FROM lesson",  # who has the name now wins
        )
        for course_id, slug, lesson_id in connection.execute(sa.text(query))
    }
    files = connection.execute(
        sa.text(
            "SELECT edition_id, course_id, path FROM edition_file"
            " JOIN edition ON edition.id = edition_file.edition_id ORDER BY edition_id, path"
        )
    )
    found = {}
    for edition_id, course_id, path in files:
        slug = _slug(path)
        lesson_id = lessons.get((course_id, slug))
        if lesson_id is not None:
            found.setdefault((edition_id, lesson_id), slug)
    rows = [
        {"edition_id": edition_id, "lesson_id": lesson_id, "slug": slug}
        for (edition_id, lesson_id), slug in found.items()
    ]
    if rows:
        table = sa.table(
            "edition_lesson", sa.column("edition_id"), sa.column("lesson_id"), sa.column("slug")
        )
        op.bulk_insert(table, rows)


def _slug(path: str) -> str:
    """``01-names/02-zones.md`` → ``names/zones``; "" for what is no lesson."""
    folder, slash, name = path.partition("/")
    if not slash or "/" in name or not name.endswith(".md") or TRANSLATION.search(name):
        return ""
    if name == "module.md":
        return ""
    return "/".join(NUMBER.sub(r"\1", part) for part in (folder, name.removesuffix(".md")))
