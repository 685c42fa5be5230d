"""The route of metrics: what was counted of answers and requests, in Prometheus' text format (0.0.4 and later)."""

from collections.abc import Iterator

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from assistant.api.served import ServedChat
from assistant.chat import Counts
from assistant.chat.tally import SECONDS

router = APIRouter(generate_unique_id_function=lambda route: route.name)


class CountsCollector(Collector):
    """The counts of one moment, as metrics."""

    def __init__(self, counts: Counts) -> None:
        """Give `counts`."""
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        """Yield one family after another."""
        counts = self._counts
        answers = CounterMetricFamily("assistant_answers", "Answers given", labels=["mode", "status"])
        for labels, count in counts.answers.items():
            answers.add_metric(labels, count)
        yield answers
        yield CounterMetricFamily(
            "assistant_statements_dropped",
            "Statements that a language model wrote and no quote supports",
            value=counts.dropped,
        )
        yield CounterMetricFamily(
            "assistant_fallbacks", "Extractive answers given because the language model failed", value=counts.fallbacks
        )
        tokens = CounterMetricFamily("assistant_tokens", "Tokens of the language model", labels=["direction"])
        tokens.add_metric(["input"], counts.input_tokens)
        tokens.add_metric(["output"], counts.output_tokens)
        yield tokens
        yield CounterMetricFamily(
            "assistant_cost_usd", "US dollars, of the answers whose model's prices are known", value=counts.cost_usd
        )
        seconds = HistogramMetricFamily("assistant_answer_seconds", "Seconds to an answer", labels=["mode"])
        for mode, durations in counts.durations.items():
            bounds = [*map(str, SECONDS), "+Inf"]
            reached = [sum(durations.counts[: place + 1]) for place in range(len(bounds))]
            seconds.add_metric([mode], list(zip(bounds, reached, strict=True)), durations.total)
        yield seconds


@router.get(
    "/metrics",
    summary="Metrics for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(request: Request, chat: ServedChat) -> Response:
    """Count answers and requests since the process began, how long they took, and what a language model took."""
    registry = CollectorRegistry()
    registry.register(CountsCollector(chat.tally.counts()))
    registry.register(request.app.state.traffic)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
