"""Which passages are near-copies of one another; those that are there are compared when the catalog is next opened.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; all others stay as they are."""
    op.create_table(
        "passage_clusters",
        sa.Column("passage", sa.Integer, sa.ForeignKey("passages.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("cluster", sa.Integer, nullable=False, index=True),
        sa.Column("variant", sa.Integer, nullable=False),
    )
    op.create_table(
        "passage_bands",
        sa.Column("passage", sa.Integer, sa.ForeignKey("passages.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("band", sa.Integer, primary_key=True, index=True),
        sqlite_with_rowid=False,
    )
