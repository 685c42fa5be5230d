"""Tests of `assistant.catalog.keys`, and of what is the owner's of a key in `ConversationStore` and `PageStore`."""

import re
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from assistant.catalog import AccessKey, Catalog, ConversationStore, KeyStore, PageState, Principal, RequestKey
from assistant.catalog import principal_of as principal
from assistant.catalog.keys import PRINCIPAL, digest_of
from assistant.catalog.requests import stamp
from assistant.errors import AccessError, NotFoundError, RunError, StorageError
from assistant.types import Feedback

from .test_conversations import ask, make_answer

KEY = RequestKey("/v1/ask", "k", "d")


@pytest.fixture
def keys(catalog: Catalog) -> KeyStore:
    return catalog.keys


def file_of(catalog: Catalog) -> bytes:
    """Everything that is on the disk, the log of writes too."""
    path = Path(str(catalog._engine.url.database))
    return b"".join(one.read_bytes() for one in sorted(path.parent.iterdir()) if one.name.startswith(path.name))


def test_a_key_is_known_by_its_secret_which_is_kept_nowhere(catalog: Catalog, keys: KeyStore) -> None:
    assert not keys.any()
    made, secret = keys.add("  Ann's   laptop ")
    assert re.fullmatch(r"assistant_[A-Za-z0-9_-]{43}", secret)
    assert made.name == "Ann's laptop"
    assert keys.find(secret) == made
    assert keys.any(active=True)
    token = keys.sign_in(made)
    on_disk = file_of(catalog)
    assert digest_of(secret).encode() in on_disk
    for unkept in (secret, secret.removeprefix("assistant_"), token):
        assert unkept.encode() not in on_disk
    for wrong in ("", "assistant_", secret[:-1], secret + "A", secret.upper(), "\udce9", digest_of(secret)):
        assert keys.find(wrong) is None
    assert keys.add("Ben")[1] != secret


def test_a_revoked_key_works_no_more_and_neither_do_its_sessions(keys: KeyStore) -> None:
    ann, secret = keys.add("Ann")
    ben, other = keys.add("Ben")
    token = keys.sign_in(ann)
    assert keys.find(secret) is not None
    assert (keys.signed_in(token), keys.signed_in("x")) == (keys.find(secret), None)
    revoked = keys.revoke("Ann")
    assert (keys.find(secret), keys.signed_in(token)) == (None, None)
    assert revoked.revoked is not None
    assert keys.revoke("Ann") == revoked
    found = {one.name: one for one in keys.list()}
    assert found["Ann"].revoked == revoked.revoked
    assert found["Ben"].revoked is None
    assert getattr(keys.find(other), "id", None) == ben.id
    keys.revoke("Ben")
    assert (keys.any(), keys.any(active=True)) == (True, False)


def test_a_renewed_key_has_what_the_former_one_had(keys: KeyStore) -> None:
    ann, secret = keys.add("Ann")
    token = keys.sign_in(ann)
    keys.revoke("Ann")
    renewed, other = keys.renew("Ann")
    assert (renewed.id, other == secret) == (ann.id, False)
    assert keys.find(other) is not None
    assert (keys.find(secret), keys.signed_in(token)) == (None, None)


@pytest.mark.parametrize("name", ["", "  ", "a" * 65, "a\x00b", "a\u202eb", "\x1b[31m"])
def test_what_cannot_be_a_name(keys: KeyStore, name: str) -> None:
    with pytest.raises(AccessError, match="cannot be a key's name"):
        keys.add(name)
    assert keys.list() == ()


def test_names_are_unique_also_those_of_revoked_keys(keys: KeyStore) -> None:
    keys.add("Ann")
    with pytest.raises(AccessError, match=r"a key of the name 'Ann', which is in use"):
        keys.add(" Ann")
    keys.revoke("Ann")
    with pytest.raises(AccessError, match=r"a key of the name 'Ann', which was revoked"):
        keys.add("Ann")
    for unknown in (keys.revoke, keys.renew):
        with pytest.raises(NotFoundError, match="no key of the name 'Ben'"):
            unknown("Ben")


def test_a_session_ends(catalog: Catalog, keys: KeyStore) -> None:
    ann, _ = keys.add("Ann")
    first, second = keys.sign_in(ann), keys.sign_in(ann)
    keys.sign_out(first)
    assert (keys.signed_in(first), keys.signed_in(second) is not None) == (None, True)
    past = stamp(datetime.now(UTC) - timedelta(seconds=1))
    with catalog._engine.begin() as connection:
        connection.execute(text("UPDATE sessions SET expires = :past"), {"past": past})
    assert keys.signed_in(second) is None
    for _ in range(103):
        keys.sign_in(ann)
    assert catalog._rows("SELECT count(*) AS n FROM sessions")[0].n == 100


def test_when_a_key_was_used_is_noted_now_and_then_and_nobody_waits_for_that(keys: KeyStore) -> None:
    _, secret = keys.add("Ann")
    with keys._writing:
        assert keys.find(secret) is not None
    assert keys.list()[0].last_used is None
    keys.find(secret)
    noted = keys.list()[0].last_used
    assert noted is not None
    assert datetime.now(UTC) - noted < timedelta(minutes=5)
    keys.find(secret)
    assert keys.list()[0].last_used == noted


def test_another_process_is_noticed_at_once(keys: KeyStore, tmp_path: Path) -> None:
    """As `assistant keys` beside a running server."""
    other = Catalog(tmp_path / "catalog.sqlite", owned=False)
    with closing(other):
        _, secret = other.keys.add("Ann")
        assert keys.find(secret) is not None
        other.keys.revoke("Ann")
        assert keys.find(secret) is None


def test_writes_of_two_processes_wait_for_each_other(catalog: Catalog, tmp_path: Path) -> None:
    other = Catalog(tmp_path / "catalog.sqlite", owned=False)
    conversation = catalog.conversations.create().id
    failed: list[Exception] = []

    def add() -> None:
        try:
            for n in range(15):
                other.keys.add(f"key {n}")
        except StorageError as error:
            failed.append(error)

    with closing(other):
        adding = threading.Thread(target=add)
        adding.start()
        for n in range(15):
            message = ask(catalog.conversations, conversation, id=f"m{n}")
            catalog.conversations.finish(message, "done", 3, answer=make_answer(f"a{n}"))
        adding.join(60)
    assert failed == []
    assert (len(catalog.keys.list()), len(catalog.conversations.read(conversation).messages)) == (15, 15)


def test_a_catalog_of_another_version_is_left_alone_while_it_is_in_use(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    Catalog(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0003'")
        connection.commit()
    with pytest.raises(StorageError, match="is of another version, and in use"):
        Catalog(path, owned=False)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0003",)


def test_the_principal_is_never_taken_for_granted() -> None:
    assert principal({PRINCIPAL: Principal("k", "Ann")}).owner == "k"
    for scope in ({}, {PRINCIPAL: None}, {PRINCIPAL: "k"}):
        with pytest.raises(RunError):
            principal(scope)


def everything(store: ConversationStore, conversation: str, message: str, answer: str) -> list[bool]:
    """Try whatever an id leads to; True for each that is there."""
    feedback = Feedback(answer_id=answer, vote="up", created=datetime.now(UTC))
    there = []
    for attempt in (
        lambda: store.facts(conversation),
        lambda: store.read(conversation),
        lambda: store.rename(conversation, "Mine now"),
        lambda: store.message(conversation, message),
        lambda: store.answered(conversation, 9)[0],
        lambda: ask(store, conversation, id=f"{message} of {store.owner}"),
        lambda: store.answer(answer),
        lambda: store.judge(feedback),
        lambda: store.delete(conversation),
    ):
        try:
            attempt()
        except (NotFoundError, IndexError):
            there.append(False)
        else:
            there.append(True)
    return there


@pytest.mark.parametrize("owner", [None, "ann"])
def test_what_was_asked_is_there_for_its_owner_alone(catalog: Catalog, owner: str | None) -> None:
    mine = catalog.conversations.of(owner)
    conversation = mine.create("Mine").id
    mine.finish(ask(mine, conversation), "done", 4, answer=make_answer())
    before = mine.read(conversation)
    for other in {None, "ann", "ben"} - {owner}:
        theirs = catalog.conversations.of(other)
        assert not any(everything(theirs, conversation, "m1", "a1"))
        assert theirs.list() == theirs.list("Mine") == ((), None)
    assert mine.read(conversation) == before
    assert [one.id for one in mine.list("Mine")[0]] == [conversation]
    assert all(everything(mine, conversation, "m1", "a1"))


def test_the_key_of_a_request_is_its_senders(catalog: Catalog) -> None:
    ann, ben = (catalog.conversations.of(one) for one in ("ann", "ben"))
    ann.keep(make_answer("of ann"), KEY)
    assert ben.kept(KEY) is None
    assert ben.kept(RequestKey(KEY.path, KEY.key, "another body")) is None
    ben.keep(make_answer("of ben"), KEY)
    kept = [getattr(store.kept(KEY), "answer_id", None) for store in (ann, ben, catalog.conversations)]
    assert kept == ["of ann", "of ben", None]


def test_what_is_asked_in_slack_is_in_nobodys_list_and_its_answers_are_for_who_has_the_link(catalog: Catalog) -> None:
    nobody, ann = catalog.conversations, catalog.conversations.of("ann")
    conversation = nobody.create(edge="slack").id
    nobody.finish(ask(nobody, conversation), "done", 4, answer=make_answer())
    assert ann.list() == ((), None)
    with pytest.raises(NotFoundError):
        ann.read(conversation)
    assert ann.answer("a1").json == make_answer().model_dump_json()
    with pytest.raises(NotFoundError):
        ann.judge(Feedback(answer_id="a1", vote="down", created=datetime.now(UTC)))


def test_a_key_can_take_over_what_was_asked_before_there_were_keys(catalog: Catalog, keys: KeyStore) -> None:
    nobody = catalog.conversations
    page, slack = nobody.create("Page").id, nobody.create("Slack", edge="slack").id
    nobody.finish(ask(nobody, page), "done", 4, answer=make_answer("in a conversation"))
    nobody.finish(ask(nobody, slack, id="m2"), "done", 4, answer=make_answer("in slack"))
    nobody.keep(make_answer("alone"))
    made: AccessKey = keys.add("Ann", adopt=True)[0]
    mine = nobody.of(made.id)
    assert [one.id for one in mine.list()[0]] == [page]
    assert [one.id for one in nobody.list()[0]] == [slack]
    for id in ("in a conversation", "alone"):
        mine.judge(Feedback(answer_id=id, vote="up", created=datetime.now(UTC)))
        with pytest.raises(NotFoundError):
            nobody.answer(id)
    nobody.judge(Feedback(answer_id="in slack", vote="up", created=datetime.now(UTC)))


def test_what_was_read_from_the_web_for_one_is_not_told_to_another(catalog: Catalog) -> None:
    url = "https://example.org/"
    catalog.of("ann").pages.put(PageState(url, etag="1"))
    assert catalog.of("ann").pages.get(url) == PageState(url, etag="1")
    assert (catalog.pages.get(url), catalog.of("ben").pages.get(url)) == (None, None)
    catalog.pages.put(PageState(url, etag="2"))
    assert catalog.of("ann").pages.get(url) == PageState(url, etag="1")
