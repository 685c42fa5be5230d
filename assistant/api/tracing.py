"""Tracing: spans of requests and of the steps of an answer, sent over OTLP to where OpenTelemetry's variables say.

The library is imported by `start` alone, and where nobody calls it there is no span.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import spans
from assistant.api.observing import UNMATCHED, method_of, template_of
from assistant.spans import Value

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, Tracer

_SERVICE = "assistant"
_SERVER_ERROR = 500
_FLUSH_MS = 2_000


class Tracing:
    """Makes spans with OpenTelemetry; `close` sends what is left."""

    def __init__(self, exporter: "SpanExporter") -> None:
        """Send spans to `exporter`, in batches and on a thread of its own."""
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        made = Resource.create()
        unnamed = str(made.attributes.get(SERVICE_NAME, "unknown_service")).startswith("unknown_service")
        resource = made.merge(Resource({SERVICE_NAME: _SERVICE})) if unnamed else made
        # Not the provider of the whole process: other libraries would send what they see to the same place.
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer: Tracer = self._provider.get_tracer(_SERVICE)

    @contextmanager
    def span(self, name: str, attributes: Mapping[str, Value]) -> "Iterator[Span]":
        """Give a span within the request's; of an exception it has the class alone, for its words may be private."""
        span = self._tracer.start_span(name, attributes=dict(attributes))
        try:
            yield span
        except Exception as error:
            span.set_attribute("error.type", type(error).__name__)
            raise
        finally:
            span.end()

    @contextmanager
    def request(self, headers: Headers) -> "Iterator[Span]":
        """Give the span of a request, which those within belong to; it continues the sender's trace (Trace Context)."""
        from opentelemetry import context
        from opentelemetry.trace import SpanKind, set_span_in_context
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        sender = TraceContextTextMapPropagator().extract(dict(headers), context.Context())
        span = self._tracer.start_span("request", context=sender, kind=SpanKind.SERVER)
        token = context.attach(set_span_in_context(span))
        try:
            yield span
        finally:
            context.detach(token)
            span.end()

    def close(self) -> None:
        """Send what is left, for two seconds at most."""
        if spans.installed() is self:
            spans.install(None)
        self._provider.force_flush(_FLUSH_MS)
        self._provider.shutdown()


class RequestSpans:
    """ASGI middleware that makes each request a span."""

    def __init__(self, app: ASGIApp, tracing: Tracing) -> None:
        """Stand around `app`."""
        self._app = app
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with self._tracing.request(Headers(scope=scope)) as span:

            async def watched(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _describe(span, scope, message["status"])
                await send(message)

            await self._app(scope, receive, watched)


def start(endpoint: str) -> Tracing:
    """Send spans to the collector at `endpoint` over gRPC from now on.

    OpenTelemetry's other variables (headers, certificate, resource, limits) are heeded.
    """
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    tracing = Tracing(OTLPSpanExporter(endpoint=endpoint))
    spans.install(tracing)
    return tracing


def _describe(span: "Span", scope: Scope, status: int) -> None:
    """Name a request's span as OpenTelemetry's conventions for HTTP servers have it."""
    method, template = method_of(scope), template_of(scope)
    span.update_name(method if template == UNMATCHED else f"{method} {template}")
    span.set_attribute("http.request.method", method)
    span.set_attribute("http.response.status_code", status)
    span.set_attribute("url.scheme", scope.get("scheme", "http"))
    if template != UNMATCHED:
        span.set_attribute("http.route", template)
    if status >= _SERVER_ERROR:
        span.set_attribute("error.type", str(status))
