"""The HTTP edge: `create_app` over a Chat, and `assistant.api.server` to run it."""

from assistant.api.app import create_app

__all__ = ["create_app"]
