"""An assistant that answers questions from a corpus of articles, every sentence with a verbatim, checked quote.

    from assistant import build_assistant, load_settings

    with build_assistant(load_settings()) as assistant:
        answer = assistant.ask("What are the five directives of the summit?")

Names are imported on first use, so that `import assistant` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.errors import AssistantError, RunError, UserError
    from assistant.factory import build_assistant
    from assistant.langchain import AssistantRunnable, PassageRetriever
    from assistant.pipeline import Assistant
    from assistant.settings import Settings, load_settings
    from assistant.types import Answer, Article, Citation, Filters, Hit, Passage, Statement

__version__ = "0.1.0"

_HOMES = {
    "assistant.errors": ("AssistantError", "RunError", "UserError"),
    "assistant.factory": ("build_assistant",),
    "assistant.langchain": ("AssistantRunnable", "PassageRetriever"),
    "assistant.pipeline": ("Assistant",),
    "assistant.settings": ("Settings", "load_settings"),
    "assistant.types": ("Answer", "Article", "Citation", "Filters", "Hit", "Passage", "Statement"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Answer",
    "Article",
    "Assistant",
    "AssistantError",
    "AssistantRunnable",
    "Citation",
    "Filters",
    "Hit",
    "Passage",
    "PassageRetriever",
    "RunError",
    "Settings",
    "Statement",
    "UserError",
    "build_assistant",
    "load_settings",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
