"""Tests of `assistant.api.methods`."""

import pytest
from fastapi.testclient import TestClient


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/health", "GET"),
        ("/v1/articles", "GET, POST"),
        ("/v1/articles/prices/2025", "DELETE, GET"),
        ("/v1/conversations", "GET, POST"),
        ("/v1/conversations/none", "DELETE, GET, PATCH"),
        ("/", "GET, HEAD"),
    ],
)
def test_a_405_names_all_methods_of_the_path(client: TestClient, path: str, methods: str) -> None:
    found = client.put(path)
    assert (found.status_code, found.headers["allow"]) == (405, methods)
    assert found.json()["detail"] == f"{path} does not answer PUT: use {methods}"
