"""Tables of the catalog, and the migration of a data folder to the present ones."""

from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    inspect,
)

HEAD = "0002"

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

articles = Table(
    "articles",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("url", Text),
    Column("publisher", Text),
    Column("publisher_key", Text, index=True),
    Column("author", Text),
    Column("published", Date, index=True),
    Column("updated", Date),
    Column("ingested_at", String, nullable=False),
    Column("language", String),
    Column("source", Text, index=True),
    Column("sha256", String, nullable=False, index=True),
    Column("content_hash", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("blocks", Text, nullable=False),
)

# `vector` is the passage's float32 row, `sentence_vectors` one float16 row a sentence.
passages = Table(
    "passages",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("article_id", String, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("heading", Text, nullable=False),
    Column("heading_path", Text, nullable=False),
    Column("sentences", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("sentence_vectors", LargeBinary, nullable=False),
)

# Times are ISO 8601 in UTC with microseconds, so that they sort as text.
conversations = Table(
    "conversations",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("created", String, nullable=False),
    Column("updated", String, nullable=False, index=True),
)

# `conversation_id` is empty for an answer outside a conversation; `json` is the Answer as it was sent.
answers = Table(
    "answers",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation_id", String, ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
    Column("created", String, nullable=False),
    Column("json", Text, nullable=False),
)

# `wording` is the standalone question where the user gave it, `failure` the name of the error's class, `answer_text`
# what is searched of the answer, `last_event` the number of the event that ended the message's stream.
messages = Table(
    "messages",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("conversation_id", String, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created", String, nullable=False),
    Column("question", Text, nullable=False),
    Column("filters", Text, nullable=False),
    Column("wording", Text),
    Column("standalone_question", Text),
    Column("status", String, nullable=False, index=True),
    Column("failure", String),
    Column("error", Text),
    Column("answer_id", String, ForeignKey("answers.id"), index=True),
    Column("answer_text", Text, nullable=False),
    Column("last_event", Integer),
    Column("replaces", String),
)

feedback = Table(
    "feedback",
    metadata,
    Column("answer_id", String, ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("vote", String, nullable=False),
    Column("reason", Text),
    Column("text", Text),
    Column("created", String, nullable=False),
)

# What a request with an idempotency key made: a text to send again, a message or an answer.
requests = Table(
    "requests",
    metadata,
    Column("path", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("created", String, nullable=False, index=True),
    Column("conversation_id", String, ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
    Column("body", Text),
    Column("message_id", String),
    Column("answer_id", String),
)


def migrate(connection: Connection) -> None:
    """Bring the schema to HEAD; Alembic is imported only when it is not there yet."""
    if _version(connection) == HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
