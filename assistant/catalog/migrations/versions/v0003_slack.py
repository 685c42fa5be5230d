"""What was asked in Slack, what is posted there, and what people think of it.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the Slack edge; all others stay as they are."""
    op.create_table(
        "slack_events",
        sa.Column("team", sa.String, primary_key=True),
        sa.Column("event_id", sa.String, primary_key=True),
        sa.Column("created", sa.String, nullable=False, index=True),
    )
    op.create_table(
        "slack_asks",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("team", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("thread_ts", sa.String, nullable=False),
        sa.Column("message_ts", sa.String, nullable=False),
        sa.Column("user", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("response_url", sa.Text),
        sa.Column("target", sa.String),
        sa.Column("state", sa.String, nullable=False, index=True),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("message_id", sa.String),
        sa.Column("answer_id", sa.String, index=True),
        sa.Column("created", sa.String, nullable=False),
        sa.UniqueConstraint("team", "channel", "message_ts"),
    )
    op.create_index("slack_asks_threads", "slack_asks", ["team", "channel", "thread_ts"])
    op.create_table(
        "slack_threads",
        sa.Column("team", sa.String, primary_key=True),
        sa.Column("channel", sa.String, primary_key=True),
        sa.Column("thread_ts", sa.String, primary_key=True),
        sa.Column(
            "conversation_id",
            sa.String,
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
    )
    op.create_table(
        "slack_posts",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("ask_id", sa.String, sa.ForeignKey("slack_asks.id", ondelete="CASCADE"), nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("ts", sa.String),
        sa.UniqueConstraint("ask_id", "ordinal"),
    )
    op.create_table(
        "slack_votes",
        sa.Column("answer_id", sa.String, sa.ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("team", sa.String, primary_key=True),
        sa.Column("user", sa.String, primary_key=True),
        sa.Column("vote", sa.String, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("text", sa.Text),
        sa.Column("created", sa.String, nullable=False),
    )
