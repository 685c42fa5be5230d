"""Clusters of near-copies have a leader and one owner: they are found anew when the catalog is next opened.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of clusters anew, empty, and empty that of bands; all others stay as they are."""
    op.drop_table("passage_clusters")
    op.create_table(
        "passage_clusters",
        sa.Column("passage", sa.Integer, sa.ForeignKey("passages.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("cluster", sa.Integer, nullable=False, index=True),
        sa.Column("variant", sa.Integer, nullable=False),
        sa.Column("since", sa.Integer, nullable=False),
    )
    op.execute("DELETE FROM passage_bands")
