"""The MCP edge: the articles as tools and resources for programs that speak the Model Context Protocol.

Served over standard input and output (`serve_stdio`) or as an ASGI application for streamable HTTP (`HttpEdge`).
"""

from assistant.mcp.http import HttpEdge
from assistant.mcp.server import build_server
from assistant.mcp.source import Served, Source
from assistant.mcp.stdio import serve_stdio

__all__ = ["HttpEdge", "Served", "Source", "build_server", "serve_stdio"]
