"""Tests of `assistant.api.access`: every route, with every kind of key."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.routing import Route
from starlette.websockets import WebSocketDisconnect

from assistant.api import create_app
from assistant.api.access import SESSION, is_open
from assistant.api.authentication import COOKIE
from assistant.api.problems import MEDIA_TYPE
from assistant.catalog import KeyStore
from assistant.chat import Chat
from assistant.errors import StorageError
from assistant.intake import PROOF_HEADER, read_proof

from .guarded import ADDRESS, QUESTION, SECRET, SECRET_QUESTION, Guarded, Things, guarded

# To whom a route answers: to all, to whoever has a key, to the owner of what its path or body names.
Kind = Literal["open", "key", "owner"]
OPENING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
ACCEPT = {"accept": "application/json, text/event-stream"}
CHAT = {"model": "assistant", "messages": [{"role": "user", "content": QUESTION}]}


@dataclass(frozen=True)
class Case:
    """What is sent to a route; the names of `Things` in braces stand for those of Ann."""

    kind: Kind
    path: str
    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


CONVERSATION = "/v1/conversations/{conversation_id}"
MESSAGE = CONVERSATION + "/messages/{message_id}"
ANSWER = "/v1/answers/{answer_id}"
MATRIX: dict[tuple[str, str], Case] = {
    ("GET", "/"): Case("open", "/"),
    ("GET", "/c/{conversation_id}"): Case("open", "/c/{conversation}"),
    ("GET", "/a/{answer_id}"): Case("open", "/a/{answer}"),
    ("*", "/static"): Case("open", "/static/js/main.js"),
    ("GET", "/health"): Case("open", "/health"),
    ("GET", "/openapi.json"): Case("open", "/openapi.json"),
    ("*", "/signed"): Case("open", "/signed"),
    ("POST", SESSION): Case("open", SESSION, {"key": "wrong"}, 401),
    ("GET", SESSION): Case("key", SESSION),
    ("DELETE", SESSION): Case("open", SESSION, status=204),
    ("GET", "/ready"): Case("key", "/ready"),
    ("GET", "/metrics"): Case("key", "/metrics"),
    ("GET", "/v1/stats"): Case("key", "/v1/stats"),
    ("GET", "/v1/starters"): Case("key", "/v1/starters"),
    ("POST", "/v1/ask"): Case("key", "/v1/ask", {"question": QUESTION}),
    ("POST", "/v1/search"): Case("key", "/v1/search", {"question": QUESTION}),
    ("GET", "/v1/articles"): Case("key", "/v1/articles"),
    ("POST", "/v1/articles"): Case("key", "/v1/articles", {"url": "http://127.0.0.1/"}, 422),
    ("GET", "/v1/articles/{article_id}"): Case("owner", "/v1/articles/{article}"),
    ("DELETE", "/v1/articles/{article_id}"): Case("owner", "/v1/articles/{article}", status=204),
    ("POST", "/v1/conversations"): Case("key", "/v1/conversations", status=201),
    ("GET", "/v1/conversations"): Case("key", "/v1/conversations"),
    ("GET", CONVERSATION): Case("owner", "/v1/conversations/{conversation}"),
    ("PATCH", CONVERSATION): Case("owner", "/v1/conversations/{conversation}", {"title": "x"}),
    ("DELETE", CONVERSATION): Case("owner", "/v1/conversations/{conversation}", status=204),
    ("GET", CONVERSATION + "/export"): Case("owner", "/v1/conversations/{conversation}/export"),
    ("POST", CONVERSATION + "/messages"): Case(
        "owner", "/v1/conversations/{conversation}/messages", {"question": QUESTION}
    ),
    ("POST", MESSAGE + "/regenerate"): Case("owner", "/v1/conversations/{conversation}/messages/{message}/regenerate"),
    ("POST", MESSAGE + "/stop"): Case("owner", "/v1/conversations/{conversation}/messages/{message}/stop"),
    ("GET", MESSAGE + "/events"): Case("owner", "/v1/conversations/{conversation}/messages/{message}/events"),
    ("GET", ANSWER): Case("owner", "/v1/answers/{answer}"),
    ("GET", ANSWER + "/replay"): Case("owner", "/v1/answers/{answer}/replay"),
    ("GET", ANSWER + "/suggestions"): Case("owner", "/v1/answers/{answer}/suggestions"),
    ("POST", "/v1/feedback"): Case("owner", "/v1/feedback", {"answer_id": "{answer}", "vote": "up"}, 201),
    ("POST", "/v1/chat/completions"): Case("key", "/v1/chat/completions", CHAT),
    ("GET", "/v1/models"): Case("key", "/v1/models"),
    ("GET", "/v1/models/{model}"): Case("key", "/v1/models/assistant"),
    ("*", "/mcp"): Case("key", "/mcp", OPENING, headers=ACCEPT),
}


@pytest.fixture(scope="module")
def door(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded(tmp_path_factory.mktemp("guarded"), corpus) as made:
        yield made


@pytest.fixture(scope="module")
def anns(door: Guarded) -> Things:
    """What only looking changes nothing of."""
    return door.make("Ann")


def routes(app: Any) -> set[tuple[str, str]]:
    """Return the method and the path of every route; * where there is any method."""
    found = set()
    for one in iter_route_contexts(app.routes):
        path = (one.path or "").replace(":path}", "}")
        found |= {(method, path) for method in (one.methods or {"*"}) - {"HEAD"}}
    return found


def sent(door: Guarded, method: str, case: Case, things: Things, headers: dict[str, str] | None = None) -> Any:
    names = vars(things)
    path = case.path.format(**names)
    body = json.loads(re.sub(r"\{(\w+)\}", lambda found: names[found[1]], json.dumps(case.body)))
    door.client.cookies.clear()
    method = ("POST" if case.body else "GET") if method == "*" else method
    given = {**case.headers, **(headers or {})}
    return door.client.request(method, path, headers=given, **({"json": body} if body is not None else {}))


def test_no_route_is_missing_here(door: Guarded) -> None:
    assert routes(door.app) == MATRIX.keys()


def test_a_route_that_is_added_is_guarded_without_anybody_thinking_of_it(door: Guarded) -> None:
    async def leak(_: object) -> Any:
        raise AssertionError("reached")

    for path in ("/new", "/v1/new", "/healthy", "/static", "/a", "/a/b/c", "/openapi.json/x", "//health"):
        door.app.routes.insert(0, Route(path, leak, methods=["GET", "POST"]))
        try:
            for method in ("GET", "POST", "OPTIONS", "HEAD"):
                assert door.client.request(method, f"{ADDRESS}{path}").status_code == 401, (method, path)
            assert door.client.post("/health").status_code == 401
        finally:
            door.app.routes.pop(0)


@pytest.mark.parametrize(("method", "path"), MATRIX)
def test_who_has_no_key_that_works_gets_nothing(door: Guarded, anns: Things, method: str, path: str) -> None:
    case = MATRIX[method, path]
    secret = door.secrets["Ann"]
    token = door.chat.keystore.sign_in(door.chat.keystore.list()[2])  # that of Cas, revoked
    for headers in (
        {},
        door.key("Cas"),
        {"Cookie": f"{COOKIE}={token}"},
        {"Cookie": f"{COOKIE}=wrong"},
        {"Cookie": f"{COOKIE}={secret}"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer"},
        {"Authorization": f"Basic {secret}"},
        {"Authorization": secret},
        {"Authorization": f"Bearer {secret}x"},
        {"Authorization": f"Bearer {secret.removeprefix('assistant_')}"},
        {"X-Api-Key": secret},
        {PROOF_HEADER: "wrong"},
    ):
        answered = sent(door, method, case, anns, headers)
        if case.kind == "open":
            assert answered.status_code == case.status, headers
            assert SECRET not in answered.text
        else:
            assert answered.status_code == 401, headers
            assert answered.headers["www-authenticate"].startswith('Bearer realm="assistant"')
            assert "Ann" not in answered.text


@pytest.mark.parametrize(("method", "path"), [one for one, case in MATRIX.items() if case.kind != "open"])
def test_who_has_another_key_sees_nothing_of_it(door: Guarded, anns: Things, method: str, path: str) -> None:
    case = MATRIX[method, path]
    answered = sent(door, method, case, anns, door.key("Ben"))
    assert answered.status_code == (404 if case.kind == "owner" else case.status), answered.text
    told = answered.text
    if case.kind == "owner":  # what was sent may be told
        for one in (anns.conversation, anns.article):
            told = told.replace(one, "")
    for private in ("Zanzibar", "hoard", "Gallium", anns.conversation):
        assert private not in told


@pytest.mark.parametrize(("method", "path"), [one for one, case in MATRIX.items() if case.kind != "open"])
def test_its_owner_gets_it(door: Guarded, method: str, path: str) -> None:
    case = MATRIX[method, path]
    things = door.make("Ann") if case.kind == "owner" else Things("", "", "", "")
    answered = sent(door, method, case, things, door.key("Ann"))
    assert answered.status_code == case.status, answered.text


def test_what_another_sends_changes_nothing(door: Guarded) -> None:
    things = door.make("Ann")
    before = door.client.get(f"/v1/conversations/{things.conversation}", headers=door.key("Ann")).text
    for (method, _), case in MATRIX.items():
        if case.kind == "owner":
            assert sent(door, method, case, things, door.key("Ben")).status_code == 404
    assert door.client.get(f"/v1/conversations/{things.conversation}", headers=door.key("Ann")).text == before
    assert door.client.get(f"/v1/articles/{things.article}", headers=door.key("Ann")).status_code == 200


def test_what_one_uploads_is_in_nothing_that_another_is_told(door: Guarded, anns: Things) -> None:
    def told(name: str) -> list[str]:
        client, key = door.client, door.key(name)
        found = [
            client.post("/v1/ask", json={"question": SECRET_QUESTION}, headers=key),
            client.post("/v1/search", json={"question": "gallium hoards", "limit": 50}, headers=key),
            client.get("/v1/articles", headers=key),
            client.get("/v1/conversations?q=gallium", headers=key),
            client.post(
                "/v1/chat/completions",
                json={"model": "assistant", "messages": [{"role": "user", "content": SECRET_QUESTION}]},
                headers=key,
            ),
            client.post("/v1/ask", json={"question": SECRET_QUESTION, "article": anns.article}, headers=key),
        ]
        return [one.text for one in found]

    for name in ("Ann", "Ben"):
        for one in told(name)[:5]:
            assert (("hoard" in one.lower().replace(SECRET_QUESTION.lower(), "")) or "Gallium" in one) == (
                name == "Ann"
            ), one
    refused = json.loads(told("Ben")[5])
    assert (refused["status"], refused["detail"]) == (
        404,
        f"no article has the id {anns.article!r}: list the articles to see which there are",
    )
    stats = [door.client.get("/v1/stats", headers=door.key(name)).json() for name in ("Ann", "Ben")]
    assert stats[0]["articles"] == stats[1]["articles"] + 1
    assert stats[0]["corpus"] != stats[1]["corpus"]


def test_two_may_upload_a_file_of_one_name(door: Guarded) -> None:
    ann, ben = door.make("Ann"), door.make("Ben")
    assert ann.article != ben.article
    assert door.client.delete(f"/v1/articles/{ben.article}", headers=door.key("Ben")).status_code == 204
    assert door.client.get(f"/v1/articles/{ann.article}", headers=door.key("Ann")).status_code == 200
    everybodys = door.client.delete("/v1/articles/summit", headers=door.key("Ben"))
    assert everybodys.status_code == 403
    assert "only who runs the server may remove it" in everybodys.json()["detail"]


def test_an_idempotency_key_is_its_senders(door: Guarded) -> None:
    made = {}
    for name in ("Ann", "Ben"):
        for title in ("T", f"of {name}"):
            headers = {**door.key(name), "Idempotency-Key": f"same for {title == 'T'}"}
            answered = door.client.post("/v1/conversations", json={"title": title}, headers=headers)
            assert answered.status_code == 201
            made[name, title] = answered.json()["id"]
    assert len(set(made.values())) == 4


def test_a_message_under_way_is_its_senders(door: Guarded) -> None:
    things = door.make("Ann")
    path = f"/v1/conversations/{things.conversation}"
    door.gate.shut()
    try:
        run = door.chat.of(_owner(door, "Ann")).send(things.conversation, QUESTION).run
        assert door.gate.reached.acquire(timeout=30)
        message = f"{path}/messages/{run.message.id}"
        for method, where in (("GET", f"{message}/events"), ("POST", f"{message}/stop"), ("DELETE", path)):
            assert door.client.request(method, where, headers=door.key("Ben")).status_code == 404
        assert run.ended is None
        stopped = door.client.post(f"{message}/stop", headers=door.key("Ann"))
        assert stopped.json() == {"status": "stopped"}
    finally:
        door.gate.open()


def test_a_key_is_refused_as_soon_as_it_is_revoked(door: Guarded) -> None:
    key = door.add("Dan")
    assert door.client.get("/v1/stats", headers=key).status_code == 200
    signed_in = door.client.post(SESSION, json={"key": door.secrets["Dan"]})
    cookie = {"Cookie": f"{COOKIE}={signed_in.cookies[COOKIE]}"}
    door.client.cookies.clear()
    assert door.client.get("/v1/stats", headers=cookie).status_code == 200
    door.chat.keystore.revoke("Dan")
    assert [door.client.get("/v1/stats", headers=one).status_code for one in (key, cookie)] == [401, 401]


def test_whoever_may_read_the_data_folder_needs_no_key(door: Guarded, anns: Things) -> None:
    word = {PROOF_HEADER: read_proof(door.home) or ""}
    assert door.client.get(SESSION, headers=word).json() == {"name": None}
    assert "summit" in door.client.get("/v1/articles", headers=word).text
    assert door.client.get(f"/v1/conversations/{anns.conversation}", headers=word).status_code == 404


def test_refusals_have_the_form_of_their_route(door: Guarded) -> None:
    problem = door.client.get("/v1/stats")
    assert problem.headers["content-type"] == MEDIA_TYPE
    assert "assistant keys add NAME" in problem.json()["detail"]
    refused = door.client.post("/v1/chat/completions", json=CHAT, headers={"Authorization": "Bearer sk-none"})
    assert (refused.status_code, list(refused.json())) == (401, ["error"])
    assert refused.json()["error"]["message"].startswith("the key is wrong or was revoked")


def test_an_mcp_session_is_its_makers(door: Guarded) -> None:
    opened = door.client.post("/mcp", json=OPENING, headers={**ACCEPT, **door.key("Ann")})
    session = {"mcp-session-id": opened.headers["mcp-session-id"], **ACCEPT}
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert door.client.post("/mcp", json=ready, headers={**session, **door.key("Ann")}).status_code == 202
    ask = {"name": "ask", "arguments": {"question": SECRET_QUESTION}}
    listed = {"name": "list_articles", "arguments": {}}
    for call in (ask, listed):
        called = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call}
        assert "hoard" in door.client.post("/mcp", json=called, headers={**session, **door.key("Ann")}).text
        assert door.client.post("/mcp", json=called, headers={**session, **door.key("Ben")}).status_code == 404
        # Without a session, as the latest revision of the protocol has it.
        bens = door.client.post("/mcp", json=OPENING, headers={**ACCEPT, **door.key("Ben")})
        own = {**ACCEPT, **door.key("Ben"), "mcp-session-id": bens.headers["mcp-session-id"]}
        door.client.post("/mcp", json=ready, headers=own)
        answered = door.client.post("/mcp", json=called, headers=own)
        assert answered.status_code == 200
        assert "Zanzibar" not in answered.text


def test_there_are_no_websockets(door: Guarded) -> None:
    with pytest.raises(WebSocketDisconnect), door.client.websocket_connect("/v1/ask"):
        pytest.fail("connected")


def test_a_catalog_that_cannot_be_read_lets_nobody_in(door: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StorageError("the catalog failed: disk I/O error")

    monkeypatch.setattr(KeyStore, "find", fail)
    refused = door.client.get("/v1/articles", headers=door.key("Ann"))
    assert (refused.status_code, refused.json()["detail"]) == (503, "the catalog failed: disk I/O error")


@pytest.fixture
def keyless(chat: Chat) -> Callable[..., TestClient]:
    return lambda **options: TestClient(create_app(chat, **options), base_url=ADDRESS)


def test_while_there_is_no_key_only_a_server_for_this_machine_answers(keyless: Callable[..., TestClient]) -> None:
    with keyless() as client:
        assert client.get("/v1/stats", headers={"Authorization": "Bearer none"}).status_code == 200
        assert client.post(SESSION, json={"key": "x"}).json() == client.get(SESSION).json() == {"name": None}
    with keyless(keyless=False) as client:
        assert client.get("/v1/stats").status_code == 401
        assert client.get("/health").status_code == 200


def test_with_the_first_key_everybody_needs_one_and_without_the_last_nobody_gets_in(
    corpus: Path, tmp_path: Path
) -> None:
    with guarded(tmp_path, corpus) as made, TestClient(create_app(made.chat), base_url=ADDRESS) as client:
        assert client.get("/v1/stats").status_code == 401
        assert client.get("/v1/stats", headers=made.key("Ann")).status_code == 200
        for name in ("Ann", "Ben"):
            made.chat.keystore.revoke(name)
        assert client.get("/v1/stats").status_code == 401
        assert client.get("/v1/stats", headers=made.key("Ann")).status_code == 401


def test_where_files_lie_is_told_to_who_may_read_the_data_folder_alone(door: Guarded, corpus: Path) -> None:
    lying = door.chat.assistant.article("summit").source
    assert lying
    assert Path(lying).is_absolute()
    proof = {PROOF_HEADER: read_proof(door.home) or ""}
    for headers, told in ((door.key("Ann"), "summit.md"), (proof, lying)):
        article = door.client.get("/v1/articles/summit", headers=headers)
        listed = door.client.get("/v1/articles", headers=headers)
        assert article.json()["source"] == told
        assert {one["id"]: one["source"] for one in listed.json()["articles"]}["summit"] == told
        assert (str(corpus) in article.text + listed.text) == (told == lying)


def test_the_contract_says_what_takes_a_key(door: Guarded) -> None:
    document = door.client.get("/openapi.json").json()
    assert set(document["components"]["securitySchemes"]) == {"key", "session"}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            guarded_ = not is_open(method.upper(), path)
            assert ("security" in operation) == guarded_, (method, path)
            assert not guarded_ or {"401", "429"} <= operation["responses"].keys(), (method, path)


def _owner(door: Guarded, name: str) -> str:
    return next(one.id for one in door.chat.keystore.list() if one.name == name)
