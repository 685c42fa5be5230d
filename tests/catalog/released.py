"""A data folder as release 0.1.0 left it: its schema, made by its migrations, and rows put in by SQL alone."""

import json
from collections.abc import Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text

from assistant.catalog import Embedded, schema
from assistant.models.fake import HashingEmbedder
from assistant.types import Answer, Article
from tests.material import embed, make_article, piece

RELEASE = "0002"
EMBEDDER = HashingEmbedder()
ARTICLES = (
    make_article(
        piece("heading", "Tin", 2),
        "Tin melts at 232 degrees Celsius. This makes it easy to cast.",
        piece("table_row", "Bronze | 12 percent", columns=("Alloy", "Tin")),
        id="tin",
        title="On tin",
        url="https://metals.example/tin",
        publisher="Metal Monthly",
        published="2024-06-15",
        source="/articles/tin.md",
    ),
    make_article("Lead melts at 327 degrees Celsius.", id="lead", title="On lead", source="/articles/lead.md"),
)
_TIME = "2025-06-01T08:00:00.000000+00:00"


def write_folder(home: Path, answer: Answer) -> None:
    """Write `ARTICLES`, two conversations and a kept answer into a data folder of that release.

    `answer` is the answer of the first conversation's message; a copy of it with the id "alone" is kept by itself.
    """
    home.mkdir(parents=True)
    engine = create_engine(f"sqlite:///{home / 'catalog.sqlite'}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, RELEASE)
        _insert(connection, "meta", {"key": "embedding_model", "value": EMBEDDER.identity.model_dump_json()})
        _insert(connection, "meta", {"key": "generation", "value": "7"})
        for article in ARTICLES:
            _insert_article(connection, article)
        _insert_chat(connection, answer)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    engine.dispose()
    # That release marked its index with a number.
    (home / "index").mkdir()
    (home / "index" / "clean").write_text("7", "ascii")


def _insert(connection: Connection, table: str, row: Mapping[str, object]) -> None:
    columns = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), dict(row))


def _insert_article(connection: Connection, article: Article) -> None:
    blocks = [block.model_dump(mode="json") for block in article.blocks]
    _insert(
        connection,
        "articles",
        {
            "id": article.id,
            "title": article.title,
            "url": article.url,
            "publisher": article.publisher,
            "publisher_key": article.publisher.casefold() if article.publisher else None,
            "published": str(article.published) if article.published else None,
            "ingested_at": "2025-06-01T08:00:00+00:00",
            "source": article.source,
            "sha256": article.sha256,
            "content_hash": f"hash of {article.id}",
            "text": article.text,
            "blocks": json.dumps(blocks),
        },
    )
    for one in embed(article, EMBEDDER):
        _insert(connection, "passages", _passage(one))


def _passage(one: Embedded) -> dict[str, object]:
    passage = one.passage
    sentences = [sentence.model_dump(mode="json", exclude_defaults=True) for sentence in passage.sentences]
    return {
        **passage.model_dump(include={"id", "article_id", "ordinal", "start", "end", "text"}),
        "heading": " ".join(passage.heading_path),
        "heading_path": json.dumps(passage.heading_path),
        "sentences": json.dumps(sentences),
        "vector": one.vector.astype("float32").tobytes(),
        "sentence_vectors": one.sentence_vectors.astype("float16").tobytes(),
    }


def _insert_chat(connection: Connection, answer: Answer) -> None:
    for name in ("first", "empty"):
        _insert(
            connection, "conversations", {"id": name, "title": f"The {name} one", "created": _TIME, "updated": _TIME}
        )
    for id_, conversation in ((answer.id, "first"), ("alone", None)):
        kept = {**answer.model_dump(mode="json"), "id": id_, "follow_ups": []}
        row = {"id": id_, "conversation_id": conversation, "created": _TIME, "json": json.dumps(kept)}
        _insert(connection, "answers", row)
    _insert(
        connection,
        "messages",
        {
            "id": "message",
            "conversation_id": "first",
            "created": _TIME,
            "question": answer.question,
            "filters": "{}",
            "standalone_question": answer.standalone_question,
            "status": "done",
            "answer_id": answer.id,
            "answer_text": "\n".join(statement.text for statement in answer.statements),
            "last_event": 3,
        },
    )
    _insert(connection, "feedback", {"answer_id": answer.id, "vote": "up", "text": "Right.", "created": _TIME})
    _insert(
        connection,
        "requests",
        {"path": "/v1/ask", "key": "k", "digest": "d", "created": "9999-01-01", "answer_id": "alone"},
    )
