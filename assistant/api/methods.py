"""All methods that a path answers, which several routes may share among them."""

from fastapi import FastAPI
from fastapi.routing import APIRoute


def methods_at(app: FastAPI, path: str) -> tuple[str, ...]:
    """Return the methods of the routes at `path`, in alphabetical order; RFC 9110 wants all of them named with a 405.

    The routes are the application's `state.api_routes`.
    """
    routes: list[APIRoute] = app.state.api_routes
    return tuple(sorted({method for route in routes if route.path_regex.match(path) for method in route.methods or ()}))
