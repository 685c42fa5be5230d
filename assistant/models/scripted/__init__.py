"""A server of language models without a model: speaks OpenAI's wire protocol on loopback and says what it is told to.

For tests and for trying the package: `assistant.models.language.LangChainModel` with the server's `url` and
"openai:scripted" talks to it as to any other. It stalls, breaks off, resets and talks nonsense on request.
"""

from assistant.models.scripted.reply import ChatRequest, Ending, Reply
from assistant.models.scripted.server import Exchange, Script, ScriptedModelServer

__all__ = ["ChatRequest", "Ending", "Exchange", "Reply", "Script", "ScriptedModelServer"]
