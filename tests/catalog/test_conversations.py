"""Tests of `assistant.catalog.conversations`, of what it records for idempotency keys, and of the way to its tables."""

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

import assistant.catalog
from assistant.catalog import Catalog, ConversationStore, RequestKey
from assistant.catalog.schema import HEAD
from assistant.errors import FilterError, NotFoundError, RepeatError, StorageError
from assistant.models.fake import HashingEmbedder
from assistant.types import Answer, Citation, Feedback, Filters, Hit, Message, MessageStatus, Receipt, Statement
from tests.material import embed, make_article

EMBEDDER = HashingEmbedder()
KEY = RequestKey("/v1/conversations", "k", "d")


@pytest.fixture
def store(catalog: Catalog) -> ConversationStore:
    return catalog.conversations


def make_answer(
    id: str = "a1", said: str = "Tin melts at 232 degrees.", question: str = "When does tin melt?"
) -> Answer:
    hit = Hit(id="tin:1", article_id="tin", ordinal=0, start=0, end=9, text="x", score=0.1 + 0.2, dense_score=1e-07)
    return Answer(
        id=id,
        question=question,
        standalone_question=question,
        status="answered",
        statements=(Statement(text=said, markers=(1,)),),
        text=f"{said} [1]",
        citations=(
            Citation(
                marker=1,
                article_id="tin",
                sha256="s",
                title="T",
                published=date(2024, 6, 15),
                start=0,
                end=4,
                quote="“é”\n",
            ),
        ),
        passages=(hit,),
        confidence=1 / 3,
        receipt=Receipt(corpus="c", embedding_model="e", reader="r", settings={"threshold": 0.1, "x": None}),
        timings_ms={"total": 12.5},
    )


def ask(store: ConversationStore, conversation: str, question: str = "Why?", id: str = "m1", **more: Any) -> Message:
    wording, key = more.pop("wording", None), more.pop("key", None)
    message = Message(
        id=id,
        conversation_id=conversation,
        created=datetime.now(UTC),
        question=question,
        standalone_question=question,
        status="running",
        **more,
    )
    store.add(message, wording, key)
    return message


def rows(catalog: Catalog, statement: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in catalog._rows(statement)]


def test_a_conversation_is_named_by_its_first_question_and_only_by_that(store: ConversationStore) -> None:
    made = store.create()
    assert (made.title, made.messages, made.created.tzinfo) == ("", 0, UTC)
    assert store.facts(made.id) == made
    ask(store, made.id, "Why is\n the sea  salt? " + "x" * 100)
    named = store.facts(made.id)
    assert named.title == "Why is the sea salt? " + "x" * 59
    assert len(named.title) == 80
    assert (named.messages, named.updated > made.updated) == (1, True)
    ask(store, made.id, "And now?", id="m2")
    assert (store.facts(made.id).title, store.facts(made.id).messages) == (named.title, 2)
    given = store.create("Mine")
    ask(store, given.id, id="m3")
    assert store.facts(given.id).title == "Mine"


def test_messages_come_back_whole(store: ConversationStore) -> None:
    conversation = store.create("T").id
    filters = Filters(since=date(2024, 1, 1), publisher=("A", "B"))
    first = ask(store, conversation, filters=filters, replaces="m0", wording="Why not?")
    stored = store.message(conversation, "m1")
    assert (stored.message, stored.wording, stored.failure, stored.last_event) == (first, "Why not?", None, None)
    answer = make_answer()
    done = store.finish(first, "done", 4, answer=answer)
    asked = answer.standalone_question
    assert done == first.model_copy(update={"status": "done", "answer": answer, "standalone_question": asked})
    ask(store, conversation, id="m2")
    failed = store.finish(store.message(conversation, "m2").message, "failed", 3, failure="RunError", error="no: why")
    read = store.read(conversation)
    assert read.messages == (done, failed)
    assert (read.title, read.messages[1].error, read.updated >= failed.created) == ("T", "no: why", True)
    assert store.message(conversation, "m2").failure == "RunError"
    assert store.message(conversation, "m1").last_event == 4


def test_an_answer_is_kept_to_the_byte(store: ConversationStore) -> None:
    alone, within = make_answer("alone"), make_answer("within", "“Zinn” schmilzt\u2028bei 232 °C 稀土.")
    assert store.keep(alone) == alone.model_dump_json()
    conversation = store.create().id
    store.finish(ask(store, conversation), "done", 4, answer=within)
    for answer in (alone, within):
        kept = store.answer(answer.id)
        assert kept.json == answer.model_dump_json()
        assert Answer.model_validate_json(kept.json).model_dump_json() == kept.json
        assert kept.created <= datetime.now(UTC)
    with pytest.raises(NotFoundError, match="no answer has the id 'gone': it was never given"):
        store.answer("gone")


def test_what_is_not_there_is_named(store: ConversationStore) -> None:
    conversation, other = store.create().id, store.create().id
    ask(store, conversation)
    for call in (
        store.facts,
        store.read,
        store.delete,
        lambda i: store.rename(i, "x"),
        lambda i: ask(store, i, id="m9"),
    ):
        with pytest.raises(NotFoundError, match="no conversation has the id 'nope'"):
            call("nope")
    with pytest.raises(NotFoundError, match="has no message 'm1'"):
        store.message(other, "m1")
    with pytest.raises(NotFoundError, match="no conversation has the id 'nope'"):
        store.message("nope", "m1")
    with pytest.raises(NotFoundError, match="no answer has the id 'x'"):
        store.judge(Feedback(answer_id="x", vote="up", created=datetime.now(UTC)))


def test_conversations_are_listed_latest_first_page_by_page(store: ConversationStore) -> None:
    ids = [store.create(f"Number {n}").id for n in range(7)]
    ask(store, ids[2])
    wanted = [ids[2], *(one for one in reversed(ids) if one != ids[2])]
    seen: list[str] = []
    cursor = None
    for size in (3, 3, 1):
        page, cursor = store.list(None, 3, cursor)
        assert len(page) == size
        seen += [one.id for one in page]
    assert (seen, cursor) == (wanted, None)
    assert [one.messages for one in store.list()[0]][:2] == [1, 0]
    assert store.list(limit=7)[1] is None


def test_pages_do_not_slip_while_conversations_are_updated(store: ConversationStore) -> None:
    ids = [store.create(f"Number {n}").id for n in range(4)]
    first, cursor = store.list(limit=2)
    store.rename(ids[0], "Changed")
    store.delete(ids[2])
    assert [one.id for one in first] == [ids[3], ids[2]]
    assert [one.id for one in store.list(before=cursor)[0]] == [ids[1]]


@pytest.mark.parametrize("cursor", ["", "x", "1", "1-2-3", "1-x", f"1-{1 << 63}", "9" * 40 + "-1", "-1-1"])
def test_what_is_no_cursor_is_refused(store: ConversationStore, cursor: str) -> None:
    with pytest.raises(FilterError, match="should be the `next` of the page before"):
        store.list(before=cursor)


def found(store: ConversationStore, query: str) -> list[str]:
    return sorted(one.title for one in store.list(query)[0])


def test_titles_questions_and_answers_are_searched(store: ConversationStore) -> None:
    alloys, rivers = store.create("Café alloys").id, store.create("Rivers").id
    ask(store, rivers, "How long is the Danube?")
    asked = ask(store, alloys, "What is solder?", id="m2")
    assert found(store, "solder") == ["Café alloys"]
    assert found(store, "melts") == []
    store.finish(asked, "done", 4, answer=make_answer())
    assert found(store, "melts") == found(store, "MELTS 23") == found(store, "cafe") == ["Café alloys"]
    assert found(store, "danub") == ["Rivers"]
    assert found(store, "danube solder") == []
    assert found(store, " ") == ["Café alloys", "Rivers"]
    for odd in ('"', "* OR", "NEAR(", "a:b", "-", "title:rivers", "\x00", "%"):
        assert found(store, odd) == []
    store.rename(rivers, "Streams")
    assert (found(store, "rivers"), found(store, "streams")) == ([], ["Streams"])
    store.delete(alloys)
    assert found(store, "melts") == found(store, "cafe") == []


def test_deleting_a_conversation_leaves_nothing_of_it(catalog: Catalog, store: ConversationStore) -> None:
    gone = store.create("Secret", RequestKey("/v1/conversations", "k0", "d")).id
    kept = store.create("Open").id
    store.keep(make_answer("outside"))
    for conversation, name in ((gone, "g"), (kept, "k")):
        for n in (1, 2):
            message = ask(store, conversation, id=f"{name}{n}", key=RequestKey(f"/{conversation}", str(n), "d"))
            store.finish(message, "done", 4, answer=make_answer(f"{name}{n}"))
            key = RequestKey("/v1/feedback", f"{name}{n}", "d")
            store.judge(Feedback(answer_id=f"{name}{n}", vote="up", text="x", created=datetime.now(UTC)), key)
    store.delete(gone)
    assert rows(catalog, "SELECT id FROM conversations") == [(kept,)]
    assert rows(catalog, "SELECT id FROM messages ORDER BY id") == [("k1",), ("k2",)]
    assert rows(catalog, "SELECT id FROM answers ORDER BY id") == [("k1",), ("k2",), ("outside",)]
    assert rows(catalog, "SELECT answer_id FROM feedback ORDER BY answer_id") == [("k1",), ("k2",)]
    assert {row[0] for row in rows(catalog, "SELECT conversation_id FROM requests")} == {kept}
    with catalog._engine.begin() as connection:
        for index in ("conversations_fts", "messages_fts"):
            connection.execute(text(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)"))


def test_feedback_is_shown_with_the_message_and_the_second_vote_counts(store: ConversationStore) -> None:
    conversation = store.create().id
    store.finish(ask(store, conversation), "done", 4, answer=make_answer())
    first = Feedback(answer_id="a1", vote="up", created=datetime.now(UTC))
    store.judge(first)
    assert store.read(conversation).messages[0].feedback == first
    second = Feedback(answer_id="a1", vote="down", reason="wrong", text="No.", created=datetime.now(UTC))
    store.judge(second)
    assert store.message(conversation, "m1").message.feedback == second


def test_an_answered_message_takes_the_place_of_another_and_all_after_it(store: ConversationStore) -> None:
    conversation, other = store.create().id, store.create().id
    ask(store, other, id="o1")
    for n in (1, 2, 3):
        store.finish(ask(store, conversation, id=f"m{n}"), "done", 4, answer=make_answer(f"a{n}"))
    edited = ask(store, conversation, id="m4", replaces="m2")
    ask(store, conversation, id="m5")
    assert [one.id for one in store.read(conversation).messages] == ["m1", "m2", "m3", "m4", "m5"]
    store.finish(edited, "done", 4, answer=make_answer("a4"))
    assert [one.id for one in store.read(conversation).messages] == ["m1", "m4", "m5"]
    assert store.answer("a2").json
    assert store.facts(other).messages == 1


@pytest.mark.parametrize("status", ["stopped", "failed"])
def test_a_message_without_an_answer_takes_no_place(store: ConversationStore, status: MessageStatus) -> None:
    conversation = store.create().id
    store.finish(ask(store, conversation), "done", 4, answer=make_answer())
    store.finish(ask(store, conversation, id="m2", replaces="m1"), status, 2)
    assert [one.id for one in store.read(conversation).messages] == ["m1", "m2"]


def test_a_message_that_is_gone_cannot_end(store: ConversationStore) -> None:
    conversation = store.create().id
    message = ask(store, conversation)
    store.delete(conversation)
    for status, answer in (("done", make_answer()), ("stopped", None)):
        with pytest.raises(NotFoundError, match="the message 'm1' was deleted while it was answered: ask again"):
            store.finish(message, status, 4, answer=answer)  # type: ignore[arg-type]  # both are statuses
    with pytest.raises(NotFoundError):
        store.answer("a1")


def test_the_last_answered_messages_come_oldest_first(store: ConversationStore) -> None:
    conversation = store.create().id
    for n in range(6):
        message = ask(store, conversation, id=f"m{n}")
        if n != 3:
            store.finish(message, "done", 4, answer=make_answer(f"a{n}"))
    store.finish(store.message(conversation, "m3").message, "stopped", 2)
    ids = [one.id for one in store.answered(conversation, 3)]
    assert ids == ["m2", "m4", "m5"]
    assert [one.id for one in store.answered(conversation, 3, before="m4")] == ["m0", "m1", "m2"]
    assert store.answered(conversation, 3, before="m0") == ()


def test_what_was_running_is_interrupted(store: ConversationStore) -> None:
    conversation = store.create().id
    store.finish(ask(store, conversation), "done", 4, answer=make_answer())
    ask(store, conversation, id="m2")
    assert store.interrupt("RunError", "the server stopped: ask again", 99) == 1
    first, second = store.read(conversation).messages
    assert (first.status, second.status, second.error) == ("done", "failed", "the server stopped: ask again")
    assert store.message(conversation, "m2").last_event == 99
    assert store.interrupt("RunError", "x", 99) == 0


def test_a_key_tells_what_its_request_made(store: ConversationStore) -> None:
    assert store.kept(KEY) is None
    made = store.create("T", KEY)
    kept = store.kept(KEY)
    assert kept
    assert (kept.body, kept.message_id, kept.answer_id) == (made.model_dump_json(), None, None)
    assert store.kept(RequestKey("/v1/ask", "k", "d")) is None
    assert store.kept(RequestKey(KEY.path, "other", "d")) is None
    with pytest.raises(RepeatError, match=r"the Idempotency-Key 'k' was sent to /v1/conversations with another body"):
        store.kept(RequestKey(KEY.path, "k", "other"))
    asked, judged, told = (RequestKey("/v1/ask", name, "d") for name in ("asked", "judged", "told"))
    store.keep(make_answer(), asked)
    feedback = Feedback(answer_id="a1", vote="up", created=datetime.now(UTC))
    store.judge(feedback, judged)
    store.note(told, "{}", made.id)
    ask(store, made.id, key=RequestKey("/m", "k", "d"))
    found = [store.kept(key) for key in (asked, judged, told, RequestKey("/m", "k", "d"))]
    assert [(one.body, one.message_id, one.answer_id) for one in found if one] == [
        (None, None, "a1"),
        (feedback.model_dump_json(), None, None),
        ("{}", None, None),
        (None, "m1", None),
    ]


def test_a_key_is_recorded_with_what_it_made_or_not_at_all(catalog: Catalog, store: ConversationStore) -> None:
    store.create("T", KEY)
    with pytest.raises(StorageError):
        store.create("U", KEY)
    assert rows(catalog, "SELECT title FROM conversations") == [("T",)]
    with pytest.raises(NotFoundError):
        ask(store, "nope", key=RequestKey("/m", "k", "d"))
    with pytest.raises(NotFoundError):
        store.judge(Feedback(answer_id="x", vote="up", created=datetime.now(UTC)), RequestKey("/f", "k", "d"))
    assert rows(catalog, "SELECT path FROM requests") == [(KEY.path,)]


def test_keys_are_forgotten_after_a_day(catalog: Catalog, store: ConversationStore) -> None:
    store.create("T", KEY)
    store.create("U", RequestKey(KEY.path, "young", "d"))
    for hours, name in ((24, "k"), (23, "young")):
        then = (datetime.now(UTC) - timedelta(hours=hours, seconds=1)).isoformat(timespec="microseconds")
        with catalog._write() as connection:
            connection.execute(
                text("UPDATE requests SET created = :then WHERE key = :key"), {"then": then, "key": name}
            )
    assert store.kept(KEY) is None
    assert store.kept(RequestKey(KEY.path, "young", "d"))
    store.create("V", KEY)
    assert [row[0] for row in rows(catalog, "SELECT key FROM requests ORDER BY key")] == ["k", "young"]
    with pytest.raises(RepeatError):
        store.kept(RequestKey(KEY.path, "k", "e"))


def test_no_write_of_the_chat_changes_what_is_searched(catalog: Catalog, store: ConversationStore) -> None:
    catalog.put(make_article("Tin.", id="tin"), "h", embed(make_article("Tin.", id="tin"), EMBEDDER))
    before = catalog.generation(), catalog.snapshot()
    conversation = store.create("T", KEY).id
    store.finish(ask(store, conversation), "done", 4, answer=make_answer())
    store.keep(make_answer("a2"))
    store.judge(Feedback(answer_id="a1", vote="up", created=datetime.now(UTC)))
    store.rename(conversation, "U")
    store.note(RequestKey("/x", "k", "d"), "{}", conversation)
    store.interrupt("RunError", "x", 9)
    store.delete(conversation)
    assert (catalog.generation(), catalog.snapshot()) == before


def test_chats_and_articles_are_written_side_by_side(catalog: Catalog, store: ConversationStore) -> None:
    errors: list[BaseException] = []

    def chat(number: int) -> None:
        try:
            for turn in range(5):
                conversation = store.create().id
                message = ask(store, conversation, id=f"{number}-{turn}")
                store.finish(message, "done", 4, answer=make_answer(f"{number}-{turn}"))
        except BaseException as error:  # noqa: BLE001  # told by the assertion below
            errors.append(error)

    def ingest() -> None:
        try:
            for turn in range(10):
                article = make_article(f"Tin number {turn}. " * 20, id="tin")
                catalog.put(article, "h", embed(article, EMBEDDER))
        except BaseException as error:  # noqa: BLE001  # told by the assertion below
            errors.append(error)

    threads = [threading.Thread(target=chat, args=(n,)) for n in range(4)] + [threading.Thread(target=ingest)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert errors == []
    assert len(store.list(limit=100)[0]) == 20
    assert all(one.messages == 1 for one in store.list(limit=100)[0])


def old_folder(path: Path) -> None:
    """Write a catalog of version 0001 that holds one article."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(assistant.catalog.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO articles (id, title, ingested_at, sha256, content_hash, text, blocks)"
                " VALUES ('tin', 'Tin', '2025-01-01T00:00:00+00:00', 's', 'h', 'Tin.', '[]')"
            )
        )
        connection.execute(text("INSERT INTO meta VALUES ('generation', '7')"))
    with engine.connect() as connection:
        tables = {row[0] for row in connection.execute(text("SELECT name FROM sqlite_master"))}
        assert "articles" in tables
        assert "conversations" not in tables
    engine.dispose()


def test_a_data_folder_of_the_version_before_opens_and_keeps_its_articles(tmp_path: Path) -> None:
    old_folder(tmp_path / "catalog.sqlite")
    for _ in range(2):
        catalog = Catalog(tmp_path / "catalog.sqlite")
        assert [one.id for one in catalog.articles()] == ["tin"]
        assert (catalog.generation(), rows(catalog, "SELECT version_num FROM alembic_version")) == (7, [(HEAD,)])
        conversation = catalog.conversations.create("T").id
        ask(catalog.conversations, conversation, "How does tin melt?", id=conversation)
        assert conversation in [one.id for one in catalog.conversations.list("tin mel")[0]]
        catalog.close()
    catalog = Catalog(tmp_path / "catalog.sqlite")
    assert len(catalog.conversations.list()[0]) == 2
    catalog.close()


def test_the_indexes_of_an_old_folder_are_those_of_the_schema(catalog: Catalog, tmp_path: Path) -> None:
    from assistant.catalog.schema import metadata

    plain = create_engine(f"sqlite:///{tmp_path / 'plain.sqlite'}")
    metadata.create_all(plain)
    with plain.connect() as connection:
        wanted = {row[0] for row in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'index'"))}
    plain.dispose()
    got = {row[0] for row in rows(catalog, "SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert wanted <= got
