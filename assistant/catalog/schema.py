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

HEAD = "0001"

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
