"""The YAML between two "---" lines at the top of a markdown file."""

import re
from datetime import date

import yaml

from assistant.errors import SourceError
from assistant.sources.canonical import clean_inline
from assistant.sources.dates import parse_date
from assistant.sources.document import Facts

_FENCE = re.compile(r"---[ \t]*\n")
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"[A-Za-z_][\w-]*[ \t]*:(?:\s|$)")


_NULL_TAG = "tag:yaml.org,2002:null"


class _Loader(yaml.SafeLoader):
    """Reads plain scalars but null as the strings that were written: "2025-13-45" is for us to judge, "no" a word."""


_Loader.yaml_implicit_resolvers = {
    char: [pair for pair in resolvers if pair[0] == _NULL_TAG]
    for char, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def split(text: str) -> tuple[Facts, str]:
    """Return what the front matter of `text` says, and the text below it; without front matter all of it.

    Lines end with line feeds. Keys are id, title, published, updated, publisher, author, url and language; others are
    ignored.

    Raises:
        SourceError: the front matter is no YAML mapping, isn't closed, or holds a value that can't be; the reason names
            the line of the file or the key and value.
    """
    opening = _FENCE.match(text)
    if opening is None:
        return Facts(), text
    closing = _CLOSE.search(text, opening.end())
    if closing is None:
        if _KEY.match(text, opening.end()):
            raise SourceError('the front matter that line 1 opens is never closed: end it with a line "---"')
        return Facts(), text  # a rule at the top of the page
    values = _load(text[opening.end() : closing.start()])
    facts = Facts(
        id=_word(values, "id"),
        title=_word(values, "title"),
        url=_word(values, "url"),
        publisher=_word(values, "publisher"),
        author=_word(values, "author"),
        published=_date(values, "published"),
        updated=_date(values, "updated"),
        language=_word(values, "language"),
    )
    return facts, text[closing.end() :]


def _load(header: str) -> dict[object, object]:
    try:
        # A SafeLoader with fewer types: it builds strings, lists and mappings only.
        values = yaml.load(header, Loader=_Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 2}: " if mark else ""
        raise SourceError(f"front matter, {where}{error.problem or error.context or 'not YAML'}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SourceError(f"front matter: {str(error).splitlines()[0] if str(error) else 'not YAML'}") from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise SourceError('front matter, line 2: no keys and values: write "title: ..."')
    return values


def _word(values: dict[object, object], key: str) -> str | None:
    value = values.get(key)
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        value = ", ".join(value)
    if value is None:
        return None
    if not isinstance(value, str):
        raise SourceError(f"front matter: {key} is {value!r}: it has to be text")
    try:
        # Who writes a value as JSON, which YAML takes for its own, escapes what is beyond 16 bits as two halves.
        value = value.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise SourceError(f"front matter: {key} holds half a surrogate pair, which is no text") from error
    return clean_inline(value) or None


def _date(values: dict[object, object], key: str) -> date | None:
    value = _word(values, key)
    if value is None:
        return None
    day = parse_date(value)
    if day is None:
        raise SourceError(f"front matter: {key} is {value!r}, which is no date: write YYYY-MM-DD")
    return day
