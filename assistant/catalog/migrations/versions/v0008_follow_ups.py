"""Answers hold no follow-up questions: none were ever in them, who wants some asks for them.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the empty list out of each answer, which is else no Answer any more."""
    op.execute("UPDATE answers SET json = json_remove(json, '$.follow_ups')")
