"""Refusing a request before it reaches its route, in the form in which that route tells its errors."""

from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

TEMPLATE = "assistant.template"


async def refuse(error: Exception, scope: Scope, receive: Receive, send: Send, template: str | None = None) -> None:
    """Answer with `error`, as `scope["app"]` answers it everywhere else.

    Routes with a form of their own are the application's `state.own_errors`. `template` is that of the route, where it
    is known, for those who log and count.
    """
    scope[TEMPLATE] = template
    app: Any = scope["app"]
    own = (route for route in app.state.own_errors if route.path_regex.match(scope["path"]))
    route = next(own, None)
    handler = next(app.exception_handlers[kind] for kind in type(error).__mro__ if kind in app.exception_handlers)
    response = await handler(Request({**scope, "route": route}, receive), error)
    await response(scope, receive, send)
