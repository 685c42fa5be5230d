"""Articles without the folders of the machine that they were read on, which is nobody's business but its operator's."""

from pathlib import PurePath
from typing import TypeVar

from assistant.ingestion import file_of
from assistant.types import ArticleFacts

A = TypeVar("A", bound=ArticleFacts)

_REMOTE = ("http://", "https://", "upload:")


def without_folder(article: A) -> A:
    """Return `article`; where its source is a file, only its name is left, with the record's id of a JSON lines file.

    A URL and the name of an upload stay.
    """
    source = article.source
    if source is None or source.startswith(_REMOTE):
        return article
    file = file_of(source)
    return article.model_copy(update={"source": PurePath(file).name + source[len(file) :]})
