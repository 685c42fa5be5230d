"""The server that owns the data folder, asked over HTTP in place of an assistant in this process."""

import json
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError

from assistant.errors import RunError, UserError
from assistant.proof import PROOF_HEADER
from assistant.types import Answer, Article, ArticleFacts, Filters, Hit

if TYPE_CHECKING:
    from assistant.conversation import Turn
    from assistant.ingestion import IngestReport

# Longer than a language model may write, which is two minutes by default, and than a turn is waited for.
_SECONDS = 300.0
_CONNECT_SECONDS = 10.0
# A feed may name a hundred pages, and a book takes minutes to embed.
_TAKING_SECONDS = 3600.0
_ARTICLES_PATH = "/v1/articles"
_EVERYTHING = Filters()
_HITS = TypeAdapter(tuple[Hit, ...])
_ARTICLES = TypeAdapter(tuple[ArticleFacts, ...])


class Remote:
    """What a running server answers; methods may be called from several threads.

    Proxies of the environment are not used.
    """

    def __init__(self, address: str, transport: httpx.BaseTransport | None = None, *, proof: str | None = None) -> None:
        """Talk to the server at `address` (scheme, host and port); `transport` is for tests.

        `proof` is the word in its data folder, with which no key is asked for.
        """
        self._address = address
        self._client = httpx.Client(
            base_url=address,
            headers={PROOF_HEADER: proof} if proof else None,
            timeout=httpx.Timeout(_SECONDS, connect=_CONNECT_SECONDS),
            trust_env=False,
            transport=transport,
        )

    def ask(self, question: str, filters: Filters = _EVERYTHING, turns: "Sequence[Turn]" = ()) -> Answer:
        """Return the server's answer. Raises UserError for what it refuses, RunError for what fails.

        After other `turns` the server is asked what the question means without them.
        """
        asked = question
        if turns:
            from assistant.conversation import standalone

            asked = standalone(question, turns).question
        try:
            answer = Answer.model_validate(self._send("POST", "/v1/ask", _body(asked, filters)))
            return answer.model_copy(update={"question": question}) if turns else answer
        except ValidationError as error:
            raise self._strange() from error

    def answer(self, answer_id: str) -> Answer:
        """Return an answer that the server kept. Raises as `ask` does."""
        try:
            return Answer.model_validate(self._send("GET", f"/v1/answers/{answer_id}"))
        except ValidationError as error:
            raise self._strange() from error

    def search(self, question: str, filters: Filters = _EVERYTHING, limit: int = 10) -> tuple[Hit, ...]:
        """Return at most `limit` passages, best first. Raises as `ask` does."""
        try:
            found = self._send("POST", "/v1/search", {**_body(question, filters), "limit": limit})
            return _HITS.validate_python(found["hits"])
        except (ValidationError, LookupError, TypeError) as error:
            raise self._strange() from error

    def articles(self) -> tuple[ArticleFacts, ...]:
        """Return all articles, latest publication first, undated ones last. Raises as `ask` does."""
        try:
            return _ARTICLES.validate_python(self._send("GET", "/v1/articles")["articles"])
        except (ValidationError, LookupError, TypeError) as error:
            raise self._strange() from error

    def article(self, article_id: str) -> Article:
        """Return one article with its text. Raises as `ask` does."""
        # A lone surrogate is no character of any id; like this it reaches the server, which says that there is none.
        path = f"/v1/articles/{quote(article_id, safe='', errors='backslashreplace')}"
        try:
            return Article.model_validate(self._send("GET", path))
        except ValidationError as error:
            raise self._strange() from error

    def take_url(self, url: str) -> "IngestReport":
        """Have the server take in what `url` leads to. Raises as `ask` does."""
        return self._report(self._send("POST", _ARTICLES_PATH, {"url": url}, seconds=_TAKING_SECONDS))

    def take_file(self, name: str, content: bytes, source: str, proof: str | None) -> "IngestReport":
        """Have the server take in a file that lies at `source`, told with the `proof` of the data folder.

        Raises as `ask` does.
        """
        told = {"source": source} if proof else {}
        headers = {PROOF_HEADER: proof} if proof else {}
        form: dict[str, Any] = {"files": {"file": (name, content)}, "data": told, "headers": headers}
        return self._report(self._received("POST", _ARTICLES_PATH, form, _TAKING_SECONDS))

    def remove(self, article_id: str) -> None:
        """Have the server remove an article. Raises as `ask` does."""
        self._send("DELETE", f"{_ARTICLES_PATH}/{quote(article_id, safe='', errors='backslashreplace')}")

    def _report(self, found: object) -> "IngestReport":
        from assistant.ingestion import IngestReport

        try:
            return IngestReport.model_validate(found)
        except ValidationError as error:
            raise self._strange() from error

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._client.close()

    def stats(self) -> dict[str, object]:
        """Return the `Stats` of the server's assistant. Raises RunError."""
        found = self._send("GET", "/ready")
        if not isinstance(found, dict) or not {"articles", "index"} <= found.keys():
            raise self._strange()
        return found

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None, seconds: float | None = None) -> Any:
        # Written here, not by httpx: lone surrogates must reach the server as escapes, for it to refuse them by name.
        content = None if body is None else json.dumps(body).encode("ascii")
        headers = {"Content-Type": "application/json"} if content else None
        return self._received(method, path, {"content": content, "headers": headers}, seconds or _SECONDS)

    def _received(self, method: str, path: str, request: dict[str, Any], seconds: float) -> Any:
        timeout = httpx.Timeout(seconds, connect=_CONNECT_SECONDS)
        try:
            response = self._client.request(method, path, timeout=timeout, **request)
        except (httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout) as error:
            raise RunError(
                f"the server at {self._address} did not answer within {seconds:.0f} s: try again later"
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise RunError(
                f"the server at {self._address}, which owns the data folder, cannot be reached ({error}): "
                "restart it, or stop it and ask again"
            ) from error
        if response.status_code == httpx.codes.NO_CONTENT:
            return None
        if response.is_success:
            try:
                return response.json()
            except ValueError as error:
                raise self._strange() from error
        raise self._failure(response)

    def _failure(self, response: httpx.Response) -> RunError | UserError:
        reason = _reason(response)
        if response.status_code in (401, 403):
            return RunError(
                f"the server at {self._address} does not know this user as one who may read its data folder: run this"
                f" as the user who runs the server ({reason})"
            )
        if response.status_code in (400, 404, 413, 422):
            return UserError(reason)
        return RunError(f"the server at {self._address} failed ({response.status_code}): {reason}")

    def _strange(self) -> RunError:
        return RunError(f"the server at {self._address} sent what is no answer of this version: restart it")


def _body(question: str, filters: Filters) -> dict[str, Any]:
    return {"question": question, **filters.model_dump(mode="json", exclude_defaults=True)}


def _reason(response: httpx.Response) -> str:
    """Return the sentence of a problem+json body (RFC 9457), or the status in words."""
    try:
        problem = response.json()
    except ValueError:
        problem = None
    if isinstance(problem, dict):
        for name in ("detail", "title"):
            if isinstance(problem.get(name), str) and problem[name]:
                return str(problem[name])
    return response.reason_phrase or "no reason given"
