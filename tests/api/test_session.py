"""Tests of `assistant.api.session` and of `assistant.api.authentication`: signing in, and many wrong keys."""

from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path

import pytest

from assistant.api.access import SESSION
from assistant.api.authentication import COOKIE
from assistant.api.tries import Tries

from .guarded import Guarded, guarded


@pytest.fixture(scope="module")
def door(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded(tmp_path_factory.mktemp("guarded"), corpus) as made:
        yield made


@pytest.fixture(autouse=True)
def _without_cookies(door: Guarded) -> Iterator[None]:
    yield
    door.client.cookies.clear()


def cookie_of(header: str) -> dict[str, str]:
    found = SimpleCookie(header)[COOKIE]
    return {"value": found.value, **{name: str(value) for name, value in found.items() if value}}


def test_a_cookie_stands_for_the_key_until_one_signs_out(door: Guarded) -> None:
    client = door.client
    signed_in = client.post(SESSION, json={"key": f" {door.secrets['Ann']}\n"})
    assert (signed_in.status_code, signed_in.json()) == (201, {"name": "Ann"})
    cookie = cookie_of(signed_in.headers["set-cookie"])
    token = cookie.pop("value")
    assert cookie == {"httponly": "True", "samesite": "strict", "path": "/", "max-age": "2592000"}
    assert len(token) == 43
    assert token not in signed_in.text
    assert client.get(SESSION).json() == {"name": "Ann"}
    signed_out = client.delete(SESSION)
    assert signed_out.status_code == 204
    assert cookie_of(signed_out.headers["set-cookie"])["max-age"] == "0"
    assert COOKIE not in client.cookies
    assert client.get(SESSION, headers={"Cookie": f"{COOKIE}={token}"}).status_code == 401


def test_over_tls_the_cookie_is_for_tls_alone_also_behind_a_proxy(door: Guarded) -> None:
    host = "assistant.example"
    for origin, secure in ((f"https://{host}", True), (f"http://{host}", False)):
        headers = {"Origin": origin, "Host": host}
        signed_in = door.client.post(SESSION, json={"key": door.secrets["Ann"]}, headers=headers)
        assert ("secure" in cookie_of(signed_in.headers["set-cookie"])) == secure


def test_another_page_neither_signs_in_nor_uses_the_cookie(door: Guarded) -> None:
    client = door.client
    client.post(SESSION, json={"key": door.secrets["Ann"]})
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        for method, path in (("POST", SESSION), ("DELETE", SESSION), ("POST", "/v1/conversations")):
            assert client.request(method, path, headers=headers).status_code == 403, (method, path, headers)
    assert client.get(SESSION).json() == {"name": "Ann"}


def test_the_key_in_a_header_goes_before_the_cookie(door: Guarded) -> None:
    door.client.post(SESSION, json={"key": door.secrets["Ann"]})
    assert door.client.get(SESSION, headers=door.key("Ben")).json() == {"name": "Ben"}
    assert door.client.get(SESSION, headers=door.key("Cas")).status_code == 401


def test_sessions_that_have_ended_are_no_wrong_keys(door: Guarded) -> None:
    door.app.state.authenticator._tries = Tries(1, 3600.0)
    try:
        for _ in range(3):
            assert door.client.get("/v1/stats", headers={"Cookie": f"{COOKIE}=ended"}).status_code == 401
        assert door.client.post(SESSION, json={"key": "wrong"}).status_code == 401
        assert door.client.post(SESSION, json={"key": "wrong"}).status_code == 429
    finally:
        door.app.state.authenticator._tries = Tries(100_000)


@pytest.mark.parametrize("headers", [{}, {"Cookie": f"{COOKIE}=ended"}, {"Authorization": "Bearer wrong"}])
def test_one_signs_out_of_a_session_that_has_ended(door: Guarded, headers: dict[str, str]) -> None:
    signed_out = door.client.delete(SESSION, headers=headers)
    assert signed_out.status_code == 204
    assert cookie_of(signed_out.headers["set-cookie"])["max-age"] == "0"


def test_what_is_no_key_is_told_without_it(door: Guarded) -> None:
    for body in ({"key": 12345678}, {"key": "hunter2" * 100}, {"key": ["hunter2"]}, {"key": {"hunter2": 1}}):
        refused = door.client.post(SESSION, json=body)
        assert refused.status_code == 422
        assert "12345678" not in refused.text
        assert "hunter2" not in refused.text
    assert door.client.post(SESSION, json={"key": door.secrets["Cas"]}).status_code == 401


def test_many_wrong_keys_are_refused_for_a_while_and_the_right_one_never(door: Guarded) -> None:
    door.app.state.authenticator._tries = Tries(4, 3600.0)
    try:
        wrong = [door.client.get("/v1/stats", headers={"Authorization": f"Bearer {n}"}) for n in range(3)]
        wrong += [door.client.post(SESSION, json={"key": "wrong"}), door.client.post(SESSION, json={"key": "wrong"})]
        assert [one.status_code for one in wrong] == [401, 401, 401, 401, 429]
        assert 3500 < int(wrong[-1].headers["retry-after"]) <= 3600
        assert wrong[-1].json()["detail"].startswith("too many wrong keys came from this address: wait 3")
        # Without one nothing was tried, nor with a session that has ended: who has that is asked to sign in.
        for ended in ({}, {"Cookie": f"{COOKIE}=ended"}):
            found = door.client.get("/v1/stats", headers=ended)
            assert (found.status_code, found.headers["www-authenticate"]) == (401, 'Bearer realm="assistant"')
            assert found.json()["detail"].startswith("a key is needed: send it")
        assert door.client.get("/v1/stats", headers=door.key("Ann")).status_code == 200
    finally:
        door.app.state.authenticator._tries = Tries(100_000)
