"""What a call of a language model costs, by the price list bundled with genai-prices; nothing is fetched."""

# Providers that the price list knows by another name than LangChain.
_PROVIDERS = {"google_genai": "google", "google_vertexai": "google", "bedrock_converse": "aws", "xai": "x-ai"}


def cost_usd(
    provider: str, model: str, input_tokens: int, output_tokens: int, cache_read: int = 0, cache_write: int = 0
) -> float | None:
    """Return the price in US dollars of these tokens of the model, None where the list does not know it.

    `provider` is LangChain's name of it. `cache_read` and `cache_write` are the parts of `input_tokens` that its cache
    held or took. The list is that of the installed genai-prices, at today's date.
    """
    import genai_prices

    try:
        tokens = genai_prices.Usage(
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cache_read_tokens=cache_read or None,
            cache_write_tokens=cache_write or None,
        )
        price = genai_prices.calc_price(tokens, model, provider_id=_PROVIDERS.get(provider, provider))
    except (LookupError, ValueError):  # no such provider or model; parts larger than the whole
        return None
    return float(price.total_price)
