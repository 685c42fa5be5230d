"""Tests of `assistant.models.prices`; figures are told by relation, as prices change with the installed list."""

import genai_prices
import pytest
from genai_prices import data_snapshot

from assistant.models.prices import cost_usd


def test_it_is_the_price_of_the_list() -> None:
    listed = genai_prices.calc_price(
        genai_prices.Usage(input_tokens=1_000_000, output_tokens=0), "gpt-5-mini", provider_id="openai"
    )
    assert cost_usd("openai", "gpt-5-mini", 1_000_000, 0) == pytest.approx(float(listed.input_price))
    assert listed.input_price > 0


def test_it_grows_with_the_tokens() -> None:
    one, two = cost_usd("openai", "gpt-5-mini", 1000, 100), cost_usd("openai", "gpt-5-mini", 2000, 200)
    assert one
    assert two == pytest.approx(2 * one)


def test_what_the_cache_held_is_cheaper() -> None:
    whole, cached = (cost_usd("openai", "gpt-5-mini", 1000, 0, cache_read=n) for n in (0, 900))
    assert whole
    assert cached
    assert cached < whole


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("google_genai", "gemini-2.5-flash"),
        ("xai", "grok-4"),
        ("mistralai", "mistral-large-latest"),
        ("azure_openai", "gpt-4o"),
        ("anthropic", "claude-sonnet-4-5"),
    ],
)
def test_providers_go_by_the_name_that_langchain_gives_them(provider: str, model: str) -> None:
    assert cost_usd(provider, model, 1000, 1000)


@pytest.mark.parametrize(
    ("provider", "model"), [("openai", "no-such-model"), ("ollama", "llama3"), ("no-such-provider", "gpt-5-mini")]
)
def test_what_the_list_does_not_know_has_no_price(provider: str, model: str) -> None:
    assert cost_usd(provider, model, 1000, 1000) is None


def test_tokens_that_do_not_add_up_have_no_price() -> None:
    assert cost_usd("openai", "gpt-5-mini", 10, 10, cache_read=100) is None


def test_the_list_is_the_bundled_one() -> None:
    cost_usd("openai", "gpt-5-mini", 1, 1)
    assert not data_snapshot.get_snapshot().from_auto_update
