"""Articles, passages with their vectors, and the lexical index over them.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The lexical index holds no text of its own: triggers keep it in step with `passages`, in the same transaction.
_LEXICAL = (
    "CREATE VIRTUAL TABLE passages_fts USING fts5(text, heading, content='passages', content_rowid='key',"
    " tokenize='porter unicode61 remove_diacritics 2')",
    "CREATE VIRTUAL TABLE passages_vocab USING fts5vocab(passages_fts, 'row')",
    "CREATE TRIGGER passages_inserted AFTER INSERT ON passages BEGIN"
    " INSERT INTO passages_fts(rowid, text, heading) VALUES (new.key, new.text, new.heading); END",
    "CREATE TRIGGER passages_deleted AFTER DELETE ON passages BEGIN"
    " INSERT INTO passages_fts(passages_fts, rowid, text, heading)"
    " VALUES ('delete', old.key, old.text, old.heading); END",
)


def upgrade() -> None:
    """Create everything."""
    op.create_table("meta", sa.Column("key", sa.String, primary_key=True), sa.Column("value", sa.Text, nullable=False))
    op.create_table(
        "articles",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("publisher", sa.Text),
        sa.Column("publisher_key", sa.Text, index=True),
        sa.Column("author", sa.Text),
        sa.Column("published", sa.Date, index=True),
        sa.Column("updated", sa.Date),
        sa.Column("ingested_at", sa.String, nullable=False),
        sa.Column("language", sa.String),
        sa.Column("source", sa.Text, index=True),
        sa.Column("sha256", sa.String, nullable=False, index=True),
        sa.Column("content_hash", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("blocks", sa.Text, nullable=False),
    )
    op.create_table(
        "passages",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column(
            "article_id", sa.String, sa.ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("heading", sa.Text, nullable=False),
        sa.Column("heading_path", sa.Text, nullable=False),
        sa.Column("sentences", sa.Text, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("sentence_vectors", sa.LargeBinary, nullable=False),
    )
    for statement in _LEXICAL:
        op.execute(statement)
