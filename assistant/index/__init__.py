"""Nearest neighbours: a copy of the catalog's vectors, which can be thrown away and is filled from the catalog."""

from assistant.index.chroma import ChromaIndex
from assistant.index.exact import CatalogSearch, ExactIndex
from assistant.index.kept import KeptIndex
from assistant.index.neighbours import NeighbourIndex, NeighbourSearch, synchronise

__all__ = [
    "CatalogSearch",
    "ChromaIndex",
    "ExactIndex",
    "KeptIndex",
    "NeighbourIndex",
    "NeighbourSearch",
    "synchronise",
]
