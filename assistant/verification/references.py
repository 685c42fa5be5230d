"""References: what a statement that opens with a pronoun points back to, and whether its quotes speak of it."""

import re
from collections.abc import Sequence

from assistant.verification.names import leading_name, missing_names

# At the beginning, or behind a short lead ("In addition, it ...", "On Sunday they ..."), or owning what the lead names
# ("In its view").
_POINTER = re.compile(
    r"\W*(?:(?!(?:the|an?)\b)(?:[^\W\d]+\s+){1,8}?[^\W\d]+,\s+|"
    r"(?:in|on|at|by|for|to|under|with|of|among|since|until|from|after|before|through|according to)\s+"
    r"(?:\w+\s+){0,3}?)?"
    r"(?:it|he|she|they|its|his|her|their|(?:this|these)(?!\s+(?:year|month|week|decade|century|day|time)s?\b)|"
    r"both(?!\s+\w+\s+and\b)|those(?!\s+(?:who|that|which|of|in)\b))\b",
    re.IGNORECASE,
)
# "It is likely that ..." and "It is hard to ..." point to nothing before them.
_EMPTY = re.compile(
    r"\W*it\s+(?:(?:is|was|seems|appears|remains|will be|would be)\s+(?:\w+\s+){0,3}?(?:that|if|whether)\b|"
    r"(?:is|was|will be|would be)\s+(?:not\s+)?(?:possible|impossible|necessary|important|easy|easier|hard|harder|"
    r"difficult|better|best|illegal|forbidden|up|time)\s|(?:takes|took)\b)",
    re.IGNORECASE,
)


def points_back(text: str) -> bool:
    """Tell whether a sentence says by a pronoun at its beginning what it is about."""
    return _POINTER.match(text) is not None and _EMPTY.match(text) is None


def lost(statement: str, sources: Sequence[str], before: Sequence[str]) -> bool:
    """Tell whether `statement` points back and one of its `sources` is about what a text `before` it does not name.

    Sources are the sentences quoted, or what they point back to themselves. They may state it of somebody else: "It was
    signed in Tokyo" is no support behind a sentence on what was signed in Rome. Of a source only a name among its first
    words is looked at: "the company" may be what is called by its name before.
    """
    if not points_back(statement):
        return False
    names = filter(None, map(leading_name, sources))
    others = [name for name in names if missing_names(name, [statement])]
    return any(missing_names(name, [text]) for name in others for text in before)


class Course:
    """What the sentences of an answer are about, as a reader meets them and as they were written."""

    def __init__(self) -> None:
        """Begin with no sentence."""
        self._shown: str | None = None
        self._written: str | None = None

    @property
    def before(self) -> tuple[str, ...]:
        """The texts that a pronoun in the next sentence points to: the last one shown, and the last one written.

        They differ where the latter was left out: then the pronoun has to fit both, or a reader takes it for another.
        """
        return tuple(dict.fromkeys(one for one in (self._shown, self._written) if one))

    def add(self, sentence: str, quotes: Sequence[str] = ()) -> None:
        """Go on behind `sentence`, shown with `quotes`, or left out where there are none.

        One that points back itself is about what it points to.
        """
        whole = " ".join([sentence, *quotes])
        if not points_back(sentence):
            self._written = whole
            self._shown = whole if quotes else self._shown
        elif quotes:
            self._shown = self._shown or self._written
