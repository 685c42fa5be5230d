"""Files of many formats -> articles: bytes on disk go in, canonical text with blocks comes out.

To add a format, write a module with `parse(data: bytes, name: str) -> ParsedDocument` and name it in `reader.py`.
"""

from assistant.sources.failure import SourceFailure
from assistant.sources.reader import SUPPORTED_SUFFIXES, find_sources, read_source

__all__ = ["SUPPORTED_SUFFIXES", "SourceFailure", "find_sources", "read_source"]
