"""Chat completions as OpenAI's clients ask for them, answered from the articles.

Any client of that API can be pointed here: base URL `http://host:port/v1`, any key, the model "assistant".
"""

from assistant.api.openai.routes import router

__all__ = ["router"]
