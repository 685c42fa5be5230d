"""Keys, sessions, and whose an article, a conversation, an answer and a request are.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_REQUEST = "path, key, digest, created, conversation_id, body, message_id, answer_id"


def upgrade() -> None:
    """Create the tables of keys; what there is belongs to no key."""
    op.create_table(
        "keys",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("digest", sa.String, nullable=False, unique=True),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("revoked", sa.String),
        sa.Column("last_used", sa.String),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("key_id", sa.String, sa.ForeignKey("keys.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("expires", sa.String, nullable=False, index=True),
    )
    op.add_column("articles", sa.Column("owner", sa.String))
    op.create_index("ix_articles_owner", "articles", ["owner"])
    op.add_column("conversations", sa.Column("owner", sa.String))
    op.add_column("conversations", sa.Column("edge", sa.String))
    op.create_index("conversations_of_owner", "conversations", ["owner", "updated"])
    op.execute("UPDATE conversations SET edge = 'slack' WHERE id IN (SELECT conversation_id FROM slack_threads)")
    op.add_column("answers", sa.Column("owner", sa.String))
    # Whose it is is part of what tells a request from others, and SQLite changes no primary key.
    op.execute("ALTER TABLE requests RENAME TO former_requests")
    for name in ("created", "conversation_id"):
        op.drop_index(f"ix_requests_{name}", "former_requests")
    op.create_table(
        "requests",
        sa.Column("owner", sa.String, primary_key=True),
        sa.Column("path", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("created", sa.String, nullable=False, index=True),
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
        sa.Column("body", sa.Text),
        sa.Column("message_id", sa.String),
        sa.Column("answer_id", sa.String),
    )
    op.execute(f"INSERT INTO requests (owner, {_REQUEST}) SELECT '', {_REQUEST} FROM former_requests")
    op.drop_table("former_requests")
    # Which passages hold a term, so that terms can be counted in those that someone sees.
    op.execute("CREATE VIRTUAL TABLE passages_terms USING fts5vocab(passages_fts, 'instance')")
