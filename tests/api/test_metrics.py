"""Tests of `assistant.api.metrics`."""

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from assistant.api.metrics import CountsCollector
from assistant.chat import Counts, Tally

QUESTION = "What ties magnet export licences to quarterly audits?"


def samples(client: TestClient) -> dict[tuple[str, ...], float]:
    found = client.get("/metrics")
    assert found.status_code == 200
    assert found.headers["content-type"].startswith("text/plain; version=")
    return {
        (one.name, *(value for _, value in sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(found.text)
        for one in family.samples
        if not one.name.endswith("_created")
    }


def of_answers(client: TestClient) -> dict[tuple[str, ...], float]:
    return {name: value for name, value in samples(client).items() if not name[0].startswith("assistant_http_")}


def test_every_answer_over_this_edge_is_counted(client: TestClient) -> None:
    before = of_answers(client)
    path = f"/v1/conversations/{client.post('/v1/conversations').json()['id']}/messages"
    chats = {"model": "assistant", "messages": [{"role": "user", "content": QUESTION}]}
    client.post("/v1/ask", json={"question": QUESTION})
    client.post(path, json={"question": QUESTION})
    client.post("/v1/chat/completions", json=chats)
    client.post("/v1/chat/completions", json=chats | {"filters": {"until": "1999-12-31"}})
    client.post("/v1/ask", json={"question": "?"})
    client.post("/v1/search", json={"question": QUESTION})
    after = of_answers(client)
    changed = {name: value - before[name] for name, value in after.items() if value != before[name]}
    assert changed.pop(("assistant_answers_total", "extractive", "answered")) == 3
    assert changed.pop(("assistant_answers_total", "extractive", "abstained")) == 1
    assert changed.pop(("assistant_answer_seconds_count", "extractive")) == 4
    assert changed.pop(("assistant_answer_seconds_bucket", "+Inf", "extractive")) == 4
    assert changed.pop(("assistant_answer_seconds_sum", "extractive")) > 0
    assert {name[0] for name in changed} <= {"assistant_answer_seconds_bucket"}


def test_a_repeated_request_is_not_counted_again(client: TestClient) -> None:
    headers = {"idempotency-key": "metrics"}
    client.post("/v1/ask", json={"question": QUESTION}, headers=headers)
    before = of_answers(client)
    client.post("/v1/ask", json={"question": QUESTION}, headers=headers)
    assert of_answers(client) == before


def test_requests_are_counted_by_the_template_of_their_route(client: TestClient) -> None:
    before = samples(client)
    client.get("/v1/articles/summit")
    client.get("/v1/articles/prices/2025")
    client.get("/v1/articles/none")
    client.get("/nowhere/zebra")
    client.get("/static/js/main.js")
    client.request("ZEBRA", "/health")
    changed = {name: value - before.get(name, 0) for name, value in samples(client).items()}
    requests = {name[1:]: value for name, value in changed.items() if name[0] == "assistant_http_requests_total"}
    article = "/v1/articles/{article_id}"
    wanted = {
        ("GET", article, "200"): 2,
        ("GET", article, "404"): 1,
        ("GET", "unmatched", "404"): 1,
        ("GET", "/static/{path}", "200"): 1,
        ("other", "/health", "405"): 1,
    }
    assert {name: requests[name] for name in wanted} == wanted
    assert changed["assistant_http_request_seconds_count", "GET", article] == 3
    assert changed["assistant_http_request_seconds_bucket", "+Inf", "GET", article] == 3
    assert "zebra" not in client.get("/metrics").text.lower()


def test_everything_stands_there_from_the_beginning() -> None:
    families = {one.name: one for one in CountsCollector(Tally().counts()).collect()}
    assert set(families) == {
        "assistant_answers",
        "assistant_statements_dropped",
        "assistant_fallbacks",
        "assistant_tokens",
        "assistant_cost_usd",
        "assistant_answer_seconds",
    }
    assert {sample.value for family in families.values() for sample in family.samples} == {0}
    assert len(families["assistant_answers"].samples) == 6


def test_what_a_model_took() -> None:
    counts = Counts(dropped=2, fallbacks=1, input_tokens=30, output_tokens=4, cost_usd=0.25)
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in CountsCollector(counts).collect()
        for sample in family.samples
    }
    assert found == pytest.approx(
        {
            ("assistant_statements_dropped_total",): 2,
            ("assistant_fallbacks_total",): 1,
            ("assistant_tokens_total", "input"): 30,
            ("assistant_tokens_total", "output"): 4,
            ("assistant_cost_usd_total",): 0.25,
        }
    )
