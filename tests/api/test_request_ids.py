"""Tests of `assistant.api.request_ids`."""

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from assistant.api.request_ids import HEADER, request_id_of


@pytest.mark.parametrize("path", ["/health", "/", "/nowhere", "/v1/articles/none", "/static/js/main.js"])
def test_every_response_bears_the_id_that_was_sent(client: TestClient, path: str) -> None:
    assert client.get(path, headers={HEADER: "trace-7.a_B"}).headers[HEADER] == "trace-7.a_B"


def test_without_one_each_request_gets_its_own(client: TestClient) -> None:
    first, second = (client.get("/health").headers[HEADER] for _ in range(2))
    assert first != second
    assert len(first) == len(second) == 32


@pytest.mark.parametrize("sent", ["", "a b", "a\tb", "x" * 129, "-a", "../a", "a\u00e4", '"><script>'])
def test_what_is_no_sane_id_is_replaced(sent: str) -> None:
    headers = Headers(raw=[(b"x-request-id", sent.encode("latin-1"))])
    assert request_id_of(headers) != sent
    assert len(request_id_of(headers)) == 32


def test_two_ids_are_none() -> None:
    assert len(request_id_of(Headers(raw=[(b"x-request-id", b"a"), (b"x-request-id", b"b")]))) == 32


@given(st.binary(max_size=200))
def test_whatever_is_sent_the_id_is_sane(sent: bytes) -> None:
    found = request_id_of(Headers(raw=[(b"x-request-id", sent)]))
    assert 0 < len(found) <= 128
    assert found.isascii()
    assert found.replace("-", "").replace(".", "").replace("_", "").isalnum()
