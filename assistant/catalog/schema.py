"""Tables of the catalog, and the migration of a data folder to the present ones."""

from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
)

from assistant.errors import StorageError

HEAD = "0008"

metadata = MetaData()

# Who may use the server. A row stays when its key is revoked; `digest` is the SHA-256 of the key.
keys = Table(
    "keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("digest", String, nullable=False, unique=True),
    Column("created", String, nullable=False),
    Column("revoked", String),
    Column("last_used", String),
)

# Who is signed in at the page; `digest` is that of the token in the browser's cookie.
sessions = Table(
    "sessions",
    metadata,
    Column("digest", String, primary_key=True),
    Column("key_id", String, ForeignKey("keys.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created", String, nullable=False),
    Column("expires", String, nullable=False, index=True),
)

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

# `owner`, here and below, is the id of a key, null where it is no key's; such an article is everybody's.
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
    Column("owner", String, index=True),
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

# Near-copies of one another have the same `cluster`; those of one `variant` tell the same figures and names. `since` is
# the key of the passage that came first in its place: an article that is written again keeps it.
passage_clusters = Table(
    "passage_clusters",
    metadata,
    Column("passage", Integer, ForeignKey("passages.key", ondelete="CASCADE"), primary_key=True),
    Column("cluster", Integer, nullable=False, index=True),
    Column("variant", Integer, nullable=False),
    Column("since", Integer, nullable=False),
)

# The bands of the signature of a passage that leads a cluster, by which its near-copies are found.
passage_bands = Table(
    "passage_bands",
    metadata,
    Column("passage", Integer, ForeignKey("passages.key", ondelete="CASCADE"), primary_key=True),
    Column("band", Integer, primary_key=True, index=True),
    sqlite_with_rowid=False,
)

# Times are ISO 8601 in UTC with microseconds, so that they sort as text. `edge` names the edge that a conversation is
# of where that is not the API: "slack".
conversations = Table(
    "conversations",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("created", String, nullable=False),
    Column("updated", String, nullable=False, index=True),
    Column("owner", String),
    Column("edge", String),
    Index("conversations_of_owner", "owner", "updated"),
)

# `conversation_id` is empty for an answer outside a conversation; `json` is the Answer as it was sent.
answers = Table(
    "answers",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation_id", String, ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
    Column("created", String, nullable=False),
    Column("json", Text, nullable=False),
    Column("owner", String),
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

# What a request with an idempotency key made: a text to send again, a message or an answer. `owner` is empty for none,
# as a null could not be part of the key.
requests = Table(
    "requests",
    metadata,
    Column("owner", String, primary_key=True),
    Column("path", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("created", String, nullable=False, index=True),
    Column("conversation_id", String, ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
    Column("body", Text),
    Column("message_id", String),
    Column("answer_id", String),
)

# Keys under which Slack may deliver something again; forgotten after some days.
slack_events = Table(
    "slack_events",
    metadata,
    Column("team", String, primary_key=True),
    Column("event_id", String, primary_key=True),
    Column("created", String, nullable=False, index=True),
)

# `message_ts` is the message that asks, or what else tells an ask from others in its channel; `target` the channel to
# post in where it is another; `message_id` is one of the chat, without a foreign key: what is deleted there leaves the
# ask, so that it is not answered a second time.
slack_asks = Table(
    "slack_asks",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("team", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("thread_ts", String, nullable=False),
    Column("message_ts", String, nullable=False),
    Column("user", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("question", Text, nullable=False),
    Column("response_url", Text),
    Column("target", String),
    Column("state", String, nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    Column("message_id", String),
    Column("answer_id", String, index=True),
    Column("created", String, nullable=False),
    UniqueConstraint("team", "channel", "message_ts"),
    Index("slack_asks_threads", "team", "channel", "thread_ts"),
)

slack_threads = Table(
    "slack_threads",
    metadata,
    Column("team", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("thread_ts", String, primary_key=True),
    Column("conversation_id", String, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
)

# `payload` is empty while a live message stands in the post's place; `ts` is the message's, once it is known.
slack_posts = Table(
    "slack_posts",
    metadata,
    Column("id", String, primary_key=True),
    Column("ask_id", String, ForeignKey("slack_asks.id", ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("ts", String),
    UniqueConstraint("ask_id", "ordinal"),
)

slack_votes = Table(
    "slack_votes",
    metadata,
    Column("answer_id", String, ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("team", String, primary_key=True),
    Column("user", String, primary_key=True),
    Column("vote", String, nullable=False),
    Column("reason", Text),
    Column("text", Text),
    Column("created", String, nullable=False),
)

# `stamp` is what the feed or sitemap that names a page says of its version; "list" for these themselves. `owner` is
# empty for none.
pages = Table(
    "pages",
    metadata,
    Column("owner", String, primary_key=True),
    Column("url", String, primary_key=True),
    Column("etag", String),
    Column("last_modified", String),
    Column("stamp", String),
    Column("checked", String, nullable=False),
)


def migrate(connection: Connection) -> None:
    """Bring the schema to HEAD; Alembic is imported only when it is not there yet.

    Raises StorageError for a schema of a later release, which this one does not know.
    """
    version = _version(connection)
    if version == HEAD:
        return
    if version is not None and version > HEAD:
        raise StorageError(
            f"the data folder was written by a later release (schema {version}, this one knows {HEAD}): install that"
            " release, or set another ASSISTANT_HOME"
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_current(connection: Connection) -> bool:
    """Whether the schema is at HEAD."""
    return _version(connection) == HEAD


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
