"""LangChain's interfaces over the assistant: a retriever, and the whole as a Runnable. The only langchain user."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import ConfigDict

from assistant.pipeline import Assistant
from assistant.types import Answer, Filters, Hit

_EVERYTHING = Filters()


class PassageRetriever(BaseRetriever):
    """A question in, at most `limit` documents out, best first; what is known of a passage is in their metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    filters: Filters = _EVERYTHING
    limit: int = 10

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        del run_manager  # LangChain reports the run itself
        return [_document(hit) for hit in self.assistant.search(query, self.filters, self.limit)]


class AssistantRunnable(Runnable[str, Answer]):
    """A question in, an `Answer` out; traced, batched and composed as any LangChain Runnable."""

    def __init__(self, assistant: Assistant, filters: Filters = _EVERYTHING) -> None:
        """Ask `assistant` about the articles that pass `filters`."""
        self._assistant = assistant
        self._filters = filters

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """Return the answer to the question `input`. Raises as `Assistant.ask` does."""
        return self._call_with_config(
            lambda question: self._assistant.ask(question, self._filters), input, config, **kwargs
        )


def _document(hit: Hit) -> Document:
    return Document(id=hit.id, page_content=hit.text, metadata=hit.model_dump(mode="json", exclude={"text", "id"}))
