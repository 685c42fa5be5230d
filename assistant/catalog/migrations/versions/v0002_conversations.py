"""Conversations, their messages, kept answers, feedback, and the requests that must not be done twice.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Words are not stemmed: people look for what they typed, and for its beginning while they type.
_TOKENS = "tokenize='unicode61 remove_diacritics 2'"


def _searched(table: str, *columns: str) -> tuple[str, ...]:
    """Return the full-text index over `columns` of `table`, and the triggers that keep it in step."""
    index, names = f"{table}_fts", ", ".join(columns)
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("old", "new"))
    remove = f"INSERT INTO {index}({index}, rowid, {names}) VALUES ('delete', old.key, {old});"
    add = f"INSERT INTO {index}(rowid, {names}) VALUES (new.key, {new});"
    return (
        f"CREATE VIRTUAL TABLE {index} USING fts5({names}, content='{table}', content_rowid='key', {_TOKENS})",
        f"CREATE TRIGGER {table}_inserted AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {table}_deleted AFTER DELETE ON {table} BEGIN {remove} END",
        f"CREATE TRIGGER {table}_updated AFTER UPDATE OF {names} ON {table} BEGIN {remove} {add} END",
    )


def upgrade() -> None:
    """Create the tables of the chat; those of the articles stay as they are."""
    op.create_table(
        "conversations",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("updated", sa.String, nullable=False, index=True),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("json", sa.Text, nullable=False),
    )
    op.create_table(
        "messages",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column(
            "conversation_id",
            sa.String,
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("filters", sa.Text, nullable=False),
        sa.Column("wording", sa.Text),
        sa.Column("standalone_question", sa.Text),
        sa.Column("status", sa.String, nullable=False, index=True),
        sa.Column("failure", sa.String),
        sa.Column("error", sa.Text),
        sa.Column("answer_id", sa.String, sa.ForeignKey("answers.id"), index=True),
        sa.Column("answer_text", sa.Text, nullable=False),
        sa.Column("last_event", sa.Integer),
        sa.Column("replaces", sa.String),
    )
    op.create_table(
        "feedback",
        sa.Column("answer_id", sa.String, sa.ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("vote", sa.String, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("text", sa.Text),
        sa.Column("created", sa.String, nullable=False),
    )
    op.create_table(
        "requests",
        sa.Column("path", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("created", sa.String, nullable=False, index=True),
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
        sa.Column("body", sa.Text),
        sa.Column("message_id", sa.String),
        sa.Column("answer_id", sa.String),
    )
    for statement in (*_searched("conversations", "title"), *_searched("messages", "question", "answer_text")):
        op.execute(statement)
