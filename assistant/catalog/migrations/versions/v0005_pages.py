"""What is known of each URL that was read.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; all others stay as they are."""
    op.create_table(
        "pages",
        sa.Column("owner", sa.String, primary_key=True),
        sa.Column("url", sa.String, primary_key=True),
        sa.Column("etag", sa.String),
        sa.Column("last_modified", sa.String),
        sa.Column("stamp", sa.String),
        sa.Column("checked", sa.String, nullable=False),
    )
